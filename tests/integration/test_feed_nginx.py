"""The feed collector against a real nginx: conditional requests, faults, and addresses it must not follow."""

import gzip
import json
import logging
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from listening.catalogue.entry import Entry
from listening.errors import PermissionRefused, SourceFailed, SourceUnavailable

pytestmark = pytest.mark.integration

CANARY = "Zebulon-Quackenbush"


def rss(count: int) -> str:
    items = "".join(
        f'<item><title>Post {n}</title><guid isPermaLink="false">g{n}</guid><author>{CANARY}</author>'
        f"<pubDate>Fri, 06 Nov 2026 {n % 24:02d}:00:00 GMT</pubDate><description>Words by {CANARY} {n}</description></item>"
        for n in range(count)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Blog</title>{items}</channel></rss>'


ATOM = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><id>urn:f</id>
<updated>2026-11-20T00:00:00Z</updated><entry><title>t</title><id>urn:1</id><updated>2026-11-20T10:00:00Z</updated>
<author><name>{CANARY}</name></author><summary>s</summary></entry></feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "items": [{"id": "j1", "content_text": "words", "date_published": "2026-11-20T10:00:00Z"}],
    }
)


@pytest.fixture(scope="module", autouse=True)
def site(nginx: Any) -> None:
    root: Path = nginx.root
    (root / "blog.rss").write_text(rss(30))
    (root / "blog.atom").write_text(ATOM)
    (root / "blog.json").write_text(JSON_FEED)
    (root / "cut.rss").write_text(rss(30)[:-300])
    (root / "page.txt").write_text(f"<html>{CANARY}</html>")
    (root / "bomb.gz").write_bytes(gzip.compress(b"<rss>" + b" " * 200_000_000))
    (root / "torn.gz").write_bytes(gzip.compress(rss(30).encode())[:-200])
    (root / "private").mkdir()
    (root / "private" / "blog.rss").write_text(rss(3))
    (root / "robots.txt").write_text("User-agent: *\nDisallow: /private/\n")


Collect = Callable[..., Any]
Source = Callable[..., Entry]


def feed(source: Source, nginx: Any, *paths: str, **said: Any) -> Entry:
    return source("feed", {"urls": [f"{nginx.url}/{path}" for path in paths]}, **said)


def test_the_three_dialects_are_read_and_an_unchanged_feed_costs_a_304(
    source: Source, nginx: Any, collect: Collect
) -> None:
    entry = feed(source, nginx, "blog.rss", "blog.atom", "blog.json")
    first = collect(entry)
    assert first.failure is None
    assert len(first.posts) == 32
    before = len(nginx.requests())
    second = collect(entry, json.loads(json.dumps(first.pages[-1].cursor)))
    assert (second.posts, second.failure) == ([], None)
    assert [line.split()[0] for line in nginx.requests()[before:]] == ["304", "304", "304"]


def test_a_changed_feed_is_read_again_under_the_same_ids(source: Source, nginx: Any, collect: Collect) -> None:
    (nginx.root / "growing.rss").write_text(rss(3))
    entry = feed(source, nginx, "growing.rss")
    first = collect(entry)
    (nginx.root / "growing.rss").write_text(rss(5))
    second = collect(entry, first.pages[-1].cursor)
    assert {post.native_id for post in second.posts} - {post.native_id for post in first.posts} == {"g3", "g4"}


def test_the_user_agent_says_who_asks_and_whom_to_write_to(source: Source, nginx: Any, collect: Collect) -> None:
    collect(feed(source, nginx, "blog.rss"))
    assert '"listening/0.1.0 (+tests@listening.example)"' in nginx.requests()[-1]


