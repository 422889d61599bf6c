"""When a host may be asked again: one pure reader of every rate-limit dialect that was met."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MAX_HOLD = timedelta(hours=1)
"""Longest time a host's header can hold us off; the longest window among the sources is 15 minutes (X)."""

_EPOCH_FROM = 1e9
"""A reset number from here on is epoch seconds (2001), below it is seconds left: Reddit's are ≤ 600."""
_PREFIXES = ("ratelimit", "x-ratelimit", "x-rate-limit")
_THROTTLED = (429, 503)


def next_allowed_at(headers: Mapping[str, str], status: int, now: datetime) -> datetime:
    """Say when the next request may go out.

    Args:
        headers: Of the answer, names in lower case.
        status: Of the answer.
        now: Aware, our clock at the answer.

    Returns:
        An instant in [now, now + MAX_HOLD]; `now` where nothing speaks against it, or where a header cannot be read.
        `Retry-After` (seconds or a date) counts on 429 and 503 only, since servers send it on a 200 too. A reset counts
        on 429, or where nothing remains: ISO 8601 (Mastodon), epoch seconds (AT Protocol, X) or seconds left (Reddit).
        Instants are corrected by the difference between the answer's `Date` and `now`.
    """
    skew = now - (_http_date(headers.get("date")) or now)
    until = None
    if status in _THROTTLED:
        until = _retry_after(headers.get("retry-after"), now, skew)
    if until is None:
        until = _reset(headers, status, now, skew)
    if until is None:
        return now
    return min(max(until, now), now + MAX_HOLD)


def _retry_after(value: str | None, now: datetime, skew: timedelta) -> datetime | None:
    if value is None:
        return None
    if (seconds := _number(value)) is not None:
        return now + _hold(seconds)
    date = _http_date(value)
    return _shift(date, skew) if date else None


def _reset(headers: Mapping[str, str], status: int, now: datetime, skew: timedelta) -> datetime | None:
    for prefix in _PREFIXES:
        value = headers.get(f"{prefix}-reset")
        if value is None:
            continue
        remaining = _number(headers.get(f"{prefix}-remaining"))
        if status != 429 and (remaining is None or remaining >= 1):
            return None
        if (number := _number(value)) is None:
            moment = _iso(value)
            return _shift(moment, skew) if moment else None
        if number < _EPOCH_FROM:
            return now + _hold(number)
        try:
            return _shift(datetime.fromtimestamp(number, UTC), skew)
        except (ValueError, OverflowError, OSError):
            return now + MAX_HOLD
    return None


def _hold(seconds: float) -> timedelta:
    return timedelta(seconds=min(max(seconds, 0.0), MAX_HOLD.total_seconds()))


def _shift(moment: datetime, skew: timedelta) -> datetime | None:
    try:
        return moment + skew
    except OverflowError:
        return None


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if number == number else None  # noqa: PLR0124 (not-a-number)


def _iso(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _http_date(value: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
