"""Feeds: every dialect becomes posts, and the cursor moves only with what was read whole."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.catalogue.entry import Entry
from listening.collect.base import Page, Window
from listening.collect.feed import FeedCollector, FeedQuery
from listening.collect.feed_parse import Parsed, UnknownForm, parse_feed
from listening.collect.transport import Answer, Validators
from listening.errors import SourceFailed, SourceUnavailable

RSS_ITEM = """<item><title>R&amp;D &lt; 5</title><link>https://b.example/p/{n}</link><guid isPermaLink="false">g{n}</guid>
<dc:creator>Ida Invented</dc:creator><pubDate>Fri, {d:02d} Nov 2026 08:00:00 +0100</pubDate><category>sepsis</category>
<description>short</description>
<content:encoded><![CDATA[<p>Body {n} <a href="/rel">r</a> <a href="https://doi.org/10.1/x">doi</a></p>
<blockquote>quoted words</blockquote><img src="https://b.example/i.png">]]></content:encoded>
<enclosure url="https://b.example/a.mp3" type="audio/mpeg" length="1"/></item>"""


def rss(*items: str, title: str = "The Blog") -> bytes:
    head = (
        '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/">'
    )
    return (
        f"{head}<channel><title>{title}</title><link>https://b.example</link><description>d</description>"
        f"<language>en-gb</language>{''.join(items)}</channel></rss>"
    ).encode()


def numbered(*numbers: int) -> list[str]:
    return [RSS_ITEM.format(n=n, d=n % 28 + 1) for n in numbers]


ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><id>urn:f</id>
<updated>2026-11-20T00:00:00Z</updated><entry><title type="text">a &lt; b</title><id>urn:1</id>
<link href="https://b.example/1"/><updated>2026-11-20T10:00:00Z</updated><published>2026-11-19T10:00:00+05:30</published>
<author><name>Ida Invented</name><email>ida@invented.example</email></author><summary>only a summary</summary></entry>
</feed>"""

JSON_FEED: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "J",
    "language": "en",
    "items": [
        {
            "id": "j1",
            "url": "https://j.example/1",
            "title": "T",
            "content_html": "<p>x &amp; y</p>",
            "date_published": "2026-11-20T10:00:00Z",
            "authors": [{"name": "Ida Invented"}],
            "tags": ["a"],
            "attachments": [{"mime_type": "audio/mpeg"}],
        },
        {"id": 2, "content_text": "a < b", "date_published": "2026-11-19T10:00:00Z"},
        "not an item",
        {"id": "j3", "content_text": "undated"},
    ],
}


def parse(content: bytes, entry: Entry, kind: str = "article") -> Parsed:
    return parse_feed(content, entry, kind=kind, content_type="application/xml", address="https://b.example/feed")


def test_an_rss_item_becomes_a_post(make_entry: Callable[..., Entry]) -> None:
    (post,) = parse(rss(*numbered(4)), make_entry("feed")).posts
    assert post.native_id == "g4"
    assert post.text == "R&D < 5\n\nBody 4 r doi"
    assert (post.author_handle, post.author_name, post.url) == ("Ida Invented", "Ida Invented", "https://b.example/p/4")
    assert post.created_at == datetime(2026, 11, 5, 7, tzinfo=UTC)
    assert post.links == ("https://b.example/rel", "https://doi.org/10.1/x")
    assert post.tags == ("sepsis",)
    assert set(post.content_hints) == {"article", "image", "audio"}
    assert post.language_hint == "en-gb"
    assert not post.is_reply


def test_an_atom_entry_becomes_a_post_without_its_authors_mail(make_entry: Callable[..., Entry]) -> None:
    (post,) = parse(ATOM, make_entry("feed")).posts
    assert (post.native_id, post.text) == ("urn:1", "a < b\n\nonly a summary")
    assert post.created_at == datetime(2026, 11, 19, 4, 30, tzinfo=UTC)
    assert post.edited_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    values = [getattr(post, name) for name in post.__slots__]
    assert "ida@invented.example" not in repr(values)


