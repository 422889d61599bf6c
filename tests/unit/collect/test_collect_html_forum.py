"""Forum pages: what a page becomes, whose words stay out, which dates are none, and where a bounded walk goes on."""

import asyncio
import html
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from listening.catalogue.entry import Entry
from listening.collect.base import Page, Window
from listening.collect.html_forum import HtmlForumCollector, HtmlForumQuery
from listening.collect.html_forum_dates import DateReader
from listening.collect.html_forum_parse import ForumSelectors, PageReader
from listening.collect.transport import Answer
from listening.errors import PermissionRefused, SourceFailed, SourceUnavailable
from listening.raw import RawPost

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SITE = "https://forum.example"
SELECTORS = {
    "topic": "tr.topic", "topic_link": "a.title", "topic_date": "time", "topic_date_attribute": "datetime",
    "next_page": "a[rel=next]", "post": "div.post", "post_id_attribute": "data-id", "text": ".body",
    "author": ".who", "date": "time", "date_attribute": "datetime", "quote": "div.quoted",
}  # fmt: skip


@pytest.fixture
def entry(make_entry: Callable[..., Entry]) -> Entry:
    return make_entry("html_forum", basis="written-permission", robots="obey")


def stamp(moment: datetime) -> str:
    return f'<time datetime="{moment.isoformat()}">3 hours ago</time>'


def row(number: int, active_at: datetime, href: str = "") -> str:
    return f'<tr class="topic"><td><a class="title" href="{href or f"/t/{number}"}">t</a>{stamp(active_at)}</td></tr>'


def post(number: int, created_at: datetime = NOW - timedelta(days=1), body: str = "words", who: str = "ida") -> str:
    return (
        f'<div class="post" data-id="{number}"><b class="who"> {who}\n</b>{stamp(created_at)}'
        f'<div class="body">{body}</div><footer>a signature, and the topic again</footer></div>'
    )


def reader(entry: Entry, **other: Any) -> PageReader:
    dates = DateReader(timezone="UTC", date_format=None, language="en")
    return PageReader(entry, ForumSelectors.model_validate({**SELECTORS, **other}), dates)


def read(entry: Entry, *posts: str, **other: Any) -> Any:
    page = f"<html><body>{''.join(posts)}</body></html>"
    return reader(entry, **other).topic_page(page, f"{SITE}/t/1", topic_address=f"{SITE}/t/1")


def words(made: RawPost) -> str:
    return repr([getattr(made, name) for name in made.__slots__])


def test_a_posts_element_becomes_a_post_and_its_footer_does_not(entry: Entry) -> None:
    body = '<p>one<br>two <a href="https://doi.org/10.1/x">p</a><img src="x"></p>'
    (first, second) = read(entry, post(7, body=body), post(8)).posts
    assert (first.native_id, first.text) == ("forum.example/7", "one\ntwo p")
    assert (first.author_handle, first.author_name) == ("ida@forum.example", "ida")
    assert (first.links, first.content_hints) == (("https://doi.org/10.1/x",), ("image",))
    assert first.created_at == NOW - timedelta(days=1)
    assert (first.is_reply, second.is_reply) == (False, True)
    assert "signature" not in words(first)


def test_the_first_post_of_a_topics_second_page_is_a_reply(entry: Entry) -> None:
    page = reader(entry).topic_page(post(9), f"{SITE}/t/1?page=2", topic_address=f"{SITE}/t/1")
    assert [made.is_reply for made in page.posts] == [True]


def test_not_a_word_or_name_of_who_is_quoted_is_kept(entry: Entry) -> None:
    quoted = (
        '<div class="quoted"><b>STRANGERNAME</b> said <div class="quoted">STRANGERTOO <p>STRANGERWORDS</p></div></div>'
    )
    body = f"mine {quoted} too<blockquote>STRANGERLINE</blockquote>{quoted}"
    (made,) = read(entry, post(1, body=body)).posts
    assert made.text == "mine too"
    assert "STRANGER" not in words(made)


