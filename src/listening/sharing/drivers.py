"""Ranks the drivers of a week or a day in a cohort, from the published file alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from listening.errors import QueryRefused, UsageError
from listening.settings import Settings
from listening.sharing.query import query
from listening.sharing.result import Result

COHORT_COLUMNS = ("source_id", "role", "specialty", "country", "language")
_LEVELS = {
    (): "all",
    ("source_id",): "source",
    ("role",): "role",
    ("specialty",): "specialty",
    ("country",): "country",
    ("language",): "language",
    ("specialty", "country"): "specialty_country",
}
_COLUMNS = (
    "kind",
    "concept_id",
    "label",
    "posts",
    "authors",
    "voice_share",
    "log_odds",
    "log_odds_z",
    "is_rising",
    "engagement",
    "driver_score",
)


@dataclass(frozen=True, slots=True)
class DriverRanking(Result):
    """Drivers, the first one leading. `period` is `2026-W46` or `2026-11-09`; `cohort` says who; `k` is the cell rule."""

    period: str = ""
    cohort: str = ""
    k: int = 0


def top_drivers(
    settings: Settings,
    *,
    week: str | None = None,
    day: str | None = None,
    kind: str | None = None,
    cohort: Mapping[str, str | None] | None = None,
    only_rising: bool = False,
    limit: int = 20,
) -> DriverRanking:
    """Rank drivers by `driver_score`, which weighs how many speak of a thing and how much that grew.

    Args:
        settings: Says where the published file lies.
        week: ISO week such as `2026-W46`; the latest whole one if neither it nor `day` is given.
        day: A day such as `2026-11-09`, in place of a week.
        kind: One kind only.
        cohort: Values by `source_id`, `role`, `specialty`, `country`, `language`; one of them, or specialty and country.
        only_rising: Only what rises against the baseline.
        limit: Rows given at most, 1 or more.

    Returns:
        The ranking; empty where gate 2 shows nothing for the cohort.

    Raises:
        UsageError: The period is unknown (the message lists those that exist), or the cohort is of no published kind.
        QueryRefused: Nothing is published yet.
    """
    if limit < 1:
        raise UsageError(problem="The limit is below 1", remedy="Ask for at least one row.")
    chosen = {name: value for name, value in (cohort or {}).items() if value is not None}
    level = _LEVELS.get(tuple(sorted(chosen, key=COHORT_COLUMNS.index))) if chosen.keys() <= {*COHORT_COLUMNS} else None
    if level is None:
        raise UsageError(
            problem="These cohort filters are not published together",
            remedy="Use one of source, role, specialty, country and language, or specialty with country.",
        )
    table, period_day, period = _period(settings, week, day)
    conditions = ["period_day = $period_day", "cohort_level = $cohort_level"]
    values: dict[str, Any] = {"period_day": period_day, "cohort_level": level, "limit": limit}
    for name, value in {**chosen, **({"kind": kind} if kind else {})}.items():
        conditions.append(f"{name} = ${name}")
        values[name] = value
    if only_rising:
        conditions.append("is_rising")
    found = query(
        settings,
        f"select {', '.join(_COLUMNS)} from {table} where {' and '.join(conditions)}"  # noqa: S608 - fixed names above
        " order by driver_score desc, posts desc, concept_id limit $limit",
        values,
    )
    if not found.rows:
        _check_cohort(settings, chosen)
    (k,) = query(settings, "select k from publication").rows[0]
    named = ", ".join(f"{name.removesuffix('_id')} {value}" for name, value in chosen.items())
    return DriverRanking(found.columns, found.rows, found.is_cut, period, named or "all HCPs", int(k))


def _check_cohort(settings: Settings, chosen: Mapping[str, str]) -> None:
    """Tell a cohort that holds too few authors from one that nobody ever heard of, such as a misspelt one."""
    for name, value in chosen.items():
        rows = query(settings, f"select distinct {name} from cohort_weekly where {name} <> 'all' order by all").rows  # noqa: S608 - fixed names
        known = [row[0] for row in rows]
        if value not in known:
            named = name.removesuffix("_id")
            raise UsageError(
                problem=f"No published cohort has the {named} {value}",
                remedy=f"Published are: {', '.join(known) or 'none'}.",
            )


def _period(settings: Settings, week: str | None, day: str | None) -> tuple[str, date, str]:
    """Give the table, the first day and the name of the period asked for."""
    if week is not None and day is not None:
        raise UsageError(problem="Both a week and a day are given", remedy="Give one of them.")
    if day is not None:
        wanted = _parsed(day, r"\d{4}-\d{2}-\d{2}", "a day such as 2026-11-09")
        known = query(settings, "select distinct period_day from cohort_daily order by all").rows
        if (wanted,) not in known:
            raise UsageError(problem=f"Nothing is published for {day}", remedy=_which([str(row[0]) for row in known]))
        return "driver_daily", wanted, day
    known = query(settings, "select distinct period_day, iso_week from cohort_weekly order by all").rows
    if week is None:
        latest = query(
            settings, "select max(period_day) from cohort_weekly, publication where period_day + 7 <= published_at"
        )
        period_day = latest.rows[0][0]
        if period_day is None:
            raise QueryRefused(problem="No whole week is published yet", remedy=_which([row[1] for row in known]))
        return "driver_weekly", period_day, dict(known)[period_day]
    wanted = _parsed(week, r"\d{4}-W\d{2}", "an ISO week such as 2026-W46")
    if wanted not in dict(known):
        raise UsageError(problem=f"Nothing is published for {week}", remedy=_which([row[1] for row in known]))
    return "driver_weekly", wanted, week


def _parsed(text: str, pattern: str, example: str) -> date:
    found: date | None = None
    if re.fullmatch(pattern, text, re.ASCII):
        try:
            found = date.fromisoformat(text)
        except ValueError:
            found = None
    if found is None:
        raise UsageError(problem=f"The period is not {example}", remedy="Write it like that.")
    return found


def _which(names: list[str]) -> str:
    if not names:
        return "No period has enough authors yet; see `listening sql 'from publication_count'`."
    return f"There are {len(names)}, from {names[0]} to {names[-1]}; the latest are {', '.join(names[-5:])}."