def test_json_feed_items_become_posts_and_broken_ones_are_counted(make_entry: Callable[..., Entry]) -> None:
    parsed = parse(json.dumps(JSON_FEED).encode(), make_entry("feed"))
    assert [(p.native_id, p.text, p.author_handle) for p in parsed.posts] == [
        ("2", "a < b", "J"),
        ("j1", "T\n\nx & y", "Ida Invented"),
    ]
    assert parsed.skipped == {"bad_item": 1, "bad_date": 1}


def test_posts_come_oldest_first(make_entry: Callable[..., Entry]) -> None:
    parsed = parse(rss(*numbered(9, 2, 5)), make_entry("feed"))
    assert [post.native_id for post in parsed.posts] == ["g2", "g5", "g9"]


def test_comments_are_replies(make_entry: Callable[..., Entry]) -> None:
    (post,) = parse(rss(*numbered(1)), make_entry("feed"), "comment").posts
    assert post.is_reply
    assert "comment" in post.content_hints


def test_without_an_author_the_feed_speaks(make_entry: Callable[..., Entry]) -> None:
    item = "<item><title>t</title><guid>1</guid><pubDate>Fri, 06 Nov 2026 08:00:00 GMT</pubDate></item>"
    assert parse(rss(item), make_entry("feed")).posts[0].author_handle == "The Blog"


def test_the_id_is_the_guid_else_the_link_else_a_hash_of_the_item(make_entry: Callable[..., Entry]) -> None:
    date = "<pubDate>Fri, 06 Nov 2026 08:00:00 GMT</pubDate>"
    items = [
        f"<item><title>a</title><link>https://b.example/a</link>{date}</item>",
        f"<item><title>b</title>{date}</item>",
        f"<item><title>  b </title>{date}</item>",
        f"<item><title>c</title>{date}</item>",
    ]
    parsed = parse(rss(*items), make_entry("feed"))
    assert parsed.posts[0].native_id == "https://b.example/a"
    assert len({post.native_id for post in parsed.posts}) == 3
    assert parsed.skipped == {"duplicate": 1}


def test_a_papers_doi_is_a_link(make_entry: Callable[..., Entry]) -> None:
    item = numbered(1)[0].replace("</item>", "<dc:identifier>doi:10.1136/bmj.x1</dc:identifier></item>")
    assert "https://doi.org/10.1136/bmj.x1" in parse(rss(item), make_entry("feed")).posts[0].links


def test_where_the_xml_breaks_off_the_cut_item_is_left_for_the_next_fetch(make_entry: Callable[..., Entry]) -> None:
    whole = rss(*numbered(1, 2, 3))
    cut = whole[: whole.index(b"Body 3") + 4]
    parsed = parse(cut, make_entry("feed"))
    assert [post.native_id for post in parsed.posts] == ["g1", "g2"]
    assert not parsed.is_whole
    assert parsed.skipped == {"cut_off": 1}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>Sign in</body></html>",
        b"{}",
        b'{"items": []}',
        b"{",
        b'{"version": "1", "items": [{}]}',
        b"\xff" * 50,
    ],
)
def test_what_is_no_feed_is_an_unknown_form(make_entry: Callable[..., Entry], content: bytes) -> None:
    with pytest.raises(UnknownForm):
        parse(content, make_entry("feed"))


def test_a_file_name_is_content_and_never_opened(make_entry: Callable[..., Entry], tmp_path: Any) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(rss(*numbered(1)))
    with pytest.raises(UnknownForm):
        parse(str(path).encode(), make_entry("feed"))


def test_entities_that_expand_without_end_stay_small(make_entry: Callable[..., Entry]) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9)
    )
    content = bomb + b"]>" + rss("<item><title>&j;</title><guid>1</guid></item>").split(b"?>", 1)[1]
    try:
        parsed = parse(content, make_entry("feed"))
    except UnknownForm:
        return
    assert sum(len(post.text) for post in parsed.posts) < 10_000


@given(st.binary(max_size=300))
def test_no_bytes_break_the_parser(content: bytes) -> None:
    for wrapped in (content, b"{" + content, rss(content.decode("latin-1"))):
        try:
            parse(wrapped, ENTRY)
        except UnknownForm:
            continue


