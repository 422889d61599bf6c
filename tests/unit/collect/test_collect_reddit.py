"""Reddit: what a listing becomes, what counts as deleted, and that nothing is asked without contract and credential."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from api_fakes import JSON, NOW, FakeApi, gone, ids, run, skipped, words
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from listening.catalogue.entry import Entry
from listening.collect.reddit import RedditCollector, RedditQuery
from listening.collect.reddit_parse import parse_listing
from listening.errors import PermissionRefused, SettingsError, SourceFailed
from listening.posts import Engagement
from listening.raw import RawPost

Made = Callable[..., Entry]


def thing(number: int = 1, kind: str = "t3", **other: Any) -> dict[str, Any]:
    created = (NOW - timedelta(days=5) + timedelta(minutes=number)).timestamp()
    common = {
        "name": f"{kind}_{number:x}", "id": f"{number:x}", "author": "ida_rn", "author_fullname": "t2_ida",
        "created_utc": created, "edited": False, "permalink": f"/r/medicine/x/{number:x}/", "subreddit": "medicine",
        "subreddit_type": "public", "score": 7, "author_flair_text": "FLAIRWORDS", "distinguished": None,
    }  # fmt: skip
    post = {
        "title": f"post {number}", "selftext": "*plain*", "selftext_html": '<div class="md"><p>body</p></div>',
        "is_self": True, "url": "https://www.reddit.com/r/medicine/x/", "num_comments": 3, "num_crossposts": 2,
        "removed_by_category": None, "link_flair_text": "FLAIRWORDS",
    }  # fmt: skip
    comment = {
        "body": "*plain*", "body_html": f'<div class="md"><p>comment {number}</p></div>', "parent_id": "t3_9",
        "link_id": "t3_9", "link_title": "STRANGERWORDS", "link_author": "stranger",
        "replies": {"data": {"children": [{"kind": "t1", "data": {"body": "STRANGERWORDS"}}]}},
    }  # fmt: skip
    return {"kind": kind, "data": {**common, **(post if kind == "t3" else comment), **other}}


def listing(*things: Any, after: Any = None) -> dict[str, Any]:
    return {"kind": "Listing", "data": {"after": after, "before": None, "dist": len(things), "children": list(things)}}


def read(entry: Entry, *things: Any) -> list[Any]:
    listed = parse_listing(json.dumps(listing(*things)).encode(), entry)
    assert listed is not None
    return listed.reads


def one(entry: Entry, **said: Any) -> RawPost:
    made = read(entry, thing(**said))[0].made
    assert isinstance(made, RawPost)
    return made


def test_a_post_is_its_title_and_its_body(make_entry: Made) -> None:
    post = one(make_entry())
    assert (post.native_id, post.text, post.author_handle) == ("t3_1", "post 1\n\nbody", "ida_rn")
    assert post.engagement == Engagement(replies=3, reposts=2, likes=7)
    assert (post.is_reply, post.is_quote, post.edited_at, post.role_hint) == (False, False, None, None)
    assert post.created_at == NOW - timedelta(days=5) + timedelta(minutes=1)


def test_a_comment_is_its_body_and_answers_something(make_entry: Made) -> None:
    post = one(make_entry(), kind="t1")
    assert (post.native_id, post.text, post.is_reply) == ("t1_1", "comment 1", True)
    assert post.content_hints == ("comment",)


def test_neither_flair_nor_parent_nor_a_quoted_passage_is_kept(make_entry: Made) -> None:
    quoting = "<blockquote><p>STRANGERWORDS</p></blockquote><p>mine</p>"
    for said in ({"kind": "t1", "body_html": quoting}, {"selftext_html": quoting}):
        held = words(one(make_entry(), **said))
        assert "mine" in held
        assert "STRANGER" not in held
        assert "stranger" not in held
        assert "FLAIR" not in held
        assert "t2_ida" not in held


def test_a_link_post_shares_its_link_and_a_body_shares_no_profiles(make_entry: Made) -> None:
    post = one(make_entry(), is_self=False, url="https://doi.org/10.1/x", selftext_html=None, post_hint="link")
    assert (post.text, post.links) == ("post 1", ("https://doi.org/10.1/x",))
    body = (
        '<a href="/u/stranger">u/stranger</a><a href="https://www.reddit.com/user/stranger">x</a>'
        '<a href="https://example.org/1">x</a>'
    )
    assert one(make_entry(), selftext_html=body).links == ("https://example.org/1",)


@pytest.mark.parametrize(
    ("said", "hints"),
    [
        ({"post_hint": "image"}, ("image",)),
        ({"is_video": True}, ("video",)),
        ({"post_hint": "rich:video"}, ("video",)),
        ({"post_hint": "self"}, ()),
    ],
)
def test_a_post_says_what_it_is_made_of(make_entry: Made, said: dict[str, Any], hints: tuple[str, ...]) -> None:
    assert one(make_entry(), **said).content_hints == hints


@pytest.mark.parametrize(
    "said",
    [
        {"author": "[deleted]"},
        {"selftext": "[removed]"},
        {"selftext": "[deleted]"},
        {"removed_by_category": "moderator"},
        {"kind": "t1", "body": "[removed]"},
        {"kind": "t1", "body": "[ Removed by Reddit ]"},
        {"kind": "t1", "author": "[deleted]", "body": "still there"},
    ],
)
def test_what_was_deleted_is_gone_and_counted(make_entry: Made, said: dict[str, Any]) -> None:
    (found,) = read(make_entry(), thing(**said))
    assert (found.made, found.gone) == ("deleted", "t1_1" if "kind" in said else "t3_1")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"subreddit_type": "private"}, "not_public"),
        ({"subreddit_type": "a new kind"}, "not_public"),
        ({"crosspost_parent": "t3_9", "crosspost_parent_list": [{"title": "STRANGERWORDS"}]}, "repost"),
        ({"created_utc": "soon"}, "bad_record"),
        ({"name": None}, "bad_record"),
        ({"author": None}, "bad_record"),
        ({"selftext_html": "<b>" * 30_000}, "too_complex"),
    ],
)
def test_what_is_no_post_of_the_authors_own_is_skipped_by_reason(
    make_entry: Made, said: dict[str, Any], reason: str
) -> None:
    reads = read(make_entry(), thing(1), thing(2, **said), thing(3))
    assert [found.made if isinstance(found.made, str) else "post" for found in reads] == ["post", reason, "post"]


def test_an_edit_is_told_and_a_bot_says_so(make_entry: Made) -> None:
    assert one(make_entry(), edited=1_790_000_000.0).edited_at == datetime.fromtimestamp(1_790_000_000, UTC)
    assert one(make_entry(), edited=True).edited_at is None
    assert one(make_entry(), author="AutoModerator").role_hint == "other"


@pytest.mark.parametrize("record", [None, 3, [], {}, {"kind": "t3"}, {"kind": "more", "data": thing()["data"]}])
def test_a_record_of_no_form_is_skipped(make_entry: Made, record: Any) -> None:
    assert [found.made for found in read(make_entry(), record)] == ["bad_record"]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"<html>", b"{}", b'{"kind": "Listing"}', b'{"kind": "Listing", "data": {"children": 3}}']
)
def test_what_is_no_listing_is_none(make_entry: Made, content: bytes) -> None:
    assert parse_listing(content, make_entry()) is None


@given(
    kind=st.sampled_from(["t1", "t3"]),
    said=st.dictionaries(st.sampled_from(sorted({**thing()["data"], **thing(kind="t1")["data"]})), JSON, max_size=5),
)
def test_no_form_of_a_field_breaks_the_parser(kind: str, said: dict[str, Any]) -> None:
    (found,) = read(ENTRY, {"kind": kind, "data": {**thing(kind=kind)["data"], **said}})
    assert isinstance(found.made, RawPost | str)


@given(said=JSON)
def test_no_json_breaks_the_parser(said: Any) -> None:
    parse_listing(json.dumps(said).encode(), ENTRY)
    parse_listing(json.dumps({"kind": "Listing", "data": said}).encode(), ENTRY)
    parse_listing(json.dumps(listing(said, after=said)).encode(), ENTRY)


ENTRY = Entry.model_validate(
    {
        "source_id": "r", "title": "R", "network": "reddit", "collector": "reddit", "query": {}, "basis": "licence",
        "licence_reference": "L-1", "terms": {"url": "https://example.org/t"}, "purpose": "p",
        "expires_on": "2027-01-01", "fields": ["native_id", "text", "created_at", "author_handle"],
        "robots": "not-applicable", "retention_days": 1, "sponsored": False,
        "deletion": {"duty": "d", "deadline_hours": 1}, "expected_posts_a_day": 1,
    }
)  # fmt: skip
QUERY = {
    "subreddits": ["medicine"],
    "kinds": ["posts"],
    "client_id_variable": "R_ID",
    "client_secret_variable": "R_KEY",
}


@pytest.fixture(autouse=True)
def app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R_ID", "an-id")
    monkeypatch.setenv("R_KEY", "a-secret")


class FakeReddit(FakeApi):
    """Listings of a hundred, newest first, by `after`."""

    def __init__(self, **listings: list[dict[str, Any]]) -> None:
        super().__init__(self.listing)
        self.listings = listings

    def listing(self, path: str, query: dict[str, str]) -> Any:
        found = sorted(self.listings.get(path.rsplit("/", 1)[1], []), key=lambda t: -t["data"]["created_utc"])
        names = [each["data"]["name"] for each in found]
        start = names.index(query["after"]) + 1 if query.get("after") in names else 0
        if "after" in query and query["after"] not in names:
            return listing()
        page = found[start : start + int(query["limit"])]
        return listing(*page, after=page[-1]["data"]["name"] if found[start + len(page) :] else None)


def collector(api: FakeApi, **said: Any) -> RedditCollector:
    return RedditCollector(ENTRY, RedditQuery.model_validate({**QUERY, **said}), api)  # type: ignore[arg-type]


def test_without_a_contract_there_is_no_collector(make_entry: Made) -> None:
    entry = make_entry("reddit", basis="api-terms", licence_reference=None)
    with pytest.raises(PermissionRefused, match="licence_reference"):
        RedditCollector(entry, RedditQuery.model_validate(QUERY), FakeReddit())  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["R_ID", "R_KEY"])
def test_without_a_credential_nothing_is_asked(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(name)
    api = FakeReddit(new=[thing()])
    with pytest.raises(SettingsError, match=name):
        run(collector(api))
    assert (api.asked, api.logins) == ([], [])


def test_the_app_logs_in_once_and_asks_with_its_token() -> None:
    api = FakeReddit(new=[thing(n) for n in range(150)])
    assert len(ids(run(collector(api)))) == 150
    ((url, form, headers),) = api.logins
    assert (url, form) == ("https://www.reddit.com/api/v1/access_token", {"grant_type": "client_credentials"})
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")) == b"an-id:a-secret"
    assert {each["Authorization"] for each in api.headers} == {"Bearer token-1"}
    assert api.asked[0] == ("/r/medicine/new", {"limit": "100", "raw_json": "1"})


def test_posts_and_comments_of_each_subreddit_are_read() -> None:
    api = FakeReddit(new=[thing(1)], comments=[thing(2, "t1")])
    pages = run(collector(api, kinds=["posts", "comments"], subreddits=["medicine", "nursing"]))
    assert ids(pages) == ["t3_1", "t1_2"]
    assert skipped(pages) == {"duplicate": 2}
    assert {path for path, _ in api.asked} == {
        f"/r/{name}/{kind}" for name in ("medicine", "nursing") for kind in ("new", "comments")
    }


def test_a_token_that_ran_out_is_renewed() -> None:
    api = FakeReddit(new=[thing(n) for n in range(150)])
    refusals = iter([False, True, False, False])
    whole = api.listing
    api.answer = lambda path, query: (401, {}) if next(refusals) else whole(path, query)
    assert len(ids(run(collector(api)))) == 150
    assert len(api.logins) == 2


def test_a_second_run_asks_for_one_page_and_tells_what_was_deleted_meanwhile() -> None:
    api = FakeReddit(new=[thing(n) for n in range(5000)])
    cursor = run(collector(api))[-1].cursor
    api.listings["new"][4990] = thing(4990, selftext="[removed]")
    api.asked.clear()
    pages = run(collector(api, overlap_hours=1), cursor)
    assert gone(pages) == ["t3_137e"]
    assert skipped(pages) == {"deleted": 1}
    assert len(api.asked) == 1


def test_a_cursor_holds_one_name_at_most_while_a_walk_is_under_way_and_none_after() -> None:
    api = FakeReddit(new=[thing(n) for n in range(250)])
    pages = run(collector(api))
    held = [json.dumps(page.cursor) for page in pages]
    assert [each.count("t3_") for each in held] == [1, 1, 0]
    assert not any("ida" in each or "medicine" in each for each in held)


@pytest.mark.parametrize("status", [400, 403, 404, 418])
def test_a_refusal_is_typed_and_quotes_nothing(status: int) -> None:
    api = FakeApi(lambda path, query: (status, {"message": "CANARYWORDS"}))
    with pytest.raises(SourceFailed) as caught:
        run(collector(api))
    assert caught.value.__context__ is None
    for canary in ("CANARY", "medicine", "a-secret", "token-1"):
        assert canary not in str(caught.value)


@pytest.mark.parametrize(
    "login", [(401, {"error": 401}), (200, {}), (200, []), (200, {"access_token": 3}), (200, {"access_token": "a\nb"})]
)
def test_a_login_that_fails_says_which_variables_to_check(login: Any) -> None:
    api = FakeReddit(new=[thing()])
    api.login = login
    with pytest.raises(SourceFailed, match="R_ID and R_KEY"):
        run(collector(api))
    assert api.asked == []


@pytest.mark.parametrize("said", [{"subreddits": ["a/b"]}, {"kinds": ["users"]}, {"client_id_variable": "an-id"}])
def test_a_query_that_names_something_else_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RedditQuery.model_validate({**QUERY, **said})


def test_a_walk_proves_nothing_about_deletions() -> None:
    assert not RedditCollector.walks_whole
