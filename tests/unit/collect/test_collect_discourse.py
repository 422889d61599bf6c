"""Discourse: what a post becomes, what is no post, whose words stay out, and that no walk loses or doubles one."""

import asyncio
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
from listening.collect.discourse import DiscourseCollector, DiscourseQuery
from listening.collect.discourse_parse import Record, parse_posts, parse_topic, parse_topics
from listening.collect.transport import Answer
from listening.errors import PermissionRefused, SourceFailed
from listening.posts import Engagement
from listening.raw import RawPost

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SITE = "https://talk.example"
QUOTE = (
    '<aside class="quote no-group" data-username="strangername"><div class="title"><img class="avatar" src="x"> '
    "STRANGERNAME:</div><blockquote><p>STRANGERWORDS</p></blockquote></aside>"
)


def stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", ".000Z")


def post(number: int = 1, *, hours: float | None = None, **other: Any) -> dict[str, Any]:
    at = NOW - timedelta(hours=240 - number if hours is None else hours)
    plain = {
        "id": number, "username": "ida", "name": "Ida Invented, MD", "created_at": stamp(at), "updated_at": stamp(at),
        "version": 1, "cooked": f"<p>words {number}</p>", "post_type": 1, "post_number": 2, "topic_id": 9,
        "topic_title": "Sepsis bundles", "reply_to_post_number": None, "reply_count": 3, "quote_count": 1,
        "actions_summary": [{"id": 2, "count": 5}, {"id": 6, "count": 7}], "hidden": False, "user_deleted": False,
        "deleted_at": None, "avatar_template": "/STRANGERAVATAR/{size}.png", "user_title": "STRANGERTITLE",
        "reply_to_user": {"username": "strangername", "name": "STRANGERNAME"}, "raw": "STRANGERRAW",
    }  # fmt: skip
    return {**plain, **other}


def parse(entry: Entry, *records: Any) -> list[Record]:
    found = parse_posts(json.dumps({"latest_posts": records}).encode(), entry, site=SITE)
    assert found is not None
    return found


def one(entry: Entry, **other: Any) -> RawPost:
    made = parse(entry, post(**other))[0].made
    assert isinstance(made, RawPost)
    return made


def words(made: RawPost) -> str:
    return repr([getattr(made, name) for name in made.__slots__])


@pytest.fixture
def entry(make_entry: Callable[..., Entry]) -> Entry:
    return make_entry("discourse")


def test_a_record_becomes_a_post_and_no_avatar_title_or_other_user_is_read(entry: Entry) -> None:
    made = one(entry)
    assert (made.native_id, made.text) == ("talk.example/p/1", "words 1")
    assert (made.author_handle, made.author_name) == ("ida@talk.example", "Ida Invented, MD")
    assert made.engagement == Engagement(replies=3, reposts=0, likes=5, quotes=1)
    assert (made.is_reply, made.is_quote, made.edited_at) == (True, False, None)
    assert made.url == "https://talk.example/t/9/2"
    assert "STRANGER" not in words(made).upper()


def test_a_topics_title_belongs_to_its_first_post_only(entry: Entry) -> None:
    first = one(entry, post_number=1)
    assert (first.text, first.is_reply) == ("Sepsis bundles\n\nwords 1", False)


def test_an_edit_is_told(entry: Entry) -> None:
    assert one(entry, version=2, updated_at=stamp(NOW)).edited_at == NOW


def test_not_a_word_or_name_of_who_is_quoted_or_mentioned_is_a_word_or_link_of_the_author(entry: Entry) -> None:
    cooked = (
        f'{QUOTE}<p>mine <a class="mention" href="https://talk.example/u/bo">@bo</a> '
        '<a href="https://doi.org/10.1/x">paper</a> <a class="hashtag-cooked" href="https://talk.example/tag/x">#x</a>'
        f'<a class="lightbox" href="https://talk.example/up.png"><img src="x"></a></p>{QUOTE}'
        '<aside class="onebox" data-onebox-src="https://journal.example/1"><p>STRANGERWORDS</p></aside>'
    )
    made = one(entry, cooked=cooked)
    assert made.text == "mine @bo paper #x"
    assert made.links == ("https://doi.org/10.1/x", "https://journal.example/1")
    assert (made.is_quote, made.content_hints) == (True, ("image",))
    assert "STRANGER" not in words(made).upper()


