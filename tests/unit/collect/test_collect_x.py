"""X: what a found post becomes, whose words never come along, and that no post is paid for twice."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from api_fakes import JSON, NOW, FakeApi, ids, iso, run, skipped, words
from hypothesis import given
from hypothesis import strategies as st

from listening.catalogue.entry import Entry
from listening.collect.x_api import REACH, XCollector, XQuery
from listening.collect.x_parse import parse_search
from listening.errors import PermissionRefused, SettingsError, SourceFailed
from listening.posts import Engagement
from listening.raw import RawPost

Made = Callable[..., Entry]
FIRST_ID_MS = 1_288_834_974_657


def moment(number: int) -> datetime:
    return NOW - timedelta(days=5) + timedelta(minutes=number)


def id_of(number: int) -> str:
    return str(((int(moment(number).timestamp() * 1000) - FIRST_ID_MS) << 22) + 5)


def tweet(number: int = 1, **other: Any) -> dict[str, Any]:
    plain = {
        "id": id_of(number), "text": f"post {number}", "author_id": "7", "created_at": iso(moment(number)), "lang": "en",
        "public_metrics": {"retweet_count": 2, "reply_count": 1, "like_count": 3, "quote_count": 4,
                           "impression_count": 99},
        "edit_history_tweet_ids": [id_of(number)], "geo": {"place_id": "PLACE"}, "possibly_sensitive": False,
    }  # fmt: skip
    return {**plain, **other}


IDA = {
    "id": "7", "username": "ida_rn", "name": "Ida, RN", "description": "ICU nurse", "verified_type": "blue",
    "protected": False, "profile_image_url": "https://pbs.example/ida.png",
}  # fmt: skip
STRANGER = {"id": "8", "username": "stranger", "name": "STRANGERNAME", "description": "STRANGERBIO"}


def search(*tweets: Any, users: Any = (IDA, STRANGER), token: Any = None) -> dict[str, Any]:
    other = [{"id": "1", "text": "STRANGERWORDS", "author_id": "8"}]
    meta = {"result_count": len(tweets), **({"next_token": token} if token else {})}
    found = {"includes": {"users": list(users), "tweets": other}, "meta": meta}
    return {**found, **({"data": list(tweets)} if tweets else {})}


def read(entry: Entry, *tweets: Any, **said: Any) -> list[Any]:
    listed = parse_search(json.dumps(search(*tweets, **said)).encode(), entry)
    assert listed is not None
    return listed.reads


def one(entry: Entry, *, users: Any = (IDA, STRANGER), **said: Any) -> RawPost:
    made = read(entry, tweet(**said), users=users)[0].made
    assert isinstance(made, RawPost)
    return made


def test_a_found_post_becomes_a_post_with_its_authors_profile(make_entry: Made) -> None:
    post = one(make_entry())
    assert (post.native_id, post.text, post.created_at) == (id_of(1), "post 1", moment(1))
    assert (post.author_handle, post.author_name, post.author_bio) == ("7", "Ida, RN", "ICU nurse")
    assert post.engagement == Engagement(replies=1, reposts=2, likes=3, quotes=4)
    assert (post.language_hint, post.role_hint, post.edited_at) == ("en", None, None)
    for dropped in ("ida.png", "PLACE", "STRANGER", "stranger"):
        assert dropped not in words(post)


def test_an_author_who_did_not_come_along_is_known_by_id_alone(make_entry: Made) -> None:
    post = one(make_entry(), users=(STRANGER,))
    assert (post.author_handle, post.author_name, post.author_bio) == ("7", "", "")


def test_a_long_post_is_read_whole_with_its_own_entities(make_entry: Made) -> None:
    note = {
        "text": "a long text https://t.co/a #icu",
        "entities": {"urls": [{"url": "https://t.co/a", "expanded_url": "https://doi.org/10.1/x"}],
                     "hashtags": [{"tag": "icu"}]},
    }  # fmt: skip
    post = one(make_entry(), text="a long…", note_tweet=note)
    assert post.text == "a long text https://doi.org/10.1/x #icu"
    assert (post.links, post.tags) == (("https://doi.org/10.1/x",), ("icu",))


def test_links_are_written_out_and_mentions_and_links_to_x_are_dropped(make_entry: Made) -> None:
    text = "@Stranger 🩺 trop &gt; 40, see https://t.co/a @stranger https://t.co/b mail@stranger.example #icu"
    entities = {
        "urls": [
            {"start": 28, "end": 42, "url": "https://t.co/a", "expanded_url": "https://bit.ly/1",
             "unwound_url": "https://doi.org/10.1/x"},
            {"start": 60, "end": 74, "url": "https://t.co/b", "expanded_url": "https://x.com/stranger/status/1"},
        ],
        "mentions": [{"start": 0, "end": 9, "username": "stranger", "id": "8"}],
        "hashtags": [{"start": 90, "end": 94, "tag": "icu"}, {"tag": "icu"}],
    }  # fmt: skip
    post = one(make_entry(), text=text, entities=entities)
    assert post.text == "🩺 trop > 40, see https://doi.org/10.1/x mail@stranger.example #icu"
    assert (post.links, post.tags) == (("https://doi.org/10.1/x",), ("icu",))


def test_offsets_that_lie_outside_the_text_change_nothing(make_entry: Made) -> None:
    entities = {"mentions": [{"start": -5, "end": 10**9, "username": "stranger"}]}
    assert one(make_entry(), text="short 🩺", entities=entities).text == "short 🩺"


@pytest.mark.parametrize(
    ("types", "flags"),
    [(["quoted"], (True, False)), (["replied_to"], (False, True)), (["replied_to", "quoted"], (True, True))],
)
def test_of_a_quoted_or_answered_post_only_the_fact_is_kept(
    make_entry: Made, types: list[str], flags: tuple[bool, bool]
) -> None:
    post = one(make_entry(), referenced_tweets=[{"type": said, "id": "1"} for said in types])
    assert (post.is_quote, post.is_reply) == flags
    assert "STRANGER" not in words(post)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"referenced_tweets": [{"type": "retweeted", "id": "1"}], "text": "RT @stranger: STRANGERWORDS"}, "repost"),
        ({"withheld": {"country_codes": ["DE"]}}, "withheld"),
        ({"created_at": "soon"}, "bad_record"),
        ({"author_id": None}, "bad_record"),
        ({"text": None}, "bad_record"),
    ],
)
def test_what_is_no_post_of_the_authors_own_is_skipped_by_reason(
    make_entry: Made, said: dict[str, Any], reason: str
) -> None:
    assert read(make_entry(), tweet(**said))[0].made == reason


def test_a_protected_author_is_not_read(make_entry: Made) -> None:
    assert read(make_entry(), tweet(), users=[{**IDA, "protected": True}])[0].made == "not_public"


@pytest.mark.parametrize(
    ("kind", "role"), [("business", "organisation"), ("government", "organisation"), ("blue", None)]
)
def test_an_account_that_is_no_persons_says_so(make_entry: Made, kind: str, role: str | None) -> None:
    assert one(make_entry(), users=[{**IDA, "verified_type": kind}]).role_hint == role


def test_an_edit_keeps_the_first_id(make_entry: Made) -> None:
    post = one(make_entry(), number=9, edit_history_tweet_ids=[id_of(3), id_of(9)])
    assert (post.native_id, post.edited_at) == (id_of(3), moment(9))


@pytest.mark.parametrize("language", ["und", "qme", "zxx"])
def test_a_post_without_words_has_no_language(make_entry: Made, language: str) -> None:
    assert one(make_entry(), lang=language).language_hint is None


@pytest.mark.parametrize("record", [None, 3, [], {}])
def test_a_record_of_no_form_is_skipped(make_entry: Made, record: Any) -> None:
    assert [found.made for found in read(make_entry(), record)] == ["bad_record"]


@pytest.mark.parametrize("content", [b"", b"[]", b"<html>", b"{}", b'{"meta": 3}', b'{"meta": {}, "data": {}}'])
def test_what_is_no_page_of_a_search_is_none(make_entry: Made, content: bytes) -> None:
    assert parse_search(content, make_entry()) is None


@given(
    said=st.dictionaries(
        st.sampled_from([*sorted(tweet()), "entities", "note_tweet", "referenced_tweets", "attachments"]),
        JSON,
        max_size=4,
    ),
    includes=JSON,
)
def test_no_form_of_a_field_breaks_the_parser(said: dict[str, Any], includes: Any) -> None:
    page = {**search({**tweet(), **said}), "includes": includes}
    listed = parse_search(json.dumps(page).encode(), ENTRY)
    assert listed is not None
    assert isinstance(listed.reads[0].made, RawPost | str)


@given(said=JSON)
def test_no_json_breaks_the_parser(said: Any) -> None:
    parse_search(json.dumps(said).encode(), ENTRY)
    parse_search(json.dumps({"meta": said, "data": said}).encode(), ENTRY)
    parse_search(json.dumps(search(said, users=[said, {**IDA, "name": said}], token=said)).encode(), ENTRY)


ENTRY = Entry.model_validate(
    {
        "source_id": "x", "title": "X", "network": "x", "collector": "x", "query": {}, "basis": "licence",
        "licence_reference": "L-1", "terms": {"url": "https://example.org/t"}, "purpose": "p",
        "expires_on": "2027-01-01", "fields": ["native_id", "text", "created_at", "author_handle"],
        "robots": "not-applicable", "retention_days": 1, "sponsored": False,
        "deletion": {"duty": "d", "deadline_hours": 1}, "expected_posts_a_day": 1,
    }
)  # fmt: skip


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_TOKEN", "a-token")


class FakeX(FakeApi):
    """A search of a hundred a page, newest first; refuses a start that lies before seven days, as X does."""

    def __init__(self, tweets: list[dict[str, Any]]) -> None:
        super().__init__(self.search)
        self.tweets = tweets
        self.given = 0

    def search(self, path: str, query: dict[str, str]) -> Any:
        since = int(query["since_id"])
        if datetime.fromtimestamp(((since >> 22) + FIRST_ID_MS) / 1000, UTC) < NOW - REACH:
            return 400, {"title": "Invalid Request"}
        found = sorted((t for t in self.tweets if int(t["id"]) > since), key=lambda t: -int(t["id"]))
        start = int(query.get("next_token", "t0")[1:])
        page = found[start : start + int(query["max_results"])]
        self.given += len(page)
        return search(*page, token=f"t{start + len(page)}" if found[start + len(page) :] else None)


def collector(api: FakeApi, **said: Any) -> XCollector:
    query = XQuery.model_validate({"queries": ["#icu"], "token_variable": "X_TOKEN", **said})
    return XCollector(ENTRY, query, api)  # type: ignore[arg-type]


def test_without_a_contract_there_is_no_collector(make_entry: Made) -> None:
    entry = make_entry("x", basis="api-terms", licence_reference=None)
    with pytest.raises(PermissionRefused, match="licence_reference"):
        XCollector(entry, XQuery(queries=("a",), token_variable="X_TOKEN"), FakeX([]))  # type: ignore[arg-type]


def test_without_a_token_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_TOKEN", "")
    api = FakeX([tweet()])
    with pytest.raises(SettingsError, match="X_TOKEN"):
        run(collector(api))
    assert api.asked == []


def test_a_search_is_walked_whole_with_the_fields_that_are_read_and_no_more() -> None:
    api = FakeX([tweet(n) for n in range(250)])
    assert len(ids(run(collector(api)))) == 250
    path, query = api.asked[0]
    assert (path, query["query"], query["expansions"]) == ("/2/tweets/search/recent", "#icu", "author_id")
    assert query["user.fields"] == "description,name,protected,verified_type"
    assert {each["Authorization"] for each in api.headers} == {"Bearer a-token"}


def test_a_second_run_pays_for_what_is_new_only() -> None:
    api = FakeX([tweet(n) for n in range(250)])
    cursor = run(collector(api))[-1].cursor
    api.tweets += [tweet(n) for n in range(250, 260)]
    api.given = 0
    assert set(ids(run(collector(api), cursor))) >= {id_of(n) for n in range(250, 260)}
    assert api.given <= 11  # the newest of the last run comes again: its second can have brought others


def test_a_start_before_the_seven_days_is_moved_and_said() -> None:
    api = FakeX([tweet(n) for n in range(5)])
    pages = run(collector(api), days=30)
    assert len(ids(pages)) == 5
    assert skipped(pages) == {"beyond_search": 1}


def test_a_walk_whose_token_ran_out_begins_anew() -> None:
    api = FakeX([tweet(n) for n in range(250)])
    pages = run(collector(api), stop_after=1)
    whole = api.search
    api.answer = lambda path, query: (
        (400, {}) if query.get("next_token") == "t100" and not api.given else whole(path, query)
    )
    api.given = 0
    again = run(collector(api), pages[-1].cursor)
    assert len({*ids(pages), *ids(again)}) == 250


def test_a_cursor_names_no_author_and_no_query() -> None:
    api = FakeX([tweet(n) for n in range(150)])
    held = repr([page.cursor for page in run(collector(api, queries=["from:stranger"]))])
    assert "stranger" not in held
    assert not any(id_of(n) in held for n in range(150))


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404])
def test_a_refusal_is_typed_and_quotes_nothing(status: int) -> None:
    api = FakeApi(lambda path, query: (status, {"detail": "CANARYWORDS"}))
    with pytest.raises(SourceFailed) as caught:
        run(collector(api, queries=["from:canary"]))
    assert caught.value.__context__ is None
    for canary in ("CANARY", "canary", "a-token"):
        assert canary not in str(caught.value)


def test_an_empty_search_is_no_fault() -> None:
    assert ids(run(collector(FakeX([])))) == []


def test_a_search_proves_nothing_about_deletions() -> None:
    assert not XCollector.walks_whole
