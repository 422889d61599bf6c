"""When a host may be asked again: one pure reader of every rate-limit dialect that was met."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any

import pytz

from listening.collect.build import parse_json

MAX_HOLD = timedelta(hours=1)
"""Longest time a host's header can hold us off; the longest window among the sources is 15 minutes (X)."""
MAX_QUOTA_HOLD = timedelta(hours=25)
"""Longest wait for a new quota day: the one on which clocks go back has 25 hours."""

_EPOCH_FROM = 1e9
"""A reset number from here on is epoch seconds (2001), below it is seconds left: Reddit's are ≤ 600."""
_PREFIXES = ("ratelimit", "x-ratelimit", "x-rate-limit")
_THROTTLED = (429, 503)
_PACIFIC = pytz.timezone("America/Los_Angeles")
"""YouTube's quota day ends at its midnight."""
_DAY_IS_USED_UP = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_IN_SECONDS = re.compile(r"in (\d{1,6}) seconds?\b")


def next_allowed_at(headers: Mapping[str, str], status: int, now: datetime, body: bytes = b"") -> datetime:
    """Say when the next request may go out.

    Args:
        headers: Of the answer, names in lower case.
        status: Of the answer.
        now: Aware, our clock at the answer.
        body: Of a JSON answer. Stack Exchange writes its limits here (`backoff`, `quota_remaining`, and the wait of a
            `throttle_violation`), and so does YouTube (a 403 whose reason is `quotaExceeded`).

    Returns:
        An instant in [now, now + MAX_HOLD]; `now` where nothing speaks against it, or where a header cannot be read.
        Where the body says that a day's quota is used up, the next quota day, at most MAX_QUOTA_HOLD away.
        `Retry-After` (seconds or a date) counts on 429 and 503 only, since servers send it on a 200 too. A reset counts
        on 429, or where nothing remains: ISO 8601 (Mastodon), epoch seconds (AT Protocol, X) or seconds left (Reddit).
        Instants are corrected by the difference between the answer's `Date` and `now`.
    """
    skew = now - (_http_date(headers.get("date")) or now)
    return max(_by_headers(headers, status, now, skew), _by_body(body, status, now))


def _by_headers(headers: Mapping[str, str], status: int, now: datetime, skew: timedelta) -> datetime:
    until = None
    if status in _THROTTLED:
        until = _retry_after(headers.get("retry-after"), now, skew)
    if until is None:
        until = _reset(headers, status, now, skew)
    if until is None:
        return now
    return min(max(until, now), now + MAX_HOLD)


def _by_body(body: bytes, status: int, now: datetime) -> datetime:
    # The words are looked for first, so that a page of posts is not parsed a second time.
    if status == 403 and b"Exceeded" in body:
        said = _object(body).get("error")
        errors = said.get("errors") if isinstance(said, dict) else None
        reasons = [each.get("reason") for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
        return _next_midnight(now, _PACIFIC) if any(reason in _DAY_IS_USED_UP for reason in reasons) else now
    if b'"backoff"' in body or b'"quota_remaining"' in body or b'"throttle_violation"' in body:
        return _stack_exchange(_object(body), now)
    return now


def _stack_exchange(said: Mapping[str, Any], now: datetime) -> datetime:
    until = now
    if (backoff := _count(said.get("backoff"))) is not None:
        until = now + _hold(backoff)
    if said.get("error_name") == "throttle_violation" and (found := _IN_SECONDS.search(str(said.get("error_message")))):
        until = max(until, now + timedelta(seconds=min(int(found[1]), MAX_QUOTA_HOLD.total_seconds())))
    # Its day is UTC's.
    if (left := _count(said.get("quota_remaining"))) is not None and left <= 0:
        until = max(until, _next_midnight(now, UTC))
    return until


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        said = parse_json(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _count(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if value == value else None  # noqa: PLR0124 (not-a-number)


def _next_midnight(now: datetime, zone: tzinfo) -> datetime:
    tomorrow = (now.astimezone(zone) + timedelta(days=1)).replace(
        hour=0, minute=0, second=0, microsecond=0, tzinfo=None
    )
    midnight = zone.localize(tomorrow) if isinstance(zone, pytz.tzinfo.BaseTzInfo) else tomorrow.replace(tzinfo=zone)
    return min(midnight.astimezone(UTC), now + MAX_QUOTA_HOLD)


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