@pytest.mark.parametrize(
    ("other", "reason", "is_gone"),
    [
        ({"deleted_at": "2026-11-20T00:00:00Z"}, "deleted", True),
        ({"user_deleted": True}, "deleted", True),
        ({"hidden": True}, "hidden", True),
        ({"post_type": 2}, "action", False),
        ({"post_type": 3}, "action", False),
        ({"post_type": 4}, "action", False),
        ({"cooked": "<b>" * 30_000}, "too_complex", False),
        ({"cooked": None}, "bad_record", False),
        ({"username": ""}, "bad_record", False),
        ({"created_at": "soon"}, "bad_record", False),
        ({"id": 0}, "bad_record", False),
        ({"actions_summary": 7}, "bad_record", False),
    ],
)
def test_what_is_gone_hidden_or_no_post_is_skipped_by_reason(
    entry: Entry, other: dict[str, Any], reason: str, *, is_gone: bool
) -> None:
    records = parse(
        entry, post(1), post(**{"number": 7, **other}) if "id" not in other else {**post(7), **other}, post(3)
    )
    assert [record.made if isinstance(record.made, str) else "post" for record in records] == ["post", reason, "post"]
    assert records[1].gone == ("talk.example/p/7" if is_gone else None)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"latest_posts": 1}', b'{"post_stream": []}', b"<html>"])
def test_what_is_no_list_is_none(entry: Entry, content: bytes) -> None:
    assert parse_posts(content, entry, site=SITE) is None
    assert parse_topic(content, entry, site=SITE) is None
    assert parse_topics(content) is None


@pytest.mark.parametrize("tags", [["icu", "sepsis"], [{"id": 1, "name": "icu"}, {"name": "sepsis"}, 7, {"name": ""}]])
def test_a_topics_tags_are_read_in_both_forms_and_belong_to_its_first_post(entry: Entry, tags: list[Any]) -> None:
    stream = {"posts": [post(1, post_number=1), post(2)], "stream": [1, 2, "3", True, -4]}
    found = parse_topic(json.dumps({"title": "T", "tags": tags, "post_stream": stream}).encode(), entry, site=SITE)
    assert found is not None
    assert [getattr(record.made, "tags", None) for record in found.records] == [("icu", "sepsis"), ()]
    assert found.stream == (1, 2)


ENTRY = Entry.model_validate(
    {
        "source_id": "d", "title": "D", "network": "discourse", "collector": "discourse", "query": {}, "purpose": "p",
        "basis": "open-feed", "terms": {"url": "https://example.org/t"}, "expires_on": "2027-01-01",
        "fields": ["native_id", "text", "created_at", "author_handle"], "robots": "not-applicable",
        "retention_days": 30, "sponsored": False, "deletion": {"duty": "d", "deadline_hours": 1},
        "expected_posts_a_day": 1,
    }
)  # fmt: skip
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["posts", "stream", "topics", "id", "name", "count", "bumped_at"]), inner)
    ),
    max_leaves=8,
)


@given(said=st.dictionaries(st.sampled_from(sorted(post())), _JSON))
def test_no_form_of_a_field_breaks_the_parser(said: dict[str, Any]) -> None:
    (record,) = parse(ENTRY, {**post(), **said})
    assert isinstance(record.made, RawPost | str)


@given(said=_JSON, raw=st.binary(max_size=40))
def test_no_answer_breaks_the_parsers(said: Any, raw: bytes) -> None:
    wrapped = [{"latest_posts": said}, {"post_stream": said, "tags": said}, {"topic_list": said}, said]
    for content in [raw, *(json.dumps(value).encode() for value in wrapped)]:
        parse_posts(content, ENTRY, site=SITE)
        parse_topic(content, ENTRY, site=SITE)
        parse_topics(content)


