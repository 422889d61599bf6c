"""Floors on labelled text that lies beside the checkout; nothing of it is copied here."""

import json
from pathlib import Path

import pytest

from listening.tagging.tagger import open_tagger

CORPORA = Path(__file__).resolve().parents[4] / "shared" / "eval" / "tagging"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not CORPORA.is_dir(), reason="SKIPPED LOUDLY: ../shared/eval/tagging is not beside the checkout"
    ),
]


def read(name):
    return [json.loads(line) for line in (CORPORA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def tags_of(records):
    return open_tagger().tag_texts([record["text"] for record in records])


def test_general_posts_name_hardly_any_product():
    tags = tags_of(read("wnut17-negatives"))
    share = sum(any(m.kind == "product" for m in t.mentions) for t in tags) / len(tags)
    assert share <= 0.005


def test_adverse_event_sentences_are_told_apart():
    records = read("psytar-dev")
    told = [t.has_adverse_event for t in tags_of(records)]
    gold = [bool(record["adverse_event"]) for record in records]
    hits = sum(a and b for a, b in zip(told, gold, strict=True))
    assert 2 * hits / (sum(told) + sum(gold)) >= 0.70


@pytest.mark.parametrize(("name", "floor"), [("bc5cdr-dev", 0.77), ("ncbi-dev", 0.55)])
def test_products_and_conditions_are_found_strictly(name, floor):
    records = read(name)[:1500]
    kinds = {"PRODUCT": "product", "CONDITION": "condition"}
    labels = {kinds[m["label"]] for r in records for m in r["mentions"]}
    hits = found = gold = 0
    for record, tags in zip(records, tags_of(records), strict=True):
        expected = {(kinds[m["label"]], m["start"], m["end"]) for m in record["mentions"]}
        answered = {(m.kind, m.start, m.end) for m in tags.mentions if m.kind in labels}
        hits, found, gold = hits + len(expected & answered), found + len(answered), gold + len(expected)
    assert 2 * hits / (found + gold) >= floor
