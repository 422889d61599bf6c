"""The steps beside the daily run that take posts out again: hold sources against the store, and forget an author."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from listening.catalogue.entry import Entry
from listening.catalogue.load import load_catalogue
from listening.catalogue.permission import SourceState, list_sources
from listening.collect.base import Window
from listening.daily.records import Failure
from listening.daily.steps import connector, publish, require, step
from listening.daily.workspace import chain_of, loaded, open_keys, open_store, versions
from listening.errors import ListeningError, UsageError
from listening.posts import SourceId
from listening.removal import Reconciled, forget_author, reconcile_source
from listening.settings import Settings

DUE_AT = 0.5
"""Share of a deletion deadline after which a source is due: a failed walk can be repeated before the deadline."""


@dataclass(frozen=True, slots=True)
class Removals:
    """What was removed, and what could not be looked at. Counts and ids only."""

    run_id: str
    reconciled: tuple[Reconciled, ...]
    failures: tuple[Failure, ...]
    removed: int

    @property
    def exit_code(self) -> int:
        """That of the first source that failed; 0 if none did."""
        return self.failures[0].exit_code if self.failures else 0

    def as_json(self) -> dict[str, object]:
        """Give plain JSON values."""
        return {**asdict(self), "exit_code": self.exit_code}


@step("reconcile")
def reconcile(
    settings: Settings,
    *,
    now: datetime,
    only: Sequence[str] = (),
    is_due: bool = False,
    max_share: float = 0.5,
    report: Callable[[str], None] = lambda _source: None,
) -> Removals:
    """Hold sources against the store and remove what they no longer show; publish again where anything went.

    Args:
        settings: The settings.
        now: Aware UTC instant that stands for the run.
        only: Source ids to keep to; all that are ready and can be walked whole, if empty.
        is_due: Leave out sources whose last walk is younger than half their deletion deadline.
        max_share: 0 to 1, of a source's stored posts that may be missing before nothing of it is removed.
        report: Called with each source's id before its walk.

    Raises:
        PermissionRefused: A source of `only` is not ready.
        ListeningError: Marts or gate 2 failed; what was removed stays removed.
    """
    entries = _to_walk(settings, now, only, is_due=is_due)
    run_id = _begin(settings, now)
    done: list[Reconciled] = []
    failures: list[Failure] = []
    for entry in entries:
        report(entry.source_id)
        try:
            done.append(_reconcile(settings, entry, run_id=run_id, now=now, max_share=max_share))
        except UsageError as error:
            if only:
                failures.append(Failure(entry.source_id, type(error).__name__, str(error), error.exit_code))
        except ListeningError as error:
            failures.append(Failure(entry.source_id, type(error).__name__, str(error), error.exit_code))
    removed = sum(one.removed for one in done)
    return _end(settings, Removals(run_id, tuple(done), tuple(failures), removed), now)


@step("forget")
def forget(settings: Settings, *, author: str, only: Sequence[str] = (), now: datetime) -> Removals:
    """Erase an author from the sources named, from all of the catalogue if none is, and publish again.

    Raises:
        UsageError: No handle was given, or a source is unknown.
    """
    handle = author.strip()
    if not handle.removeprefix("@"):
        raise UsageError(problem="No handle came on standard input", remedy="Pipe it in: it must not be an argument.")
    known = [str(source_id) for source_id in load_catalogue(settings)]
    for source_id in only:
        if source_id not in known:
            raise UsageError(problem=f"The catalogue has no source {source_id}", remedy="See `listening sources`.")
    run_id = _begin(settings, now)
    with open_store(settings) as store:
        removed = forget_author(
            handle,
            list(only) or known,
            keys=open_keys(settings, has_data=store.has_posts()),
            store=store,
            chain=chain_of(settings),
            run_id=run_id,
            now=now,
        )
    return _end(settings, Removals(run_id, (), (), removed), now)


def _begin(settings: Settings, now: datetime) -> str:
    run_id = f"{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
    with open_store(settings) as store:
        open_keys(settings, has_data=store.has_posts())
        store.begin_run(run_id, started_at=now, versions=versions(settings))
    return run_id


def _end(settings: Settings, done: Removals, now: datetime) -> Removals:
    if done.removed:
        publish(settings, run_id=done.run_id, now=now)
    with open_store(settings) as store:
        store.finish_run(done.run_id, ended_at=now, summary=done.as_json())
    return done


def _to_walk(settings: Settings, now: datetime, only: Sequence[str], *, is_due: bool) -> list[Entry]:
    states: dict[str, SourceState] = {state.entry.source_id: state for state in list_sources(settings, now.date())}
    entries = [require(states, source_id) for source_id in only] or [
        state.entry for _, state in sorted(states.items()) if state.state == "ready"
    ]
    if not is_due:
        return entries
    with open_store(settings) as store:
        last = store.reconciled_at()
    return [
        entry
        for entry in entries
        if entry.source_id not in last
        or now - last[entry.source_id] >= timedelta(hours=entry.deletion.deadline_hours) * DUE_AT
    ]


def _reconcile(settings: Settings, entry: Entry, *, run_id: str, now: datetime, max_share: float) -> Reconciled:
    gate = loaded(settings.policy)[0]
    with open_store(settings) as store:
        return reconcile_source(
            connector(settings, entry, now),
            Window(now - timedelta(days=entry.retention_days), now),
            source_id=SourceId(entry.source_id),
            margin_days=gate.randomisation.day_jitter,
            allowed_share=max_share,
            keys=open_keys(settings, has_data=store.has_posts()),
            store=store,
            chain=chain_of(settings),
            run_id=run_id,
            now=now,
        )
