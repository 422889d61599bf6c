"""From a source's values to a `RawPost`: only fields the entry allows, well-formed Unicode, aware UTC instants."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from listening.catalogue.entry import Entry
from listening.identity.labels import ENTRY_HINT
from listening.raw import RawPost

PAGE_POSTS = 200
"""Most posts of a `Page`."""

_HINTS = {"role_hint": "role", "specialty_hint": "specialty", "country_hint": "country"}
_MILLISECONDS_FROM = 1e11
"""Epoch numbers from here on are milliseconds: as seconds they would lie after the year 5138."""
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Join surrogate pairs and replace lone surrogates by U+FFFD, so that the text can be encoded."""
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def parse_json(content: bytes) -> Any:
    """Parse JSON, a lone surrogate escape included (servers send them; orjson alone refuses the whole answer).

    Raises:
        ValueError: It is no JSON. The error has no context and quotes nothing.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        pass
    raise ValueError("not JSON")


def parse_instant(value: object) -> datetime | None:
    """Read an instant as UTC: ISO 8601, an e-mail date, epoch seconds or milliseconds. Naive is UTC.

    Year 1 and year 2099 are dates like others; an offset that leads out of the calendar is clamped to its end.
    Returns `None` for what is no date.
    """
    if isinstance(value, str):
        value = _from_text(value.strip())
    elif isinstance(value, int | float) and not isinstance(value, bool):
        value = _from_epoch(float(value))
    if not isinstance(value, datetime):
        return None
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    try:
        return value.astimezone(UTC)
    except OverflowError:
        return _FIRST if value.year == _FIRST.year else _LAST


def _from_text(text: str) -> datetime | None:
    if re.fullmatch(r"\d{9,14}(\.\d+)?", text):
        return _from_epoch(float(text))
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _from_epoch(number: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(number / 1000 if abs(number) >= _MILLISECONDS_FROM else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def shared_links(addresses: Iterable[str]) -> tuple[str, ...]:
    """Give the absolute web addresses among these, each once, in order."""
    return tuple(dict.fromkeys(a.strip() for a in addresses if re.match(r"\s*https?://[^\s/]", a, re.IGNORECASE)))


def make_post(entry: Entry, **values: Any) -> RawPost:
    """Build a post of the entry's source from the fields the entry allows; whatever else is given is dropped.

    The entry's author defaults stand where the source states no role, specialty or country, and its language where
    the post states none.
    """
    allowed: dict[str, Any] = {name: _clean(value) for name, value in values.items() if name in entry.fields}
    for hint, default in _HINTS.items():
        said = getattr(entry.author, default)
        allowed[hint] = allowed.get(hint) or (ENTRY_HINT + said if said else None)
    allowed["language_hint"] = allowed.get("language_hint") or entry.language
    return RawPost(source_id=entry.id, **allowed)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isascii() else clean(value)
    if isinstance(value, tuple) and value:
        return tuple(map(_clean, value))
    return value
