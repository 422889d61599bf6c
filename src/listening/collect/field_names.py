"""The names of the fields that an answer or a file holds, never a value. Pure.

A name can be a value in disguise: an object may be keyed by handles or ids. So a name is shown only where it looks like
one that a programmer chose, where it is no key of a map, and where the same document does not hold it as a value too.
Those that are withheld are counted.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import feedparser

from listening.collect.build import parse_json

MAX_DEPTH = 8
MAX_ITEMS = 200
"""Items of a list, and keys of an object, that are looked at."""
_NAME = re.compile(r"[$_@]?[A-Za-z][A-Za-z0-9_:-]{0,39}")
_COLUMN = re.compile(r"[^\W\d_][\w .:/()-]{0,59}")
_MAX_DIGITS = 4
_LONGEST_VALUE = 64


@dataclass(frozen=True, slots=True)
class FieldNames:
    """Paths such as `[].account.acct`, sorted; `withheld` counts names not shown. `form`: json, feed, html or other."""

    form: str
    names: tuple[str, ...] = ()
    withheld: int = 0


def field_names(body: bytes, content_type: str) -> FieldNames:
    """Say what an answer is made of."""
    try:
        document = parse_json(body)
    except ValueError:
        pass
    else:
        return names_of(document)
    parsed = feedparser.parse(body, response_headers={"content-type": content_type})
    if parsed.get("version"):
        return _sorted("feed", ({"feed": dict(parsed.feed), "entries": [dict(entry) for entry in parsed.entries]},))
    return FieldNames("html" if b"<html" in body[:2000].lower() else "other")


def names_of(document: Any) -> FieldNames:
    """Say what a JSON document is made of."""
    return _sorted("json", (document,))


def column_names(columns: Iterable[str]) -> FieldNames:
    """Say which columns a table has."""
    said = list(columns)
    shown = sorted({name for name in said if _COLUMN.fullmatch(name) and _few_digits(name)})
    return FieldNames("table", tuple(shown), len(set(said)) - len(shown))


def _sorted(form: str, documents: tuple[Any, ...]) -> FieldNames:
    # A feed's own element names come from its parser, and its values are long texts: only JSON keys can be handles.
    values = {value.lower() for value in _values(documents, 0)} if form == "json" else set()
    found: set[str] = set()
    withheld: set[str] = set()
    start = documents[0]
    _collect(start, "", 0, values, found, withheld)
    return FieldNames(form, tuple(sorted(found)), len(withheld))


def _collect(value: Any, path: str, depth: int, values: set[str], found: set[str], withheld: set[str]) -> None:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value[:MAX_ITEMS]:
            _collect(item, f"{path}[]", depth + 1, values, found, withheld)
    elif isinstance(value, dict):
        is_map = _is_map(value)
        for key, inner in list(value.items())[:MAX_ITEMS]:
            name = str(key)
            is_shown = not is_map and bool(_NAME.fullmatch(name)) and _few_digits(name) and name.lower() not in values
            if not is_shown:
                withheld.add(name)
                name = "*"
            where = f"{path}.{name}" if path else name
            found.add(where)
            _collect(inner, where, depth + 1, values, found, withheld)


def _is_map(value: dict[Any, Any]) -> bool:
    """Tell a map of records from a record: its values are objects that all have the same keys."""
    shapes = [frozenset(inner) if isinstance(inner, dict) else None for inner in value.values()]
    return len(shapes) > 1 and None not in shapes and len(set(shapes)) == 1


def _values(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if len(value) <= _LONGEST_VALUE:
            yield value
    elif depth <= MAX_DEPTH + 2 and isinstance(value, list | tuple | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _values(inner, depth + 1)


def _few_digits(name: str) -> bool:
    return sum(character.isdigit() for character in name) <= _MAX_DIGITS
