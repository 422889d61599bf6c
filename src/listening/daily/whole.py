"""The whole daily run in one process."""

from collections.abc import Callable, Sequence
from datetime import datetime
from time import perf_counter
from typing import Any

from listening.daily.records import Failure, Plan, Summary
from listening.daily.steps import Report, begin, break_off, check_ready, finish, publish, run_unit
from listening.daily.workspace import warm_up
from listening.errors import ListeningError
from listening.settings import Settings


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
    check_ready(settings, now=now, only=only)
    stage("Loading models")
    warm_up(settings.policy)
    loaded = perf_counter()
    plan = begin(settings, now=now, only=only)
    try:
        counts, failures = _read(settings, plan, now=now, stage=stage, report=report)
        stage("Building marts and publishing")
        read = perf_counter()
        published = publish(settings, run_id=plan.run_id, now=now)
    except BaseException as error:
        state = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
        break_off(settings, plan.run_id, state=state, now=now)
        raise
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


def _read(
    settings: Settings, plan: Plan, *, now: datetime, stage: Callable[[str], None], report: Report
) -> tuple[list[dict[str, Any]], list[Failure]]:
    """Read each source in turn; one that fails is noted, and the next is read."""
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
    return counts, failures
