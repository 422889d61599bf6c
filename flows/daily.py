"""The daily run as a Prefect flow: one task per (source, window), which returns counts and ids only.

What Prefect is handed it keeps: parameters, results, messages of states, logs. So collect, gate 1, tagging and the store run
inside one task body, whose parameters are ids and instants, whose result is counts, and whose errors hold no text.

    python -m flows.daily          run once, now
    python -m flows.daily serve    stay and run each day at 06:00 UTC
"""

import sys
from datetime import UTC, datetime
from typing import Any

from flows.environment import prepare

prepare()

from prefect import flow, task  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.client.orchestration import get_client  # noqa: E402
from prefect.client.schemas.objects import State, TaskRun  # noqa: E402
from prefect.concurrency.sync import concurrency  # noqa: E402
from prefect.futures import PrefectFuture  # noqa: E402
from prefect.task_runners import ThreadPoolTaskRunner  # noqa: E402
from prefect.tasks import Task, exponential_backoff  # noqa: E402

from listening import daily as steps  # noqa: E402
from listening.errors import ListeningError, Transient  # noqa: E402
from listening.settings import load_settings  # noqa: E402

SOURCES_AT_ONCE = 4


def is_worth_a_retry(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Retry what may work later: a source that is down, a store in use."""
    return isinstance(state.data if isinstance(state.data, Exception) else _raised(state), Transient)


def _raised(state: State[Any]) -> object:
    return state.result(raise_on_failure=False)


@task(cache_policy=NO_CACHE)
def begin(home: str | None, now: datetime, only: list[str]) -> steps.Plan:
    """Open the run and say which sources it reads."""
    return steps.begin(load_settings(home=home), now=now, only=only)


@task(
    task_run_name="ingest {source_id}",
    cache_policy=NO_CACHE,
    retries=3,
    retry_delay_seconds=exponential_backoff(backoff_factor=20),
    retry_jitter_factor=0.5,
    retry_condition_fn=is_worth_a_retry,
)
def ingest(
    home: str | None, run_id: str, source_id: str, start: datetime, end: datetime, now: datetime, limits: list[str]
) -> dict[str, Any]:
    """Take one source's window into the restricted store; counts and ids out."""
    with concurrency(limits, occupy=1, strict=True):
        counts = steps.run_unit(
            load_settings(home=home), run_id=run_id, source_id=source_id, start=start, end=end, now=now
        )
    return counts.as_json()


@task(cache_policy=NO_CACHE)
def publish(home: str | None, run_id: str, now: datetime) -> steps.Published:
    """Build the marts and let out what passes gate 2."""
    return steps.publish(load_settings(home=home), run_id=run_id, now=now)


def _limit_hosts(plan: steps.Plan) -> dict[str, list[str]]:
    """Set one global concurrency limit per source host, and name the limits of each source."""
    limits: dict[str, int] = {}
    for unit in plan.units:
        for host in unit.hosts:
            limits[f"host-{host}"] = min(unit.concurrency, limits.get(f"host-{host}", unit.concurrency))
    with get_client(sync_client=True) as client:
        for name, limit in limits.items():
            client.upsert_global_concurrency_limit_by_name(name, limit)
    return {unit.source_id: [f"host-{host}" for host in unit.hosts] for unit in plan.units}


@flow(
    name="daily",
    task_runner=ThreadPoolTaskRunner(max_workers=SOURCES_AT_ONCE),  # type: ignore[arg-type] # Prefect's own futures
)
def daily(home: str | None = None, now: datetime | None = None, only: list[str] | None = None) -> dict[str, Any]:
    """Do the daily run.

    Args:
        home: Data home; the setting `home` where it is left out.
        now: Instant that stands for the run; the clock where it is left out.
        only: Source ids to keep to.

    Returns:
        The run's summary: counts, ids, versions.
    """
    moment = now or datetime.now(tz=UTC)
    plan = begin(home, moment, only or [])
    limits = _limit_hosts(plan)
    futures: dict[str, PrefectFuture[dict[str, Any]]] = {
        unit.source_id: ingest.submit(
            home, plan.run_id, unit.source_id, unit.start, unit.end, moment, limits[unit.source_id]
        )
        for unit in plan.units
    }
    counts: list[dict[str, Any]] = []
    failures: list[steps.Failure] = []
    for source_id, future in futures.items():
        outcome = future.result(raise_on_failure=False)
        if isinstance(outcome, ListeningError):
            failures.append(steps.Failure(source_id, type(outcome).__name__, str(outcome), outcome.exit_code))
        elif isinstance(outcome, Exception):
            failures.append(steps.Failure(source_id, type(outcome).__name__, "the task did not run to its end", 70))
        else:
            counts.append(outcome)
    try:
        published = publish(home, plan.run_id, moment)
    except ListeningError:
        steps.break_off(load_settings(home=home), plan.run_id, state="failed", now=moment)
        raise
    return steps.finish(
        load_settings(home=home),
        plan,
        counts=counts,
        failures=failures,
        published=published,
        started_at=moment,
        ended_at=max(moment, datetime.now(tz=UTC)),
        seconds={},
    ).as_json()


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        daily.serve(name="daily", cron="0 6 * * *")
    else:
        from listening.cli.runs import print_summary

        _home = sys.argv[1] if sys.argv[1:] else None
        done = daily(home=_home)
        print_summary(steps.Summary(**done), insights=load_settings(home=_home).insights_path)
        sys.exit(done["exit_code"])