@pytest.mark.parametrize(
    ("element", "reason"),
    [
        (post(1).replace("data-id", "data-x"), "bad_record"),
        (post(1, who=""), "bad_record"),
        (post(1).replace('class="body"', ""), "bad_record"),
        (post(1).replace('class="body"', 'class="body quoted"'), "bad_record"),
        (post(1).replace("datetime=", "x="), "bad_date"),
        (post(1).replace("<time", "<i"), "bad_date"),
        (post(1, body="<b a=1>" * 1100), "too_complex"),
    ],
)
def test_what_cannot_be_read_is_skipped_by_reason_and_takes_no_other_with_it(
    entry: Entry, element: str, reason: str
) -> None:
    page = read(entry, post(2), element, post(3))
    if reason == "too_complex":  # formatting tags are cloned into what follows: the page is refused whole
        assert (page.posts, page.skipped) == ((), {"too_complex": 1})
    else:
        assert [made.native_id[-1] for made in page.posts] == ["2", "3"]
        assert page.skipped == {reason: 1}


def test_a_list_gives_its_topics_and_follows_no_link_off_the_host(entry: Entry) -> None:
    rows = [
        row(1, NOW, "/t/1#last"), row(2, NOW, "https://other.example/t/2"), row(3, NOW, "http://forum.example/t/3"),
        row(4, NOW, "http://["), row(5, NOW, "javascript:void(0)"), row(6, NOW, "?t=6"),
        row(7, NOW).replace("datetime", "x"), '<tr class="topic"><td>an advertisement</td></tr>',
    ]  # fmt: skip
    page = reader(entry).list_page(
        f'<table>{"".join(rows)}</table><a rel="next" href="//evil.example/2">', f"{SITE}/new"
    )
    assert [topic.address for topic in page.topics] == [f"{SITE}/t/1", f"{SITE}/new?t=6"]
    assert page.skipped == {"other_host": 4, "bad_date": 1, "bad_record": 1}
    assert (page.is_list, page.next_address) == (True, None)


@pytest.mark.parametrize(
    ("said", "date_format", "zone", "utc"),
    [
        ("Nov. 22, 2026, 5:36 a.m.", None, "America/New_York", "2026-11-22T10:36"),
        ("Nov. 22, 2026, 5:36 a.m.", "%b. %d, %Y, %I:%M %p", "America/New_York", "2026-11-22T10:36"),
        ("Nov. 22, 2026, 5:36 p.m.", "%b. %d, %Y, %I:%M %p", "UTC", "2026-11-22T17:36"),
        ("Nov. 22, 2026, noon", None, "UTC", "2026-11-22T12:00"),
        ("Nov. 22, 2026, midnight", None, "UTC", "2026-11-22T00:00"),
        ("July 1, 2026, 12:15 p.m.", None, "Europe/Paris", "2026-07-01T10:15"),
        ("2026-11-22T05:36:00+01:00", None, "America/New_York", "2026-11-22T04:36"),
        ("2026-05-11 05:36", None, "Europe/Paris", "2026-05-11T03:36"),
        ("1795325760", None, "America/New_York", "2026-11-22T05:36"),
        ("22.11.2026 05:36", None, "UTC", "2026-11-22T05:36"),
        ("05.11.2026 05:36", "%d.%m.%Y %H:%M", "UTC", "2026-11-05T05:36"),
        ("05.11.2026 05:36", None, "UTC", None),  # May in one country, November in the next
        ("37s", None, "UTC", None),
        ("3 hours ago", None, "UTC", None),
        ("yesterday", None, "UTC", None),
        ("5:36 a.m.", None, "UTC", None),
        ("2026", None, "UTC", None),
        ("Nov. 22, 2026", "%d.%m.%Y", "UTC", None),
        ("Nov. 22, 2026, 5:36 a.m." + " " * 9 + "x" * 90, None, "UTC", None),
        ("", None, "UTC", None),
    ],
)
def test_a_date_is_read_in_the_forums_zone_or_is_none(
    said: str, date_format: str | None, zone: str, utc: str | None
) -> None:
    found = DateReader(timezone=zone, date_format=date_format, language="en").read(said)
    assert (found.isoformat()[:16] if found else None) == utc


