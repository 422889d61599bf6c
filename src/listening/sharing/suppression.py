"""Gate 2's decision: which cells may be shown. Works in temporary tables of the restricted store.

Hidden are cells with fewer than k distinct authors, and as many more as it takes that none of them, nor a difference of
shown cells with fewer than k authors, follows from what is shown.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from listening.assets import asset
from listening.errors import SharingRefused
from listening.sharing.derivable import Sum, cells_to_hide
from listening.store.sql import Sql

_HIDE = ("hide_nested", "hide_unfounded", "hide_remainder")
_TABLES = ("gate_cell", "gate_member", "gate_part", "gate_nested", "gate_change")
_MOST_ROUNDS = 10_000
"""Every round hides a cell, so it ends by itself; this only turns a mistake into an error."""


def _statement(name: str) -> str:
    return (asset("sql/gate2") / f"{name}.sql").read_text(encoding="utf-8")


def decide(sql: Sql, *, k: int, baseline_weeks: int) -> None:
    """Fill `gate_cell` (what is shown) and `gate_change` (whose change is shown) from the marts.

    Args:
        sql: The restricted store, its marts built.
        k: Fewest distinct authors.
        baseline_weeks: Weeks of history behind a change.

    Raises:
        SharingRefused: No end was found.
        StoreError: The database refused.
    """
    first, end = sql.rows("select min(day), max(day) + 1 from post")[0]
    for name, value in {"k": k, "baseline_weeks": baseline_weeks, "first_day": first, "end_day": end}.items():
        sql.rows(f"set variable {name} = $value", {"value": value})
    for name in ("cell", "member", "part", "nested"):
        sql.rows(_statement(name))
    settled: dict[int, frozenset[int]] = {}
    for _ in range(_MOST_ROUNDS):
        if not sum(sql.rows(_statement(name))[0][0] for name in _HIDE) and not _hide_derivable(sql, settled, k=k):
            break
    else:
        raise SharingRefused(problem="the cells to hide were not found", remedy="Report it; nothing was published.")
    sql.rows(_statement("change"))


def forget(sql: Sql) -> None:
    """Drop the temporary tables."""
    sql.rows(";".join(f"drop table if exists {table}" for table in _TABLES))


def _hide_derivable(sql: Sql, settled: dict[int, frozenset[int]], *, k: int) -> int:
    """Hide one cell per derivable small sum; `settled` remembers what was shown of the groups that have none."""
    chosen: set[int] = set()
    for group, cells, sums in _groups(sql):
        shown = frozenset(cell for cell, (is_shown, _, _) in cells.items() if is_shown)
        if settled.get(group) == shown:
            continue
        authors = {cell: count for cell, (_, count, _) in cells.items()}
        sacrifice = {cell: (is_whole, authors[cell]) for cell, (_, _, is_whole) in cells.items()}
        if hidden := cells_to_hide(sums, shown, authors, k=k, sacrifice=sacrifice):
            chosen |= hidden
        else:
            settled[group] = shown
    if chosen:
        marks = ", ".join("?" * len(chosen))
        sql.rows(f"update gate_cell set is_published = false where cell_id in ({marks})", sorted(chosen))  # noqa: S608
    return len(chosen)


def _groups(sql: Sql) -> Iterator[tuple[int, dict[int, tuple[bool, int, bool]], list[Sum]]]:
    """Yield the groups that show more than their whole, as their cells (shown, authors, is the whole) and sums."""
    cells = sql.rows(
        "select group_id, cell_id, is_published, authors, grain = 'week' and cohort_level = 'all' from gate_cell"
        " where is_candidate qualify count(*) filter (where is_published) over (partition by group_id) > 1"
        " order by group_id, cell_id"
    )
    parts = sql.rows(
        "select gate_cell.group_id, parent_id, dimension, list(part_id order by part_id)"
        " from gate_part join gate_cell on parent_id = cell_id group by all order by gate_cell.group_id, parent_id, dimension"
    )
    sums = {group: [Sum(row[1], tuple(row[3])) for row in rows] for group, rows in groupby(parts, itemgetter(0))}
    for group, rows in groupby(cells, itemgetter(0)):
        yield group, {row[1]: (row[2], row[3], row[4]) for row in rows}, sums.get(group, [])
