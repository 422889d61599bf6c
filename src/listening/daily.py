"""The steps of the daily run: plan, one unit per source, marts, gate 2, summary.

`listening run` calls them in one process; the Prefect flow in `flows/daily.py` wraps the same functions in tasks. What goes
in and comes out of each is ids, instants and counts.
"""

import contextlib
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import cache, wraps
from time import perf_counter
from typing import Any, ParamSpec, TypeVar

from listening import __version__
from listening.audit.chain import AuditChain, Head
from listening.audit.events import AuditEvent
from listening.catalogue.confirmations import read_confirmations
from listening.catalogue.entry import Entry
from listening.catalogue.permission import SourceState, list_sources
from listening.collect.base import Collector, Window
from listening.errors import ListeningError, PermissionRefused
from listening.identity.keys import Keys, load_keys
from listening.ingest import Tools, UnitCounts, failure_of, ingest_unit
from listening.log import open_log
from listening.posts import SourceId
from listening.settings import Settings
from listening.store.store import Store


@dataclass(frozen=True, slots=True)
class Unit:
    """One source and the window to read: what a Prefect task is handed."""

    source_id: str
    start: datetime
    end: datetime
    hosts: tuple[str, ...]
    concurrency: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will do. `skipped` says why a source of the catalogue is not read."""

    run_id: str
    units: tuple[Unit, ...]
    skipped: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that failed, in the words of its error."""

    source_id: str
    error: str
    message: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class Published:
    """What gate 2 let out, by mart, and how long marts and publishing took, in seconds."""

    publication_id: str
    published: Mapping[str, int]
    suppressed: Mapping[str, int]
    seconds: Mapping[str, float]


@dataclass(slots=True)
class Summary:
    """The summary of a run: printed, stored, and given as JSON."""

    run_id: str
    state: str
    started_at: str
    ended_at: str
    versions: Mapping[str, str]
    sources: list[dict[str, Any]] = field(default_factory=list)
    skipped: Mapping[str, str] = field(default_factory=dict)
    failures: list[dict[str, Any]] = field(default_factory=list)
    totals: Mapping[str, Any] = field(default_factory=dict)
    published: Mapping[str, int] = field(default_factory=dict)
    suppressed: Mapping[str, int] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    exit_code: int = 0

    def as_json(self) -> dict[str, Any]:
        """Give plain JSON values."""
        return asdict(self)


Report = Callable[[str, UnitCounts], None]
"""Called with a source id and its counts so far."""

P = ParamSpec("P")
R = TypeVar("R")


