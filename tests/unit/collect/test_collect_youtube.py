"""YouTube: what a comment becomes, that replies stay unread, and that a quota ends a run and a closed video does not."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from api_fakes import JSON, NOW, FakeApi, ids, iso, run, skipped, words
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from listening.catalogue.entry import Entry
from listening.collect.youtube import YouTubeCollector, YouTubeQuery
from listening.collect.youtube_parse import parse_threads, refusal_in
from listening.errors import SettingsError, SourceFailed, SourceUnavailable
from listening.posts import Engagement
from listening.raw import RawPost

Made = Callable[..., Entry]


def moment(number: int) -> datetime:
    return NOW - timedelta(days=5) + timedelta(minutes=number)


def thread(number: int = 1, *, outer: dict[str, Any] | None = None, **other: Any) -> dict[str, Any]:
    snippet = {
        "textDisplay": f"comment {number}<br>at <b>2 mg</b>", "textOriginal": "ORIGINALWORDS",
        "authorDisplayName": "@ida-rn", "authorChannelId": {"value": "UCida"}, "likeCount": 3, "canRate": True,
        "authorProfileImageUrl": "https://yt.example/ida.png", "authorChannelUrl": "http://www.youtube.com/@ida-rn",
        "publishedAt": iso(moment(number)), "updatedAt": iso(moment(number)), "videoId": "video-1",
    }  # fmt: skip
    said = {
        "channelId": "UCx", "videoId": "video-1", "totalReplyCount": 0, "isPublic": True, "canReply": True,
        "topLevelComment": {"kind": "youtube#comment", "id": f"Ug{number}", "snippet": {**snippet, **other}},
    }  # fmt: skip
    reply = {"id": "Ug.reply", "snippet": {"textDisplay": "STRANGERWORDS", "authorDisplayName": "@stranger"}}
    return {"kind": "youtube#commentThread", "id": f"Ug{number}", "snippet": {**said, **(outer or {})},
            "replies": {"comments": [reply]}}  # fmt: skip


def page(*threads: Any, **said: Any) -> dict[str, Any]:
    return {"kind": "youtube#commentThreadListResponse", "items": list(threads), "pageInfo": {}, **said}


def refusal(reason: str, status: int = 403) -> tuple[int, dict[str, Any]]:
    error = {"message": "CANARYWORDS", "domain": "youtube.x", "reason": reason}
    return status, {"error": {"code": status, "message": "CANARYWORDS", "errors": [error]}}


def read(entry: Entry, *threads: Any) -> list[Any]:
    listed = parse_threads(json.dumps(page(*threads)).encode(), entry)
    assert listed is not None
    return listed.reads


def one(entry: Entry, **said: Any) -> RawPost:
    made = read(entry, thread(**said))[0].made
    assert isinstance(made, RawPost)
    return made


def test_a_comment_becomes_a_post(make_entry: Made) -> None:
    post = one(make_entry(), outer={"totalReplyCount": 2})
    assert (post.native_id, post.text) == ("Ug1", "comment 1\nat 2 mg")
    assert (post.author_handle, post.author_name) == ("UCida", "@ida-rn")
    assert post.engagement == Engagement(replies=2, likes=3)
    assert (post.is_reply, post.content_hints, post.edited_at) == (True, ("comment",), None)
    for dropped in ("ida.png", "ORIGINAL", "STRANGER", "stranger"):
        assert dropped not in words(post)


def test_replies_are_counted_and_not_read(make_entry: Made) -> None:
    threads = [thread(1, outer={"totalReplyCount": 2}), thread(2, outer={"totalReplyCount": 5})]
    listed = parse_threads(json.dumps(page(*threads)).encode(), make_entry())
    assert listed is not None
    assert (len(listed.reads), listed.skipped) == (2, {"reply": 7})


def test_links_are_shared_and_channels_are_not(make_entry: Made) -> None:
    text = '<a href="https://www.youtube.com/@stranger">@stranger</a> <a href="https://doi.org/10.1/x">x</a>'
    assert one(make_entry(), textDisplay=text).links == ("https://doi.org/10.1/x",)


def test_an_edit_is_told(make_entry: Made) -> None:
    assert one(make_entry(), updatedAt=iso(moment(5))).edited_at == moment(5)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (thread(outer={"isPublic": False}), "not_public"),
        (thread(authorChannelId=None), "author_gone"),
        (thread(publishedAt="soon"), "bad_record"),
        (thread(textDisplay=None), "bad_record"),
        (thread(textDisplay="<b>" * 30_000), "too_complex"),
        (None, "bad_record"),
        ({}, "bad_record"),
    ],
)
def test_what_is_no_public_comment_is_skipped_by_reason(make_entry: Made, made: Any, reason: str) -> None:
    reads = read(make_entry(), thread(1), made, thread(3))
    assert [found.made if isinstance(found.made, str) else "post" for found in reads] == ["post", reason, "post"]


@pytest.mark.parametrize("content", [b"", b"[]", b"<html>", b"{}", b'{"items": 3}', b'{"error": {}}'])
def test_what_is_no_page_of_comments_is_none(make_entry: Made, content: bytes) -> None:
    assert parse_threads(content, make_entry()) is None


_INNER = sorted(thread()["snippet"]["topLevelComment"]["snippet"])


@given(
    said=st.dictionaries(st.sampled_from(_INNER), JSON, max_size=4),
    outer=st.dictionaries(st.sampled_from(sorted(thread()["snippet"])), JSON, max_size=3),
)
def test_no_form_of_a_field_breaks_the_parser(said: dict[str, Any], outer: dict[str, Any]) -> None:
    (found,) = read(ENTRY, thread(outer=outer, **said))
    assert isinstance(found.made, RawPost | str)


@given(said=JSON)
def test_no_json_breaks_the_parser(said: Any) -> None:
    for content in (said, page(said, nextPageToken=said), page({"snippet": {"topLevelComment": said}})):
        parse_threads(json.dumps(content).encode(), ENTRY)
    for content in (said, {"error": said}, {"error": {"errors": said}}, {"error": {"errors": [said]}}):
        refusal_in(json.dumps(content).encode())


ENTRY = Entry.model_validate(
    {
        "source_id": "yt", "title": "Y", "network": "yt", "collector": "youtube", "query": {}, "basis": "api-terms",
        "terms": {"url": "https://example.org/t"}, "purpose": "p", "expires_on": "2027-01-01",
        "fields": ["native_id", "text", "created_at", "author_handle"], "robots": "not-applicable",
        "retention_days": 1, "sponsored": False, "deletion": {"duty": "d", "deadline_hours": 1},
        "expected_posts_a_day": 1,
    }
)  # fmt: skip


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YT_KEY", "a-key")


class FakeYouTube(FakeApi):
    """Threads by video or channel, newest first, a hundred a page; an id without threads answers as it was told."""

    def __init__(self, **of: Any) -> None:
        super().__init__(self.threads)
        self.of = of

    def threads(self, path: str, query: dict[str, str]) -> Any:
        found = self.of[(query.get("videoId") or query["allThreadsRelatedToChannelId"]).replace("-", "_")]
        if isinstance(found, tuple):
            return found
        start = int(query.get("pageToken", "t0")[1:])
        end = start + int(query["maxResults"])
        found = sorted(found, key=lambda each: each["snippet"]["topLevelComment"]["snippet"]["publishedAt"])[::-1]
        return page(*found[start:end], **({"nextPageToken": f"t{end}"} if found[end:] else {}))


def collector(api: FakeApi, **said: Any) -> YouTubeCollector:
    query = YouTubeQuery.model_validate({"videos": ["video-1"], "key_variable": "YT_KEY", **said})
    return YouTubeCollector(ENTRY, query, api)  # type: ignore[arg-type]


def test_a_video_is_walked_whole() -> None:
    api = FakeYouTube(video_1=[thread(n) for n in range(250)])
    assert set(ids(run(collector(api)))) == {f"Ug{n}" for n in range(250)}
    path, query = api.asked[0]
    assert path == "/youtube/v3/commentThreads"
    assert query == {"part": "snippet", "order": "time", "maxResults": "100", "videoId": "video-1", "key": "a-key"}
    assert YouTubeCollector.walks_whole


def test_a_channel_is_asked_for_by_its_id() -> None:
    api = FakeYouTube(channel_1=[thread(1)])
    assert ids(run(collector(api, videos=[], channels=["channel-1"]))) == ["Ug1"]
    assert api.asked[0][1]["allThreadsRelatedToChannelId"] == "channel-1"


def test_a_second_run_reads_one_page() -> None:
    api = FakeYouTube(video_1=[thread(n) for n in range(250)])
    cursor = run(collector(api))[-1].cursor
    api.of["video_1"].append(thread(250))
    api.asked.clear()
    assert "Ug250" in ids(run(collector(api, overlap_hours=0), cursor))
    assert len(api.asked) == 1


def test_a_run_killed_on_the_way_goes_on_where_it_was() -> None:
    api = FakeYouTube(video_1=[thread(n) for n in range(250)])
    pages = run(collector(api), stop_after=1)
    again = run(collector(api), pages[-1].cursor)
    assert len({*ids(pages), *ids(again)}) == 250


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (refusal("commentsDisabled"), "comments_disabled"),
        (refusal("videoNotFound", 404), "video_gone"),
        (refusal("channelNotFound", 404), "channel_gone"),
    ],
)
def test_a_video_without_comments_is_counted_and_the_next_is_read(said: Any, reason: str) -> None:
    api = FakeYouTube(video_1=said, video_2=[thread(1)])
    pages = run(collector(api, videos=["video-1", "video-2"]))
    assert (ids(pages), skipped(pages)) == (["Ug1"], {reason: 1})


def test_a_used_up_quota_ends_the_run_and_says_until_when() -> None:
    api = FakeYouTube(video_1=[thread(1)], video_2=refusal("quotaExceeded"))
    with pytest.raises(SourceUnavailable, match="until 2026-11-22 08:00 UTC") as caught:
        run(collector(api, videos=["video-1", "video-2"]))
    assert "CANARY" not in str(caught.value)


def test_a_minutes_quota_may_be_tried_again() -> None:
    with pytest.raises(SourceUnavailable, match="too fast"):
        run(collector(FakeYouTube(video_1=refusal("rateLimitExceeded"))))


@pytest.mark.parametrize("said", [refusal("keyInvalid", 400), refusal("forbidden"), (200, {}), (404, b"CANARYWORDS")])
def test_a_refusal_is_typed_and_quotes_nothing(said: Any) -> None:
    with pytest.raises(SourceFailed) as caught:
        run(collector(FakeYouTube(video_1=said)))
    assert caught.value.__context__ is None
    for canary in ("CANARY", "a-key", "video-1"):
        assert canary not in str(caught.value)


def test_a_stored_token_that_is_not_known_any_more_starts_the_walk_anew() -> None:
    api = FakeYouTube(video_1=[thread(n) for n in range(250)])
    pages = run(collector(api), stop_after=1)
    whole, refused = api.threads, [True]
    api.answer = lambda path, query: (
        refusal("invalidPageToken", 400) if refused and refused.pop() else whole(path, query)
    )
    again = run(collector(api), pages[-1].cursor)
    assert set(ids(again)) == {f"Ug{n}" for n in range(250)}


def test_without_a_key_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YT_KEY")
    api = FakeYouTube(video_1=[thread()])
    with pytest.raises(SettingsError, match="YT_KEY"):
        run(collector(api))
    assert api.asked == []


def test_a_query_names_a_video_or_a_channel() -> None:
    with pytest.raises(ValidationError, match="at least one"):
        YouTubeQuery(key_variable="YT_KEY")


def test_a_cursor_names_no_channel() -> None:
    api = FakeYouTube(channel_stranger=[thread(n) for n in range(150)])
    pages = run(collector(api, videos=[], channels=["channel-stranger"]))
    assert "stranger" not in repr([found.cursor for found in pages])
