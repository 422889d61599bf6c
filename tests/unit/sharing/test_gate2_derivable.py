"""What follows from shown sums."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from listening.sharing.derivable import Sum, cells_to_hide, derivable_sums

#  A table of 2 × 2 with its margins: 1 2 | 5
#                                     3 4 | 6
#                                     7 8 | 9
TABLE = [Sum(5, (1, 2)), Sum(6, (3, 4)), Sum(7, (1, 3)), Sum(8, (2, 4)), Sum(9, (5, 6)), Sum(9, (7, 8))]
MARGINS = {5, 6, 7, 8, 9}


def test_a_single_hidden_part_is_the_rest() -> None:
    assert derivable_sums([Sum(0, (1, 2, 3))], {0, 1, 2}) == [(3,)]


def test_two_hidden_parts_are_known_together_only() -> None:
    assert derivable_sums([Sum(0, (1, 2, 3))], {0, 1}) == [(2, 3)]


def test_a_parent_is_the_sum_of_its_parts() -> None:
    assert derivable_sums([Sum(0, (1, 2))], {1, 2}) == [(0,)]
    assert derivable_sums([Sum(0, (1, 2)), Sum(9, (0, 3))], {1, 2, 9}) == [(0,), (3,)]


def test_sums_with_a_large_cell_are_left_out_and_no_other() -> None:
    assert derivable_sums([Sum(0, (1, 2, 3))], {0, 1}, large={3}) == []
    assert derivable_sums([Sum(0, (1, 2, 3)), Sum(9, (3, 4))], {0, 9}, large={3}) == []
    assert derivable_sums([Sum(9, (1, 2, 3)), Sum(8, (3, 4)), Sum(7, (4,))], {9, 8, 7}, large={3, 4}) == [(1, 2)]


equations = st.lists(
    st.tuples(st.integers(0, 9), st.sets(st.integers(0, 9), min_size=1, max_size=5)).filter(
        lambda one: one[0] not in one[1]
    ),
    min_size=1,
    max_size=8,
)


@given(equations, st.sets(st.integers(0, 9)))
def test_a_cell_is_found_exactly_if_the_shown_ones_determine_it(some, shown) -> None:
    sums = [Sum(parent, tuple(sorted(parts))) for parent, parts in some]
    matrix = np.zeros((len(sums), 10))
    for row, one in enumerate(sums):
        matrix[row, list(one.parts)] += 1
        matrix[row, one.parent] -= 1
    matrix[:, sorted(shown)] = 0
    rank = np.linalg.matrix_rank(matrix)
    solved = {
        (cell,)
        for cell in range(10)
        if matrix[:, cell].any() and np.linalg.matrix_rank(np.vstack([matrix, np.eye(10)[cell]])) == rank
    }
    for large in (set[int](), {1, 4, 7}):
        found = derivable_sums(sums, shown, large=large)
        assert {one for one in found if len(one) == 1} == {one for one in solved if large.isdisjoint(one)}
        for one in found:
            sum_of = np.isin(np.arange(10), one).astype(float)
            positive = np.linalg.lstsq(matrix.T, sum_of, rcond=None)[0] @ matrix
            assert large.isdisjoint(one)
            assert len(one) > 1 or np.allclose(positive, sum_of)


def test_one_hidden_cell_of_a_table_is_solved() -> None:
    assert derivable_sums(TABLE, MARGINS | {2, 3, 4}) == [(1,)]
    assert (1,) in derivable_sums(TABLE, MARGINS | {4})  # From 2 and 3, which their other margins give.


def test_a_whole_hidden_table_is_not_solved() -> None:
    assert [one for one in derivable_sums(TABLE, MARGINS) if len(one) == 1] == []


def test_what_is_derivable_and_small_costs_a_shown_cell() -> None:
    authors = {1: 2, 2: 20, 3: 20, 4: 20, 5: 22, 6: 40, 7: 22, 8: 40, 9: 62}
    chosen = cells_to_hide(TABLE, MARGINS | {4}, authors, k=11, sacrifice=authors)
    assert chosen == {4}
    assert cells_to_hide(TABLE, MARGINS, authors, k=11, sacrifice=authors) == set()
