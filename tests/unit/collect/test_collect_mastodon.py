"""Mastodon timelines: what a status becomes, who opted out, and that no walk loses or doubles a post."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listening.catalogue.entry import Entry
from listening.collect.base import Page, Window
from listening.collect.mastodon import MastodonCollector, MastodonQuery
from listening.collect.mastodon_parse import Read, parse_timeline
from listening.collect.transport import Answer
from listening.errors import SettingsError, SourceFailed
from listening.posts import Engagement
from listening.raw import RawPost

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def status(number: int = 1, *, account: Mapping[str, Any] | None = None, **other: Any) -> dict[str, Any]:
    created = NOW - timedelta(days=30) + timedelta(minutes=number)
    plain_account = {
        "id": "7", "acct": "ida", "username": "ida", "url": "https://med.example/@ida", "display_name": "Ida, MD",
        "note": "<p>ICU nurse<br>UK</p>", "bot": False, "noindex": False, "indexable": True, "discoverable": None,
        "avatar": "https://med.example/a.png", "fields": [{"name": "x", "value": "y"}],
    }  # fmt: skip
    plain = {
        "id": str(110_000_000_000_000_000 + number), "uri": f"https://med.example/users/ida/statuses/{number}",
        "url": f"https://med.example/@ida/{number}", "created_at": created.isoformat().replace("+00:00", ".000Z"),
        "edited_at": None, "content": f"<p>post {number}</p>", "spoiler_text": "", "visibility": "public",
        "language": "en", "in_reply_to_id": None, "reblog": None, "tags": [], "mentions": [], "poll": None,
        "media_attachments": [], "card": None, "replies_count": 1, "reblogs_count": 2, "favourites_count": 3,
        "quotes_count": 4, "application": {"name": "an app"}, "account": {**plain_account, **(account or {})},
    }  # fmt: skip
    return {**plain, **other}


def parse(entry: Entry, *statuses: Any) -> list[Read]:
    reads = parse_timeline(json.dumps(statuses).encode(), entry, instance_host="med.example")
    assert reads is not None
    return reads


def one(entry: Entry, **other: Any) -> RawPost:
    made = parse(entry, status(**other))[0].made
    assert isinstance(made, RawPost)
    return made


def words(post: RawPost) -> str:
    return repr([getattr(post, name) for name in post.__slots__])


def test_a_status_becomes_a_post(make_entry: Callable[..., Entry]) -> None:
    post = one(make_entry("mastodon"))
    assert (post.native_id, post.text) == ("https://med.example/users/ida/statuses/1", "post 1")
    assert (post.author_handle, post.author_name, post.author_bio) == ("ida@med.example", "Ida, MD", "ICU nurse\nUK")
    assert post.engagement == Engagement(replies=1, reposts=2, likes=3, quotes=4)
    assert (post.is_reply, post.is_quote, post.is_repost, post.role_hint) == (False, False, False, None)
    assert post.created_at.tzinfo == UTC
    assert "avatar" not in words(post)
    assert "a.png" not in words(post)


def test_the_content_warning_comes_first_and_poll_options_are_words_too(make_entry: Callable[..., Entry]) -> None:
    poll = {"options": [{"title": "apixaban"}, {"title": "warfarin"}]}
    post = one(make_entry("mastodon"), spoiler_text="needles", poll=poll)
    assert post.text == "needles\n\npost 1\n\napixaban\nwarfarin"
    assert post.content_hints == ("poll",)


def test_links_are_what_the_post_shares_not_its_mentions_and_tags(make_entry: Callable[..., Entry]) -> None:
    content = (
        '<p><a href="https://other.example/@bo" class="u-url mention">@bo</a> '
        '<a href="https://med.example/tags/x" class="mention hashtag" rel="tag">#x</a> '
        '<a href="https://plain.example/@eve">@eve</a> <a href="https://doi.org/10.1/x">paper</a></p>'
    )
    post = one(
        make_entry("mastodon"),
        content=content,
        mentions=[{"acct": "eve@plain.example", "url": "https://plain.example/@eve"}],
        tags=[{"name": "x", "url": "https://med.example/tags/x"}],
        card={"url": "https://journal.example/1"},
        media_attachments=[{"type": "gifv"}, {"type": "unknown"}, {"type": "image"}],
    )
    assert post.links == ("https://doi.org/10.1/x", "https://journal.example/1")
    assert post.tags == ("x",)
    assert post.content_hints == ("video", "image", "card")


@pytest.mark.parametrize(
    ("said", "account", "reason"),
    [
        ({"visibility": "unlisted"}, {}, "not_public"),
        ({"visibility": "private"}, {}, "not_public"),
        ({"visibility": "a new kind"}, {}, "not_public"),
        ({}, {"noindex": True}, "author_noindex"),
        ({}, {"indexable": False}, "author_not_indexable"),
        ({}, {"discoverable": False}, "author_not_discoverable"),
        ({"reblog": {"content": "somebody else's"}}, {}, "repost"),
        ({"created_at": "soon"}, {}, "bad_record"),
        ({"content": None}, {}, "bad_record"),
        ({"account": None}, {}, "bad_record"),
        ({"uri": 7}, {}, "bad_record"),
        ({"content": "<b>" * 30_000}, {}, "too_complex"),
    ],
)
def test_who_opted_out_and_what_is_not_a_post_is_skipped_by_reason(
    make_entry: Callable[..., Entry], said: dict[str, Any], account: dict[str, Any], reason: str
) -> None:
    made = {**status(account=account), **said}
    reads = parse(make_entry("mastodon"), status(1), made, status(2))
    assert [read.made if isinstance(read.made, str) else "post" for read in reads] == ["post", reason, "post"]
    assert reads[1].page_id is not None


@pytest.mark.parametrize("record", [None, 3, "x", [], {}])
def test_a_record_of_no_form_is_skipped(make_entry: Callable[..., Entry], record: Any) -> None:
    assert [read.made for read in parse(make_entry("mastodon"), record)] == ["bad_record"]


@pytest.mark.parametrize(
    "account", [{"noindex": None, "indexable": None, "discoverable": None}, {"discoverable": True}]
)
def test_an_opt_out_that_is_not_set_or_absent_is_none(
    make_entry: Callable[..., Entry], account: dict[str, Any]
) -> None:
    made = status(account=account)
    for name in ("noindex", "indexable"):
        made["account"].pop(name, None)
    assert isinstance(parse(make_entry("mastodon"), made)[0].made, RawPost)


def test_not_a_word_of_a_quoted_or_answered_author_is_kept(make_entry: Callable[..., Entry]) -> None:
    other = status(9, content="<p>STRANGERWORDS</p>", account={"acct": "stranger", "display_name": "STRANGERNAME"})
    post = one(
        make_entry("mastodon"),
        content='<p class="quote-inline">RE: <a href="https://x.example/@stranger/9">x</a></p><p>mine</p>',
        quote={"state": "accepted", "quoted_status": other},
        in_reply_to_id="9",
    )
    assert (post.text, post.is_quote, post.is_reply) == ("mine", True, True)
    assert "stranger" not in words(post).lower()


def test_an_automated_account_says_so(make_entry: Callable[..., Entry]) -> None:
    assert one(make_entry("mastodon"), account={"bot": True}).role_hint == "other"


def test_an_author_has_one_handle_on_every_instance(make_entry: Callable[..., Entry]) -> None:
    assert one(make_entry("mastodon"), account={"acct": "ida@med.example"}).author_handle == "ida@med.example"
    assert one(make_entry("mastodon"), account={"url": None}).author_handle == "ida@med.example"
    assert one(make_entry("mastodon"), account={"url": "http://[med.example"}).author_handle == "ida@med.example"


@pytest.mark.parametrize("content", [b"", b"{}", b'{"error": "x"}', b"<html>", b'[{"id": "1"'])
def test_what_is_no_timeline_is_none(make_entry: Callable[..., Entry], content: bytes) -> None:
    assert parse_timeline(content, make_entry("mastodon"), instance_host="x") is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda inner: st.lists(inner, max_size=3)
)


@given(
    said=st.dictionaries(st.sampled_from(sorted(status())), _JSON),
    account=st.dictionaries(st.sampled_from(sorted(status()["account"])), _JSON),
)
def test_no_form_of_a_field_breaks_the_parser(said: dict[str, Any], account: dict[str, Any]) -> None:
    (read,) = parse(ENTRY, {**status(account=account), **said})
    assert isinstance(read.made, RawPost | str)


ENTRY = Entry.model_validate(
    {
        "source_id": "m", "title": "M", "network": "mastodon", "collector": "mastodon", "query": {},
        "basis": "api-terms", "terms": {"url": "https://example.org/t"}, "purpose": "p", "expires_on": "2027-01-01",
        "fields": ["native_id", "text", "created_at", "author_handle"], "robots": "not-applicable",
        "retention_days": 1, "sponsored": False, "deletion": {"duty": "d", "deadline_hours": 1},
        "expected_posts_a_day": 1,
    }
)  # fmt: skip


class FakeInstance:
    """Serves statuses by tag as Mastodon does: newest first, `min_id` the page just after, `max_id` the page before."""

    def __init__(self, **timelines: list[dict[str, Any]]) -> None:
        self.timelines = timelines
        self.asked: list[str] = []
        self.headers: list[Mapping[str, str]] = []

    async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
        self.asked.append(url)
        self.headers.append(headers)
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        name = parts.path.rsplit("/", 1)[1]
        if name == "lookup":
            known = query["acct"].partition("@")[0] in self.timelines
            body = (
                {"id": query["acct"].partition("@")[0], "note": "STRANGERWORDS"}
                if known
                else {"error": "Record not found"}
            )
            return Answer(200 if known else 404, {}, json.dumps(body).encode(), url)
        if name == "statuses":
            name = parts.path.split("/")[-2]
        found = sorted(self.timelines.get(name, []), key=lambda s: int(s["id"]))
        if "min_id" in query:
            found = [s for s in found if int(s["id"]) > int(query["min_id"])][: int(query["limit"])]
        elif "max_id" in query:
            found = [s for s in found if int(s["id"]) < int(query["max_id"])][-int(query["limit"]) :]
        else:
            found = found[-int(query["limit"]) :]
        return Answer(200, {}, json.dumps(found[::-1]).encode(), url)


def collector(instance: FakeInstance, **said: Any) -> MastodonCollector:
    query = MastodonQuery(**{"instances": ("https://med.example",), "tags": ("x",), **said})
    return MastodonCollector(ENTRY, query, instance)  # type: ignore[arg-type]


def run(
    instance: FakeInstance, cursor: Any = None, *, stop_after: int | None = None, days: int = 60, **said: Any
) -> list[Page]:
    async def collect() -> list[Page]:
        pages = []
        async for page in collector(instance, **said).pages(Window(NOW - timedelta(days=days), NOW), cursor):
            cursor_now = json.loads(json.dumps(page.cursor))
            pages.append(Page(page.posts, cursor_now, page.skipped, page.gone, page.gone_authors))
            if stop_after is not None and len(pages) == stop_after:
                break
        return pages

    return asyncio.run(collect())


def ids(pages: list[Page]) -> list[str]:
    return [post.native_id.rsplit("/", 1)[1] for page in pages for post in page.posts]


def skipped(pages: list[Page]) -> dict[str, int]:
    return dict(sum((Counter(page.skipped) for page in pages), Counter()))


def test_a_first_run_reads_the_window_whole_and_ends_with_a_cursor_to_go_on_from() -> None:
    instance = FakeInstance(x=[status(n) for n in range(1, 131)])
    pages = run(instance)
    assert sorted(map(int, ids(pages))) == list(range(1, 131))
    assert set(pages[-1].cursor["timelines"]["med.example/x"]) == {"min_id"}


def test_a_first_run_stops_at_the_windows_start_and_counts_what_lies_before() -> None:
    instance = FakeInstance(x=[status(n * 60) for n in range(1, 700)])
    pages = run(instance, days=2)
    assert all(post.created_at >= NOW - timedelta(days=2) for page in pages for post in page.posts)
    assert len(ids(pages)) == sum(status(n * 60)["created_at"] >= "2026-11-20" for n in range(1, 700))
    assert len(instance.asked) <= 4


def test_an_accounts_timeline_is_read_beside_tags_and_its_name_stands_in_no_cursor() -> None:
    instance = FakeInstance(x=[status(n) for n in range(1, 51)], ida=[status(n) for n in range(40, 140)])
    pages = run(instance, accounts=("ida",), overlap_hours=0)
    assert sorted(map(int, ids(pages))) == list(range(1, 140))
    assert skipped(pages)["duplicate"] == 11
    assert "ida" not in json.dumps(pages[-1].cursor)
    instance.timelines["ida"].append(status(200))
    assert ids(run(instance, pages[-1].cursor, accounts=("ida",), overlap_hours=0)) == ["200"]
    assert ids(run(instance, accounts=("ida@other.example",), tags=()))


@pytest.mark.parametrize(
    ("account", "gone"),
    [("eve", ("eve@med.example",)), ("eve@med.example", ("eve@med.example",)), ("eve@other.example", ())],
)
def test_an_account_that_is_no_more_is_told_and_keeps_no_other_from_being_read(
    account: str, gone: tuple[str, ...]
) -> None:
    instance = FakeInstance(x=[status(1)])
    pages = run(instance, accounts=(account,))
    assert [name for page in pages for name in page.gone_authors] == list(gone)
    assert (skipped(pages), ids(pages)) == ({"author_gone": 1}, ["1"])


def test_a_query_that_reads_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to read"):
        MastodonQuery(instances=("https://med.example",))


def test_the_second_run_over_an_unchanged_timeline_brings_nothing_new() -> None:
    instance = FakeInstance(x=[status(n) for n in range(1, 131)])
    cursor = run(instance, overlap_hours=0)[-1].cursor
    assert run(instance, cursor, overlap_hours=0) == []
    assert len(set(ids(run(instance, cursor)))) <= 130


def test_the_second_run_brings_what_is_new_oldest_first() -> None:
    instance = FakeInstance(x=[status(n) for n in range(1, 51)])
    cursor = run(instance, overlap_hours=0)[-1].cursor
    instance.timelines["x"] += [status(n) for n in range(51, 151)]
    assert ids(run(instance, cursor, overlap_hours=0)) == [str(n) for n in range(51, 151)]


def test_a_post_that_arrives_late_behind_newer_ones_is_still_read() -> None:
    instance = FakeInstance(x=[status(n) for n in range(1, 1000) if n != 900])
    cursor = run(instance)[-1].cursor
    instance.timelines["x"].append(status(900))
    assert "900" in ids(run(instance, cursor))


def test_a_post_dated_into_the_future_does_not_switch_the_overlap_off() -> None:
    future = status(1001, created_at="2099-01-01T00:00:00Z")
    recent = [status(n, created_at=(NOW - timedelta(minutes=1000 - n)).isoformat()) for n in range(1, 1000)]
    instance = FakeInstance(x=[*(s for s in recent if not s["id"].endswith("900")), future])
    cursor = run(instance)[-1].cursor
    instance.timelines["x"].append(recent[899])
    assert "900" in ids(run(instance, cursor))


def test_a_timeline_younger_than_the_overlap_goes_on_from_its_oldest_post() -> None:
    instance = FakeInstance(x=[status(n) for n in range(1, 11)])
    cursor = run(instance)[-1].cursor
    assert cursor["timelines"]["med.example/x"]["min_id"] == status(1)["id"]


def test_an_empty_timeline_gives_a_cursor_that_finds_the_first_post() -> None:
    instance = FakeInstance(x=[])
    cursor = run(instance)[-1].cursor
    instance.timelines["x"] = [status(1)]
    assert ids(run(instance, cursor)) == ["1"]


@settings(max_examples=40, deadline=None)
@given(
    first=st.integers(0, 170),
    later=st.integers(0, 90),
    cuts=st.lists(st.integers(1, 6), max_size=4),
    overlap=st.sampled_from([0.0, 0.5, 6.0]),
)
def test_runs_killed_anywhere_lose_nothing(first: int, later: int, cuts: list[int], overlap: float) -> None:
    instance = FakeInstance(x=[status(n) for n in range(1, first + 1)])
    stored: set[str] = set()
    cursor = None
    for cut in cuts:
        pages = run(instance, cursor, stop_after=cut, overlap_hours=overlap)
        stored |= set(ids(pages))
        cursor = pages[-1].cursor if pages else cursor
    instance.timelines["x"] += [status(n) for n in range(first + 1, first + later + 1)]
    for _ in range(2):
        pages = run(instance, cursor, overlap_hours=overlap)
        stored |= set(ids(pages))
        cursor = pages[-1].cursor if pages else cursor
    assert stored == {str(n) for n in range(1, first + later + 1)}


def test_posts_deleted_between_two_pages_take_no_other_post_with_them() -> None:
    instance = FakeInstance(x=[status(n) for n in range(1, 131)])
    first = run(instance, stop_after=1)
    instance.timelines["x"] = [s for s in instance.timelines["x"] if int(s["id"]) % 5]
    rest = run(instance, first[-1].cursor)
    gone = {str(n) for n in range(1, 131) if n % 5 == 0}
    assert set(ids(first) + ids(rest)) | gone == {str(n) for n in range(1, 131)}


def test_a_status_under_two_tags_comes_once_and_the_repeat_is_counted() -> None:
    instance = FakeInstance(x=[status(1), status(2)], y=[status(2), status(3)])
    pages = run(instance, tags=("x", "y"))
    assert sorted(ids(pages)) == ["1", "2", "3"]
    assert skipped(pages) == {"duplicate": 1}


def test_the_cursor_holds_paging_ids_and_no_author() -> None:
    instance = FakeInstance(x=[status(n) for n in range(1, 100)])
    for page in run(instance):
        assert "ida" not in json.dumps(page.cursor)
        assert "statuses" not in json.dumps(page.cursor)


def test_a_server_that_ignores_paging_is_not_asked_for_ever() -> None:
    class Stuck(FakeInstance):
        async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
            return await super().get(url.split("&m", maxsplit=1)[0], entry)

    assert sorted(set(ids(run(Stuck(x=[status(n) for n in range(1, 100)]))))) == sorted(map(str, range(60, 100)))


@pytest.mark.parametrize(
    ("code", "remedy"), [(401, "token"), (422, "token"), (404, "Mastodon API"), (200, "Mastodon API")]
)
def test_what_is_no_timeline_is_a_failure_that_quotes_nothing(code: int, remedy: str) -> None:
    class Other(FakeInstance):
        async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
            return Answer(code, {}, b'{"error": "Ida Invented"}', url)

    with pytest.raises(SourceFailed, match=remedy) as caught:
        run(Other())
    assert "Ida" not in str(caught.value)
    assert "med.example" not in str(caught.value)


def test_the_token_comes_from_the_environment_and_its_absence_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = FakeInstance(x=[])
    with pytest.raises(SettingsError, match="INVENTED_TOKEN"):
        run(instance, token_variable="INVENTED_TOKEN")
    assert instance.asked == []
    monkeypatch.setenv("INVENTED_TOKEN", "t0")
    run(instance, token_variable="INVENTED_TOKEN")
    assert instance.headers[0] == {"Authorization": "Bearer t0"}
