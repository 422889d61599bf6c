"""Deletions at the sources, mirrored: a Prefect flow that walks the sources that are due and removes what is gone.

python -m flows.reconcile          run once, now
python -m flows.reconcile serve    stay and run each hour
"""

import sys
from datetime import UTC, datetime
from typing import Any

from flows.environment import prepare

prepare()

from prefect import flow, task  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402

from listening import daily as steps  # noqa: E402
from listening.settings import load_settings  # noqa: E402


@task(cache_policy=NO_CACHE)
def walk(home: str | None, now: datetime, only: list[str], *, is_due: bool) -> dict[str, Any]:
    """Walk and remove; counts and ids out."""
    return steps.reconcile(load_settings(home=home), now=now, only=only, is_due=is_due).as_json()


@flow(name="reconcile")
def reconcile(
    home: str | None = None, now: datetime | None = None, only: list[str] | None = None, is_due: bool = True
) -> dict[str, Any]:
    """Hold the sources that are due against the store.

    Args:
        home: Data home; the setting `home` where it is left out.
        now: Instant that stands for the run; the clock where it is left out.
        only: Source ids to keep to.
        is_due: Whether sources walked lately, for their deletion deadline, are left out.

    Returns:
        What was removed, by source, and what failed.
    """
    return walk(home, now or datetime.now(tz=UTC), only or [], is_due=is_due)


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        reconcile.serve(name="reconcile", cron="0 * * * *")
    else:
        done = reconcile(home=sys.argv[1] if sys.argv[1:] else None)
        print(done)  # noqa: T201
        sys.exit(done["exit_code"])
