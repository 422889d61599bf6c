"""The demo: the daily flow over synthetic posts that this process serves itself, on loopback. `make demo` runs it.

python -m flows.demo [FOLDER]      FOLDER is var/demo by default; what an earlier demo left there is removed
"""

import os
import shutil
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

SEED, POSTS, DAYS = 7, 5400, 60

_RANKS = """
with ranked as (
    select *, rank() over (partition by period_day, kind order by authors desc) as place
    from driver_weekly
    where cohort_level = 'all'
)
select period_day, place, authors, round(log_odds_z, 1), is_rising
from ranked
where kind = $kind and concept_id = $concept_id and period_day >= $first_day and period_day < $end_day
order by authors desc, period_day
limit 1
"""


def tell(text: str) -> None:
    """Say what happens, with the seconds since the start."""
    sys.stdout.write(f"[{time.monotonic() - _STARTED:5.1f} s] {text}\n")
    sys.stdout.flush()


_STARTED = time.monotonic()


def main(folder: Path) -> int:
    """Run the demo; the exit code is 0 if the run was done and no planted identifier was found."""
    for name in ("home", "samples", "prefect"):
        shutil.rmtree(folder / name, ignore_errors=True)
    home = folder / "home"
    os.environ.update(
        {
            "PREFECT_HOME": str((folder / "prefect").resolve()),
            "PREFECT_LOGGING_LEVEL": "ERROR",
            "LISTENING_HOME": str(home),
            "LISTENING_ALLOW_LOOPBACK": "true",
        }
    )

    from listening.samples.catalogue import write_catalogue
    from listening.samples.generate import generate
    from listening.samples.server import DemoServer
    from listening.samples.write import write_export, write_feeds

    now = datetime.now(tz=UTC).replace(minute=0, second=0, microsecond=0)
    tell(f"Making {POSTS:,} synthetic posts over {DAYS} days, with planted drivers and identifiers")
    made = generate(seed=SEED, posts=POSTS, days=DAYS, now=now)
    identifiers = (*made.truth.identifiers, *write_export(made, folder / "samples" / "export"))
    feeds = write_feeds(made, folder / "samples" / "feeds")
    with DemoServer(made, folder / "samples" / "feeds") as server:
        write_catalogue(
            home / "catalogue", server.base_url, folder / "samples" / "export", feeds, today=now.date(), days=DAYS
        )
        tell("Loading models, and waiting for Prefect's embedded server to start (10 to 60 seconds)")
        summary = run_flow(home, now)
    show(summary, home)
    leaks = count_leaks(identifiers, home, folder / "prefect")
    show_planted(made.truth.drivers, home)
    sys.stdout.write(f"Planted identifiers found in anything written: {leaks} of {len(identifiers):,} (must be 0)\n")
    return 1 if leaks or summary["exit_code"] else 0


def run_flow(home: Path, now: datetime) -> dict[str, Any]:
    """Run the daily flow on Prefect's embedded default."""
    from flows.daily import daily
    from listening.daily import warm_up

    warm_up()
    tell("Models are loaded; starting the flow")
    return daily(home=str(home), now=now)


def show(summary: dict[str, Any], home: Path) -> None:
    """Print what the run did, and where its results are."""
    from listening.cli.runs import print_summary
    from listening.daily import Summary

    tell("The flow has ended\n")
    print_summary(Summary(**summary), insights=home / "insights.duckdb")
    sys.stdout.write(f"Compliance reads:     listening audit verify --home {home}\n")
    sys.stdout.write(f"To look around:       source .venv/bin/activate; export LISTENING_HOME={home}\n")


def count_leaks(identifiers: Any, *roots: Path) -> int:
    """Look for every planted identifier in every byte below `roots`, and in every text of both databases."""
    from listening.daily import every_text
    from listening.samples.scan import scan, scan_text
    from listening.settings import load_settings

    tell("\nReading every byte that was written, for planted identifiers")
    hits = scan(roots, identifiers) + scan_text("\n".join(every_text(load_settings(home=roots[0]))), identifiers)
    for entity_type, number in Counter(hit.entity_type for hit in hits).most_common():
        tell(f"LEAK: {number} of type {entity_type}")
    return len({hit.value_index for hit in hits})


def show_planted(drivers: Any, home: Path) -> None:
    """Print the top drivers of the last whole week, and where each planted driver ranks in its own weeks."""
    from listening.cli.console import table
    from listening.settings import load_settings
    from listening.sharing.drivers import top_drivers
    from listening.sharing.query import query

    settings = load_settings(home=home)
    top = top_drivers(settings, week=None, day=None, kind=None, cohort={}, only_rising=False, limit=10)
    sys.stdout.write(f"\nTop drivers in {top.period}, {top.cohort}\n")
    table(top.columns, top.rows)
    rows = []
    for driver in drivers:
        found = query(
            settings,
            _RANKS,
            {
                "kind": driver.kind,
                "concept_id": driver.concept_id,
                "first_day": driver.from_day - timedelta(days=driver.from_day.weekday()),
                "end_day": driver.to_day,
            },
        ).rows
        week, rank, authors, z, is_rising = found[0] if found else ("none", 0, 0, None, None)
        change = ("no baseline yet", "–") if z is None else (z, "yes" if is_rising else "no")
        rows.append([driver.label, driver.kind, driver.expectation, str(week), rank, authors, *change])
    sys.stdout.write("\nPlanted drivers, in their strongest week (rank by authors among all of their kind)\n")
    table(["planted", "kind", "should be", "week of", "rank", "authors", "z", "rising"], rows)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]) if sys.argv[1:] else Path("var/demo")))
