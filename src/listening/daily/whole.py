"""The whole daily run in one process."""

from collections.abc import Callable, Sequence
from datetime import datetime
from time import perf_counter
from typing import Any

from listening.daily.records import Failure, Summary
from listening.daily.steps import Report, begin, finish, publish, run_unit
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
