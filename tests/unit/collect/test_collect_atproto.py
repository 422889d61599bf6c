"""AT Protocol listings: what a record becomes, who opted out, and that no walk loses or doubles a post."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from listening.catalogue.entry import Entry
from listening.collect import atproto_walk
from listening.collect.atproto import AtprotoCollector, AtprotoQuery
from listening.collect.atproto_facets import read_facets, slice_utf8
from listening.collect.atproto_parse import Profile, Read, parse_records, parse_views, tid_instant
from listening.collect.base import Page, Window
from listening.collect.transport import Answer
from listening.errors import SettingsError, SourceFailed, SourceUnavailable
from listening.posts import Engagement
from listening.raw import RawPost

NOW = datetime(2026, 11, 22, tzinfo=UTC)
IDA, BO = "did:plc:ida", "did:plc:bo"
LIST = "at://did:plc:curator/app.bsky.graph.list/3k1"
PACK = "at://did:plc:curator/app.bsky.graph.starterpack/3k2"
FEED = "at://did:plc:curator/app.bsky.feed.generator/medsky"
HIDDEN = [{"src": IDA, "uri": IDA, "val": "!no-unauthenticated", "cts": "2026-01-01T00:00:00Z"}]
DIGITS = "234567abcdefghijklmnopqrstuvwxyz"


def at(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def minute(number: int) -> datetime:
    return NOW - timedelta(days=10) + timedelta(minutes=number)


def tid(moment: datetime) -> str:
    number = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) << 10
    return "".join(DIGITS[number >> shift & 31] for shift in range(60, -1, -5))


def record(number: int = 1, **other: Any) -> dict[str, Any]:
    return {"$type": "app.bsky.feed.post", "text": f"post {number}", "createdAt": at(minute(number)), **other}


def view(number: int = 1, *, author: Mapping[str, Any] | None = None, **other: Any) -> dict[str, Any]:
    """Show a post; what is no part of the view is part of its record."""
    plain_author = {
        "did": IDA, "handle": "ida.example.com", "displayName": "Ida, MD", "description": "ICU nurse in Canada",
        "avatar": "https://cdn.example/a.png", "labels": [], "viewer": {"muted": False}, **(author or {}),
    }  # fmt: skip
    shown = {
        "uri": f"at://{plain_author['did']}/app.bsky.feed.post/{number}", "cid": f"bafy{number}",
        "author": plain_author, "indexedAt": at(minute(number)), "labels": [],
        "replyCount": 1, "repostCount": 2, "likeCount": 3, "quoteCount": 4, "bookmarkCount": 5,
        "embed": {"$type": "app.bsky.embed.record#view", "record": {"value": {"text": "STRANGERWORDS"}}},
    }  # fmt: skip
    inside = {name: value for name, value in other.items() if name not in {*shown, "record"}}
    outside = {name: value for name, value in other.items() if name in {*shown, "record"} and name != "embed"}
    if "embed" in other:
        inside["embed"] = other["embed"]
    return {**shown, "record": record(number, **inside), **outside}


def parse(*views: Any) -> list[Read]:
    reads = parse_views({"posts": list(views)}, ENTRY)
    assert reads is not None
    return reads


def one(**other: Any) -> RawPost:
    made = parse(view(**other))[0].made
    assert isinstance(made, RawPost)
    return made


def words(post: RawPost) -> str:
    return repr([getattr(post, name) for name in post.__slots__])


ENTRY = Entry.model_validate(
    {
        "source_id": "sky", "title": "Sky", "network": "atproto", "collector": "atproto", "query": {},
        "basis": "api-terms", "terms": {"url": "https://example.org/t"}, "purpose": "p", "expires_on": "2027-01-01",
        "fields": ["native_id", "text", "created_at", "author_handle", "author_name", "author_bio", "language_hint",
                   "engagement", "links", "tags", "content_hints", "is_reply", "is_quote", "role_hint", "url"],
        "robots": "not-applicable", "retention_days": 1, "sponsored": False, "expected_posts_a_day": 1,
        "deletion": {"duty": "d", "deadline_hours": 1},
    }
)  # fmt: skip


def test_a_view_becomes_a_post() -> None:
    post = one(langs=["pt-BR", "en"])
    assert (post.native_id, post.text) == (f"at://{IDA}/app.bsky.feed.post/1", "post 1")
    assert (post.author_handle, post.author_name, post.author_bio) == (IDA, "Ida, MD", "ICU nurse in Canada")
    assert post.engagement == Engagement(replies=1, reposts=2, likes=3, quotes=4)
    assert (post.is_reply, post.is_quote, post.is_repost, post.role_hint) == (False, False, False, None)
    assert (post.language_hint, post.created_at, post.url) == ("pt-BR", minute(1), "")
    for never in ("a.png", "ida.example.com", "STRANGER"):
        assert never not in words(post)


@pytest.mark.parametrize(
    ("said", "proof"),
    [
        ({"handle": "Ida.Ward7.nhs.uk"}, ("domain:ida.ward7.nhs.uk",)),
        ({"handle": "handle.invalid", "verification": {"verifiedStatus": "valid"}}, ("verified:valid",)),
        ({"handle": 7, "verification": {"verifiedStatus": "invalid"}}, ()),
        ({"handle": None, "verification": ["odd"]}, ()),
    ],
)
def test_what_the_network_proved_of_an_author_goes_along(said: dict[str, Any], proof: tuple[str, ...]) -> None:
    allowed = ENTRY.model_copy(update={"fields": (*ENTRY.fields, "author_proof")})
    post = (parse_views({"posts": [view(author=said)]}, allowed) or [])[0].made
    assert isinstance(post, RawPost)
    assert post.author_proof == proof
    assert one(author=said).author_proof == ()


def test_a_repository_record_becomes_a_post_of_its_profile() -> None:
    author = Profile.of(IDA, {"displayName": "Ida, MD", "description": "ICU nurse", "avatar": {"ref": "bafy"}})
    key = tid(minute(5))
    body = {"records": [{"uri": f"at://{IDA}/app.bsky.feed.post/{key}", "cid": "bafy", "value": record(5)}]}
    (read,) = parse_records(body, ENTRY, author) or []
    assert isinstance(read.made, RawPost)
    assert (read.made.text, read.made.author_name, read.made.author_bio) == ("post 5", "Ida, MD", "ICU nurse")
    assert read.at == minute(5)
    assert read.made.engagement == Engagement()


def test_a_record_key_that_is_no_tid_tells_no_instant() -> None:
    assert tid_instant("3l4r5t6y7u2i2") is not None
    for key in ("self", "", "3l4r5t6y7u2i", "zzzzzzzzzzzzz", "3L4R5T6Y7U2I2", "0189012345678"):
        assert tid_instant(key) is None


def test_tags_and_links_come_from_facets_after_an_emoji_from_the_record_and_from_the_card() -> None:
    text = "🩺 read this #FOAMed with @bo.example.com"
    encoded = text.encode()

    def facet(part: str, **feature: str) -> dict[str, Any]:
        start = encoded.index(part.encode())
        return {"index": {"byteStart": start, "byteEnd": start + len(part.encode())}, "features": [feature]}

    post = one(
        text=text,
        facets=[
            facet("read this", **{"$type": "app.bsky.richtext.facet#link", "uri": "https://doi.org/10.1/x"}),
            facet("#FOAMed", **{"$type": "app.bsky.richtext.facet#tag", "tag": "FOAMed"}),
            facet("@bo.example.com", **{"$type": "app.bsky.richtext.facet#mention", "did": BO}),
        ],
        tags=["#sepsis", "FOAMed", 7],
        embed={
            "$type": "app.bsky.embed.external",
            "external": {"uri": "https://journal.example/1", "title": "STRANGERWORDS", "description": "STRANGERWORDS"},
        },
    )
    assert post.links == ("https://doi.org/10.1/x", "https://journal.example/1")
    assert post.tags == ("FOAMed", "sepsis")
    assert post.content_hints == ("card",)
    assert BO not in words(post)
    assert "STRANGER" not in words(post)


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (0, 4, "🩺"),
        (5, 8, "abc"),
        (5, 999, None),  # the server takes it
        (1, 4, None),  # cuts the emoji
        (0, 3, None),
        (5, 5, None),
        (8, 5, None),
        (-3, 8, None),
        (True, 8, None),
        (5.0, 8, None),
        ("5", 8, None),
        (None, None, None),
    ],
)
def test_a_byte_range_is_sliced_only_where_it_holds(start: Any, end: Any, found: str | None) -> None:
    assert slice_utf8("🩺 abc".encode(), start, end) == found


@given(text=st.text(max_size=30), start=st.integers(-3, 130), end=st.integers(-3, 130))
def test_what_is_sliced_stands_in_the_text_at_that_byte_and_nothing_raises(text: str, start: int, end: int) -> None:
    encoded = text.encode()
    found = slice_utf8(encoded, start, end)
    if found is None:
        whole = range(len(text) + 1)
        edges = {len(text[:n].encode()) for n in whole}
        assert not (start < end and start in edges and end in edges)
    else:
        before = encoded[:start].decode()
        assert text.startswith(before + found)
        assert len(found.encode()) == end - start


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["$type", "index", "features", "byteStart", "byteEnd", "uri", "val", "values", "record"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(text=st.text(st.characters(), max_size=9), facets=_JSON)
def test_no_form_of_facets_breaks_the_reader(text: str, facets: Any) -> None:
    read = read_facets(text, facets)
    assert set(read.notes) <= {"bad_facet", "unknown_facet"}


def test_facets_that_do_not_hold_are_left_out_and_counted_and_the_post_stays() -> None:
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://far.example/x"}
    (read,) = parse(
        view(
            facets=[
                {"index": {"byteStart": 0, "byteEnd": 999}, "features": [link]},
                {"index": {"byteStart": 0, "byteEnd": 4}, "features": [{"$type": "app.bsky.richtext.facet#new"}]},
                {"index": {"byteStart": 0, "byteEnd": 4}, "features": [{**link, "uri": 7}]},
                "no facet",
            ]
        )
    )
    assert isinstance(read.made, RawPost)
    assert read.made.links == ()
    assert Counter(read.notes) == {"bad_facet": 3, "unknown_facet": 1}


_QUOTED = {"uri": f"at://{BO}/app.bsky.feed.post/9", "cid": "bafy"}


@pytest.mark.parametrize(
    ("embed", "hints", "is_quote", "notes"),
    [
        ({"$type": "app.bsky.embed.images", "images": [{"alt": "a"}]}, ("image",), False, ()),
        ({"$type": "app.bsky.embed.video", "video": {}}, ("video",), False, ()),
        ({"$type": "app.bsky.embed.external", "external": {"uri": 7}}, ("card",), False, ()),
        ({"$type": "app.bsky.embed.record", "record": _QUOTED}, (), True, ()),
        ({"$type": "app.bsky.embed.record", "record": {"uri": LIST}}, (), False, ()),
        (
            {
                "$type": "app.bsky.embed.recordWithMedia",
                "record": {"$type": "app.bsky.embed.record", "record": _QUOTED},
                "media": {"$type": "app.bsky.embed.images", "images": []},
            },
            ("image",),
            True,
            (),
        ),
        ({"$type": "app.bsky.embed.hologram"}, (), False, ("unknown_embed",)),
        ({"$type": ["app.bsky.embed.images"]}, (), False, ("unknown_embed",)),
        ("x", (), False, ("unknown_embed",)),
        (None, (), False, ()),
    ],
)
def test_what_a_post_carries_is_a_hint_and_an_unknown_kind_is_counted(
    embed: Any, hints: tuple[str, ...], is_quote: bool, notes: tuple[str, ...]
) -> None:
    (read,) = parse(view(embed=embed))
    assert isinstance(read.made, RawPost)
    assert (read.made.content_hints, read.made.is_quote, read.notes) == (hints, is_quote, notes)


@pytest.mark.parametrize(
    ("said", "author", "reason"),
    [
        ({}, {"labels": HIDDEN}, "author_no_unauthenticated"),
        ({"labels": HIDDEN}, {}, "author_no_unauthenticated"),
        ({"record": record(labels={"values": [{"val": "!no-unauthenticated"}]})}, {}, "author_no_unauthenticated"),
        ({"record": None}, {}, "bad_record"),
        ({"record": {**record(), "$type": "app.bsky.feed.like"}}, {}, "bad_record"),
        ({"createdAt": "soon"}, {}, "bad_record"),
        ({"text": None}, {}, "bad_record"),
        ({"indexedAt": "soon"}, {}, "bad_record"),
        ({}, {"did": None}, "bad_record"),
        ({"uri": 7}, {}, "bad_record"),
        ({"uri": f"at://{BO}/app.bsky.feed.post/1"}, {}, "bad_record"),  # of one author, under another's name
        ({}, {"did": "ida"}, "bad_record"),
    ],
)
def test_who_opted_out_and_what_is_not_a_post_is_skipped_by_reason(
    said: dict[str, Any], author: dict[str, Any], reason: str
) -> None:
    reads = parse(view(1), view(2, **{"author": author, **said}), view(3))
    assert [read.made if isinstance(read.made, str) else "post" for read in reads] == ["post", reason, "post"]


def test_an_opt_out_that_was_taken_back_is_none_and_odd_labels_are_none() -> None:
    assert isinstance(parse(view(author={"labels": [{**HIDDEN[0], "neg": True}]}))[0].made, RawPost)
    for labels in (None, 7, [7, None, {"val": 7}], {"values": 7}):
        assert isinstance(parse(view(author={"labels": labels}, labels=labels))[0].made, RawPost)


def test_an_automated_account_says_so() -> None:
    assert one(author={"labels": [{"val": "bot"}]}).role_hint == "other"


def test_a_repost_is_somebody_elses_and_a_pinned_post_is_not() -> None:
    stranger = view(9, author={"did": BO, "displayName": "STRANGERNAME"}, text="STRANGERWORDS")
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": {"did": IDA}, "indexedAt": at(minute(3))}
    pin = {"$type": "app.bsky.feed.defs#reasonPin"}
    body = {
        "feed": [
            {"post": stranger, "reason": reason},
            {"post": view(1), "reason": pin},
            {"post": stranger, "reason": 7},
        ]
    }
    reads = parse_views(body, ENTRY)
    assert reads is not None
    assert [read.made if isinstance(read.made, str) else "post" for read in reads] == ["repost", "post", "repost"]
    assert reads[0].at == minute(3)


def test_not_a_word_of_a_quoted_or_answered_author_is_kept() -> None:
    stranger = view(
        9, author={"did": BO, "handle": "stranger.example", "displayName": "STRANGERNAME"}, text="STRANGERWORDS"
    )
    item = {
        "post": view(
            text="mine",
            embed={"$type": "app.bsky.embed.record", "record": _QUOTED},
            reply={"parent": {"uri": stranger["uri"], "cid": "x"}, "root": {"uri": stranger["uri"], "cid": "x"}},
        ),
        "reply": {"parent": stranger, "root": stranger},
    }
    (read,) = parse_views({"feed": [item]}, ENTRY) or []
    assert isinstance(read.made, RawPost)
    assert (read.made.text, read.made.is_quote, read.made.is_reply) == ("mine", True, True)
    for never in ("STRANGER", "stranger", BO):
        assert never not in words(read.made)


@pytest.mark.parametrize("langs", [None, [], "en", [7], ["<script>"], ["english please"]])
def test_a_language_that_is_none_is_not_hinted_at(langs: Any) -> None:
    assert one(langs=langs).language_hint is None


@pytest.mark.parametrize("count", [None, "7", -7, True, 1.5, [], 10**30])
def test_a_count_of_an_odd_form_is_a_count_within_bounds(count: Any) -> None:
    likes = one(likeCount=count).engagement.likes
    assert 0 <= likes < 2**31


@pytest.mark.parametrize(
    "created", ["0001-01-01T00:00:00.000Z", "2010-01-01T00:00:00Z", "2099-01-01T05:30:00.123456+05:30"]
)
def test_odd_dates_are_dates_and_do_not_say_when_a_post_arrived(created: str) -> None:
    (read,) = parse(view(createdAt=created))
    assert isinstance(read.made, RawPost)
    assert read.at == minute(1)


@pytest.mark.parametrize("body", [None, 3, "x", [], {}, {"feed": 7}, {"posts": {}}, {"records": []}])
def test_what_is_no_listing_is_none(body: Any) -> None:
    assert parse_views(body, ENTRY) is None


@given(
    said=st.dictionaries(
        st.sampled_from([*sorted(view()), *sorted(record()), "embed", "facets", "langs", "tags"]), _JSON
    ),
    author=st.dictionaries(st.sampled_from(sorted(view()["author"])), _JSON),
    item=_JSON,
)
def test_no_form_of_a_field_breaks_the_parser(said: dict[str, Any], author: dict[str, Any], item: Any) -> None:
    made = {**view(), **said, "author": {**view()["author"], **author}}
    made["record"] = {**record(), **said} if "record" not in said else said["record"]
    for body in ({"posts": [made, item]}, {"feed": [{"post": made}, item, {"post": item}]}):
        reads = parse_views(body, ENTRY)
        assert reads is not None
        assert all(isinstance(read.made, RawPost | str) for read in reads)
    stored = {"records": [{"uri": made["uri"], "value": made["record"]}, item]}
    assert len(parse_records(stored, ENTRY, Profile.of(IDA, item)) or []) == 2


class FakeService:
    """Serves listings as an AppView and a PDS do: newest first by the earlier of both dates, an opaque cursor."""

    def __init__(self, *, page: int = 10, **listings: list[dict[str, Any]]) -> None:
        self.page = page
        self.feeds: dict[str, list[dict[str, Any]]] = {IDA: [], **listings}
        self.repos: dict[str, list[dict[str, Any]]] = {}
        self.profiles: dict[str, dict[str, Any]] = {}
        self.refused: dict[str, tuple[str, str]] = {}
        self.garbage: set[str] = set()
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.headers: list[Mapping[str, str]] = []
        self.search_cap = 10**9
        self.is_search_paged = True
        self.posted: list[tuple[str, Any]] = []
        self.tokens = ["t0", "t1", "t2"]
        self.expired: set[str] = set()

    async def post(self, url: str, entry: Entry, *, json: Any = None, **_said: Any) -> Answer:
        self.posted.append((url, json))
        return answer({"accessJwt": self.tokens[len(self.posted) - 1], "did": IDA})

    async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:  # noqa: PLR0911 (one a method)
        parts = urlsplit(url)
        method = parts.path.removeprefix("/xrpc/")
        said = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append((method, said))
        self.headers.append(headers)
        if headers.get("Authorization", "").removeprefix("Bearer ") in self.expired:
            return refusal("ExpiredToken", "Token has expired")
        if said.get("cursor") in self.garbage:
            raise SourceUnavailable(source_id="sky", problem="it answered with status 500", remedy="Run again later.")
        name = said.get("actor") or said.get("list") or said.get("feed") or said.get("repo") or ""
        if name in self.refused:
            return refusal(*self.refused[name])
        match method.rpartition(".")[2]:
            case "getAuthorFeed" | "getListFeed" | "getFeed":
                return self.listed("feed", [{"post": post} for post in self.sorted(self.feeds[name])], said)
            case "getList":
                return answer({"list": {"uri": name, "creator": {"did": BO}}, "items": []})
            case "getStarterPack":
                return answer({"starterPack": {"uri": PACK, "list": {"uri": LIST}, "creator": {"did": BO}}})
            case "searchPosts":
                return self.search(said)
            case "getProfiles":
                actors = parse_qs(parts.query)["actors"]
                assert len(actors) <= 25
                return answer({"profiles": [{"did": a, "description": f"bio of {a}"} for a in actors if a != BO]})
            case "describeRepo":
                return answer({"did": name, "handle": "ida.example.com"})
            case "getRecord":
                held = self.profiles.get(name)
                return answer({"value": held}) if held is not None else refusal("RecordNotFound", "Could not locate")
            case "listRecords":
                held = sorted(self.repos[name], key=lambda r: r["uri"], reverse=True)
                below = [r for r in held if "cursor" not in said or r["uri"].rpartition("/")[2] < said["cursor"]]
                page = below[: self.page]
                return answer({"records": page, **({"cursor": page[-1]["uri"].rpartition("/")[2]} if page else {})})
        return Answer(501, {}, b'{"error": "MethodNotImplemented"}', url)

    @staticmethod
    def sorted(posts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return sorted(posts, key=lambda p: (min(p["indexedAt"], p["record"]["createdAt"]), p["cid"]), reverse=True)

    def listed(self, name: str, found: list[dict[str, Any]], said: Mapping[str, str]) -> Answer:
        def token(item: dict[str, Any]) -> str:
            post = item.get("post", item)
            return f"{min(post['indexedAt'], post['record']['createdAt'])}__{post['cid']}"

        found = [item for item in found if "cursor" not in said or token(item) < said["cursor"]]
        page = found[: self.page]
        return answer({name: page, **({"cursor": token(page[-1])} if len(found) > self.page else {})})

    def search(self, said: dict[str, str]) -> Answer:
        if "cursor" in said and not self.is_search_paged:
            return Answer(403, {}, b'{"error": "Forbidden"}', "")
        found = [
            p
            for p in self.sorted(self.feeds["search"])
            if said["since"] <= min(p["indexedAt"], p["record"]["createdAt"]) < said.get("until", "3")
        ][: self.search_cap]
        return self.listed("posts", found, said)


def answer(body: Any) -> Answer:
    return Answer(200, {}, json.dumps(body).encode(), "")


def refusal(error: str, message: str) -> Answer:
    return Answer(400, {}, json.dumps({"error": error, "message": message}).encode(), "")


def stored(number: int, **other: Any) -> dict[str, Any]:
    key = tid(minute(number))
    return {"uri": f"at://{IDA}/app.bsky.feed.post/{key}", "cid": "bafy", "value": record(number, **other)}


def collector(service: FakeService, **said: Any) -> AtprotoCollector:
    plain = {} if {*said} & {"actors", "lists", "starter_packs", "feeds", "searches", "repos"} else {"actors": (IDA,)}
    query = AtprotoQuery.model_validate({"service": "https://sky.example", **plain, **said})
    return AtprotoCollector(ENTRY, query, service)  # type: ignore[arg-type]


def run(
    service: FakeService, cursor: Any = None, *, stop_after: int | None = None, days: int = 60, **said: Any
) -> list[Page]:
    async def collect() -> list[Page]:
        pages = []
        async for page in collector(service, **said).pages(Window(NOW - timedelta(days=days), NOW), cursor):
            stands = json.loads(json.dumps(page.cursor))
            pages.append(Page(page.posts, stands, page.skipped, page.gone, page.gone_authors))
            if stop_after is not None and len(pages) == stop_after:
                break
        return pages

    return asyncio.run(collect())


def ids(pages: list[Page]) -> list[int]:
    return [int(post.text.rsplit(" ", 1)[1]) for page in pages for post in page.posts]


def skipped(pages: list[Page]) -> dict[str, int]:
    return dict(sum((Counter(page.skipped) for page in pages), Counter()))


def position(page: Page) -> dict[str, Any]:
    (held,) = page.cursor["listings"].values()
    return dict(held)


def test_profile_texts_are_asked_for_once_an_author_where_listings_leave_them_out() -> None:
    authors = [f"did:plc:writer{n}" for n in range(30)] + [BO]
    views = [view(n, author={"did": authors[n % 31], "description": None}) for n in range(1, 63)]
    service = FakeService(page=50, search=views)
    pages = run(service, searches=["x"])
    bios = {post.author_handle: post.author_bio for page in pages for post in page.posts}
    assert bios == {did: "" if did == BO else f"bio of {did}" for did in authors}
    assert [method.rpartition(".")[2] for method, _ in service.asked].count("getProfiles") == 2


def test_a_service_that_tells_no_profiles_is_asked_once_and_read_all_the_same() -> None:
    class Silent(FakeService):
        async def get(self, url: str, entry: Entry, **said: Any) -> Answer:
            if "getProfiles" in url:
                self.asked.append(("getProfiles", {}))
                return Answer(501, {}, b'{"error": "MethodNotImplemented"}', url)
            return await super().get(url, entry, **said)

    service = Silent(page=10, search=[view(n, author={"description": None}) for n in range(1, 40)])
    pages = run(service, searches=["x"])
    assert sorted(ids(pages)) == list(range(1, 40))
    assert [method for method, _ in service.asked].count("getProfiles") == 1


WAYS: list[dict[str, Any]] = [
    {"actors": (IDA,)},
    {"lists": (LIST,)},
    {"starter_packs": (PACK,)},
    {"feeds": (FEED,)},
    {"searches": ("sepsis",)},
    {"repos": (IDA,)},
]


def everywhere(numbers: Any, *, page: int = 10) -> FakeService:
    """Serve the same posts in every way there is."""
    shown = [view(n) for n in numbers]
    service = FakeService(page=page, **{IDA: shown, LIST: shown, FEED: shown, "search": shown})
    service.repos[IDA] = [stored(n) for n in numbers]
    return service


def add(service: FakeService, *numbers: int) -> None:
    service.feeds[IDA] += [view(n) for n in numbers]  # the same list everywhere
    service.repos[IDA] += [stored(n) for n in numbers]


@pytest.mark.parametrize("way", WAYS)
def test_a_first_run_reads_the_window_whole_and_ends_with_an_edge_to_go_on_from(way: dict[str, Any]) -> None:
    pages = run(everywhere(range(1, 46)), **way)
    assert sorted(ids(pages)) == list(range(1, 46))
    assert position(pages[-1]) == {"edge": at(minute(45) - timedelta(hours=6)).replace(".000Z", "Z")}
    assert skipped(pages) == {}


@pytest.mark.parametrize("way", WAYS)
def test_the_second_run_reads_the_overlap_again_and_what_is_new_and_no_more(way: dict[str, Any]) -> None:
    service = everywhere(range(0, 3000, 60))
    cursor = run(service, **way)[-1].cursor
    service.asked.clear()
    assert sorted(ids(run(service, cursor, **way))) == list(range(2940 - 360, 3000, 60))
    assert len(service.asked) <= 4
    add(service, 3000, 3060)
    again = run(service, cursor, **way)
    assert sorted(ids(again)) == list(range(2940 - 360, 3061, 60))


@pytest.mark.parametrize("way", WAYS)
def test_without_overlap_the_second_run_over_an_unchanged_source_brings_nothing_new(way: dict[str, Any]) -> None:
    service = everywhere(range(1, 46))
    cursor = run(service, overlap_hours=0, **way)[-1].cursor
    again = run(service, cursor, overlap_hours=0, **way)
    assert ids(again) == [45]  # the one at the edge
    assert again[-1].cursor == cursor


@pytest.mark.parametrize("way", [way for way in WAYS if "actors" not in way and "repos" not in way])
def test_a_first_run_stops_at_the_windows_start_and_counts_what_lies_before(way: dict[str, Any]) -> None:
    service = everywhere(range(0, 14_400, 60))
    service.feeds["search"] = list(service.feeds["search"])
    pages = run(service, days=1, **way)
    assert sorted(ids(pages)) == [n for n in range(0, 14_400, 60) if minute(n) >= NOW - timedelta(days=1)]
    assert len(service.asked) <= 6


def test_an_authors_history_is_read_to_its_end_for_posts_dated_before_the_window_and_not_where_that_is_not_wanted() -> (
    None
):
    old = [
        view(n, indexedAt=at(minute(n) - timedelta(days=400)), createdAt=at(minute(n) - timedelta(days=400)))
        for n in range(100, 150)
    ]
    back_dated = view(7, createdAt="2010-01-01T00:00:00.000Z")
    service = FakeService(**{IDA: [view(1), view(2), *old, back_dated]})
    pages = run(service)
    assert sorted(ids(pages)) == [1, 2, 7]
    assert skipped(pages) == {"before_window": 50}
    assert sorted(ids(run(service, reads_history=False))) == [1, 2]


def test_a_back_dated_record_in_a_repository_is_met_at_its_key_by_the_second_run() -> None:
    service = everywhere(range(0, 3000, 60))
    cursor = run(service, repos=(IDA,))[-1].cursor
    service.repos[IDA] += [
        stored(3001, createdAt="2010-01-01T00:00:00Z"),
        stored(3002, createdAt="0001-01-01T00:00:00Z"),
    ]
    assert {3001, 3002} <= set(ids(run(service, cursor, repos=(IDA,))))


def test_a_post_dated_into_the_future_does_not_switch_the_overlap_off() -> None:
    service = FakeService(
        **{IDA: [view(1), view(2, createdAt="2099-01-01T00:00:00.000Z", indexedAt="2098-01-01T00:00:00.000Z")]}
    )
    pages = run(service)
    assert sorted(ids(pages)) == [1, 2]
    assert position(pages[-1]) == {"edge": "2026-11-11T18:01:00Z"}


def test_a_post_dated_back_that_the_server_shows_as_old_is_known_to_be_new_by_its_key() -> None:
    old = {"createdAt": "2010-01-01T00:00:00.000Z", "indexedAt": "2010-01-01T00:00:00.000Z"}
    service = FakeService(
        **{IDA: [view(1), view(7, uri=f"at://{IDA}/app.bsky.feed.post/{tid(minute(7))}", **old), view(8, **old)]}
    )
    pages = run(service)
    assert sorted(ids(pages)) == [1, 7]
    assert skipped(pages) == {"before_window": 1}


def test_keys_made_up_to_lie_ahead_neither_lengthen_a_walk_nor_hold_or_drag_its_edge() -> None:
    def key(number: int) -> str:
        return tid(NOW + timedelta(days=900, minutes=number))

    service = FakeService(**{IDA: [view(n, uri=f"at://{IDA}/app.bsky.feed.post/{key(n)}") for n in range(0, 6000, 60)]})
    first = run(service)
    assert position(first[-1]) == {"edge": at(minute(5940) - timedelta(hours=6)).replace(".000", "")}
    service.asked.clear()
    again = run(service, first[-1].cursor)
    assert len(service.asked) == 2
    assert len(ids(again)) == 20
    assert again[-1].cursor == first[-1].cursor


def test_a_record_key_that_tells_no_instant_is_judged_by_its_date_and_moves_no_edge() -> None:
    service = everywhere([1, 2])
    service.repos[IDA] += [
        {"uri": f"at://{IDA}/app.bsky.feed.post/zz-mine", "value": record(8)},
        {"uri": f"at://{IDA}/app.bsky.feed.post/zz-older", "value": record(9, createdAt="2010-01-01T00:00:00Z")},
    ]
    pages = run(service, repos=(IDA,), overlap_hours=0)
    assert sorted(ids(pages)) == [1, 2, 8]
    assert skipped(pages) == {"before_window": 1}
    assert position(pages[-1]) == {"edge": "2026-11-12T00:02:00Z"}


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=15, deadline=None)
@given(
    first=st.integers(0, 60),
    later=st.integers(0, 30),
    cuts=st.lists(st.integers(1, 6), max_size=4),
    overlap=st.sampled_from([0.0, 0.5, 6.0]),
)
def test_runs_killed_anywhere_lose_nothing(
    way: dict[str, Any], first: int, later: int, cuts: list[int], overlap: float
) -> None:
    service = everywhere(range(1, first + 1), page=7)
    found: set[int] = set()
    cursor = None
    for cut in cuts:
        pages = run(service, cursor, stop_after=cut, overlap_hours=overlap, **way)
        found |= set(ids(pages))
        cursor = pages[-1].cursor if pages else cursor
        first += 1
        add(service, first)
    add(service, *range(first + 1, first + later + 1))
    for _ in range(2):
        pages = run(service, cursor, overlap_hours=overlap, **way)
        found |= set(ids(pages))
        cursor = pages[-1].cursor
    assert found == set(range(1, first + later + 1))


def test_a_killed_first_run_goes_on_from_its_paging_token() -> None:
    service = everywhere(range(1, 101))
    first = run(service, stop_after=6)
    assert set(position(first[-1])) == {"edge", "back", "floor", "to_end"}
    service.asked.clear()
    rest = run(service, first[-1].cursor)
    assert service.asked[0][1]["cursor"] == position(first[-1])["back"]
    assert set(ids(first)) | set(ids(rest)) == set(range(1, 101))


@pytest.mark.parametrize("way", WAYS)
def test_posts_deleted_between_two_pages_take_no_other_post_with_them(way: dict[str, Any]) -> None:
    service = everywhere(range(1, 61))
    first = run(service, stop_after=1, **way)
    for held in (service.feeds[IDA], service.repos[IDA]):
        held[:] = [post for n, post in enumerate(held, 1) if n % 5]
    rest = run(service, first[-1].cursor, **way)
    assert set(ids(first) + ids(rest)) | set(range(5, 61, 5)) == set(range(1, 61))


def test_short_and_empty_pages_are_not_the_end() -> None:
    class Sparse(FakeService):
        async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
            said = json.loads((await super().get(url, entry, headers=headers)).body)
            if len(self.asked) % 2:
                said = {"feed": [], "cursor": f"{parse_qs(urlsplit(url).query).get('cursor', ['3'])[0]}~"}
            return answer(said)

    assert sorted(ids(run(Sparse(**{IDA: [view(n) for n in range(1, 35)]})))) == list(range(1, 35))


def test_a_server_that_ignores_paging_is_not_asked_for_ever() -> None:
    class Stuck(FakeService):
        async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
            return await super().get(url.split("&cursor", maxsplit=1)[0], entry, headers=headers)

    service = Stuck(**{IDA: [view(n) for n in range(1, 35)]})
    pages = run(service)
    assert sorted(ids(pages)) == list(range(25, 35))
    assert len(service.asked) == 2


def test_a_listing_without_end_fails_and_the_next_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atproto_walk, "MAX_PAGES", 3)
    service = everywhere(range(1, 51))
    pages: list[Page] = []

    async def collect(cursor: Any) -> None:
        async for page in collector(service).pages(Window(NOW - timedelta(days=60), NOW), cursor):
            pages.append(page)  # noqa: PERF401 (what came before the failure counts)

    with pytest.raises(SourceUnavailable, match="does not end"):
        asyncio.run(collect(None))
    monkeypatch.setattr(atproto_walk, "MAX_PAGES", 50)
    asyncio.run(collect(pages[-1].cursor))
    assert set(ids(pages)) == set(range(1, 51))


def test_a_token_the_server_cannot_read_begins_the_walk_anew_once() -> None:
    service = everywhere(range(1, 46))
    first = run(service, stop_after=2)
    service.garbage = {position(first[-1])["back"]}
    with pytest.raises(SourceUnavailable, match="status 500"):
        run(service, first[-1].cursor)  # it meets the same token again on the new walk
    service.page = 9
    pages = run(service, first[-1].cursor)
    assert set(ids(pages)) == set(range(1, 46))
    assert skipped(pages)["walk_restarted"] == 1


def test_a_server_that_is_down_is_not_mistaken_for_a_token_it_cannot_read() -> None:
    class Down(FakeService):
        async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
            self.asked.append((url, {}))
            raise SourceUnavailable(source_id="sky", problem="it cannot be reached", remedy="Run again later.")

    service = Down()
    with pytest.raises(SourceUnavailable, match="cannot be reached"):
        run(service)
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ("InvalidRequest", "Profile not found"),
        ("AccountDeactivated", "Account is deactivated"),
        ("AccountTakedown", "Account has been suspended"),
        ("RepoNotFound", "Could not find repo"),
        ("RepoDeactivated", "Repo has been deactivated"),
    ],
)
@pytest.mark.parametrize("way", ["actors", "repos"])
def test_a_closed_account_is_named_to_ingest_counted_and_the_others_are_read(
    error: str, message: str, way: str
) -> None:
    service = everywhere([1, 2])
    service.refused = {BO: (error, message), "eve.example.com": (error, message)}
    pages = run(service, **{way: (BO, "eve.example.com", IDA)})
    assert sorted(ids(pages)) == [1, 2]
    assert [name for page in pages for name in page.gone_authors] == [BO]  # a handle says nothing to ingest
    assert skipped(pages) == {"author_gone": 2}


def test_an_account_that_comes_back_is_read_like_a_new_one() -> None:
    service = everywhere(range(1, 46))
    cursor = run(service, overlap_hours=0)[-1].cursor
    service.refused = {IDA: ("InvalidRequest", "Profile not found")}
    cursor = run(service, cursor)[-1].cursor
    assert cursor == {"listings": {}}
    service.refused = {}
    assert sorted(ids(run(service, cursor))) == list(range(1, 46))


def test_a_list_that_is_no_longer_there_is_a_failure_and_not_an_empty_one() -> None:
    service = everywhere([1])
    service.refused = {LIST: ("InvalidRequest", "List not found")}
    with pytest.raises(SourceFailed, match="Correct the query"):
        run(service, lists=(LIST,))

    class Nameless(FakeService):
        async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
            return answer({"items": []})

    with pytest.raises(SourceFailed, match="base address"):
        run(Nameless(), lists=(LIST,))


def test_a_refused_paging_token_begins_the_walk_anew_too() -> None:
    class Refusing(FakeService):
        is_refusing = True

        async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
            if self.is_refusing and "cursor=" in url:
                self.is_refusing = False
                return refusal("InvalidRequest", "Malformed cursor")
            return await super().get(url, entry, headers=headers)

    pages = run(Refusing(**{IDA: [view(n) for n in range(1, 35)]}))
    assert sorted(ids(pages)) == list(range(1, 35))
    assert skipped(pages) == {"walk_restarted": 1, "duplicate": 10}


@pytest.mark.parametrize("method", ["describeRepo", "getRecord", "listRecords"])
def test_a_repository_that_answers_in_an_unknown_form_is_a_failure(method: str) -> None:
    class Odd(FakeService):
        async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
            if method in url:
                return Answer(200 if method != "getRecord" else 404, {}, b"[]", url)
            return await super().get(url, entry, headers=headers)

    service = Odd()
    service.repos[IDA] = [stored(1)]
    with pytest.raises(SourceFailed, match="base address"):
        run(service, repos=(IDA,))


def test_a_search_whose_next_page_fails_goes_on_by_time() -> None:
    class Failing(FakeService):
        async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
            if "cursor=" in url:
                raise SourceUnavailable(source_id="sky", problem="it answered with status 500", remedy="Run again.")
            return await super().get(url, entry, headers=headers)

    pages = run(Failing(search=[view(n) for n in range(1, 46)]), searches=("sepsis",))
    assert sorted(ids(pages)) == list(range(1, 46))

    class Down(FakeService):
        async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
            raise SourceUnavailable(source_id="sky", problem="it cannot be reached", remedy="Run again.")

    with pytest.raises(SourceUnavailable):
        run(Down(), searches=("sepsis",))


def test_an_author_who_blocks_the_login_is_counted_and_not_called_gone() -> None:
    service = everywhere([1])
    service.refused = {BO: ("BlockedByActor", "Requester is blocked by actor")}
    pages = run(service, actors=(BO, IDA))
    assert (ids(pages), skipped(pages)) == ([1], {"author_blocks": 1})
    assert all(not page.gone_authors for page in pages)


def test_a_repository_whose_author_opted_out_is_not_read_at_all() -> None:
    service = everywhere([1, 2])
    service.profiles[IDA] = {"labels": {"values": [{"val": "!no-unauthenticated"}]}}
    pages = run(service, repos=(IDA,))
    assert (ids(pages), skipped(pages)) == ([], {"author_no_unauthenticated": 1})
    assert all(method != "com.atproto.repo.listRecords" for method, _ in service.asked)


def test_an_identity_that_cannot_be_looked_up_at_present_is_not_called_gone() -> None:
    service = everywhere([1])
    service.refused = {IDA: ("InvalidRequest", "Could not resolve DID: Error: fetch failed")}
    with pytest.raises(SourceUnavailable, match="look an account up"):
        run(service, repos=(IDA,))


@pytest.mark.parametrize("is_paged", [True, False])
@pytest.mark.parametrize("cap", [12, 10**9])
def test_a_search_goes_on_by_time_where_the_server_ends_too_early(is_paged: bool, cap: int) -> None:
    service = everywhere(range(1, 61))
    service.is_search_paged, service.search_cap = is_paged, cap
    pages = run(service, searches=("sepsis",))
    assert sorted(ids(pages)) == list(range(1, 61))
    assert (skipped(pages).get("search_continued", 0) > 0) == (not is_paged or cap == 12)
    assert all(said["sort"] == "latest" and "since" in said for _, said in service.asked)


def test_posts_of_one_instant_at_a_searchs_end_are_not_lost() -> None:
    shown = [
        view(n, indexedAt=at(minute(30)), createdAt=at(minute(30))) if 20 <= n < 28 else view(n) for n in range(1, 61)
    ]
    service = FakeService(page=10, search=shown)
    service.is_search_paged = False
    assert sorted(ids(run(service, searches=("sepsis",)))) == list(range(1, 61))


def test_a_server_that_ignores_the_time_of_a_search_is_not_asked_for_ever_and_is_filtered_after() -> None:
    class Deaf(FakeService):
        def search(self, said: dict[str, str]) -> Answer:
            return super().search({**said, "since": "0", "until": "3"})

    shown = [view(n) for n in range(0, 14_400, 60)]
    service = Deaf(search=shown)
    pages = run(service, days=1, searches=("sepsis",))
    assert sorted(ids(pages)) == [n for n in range(0, 14_400, 60) if minute(n) >= NOW - timedelta(days=1)]
    assert skipped(pages)["before_window"] > 0
    few = Deaf(search=shown[-5:])
    run(few, searches=("sepsis",))
    assert len(few.asked) == 2


def test_a_post_met_in_two_listings_comes_once_and_the_repeat_is_counted() -> None:
    pages = run(everywhere([1, 2]), actors=(IDA,), lists=(LIST,))
    assert sorted(ids(pages)) == [1, 2]
    assert skipped(pages) == {"duplicate": 2}


@pytest.mark.parametrize("way", WAYS)
def test_the_cursor_names_no_author_and_no_query(way: dict[str, Any]) -> None:
    for page in run(everywhere(range(1, 46)), **way):
        for never in ("did:", "ida", "sepsis", "curator", "at:/"):
            assert never not in json.dumps(page.cursor)


def test_a_paging_token_that_names_an_account_does_not_come_to_rest() -> None:
    class Telling(FakeService):
        async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
            said = json.loads((await super().get(url.replace("did%3Aplc%3Abo", ""), entry, headers=headers)).body)
            return answer({**said, **({"cursor": BO + said["cursor"]} if "cursor" in said else {})})

    pages = run(Telling(**{IDA: [view(n) for n in range(1, 46)]}))
    assert sorted(ids(pages)) == list(range(1, 46))
    assert all("did:" not in json.dumps(page.cursor) for page in pages)
    assert pages[0].cursor == {"listings": {}}
    assert set(position(pages[-1])) == {"edge"}


def test_a_listing_that_is_no_longer_asked_for_leaves_the_cursor() -> None:
    service = everywhere([1])
    both = run(service, actors=(IDA,), lists=(LIST,))[-1].cursor
    assert len(both["listings"]) == 2
    assert len(run(service, both, actors=(IDA,))[-1].cursor["listings"]) == 1


@pytest.mark.parametrize("held", [7, "x", [], {"edge": "soon"}, {"back": 7}])
def test_a_position_of_another_form_begins_the_walk_anew(held: Any) -> None:
    service = everywhere([1, 2])
    cursor = run(service)[-1].cursor
    spoilt = {"listings": dict.fromkeys(cursor["listings"], held)}
    assert sorted(ids(run(service, spoilt))) == [1, 2]


@pytest.mark.parametrize(
    ("status", "body", "remedy"),
    [
        (401, {"error": "AuthMissing", "message": "Ida Invented"}, "password_variable"),
        (403, {"error": "Forbidden"}, "password_variable"),
        (501, {"error": "MethodNotImplemented"}, "AppView"),
        (400, {"error": "UnknownList", "message": "Ida Invented"}, "Correct the query"),
        (404, {}, "base address"),
        (200, {"error": "x"}, "base address"),
    ],
)
@pytest.mark.parametrize("way", WAYS)
def test_what_is_no_listing_is_a_failure_that_quotes_nothing(
    way: dict[str, Any], status: int, body: dict[str, Any], remedy: str
) -> None:
    class Other(FakeService):
        async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
            return Answer(status, {}, json.dumps(body).encode(), url)

    with pytest.raises(SourceFailed, match=remedy) as caught:
        run(Other(), **way)
    for never in ("Ida", "sky.example", IDA, "sepsis", LIST):
        assert never not in str(caught.value)
        assert never not in repr(caught.value.details)
    assert caught.value.__context__ is None


def test_a_login_is_made_once_a_run_and_its_token_goes_with_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INVENTED_NAME", "reader.example.com")
    monkeypatch.setenv("INVENTED_WORD", "w0-w1")
    service = everywhere(range(1, 46))
    run(service, identifier_variable="INVENTED_NAME", password_variable="INVENTED_WORD")
    sent = {"identifier": "reader.example.com", "password": "w0-w1"}
    assert service.posted == [("https://sky.example/xrpc/com.atproto.server.createSession", sent)]
    assert {said["Authorization"] for said in service.headers} == {"Bearer t0"}


def test_an_expired_token_is_made_anew_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INVENTED_NAME", "reader.example.com")
    monkeypatch.setenv("INVENTED_WORD", "w0-w1")
    login = {"identifier_variable": "INVENTED_NAME", "password_variable": "INVENTED_WORD"}
    service = everywhere(range(1, 46))
    service.expired = {"t0"}
    assert len(ids(run(service, **login))) == 45
    assert len(service.posted) == 2
    service = everywhere([1])
    service.expired = {"t0", "t1", "t2"}
    with pytest.raises(SourceFailed, match="refuses the login"):
        run(service, **login)
    assert len(service.posted) == 2


def test_a_refused_login_and_a_variable_that_is_not_set_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(FakeService):
        async def post(self, url: str, entry: Entry, *, json: Any = None, **_said: Any) -> Answer:
            return Answer(401, {}, b'{"error": "AuthenticationRequired", "message": "reader.example.com"}', url)

    login = {"identifier_variable": "INVENTED_NAME", "password_variable": "INVENTED_WORD"}
    monkeypatch.setenv("INVENTED_NAME", "reader.example.com")
    service = Refusing()
    with pytest.raises(SettingsError, match="INVENTED_WORD"):
        run(service, **login)
    monkeypatch.setenv("INVENTED_WORD", "w0-w1")
    with pytest.raises(SourceFailed, match="app password") as caught:
        run(service, **login)
    assert "reader" not in str(caught.value)
    assert "w0" not in str(caught.value)
    assert service.asked == []


def test_without_a_login_nothing_is_sent_that_names_the_reader() -> None:
    service = everywhere([1])
    run(service)
    assert service.posted == []
    assert service.headers == [{}]


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({}, "nothing to read"),
        ({"actors": ()}, "nothing to read"),
        ({"actors": (IDA,), "identifier_variable": "A"}, "go together"),
        (
            {"actors": (IDA,), "service": "http://sky.example", "identifier_variable": "A", "password_variable": "B"},
            "https only",
        ),
        ({"actors": ("@ida",)}, "pattern"),
        ({"actors": (IDA,), "service": "https://ida@sky.example"}, "pattern"),
        ({"lists": (FEED,)}, "pattern"),
        ({"feeds": (LIST,)}, "pattern"),
        ({"starter_packs": (LIST,)}, "pattern"),
        ({"searches": (" ",)}, "at least 1"),
        ({"actors": (IDA,), "handles": ()}, "Extra inputs"),
    ],
)
def test_a_query_that_cannot_be_meant_is_refused(said: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        AtprotoQuery.model_validate({"service": "https://sky.example", **said})


def test_a_login_over_http_is_for_loopback_only() -> None:
    said = {"actors": (IDA,), "identifier_variable": "A", "password_variable": "B", "service": "http://localhost:2583/"}
    assert AtprotoQuery.model_validate(said).login is not None


@pytest.mark.parametrize(("way", "is_whole"), [*zip(WAYS, (True, True, True, False, False, True), strict=True)])
def test_only_a_listing_that_leaves_nothing_out_can_tell_deletions(way: dict[str, Any], is_whole: bool) -> None:
    assert collector(FakeService(), **way).walks_whole is is_whole
    assert collector(FakeService(), actors=(IDA,), searches=("x",)).walks_whole is False
