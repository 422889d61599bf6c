"""What follows from shown sums."""

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
    assert derivable_sums([Sum(0, (1, 2))], {1, 2}) == []  # The parent alone is no sum of parts with a plus sign …
    assert derivable_sums([Sum(0, (1, 2)), Sum(9, (0, 3))], {1, 2, 9}) == [(0,), (3,)]  # … but is solved with another.


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
