"""Reads the dates that a forum's pages show, in the forum's own zone. A date that can be read two ways is none."""

import contextlib
import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from listening.collect.build import parse_instant

_LONGEST = 80
_ORDERS = ("DMY", "MDY")


class DateReader:
    """Reads dates by one forum's rules."""

    def __init__(self, *, timezone: str, date_format: str | None, language: str) -> None:
        """Set the rules.

        Args:
            timezone: IANA name of the zone that dates without one are in.
            date_format: For `datetime.strptime`; `None` leaves it to ISO 8601, epoch seconds and dateparser.
            language: BCP 47 tag of the month names that dateparser looks for.
        """
        self._zone = ZoneInfo(timezone)
        self._format = date_format
        self._parsers = [] if date_format else [_parser(order, timezone, language) for order in _ORDERS]

    def read(self, said: str) -> datetime | None:
        """Give the instant in UTC; `None` where it is no full date, or means one day here and another there.

        "3 hours ago" is none: what it says changes with every look.
        """
        # strptime's %p knows AM and PM only.
        text = re.sub(r"\b([ap])\.\s?m\.", r"\1m", " ".join(said.split()), flags=re.IGNORECASE)
        if not text or len(text) > _LONGEST:
            return None
        moment = self._formatted(text) if self._format else self._guessed(text)
        if moment is not None and moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._zone)
        return parse_instant(moment)

    def _formatted(self, text: str) -> datetime | None:
        with contextlib.suppress(ValueError, OverflowError):
            return datetime.strptime(text, self._format or "")  # noqa: DTZ007 (`read` adds the zone)
        return None

    def _guessed(self, text: str) -> datetime | None:
        if re.fullmatch(r"[0-9]{9,14}", text):
            return parse_instant(text)
        with contextlib.suppress(ValueError):
            return datetime.fromisoformat(text)
        # Both orders must agree: 05/11/2026 is May in one country and November in the next.
        one, other = (_parsed(parser, text) for parser in self._parsers)
        return one if one == other else None


def _parser(order: str, timezone: str, language: str) -> Any:
    # Late: its tables take 0.2 s, and few sources need them.
    from dateparser.date import DateDataParser  # type: ignore[import-untyped]

    rules = {
        "DATE_ORDER": order,
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
        "TIMEZONE": timezone,
        "RETURN_AS_TIMEZONE_AWARE": True,
    }
    parser = DateDataParser(languages=[language.partition("-")[0]], settings=rules)
    # That it has no month names of a language it says with the first date only.
    return parser if _parsed(parser, "2026-11-22") else DateDataParser(languages=["en"], settings=rules)


def _parsed(parser: Any, text: str) -> datetime | None:
    # It is old, large and reads strangers' text: whatever it raises, this is no date.
    with contextlib.suppress(Exception):
        moment = parser.get_date_data(text).date_obj
        return moment if isinstance(moment, datetime) else None
    return None