@pytest.mark.parametrize(
    ("path", "kind", "words"),
    [
        ("missing.rss", SourceFailed, "status 404"),
        ("page.txt", SourceFailed, "no feed"),
        ("redirect-loop", SourceFailed, "redirects without end"),
        ("redirect-to-metadata", SourceFailed, "may not be reached"),
        ("redirect-to-private", SourceFailed, "may not be reached"),
        ("redirect-to-file", SourceFailed, "neither https nor its own scheme"),
        ("bomb.rss", SourceFailed, "unpacks to more than is read"),
        ("encoded.rss", SourceFailed, "encoding nobody asked for"),
        ("torn.rss", SourceUnavailable, "broke off"),
        ("unavailable.rss", SourceUnavailable, "status 503"),
        ("resting.rss", SourceUnavailable, "rest of 3600 s"),
    ],
)
def test_each_fault_is_a_typed_error_without_address_or_words(
    source: Source, nginx: Any, collect: Collect, path: str, kind: type[Exception], words: str
) -> None:
    found = collect(feed(source, nginx, path))
    assert type(found.failure) is kind
    assert words in str(found.failure)
    for said in (str(found.failure), repr(found.failure), repr(found.failure.details)):
        assert "127.0.0.1" not in said
        assert CANARY not in said
    assert found.failure.__context__ is None
    assert found.failure.__cause__ is None


def test_a_rate_limited_feed_is_waited_for(source: Source, nginx: Any, collect: Collect) -> None:
    entry = feed(source, nginx, "limited/blog.rss", "limited/blog.atom", "limited/blog.json")
    before = len(nginx.requests())
    found = collect(entry, attempts=4)
    assert found.failure is None
    assert len(found.posts) == 32
    assert "429" in {line.split()[0] for line in nginx.requests()[before:]}


def test_gone_and_moved_feeds_are_counted_and_the_rest_is_read(source: Source, nginx: Any, collect: Collect) -> None:
    found = collect(feed(source, nginx, "gone.rss", "moved.rss"))
    assert (len(found.posts), found.failure) == (30, None)
    assert found.skipped == {"gone": 1, "moved_permanently": 1}


def test_of_a_truncated_feed_what_is_whole_is_read_and_it_is_asked_for_again(
    source: Source, nginx: Any, collect: Collect
) -> None:
    found = collect(feed(source, nginx, "cut.rss"))
    assert found.skipped == {"cut_off": 1}
    assert 0 < len(found.posts) < 30
    assert all(post.text.startswith("Post") and post.text.split()[-1].isdigit() for post in found.posts)
    assert found.pages[-1].cursor == {"feeds": {}}


def test_robots_txt_is_asked_once_and_obeyed(source: Source, nginx: Any, collect: Collect) -> None:
    before = len(nginx.requests())
    found = collect(feed(source, nginx, "private/blog.rss", "blog.rss", robots="obey"))
    asked = [line.split()[1] for line in nginx.requests()[before:]]
    assert isinstance(found.failure, PermissionRefused)
    assert len(found.posts) == 30
    assert asked == ["/robots.txt", "/blog.rss"]


def test_loopback_is_refused_where_it_is_not_allowed(
    source: Source, nginx: Any, collect: Collect, loopback_settings: Any
) -> None:
    before = len(nginx.requests())
    strict = loopback_settings.model_copy(update={"allow_loopback": False})
    found = collect(feed(source, nginx, "blog.rss"), settings=strict)
    assert isinstance(found.failure, SourceFailed)
    assert len(nginx.requests()) == before


@pytest.mark.parametrize(
    "said", [{"enabled_by_default": False}, {"expires_on": date(2026, 11, 21)}, {"fields": ("text",)}]
)
def test_without_a_permission_the_server_is_never_asked(
    source: Source, nginx: Any, collect: Collect, said: dict[str, Any]
) -> None:
    before = len(nginx.requests())
    found = collect(feed(source, nginx, "blog.rss", **said))
    assert isinstance(found.failure, PermissionRefused)
    assert len(nginx.requests()) == before


def test_no_log_line_at_any_level_holds_an_address_or_a_word(
    source: Source, nginx: Any, collect: Collect, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "stamina"):
        caplog.set_level(logging.DEBUG, logger=name)
    collect(feed(source, nginx, "blog.rss", "unavailable.rss", "redirect-to-metadata", "moved.rss"))
    written = caplog.text + "".join(capsys.readouterr())
    assert "127.0.0.1" not in written
    assert "blog.rss" not in written
    assert CANARY not in written


def test_no_cursor_holds_an_address_an_id_or_an_author(source: Source, nginx: Any, collect: Collect) -> None:
    for page in collect(feed(source, nginx, "blog.rss", "blog.json")).pages:
        state = json.dumps(page.cursor)
        assert "127.0.0.1" not in state
        assert CANARY not in state
