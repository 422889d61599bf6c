"""The privacy policy as compliance meets it: explained, changed, refused where it promises too much, and shown to analysts."""

import json

import duckdb
import orjson
import pytest
from desk import ndjson, row

from listening.cli import outcome
from listening.settings import Settings

pytestmark = pytest.mark.e2e


def changed(tmp_path, capsys, *changes):
    """Write what `listening policy show` prints, with changes."""
    assert outcome(["policy", "show"]) == 0
    text = capsys.readouterr().out
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path = tmp_path / "policy.toml"
    path.write_text(text)
    return path


def test_explain_names_finder_deed_and_what_is_stored_of_every_class(capsys):
    assert outcome(["policy", "explain"]) == 0
    said = capsys.readouterr().out
    assert "PERSON" in said
    assert "OwnModelPerson" in said
    assert "<PERSON>" in said
    assert "<AGE:40-64>" in said
    assert "<DATE:2023>" in said
    assert "default_deny" in said
    assert outcome(["policy", "explain", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["policy_version"].startswith("2-")
    assert all(line["stored_as"] and line["done"] and line["left"] for line in told["entities"])
    assert told["default_deny"] == {"on": True, "off_for": []}


def test_what_show_prints_is_a_policy_and_a_broken_one_is_told(tmp_path, capsys):
    path = changed(tmp_path, capsys)
    assert outcome(["policy", "explain", "--policy", str(path)]) == 0
    path.write_text(path.read_text().replace("threshold = 0.4", 'threshold = "high"'))
    assert outcome(["policy", "explain", "--policy", str(path)]) == 10
    assert "threshold" in capsys.readouterr().err


def test_redact_explains_each_span_without_its_value(tmp_path):
    source, sink = tmp_path / "in.ndjson", tmp_path / "out.ndjson"
    text = "Dr Testperson phoned from 020 7946 0123, zqxv at 09:00."
    source.write_bytes(ndjson([{"id": 1, "text": text}]))
    assert outcome(["redact", str(source), "-o", str(sink), "--explain"]) == 0
    spans = orjson.loads(sink.read_bytes())["spans"]
    assert {"TitleNameRecognizer", "PhoneNumberRecognizer", "default_deny"} <= {span["recognizer"] for span in spans}
    for span in spans:
        assert {"pattern", "score", "score_before_context", "is_lifted_by_context"} <= set(span)
        assert text[span["start"] : span["end"]] not in json.dumps(span)


def test_redact_under_a_policy_of_surrogates_writes_other_names(tmp_path, capsys):
    path = changed(tmp_path, capsys, ("surrogates = false", "surrogates = true"))
    source, sink = tmp_path / "in.ndjson", tmp_path / "out.ndjson"
    source.write_bytes(ndjson([{"id": 1, "text": "Mr Testperson came to clinic. Testperson felt well."}]))
    assert outcome(["redact", str(source), "-o", str(sink), "--policy", str(path)]) == 0
    stored = orjson.loads(sink.read_bytes())["text"]
    assert "Testperson" not in stored
    assert "<PERSON>" not in stored
    assert "felt well" in stored


def test_default_deny_is_off_only_for_a_source_under_a_licence(desk, tmp_path, capsys, monkeypatch):
    path = changed(tmp_path, capsys, ("off_for = []", 'off_for = ["nobody"]'))
    monkeypatch.setenv("LISTENING_POLICY", str(path))
    desk.source(ndjson([row(1)]))
    code, _, err = desk.run()
    assert code == 10
    assert "off_for" in err
    assert "nobody" in err
    path.write_text(path.read_text().replace("nobody", "test-export"))
    assert desk.run()[0] == 0


def test_the_rates_of_randomising_reach_the_analyst(desk, tmp_path, capsys, monkeypatch):
    path = changed(
        tmp_path, capsys, ("specialty_flip = 0.0", "specialty_flip = 0.2"), ("day_jitter = 0", "day_jitter = 1")
    )
    monkeypatch.setenv("LISTENING_POLICY", str(path))
    desk.source(ndjson(row(number) for number in range(60)))
    code, _, err = desk.run()
    assert code == 0, err
    with duckdb.connect(str(Settings(home=desk.home).insights_path), read_only=True) as insights:
        (told,) = insights.sql("select day_jitter, specialty_flip, specialty_labels > 1 from randomisation").fetchall()
    assert told == (1, 0.2, True)
    code, out, _ = desk.do("sql", "-f", "sql/analysis/true_specialties.sql", "--csv")
    assert code == 0
    assert out.startswith("specialty,authors_observed,authors_estimated")