ENTRY = Entry.model_validate(
    {
        "source_id": "f", "title": "F", "network": "web", "collector": "feed", "query": {}, "basis": "open-feed",
        "terms": {"url": "https://example.org/t"}, "purpose": "p", "expires_on": "2027-01-01", "robots": "obey",
        "fields": ["native_id", "text", "created_at", "author_handle"], "retention_days": 1, "sponsored": False,
        "deletion": {"duty": "d", "deadline_hours": 1}, "expected_posts_a_day": 1,
    }
)  # fmt: skip


class FakeTransport:
    """Answers by address; keeps what it was asked."""

    def __init__(self, answers: Mapping[str, Answer | Exception]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, Validators | None]] = []

    async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Validators | None = None) -> Answer:
        self.asked.append((url, validators))
        answer = self.answers[url]
        if isinstance(answer, Exception):
            raise answer
        return answer


URL = "https://b.example/feed.xml"
OTHER = "https://c.example/feed.xml"
TAGGED = {"etag": '"v1"', "last-modified": "Fri, 06 Nov 2026 08:00:00 GMT"}


def run(
    answers: Mapping[str, Answer | Exception], window: Window, cursor: Any = None
) -> tuple[list[Page], FakeTransport, Exception | None]:
    transport = FakeTransport(answers)
    collector = FeedCollector(ENTRY, FeedQuery(urls=tuple(answers)), transport)  # type: ignore[arg-type]
    pages: list[Page] = []

    async def collect() -> Exception | None:
        try:
            async for page in collector.pages(window, cursor):
                pages.append(page)  # noqa: PERF401 (what came before a failure counts)
        except SourceFailed as error:
            return error
        return None

    failure = asyncio.run(collect())
    return pages, transport, failure


def test_validators_are_kept_per_address_and_sent_again(window: Window) -> None:
    pages, _, _ = run({URL: Answer(200, TAGGED, rss(*numbered(1)), URL)}, window)
    cursor = json.loads(json.dumps(pages[-1].cursor))
    assert "b.example" not in json.dumps(cursor)
    again, transport, _ = run({URL: Answer(304, {}, b"", URL), OTHER: Answer(304, {}, b"", OTHER)}, window, cursor)
    assert again == []
    assert transport.asked == [(URL, Validators('"v1"', TAGGED["last-modified"])), (OTHER, Validators(None, None))]


def test_validators_move_with_the_last_page_only(window: Window) -> None:
    pages, _, _ = run({URL: Answer(200, TAGGED, rss(*numbered(*range(450))), URL)}, window)
    assert [len(page.posts) for page in pages] == [200, 200, 50]
    assert [bool(page.cursor["feeds"]) for page in pages] == [False, False, True]


def test_a_feed_that_broke_off_is_asked_for_again_in_full(window: Window) -> None:
    pages, _, _ = run({URL: Answer(200, TAGGED, rss(*numbered(1, 2))[:-200], URL)}, window)
    assert pages[-1].cursor == {"feeds": {}}


def test_a_gone_feed_is_counted(window: Window) -> None:
    pages, _, failure = run({URL: Answer(410, {}, b"", URL)}, window)
    assert (pages[0].skipped, failure) == ({"gone": 1}, None)


def test_a_feed_that_moved_for_good_is_read_and_counted(window: Window) -> None:
    pages, _, _ = run({URL: Answer(200, {}, rss(*numbered(1)), OTHER, has_moved=True)}, window)
    assert len(pages[0].posts) == 1
    assert pages[0].skipped == {"moved_permanently": 1}


def test_one_failing_feed_does_not_keep_the_others_from_being_read(window: Window) -> None:
    down = SourceUnavailable(source_id="f", problem="down", remedy="wait")
    pages, _, failure = run({URL: down, OTHER: Answer(200, TAGGED, rss(*numbered(1)), OTHER)}, window)
    assert [len(page.posts) for page in pages] == [1]
    assert isinstance(failure, SourceUnavailable)


@pytest.mark.parametrize("answer", [Answer(404, {}, b"", URL), Answer(200, {}, b"<html>Ida Invented</html>", URL)])
def test_what_is_no_feed_is_a_failure_that_quotes_nothing(window: Window, answer: Answer) -> None:
    pages, _, failure = run({URL: answer}, window)
    assert pages == []
    assert isinstance(failure, SourceFailed)
    assert "feed 1 of 1" in str(failure)
    assert "example" not in str(failure)
    assert "Ida" not in str(failure)
    assert failure.__context__ is None
