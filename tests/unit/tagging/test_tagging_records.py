"""`listening tag`: one record per record, in order, the text unchanged, bad lines refused by a fixed word."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from listening.tagging.records import tag_lines
from listening.tagging.tagger import open_tagger


def run(*lines, batch_size=256):
    return [json.loads(line) for line in tag_lines(lines, open_tagger(), batch_size)]


def line(**fields):
    return json.dumps(fields).encode() + b"\n"


def test_a_record_has_the_fields_of_the_contract():
    text = "😀 No rash on Keytruda, prior auth denied"
    (record,) = run(line(id="a", text=text, other=1))
    assert list(record) == ["id", "text", "mentions", "topics", "adverse_event"]
    assert record["text"] == text
    assert record["adverse_event"] is False
    product = next(m for m in record["mentions"] if m["kind"] == "product")
    assert product == {
        "start": text.index("Keytruda"),
        "end": text.index("Keytruda") + 8,
        "kind": "product",
        "concept_id": "DB09037",
        "label": "Pembrolizumab",
        "negated": False,
        "score": 1.0,
    }
    assert [m["negated"] for m in record["mentions"] if m["kind"] == "condition"] == [True]
    assert {"concept_id": "topic:prior-authorisation", "score": 1.0} in record["topics"]


def test_bad_lines_are_refused_and_order_is_kept():
    answers = run(
        line(id=1, text="Keytruda"),
        b"{broken\n",
        b'"a string"\n',
        b"\xff\xfe\n",
        line(text="no id"),
        line(id="b"),
        line(id="c", text=5),
        b"\n",
        line(id="d", text=""),
        batch_size=2,
    )
    assert [(a["id"], a.get("refused")) for a in answers] == [
        (1, None),
        (None, "not_json"),
        (None, "not_json"),
        (None, "not_json"),
        (None, "no_id"),
        ("b", "no_text"),
        ("c", "no_text"),
        ("d", None),
    ]
    assert not any("no id" in json.dumps(a) for a in answers)


def test_a_text_of_five_megabytes_is_answered():
    text = "rash on Keytruda " * 300_000
    (record,) = run(line(id="big", text=text))
    assert record["text"] == text
    assert record["mentions"]


@given(st.lists(st.text(max_size=60), max_size=9), st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_texts_come_back_unchanged_in_order_at_any_batch_size(texts, batch_size):
    answers = run(*(line(id=i, text=text) for i, text in enumerate(texts)), batch_size=batch_size)
    assert [(a["id"], a["text"]) for a in answers] == list(enumerate(texts))