def step(stage: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a step of the run: only errors that are safe to raise, log and store leave it."""

    def mark(work: Callable[P, R]) -> Callable[P, R]:
        @wraps(work)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            failure: ListeningError
            try:
                return work(*args, **kwargs)
            except Exception as error:  # noqa: BLE001 - whatever it is, its text must not travel on
                failure = failure_of(error, stage=stage, source_id=str(kwargs.get("source_id", "(all)")))
            raise failure

        return guarded

    return mark


def open_keys(settings: Settings, *, has_data: bool) -> Keys:
    """Read the HMAC keys, or make them while there is no data yet.

    Raises:
        SettingsError, KeyMissing: See `identity.keys.load_keys`.
    """
    from_environment = settings.hmac_key.get_secret_value() if settings.hmac_key else None
    return load_keys(settings.keys_path, from_environment=from_environment, may_create=not has_data)


@contextlib.contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """Open the restricted store for writing; typed errors only."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with Store.open(settings.restricted_path) as store:
        yield store


@cache
def _loaded() -> tuple[Any, ...]:
    """Load the models once per process: gate 1, the tagger, the author labels, the safety screen."""
    from listening.identity.labels import label
    from listening.privacy.gate import open_gate
    from listening.safety.screen import open_screen
    from listening.tagging.tagger import open_tagger

    return open_gate(), open_tagger(), label, open_screen()


def warm_up() -> None:
    """Load the models now, so that the wait can be told apart from the work."""
    _loaded()


def versions() -> dict[str, str]:
    """Name the versions that every row of a run carries."""
    gate, tagger, _, _ = _loaded()
    return {
        "code": __version__,
        "policy": gate.policy_version,
        "gate": gate.gate_version,
        "vocabulary": tagger.vocabulary_version,
        "tagger": tagger.tagger_version,
    }


def chain_of(settings: Settings) -> AuditChain:
    """Give the audit chain of a data home."""
    return AuditChain(settings.audit_dir)


@step("begin")
def begin(settings: Settings, *, now: datetime, only: Sequence[str] = ()) -> Plan:
    """Open a run and say which sources it reads.

    Args:
        settings: The settings.
        now: Aware UTC instant that stands for the run.
        only: Source ids to keep to; all that are ready, if empty.

    Raises:
        PermissionRefused: A source of `only` is not ready, or no source is.
    """
    states = {state.entry.source_id: state for state in list_sources(settings, now.date())}
    for source_id in only:
        _require(states, source_id)
    ready = [
        state.entry
        for source_id, state in sorted(states.items())
        if state.state == "ready" and (not only or source_id in only)
    ]
    if not ready:
        raise PermissionRefused(
            source_id="(all)",
            problem="no source is enabled and permitted today",
            remedy="See `listening sources`, then `listening sources enable NAME`.",
        )
    run_id = f"{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
    with open_store(settings) as store:
        open_keys(settings, has_data=store.has_posts())
        store.begin_run(run_id, started_at=now, versions=versions())
    chain_of(settings).append(
        [AuditEvent("run", {"run_id": run_id, "state": "started", "code_version": __version__})], now=now
    )
    units = tuple(
        Unit(
            source_id=entry.source_id,
            start=now - timedelta(days=entry.lookback_days),
            end=now,
            hosts=entry.hosts,
            concurrency=entry.rate.concurrency,
        )
        for entry in ready
    )
    skipped = {source_id: state.reason for source_id, state in states.items() if state.state != "ready"}
    return Plan(run_id, units, skipped)


def _require(states: Mapping[str, SourceState], source_id: str) -> Entry:
    state = states.get(source_id)
    if state is None:
        raise PermissionRefused(
            source_id=source_id, problem="the catalogue has no such entry", remedy="See `listening sources`."
        )
    if state.state != "ready":
        raise PermissionRefused(
            source_id=source_id, problem=state.reason, remedy=f"See `listening sources show {source_id}`."
        )
    return state.entry


@step("unit")
def run_unit(
    settings: Settings,
    *,
    run_id: str,
    source_id: str,
    start: datetime,
    end: datetime,
    now: datetime,
    report: Report = lambda _source, _counts: None,
) -> UnitCounts:
    """Take one source's window into the restricted store.

    Raises:
        PermissionRefused: The permission does not hold (any more).
        ListeningError: See `ingest.ingest_unit`.
    """
    from listening.collect.registry import open_collector
    from listening.collect.transport import Transport

    states = {state.entry.source_id: state for state in list_sources(settings, now.date())}
    entry = _require(states, source_id)
    gate, tagger, label, screen = _loaded()

    @contextlib.asynccontextmanager
    async def connect() -> AsyncIterator[Collector]:
        async with Transport(settings) as transport:
            yield open_collector(
                entry,
                settings,
                confirmation=read_confirmations(settings).get(entry.id),
                today=now.date(),
                transport=transport,
            )

    with open_log(settings.home, run_id=run_id) as log:
        log.info("unit_started", source_id=source_id)
    with open_store(settings) as store:
        tools = Tools(
            gate=gate,
            tagger=tagger,
            keys=open_keys(settings, has_data=store.has_posts()),
            label=label,
            screen=screen,
            store=store,
            chain=chain_of(settings),
        )
        counts = ingest_unit(
            connect,
            Window(start, end),
            tools,
            source_id=SourceId(source_id),
            run_id=run_id,
            now=now,
            batch_size=settings.batch_size,
            allowed_refused_share=settings.gate_refused_share,
            report=lambda counts: report(source_id, counts),
        )
    with open_log(settings.home, run_id=run_id) as log:
        log.info("unit_done", source_id=source_id, seen=counts.seen, stored=counts.stored)
    return counts


@step("publish")
def publish(settings: Settings, *, run_id: str, now: datetime) -> Published:
    """Build the marts and let what passes gate 2 out to `insights.duckdb`.

    Raises:
        CheckFailed: A data check found bad rows; nothing is published.
        SharingRefused: Gate 2 refused.
    """
    from listening.drivers.marts import build_marts, run_checks
    from listening.sharing.publish import publish as publish_insights

    with open_store(settings) as store:
        started = perf_counter()
        build_marts(store, settings=settings, versions=versions(), now=now)
        run_checks(store)
        built = perf_counter()
        done = publish_insights(store, settings=settings, versions=versions(), run_id=run_id, now=now)
        seconds = {"marts": round(built - started, 3), "gate 2": round(perf_counter() - built, 3)}
    chain_of(settings).append([_publication_event(done, settings=settings, run_id=run_id)], now=now)
    with open_log(settings.home, run_id=run_id) as log:
        log.info(
            "published",
            cells_published=sum(done.published.values()),
            cells_suppressed=sum(done.suppressed.values()),
        )
    return Published(done.publication_id, done.published, done.suppressed, seconds)


def _publication_event(done: Any, *, settings: Settings, run_id: str) -> AuditEvent:
    named = versions()
    return AuditEvent(
        "publication",
        {
            "run_id": run_id,
            "publication_id": done.publication_id,
            "k": settings.k,
            "marts": ",".join(sorted(done.published)),
            "cells_published": sum(done.published.values()),
            "cells_suppressed": sum(done.suppressed.values()),
            "policy_version": named["policy"],
            "vocabulary_version": named["vocabulary"],
            "file_sha256": done.file_sha256,
        },
    )


@step("finish")
def finish(
    settings: Settings,
    plan: Plan,
    *,
    counts: Sequence[Mapping[str, Any]],
    failures: Sequence[Failure],
    published: Published | None,
    started_at: datetime,
    ended_at: datetime,
    seconds: Mapping[str, float],
) -> Summary:
    """Write the run's summary into the store and the chain, and give it."""
    exit_code = failures[0].exit_code if failures else 0
    with open_store(settings) as store:
        # A source that failed committed what came before: that is counted too.
        partial = [_partial(failure.source_id, store.committed(plan.run_id, failure.source_id)) for failure in failures]
    counts = [*counts, *partial]
    summary = Summary(
        run_id=plan.run_id,
        state="failed" if failures else "done",
        started_at=started_at.isoformat(),
        ended_at=ended_at.isoformat(),
        versions=versions(),
        sources=[dict(one) for one in counts],
        skipped=dict(plan.skipped),
        failures=[asdict(failure) for failure in failures],
        totals=_totals(counts),
        published=dict(published.published) if published else {},
        suppressed=dict(published.suppressed) if published else {},
        seconds={**seconds, **(published.seconds if published else {})},
        exit_code=exit_code,
    )
    with open_log(settings.home, run_id=plan.run_id) as log:
        for failure in failures:
            log.error(
                "source_failed", source_id=failure.source_id, error_type=failure.error, exit_code=failure.exit_code
            )
    with open_store(settings) as store:
        store.finish_run(plan.run_id, ended_at=ended_at, summary=summary.as_json())
    chain_of(settings).append(
        [AuditEvent("run", {"run_id": plan.run_id, "state": summary.state, "exit_code": exit_code})], now=ended_at
    )
    return summary


def _partial(source_id: str, committed: Mapping[str, Any]) -> dict[str, Any]:
    counts = UnitCounts(
        source_id,
        seen=committed["new"] + committed["updated"] + committed["unchanged"] + sum(committed["refused"].values()),
        stored=committed["new"],
        updated=committed["updated"],
        unchanged=committed["unchanged"],
        refused=Counter(committed["refused"]),
        batches=committed["batches"],
    )
    return counts.as_json()


def _totals(counts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    totals: dict[str, Any] = {
        name: sum(one[name] for one in counts)
        for name in ("seen", "stored", "updated", "unchanged", "clamped_days", "batches")
    }
    for name in ("refused", "entities", "mentions"):
        merged: Counter[str] = Counter()
        for one in counts:
            merged.update(one[name])
        totals[name] = dict(merged.most_common())
    return totals


def anchors(settings: Settings) -> list[Head]:
    """Give the heads of the chain that the restricted store remembers, if it can be opened now."""
    if not settings.restricted_path.exists():
        return []
    with Store.open(settings.restricted_path) as store:
        return [Head(seq, digest) for seq, digest in store.audit_heads()]


def every_text(settings: Settings) -> Iterator[str]:
    """Give every value of both databases as text, for leak scans."""
    from listening.store import text

    for path in (settings.restricted_path, settings.insights_path):
        if path.exists():
            yield from text.every_text(path)


def run(
    settings: Settings,
    *,
    now: datetime,
    clock: Callable[[], datetime],
    only: Sequence[str] = (),
    stage: Callable[[str], None] = lambda _text: None,
    report: Report = lambda _source, _counts: None,
) -> Summary:
    """Do the whole daily run in this process.

    A source that fails does not keep the others from being read, nor the marts from being published; the summary names it
    and `exit_code` is its code.

    Raises:
        ListeningError: Before any source was read, or in marts and gate 2.
    """
    began = perf_counter()
    stage("Loading models")
    warm_up()
    loaded = perf_counter()
    plan = begin(settings, now=now, only=only)
    counts: list[dict[str, Any]] = []
    failures: list[Failure] = []
    for unit in plan.units:
        stage(f"Reading {unit.source_id}")
        try:
            done = run_unit(
                settings,
                run_id=plan.run_id,
                source_id=unit.source_id,
                start=unit.start,
                end=unit.end,
                now=now,
                report=report,
            )
        except ListeningError as error:
            failures.append(Failure(unit.source_id, type(error).__name__, str(error), error.exit_code))
        else:
            counts.append(done.as_json())
    stage("Building marts and publishing")
    read = perf_counter()
    published = publish(settings, run_id=plan.run_id, now=now)
    return finish(
        settings,
        plan,
        counts=counts,
        failures=failures,
        published=published,
        started_at=now,
        ended_at=max(now, clock()),
        seconds={"load": round(loaded - began, 3), "sources": round(read - loaded, 3)},
    )
