"""Facets of an AT Protocol post: tags and links over ranges of its text, counted in UTF-8 bytes. Pure.

Servers accept ranges that lie outside the text or cut a code point, so a range is believed only where it can be sliced.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from listening.collect.build import clean

_LINK, _TAG, _MENTION = (f"app.bsky.richtext.facet#{kind}" for kind in ("link", "tag", "mention"))


@dataclass(frozen=True, slots=True, repr=False)
class Facets:
    """What the facets say: tags without the sign, addresses, and a fixed word for each one that was left out.

    Mentions are known and dropped: they name somebody else.
    """

    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def slice_utf8(encoded: bytes, start: Any, end: Any) -> str | None:
    """Cut a half-open byte range out of UTF-8 text.

    Returns:
        The words, or `None` where the range is empty, lies outside, cuts a code point, or is no range of whole numbers.
    """
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(encoded):
        return None
    try:
        return encoded[start:end].decode("utf-8")
    except UnicodeDecodeError:
        return None


def read_facets(text: str, facets: Any) -> Facets:
    """Read a record's `facets`, whatever they are made of.

    Notes are `bad_facet` for a range or a form that does not hold, `unknown_facet` for a kind nobody knows.
    """
    encoded = clean(text).encode("utf-8")
    tags: list[str] = []
    links: list[str] = []
    notes: list[str] = []
    for facet in items(facets):
        index = mapping(mapping(facet).get("index"))
        if slice_utf8(encoded, index.get("byteStart"), index.get("byteEnd")) is None:
            notes.append("bad_facet")
            continue
        for feature in map(mapping, items(mapping(facet).get("features"))):
            match feature:
                case {"$type": kind, "uri": str(uri)} if kind == _LINK:
                    links.append(uri)
                case {"$type": kind, "tag": str(tag)} if kind == _TAG:
                    tags.append(tag)
                case {"$type": kind} if kind == _MENTION:
                    pass
                case {"$type": kind} if kind in {_LINK, _TAG}:
                    notes.append("bad_facet")
                case _:
                    notes.append("unknown_facet")
    return Facets(plain_tags(tags), tuple(links), tuple(notes))


def plain_tags(tags: Iterable[Any]) -> tuple[str, ...]:
    """Give the tags that are words, without the sign, each once, in order."""
    words = (tag.strip().lstrip("#＃") for tag in tags if isinstance(tag, str))
    return tuple(dict.fromkeys(word for word in words if word))


def mapping(value: Any) -> Mapping[str, Any]:
    """Give a JSON object as it is, and anything else as an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: Any) -> list[Any]:
    """Give a JSON list as it is, and anything else as an empty one."""
    return value if isinstance(value, list) else []
