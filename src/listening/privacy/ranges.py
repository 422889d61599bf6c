"""Ranges of a text, half-open, asked in logarithmic time: a post may hold very many of them."""

from bisect import bisect_right
from collections.abc import Iterable


class Ranges:
    """The union of some ranges `[start, end)`."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        """Sort and unite them."""
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(ranges):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def __bool__(self) -> bool:
        return bool(self._starts)

    def hold(self, start: int, end: int) -> bool:
        """Say whether the whole of `[start, end)` lies in one of them."""
        index = bisect_right(self._starts, start) - 1
        return index >= 0 and end <= self._ends[index]

    def touch(self, start: int, end: int) -> bool:
        """Say whether any of `[start, end)` lies in one of them."""
        index = bisect_right(self._starts, end - 1) - 1
        return index >= 0 and self._ends[index] > start

    def within(self, start: int, end: int) -> list[tuple[int, int]]:
        """Give those that touch `[start, end)`, in order."""
        index = max(0, bisect_right(self._starts, start) - 1)
        found = []
        while index < len(self._starts) and self._starts[index] < end:
            if self._ends[index] > start:
                found.append((self._starts[index], self._ends[index]))
            index += 1
        return found


def blank(text: str, ranges: Iterable[tuple[int, int]]) -> str:
    """Put NUL characters in the place of ranges, length for length, so that no rule sees what stands there."""
    pieces: list[str] = []
    position = 0
    for start, end in sorted(ranges):
        if end > position:
            first = max(start, position)
            pieces += (text[position:first], "\0" * (end - first))
            position = end
    if not pieces:
        return text
    pieces.append(text[position:])
    return "".join(pieces)
