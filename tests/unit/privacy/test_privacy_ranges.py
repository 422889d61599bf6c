"""Ranges: what holds for every set of them."""

from hypothesis import given
from hypothesis import strategies as st

from listening.privacy.ranges import Ranges, blank

RANGES = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 8)).map(lambda p: (p[0], p[0] + p[1])), max_size=8)


@given(RANGES, st.integers(0, 45), st.integers(1, 6))
def test_they_answer_as_a_look_at_every_place_would(ranges, start, length):
    covered = {place for low, high in ranges for place in range(low, high)}
    asked = set(range(start, start + length))
    union = Ranges(ranges)
    assert union.touch(start, start + length) == bool(asked & covered)
    assert union.hold(start, start + length) == (asked <= covered)
    touched = {place for low, high in union.within(start, start + length) for place in range(low, high)}
    assert asked & covered == asked & touched
    assert bool(union) == bool(covered)


@given(st.text(min_size=50, max_size=50), RANGES)
def test_blanking_keeps_the_length_and_everything_outside(text, ranges):
    covered = {place for low, high in ranges for place in range(low, high)}
    blanked = blank(text, ranges)
    assert len(blanked) == len(text)
    assert all(blanked[i] == ("\0" if i in covered else text[i]) for i in range(50))
