"""Which hidden cells follow from shown ones by adding and subtracting. Pure: counts in, cells out.

Hiding so that each sum on its own is safe is not enough: two-way tables (specialty by country, day by cohort) can be solved
like equations. This finds every cell, and every sum of cells met on the way, whose value the shown cells determine.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_ZERO = 1e-9


@dataclass(frozen=True, slots=True)
class Sum:
    """`parent` is the sum of `parts`, all of them, each counted once. Cells are numbers."""

    parent: int
    parts: tuple[int, ...]


def derivable_sums(sums: Iterable[Sum], shown: Collection[int]) -> list[tuple[int, ...]]:
    """Find what the shown cells determine of the hidden ones.

    Args:
        sums: How the cells add up. A cell that is in none is left alone; one that is empty is in none.
        shown: Cells whose value is known.

    Returns:
        Sets of hidden cells whose sum is determined, each in order; a set of one is a cell that can be derived. Complete
        for single cells; of longer sums it gives those that elimination meets.
    """
    known = set(shown)
    rows: set[tuple[tuple[int, float], ...]] = set()
    for one in sums:
        terms = [(part, 1.0) for part in one.parts if part not in known]
        if one.parent not in known:
            terms.append((one.parent, -1.0))
        if terms:
            rows.add(tuple(sorted(terms)))
    found: list[tuple[int, ...]] = []
    for block in _blocks(sorted(rows)):
        found += _solved(block)
    return found


def _blocks(rows: Sequence[tuple[tuple[int, float], ...]]) -> list[list[tuple[tuple[int, float], ...]]]:
    """Split the equations into sets that share no cell."""
    root: dict[int, int] = {}

    def find(cell: int) -> int:
        while root.setdefault(cell, cell) != cell:
            root[cell] = root[root[cell]]
            cell = root[cell]
        return cell

    for row in rows:
        for cell, _ in row[1:]:
            root[find(cell)] = find(row[0][0])
    blocks: dict[int, list[tuple[tuple[int, float], ...]]] = {}
    for row in rows:
        blocks.setdefault(find(row[0][0]), []).append(row)
    return list(blocks.values())


def _solved(rows: Sequence[tuple[tuple[int, float], ...]]) -> list[tuple[int, ...]]:
    cells = sorted({cell for row in rows for cell, _ in row})
    if len(rows) == 1:
        return [tuple(cells)] if all(sign > 0 for _, sign in rows[0]) else []
    place = {cell: index for index, cell in enumerate(cells)}
    matrix = np.zeros((len(rows), len(cells)))
    for index, row in enumerate(rows):
        for cell, sign in row:
            matrix[index, place[cell]] = sign
    reduced = _eliminated(matrix)
    return [
        tuple(cells[index] for index in np.flatnonzero(row)) for row in reduced if row.any() and (row > -_ZERO).all()
    ]


def _eliminated(matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Give the reduced row echelon form; a cell is determined exactly if a row of it has that cell alone."""
    top = 0
    for column in range(matrix.shape[1]):
        if top == matrix.shape[0]:
            break
        pivot = top + int(np.argmax(np.abs(matrix[top:, column])))
        if abs(matrix[pivot, column]) < _ZERO:
            continue
        matrix[[top, pivot]] = matrix[[pivot, top]]
        matrix[top] /= matrix[top, column]
        others = np.flatnonzero(np.abs(matrix[:, column]) > _ZERO)
        others = others[others != top]
        matrix[others] -= np.outer(matrix[others, column], matrix[top])
        matrix[np.abs(matrix) < _ZERO] = 0.0
        top += 1
    return matrix[:top]


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
    chosen: set[int] = set()
    for small in derivable_sums(sums, known):
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
