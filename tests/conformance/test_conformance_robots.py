"""Some 4,200 robots.txt files of real sites (Protego's corpus) through our reader."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from listening.collect.robots import read_robots

pytestmark = pytest.mark.conformance

PATHS = ("/", "/feed", "/a/b?c=d", "/%E2%82%AC", "/robots.txt")


def test_every_sites_rules_can_be_read_and_asked(corpus_files: Callable[..., Iterator[bytes]]) -> None:
    found: Counter[str] = Counter()
    for content in corpus_files("protego", under="/tests/test_data/", suffix=""):
        robots = read_robots(200, content)
        assert robots is not None
        found["file"] += 1
        found["allowed"] += sum(robots.allows(f"https://example.org{path}") for path in PATHS)
        found["delayed"] += robots.crawl_delay_s > 0
    assert found["file"] > 4_000
    # Most sites let a reader in, some keep it out, and a few ask it to go slowly.
    assert found["file"] < found["allowed"] < len(PATHS) * found["file"]
    assert found["delayed"] > 0
