"""What real Mastodon servers answered (Mastodon.py's cassettes: test accounts only) through the timeline's parser."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from listening.catalogue.entry import Entry
from listening.collect.html import html_to_text
from listening.collect.mastodon_parse import parse_timeline
from listening.raw import RawPost

pytestmark = pytest.mark.conformance


def _answers(cassette: bytes) -> Iterator[Any]:
    recorded = yaml.load(cassette, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    for exchange in recorded.get("interactions", ()) if isinstance(recorded, dict) else ():
        body = ((exchange.get("response") or {}).get("body") or {}).get("string") or ""
        try:
            yield json.loads(body)
        except ValueError:
            continue


def _is_status(value: Any) -> bool:
    return isinstance(value, dict) and {"visibility", "account", "content", "uri"} <= value.keys()


@pytest.fixture(scope="module")
def statuses(corpus_files: Callable[..., Iterator[bytes]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for cassette in corpus_files("Mastodon.py", under="/tests/cassettes", suffix=".yaml"):
        for answer in _answers(cassette):
            found += [each for each in (answer if isinstance(answer, list) else [answer]) if _is_status(each)]
    return found


@pytest.fixture(scope="module")
def reads(statuses: list[dict[str, Any]], entry: Entry) -> list[RawPost | str]:
    parsed = parse_timeline(json.dumps(statuses).encode(), entry, instance_host="localhost")
    assert parsed is not None
    return [read.made for read in parsed]


def test_hundreds_of_recorded_statuses_are_read_and_none_has_an_unknown_form(reads: list[RawPost | str]) -> None:
    reasons = Counter(made if isinstance(made, str) else "post" for made in reads)
    assert reasons["post"] > 100
    assert reasons["bad_record"] == reasons["too_complex"] == 0


def test_what_is_not_public_or_a_boost_or_opted_out_is_skipped(
    statuses: list[dict[str, Any]], reads: list[RawPost | str]
) -> None:
    hidden = [made for status, made in zip(statuses, reads, strict=True) if status["visibility"] != "public"]
    boosts = [made for status, made in zip(statuses, reads, strict=True) if status.get("reblog")]
    hiding = [
        made
        for status, made in zip(statuses, reads, strict=True)
        if status["account"].get("noindex") or status["account"].get("indexable") is False
    ]
    assert len(hidden) > 20
    assert len(boosts) > 3
    assert all(isinstance(made, str) for made in (*hidden, *boosts, *hiding))


def test_no_word_of_a_quoted_author_comes_along(statuses: list[dict[str, Any]], entry: Entry) -> None:
    quotes = 0
    for status in statuses:
        quoted = (
            ((status.get("quote") or {}).get("quoted_status") or {}) if isinstance(status.get("quote"), dict) else {}
        )
        words = html_to_text(quoted.get("content") or "").text
        if not words:
            continue
        # The recorded accounts do not want to be indexed; opened here, so that the quote's parsing is seen at all.
        account = {**status["account"], "noindex": False, "indexable": True, "discoverable": True}
        opened = {**status, "account": account, "visibility": "public", "reblog": None}
        parsed = parse_timeline(json.dumps([opened]).encode(), entry, instance_host="localhost")
        assert parsed is not None
        post = parsed[0].made
        assert isinstance(post, RawPost)
        assert post.is_quote
        assert words not in post.text
        assert str(quoted["uri"]) not in repr([getattr(post, name) for name in post.__slots__])
        quotes += 1
    assert quotes > 0
