"""feedparser's own 2,242 XML files, well-formed, ill-formed and hostile, through our feed parser."""

import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from listening.catalogue.entry import Entry
from listening.collect.feed_parse import UnknownForm, parse_feed

pytestmark = pytest.mark.conformance

LONGEST_S = 5.0


def test_no_feed_raises_anything_but_unknown_form_and_each_ends_in_time(
    corpus_files: Callable[..., Iterator[bytes]], entry: Entry
) -> None:
    found: Counter[str] = Counter()
    slowest = 0.0
    for content in corpus_files("feedparser", under="/tests/", suffix=".xml"):
        started = time.monotonic()
        try:
            parsed = parse_feed(
                content, entry, kind="article", content_type="application/xml", address="https://example.org/feed.xml"
            )
            found["post"] += len(parsed.posts)
            found["feed"] += 1
        except UnknownForm:
            found["unknown_form"] += 1
        except Exception as error:
            found[f"raised {type(error).__name__}"] += 1
        slowest = max(slowest, time.monotonic() - started)
    assert [name for name in found if name.startswith("raised")] == []
    assert found["feed"] + found["unknown_form"] > 2_000
    assert found["post"] > 30  # most of the files test one element, and have no date
    assert slowest < LONGEST_S
