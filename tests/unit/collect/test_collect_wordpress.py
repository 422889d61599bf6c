"""WordPress: what a post and a comment become, and that no walk loses one, whatever appears or vanishes under way."""

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
from listening.collect.transport import Answer
from listening.collect.wordpress import WordPressCollector, WordPressQuery
from listening.collect.wordpress_parse import Kind, Read, error_code, parse_list
from listening.errors import PermissionRefused, SourceFailed
from listening.raw import RawPost

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SITE = "https://blog.example/med"
ZONE = timedelta(hours=-5)


def stamps(name: str, moment: datetime) -> dict[str, str]:
    """Give an instant as WordPress does: by the site's clock and by UTC, both without a zone."""
    naive = moment.replace(tzinfo=None)
    return {name: (naive + ZONE).isoformat(), f"{name}_gmt": naive.isoformat()}


def article(number: int = 1, minutes: float = 0, edited: float = 0, **other: Any) -> dict[str, Any]:
    at = NOW - timedelta(days=3) + timedelta(minutes=minutes or number)
    plain = {
        "id": number, "author": 7, **stamps("date", at), **stamps("modified", at + timedelta(minutes=edited)),
        "link": f"{SITE}/?p={number}", "title": {"rendered": "Sepsis &amp; <b>shock</b>"},
        "content": {"rendered": f"<p>words {number}</p>", "protected": False},
        "guid": {"rendered": "STRANGERGUID"}, "_links": {"author": [{"href": "STRANGERLINK"}]},
    }  # fmt: skip
    return {**plain, **other}


def comment(number: int = 1, minutes: float = 0, **other: Any) -> dict[str, Any]:
    at = NOW - timedelta(days=3) + timedelta(minutes=minutes or number)
    plain = {
        "id": number, "post": 1, "parent": 0, "author": 0, "author_name": "Ida  O&#8217;Invented", **stamps("date", at),
        "author_url": "https://STRANGERSITE.example", "link": f"{SITE}/?p=1#comment-{number}",
        "content": {"rendered": f"<p>an answer {number}</p>"}, "status": "approved",
        "author_avatar_urls": {"24": "https://gravatar.example/avatar/STRANGERHASH"},
    }  # fmt: skip
    return {**plain, **other}


def parse(entry: Entry, *records: Any, kind: Kind = "posts") -> list[Read]:
    reads = parse_list(json.dumps(records).encode(), entry, kind=kind, base="blog.example/med")
    assert reads is not None
    return reads


def one(entry: Entry, record: dict[str, Any], kind: Kind = "posts") -> RawPost:
    made = parse(entry, record, kind=kind)[0].made
    assert isinstance(made, RawPost)
    return made


def words(post: RawPost) -> str:
    return repr([getattr(post, name) for name in post.__slots__])


@pytest.fixture
def entry(make_entry: Callable[..., Entry]) -> Entry:
    return make_entry("wordpress")


def test_an_article_becomes_a_post_with_its_title_and_without_entities(entry: Entry) -> None:
    body = '<p>one &hellip;<br>two <a href="https://doi.org/10.1/x">p</a> <a href="#top">up</a></p><img src="x">'
    post = one(entry, article(5, edited=3, content={"rendered": body, "protected": False}))
    assert (post.native_id, post.author_handle) == ("blog.example/med/posts/5", "7@blog.example/med")
    assert post.text == "Sepsis & shock\n\none …\ntwo p up"
    assert (post.links, post.tags, post.content_hints) == (("https://doi.org/10.1/x",), (), ("article", "image"))
    assert (post.is_reply, post.author_name, post.role_hint) == (False, "", None)
    assert "STRANGER" not in words(post)


def test_dates_are_read_from_utc_and_an_edit_is_told(entry: Entry) -> None:
    post = one(entry, article(5, edited=3))
    assert post.created_at == NOW - timedelta(days=3) + timedelta(minutes=5)
    assert post.edited_at == post.created_at + timedelta(minutes=3)
    assert one(entry, article(5)).edited_at is None


def test_a_comment_becomes_a_post_and_its_avatar_hash_and_site_are_never_read(entry: Entry) -> None:
    post = one(entry, comment(9), "comments")
    assert (post.native_id, post.text) == ("blog.example/med/comments/9", "an answer 9")
    assert (post.author_name, post.author_handle) == ("Ida O’Invented", "Ida O’Invented@blog.example/med")
    assert (post.content_hints, post.is_reply, post.edited_at) == (("comment",), False, None)
    assert "STRANGER" not in words(post)
    assert one(entry, comment(9, parent=8), "comments").is_reply