def test_month_names_are_read_in_the_entrys_language_and_an_unknown_one_is_english() -> None:
    french = DateReader(timezone="Europe/Paris", date_format=None, language="fr-CA").read("22 novembre 2026 5:36")
    assert french == datetime(2026, 11, 22, 4, 36, tzinfo=UTC)
    unknown = DateReader(timezone="UTC", date_format=None, language="xx").read("22 November 2026")
    assert unknown == NOW


@given(st.text(max_size=90))
def test_no_text_breaks_the_reading_of_dates(said: str) -> None:
    for date_reader in (GUESSING, FORMATTED):
        found = date_reader.read(said)
        assert found is None or found.tzinfo is UTC


GUESSING = DateReader(timezone="UTC", date_format=None, language="en")
FORMATTED = DateReader(timezone="America/New_York", date_format="%Y %j %H", language="en")
ENTRY = Entry.model_validate(
    {
        "source_id": "f", "title": "F", "network": "forum", "collector": "html_forum", "query": {},
        "basis": "written-permission", "licence_reference": "letter of 2026-01-05", "terms": {"url": f"{SITE}/terms"},
        "purpose": "p", "expires_on": "2027-01-01", "robots": "obey", "retention_days": 1, "sponsored": False,
        "fields": ["native_id", "text", "created_at", "author_handle"], "expected_posts_a_day": 1,
        "deletion": {"duty": "d", "deadline_hours": 1},
    }
)  # fmt: skip
_MARKUP = st.text(alphabet="<>/abp =\"'!-&;#x\n", max_size=200)


@given(body=_MARKUP, who=_MARKUP, date=_MARKUP, around=_MARKUP)
def test_no_markup_breaks_the_parsers(body: str, who: str, date: str, around: str) -> None:
    page = around + post(1, body=body, who=who).replace("3 hours", date) + row(1, NOW, html.escape(date)) + around
    reader(ENTRY).topic_page(page, f"{SITE}/t/1", topic_address=f"{SITE}/t/1")
    reader(ENTRY).list_page(page, f"{SITE}/new")


@given(words_of_others=st.lists(_MARKUP.map(html.escape), min_size=1, max_size=4))
def test_whatever_a_quote_holds_none_of_it_is_kept(words_of_others: list[str]) -> None:
    quotes = "".join(f"mine<div class='quoted'>STRANGER {said}</div>" for said in words_of_others)
    (made,) = read(ENTRY, post(1, body=quotes)).posts
    assert "STRANGER" not in words(made)
    assert made.text.split() == ["mine"] * len(words_of_others) or made.text == "mine" * len(words_of_others)


class FakeForum:
    """Serves topics, newest activity first, three a page, and their posts, two a page."""

    def __init__(self, **topics: list[datetime]) -> None:
        self.topics = {name.removeprefix("t"): dates for name, dates in topics.items()}
        self.asked: list[str] = []
        self.bodies: dict[str, str] = {}

    async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
        self.asked.append(url.removeprefix(SITE))
        parts = urlsplit(url)
        page = int(parse_qs(parts.query).get("page", ["1"])[0])
        if parts.path == "/new":
            names = sorted(self.topics, key=lambda name: max(self.topics[name]), reverse=True)
            body = "".join(row(int(name), max(self.topics[name])) for name in names[3 * page - 3 : 3 * page])
            body, more = f"<table>{body}</table>", len(names) > 3 * page
        else:
            name = parts.path.rsplit("/", 1)[1]
            if name not in self.topics:
                return Answer(404, {}, b"", url)
            dates = list(enumerate(self.topics[name]))[2 * page - 2 : 2 * page]
            body = "".join(post(int(name) * 100 + index, date) for index, date in dates)
            more = len(self.topics[name]) > 2 * page
        body += f'<a rel="next" href="?page={page + 1}">next</a>' if more else ""
        return Answer(200, {}, body.encode(), url)


