"""Every dialect of rate limits, read by one function."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.collect.ratelimit import MAX_HOLD, next_allowed_at

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
