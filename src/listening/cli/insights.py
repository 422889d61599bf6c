"""`listening drivers` and `listening sql`: what analysts ask, from `insights.duckdb` alone."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from listening.cli.console import emit_json, note, say, table
from listening.cli.runs import Home, Json
from listening.errors import UsageError
from listening.posts import Kind
from listening.settings import load_settings


def drivers(
    *,
    week: Annotated[str | None, Parameter(help="ISO week such as 2026-W46; the newest whole one by default.")] = None,
    day: Annotated[str | None, Parameter(help="A day such as 2026-11-09, in place of a week.")] = None,
    kind: Annotated[Kind | None, Parameter(help="Only drivers of this kind.")] = None,
    source: Annotated[str | None, Parameter(help="Cohort: one source.")] = None,
    role: Annotated[str | None, Parameter(help="Cohort: one role, such as nurse.")] = None,
    specialty: Annotated[str | None, Parameter(help="Cohort: one specialty, such as oncology.")] = None,
    country: Annotated[str | None, Parameter(help="Cohort: one country, ISO 3166-1 alpha-2.")] = None,
    language: Annotated[str | None, Parameter(help="Cohort: one language.")] = None,
    rising: Annotated[bool, Parameter(negative="", help="Only what rises against the trailing baseline.")] = False,
    limit: Annotated[int, Parameter(help="How many rows.", validator=Number(gte=1))] = 20,
    chart: Annotated[Path | None, Parameter(help="Write a chart to this .svg or .png file.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Rank the drivers of a week or day in a cohort: what HCPs talked about, and what changed.

    Every row rests on at least k distinct authors. Change is the log-odds against the weeks before, with its z.
    """
    from listening.sharing.drivers import top_drivers

    found = top_drivers(
        load_settings(home=home),
        week=week,
        day=day,
        kind=kind,
        cohort={
            "source_id": source,
            "role": role,
            "specialty": specialty,
            "country": country,
            "language": language,
        },
        only_rising=rising,
        limit=limit,
    )
    if chart is not None:
        from listening.drivers.chart import write_chart

        write_chart(found, chart)
        note(f"Chart: {chart}")
    if as_json:
        emit_json({"period": found.period, "cohort": found.cohort, "drivers": found.as_records()})
        return
    say(f"Drivers in {found.period}, {found.cohort}")
    table(found.columns, found.rows, optional=("concept_id", "engagement", "voice_share"))
    if not found.rows:
        note(f"No driver of this kind rests on {found.k} authors or more in this cohort and period.")


def sql(
    query: Annotated[str | None, Parameter(help="A SELECT; or give a file with -f.")] = None,
    *,
    file: Annotated[Path | None, Parameter(name=["--file", "-f"], help="File that holds one SELECT.")] = None,
    csv: Annotated[bool, Parameter(negative="", help="Write CSV.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Query `insights.duckdb`: read-only, without files and network, within limits of time, memory and rows."""
    from listening.sharing.query import query as ask

    if (query is None) == (file is None):
        raise UsageError(
            problem="Give either a query or a file", remedy='For example: listening sql "from driver_weekly".'
        )
    text = query or ""
    if file is not None:
        unreadable = False
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            unreadable = True
        if unreadable:
            raise UsageError(problem="The SQL file cannot be read", remedy="Check its path; it must be UTF-8 text.")
    found = ask(load_settings(home=home), text)
    if as_json:
        emit_json(found.as_records())
    elif csv:
        import csv as writer

        rows = writer.writer(sys.stdout)
        rows.writerow(found.columns)
        rows.writerows(found.rows)
    else:
        table(found.columns, found.rows)
    if not found.rows:
        note("No rows. Cells behind which too few authors stand are not published; a week holds more than a day.")
    if found.is_cut:
        note(f"Only the first {len(found.rows):,} rows are shown; narrow the query or add a limit.")