def run(
    forum: Any, cursor: Any = None, *, stop_after: int | None = None, days: int = 7, entry: Entry = ENTRY, **said: Any
) -> tuple[list[Page], Exception | None]:
    plain = {"start": [f"{SITE}/new"], "timezone": "UTC", "selectors": SELECTORS, "overlap_hours": 0}
    query = HtmlForumQuery.model_validate({**plain, **said})
    pages: list[Page] = []

    async def collect() -> None:
        collector = HtmlForumCollector(entry, query, forum)
        async for page in collector.pages(Window(NOW - timedelta(days=days), NOW), cursor):
            pages.append(Page(page.posts, json.loads(json.dumps(page.cursor)), page.skipped))
            if stop_after is not None and len(pages) == stop_after:
                break

    try:
        asyncio.run(collect())
    except (SourceFailed, PermissionRefused) as error:
        return pages, error
    return pages, None


def ids(pages: list[Page]) -> list[int]:
    return [int(made.native_id.rsplit("/", 1)[1]) for page in pages for made in page.posts]


def skipped(pages: list[Page]) -> dict[str, int]:
    return dict(sum((Counter(page.skipped) for page in pages), Counter()))


def ago(*hours: float) -> list[datetime]:
    return [NOW - timedelta(hours=said) for said in hours]


def test_a_first_run_reads_lists_and_topics_of_several_pages_whole() -> None:
    forum = FakeForum(**{f"t{n}": ago(n + 5, n + 4, n + 3, n + 2, n) for n in range(1, 8)})
    pages, failure = run(forum)
    assert failure is None
    assert sorted(ids(pages)) == sorted(n * 100 + i for n in range(1, 8) for i in range(5))
    assert skipped(pages) == {}


def test_the_second_run_asks_for_what_was_active_since_and_nothing_else() -> None:
    forum = FakeForum(**{f"t{n}": ago(n) for n in range(1, 10)})
    pages, _ = run(forum)
    forum.topics["4"].append(NOW)
    forum.asked.clear()
    pages, _ = run(forum, pages[-1].cursor)
    assert ids(pages) == [100, 400, 401]  # topic 1 stands at the cursor itself
    assert forum.asked == ["/new", "/new?page=2", "/t/1", "/t/4"]


def test_posts_and_topics_before_the_windows_start_are_left_out() -> None:
    forum = FakeForum(t1=ago(24 * 30, 1), t2=ago(24 * 40), t3=ago(24 * 41), t4=ago(24 * 42), t5=ago(24 * 43))
    pages, _ = run(forum)
    assert (ids(pages), skipped(pages)) == ([101], {"before_window": 1})
    assert "/new?page=2" in forum.asked


@pytest.mark.parametrize("stop_after", range(1, 12))
def test_a_run_killed_anywhere_goes_on_where_it_stood(stop_after: int) -> None:
    forum = FakeForum(**{f"t{n}": ago(n + 3, n + 2, n) for n in range(1, 6)})
    first, _ = run(forum, stop_after=stop_after)
    second, _ = run(forum, first[-1].cursor)
    assert {*ids(first), *ids(second)} == {n * 100 + i for n in range(1, 6) for i in range(3)}


def test_what_is_over_a_bound_is_counted_said_and_read_by_the_next_runs() -> None:
    forum = FakeForum(**{f"t{n}": ago(n) for n in range(1, 10)})
    pages, failure = run(forum, max_topics=4)
    assert ids(pages) == [900, 800, 700, 600]
    assert isinstance(failure, SourceUnavailable)  # or a walk of the whole would take the rest for deleted
    assert skipped(pages) == {"left_for_next_run": 5}
    second, failure = run(forum, pages[-1].cursor, max_topics=4)
    assert (ids(second), failure) == ([600, 500, 400, 300], None)
    third, _ = run(forum, second[-1].cursor, max_topics=4)
    assert ids(third) == [300, 200, 100]