class FakeForum:
    """Answers as Discourse does. `topics` holds posts by topic; `span` makes it an old one that looks at 50 ids at a time."""

    def __init__(self, topics: dict[int, list[dict[str, Any]]], *, span: int | None = None) -> None:
        self.topics = topics
        self.span = span
        self.asked: list[str] = []
        self.pinned: list[int] = []

    async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
        self.asked.append(url.removeprefix(SITE))
        parts = urlsplit(url)
        said = self.answer(parts.path, parse_qs(parts.query))
        return Answer(200 if said is not None else 404, {}, json.dumps(said).encode(), url)

    def answer(self, path: str, query: dict[str, list[str]]) -> Any:
        if path == "/posts.json":
            before = int(query.get("before", ["1000000"])[0])
            found = sorted((p for posts in self.topics.values() for p in posts), key=lambda p: p["id"], reverse=True)
            below = [p for p in found if p["id"] <= before and (self.span is None or p["id"] > before - self.span)]
            if self.span and "before" not in query:
                below = found
            return {"latest_posts": below[:50]}
        if path.startswith("/c/"):
            page = int(query["page"][0])
            rows = sorted(self.topics, key=lambda t: (t in self.pinned, self.bumped(t)), reverse=True)
            shown = [{"id": t, "bumped_at": self.bumped(t)} for t in rows[30 * page : 30 * page + 30]]
            more = {"more_topics_url": "/c/x?page=1"} if len(rows) > 30 * page + 30 else {}
            return {"topic_list": {"topics": shown, **more}}
        topic = self.topics.get(int(path.split("/")[2].removesuffix(".json")))
        if topic is None:
            return None
        if path.endswith("/posts.json"):
            wanted = {int(said) for said in query["post_ids[]"]}
            return {"post_stream": {"posts": [p for p in topic if p["id"] in wanted]}}
        return {"title": "T", "post_stream": {"posts": topic[:20], "stream": [p["id"] for p in topic]}}

    def bumped(self, topic: int) -> str:
        return max((p["created_at"] for p in self.topics[topic]), default="2020-01-01T00:00:00Z")


def run(
    forum: Any, cursor: Any = None, *, stop_after: int | None = None, days: int = 60, **said: Any
) -> tuple[list[Page], Exception | None]:
    query = DiscourseQuery.model_validate({"sites": [SITE], "overlap_hours": 0, **said})
    pages: list[Page] = []

    async def collect() -> None:
        collector = DiscourseCollector(ENTRY, query, forum)
        async for page in collector.pages(Window(NOW - timedelta(days=days), NOW), cursor):
            pages.append(Page(page.posts, json.loads(json.dumps(page.cursor)), page.skipped, page.gone))
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


@pytest.mark.parametrize("span", [None, 50])
def test_the_stream_is_read_whole_by_new_and_old_versions(span: int | None) -> None:
    # Two hundred ids of the old one are private: whole answers there are empty, and the end has not come.
    numbers = [*range(3, 40), *range(239, 360)] if span else range(1, 131)
    forum = FakeForum({1: [post(n, hours=1000 - n) for n in numbers]}, span=span)
    pages, failure = run(forum)
    assert failure is None
    assert sorted(ids(pages)) == list(numbers)


def test_the_second_run_brings_what_is_new_and_no_more() -> None:
    forum = FakeForum({1: [post(n) for n in range(1, 101)]})
    first, _ = run(forum)
    forum.topics[1] += [post(n) for n in range(101, 181)]
    second, _ = run(forum, first[-1].cursor)
    assert set(ids(second)) >= set(range(101, 181))
    assert len(ids(second)) <= 150


@pytest.mark.parametrize("stop_after", [1, 2])
def test_a_run_killed_anywhere_goes_on_and_reads_what_came_meanwhile(stop_after: int) -> None:
    forum = FakeForum({1: [post(n) for n in range(1, 131)]})
    first, _ = run(forum, stop_after=stop_after)
    forum.topics[1].append(post(140))
    second, _ = run(forum, first[-1].cursor)
    assert {*ids(first), *ids(second)} == {*range(1, 131), 140}


def test_what_is_deleted_or_hidden_is_told_as_gone() -> None:
    forum = FakeForum({1: [post(1), post(2, user_deleted=True), post(3, hidden=True)]})
    pages, _ = run(forum)
    assert ids(pages) == [1]
    assert sorted(gone for page in pages for gone in page.gone) == ["talk.example/p/2", "talk.example/p/3"]
    assert skipped(pages) == {"deleted": 1, "hidden": 1}


def test_a_stream_without_end_and_posts_is_a_failure() -> None:
    class Endless(FakeForum):
        def answer(self, path: str, query: dict[str, list[str]]) -> Any:
            return {"latest_posts": [] if "before" in query else [post(10_000_000)]}

    _, failure = run(Endless({}))
    assert isinstance(failure, SourceFailed)
    assert "categories" in str(failure)


def test_an_empty_forum_is_read_without_failure() -> None:
    assert run(FakeForum({}))[1] is None
    assert run(FakeForum({}), categories=["wards/1"])[1] is None


