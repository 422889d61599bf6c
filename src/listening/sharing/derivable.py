"""Which hidden cells follow from shown ones by adding and subtracting. Pure: counts in, cells out.

Hiding so that each sum on its own is safe is not enough: two-way tables (specialty by country, day by cohort) can be solved
like equations. This finds every cell, and every sum of cells met on the way, whose value the shown cells determine.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import gcd

Row = dict[int, int]
"""An equation: the hidden cells, each times its factor, have a known sum. Whole numbers, so that nothing is rounded."""


@dataclass(frozen=True, slots=True)
class Sum:
    """`parent` is the sum of `parts`, all of them, each counted once. Cells are numbers."""

    parent: int
    parts: tuple[int, ...]


def derivable_sums(
    sums: Iterable[Sum], shown: Collection[int], *, large: Collection[int] = ()
) -> list[tuple[int, ...]]:
    """Find what the shown cells determine of the hidden ones.

    Args:
        sums: How the cells add up. A cell that is in none is left alone; one that is empty is in none.
        shown: Cells whose value is known.
        large: Hidden cells of which a sum is of no concern.

    Returns:
        Sets of hidden cells, none of them large, whose sum is determined, each in order; a set of one is a cell that can be
        derived. Complete for single cells; of longer sums it gives those that elimination meets.
    """
    rows = _Rows(_equation(one, shown) for one in sums)
    # Without the large cells, what is left are all equations of small cells alone: far fewer, and nothing is missed.
    for cell in sorted((cell for cell in rows.places if cell in large), key=lambda cell: len(rows.places[cell])):
        rows.eliminate(cell)
    reduced: dict[int, Row] = {}
    for cell, pivot in reversed([(cell, rows.eliminate(cell)) for cell in sorted(rows.places)]):
        if pivot:
            reduced[cell] = _without_all(pivot, reduced)
    return [
        tuple(sorted(row))
        for cell, row in reversed(reduced.items())
        if all((factor > 0) == (row[cell] > 0) for factor in row.values())
    ]


def _equation(one: Sum, shown: Collection[int]) -> Row:
    row = {part: 1 for part in one.parts if part not in shown}
    if one.parent not in shown:
        row[one.parent] = -1
    return row


class _Rows:
    """Equations, and which of them each cell is in. Almost all factors are 0, and are not kept."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = {number: row for number, row in enumerate(rows) if row}
        self.places: dict[int, set[int]] = defaultdict(set)
        for number, row in self.rows.items():
            for cell in row:
                self.places[cell].add(number)

    def eliminate(self, cell: int) -> Row | None:
        """Take the shortest equation with the cell out, and the cell out of all others."""
        places = self.places[cell]
        if not places:
            return None
        taken = min(places, key=lambda number: (len(self.rows[number]), number))
        pivot = self.rows.pop(taken)
        for other in pivot:
            self.places[other].discard(taken)
        for number in tuple(places):
            row = self.rows[number] = _without(self.rows[number], pivot, cell)
            for other in pivot:
                if other in row:
                    self.places[other].add(number)
                else:
                    self.places[other].discard(number)
            if not row:
                del self.rows[number]
        return pivot


def _without_all(row: Row, reduced: Mapping[int, Row]) -> Row:
    for cell in [cell for cell in row if cell in reduced]:
        row = _without(row, reduced[cell], cell)
    return row


def _without(row: Row, pivot: Row, cell: int) -> Row:
    """Subtract so much of `pivot` from `row` that the cell is gone; the sign of all other factors of `row` is kept."""
    times, minus = pivot[cell], row[cell]
    if (divisor := gcd(times, minus)) != 1:
        times, minus = times // divisor, minus // divisor
    if times < 0:
        times, minus = -times, -minus
    new = dict(row) if times == 1 else {other: factor * times for other, factor in row.items()}
    for other, factor in pivot.items():
        if changed := new.get(other, 0) - minus * factor:
            new[other] = changed
        else:
            del new[other]
    return new


def cells_to_hide(
    sums: Sequence[Sum], shown: Collection[int], authors: Mapping[int, int], *, k: int, sacrifice: Mapping[int, object]
) -> set[int]:
    """Choose shown cells to hide, so that less can be derived: one for each derivable sum with fewer than k authors.

    Args:
        sums: How the cells add up.
        shown: Cells that are shown.
        authors: Distinct authors of each cell. A sum has at most as many as its cells together.
        k: Fewest authors behind a sum that may be derived.
        sacrifice: What is given up first has the smallest value.

    Returns:
        Nothing, if no such sum is derivable.
    """
    known = set(shown)
    large = {cell for cell, count in authors.items() if count >= k}
    chosen: set[int] = set()
    for small in derivable_sums(sums, known, large=large):
        if sum(authors[cell] for cell in small) >= k:
            continue
        if candidates := _near(sums, known, small):
            chosen.add(min(candidates, key=lambda cell: (sacrifice[cell], cell)))
    return chosen


def _near(sums: Sequence[Sum], known: Collection[int], small: Iterable[int]) -> set[int]:
    """Give the shown parts nearest to `small`, going from hidden cell to hidden cell; the shown parents if none is a part."""
    reached, parents = set(small), set[int]()
    while True:
        touched = [one for one in sums if one.parent in reached or not reached.isdisjoint(one.parts)]
        if parts := {part for one in touched for part in one.parts if part in known}:
            return parts
        parents |= {one.parent for one in touched if one.parent in known}
        further = {cell for one in touched for cell in (one.parent, *one.parts) if cell not in known}
        if further <= reached:
            return parents
        reached |= further
