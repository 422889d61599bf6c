"""Which weeks a build of the marts must do again, from the days whose posts changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Days:
    """A span of days, half-open; here always whole ISO weeks."""

    start: date
    end: date


def monday(day: date) -> date:
    """Give the first day of the ISO week."""
    return day - timedelta(days=day.weekday())


def stale_weeks(changed: Iterable[date], *, baseline_weeks: int) -> list[Days]:
    """Give the weeks that a change of `changed` days can move: their own, and those whose baseline they are in.

    Returns:
        Spans in order, without overlap.
    """
    spans: list[Days] = []
    for start in sorted({monday(day) for day in changed}):
        end = start + timedelta(weeks=baseline_weeks + 1)
        if spans and start <= spans[-1].end:
            spans[-1] = Days(spans[-1].start, max(end, spans[-1].end))
        else:
            spans.append(Days(start, end))
    return spans


def in_pieces(spans: Iterable[Days], *, weeks: int) -> Iterator[Days]:
    """Cut spans so that none is longer than `weeks`: what is done with one at a time stays small."""
    for span in spans:
        start = span.start
        while start < span.end:
            end = min(start + timedelta(weeks=weeks), span.end)
            yield Days(start, end)
            start = end