def test_an_account_has_one_handle_for_its_posts_and_its_comments(entry: Entry) -> None:
    handles = {one(entry, article()).author_handle, one(entry, comment(author=7), "comments").author_handle}
    assert handles == {"7@blog.example/med"}
    assert one(entry, comment(author_name=" "), "comments").author_handle == "anonymous@blog.example/med"


def test_not_a_word_of_who_is_quoted_is_kept(entry: Entry) -> None:
    body = "<p>mine</p><blockquote><cite>STRANGERNAME</cite><p>STRANGERWORDS</p></blockquote>"
    post = one(entry, comment(content={"rendered": body}), "comments")
    assert (post.text, "STRANGER" in words(post)) == ("mine", False)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"content": {"rendered": "", "protected": True}}, "password_protected"),
        ({"content": {"rendered": "<b>" * 30_000, "protected": False}}, "too_complex"),
        ({"content": None}, "bad_record"),
        ({"id": 0}, "bad_record"),
        ({"date_gmt": None}, "bad_record"),
        ({"date_gmt": "0000-00-00T00:00:00"}, "bad_record"),
        ({"modified": "soon"}, "bad_record"),
        ({"author": -1}, "bad_record"),
    ],
)
def test_what_is_no_public_post_is_skipped_by_reason(entry: Entry, other: dict[str, Any], reason: str) -> None:
    reads = parse(entry, article(1), article(2, **other), article(3))
    assert [read.made if isinstance(read.made, str) else "post" for read in reads] == ["post", reason, "post"]


@pytest.mark.parametrize("content", [b"", b"{}", b'{"code": "rest_no_route"}', b"<html>", b'[{"id": 1'])
def test_what_is_no_list_is_none(entry: Entry, content: bytes) -> None:
    assert parse_list(content, entry, kind="posts", base="x") is None


@pytest.mark.parametrize(
    ("content", "code"),
    [(b'{"code": "rest_no_route"}', "rest_no_route"), (b"[]", ""), (b'{"code": 7}', ""), (b"<html>", ""), (b"", "")],
)
def test_wordpress_own_word_for_an_error_is_found(content: bytes, code: str) -> None:
    assert error_code(content) == code


ENTRY = Entry.model_validate(
    {
        "source_id": "w", "title": "W", "network": "blog", "collector": "wordpress", "query": {}, "purpose": "p",
        "basis": "api-terms", "terms": {"url": "https://example.org/t"}, "expires_on": "2027-01-01",
        "fields": ["native_id", "text", "created_at", "author_handle", "edited_at"], "robots": "not-applicable",
        "retention_days": 30, "sponsored": False, "deletion": {"duty": "d", "deadline_hours": 1},
        "expected_posts_a_day": 1,
    }
)  # fmt: skip
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["rendered", "protected"]), inner),
)


@given(said=st.dictionaries(st.sampled_from(sorted({*article(), *comment()})), _JSON), is_article=st.booleans())
def test_no_form_of_a_field_breaks_the_parser(said: dict[str, Any], *, is_article: bool) -> None:
    record = {**(article() if is_article else comment()), **said}
    (read,) = parse(ENTRY, record, kind="posts" if is_article else "comments")
    assert isinstance(read.made, RawPost | str)


@given(record=_JSON, content=st.binary(max_size=40))
def test_no_answer_breaks_the_parser(record: Any, content: bytes) -> None:
    for kind in ("posts", "comments"):
        assert all(read.made == "bad_record" for read in parse(ENTRY, record, kind=kind))
        parse_list(content, ENTRY, kind=kind, base="x")