@pytest.mark.parametrize(
    ("bound", "reason"), [("max_list_pages", "list_cut_off"), ("max_topic_pages", "topic_cut_off")]
)
def test_a_list_or_topic_longer_than_its_bound_is_counted_and_is_no_whole_walk(bound: str, reason: str) -> None:
    forum = FakeForum(t1=ago(9, 8, 7, 6), t2=ago(5), t3=ago(4), t4=ago(3))
    pages, failure = run(forum, **{bound: 1})
    assert skipped(pages) == {reason: 1}
    assert isinstance(failure, SourceUnavailable)


def test_a_topic_that_is_gone_or_for_members_takes_no_other_with_it() -> None:
    class Members(FakeForum):
        async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
            if url.endswith("/t/2"):
                return Answer(404, {}, b"", url)
            if url.endswith("/t/3"):
                return Answer(200, {}, post(1).encode(), "https://login.example/")
            return await super().get(url, entry)

    pages, failure = run(Members(t1=ago(1), t2=ago(2), t3=ago(3)))
    assert (ids(pages), skipped(pages), failure) == ([100], {"topic_not_shown": 2}, None)


def test_a_next_page_that_leads_in_a_circle_ends() -> None:
    class Circle(FakeForum):
        async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
            answer = await super().get(url, entry)
            return Answer(200, {}, answer.body + b'<a rel="next" href="?page=1">', url)

    pages, failure = run(Circle(t1=ago(1), t2=ago(2)))
    assert (ids(pages), failure) == ([200, 100], None)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/new", (200, b"<p>a new design by Ida Invented</p>")),
        ("/new", (404, b"Ida Invented")),
        ("/t/1", (418, b"Ida Invented")),
    ],
)
def test_a_page_of_unknown_form_is_a_failure_that_quotes_nothing(path: str, answer: tuple[int, bytes]) -> None:
    class Other(FakeForum):
        async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
            return Answer(answer[0], {}, answer[1], url) if url.endswith(path) else await super().get(url, entry)

    _, failure = run(Other(t1=ago(1)))
    assert type(failure) is SourceFailed
    assert "Ida" not in str(failure)
    assert "forum.example" not in str(failure)


def test_a_future_date_does_not_put_later_topics_out_of_reach() -> None:
    forum = FakeForum(t1=[datetime(2099, 1, 1, tzinfo=UTC)], t2=ago(2))
    pages, _ = run(forum)
    assert list(pages[-1].cursor["lists"].values()) == [NOW.isoformat()]


def test_the_cursor_holds_instants_and_neither_address_nor_author() -> None:
    pages, _ = run(FakeForum(t1=ago(1)))
    said = json.dumps(pages[-1].cursor)
    assert "forum" not in said
    assert "ida" not in said


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ({"basis": "api-terms"}, "written-permission"),
        ({"basis": "open-feed"}, "written-permission"),
        ({"robots": "not-applicable"}, "obey"),
    ],
)
def test_without_a_written_permission_and_robots_nothing_is_asked(said: dict[str, Any], remedy: str) -> None:
    forum = FakeForum(t1=ago(1))
    pages, failure = run(forum, entry=ENTRY.model_copy(update=said))
    assert isinstance(failure, PermissionRefused)
    assert remedy in str(failure)
    assert (pages, forum.asked) == ([], [])


@pytest.mark.parametrize(
    "said",
    [
        {"timezone": "Mars/Olympus"},
        {"timezone": "../etc/passwd"},
        {"encoding": "morse"},
        {"start": ["ftp://forum.example/new"]},
        {"start": []},
        {"selectors": {**SELECTORS, "post": "..[["}},
        {"selectors": {**SELECTORS, "post": ""}},
        {"selectors": {**SELECTORS, "signature": ".x"}},
        {"max_topics": 0},
    ],
)
def test_a_query_that_cannot_work_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        run(FakeForum(), **said)


def test_an_old_encoding_is_read_as_the_entry_says() -> None:
    class Latin(FakeForum):
        async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
            answer = await super().get(url, entry)
            return Answer(200, {}, answer.body.decode().replace("words", "fièvre").encode("latin-1"), url)

    pages, _ = run(Latin(t1=ago(1)), encoding="latin-1")
    assert [made.text for page in pages for made in page.posts] == ["fièvre"]
