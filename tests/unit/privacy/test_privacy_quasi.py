"""Quasi-identifiers: generalised where something else narrows a post down, and how far."""

import pytest

from listening.privacy.gate import open_gate
from listening.privacy.operators import OPERATORS, PLACEHOLDER
from listening.privacy.places import region_of
from listening.privacy.policy import load_policy, read_policy, shipped_policy
from listening.privacy.quasi import names_rare_disease, needed


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        # An age alone says little; beside a place, a date or a name it becomes a band.
        ("a 54-year-old man with gout", "a 54-year-old man with gout"),
        ("a 54-year-old man from Leeds with gout", "a <AGE:40-64>-year-old man from <LOCATION:GB> with gout"),
        ("32F, seen 12 Oct, first seizure", "<AGE:18-39>F, seen <DATE>, first seizure"),
        # A place becomes its country, in the US its state; beside a rare disease it is gone.
        ("she lives in Tucson and has asthma", "she lives in <LOCATION:US-AZ> and has asthma"),
        ("she lives in Leeds and has Niemann-Pick disease", "she lives in <LOCATION> and has Niemann-Pick disease"),
        # Offices, rare trades and kinship become a role.
        ("the lighthouse keeper has gout", "the <ROLE> has gout"),
        ("twin sister of the girl in bed 9 has gout", "<ROLE> <ID> has gout"),
    ],
)
def test_what_narrows_down_is_generalised(text, stored):
    assert open_gate().redact_texts([text])[0].text == stored


@pytest.mark.parametrize(
    ("age", "band"), [("0", "0-17"), ("17", "0-17"), ("18", "18-39"), ("40", "40-64"), ("89", "65-89"), ("90", "90+")]
)
def test_an_age_becomes_its_band(age, band):
    assert OPERATORS["band"].operate(age, {"placeholder": "<AGE>"}) == f"<AGE:{band}>"


@pytest.mark.parametrize(
    ("place", "region"),
    [
        ("Leeds", "GB"),
        ("Leeds General Infirmary", "GB"),
        ("Austin, TX", "US-TX"),
        ("Springfield", None),  # a dozen of them
        ("Birmingham", None),  # in two countries
        ("Zorblaxville", None),
        ("Leeds or Paris", None),
    ],
)
def test_a_place_has_a_region_only_where_its_name_leaves_no_doubt(place, region):
    assert region_of(place) == region


def test_a_condition_nobody_listed_is_rare():
    assert not names_rare_disease("asthma and type 2 diabetes, chest pains, AF and CKD")
    assert not names_rare_disease("She was treated at home")
    assert names_rare_disease("Niemann-Pick disease")


def test_the_level_is_policy():
    always = shipped_policy().replace('level = "band", when = "identified"', 'level = "band"')
    text = "a 54-year-old man with gout"
    findings = [f for f in open_gate().engine().analyse([text])[0] if f.entity_type == "AGE"]
    assert findings
    assert needed(text, findings, load_policy()) == []
    assert needed(text, findings, read_policy(always.encode())) == findings


def test_every_operator_writes_a_placeholder():
    for operator in OPERATORS.values():
        for value in ("4 May 2023", "54", "Leeds", "?"):
            made = operator.operate(value, {"placeholder": "<AGE>", "oldest_year": 1945, "newest_year": 2026})
            assert PLACEHOLDER.fullmatch(made)
