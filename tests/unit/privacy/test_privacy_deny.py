"""Default deny: what no vocabulary holds is not stored, medicine is, and a name takes its neighbours along."""

import pytest

from listening.privacy.deny import ENTITY, NAME, deny
from listening.privacy.finding import Finding
from listening.privacy.kept import TOKEN, fold_international, kept_words
from listening.privacy.lexicon import common_given_names, words
from listening.vocabulary import load_vocabulary


def hidden(text, *people, language="en"):
    """Give the stretches that layer 7 hides, with `people` hidden already."""
    found = [Finding(text.index(p), text.index(p) + len(p), "PERSON", 0.9, 0.9, "GivenNameRecognizer") for p in people]
    return [text[f.start : f.end] for f in deny(text, found, language)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        # Common words, slang, medicine, units and small numbers are kept.
        ("lol idk why the metformin 500mg bd isn't working, eGFR 43, HbA1c 11.2", []),
        ("fundoscopy, hepatosplenomegaly and a laparoscopic cholecystectomy for zoliflodacin", []),
        ("n=10251 patients, 12,500 followers, p 0.001", []),
        # A word that no list has goes, in any case; two of them side by side are one.
        ("saw zorblax and Quuxington Fizzbuzz today", ["zorblax", "Quuxington Fizzbuzz"]),
        # A word that is a name too stays in lower case.
        ("mark the site, a rose by any name", []),
        ("thanks to Mark for the site", ["Mark"]),
        # Capitalised neighbours of an unknown word, initials and particles belong to it.
        ("met Scooter Zorblax and Kang In Zorblax there", ["Scooter Zorblax", "Kang In Zorblax"]),
        ("with T . W . Zorblax again", ["T . W . Zorblax"]),
        # Long numbers and codes go, short clinical ones stay.
        ("code 8837261 and A73X95Q but CKD4, T2DM, 9mm", ["8837261", "A73X95Q"]),
        # Hashtags fall apart into words; a name in one does not.
        ("#LungCancer #medtwitter #WomenInMedicine #zorblaxstrong", ["zorblaxstrong"]),
        # Papers, trials and compounds.
        ("see https://doi.org/10.1056/NEJMoa2206038, NCT04036435, BMS-986165 and KEYNOTE-189", []),
        # Eponyms nobody is named for stay; the others stay where the text speaks of medicine.
        ("Sjogren or Behcet?", []),
        ("Foley and Hickman for the patient", []),
        ("dinner with Foley and Hickman", ["Foley", "Hickman"]),
        # A grade makes an eponym a classification.
        ("Foley 16Fr, Bosniak IIF, Clark 4, Bethesda III", []),
        # Capitals that no list of names has are shorthand in a text that speaks of medicine, unless somebody is meant.
        ("ordered a GBA panel for the patient per EUGO", []),
        ("the patient named ZORB, love from QUOX", ["ZORB", "QUOX"]),
        ("a GBA panel for the queue", ["GBA"]),
        # In small talk an everyday word with a capital within a sentence is somebody's; in talk of medicine it is not.
        ("and it was just for you and me, Pooh, see the Wizard there", ["Pooh", "Wizard"]),
        ("the Acute Unit is full of patients", []),
        ("so see you in March, the Great Big Day Is Near Us Now", []),
        # "RT" is a retweet before it is radiotherapy.
        ("RT that one is for Wizard people", ["Wizard"]),
        # A code takes its parts along.
        ("ser. CI632-1004478 and BIO-77812345", ["CI632-1004478", "BIO-77812345"]),
    ],
)
def test_what_no_vocabulary_holds_is_hidden(text, values):
    assert hidden(text) == values


def test_a_lower_case_surname_beside_a_hidden_given_name_goes_with_it():
    assert hidden("i love emily blunt so much", "emily") == ["blunt"]


def test_a_list_of_names_goes_on_behind_one_that_was_found():
    assert hidden("our founders Monjeau, Graves and Reed", "Monjeau") == ["Graves", "Reed"]


def test_a_word_before_a_title_stays():
    assert hidden("Saw Mr Okonkwo about it", "Mr Okonkwo") == []


def test_placeholders_and_hidden_spans_are_left_alone():
    assert hidden("<PERSON> and […] on <DATE:2023>") == []


def test_findings_name_the_layer():
    found = deny("saw zorblax", [])
    assert [(f.recognizer, f.entity_type, f.pattern) for f in found] == [(NAME, ENTITY, "unknown_word")]


def test_the_controlled_vocabulary_passes_whole():
    """Else the tagger would be blind for what layer 7 took. Names that are first of all somebody's are the exception."""
    lost = []
    for term in load_vocabulary().terms:
        text = term.text
        if term.tier in {"block", "cue"} or term.match == "hashtag":
            continue
        if any(part.casefold() in common_given_names() for part in TOKEN.findall(text)):
            continue
        if hidden(f"we use {text} for that"):
            lost.append(text)
    assert len(lost) <= 0.001 * len(load_vocabulary().terms), lost[:40]


def test_no_common_given_name_is_kept_in_any_case():
    assert not common_given_names() & kept_words("en").anyhow - words("clinical_words") - words("post_words")


@pytest.mark.parametrize(
    ("language", "text", "values"),
    [
        ("fr", "J'ai vu la patiente à l'hôpital, métformine et chimiothérapie", []),
        ("fr", "L'infirmière Zorblax est d'accord", ["Zorblax"]),
        ("de", "Die Patientin hat eine Lungenentzündung und bekommt Amoxicillin", []),
        ("es", "La paciente toma levotiroxina y omeprazol", []),
        ("it", "Il paziente assume claritromicina", []),
        ("pt", "O paciente toma varfarina", []),
    ],
)
def test_other_languages_have_a_vocabulary_of_their_own(language, text, values):
    assert hidden(text, language=language) == values


@pytest.mark.parametrize("spelling", ["levothyroxine", "levotiroxina", "Lévothyroxine", "Levothyroxin"])
def test_spellings_of_an_international_word_meet(spelling):
    assert fold_international(spelling) == fold_international("levothyroxine")
