"""Gate 2's decision: which cells may be shown. Works in temporary tables of the restricted store, and keeps what it decided.

Hidden are cells with fewer than k distinct authors, and as many more as it takes that none of them, nor a difference of
shown cells with fewer than k authors, follows from what is shown. Cells of different weeks do not add up to anything, so each
week is decided on by itself, once: again only where its posts or the rules are not what they were.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from listening.assets import asset
from listening.drivers.stage import stage, unstage
from listening.drivers.windows import Days
from listening.errors import SharingRefused
from listening.sharing import derivable
from listening.sharing.derivable import Sum, cells_to_hide
from listening.store.sql import Sql

_HIDE = ("hide_unfounded", "hide_remainder")
_TABLES = (
    "gate_all_due",
    "gate_due",
    "gate_group",
    "gate_cell_author",
    "gate_cell",
    "gate_member",
    "gate_part",
    "gate_nested",
    "gate_change",
    "gate_fresh",
)
_WEEKS_AT_ONCE = 13
"""Weeks that are decided on in one go, so that years of them need no more memory than a quarter."""

_MOST_ROUNDS = 10_000
"""Every round hides a cell, so it ends by itself; this only turns a mistake into an error."""


def _statement(name: str) -> str:
    return (asset("sql/gate2") / f"{name}.sql").read_text(encoding="utf-8")


def decide(sql: Sql, *, k: int, baseline_weeks: int, versions: Mapping[str, str]) -> list[date]:
    """Bring `gate_shown` up to date with the marts: the cells that may be shown, and whether their change may.

    Args:
        sql: The restricted store, its marts built.
        k: Fewest distinct authors.
        baseline_weeks: Weeks of history behind a change.
        versions: Versions of the program and of what the posts went through; another one decides everything anew.

    Returns:
        Mondays of the weeks whose cells were decided on now; the decision of all others stands.

    Raises:
        SharingRefused: No end was found.
        StoreError: The database refused.
    """
    fingerprint = _fingerprint(sql, k=k, baseline_weeks=baseline_weeks, versions=versions)
    for name, value in {"k": k, "baseline_weeks": baseline_weeks, "fingerprint": fingerprint}.items():
        sql.rows(f"set variable {name} = $value", {"value": value})
    sql.atomically(lambda: sql.rows(_statement("due")))
    due = sql.rows("select week_day, is_undecided from gate_all_due order by week_day")
    for weeks in _pieces([week for week, _ in due]):
        stage(sql, Days(weeks[0] - timedelta(weeks=baseline_weeks), weeks[-1] + timedelta(weeks=1)))
        sql.rows(
            "create or replace temp table gate_due as from gate_all_due where week_day between ? and ?",
            [weeks[0], weeks[-1]],
        )
        _decide_cells(sql, k=k)
        sql.atomically(lambda: _keep(sql))
    return [week for week, is_undecided in due if is_undecided]


def _fingerprint(sql: Sql, *, k: int, baseline_weeks: int, versions: Mapping[str, str]) -> str:
    """Give what a decision rests on beside the posts, as 64 hex digits; the rules are in the SQL and in these modules."""
    rules = [
        *sorted(asset("sql/gate2").glob("*.sql")),
        asset("sql/marts") / "stage.sql",
        Path(__file__),
        Path(derivable.__file__),
    ]
    content = [
        k,
        baseline_weeks,
        sorted(versions.items()),
        sql.rows("select mart, fingerprint from mart_build order by mart"),
        [rule.read_text(encoding="utf-8") for rule in rules],
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _pieces(weeks: Sequence[date]) -> Iterator[list[date]]:
    """Cut weeks, in order, so that those of a piece lie close together."""
    piece: list[date] = []
    for week in weeks:
        if piece and week - piece[0] >= timedelta(weeks=_WEEKS_AT_ONCE):
            yield piece
            piece = []
        piece.append(week)
    if piece:
        yield piece


def _decide_cells(sql: Sql, *, k: int) -> None:
    """Fill `gate_cell`: hide until nothing has to be hidden. Each step only hides, so one pair of nested cells comes once."""
    for name in ("cell", "member", "part", "nested", "hide_nested"):
        sql.rows(_statement(name))
    groups: dict[int, _Group] | None = None
    for _ in range(_MOST_ROUNDS):
        if sum(sql.rows(_statement(name))[0][0] for name in _HIDE):
            continue
        groups = _groups(sql) if groups is None else groups
        if not _hide_derivable(sql, groups, k=k):
            return
    raise SharingRefused(problem="the cells to hide were not found", remedy="Report it; nothing was published.")


def _keep(sql: Sql) -> None:
    for name in ("keep", "change", "fresh"):
        sql.rows(_statement(name))
    sql.rows(
        "insert or replace into gate_week select week_day, getvariable('fingerprint'), digest, history from gate_due"
    )


def forget(sql: Sql) -> None:
    """Drop the temporary tables."""
    sql.rows(";".join(f"drop table if exists {table}" for table in _TABLES))
    unstage(sql)


@dataclass(slots=True)
class _Group:
    """Cells that add up. `settled` is what was shown of them when nothing small could be derived."""

    authors: dict[int, int]
    sacrifice: dict[int, tuple[bool, int]]
    sums: list[Sum]
    settled: frozenset[int] | None = None


def _groups(sql: Sql) -> dict[int, _Group]:
    """Give the groups that show more than their whole; later, when more is hidden, there are no others."""
    many = "(select group_id from gate_cell where is_published group by group_id having count(*) > 1)"
    cells = sql.rows(
        "select group_id, cell_id, authors, is_week = 1 and is_all from gate_cell"  # noqa: S608
        f" where group_id in {many} order by group_id, cell_id"
    )
    parts = sql.rows(
        "select group_id, parent_id, list(part_id order by part_id) from gate_part"  # noqa: S608
        f" where group_id in {many} group by group_id, parent_id, dimension order by group_id, parent_id, dimension"
    )
    sums: dict[int, list[Sum]] = defaultdict(list)
    for group, parent, some in parts:
        sums[group].append(Sum(parent, tuple(some)))
    groups: dict[int, _Group] = {}
    for group, rows in groupby(cells, itemgetter(0)):
        some = list(rows)
        authors = {cell: count for _, cell, count, _ in some}
        groups[group] = _Group(authors, {cell: (is_whole, count) for _, cell, count, is_whole in some}, sums[group])
    return groups


def _hide_derivable(sql: Sql, groups: Mapping[int, _Group], *, k: int) -> int:
    """Hide one cell per derivable small sum, looking only at groups of which less is shown than at the last look."""
    now_shown: dict[int, set[int]] = defaultdict(set)
    for number, cell in sql.rows("select group_id, cell_id from gate_cell where is_published"):
        now_shown[number].add(cell)
    chosen: set[int] = set()
    for number, group in groups.items():
        shown = frozenset(now_shown[number])
        if group.settled == shown or len(shown) < 2:
            continue
        if hidden := cells_to_hide(group.sums, shown, group.authors, k=k, sacrifice=group.sacrifice):
            chosen |= hidden
        else:
            group.settled = shown
    if chosen:
        marks = ", ".join("?" * len(chosen))
        sql.rows(f"update gate_cell set is_published = false where cell_id in ({marks})", sorted(chosen))  # noqa: S608
    return len(chosen)
