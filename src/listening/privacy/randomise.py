"""Randomise at collection what policy says: the stored day, and labels by randomised response. Pure, keyed, repeatable.

Every draw is an HMAC of what it is for, so a post that is read again is stored the same, and an author answers once a
rotation period: asking again averages nothing away.
"""

from collections.abc import Sequence
from datetime import date, timedelta

_SCALE = 2**64


def unit(draw: bytes) -> float:
    """Read the first eight bytes of a draw as a number, 0 up to 1."""
    return int.from_bytes(draw[:8], "big") / _SCALE


def jitter_day(day: date, latest: date, most: int, draw: bytes) -> date:
    """Move a day by -`most` to `most` days, each as likely; what would lie after `latest` is mirrored to before `day`.

    Args:
        day: The true day.
        latest: The day of collection: no post is stored with a later one.
        most: Days, 0 for none.
        draw: The post's, 32 bytes.
    """
    shift = int(unit(draw) * (2 * most + 1)) - most
    moved = day + timedelta(days=shift)
    return moved if moved <= latest else day - timedelta(days=shift)


def respond(label: str | None, labels: Sequence[str], flip: float, draw: bytes) -> str | None:
    """Give a label, or with probability `flip` a fair draw among `labels`; an unknown label stays unknown.

    Of n authors with a known label, n' = n(1 - flip) + flip * all / len(labels) are seen with it, which is solved for n.
    Source: Warner 1965, in the form for several categories.

    Args:
        label: The true one.
        labels: All there are, in a fixed order.
        flip: 0 up to 1.
        draw: The author's in the rotation period, 32 bytes.
    """
    if label is None or unit(draw) >= flip:
        return label
    return labels[int(unit(draw[8:]) * len(labels))]
