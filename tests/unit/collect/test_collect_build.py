"""From a source's values to a `RawPost`."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.catalogue.entry import Entry, FieldName
from listening.collect.build import clean, make_post, parse_instant, parse_json, shared_links
from listening.raw import RawPost


def test_the_catalogues_field_names_are_exactly_those_of_a_raw_post() -> None:
    assert {*FieldName.__args__, "source_id"} == set(RawPost.__slots__)  # type: ignore[attr-defined]


def test_a_field_the_entry_does_not_allow_never_reaches_the_post(make_entry: Callable[..., Entry]) -> None:
    entry = make_entry(fields=("native_id", "text", "created_at", "author_handle"))
    post = make_post(
        entry,
        native_id="1",
        text="t",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        author_handle="h",
        author_bio="a bio nobody allowed",
        links=("https://example.org",),
    )
    assert (post.author_bio, post.links) == ("", ())


def test_the_entrys_defaults_fill_what_the_source_leaves_open(make_entry: Callable[..., Entry]) -> None:
    entry = make_entry(author={"role": "physician", "country": "GB"}, language="en")
    base = {"native_id": "1", "text": "t", "created_at": datetime(2026, 1, 1, tzinfo=UTC), "author_handle": "h"}
    assert make_post(entry, **base).role_hint == "entry:physician"
    assert make_post(entry, **base, role_hint="nurse").role_hint == "nurse"
    assert make_post(entry, **base).language_hint == "en"
    assert make_post(entry, **base, language_hint="de").language_hint == "de"
    assert make_post(entry, **base).specialty_hint is None


@pytest.mark.parametrize(
    ("said", "instant"),
    [
        ("2026-11-22T08:00:00.000Z", datetime(2026, 11, 22, 8, tzinfo=UTC)),
        ("2026-11-22T08:00:00+05:30", datetime(2026, 11, 22, 2, 30, tzinfo=UTC)),
        ("2026-11-22 08:00:00", datetime(2026, 11, 22, 8, tzinfo=UTC)),  # naive is UTC
        ("2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)),
        ("Sun, 22 Nov 2026 08:00:00 GMT", datetime(2026, 11, 22, 8, tzinfo=UTC)),
        (1795334400, datetime(2026, 11, 22, 8, tzinfo=UTC)),
        (1795334400000, datetime(2026, 11, 22, 8, tzinfo=UTC)),
        ("1795334400", datetime(2026, 11, 22, 8, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00+05:30", datetime(1, 1, 1, tzinfo=UTC)),  # leads out of the calendar
        ("2099-12-31T23:59:59Z", datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        (True, None),
        (None, None),
        ([], None),
        (float("nan"), None),
        (float("inf"), None),
        (1e300, None),
    ],
)
def test_an_instant_is_read_as_utc_or_not_at_all(said: object, instant: datetime | None) -> None:
    assert parse_instant(said) == instant


@given(st.one_of(st.text(), st.floats(), st.integers(), st.datetimes(), st.binary(), st.booleans()))
def test_no_value_breaks_the_date_reader(said: object) -> None:
    found = parse_instant(said)
    assert found is None or found.utcoffset() is not None


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_cleaned_text_can_always_be_encoded_and_keeps_what_was_well_formed(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned
    if not any("\ud800" <= character <= "\udfff" for character in text):
        assert cleaned == text


def test_a_surrogate_pair_becomes_its_character() -> None:
    assert clean("\ud83d\ude00 \ud83d!") == "😀 \ufffd!"


def test_json_with_a_lone_surrogate_escape_is_still_read() -> None:
    assert clean(parse_json(b'{"text": "a\\ud83d"}')["text"]) == "a\ufffd"


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": \xff}', b"[" * 100_000, b'{"a":1}{"b":2}'])
def test_what_is_no_json_is_a_value_error_that_quotes_nothing(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"^not JSON$") as caught:
        parse_json(content)
    assert caught.value.__context__ is None


def test_only_absolute_web_addresses_are_shared_links() -> None:
    said = [
        "https://a.example/1",
        "javascript:alert(1)",
        "/relative",
        "mailto:x@y.example",
        " https://a.example/1",
        "http://",
    ]
    assert shared_links(said) == ("https://a.example/1",)
