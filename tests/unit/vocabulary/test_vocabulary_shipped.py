"""The vocabulary that ships: well formed, wide enough, each concept with a source and a licence."""

import csv
import unicodedata
from dataclasses import replace

import pytest

from listening.assets import asset
from listening.vocabulary import Concept, Source, Term, Vocabulary, load_vocabulary
from listening.vocabulary.checks import problems

OWN = Source("own", "ours", "1", "Apache-2.0", "")
CONCEPTS = (
    Concept("topic:area", "topic", "Area", None, "own", ()),
    Concept("product:a", "product", "A", "topic:area", "own", ()),
    Concept("product:b", "product", "B", "product:a", "own", ()),
)
TERMS = (Term("aaa", "product:a", "name", "ci", "free"), Term("bbb", "product:b", "brand", "ci", "free"))


def check(concepts=CONCEPTS, terms=TERMS, sources=(OWN,)):
    return problems(Vocabulary(concepts, terms, sources, "0" * 16), minimum={})


def test_the_shipped_vocabulary_has_no_problem():
    assert problems(load_vocabulary()) == []


def test_no_id_stands_twice_in_the_files():
    ids = []
    for path in (asset("data/vocabulary") / "concepts").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            ids += [row["id"] for row in csv.DictReader(file)]
    assert len(ids) == len(set(ids)) == len(load_vocabulary().concepts)


def test_a_sound_vocabulary_has_no_problem():
    assert check() == []


@pytest.mark.parametrize(
    ("concepts", "terms", "sources", "said"),
    [
        (CONCEPTS, TERMS, (), "PROVENANCE"),  # no provenance at all
        (CONCEPTS, TERMS, (replace(OWN, licence=""),), "licence is missing"),
        (CONCEPTS, (*TERMS, Term("AAA", "product:b", "name", "ci", "free")), (OWN,), "has this form already"),
        (CONCEPTS, (*TERMS, Term("cafe\u0301", "product:b", "name", "ci", "free")), (OWN,), "NFC"),
        (CONCEPTS, (*TERMS, Term("ccc ", "product:b", "name", "ci", "free")), (OWN,), "padded"),
        (CONCEPTS, (*TERMS, Term("ccc", "product:b", "nickname", "ci", "free")), (OWN,), "unknown"),
        (CONCEPTS, (*TERMS, Term("--", "product:b", "name", "ci", "free")), (OWN,), "no letter"),
        (
            (*CONCEPTS, replace(CONCEPTS[1], concept_id="product:c", parent="product:x")),
            TERMS,
            (OWN,),
            "does not exist",
        ),
        ((replace(CONCEPTS[1], parent="product:b"), CONCEPTS[2]), TERMS, (OWN,), "in a circle"),
    ],
)
def test_each_defect_is_told(concepts, terms, sources, said):
    assert any(said in problem for problem in check(concepts, terms, sources))


def test_a_blocked_form_may_be_claimed_twice():
    assert check(terms=(*TERMS, Term("aaa", "product:b", "name", "ci", "block"))) == []


def test_too_few_concepts_are_told():
    assert problems(Vocabulary(CONCEPTS, TERMS, (OWN,), "0"), minimum={"product": 3}) != []


def test_the_national_library_of_medicine_is_acknowledged():
    attribution = load_vocabulary().sources["mesh"].attribution
    assert "Courtesy of the U.S. National Library of Medicine" in attribution
    assert "not the most current" in attribution
    assert "not reviewed or endorsed" in attribution


def test_the_files_stay_small():
    size = sum(path.stat().st_size for path in asset("data/vocabulary").rglob("*") if path.is_file())
    assert size < 4_000_000


def concept_of(form, kind="product"):
    vocabulary = load_vocabulary()
    return {
        term.concept_id
        for term in vocabulary.terms
        if term.text.casefold() == form.casefold() and vocabulary.concepts[term.concept_id].kind == kind
    }


@pytest.mark.parametrize(
    ("brand", "generic", "parent"),
    [
        ("Keytruda", "pembrolizumab", "product:pd1-inhibitor"),
        ("Jardiance", "empagliflozin", "product:sglt2-inhibitor"),
        ("Zepbound", "tirzepatide", "product:glp1-receptor-agonist"),
        ("Eliquis", "apixaban", "product:doac"),
        ("Carvykti", "cilta-cel", "product:car-t"),
        ("Shingrix", "recombinant zoster vaccine", "product:vaccine"),
        ("Dexcom", "continuous glucose monitor", "product:device"),
    ],
)
def test_a_brand_is_a_term_of_its_generic(brand, generic, parent):
    assert concept_of(brand) == concept_of(generic) != set()
    assert load_vocabulary().ancestors(*concept_of(brand))[0] == parent


@pytest.mark.parametrize(
    "form", ["SGLT2i", "GLP-1 RA", "CAR-T", "PD-1", "DOAC", "statin", "checkpoint inhibitor", "SSRI"]
)
def test_classes_are_known_by_their_shorthand(form):
    (concept_id,) = concept_of(form)
    assert load_vocabulary().concepts[concept_id].parent.startswith("topic:")


BRANDS_2024 = """Zelsuvmi Exblifep Letybo Tevimbra Rezdiffra Tryvio Duvyzat Winrevair Vafseo Voydeya Zevtera Lumisight Anktiva
Ojemda Xolremdi Imdelltra Rytelo Iqirvo Sofdra Piasky Ohtuvayre Kisunla Leqselvi Voranigo Yorvipath Nemluvio Livdelzi
Niktimvo Lazcluze Ebglyss Miplyffa Aqneursa Cobenfy Flyrcado Itovebi Hympavzi Vyloy Revuforj Orlynvah Ziihera Attruby
Rapiblyk Iomervu Bizengri Unloxcyt Crenessity Ensacove Tryngolza Alyftrek Alhemo""".split()


def test_the_us_approvals_of_2024_are_known():
    # The 50 novel approvals; the floor of the reference is 45.
    forms = {term.text.casefold() for term in load_vocabulary().terms if term.tier != "block"}
    unknown = {brand for brand in BRANDS_2024 if brand.casefold() not in forms}
    assert len(BRANDS_2024) == 50
    assert len(unknown) <= 5, unknown


def test_conditions_roll_up_to_therapy_areas():
    vocabulary = load_vocabulary()
    (diabetes,) = concept_of("type 2 diabetes", "condition")
    assert diabetes == "MESH:D003924"
    assert "topic:diabetes" in vocabulary.ancestors(diabetes)
    astray = [
        c.concept_id
        for c in vocabulary.of_kind("condition")
        if "topic:therapy-areas" not in vocabulary.ancestors(c.concept_id)
    ]
    assert astray == []


def test_surfaces_leave_blocked_forms_out():
    surfaces = load_vocabulary().surfaces("product")
    assert "pembrolizumab" in surfaces
    assert "today" not in surfaces
    assert "his" not in surfaces


def test_forms_are_in_normal_form_c():
    assert all(unicodedata.is_normalized("NFC", term.text) for term in load_vocabulary().terms)
