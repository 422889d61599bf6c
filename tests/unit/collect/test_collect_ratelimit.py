"""Every dialect of rate limits, read by one function."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.collect.ratelimit import MAX_HOLD, MAX_QUOTA_HOLD, next_allowed_at

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
EPOCH = int(NOW.timestamp())


def wait(status: int = 429, **headers: str) -> float:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return (next_allowed_at(said, status, NOW) - NOW).total_seconds()


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"retry_after": "7"}, 7),
        (503, {"retry_after": "7"}, 7),
        (200, {"retry_after": "7"}, 0),  # nginx sends it on a 200 too
        (500, {"retry_after": "7"}, 0),
        (429, {"retry_after": "Sun, 22 Nov 2026 08:00:30 GMT"}, 30),
        (503, {"retry_after": "Wed, 21 Oct 2026 07:28:00 GMT"}, 0),  # past means now
        (429, {"retry_after": "-5"}, 0),
        (429, {"retry_after": "soon"}, 0),
        (429, {"retry_after": "999999999"}, MAX_HOLD.total_seconds()),
        (429, {"retry_after": "nan"}, 0),
        (429, {"retry_after": "inf"}, MAX_HOLD.total_seconds()),
        (429, {"ratelimit_reset": str(EPOCH + 20)}, 20),  # AT Protocol
        (429, {"x_rate_limit_reset": str(EPOCH + 20), "x_rate_limit_remaining": "0"}, 20),  # X
        (429, {"x_ratelimit_reset": "2026-11-22T08:00:20.000000Z"}, 20),  # Mastodon
        (429, {"x_ratelimit_reset": "20", "x_ratelimit_remaining": "0.0"}, 20),  # Reddit
        (200, {"x_ratelimit_reset": "20", "x_ratelimit_remaining": "988.0"}, 0),
        (200, {"x_ratelimit_reset": "20", "x_ratelimit_remaining": "0.0"}, 20),
        (200, {"ratelimit_reset": str(EPOCH + 20), "ratelimit_remaining": "0"}, 20),
        (200, {"ratelimit_reset": str(EPOCH + 20)}, 0),
        (429, {"retry_after": "5", "x_ratelimit_reset": "300"}, 5),
        (429, {"x_ratelimit_reset": "gibberish"}, 0),
        (429, {"x_ratelimit_reset": "1e300"}, MAX_HOLD.total_seconds()),
        (429, {}, 0),
        # The server's clock is an hour ahead: what counts is the difference.
        (429, {"date": "Sun, 22 Nov 2026 09:00:00 GMT", "x_ratelimit_reset": "2026-11-22T09:00:20Z"}, 20),
        (429, {"date": "Sun, 22 Nov 2026 09:00:00 GMT", "retry_after": "Sun, 22 Nov 2026 09:00:20 GMT"}, 20),
        (429, {"date": "gibberish", "retry_after": "3"}, 3),
    ],
)
def test_each_dialect_is_read(status: int, headers: dict[str, str], seconds: float) -> None:
    assert wait(status, **headers) == seconds


def youtube(*reasons: str) -> dict[str, object]:
    return {"error": {"code": 403, "errors": [{"domain": "youtube.quota", "reason": reason} for reason in reasons]}}


def violation(message: str) -> dict[str, object]:
    return {"error_id": 502, "error_name": "throttle_violation", "error_message": message}


@pytest.mark.parametrize(
    ("status", "body", "seconds"),
    [
        (200, {"items": [], "backoff": 10, "quota_remaining": 99}, 10),
        (400, {"error_id": 400, "backoff": 7}, 7),
        (200, {"backoff": -3}, 0),
        (200, {"backoff": 10**30}, MAX_HOLD.total_seconds()),
        (200, {"backoff": "10"}, 0),
        (200, {"backoff": True}, 0),
        (200, {"backoff": float("nan")}, 0),
        (200, {"backoff": float("inf")}, MAX_HOLD.total_seconds()),
        (200, {"items": [{"backoff": 10, "quota_remaining": 0}]}, 0),  # what a post says is no dialect
        (200, {"quota_remaining": 0}, 16 * 3600),  # Stack Exchange's day is UTC's
        (200, {"quota_remaining": 0, "backoff": 10}, 16 * 3600),
        (400, violation("too many requests from this IP, more requests available in 4321 seconds"), 4321),
        (400, violation("more requests available in 999999 seconds"), MAX_QUOTA_HOLD.total_seconds()),
        (400, violation("too many requests"), 0),
        (403, youtube("quotaExceeded"), 24 * 3600),  # 08:00 UTC is midnight there
        (403, youtube("other", "dailyLimitExceeded"), 24 * 3600),
        (403, youtube("commentsDisabled"), 0),
        (403, youtube("rateLimitExceeded"), 0),  # a minute's limit, not the day's
        (200, youtube("quotaExceeded"), 0),
        (403, {"error": "quotaExceeded"}, 0),
        (403, {"error": {"errors": "quotaExceeded"}}, 0),
        (403, ["quotaExceeded"], 0),
    ],
)
def test_each_dialect_of_a_body_is_read(status: int, body: object, seconds: float) -> None:
    assert (next_allowed_at({}, status, NOW, json.dumps(body).encode()) - NOW).total_seconds() == seconds


def test_a_body_and_a_header_are_both_obeyed() -> None:
    body = b'{"backoff": 10}'
    assert (next_allowed_at({"retry-after": "30"}, 429, NOW, body) - NOW).total_seconds() == 30
    assert (next_allowed_at({"retry-after": "3"}, 429, NOW, body) - NOW).total_seconds() == 10


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        ("2026-11-22T07:59:59+00:00", "2026-11-22T08:00:00+00:00"),  # winter: UTC-8
        ("2026-07-01T06:30:00+00:00", "2026-07-01T07:00:00+00:00"),  # summer: UTC-7
        ("2026-11-01T07:00:01+00:00", "2026-11-02T08:00:00+00:00"),  # the clocks go back in between: 25 hours
        ("2026-03-08T08:30:00+00:00", "2026-03-09T07:00:00+00:00"),  # and forward: 23
    ],
)
def test_the_quota_day_ends_at_midnight_on_the_pacific_coast(now: str, midnight: str) -> None:
    body = json.dumps(youtube("quotaExceeded")).encode()
    assert next_allowed_at({}, 403, datetime.fromisoformat(now), body) == datetime.fromisoformat(midnight)


_WORDS = st.sampled_from(
    ["backoff", "quota_remaining", "error", "errors", "reason", "error_name", "error_message", "quotaExceeded",
     "throttle_violation", "in 99 seconds"]
)  # fmt: skip
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(
    body=_JSON.map(lambda said: json.dumps(said).encode()) | st.binary(max_size=20).map(b'{"backoff":'.__add__),
    status=st.sampled_from([200, 400, 403, 429, 503]),
    now=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_no_body_holds_longer_than_a_quota_day_nor_into_the_past(body: bytes, status: int, now: datetime) -> None:
    assert timedelta(0) <= next_allowed_at({}, status, now, body) - now <= MAX_QUOTA_HOLD


_VALUES = st.one_of(
    st.text(max_size=40),
    st.floats().map(str),
    st.integers().map(str),
    st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(9000, 1, 1)).map(format_datetime),  # noqa: DTZ001
)
_NAMES = [
    f"{prefix}-{part}" for prefix in ("ratelimit", "x-ratelimit", "x-rate-limit") for part in ("reset", "remaining")
]


@given(
    headers=st.dictionaries(st.sampled_from([*_NAMES, "retry-after", "date"]), _VALUES),
    status=st.integers(100, 599),
    now=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_no_header_holds_longer_than_the_bound_nor_into_the_past(
    headers: dict[str, str], status: int, now: datetime
) -> None:
    assert timedelta(0) <= next_allowed_at(headers, status, now) - now <= MAX_HOLD


@given(seconds=st.integers(0, 3600), skew=st.integers(-86400, 86400))
def test_a_reset_means_the_same_in_every_dialect_whatever_the_servers_clock_says(seconds: int, skew: int) -> None:
    server = NOW + timedelta(seconds=skew)
    reset = server + timedelta(seconds=seconds)
    date = format_datetime(server, usegmt=True)
    dialects = [
        {"retry-after": str(seconds)},
        {"retry-after": format_datetime(reset, usegmt=True)},
        {"ratelimit-reset": str(int(reset.timestamp()))},
        {"x-ratelimit-reset": reset.isoformat()},
        {"x-ratelimit-reset": str(float(seconds))},
    ]
    found = {next_allowed_at({**dialect, "date": date}, 429, NOW) for dialect in dialects}
    assert found == {NOW + timedelta(seconds=seconds)}
