"""The README's table of the 18 identifiers of HIPAA Safe Harbor: held to the policy, and each shown to be hidden."""

import re
from pathlib import Path

import pytest

from listening.posts import Refusal
from listening.privacy.gate import open_gate
from listening.privacy.policy import load_policy

README = Path(__file__).resolve().parents[3] / "README.md"
ROW = re.compile(r"^\| ([A-R]) \| ([^|]+) \| ([^|]+) \| ([^|]*) \|$", re.MULTILINE)
LETTERS = "ABCDEFGHIJKLMNOPQR"

# For each identifier a post, and what must not be readable in what is stored.
POSTS = {
    "A": (
        "Dr Temperance Okafor and nurse Imogen Vance discussed it with my patient Zephyrine",
        "Okafor Imogen Zephyrine",
    ),
    "B": (
        "Transferred from 14 Larkspur Avenue, Wibbleton WF3 9QQ to Oakmere General Hospital",
        "14 Larkspur Wibbleton WF3 Oakmere",
    ),
    "C": ("Born 3/2/1961, a 97-year-old admitted on 14 March 2025", "3/2 1961 97 14 March"),
    "D": ("Call me on 020 7946 0123 or bleep 4471", "7946 0123 4471"),
    "E": ("Fax the form to 0161 496 0456 today", "0161 0456"),
    "F": (
        "Write to t.okafor@clinic.example.com or t dot okafor at clinic dot example dot com",
        "okafor clinic.example",
    ),
    "G": ("SSN 078-05-1120, NI number QQ 12 34 56 C", "078-05 1120 12 34 56"),
    "H": ("MRN 00482913 and NHS number 943 476 5919", "00482913 5919"),
    "I": ("Insurance member ID XQG-882-1937", "882-1937"),
    "J": ("Paid from account number 83920017, IBAN GB33BUKB20201555555555", "83920017 GB33BUKB20201555555555"),
    "K": ("GMC number 7012345, DEA AB1234563", "7012345 AB1234563"),
    "L": ("Hit by the car with plate LB07 SEO, VIN 1HGCM82633A004352", "LB07 1HGCM82633A004352"),
    "M": ("Pacemaker serial number PJK-228193 failed", "PJK-228193"),
    "N": ("Her page is https://people.example.org/zephyrine-99", "zephyrine people.example.org"),
    "O": ("Logged in from 203.0.113.77 at night", "203.0.113.77"),
    "P": ("Fingerprint ID 8827-AF was on the form", "8827-AF"),
    "R": ("Subject ID 1042-007 is the twin sister of our first transplant", "1042-007 twin"),
}


def table():
    return {letter: (found_by, stored_as) for letter, _, found_by, stored_as in ROW.findall(README.read_text("utf-8"))}


def test_every_identifier_has_an_answer_in_the_readme_and_a_post_here():
    assert list(table()) == list(LETTERS)
    assert set(POSTS) == set(LETTERS) - {"Q"}  # photographs: no collector fetches media


def test_the_table_names_the_recognisers_of_the_policy_and_each_of_them():
    policy = load_policy()
    named = {
        f"{name}Recognizer"
        for letter, (found_by, _) in table().items()
        if letter != "Q"
        for name in found_by.split(", ")
    }
    assert named == set(policy.recognizers)
    assert all(policy.recognizers[name].on for name in named)


@pytest.mark.parametrize("letter", list(POSTS))
def test_what_the_table_says_is_stored_is_what_its_recognisers_lead_to(letter):
    policy = load_policy()
    found_by, stored_as = table()[letter]
    lines = [policy.recognizers[f"{name}Recognizer"] for name in found_by.split(", ")]
    placeholders = {policy.entities[line.entity].placeholder for line in lines}
    # "<DATE:2026>" is a generalised "<DATE>".
    told = {re.sub(r":(?!90\+)[^>]+>", ">", value) for value in re.findall(r"`([^`]+)`", stored_as)}
    assert told == placeholders


@pytest.mark.parametrize(("letter", "post"), POSTS.items())
def test_an_identifier_of_each_kind_is_hidden(letter, post):
    text, private = post
    outcome = open_gate().redact_texts([text])[0]
    assert not isinstance(outcome, Refusal)
    for value in private.split():
        assert value in text
        assert not re.search(rf"(?<!\w){re.escape(value)}(?!\w)", re.sub(r"<[^>]+>", " ", outcome.text))
    placeholders = set(re.findall(r"`([^`]+)`", table()[letter][1]))
    assert any(re.sub(r":.*", "", placeholder).rstrip(">") in outcome.text for placeholder in placeholders)
