"""Stack Exchange: what a question or answer becomes, and that a walk by activity loses none, whatever vanishes meanwhile."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from api_fakes import JSON, NOW, FakeApi, ids, run, skipped, words
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from listening.catalogue.entry import Entry
from listening.collect.stackexchange import StackExchangeCollector, StackExchangeQuery
from listening.collect.stackexchange_parse import parse_page
from listening.errors import SettingsError, SourceFailed, SourceUnavailable
from listening.posts import Engagement
from listening.raw import RawPost

Made = Callable[..., Entry]
START = int((NOW - timedelta(days=5)).timestamp())


def question(number: int = 1, **other: Any) -> dict[str, Any]:
    plain = {
        "question_id": number, "title": "Is K&#8314; &gt; 6 an &quot;emergency&quot;?", "body": "<p>body</p>",
        "owner": {"user_id": 7, "display_name": "Ida &amp; Co", "user_type": "registered", "reputation": 5,
                  "profile_image": "https://img.example/ida.png", "link": "https://medicalsciences.example/users/7/ida"},
        "creation_date": START + 60 * number, "last_activity_date": START + 60 * number, "tags": ["potassium"],
        "score": 3, "answer_count": 2, "view_count": 99, "link": f"https://medicalsciences.example/questions/{number}",
        "content_license": "CC BY-SA 4.0", "closed_reason": "CLOSERWORDS",
    }  # fmt: skip
    return {**plain, **other}


def answer(number: int = 1, **other: Any) -> dict[str, Any]:
    made = {**question(number), "answer_id": 1000 + number, "is_accepted": True, "body": "<p>an answer</p>"}
    return {name: value for name, value in {**made, **other}.items() if name not in {"title", "answer_count"}}


def page(*items: Any, **said: Any) -> dict[str, Any]:
    return {"items": list(items), "has_more": False, "quota_max": 300, "quota_remaining": 299, **said}


def read(entry: Entry, *items: Any) -> list[Any]:
    batch = parse_page(json.dumps(page(*items)).encode(), entry, site="medicalsciences")
    assert batch is not None
    return batch.reads


def one(entry: Entry, item: dict[str, Any]) -> RawPost:
    made = read(entry, item)[0].made
    assert isinstance(made, RawPost)
    return made


def test_a_question_is_its_title_and_body_with_entities_decoded(make_entry: Made) -> None:
    post = one(make_entry(), question())
    assert (post.native_id, post.text) == ("medicalsciences/1", 'Is K⁺ > 6 an "emergency"?\n\nbody')
    assert (post.author_handle, post.author_name, post.tags) == ("7", "Ida & Co", ("potassium",))
    assert post.engagement == Engagement(replies=2, likes=3)
    assert (post.is_reply, post.edited_at) == (False, None)
    for dropped in ("ida.png", "CLOSER", "CC BY"):
        assert dropped not in words(post)


def test_an_answer_answers_and_has_an_id_of_its_own(make_entry: Made) -> None:
    post = one(make_entry(), answer(score=-2, last_edit_date=START))
    assert (post.native_id, post.text, post.is_reply) == ("medicalsciences/1001", "an answer", True)
    assert (post.content_hints, post.tags, post.engagement.total) == (("comment",), (), 0)
    assert post.edited_at == NOW - timedelta(days=5)


def test_a_quoted_passage_and_a_profile_are_not_kept(make_entry: Made) -> None:
    body = (
        '<blockquote><p>STRANGERWORDS</p></blockquote><p>mine <a href="https://doi.org/10.1/x">x</a>'
        '<a href="https://medicalsciences.stackexchange.com/users/8/stranger">y</a></p>'
    )
    post = one(make_entry(), question(body=body))
    assert post.links == ("https://doi.org/10.1/x",)
    assert "stranger" not in words(post).lower()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"owner": {"display_name": "user8", "user_type": "does_not_exist"}}, "author_gone"),
        ({"owner": None}, "author_gone"),
        ({"body": None}, "bad_record"),
        ({"creation_date": "soon"}, "bad_record"),
        ({"body": "<b>" * 30_000}, "too_complex"),
    ],
)
def test_what_is_no_post_of_a_known_author_is_skipped_by_reason(
    make_entry: Made, said: dict[str, Any], reason: str
) -> None:
    reads = read(make_entry(), question(1), question(2, **said), question(3))
    assert [found.made if isinstance(found.made, str) else "post" for found in reads] == ["post", reason, "post"]


@pytest.mark.parametrize("content", [b"", b"[]", b"<html>", b"{}", b'{"items": 3}', b'{"error_id": 400}'])
def test_what_is_no_page_is_none(make_entry: Made, content: bytes) -> None:
    assert parse_page(content, make_entry(), site="x") is None


@given(said=st.dictionaries(st.sampled_from(sorted({**question(), **answer()})), JSON, max_size=5))
def test_no_form_of_a_field_breaks_the_parser(said: dict[str, Any]) -> None:
    (found,) = read(ENTRY, {**question(), **said})
    assert isinstance(found.made, RawPost | str)


@given(said=JSON)
def test_no_json_breaks_the_parser(said: Any) -> None:
    parse_page(json.dumps(said).encode(), ENTRY, site="x")
    parse_page(json.dumps(page(said, has_more=said)).encode(), ENTRY, site="x")


ENTRY = Entry.model_validate(
    {
        "source_id": "se", "title": "S", "network": "se", "collector": "stackexchange", "query": {}, "basis": "api-terms",
        "terms": {"url": "https://example.org/t"}, "purpose": "p", "expires_on": "2027-01-01",
        "fields": ["native_id", "text", "created_at", "author_handle"], "robots": "not-applicable",
        "retention_days": 1, "sponsored": False, "deletion": {"duty": "d", "deadline_hours": 1},
        "expected_posts_a_day": 1,
    }
)  # fmt: skip


class FakeSite(FakeApi):
    """Lists by activity, newest first, cut by `min`, `max`, `fromdate`, `page` and `pagesize` as the API does."""

    def __init__(self, **lists: list[dict[str, Any]]) -> None:
        super().__init__(self.list)
        self.lists = lists

    def list(self, path: str, query: dict[str, str]) -> Any:
        low, high = int(query["min"]), int(query.get("max", "99999999999"))
        found = [
            item
            for item in self.lists.get(path.rsplit("/", 1)[1], [])
            if low <= item["last_activity_date"] <= high and item["creation_date"] >= int(query["fromdate"])
            if "tagged" not in query or query["tagged"] in item["tags"]
        ]
        found.sort(key=lambda item: -item["last_activity_date"])
        size = int(query["pagesize"])
        start = (int(query["page"]) - 1) * size
        return page(*found[start : start + size], has_more=bool(found[start + size :]))


def collector(api: FakeApi, **said: Any) -> StackExchangeCollector:
    query = StackExchangeQuery.model_validate({"site": "medicalsciences", "kinds": ["questions"], **said})
    return StackExchangeCollector(ENTRY, query, api)  # type: ignore[arg-type]


def numbers(pages: Any) -> set[int]:
    return {int(native_id.rsplit("/", 1)[1]) for native_id in ids(pages)}


def test_a_site_is_walked_whole() -> None:
    api = FakeSite(questions=[question(n) for n in range(250)], answers=[answer(n) for n in range(30)])
    pages = run(collector(api, kinds=[]))
    assert numbers(pages) == {*range(250), *range(1000, 1030)}
    path, query = api.asked[0]
    assert path == "/2.3/questions"
    assert {name: query[name] for name in ("site", "filter", "sort", "order")} == {
        "site": "medicalsciences", "filter": "withbody", "sort": "activity", "order": "desc",
    }  # fmt: skip


def test_more_than_a_page_within_one_second_is_read_whole() -> None:
    same = [question(n, last_activity_date=START + 9999, creation_date=START) for n in range(350)]
    api = FakeSite(questions=[*same, *(question(n) for n in range(400, 450))])
    assert numbers(run(collector(api))) == {*range(350), *range(400, 450)}


def test_a_post_that_vanishes_between_two_pages_hides_no_other() -> None:
    api = FakeSite(questions=[question(n) for n in range(250)])
    whole = api.list

    def vanish(path: str, query: dict[str, str]) -> Any:
        said = whole(path, query)
        api.lists["questions"] = [item for item in api.lists["questions"] if item["question_id"] not in range(240, 250)]
        return said

    api.answer = vanish
    assert numbers(run(collector(api))) == set(range(250))


def test_a_second_run_brings_new_posts_and_edited_ones() -> None:
    api = FakeSite(questions=[question(n) for n in range(250)])
    cursor = run(collector(api))[-1].cursor
    api.lists["questions"][3] = question(3, last_activity_date=START + 60 * 260)
    api.lists["questions"].append(question(250))
    api.asked.clear()
    assert numbers(run(collector(api, overlap_hours=0), cursor)) == {3, 249, 250}
    assert len(api.asked) == 1


def test_an_old_question_with_a_new_answer_is_not_a_post_of_the_window() -> None:
    old = question(3, creation_date=START - 86400 * 300, last_activity_date=START + 999)
    pages = run(collector(FakeSite(questions=[old, question(4)])))
    assert numbers(pages) == {4}


def test_tags_are_lists_of_their_own_and_a_question_comes_once() -> None:
    api = FakeSite(questions=[question(1, tags=["a", "b"]), question(2, tags=["b"]), question(3, tags=["c"])])
    pages = run(collector(api, tags=["a", "b"], kinds=[]))
    assert numbers(pages) == {1, 2}
    assert skipped(pages) == {"duplicate": 1}
    assert {path for path, _ in api.asked} == {"/2.3/questions"}


def test_answers_cannot_be_asked_for_by_tag() -> None:
    with pytest.raises(ValidationError, match="narrowed by tag"):
        StackExchangeQuery(site="x.example", tags=("a",), kinds=("answers",))


def test_a_key_that_is_named_has_to_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    api = FakeSite(questions=[question()])
    with pytest.raises(SettingsError, match="SE_KEY"):
        run(collector(api, key_variable="SE_KEY"))
    assert api.asked == []
    monkeypatch.setenv("SE_KEY", "a-key")
    run(collector(api, key_variable="SE_KEY"))
    assert api.asked[0][1]["key"] == "a-key"
    run(collector(api))
    assert "key" not in api.asked[1][1]


def test_a_used_up_quota_says_until_when() -> None:
    message = "too many requests from this IP, more requests available in 7200 seconds"
    said = {"error_id": 502, "error_name": "throttle_violation", "error_message": message}
    with pytest.raises(SourceUnavailable, match="until 2026-11-22 02:00 UTC"):
        run(collector(FakeApi(lambda path, query: (400, said))))


@pytest.mark.parametrize(
    "said",
    [(400, {"error_id": 400, "error_name": "bad_parameter", "error_message": "CANARY"}), (404, b"CANARY"), (200, [])],
)
def test_a_refusal_is_typed_and_quotes_nothing(said: Any) -> None:
    with pytest.raises(SourceFailed) as caught:
        run(collector(FakeApi(lambda path, query: said), tags=["canary"]))
    assert caught.value.__context__ is None
    assert "canary" not in str(caught.value).lower()


def test_a_cursor_holds_no_id_and_no_address() -> None:
    api = FakeSite(questions=[question(n + 770_000) for n in range(3)])
    assert "77000" not in repr([found.cursor for found in run(collector(api))])


def test_a_walk_proves_nothing_about_deletions() -> None:
    assert not StackExchangeCollector.walks_whole
