"""Puts the posts of a span of days into temporary tables of numbers, from which the marts and gate 2 count."""

from listening.assets import asset
from listening.drivers.windows import Days
from listening.store.sql import Sql

TABLES = (
    "stage_label",
    "stage_label_cohort",
    "stage_cohort",
    "stage_repeat",
    "stage_post",
    "stage_mention",
    "stage_concept",
    "stage_spoken",
)


def stage(sql: Sql, days: Days) -> None:
    """Fill the tables of `sql/marts/stage.sql`, and define the macros that read them."""
    sql.rows("set variable first_day = $day", {"day": days.start})
    sql.rows("set variable end_day = $day", {"day": days.end})
    for name in ("stage", "macros"):
        sql.rows((asset("sql/marts") / f"{name}.sql").read_text(encoding="utf-8"))


def unstage(sql: Sql) -> None:
    """Drop the tables."""
    sql.rows(";".join(f"drop table if exists {table}" for table in TABLES))
