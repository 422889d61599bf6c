"""The second reader: what it objects to, what it lets pass, and that it knows a removed value again."""

import pytest

from listening.privacy import gate as gate_module
from listening.privacy.gate import open_gate
from listening.privacy.verify import QUARANTINED, Verifier


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("write to @somebody today", "shape"),
        ("mail a.khan@nhs.net", "shape"),
        ("see https://example.com/x", "shape"),
        ("call 617 555 0142", "shape"),
        ("SSN 460-89-9847", "shape"),
        ("seen 01/02/2024", "shape"),
        ("from 203.0.113.7", "shape"),
        ("number 4454794511390933", "shape"),
        ("spoke to Dr Okonkwo", "title"),
        ("we met Anna Novak there", "name_pair"),
        # What may stand.
        ("https://doi.org/10.1056/NEJMoa2206038 and NCT04036435", None),
        ("<PERSON> on <DATE:2023>, […] and <HANDLE>", None),
        ("Parkinson disease, Eli Lilly, 120/80, 2019-2023, n=12500", None),
        ("Dr Google says so, Will Price fall again?", None),
    ],
)
def test_the_second_reader_has_rules_of_its_own(text, rule):
    assert Verifier().objection(text) == rule


def test_a_value_removed_from_one_post_is_known_in_another():
    gate = open_gate()
    verifier = Verifier()
    text = "Mr Okonkwo Adebayo is on warfarin"
    verifier.remember(text, gate.redact_texts([text])[0])
    assert verifier.objection("so Mr Okonkwo Adebayo again") is not None
    assert verifier.objection("Okonkwo is a name too") is None  # another value: nothing of it was remembered
    assert b"Okonkwo" not in b"".join(verifier._removed)


def test_a_post_the_second_reader_objects_to_is_quarantined(monkeypatch):
    gate = open_gate()
    monkeypatch.setattr(gate_module.Verifier, "objection", lambda self, text: "shape" if "aspirin" in text else None)
    outcomes = gate.redact_texts(["aspirin is fine", "statins are fine"])
    assert [getattr(outcome, "reason", None) for outcome in outcomes] == [QUARANTINED, None]


def test_a_recogniser_that_fails_to_see_is_caught_by_the_second_reader(monkeypatch):
    """Defence in depth: with the recognisers and layer 7 blind, a contact is not stored."""
    gate = open_gate()
    monkeypatch.setattr(gate, "_decide", lambda texts, denied, language: [[] for _ in texts])
    outcome = gate.redact_texts(["please call me on 617 555 0142"])[0]
    assert outcome.reason == QUARANTINED
