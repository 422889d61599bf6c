"""What Reddit answered (PRAW's cassettes) through the listing's parser.

Real people wrote this. It is read in place, in memory, and nothing here may show a word of it: only counts are compared,
and an error of the parser is known by its type alone.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from listening.catalogue.entry import Entry
from listening.collect.reddit_parse import parse_listing

pytestmark = pytest.mark.conformance

_KINDS = {"t1", "t3"}


def _listings(value: Any) -> Iterator[dict[str, Any]]:
    """Give every listing of posts or comments in an answer, those of replies too; what else stands in one is left out."""
    if isinstance(value, dict):
        data = value.get("data")
        if value.get("kind") == "Listing" and isinstance(data, dict) and isinstance(data.get("children"), list):
            children = [each for each in data["children"] if isinstance(each, dict) and each.get("kind") in _KINDS]
            if children:
                yield {"kind": "Listing", "data": {"after": data.get("after"), "children": children}}
        for inner in value.values():
            yield from _listings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _listings(inner)


def _strangers(data: dict[str, Any]) -> set[str]:
    """Give words of others that stand in a record: the thread's title and author, and the crossposted title."""
    parents = [each for each in data.get("crosspost_parent_list") or [] if isinstance(each, dict)]
    said = [data.get("link_title"), *(each.get("selftext") for each in parents)]
    own = f"{data.get('body')} {data.get('selftext')} {data.get('title')}"
    return {words for words in said if isinstance(words, str) and len(words) > 20 and words not in own}


def _is_shown_as_deleted(data: dict[str, Any]) -> bool:
    marks = {"[deleted]", "[removed]"}
    return bool(data.get("removed_by_category")) or not marks.isdisjoint(
        str(data.get(name)) for name in ("author", "body", "selftext")
    )


def _count(cassette: bytes, entry: Entry, found: Counter[str]) -> None:
    """Count what a cassette's records become. Lets no error out: its text could quote a record."""
    __tracebackhide__ = True
    for exchange in json.loads(cassette)["interactions"]:
        try:
            answer = json.loads(exchange["response"]["body"].get("string") or "null")
        except ValueError:
            continue
        for listing in _listings(answer):
            try:
                parsed = parse_listing(json.dumps(listing).encode(), entry)
            except Exception as error:
                found[f"raised {type(error).__name__}"] += 1
                continue
            if parsed is None or len(parsed.reads) != len(listing["data"]["children"]):
                found["lost"] += 1
                continue
            for child, read in zip(listing["data"]["children"], parsed.reads, strict=True):
                found[read.made if isinstance(read.made, str) else "post"] += 1
                found["gone"] += read.gone is not None
                found["shown_as_deleted"] += _is_shown_as_deleted(child["data"])
                if not isinstance(read.made, str):
                    held = repr([getattr(read.made, name) for name in read.made.__slots__])
                    found["leak"] += any(words in held for words in _strangers(child["data"]))


@pytest.fixture(scope="module")
def found(corpus_files: Callable[..., Iterator[bytes]], entry: Entry) -> Counter[str]:
    __tracebackhide__ = True
    counted: Counter[str] = Counter()
    for cassette in corpus_files("praw", under="/tests/integration/cassettes/", suffix=".json"):
        try:
            _count(cassette, entry, counted)
        except Exception as error:
            counted[f"raised {type(error).__name__}"] += 1
    return counted


def test_no_recorded_listing_breaks_the_parser_or_has_an_unknown_form(found: Counter[str]) -> None:
    assert [name for name in found if name.startswith("raised")] == []
    assert found["lost"] == found["bad_record"] == 0
    assert found["post"] > 10_000


def test_what_reddit_shows_as_deleted_is_gone(found: Counter[str]) -> None:
    assert found["shown_as_deleted"] > 300
    assert found["gone"] == found["deleted"] == found["shown_as_deleted"]


def test_no_words_of_others_come_along(found: Counter[str]) -> None:
    assert found["repost"] > 0
    assert found["leak"] == 0
