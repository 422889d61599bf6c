"""`listening run`, `schedule`, `check` and `samples`: what the operator does."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from listening.cli.console import counts_line, emit_json, instant, note, progress, say, table
from listening.errors import UsageError
from listening.settings import load_settings

if TYPE_CHECKING:
    from listening.daily import Summary
    from listening.ingest import UnitCounts

Home = Annotated[Path | None, Parameter(help="Data home; setting `home`, by default ./listening-home.")]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Write JSON to standard output.")]
Now = Annotated[str | None, Parameter(help="Run as if it were this instant (ISO 8601), for back-fills and tests.")]


def run(
    *,
    source: Annotated[
        list[str] | None, Parameter(help="Keep to this source; may stand several times.", negative="")
    ] = None,
    home: Home = None,
    now: Now = None,
    as_json: Json = False,
    quiet: Annotated[bool, Parameter(negative="", help="No progress on standard error.")] = False,
) -> int:
    """Do the daily run: collect, gate 1, tag, store, marts, gate 2, publish.

    Reads every source whose permission holds today since its cursor. Batch and cursor commit together, so a run that was
    killed and is started again ends with the same rows. The exit code is that of the first source that failed.
    """
    from listening import daily

    settings = load_settings(home=home)
    with progress(quiet=quiet) as shown:

        def report(source_id: str, counts: "UnitCounts") -> None:
            shown.posts(
                source_id,
                seen=counts.seen,
                stored=counts.stored,
                refused=sum(counts.refused.values()),
                expected=None,
            )

        summary = daily.run(
            settings,
            now=instant(now),
            clock=lambda: datetime.now(tz=UTC),
            only=source or (),
            stage=shown.stage,
            report=report,
        )
    if as_json:
        emit_json(summary.as_json())
    else:
        print_summary(summary, insights=settings.insights_path)
    return summary.exit_code


def print_summary(summary: "Summary", *, insights: Path) -> None:
    """Print a run's summary for a person."""
    totals = summary.totals
    say(f"Run {summary.run_id}: {summary.state}")
    say()
    table(
        ["source", "seen", "stored", "updated", "unchanged", "refused", "seconds"],
        [
            [
                one["source_id"],
                one["seen"],
                one["stored"],
                one["updated"],
                one["unchanged"],
                sum(one["refused"].values()),
                round(sum(one["seconds"].values()), 1),
            ]
            for one in summary.sources
        ],
    )
    say()
    say(f"Refused, by reason:   {counts_line(totals['refused'], limit=20)}")
    if totals["removed"]:
        say(f"Removed, by reason:   {counts_line(totals['removed'])}")
    say(f"Entities hidden:      {counts_line(totals['entities'], limit=20)}")
    say(f"Mentions tagged:      {counts_line(totals['mentions'])}")
    say(f"Cells published:      {counts_line(summary.published)}")
    say(f"Cells suppressed:     {counts_line(summary.suppressed)}")
    say(f"Seconds:              {', '.join(f'{name} {spent}' for name, spent in summary.seconds.items())}")
    if totals["clamped_days"]:
        say(f"Dates out of range:   {totals['clamped_days']} posts stand under their day of collection")
    if summary.skipped:
        note(f"Not read: {len(summary.skipped)} sources of the catalogue; `listening sources` says why")
    for failure in summary.failures:
        note(f"Failed: {failure['message']}")
    say(f"Analysts read:        {insights}")


def schedule() -> None:
    """Say how to run daily: with Prefect, or with the system's own timer."""
    say(
        "With Prefect, from a checkout (it keeps the schedule and shows each run):\n"
        "  prefect server start &                                       # once; or use your own server\n"
        "  export PREFECT_API_URL=http://127.0.0.1:4200/api\n"
        "  prefect work-pool create listening --type process\n"
        "  prefect --no-prompt deploy --all --prefect-file flows/prefect.yaml\n"
        "  prefect worker start --pool listening\n"
        "\n"
        "Or served by one process, without a work pool:\n"
        "  python -m flows.daily serve\n"
        "\n"
        "Without Prefect, by cron at 06:00 UTC (no server to wait for):\n"
        "  0 6 * * *  cd /path/to/listening && .venv/bin/listening run --quiet --json >> runs.ndjson"
    )


def check(*, home: Home = None, as_json: Json = False) -> int:
    """Run the data checks of every mart; exit code 14 if one that must hold found rows."""
    from listening import daily
    from listening.drivers.marts import run_checks
    from listening.errors import CheckFailed

    settings = load_settings(home=home)
    if not settings.restricted_path.exists():
        raise UsageError(problem="There is no store yet", remedy="Run `listening run` first.")
    with daily.open_store(settings) as store:
        results = run_checks(store, raise_on_failure=False)
    if as_json:
        emit_json(
            [{"mart": one.mart, "level": one.level, "claim": one.claim, "bad_rows": one.row_count} for one in results]
        )
    else:
        table(
            ["mart", "level", "bad rows", "claim"],
            [[one.mart, one.level, one.row_count, one.claim] for one in results],
        )
    return CheckFailed.exit_code if any(one.level == "fail" and one.row_count for one in results) else 0


def samples(
    folder: Path,
    *,
    posts: Annotated[int, Parameter(help="How many posts, at least 20.")] = 5400,
    days: Annotated[int, Parameter(help="Over how many days, at least 7.")] = 60,
    seed: Annotated[int, Parameter(help="The same seed gives the same bytes.")] = 7,
    now: Now = None,
) -> None:
    """Write synthetic clinician posts: an export drop and feeds, with planted drivers and identifiers.

    Made for demonstrations and tests, from templates: never a basis for claims about real text.
    """
    from listening.samples.generate import generate
    from listening.samples.write import write_export, write_feeds

    made = generate(seed=seed, posts=posts, days=days, now=instant(now))
    write_export(made, folder / "export")
    write_feeds(made, folder / "feeds")
    say(f"{len(made.posts):,} posts with {len(made.truth.identifiers):,} planted identifiers are in {folder}")