class FakeSite:
    """Answers as WordPress does: `after` by the site's own clock and exclusive, pages up to a total, then an error."""

    def __init__(self, posts: list[Any] | None = None, comments: list[Any] | None = None) -> None:
        self.lists: dict[str, list[Any]] = {"posts": posts or [], "comments": comments or []}
        self.asked: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.before_page: Callable[[int], None] = lambda _count: None

    async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.before_page(len(self.asked))
        self.asked.append(query)
        self.paths.append(parts.path)
        return self.answer(url, query.get("rest_route", parts.path).rsplit("/", 1)[1], query)

    def answer(self, url: str, kind: str, query: dict[str, str]) -> Answer:
        order = query["orderby"]
        found = [
            record
            for record in sorted(self.lists[kind], key=lambda record: record[order])
            if record["date"] > local(query.get("after", "0001-01-02T00:00:00"))
            if record.get("modified", "9") > local(query.get("modified_after", "0001-01-02T00:00:00"))
        ]
        page, size = int(query["page"]), int(query["per_page"])
        total = -(-len(found) // size)
        if page > 1 and page > total:
            return Answer(400, {}, b'{"code": "rest_post_invalid_page_number"}', url)
        body = json.dumps(found[size * (page - 1) : size * page]).encode()
        return Answer(200, {"x-wp-totalpages": str(total)}, body, url)


def local(said: str) -> str:
    moment = datetime.fromisoformat(said)
    return (moment.replace(tzinfo=None) + ZONE if moment.tzinfo else moment).isoformat()


def run(
    site: Any, cursor: Any = None, *, stop_after: int | None = None, days: int = 14, **said: Any
) -> tuple[list[Page], Exception | None]:
    query = WordPressQuery.model_validate({"sites": [SITE], "kinds": ["posts"], "overlap_hours": 0, **said})
    pages: list[Page] = []

    async def collect() -> None:
        collector = WordPressCollector(ENTRY, query, site)
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
    return [int(post.native_id.rsplit("/", 1)[1]) for page in pages for post in page.posts]


def skipped(pages: list[Page]) -> dict[str, int]:
    return dict(sum((Counter(page.skipped) for page in pages), Counter()))


def test_a_first_run_reads_the_window_oldest_first_and_each_post_once() -> None:
    site = FakeSite([article(n) for n in range(1, 261)])
    pages, failure = run(site)
    assert (ids(pages), failure, skipped(pages)) == (list(range(1, 261)), None, {})


def test_only_what_is_needed_is_asked_for() -> None:
    site = FakeSite([article()], [comment()])
    run(site, kinds=["posts", "comments"])
    for asked in site.asked:
        assert not {"avatar", "_embed", "email", "author_url", "_links", "guid"} & set(asked["_fields"].split(","))
        assert asked["per_page"] == "100"
    assert site.asked[0]["after"] == "2026-11-08T00:00:00Z"


def test_posts_before_the_windows_start_are_not_asked_for() -> None:
    pages, _ = run(FakeSite([article(1, -60 * 24 * 2), article(2)]), days=3)
    assert ids(pages) == [2]


def test_a_page_full_of_one_second_is_passed_by_its_page_number() -> None:
    records = [article(n, minutes=5) for n in range(1, 251)]
    pages, _ = run(FakeSite([*records, article(300, minutes=6)]))
    assert sorted(ids(pages)) == [*range(1, 251), 300]


@pytest.mark.parametrize("header", [True, False])
def test_posts_deleted_or_published_between_two_pages_take_no_other_with_them(*, header: bool) -> None:
    class Plain(FakeSite):
        def answer(self, url: str, kind: str, query: dict[str, str]) -> Answer:
            found = super().answer(url, kind, query)
            return Answer(found.status, found.headers if header else {}, found.body, url)

    site = Plain([article(n) for n in range(1, 261)])

    def change(count: int) -> None:
        if count == 1:
            site.lists["posts"] = [article(n) for n in range(51, 281)]

    site.before_page = change
    pages, failure = run(site)
    assert (ids(pages), failure) == (list(range(1, 281)), None)


@pytest.mark.parametrize("stop_after", [1, 2, 3])
def test_a_run_killed_anywhere_goes_on_where_it_stood(stop_after: int) -> None:
    site = FakeSite([article(n) for n in range(1, 251)])
    first, _ = run(site, stop_after=stop_after)
    site.lists["posts"][0] = article(1, edited=60 * 24)
    second, _ = run(site, first[-1].cursor)
    assert sorted({*ids(first), *ids(second)}) == list(range(1, 251))
    assert 1 in ids(second)


def test_the_second_run_over_an_unchanged_site_reads_the_overlap_and_no_more() -> None:
    site = FakeSite([article(n, minutes=n * 60) for n in range(1, 61)])
    first, _ = run(site)
    assert ids(run(site, first[-1].cursor)[0]) == []
    assert ids(run(site, first[-1].cursor, overlap_hours=2)[0]) == [59, 60]


def test_the_second_run_brings_what_is_new_what_was_edited_and_what_was_scheduled() -> None:
    site = FakeSite([article(n) for n in range(1, 121)])
    first, _ = run(site)
    site.lists["posts"][4] = article(5, edited=600)
    site.lists["posts"].append(article(121, minutes=601))
    # Written before the first run, dated after it: publishing leaves `modified` where it stood.
    site.lists["posts"].append(article(122, minutes=602, edited=-590))
    second, _ = run(site, first[-1].cursor)
    assert sorted(ids(second)) == [5, 121, 122]


def test_a_new_post_does_not_move_the_walk_by_change_past_an_earlier_edit() -> None:
    site = FakeSite([article(n) for n in range(1, 11)])
    first, _ = run(site)
    site.lists["posts"][0] = article(1, edited=100)
    site.lists["posts"].append(article(11, minutes=500))
    assert sorted(ids(run(site, first[-1].cursor)[0])) == [1, 11]


def test_an_edit_of_a_post_older_than_is_kept_is_not_asked_for() -> None:
    site = FakeSite([article(1)])
    first, _ = run(site)
    site.lists["posts"].append(article(2, minutes=-60 * 24 * 40, edited=60 * 24 * 41))
    assert ids(run(site, first[-1].cursor)[0]) == []


def test_a_date_in_the_future_does_not_put_later_posts_out_of_reach() -> None:
    site = FakeSite([article(1), article(2, minutes=60 * 24 * 400)])
    first, _ = run(site)
    site.lists["posts"].append(article(3, minutes=60))
    assert 3 in ids(run(site, first[-1].cursor)[0])


def test_a_comment_approved_late_is_found_within_the_overlap() -> None:
    site = FakeSite(comments=[comment(n, minutes=n * 60) for n in range(1, 40) if n != 30])
    first, _ = run(site, kinds=["comments"])
    site.lists["comments"].append(comment(30, minutes=30 * 60))
    assert 30 in ids(run(site, first[-1].cursor, kinds=["comments"], overlap_hours=24)[0])


def test_a_site_without_permalinks_is_read_by_its_other_address() -> None:
    class Plain(FakeSite):
        def answer(self, url: str, kind: str, query: dict[str, str]) -> Answer:
            if "rest_route" not in query:
                return Answer(404, {}, b"<html>Ida Invented</html>", url)
            return super().answer(url, kind, query)

    site = Plain([article(n) for n in range(1, 151)])
    pages, failure = run(site)
    assert (ids(pages), failure) == (list(range(1, 151)), None)
    assert [path.endswith("/wp-json/wp/v2/posts") for path in site.paths] == [True, False, False]
    assert site.asked[1]["rest_route"] == "/wp/v2/posts"


@pytest.mark.parametrize("header", [{}, {"x-wp-totalpages": "3"}])
def test_a_server_that_ignores_paging_is_not_asked_for_ever(header: dict[str, str]) -> None:
    class Stuck(FakeSite):
        def answer(self, url: str, kind: str, query: dict[str, str]) -> Answer:
            return Answer(200, header, json.dumps([article(n) for n in range(1, 101)]).encode(), url)

    site = Stuck()
    pages, _ = run(site)
    assert ids(pages) == list(range(1, 101))
    assert len(site.asked) <= 4


def test_a_page_of_records_that_cannot_be_read_does_not_end_the_walk() -> None:
    class Odd(FakeSite):
        def answer(self, url: str, kind: str, query: dict[str, str]) -> Answer:
            records = [{"id": 0}] * 100 if query["page"] == "1" else [article(1)]
            return Answer(200, {"x-wp-totalpages": "2"}, json.dumps(records).encode(), url)

    pages, _ = run(Odd())
    assert (ids(pages), skipped(pages)) == ([1], {"bad_record": 100})


@pytest.mark.parametrize(
    ("status", "body", "remedy"),
    [
        (404, b'{"code": "rest_no_route", "message": "Ida Invented"}', "collector feed"),
        (401, b'{"code": "rest_forbidden"}', "Ask the site"),
        (403, b"<html>Ida Invented", "Ask the site"),
        (200, b"<html>Ida Invented", "public REST API"),
        (200, b'{"code": 1, "name": "Ida Invented"}', "public REST API"),
        (400, b'{"code": "rest_invalid_param"}', "public REST API"),
    ],
)
def test_what_is_no_list_is_a_failure_that_quotes_nothing_and_stops_no_other(
    status: int, body: bytes, remedy: str
) -> None:
    class Refusing(FakeSite):
        def answer(self, url: str, kind: str, query: dict[str, str]) -> Answer:
            return Answer(status, {}, body, url) if kind == "posts" else super().answer(url, kind, query)

    pages, failure = run(Refusing(comments=[comment(3)]), kinds=["posts", "comments"])
    assert ids(pages) == [3]
    assert type(failure) is SourceFailed
    assert remedy in str(failure)
    assert "Ida" not in str(failure)
    assert "blog.example" not in str(failure)


def test_the_cursor_holds_positions_and_no_author() -> None:
    pages, _ = run(FakeSite([article(1)], [comment(2)]), kinds=["posts", "comments"])
    assert sorted(pages[-1].cursor["walks"]) == [
        f"blog.example/med/{name}" for name in ("comments/date", "posts/date", "posts/modified")
    ]
    assert "Ida" not in json.dumps(pages[-1].cursor)


@pytest.mark.parametrize(
    "said",
    [{"sites": []}, {"sites": ["blog.example"]}, {"sites": ["https://b.example/?x"]}, {"kinds": []},
     {"kinds": ["users"]}, {"overlap_hours": -1}],
)  # fmt: skip
def test_a_query_that_cannot_work_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        run(FakeSite(), **said)
