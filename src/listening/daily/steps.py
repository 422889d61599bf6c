"""The steps, each a function that lets only safe errors out."""

import contextlib
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial as bound
from functools import wraps
from time import perf_counter
from typing import Any, ParamSpec, TypeVar

from listening import __version__
from listening.audit.events import AuditEvent
from listening.catalogue.confirmations import read_confirmations
from listening.catalogue.entry import Entry
from listening.catalogue.permission import SourceState, list_sources
from listening.collect.base import Collector, Window
from listening.daily.records import Failure, Plan, Published, Summary, Unit, partial, totals
from listening.daily.workspace import chain_of, loaded, open_keys, open_store, versions
from listening.errors import ListeningError, NothingPermitted, PermissionRefused, SettingsError, failure_of
from listening.ingest import Tools, UnitCounts, ingest_unit
from listening.log import open_log
from listening.posts import SourceId
from listening.settings import Settings

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


@step("check")
def check_ready(settings: Settings, *, now: datetime, only: Sequence[str] = ()) -> None:
    """See that a run can begin, before models are loaded for it. Arguments and errors are those of `begin`.

    Raises:
        SettingsError: The policy cannot be read, or switches default deny off for a source without a licence for it.
    """
    _permitted(settings, now, only)
    _check_policy(settings, now)
    with open_store(settings) as store:
        open_keys(settings, has_data=store.has_posts())


@step("broken off")
def break_off(settings: Settings, run_id: str, *, state: str, now: datetime) -> None:
    """Write into the chain that a run ended before its end: `interrupted` or `failed`."""
    chain_of(settings).append([AuditEvent("run", {"run_id": run_id, "state": state})], now=now)


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
    ready, skipped = _permitted(settings, now, only)
    run_id = f"{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
    with open_store(settings) as store:
        open_keys(settings, has_data=store.has_posts())
        store.begin_run(run_id, started_at=now, versions=versions(settings))
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
    return Plan(run_id, units, skipped)


def _permitted(settings: Settings, now: datetime, only: Sequence[str]) -> tuple[list[Entry], dict[str, str]]:
    """Give the entries that may be read, and why the others may not."""
    states = {state.entry.source_id: state for state in list_sources(settings, now.date())}
    for source_id in only:
        require(states, source_id)
    ready = [
        state.entry
        for source_id, state in sorted(states.items())
        if state.state == "ready" and (not only or source_id in only)
    ]
    if not ready:
        raise NothingPermitted(
            problem="no source is enabled and permitted today",
            remedy="See `listening sources`, then `listening sources enable NAME`.",
        )
    return ready, {source_id: state.reason for source_id, state in states.items() if state.state != "ready"}


def _check_policy(settings: Settings, now: datetime) -> None:
    """Hold that layer 7 is off only where a licence lets text be stored without it."""
    from listening.privacy.policy import load_policy

    policy = load_policy(settings.policy)
    entries = {state.entry.source_id: state.entry for state in list_sources(settings, now.date())}
    for source_id in policy.default_deny.off_for:
        entry = entries.get(source_id)
        if entry is None or entry.basis != "licence":
            raise SettingsError(
                setting="policy",
                problem=f"default_deny.off_for names {source_id}, which is read under no licence",
                remedy='Only a source whose entry has basis = "licence" may be stored without default deny.',
            )


def require(states: Mapping[str, SourceState], source_id: str) -> Entry:
    """Give the entry of a source that may be read today.

    Raises:
        PermissionRefused: It may not, or there is none.
    """
    state = states.get(source_id)
    if state is None:
        raise PermissionRefused(
            source_id=source_id, problem="the catalogue has no such entry", remedy="See `listening sources`."
        )
    if state.state != "ready":
        raise PermissionRefused(
            source_id=source_id, problem=state.reason.rstrip("."), remedy=f"See `listening sources show {source_id}`."
        )
    return state.entry


def connector(
    settings: Settings, entry: Entry, now: datetime
) -> Callable[[], contextlib.AbstractAsyncContextManager[Collector]]:
    """Give what opens a source's collector, under a permission that holds, in the event loop it will run in."""
    from listening.collect.registry import open_collector
    from listening.collect.transport import Transport

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

    return connect


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
    from listening.identity.ladder import is_kept
    from listening.privacy.policy import load_policy

    states = {state.entry.source_id: state for state in list_sources(settings, now.date())}
    entry = require(states, source_id)
    gate, tagger, label, screen = loaded(settings.policy)

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
            keeps=bound(is_kept, keep=frozenset(load_policy(settings.policy).cohorts.keep)),
        )
        counts = ingest_unit(
            connector(settings, entry, now),
            Window(start, end),
            tools,
            source_id=SourceId(source_id),
            run_id=run_id,
            now=now,
            batch_size=settings.batch_size,
            allowed_refused_share=settings.gate_refused_share,
            allowed_unread_share=settings.unread_share,
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

    named = versions(settings)
    with open_store(settings) as store:
        started = perf_counter()
        build_marts(store, settings=settings, versions=named, now=now)
        run_checks(store)
        built = perf_counter()
        done = publish_insights(store, settings=settings, versions=named, run_id=run_id, now=now)
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
    named = versions(settings)
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
        broken_off = [
            partial(failure.source_id, store.committed(plan.run_id, failure.source_id)) for failure in failures
        ]
    counts = [*counts, *broken_off]
    summary = Summary(
        run_id=plan.run_id,
        state="failed" if failures else "done",
        started_at=started_at.isoformat(),
        ended_at=ended_at.isoformat(),
        versions=versions(settings),
        sources=[dict(one) for one in counts],
        skipped=dict(plan.skipped),
        failures=[asdict(failure) for failure in failures],
        totals=totals(counts),
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
