"""What a Mastodon account's profile proves: its server, and the links that the server verified."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listening.catalogue.entry import Entry
from listening.collect.mastodon_parse import parse_timeline
from listening.identity.labels import label
from listening.raw import RawPost

WHEN = "2026-11-01T10:00:00.000Z"


def link(address: str, verified_at: object = WHEN) -> dict[str, object]:
    return {"name": "Work", "value": f'<a href="{address}" rel="me nofollow">work</a>', "verified_at": verified_at}


def post(entry: Entry, fields: Any, acct: str = "ida") -> RawPost:
    status = {
        "id": "1", "uri": "https://med.example/users/ida/statuses/1", "created_at": WHEN, "content": "<p>post</p>",
        "visibility": "public",
        "account": {"acct": acct, "url": "https://med.example/@ida", "note": "<p>ICU nurse</p>", "fields": fields},
    }  # fmt: skip
    reads = parse_timeline(json.dumps([status]).encode(), entry, instance_host="read.example")
    assert reads is not None
    made = reads[0].made
    assert isinstance(made, RawPost)
    return made


@pytest.mark.parametrize(
    ("fields", "proven"),
    [
        ([link("https://www.invented-trust.nhs.uk/ida")], ("domain:www.invented-trust.nhs.uk",)),
        ([link("https://WWW.VA.gov/x"), link("https://www.va.gov/y")], ("domain:www.va.gov",)),
        ([link("https://www.va.gov", verified_at=None)], ()),  # only claimed
        ([{"name": "Work", "value": "www.va.gov", "verified_at": WHEN}], ()),  # no link
        ([link("mailto:ida@va.gov")], ()),
        ([link("https://[broken")], ()),
        ([{"name": "Work", "value": "<b>" * 30_000, "verified_at": WHEN}], ()),
        ([None, 7, {"value": 7, "verified_at": WHEN}], ()),
        ("no list", ()),
        (None, ()),
    ],
)
def test_only_links_that_the_server_verified_are_proof(
    make_entry: Callable[..., Entry], fields: Any, proven: tuple[str, ...]
) -> None:
    assert post(make_entry("mastodon"), fields).author_proof == ("instance:med.example", *proven)


def test_the_server_is_that_of_the_account_not_the_one_that_was_read(make_entry: Callable[..., Entry]) -> None:
    assert post(make_entry("mastodon"), [], "ida@away.example").author_proof == ("instance:away.example",)


def test_a_verified_link_raises_what_the_profile_says(make_entry: Callable[..., Entry]) -> None:
    entry = make_entry("mastodon")
    assert label(post(entry, [])).evidence == "bio"
    assert label(post(entry, [link("https://www.va.gov/")])).evidence == "domain"
    assert label(post(entry, [], "ida@clinicians-exchange.org")).evidence == "list"


def test_an_entry_that_does_not_allow_the_proof_gets_none(make_entry: Callable[..., Entry]) -> None:
    fields = ("native_id", "text", "created_at", "author_handle", "author_bio")
    assert post(make_entry("mastodon", fields=fields), [link("https://www.va.gov")]).author_proof == ()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "verified_at", "x"]), inner),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # it only makes entries, and holds no state
@given(fields=json_values)
def test_no_field_whatever_its_shape_loses_a_post(make_entry: Callable[..., Entry], fields: Any) -> None:
    assert post(make_entry("mastodon"), fields).text == "post"
