"""The names of fields, and never a value: not even one that serves as a name."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listening.collect.field_names import column_names, field_names, names_of

CANARY = "ida-invented"


def test_a_documents_names_are_paths() -> None:
    found = names_of([{"id": "1", "account": {"acct": "x"}, "tags": [{"name": "y"}]}, {"poll": None}])
    assert found.names == ("[].account", "[].account.acct", "[].id", "[].poll", "[].tags", "[].tags[].name")
    assert (found.form, found.withheld) == ("json", 0)


@pytest.mark.parametrize(
    "document",
    [
        {"did:plc:4711canary0815": 1},
        {CANARY: {"a": 1}, "another": {"a": 2}},
        {"users": {CANARY: {"name": 1}}, "author": CANARY.upper()},
        {"users": {"ida.invented.example": 1}},
        {"users": {"x" * 60: 1}},
        {"2026": 1},
    ],
)
def test_a_name_that_may_be_a_value_is_counted_and_not_shown(document: Any) -> None:
    found = names_of(document)
    shown = " ".join(found.names)
    assert found.withheld >= 1
    for hidden in ("4711", "ida", "xxx", "2026"):
        assert hidden not in shown
    assert "*" in shown


def test_no_value_of_a_feed_is_shown() -> None:
    feed = (
        "<rss version='2.0'><channel><title>Canary title</title><item><guid>canary-1</guid>"
        "<author>canary@mail.example</author><description>canary words</description></item></channel></rss>"
    )
    found = field_names(feed.encode(), "application/rss+xml")
    assert found.form == "feed"
    assert {"entries[].author", "entries[].summary", "feed.title"} <= set(found.names)
    assert "canary" not in " ".join(found.names).lower()


@pytest.mark.parametrize(
    ("body", "form"), [(b"<!doctype html><HTML><p>x", "html"), (b"words", "other"), (b"", "other"), (b"3", "json")]
)
def test_what_has_no_fields_is_told_by_its_form(body: bytes, form: str) -> None:
    found = field_names(body, "text/plain")
    assert (found.form, found.names) == (form, ())


def test_columns_that_look_like_values_are_not_shown() -> None:
    found = column_names(["Post ID", "Gefällt mir", "ida@mail.example", "+44 7700 900123", "", "body"])
    assert found.names == ("Gefällt mir", "Post ID", "body")
    assert found.withheld == 3


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=30,
)


@settings(max_examples=150, deadline=None)
@given(document=JSON)
def test_no_document_breaks_the_inventory_and_no_text_of_it_is_a_shown_name(document: Any) -> None:
    found = field_names(json.dumps(document).encode(), "application/json")
    assert found.form == "json"
    parts = {part.replace("[]", "") for name in found.names for part in name.split(".")}
    assert parts.isdisjoint(texts(document) - {"", "*"})


def texts(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {text for one in inner for text in texts(one)}


def test_a_deep_document_is_looked_at_to_a_bound() -> None:
    deep: Any = 1
    for _ in range(300):
        deep = {"a": deep}
    assert len(names_of(deep).names) <= 10


@settings(max_examples=100, deadline=None)
@given(body=st.binary(max_size=200) | st.text(alphabet="<>/rsfedx ?!&;=\"'[]{}", max_size=60).map(str.encode))
def test_no_bytes_break_the_inventory(body: bytes) -> None:
    assert field_names(body, "application/xml").form in {"json", "feed", "html", "other"}