def test_topics_of_a_category_are_read_whole_the_last_bumped_last() -> None:
    forum = FakeForum({t: [post(100 * t + n, hours=100 - t) for n in range(t)] for t in range(1, 66)})
    pages, failure = run(forum, categories=["wards/icu/1"])
    assert failure is None
    assert sorted(ids(pages)) == sorted(100 * t + n for t in range(1, 66) for n in range(t))
    assert forum.asked[0] == "/c/wards/icu/1/l/latest.json?page=0"
    topics = [said for said in forum.asked if said.startswith("/t/") and "?" not in said]
    assert topics == [f"/t/{t}.json" for t in range(1, 66)]


def test_a_second_run_of_a_category_reads_what_was_bumped_and_a_pin_does_not_end_it() -> None:
    forum = FakeForum({t: [post(100 * t, hours=500 - t)] for t in range(1, 80)})
    first, _ = run(forum, categories=["wards/1"])
    forum.topics[5].append(post(501, hours=2))
    forum.topics[6].append(post(601, hours=1))
    forum.pinned = [40]
    forum.asked.clear()
    second, _ = run(forum, first[-1].cursor, categories=["wards/1"])
    assert {501, 601} <= set(ids(second)) <= {500, 501, 600, 601, 7900}
    assert "/t/40.json" not in forum.asked


@pytest.mark.parametrize("stop_after", range(1, 9))
def test_a_run_over_topics_killed_anywhere_goes_on_where_it_stood(stop_after: int) -> None:
    forum = FakeForum({t: [post(100 * t + n, hours=100 - t) for n in range(30)] for t in range(1, 5)})
    first, _ = run(forum, stop_after=stop_after, categories=["wards/1"])
    second, _ = run(forum, first[-1].cursor, categories=["wards/1"])
    assert {*ids(first), *ids(second)} == {100 * t + n for t in range(1, 5) for n in range(30)}


def test_of_a_long_topic_only_what_the_window_holds_is_asked_for() -> None:
    old = [post(n, hours=24 * 90) for n in range(1, 301)]
    forum = FakeForum({1: [*old, *(post(n, hours=5) for n in range(301, 311))]})
    pages, _ = run(forum, categories=["wards/1"])
    assert sorted(ids(pages)) == list(range(301, 311))
    assert skipped(pages)["before_window"] > 0
    assert len(forum.asked) <= 5


def test_a_topic_that_is_no_longer_shown_takes_no_other_with_it() -> None:
    class Moved(FakeForum):
        def answer(self, path: str, query: dict[str, list[str]]) -> Any:
            return None if path == "/t/2.json" else super().answer(path, query)

    pages, failure = run(Moved({t: [post(t)] for t in (1, 2, 3)}), categories=["wards/1"])
    assert (ids(pages), skipped(pages), failure) == ([1, 3], {"topic_not_shown": 1}, None)


@pytest.mark.parametrize("categories", [[], ["wards/1"]])
@pytest.mark.parametrize(("status", "remedy"), [(403, "Ask the forum"), (404, "query.sites"), (200, "query.sites")])
def test_what_is_no_forums_json_is_a_failure_that_quotes_nothing_and_stops_no_other(
    categories: list[str], status: int, remedy: str
) -> None:
    class Mixed(FakeForum):
        async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
            if url.startswith("https://closed.example"):
                return Answer(status, {}, b'{"errors": ["Ida Invented"]}', url)
            return await super().get(url, entry)

    pages, failure = run(Mixed({1: [post(1)]}), sites=["https://closed.example", SITE], categories=categories)
    assert ids(pages) == [1]
    assert type(failure) is SourceFailed
    assert remedy in str(failure)
    assert "Ida" not in str(failure)
    assert "closed.example" not in str(failure)


def test_the_cursor_holds_positions_and_no_author() -> None:
    for categories in ([], ["wards/1"]):
        pages, _ = run(FakeForum({1: [post(n) for n in range(1, 130)]}), categories=categories)
        for page in pages:
            assert "ida" not in json.dumps(page.cursor)


@pytest.mark.parametrize(
    "said",
    [{"sites": []}, {"sites": ["talk.example"]}, {"categories": ["wards"]}, {"categories": ["../admin/1"]},
     {"categories": ["wards/1?x"]}, {"overlap_hours": -1}],
)  # fmt: skip
def test_a_query_that_cannot_work_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        run(FakeForum({}), **said)
