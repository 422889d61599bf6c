"""What the shipped tagger says of a text: ambiguity, congresses, negation, content types, topics, adverse events.

All texts are made up.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listening.tagging.tagger import open_tagger


def tags(text):
    return open_tagger().tag_texts([text])[0]


def said(text, kind):
    return {(text[m.start : m.end], m.concept_id) for m in tags(text).mentions if m.kind == kind}


def topics(text):
    return {topic for topic, _ in tags(text).topics}


@pytest.mark.parametrize(
    "text",
    [
        "Today we met at the station and said goodbye.",
        "Heather brought a date for his birthday.",
        "The soma was quiet, the muse was not.",
        "He met his match on the same date.",
        "Ella says hi. Yasmin and Camila too.",
        "Water, air and light is all it needs &amp; some love",
        "His dial tone was dead for a triad of hours",
    ],
)
def test_ordinary_words_are_no_products(text):
    assert said(text, "product") == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Prescribed Ella 30 mg once", {("Ella", "DB08867")}),
        ("Iron infusion today, 1 g IV", {("Iron", "DB01592")}),
        ("Keytruda and pembrolizumab", {("Keytruda", "DB09037"), ("pembrolizumab", "DB09037")}),
        ("#Ozempic or #SGLT2i?", {("Ozempic", "DB13928"), ("SGLT2i", "product:sglt2-inhibitor")}),
        ("ASA 81 mg daily", {("ASA", "DB00945")}),
        ("MMF dose after transplant", {("MMF", "DB00688")}),
        ("the mmf was great", set()),
        ("Our ASA meeting covered dose finding", set()),
        ("ASA 3 patient for anaesthesia", set()),
        ("ASA grade 3 patient", set()),
        ("ASA II-III patients", set()),
        ("patient on ASA 81 mg", {("ASA", "DB00945")}),
        ("creatinine 200 today", set()),
        ("creatine kinase 5000 units", set()),
        ("troponin and ferritin levels, albumin level 25, HbA1c 9", set()),
    ],
)
def test_products_count_by_their_tier(text, expected):
    assert said(text, "product") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See you at ESMO26!", {("ESMO26", "event:esmo")}),
        ("live from #ESMO2026", {("ESMO2026", "event:esmo")}),
        ("the #ESCCongress was full", {("ESCCongress", "event:esc")}),
        ("ESC 2026 hotline session", {("ESC 2026", "event:esc")}),
        ("Presented at the AHA Scientific Sessions", {("AHA Scientific Sessions", "event:aha")}),
        ("my abstract for ASH was accepted", {("ASH", "event:ash")}),
        ("ASA 81 mg", set()),
        ("ASA 25 mg", set()),
        ("esc 24h", set()),
        ("era 90s", set()),
        ("ash fell on the town, the era ended, chest pain", set()),
        ("#ash tree", set()),
        ("ADA compliant ramp", set()),
    ],
)
def test_congresses_need_their_capitals_and_a_year_or_a_cue(text, expected):
    assert said(text, "event") == expected


def test_surrogates_of_gate_1_are_never_tagged():
    text = "<PERSON> <DATE:2023> <AGE:90+> <LOCATION> <MEDICAL_RECORD_NUMBER> <KEYTRUDA> […] saw nobody"
    assert tags(text).mentions == ()


def test_nothing_is_tagged_inside_a_link_but_its_kind():
    text = "https://example.org/keytruda-melanoma?x=ESMO26"
    assert {m.kind for m in tags(text).mentions} <= {"content_type"}


@pytest.mark.parametrize(
    ("text", "is_negated"),
    [
        ("No pancreatitis on tirzepatide", True),
        ("She denies chest pain, nausea or vomiting", True),
        ("Biopsy was negative for melanoma", True),
        ("sarcoidosis was ruled out", True),
        ("not only melanoma", False),
        ("No response, but melanoma progressed", False),
        ("melanoma without doubt", False),
        ("No history of melanoma", True),
        ("No hx of melanoma", True),
        ("no h/o melanoma", True),
        ("history of melanoma", False),
        ("54F, denies melanoma", True),
        ("Denied melanoma", True),
        ("Insurance denied rituximab for my patient with membranous nephropathy", False),
        ("Authorisation denied for membranous nephropathy", False),
        ("Family history of breast cancer", True),
        ("mother had breast cancer", True),
    ],
)
def test_conditions_are_negated_within_their_clause(text, is_negated):
    conditions = [m for m in tags(text).mentions if m.kind == "condition"]
    assert conditions
    assert {m.is_negated for m in conditions} == {is_negated}


def test_what_a_relative_had_is_marked_as_the_family_s_and_is_no_topic():
    result = tags("Her mother had breast cancer and she has psoriasis")
    marks = {m.label: (m.is_negated, m.evidence) for m in result.mentions if m.kind == "condition"}
    assert marks == {"Breast Neoplasms": (True, "family"), "Psoriasis": (False, "dictionary")}
    assert "topic:oncology" not in dict(result.topics)


@pytest.mark.parametrize(
    "text",
    [
        "Q fever on doxycycline",
        "yellow fever in my patient",
        "hay fever made me tired",
        "scarlet fever",
        "dengue fever",
    ],
)
def test_the_fever_of_a_named_fever_is_no_effect(text):
    assert "adverse_event:fever" not in {m.concept_id for m in tags(text).mentions}


def test_a_kind_of_an_effect_is_that_effect():
    assert "adverse_event:pancreatitis" in {m.concept_id for m in tags("Acute pancreatitis on Ozempic").mentions}


def test_products_are_never_negated():
    assert [m.is_negated for m in tags("No pancreatitis on tirzepatide").mentions if m.kind == "product"] == [False]


def test_a_short_form_explained_in_the_text_counts_everywhere_in_it():
    text = "Valproic acid (VPA) was stopped; the VPA level fell."
    assert {w for w, _ in said(text, "product")} == {"Valproic acid", "VPA"}


@pytest.mark.parametrize(
    ("text", "content_type"),
    [
        ("new preprint at https://www.medrxiv.org/content/10.1101/2026.01.01", "preprint"),
        ("https://doi.org/10.1056/NEJMoa1 is out", "paper"),
        ("see NCT01234567", "trial-registration"),
        ("https://youtu.be/abc", "video"),
        ("54F with fever, what would you give?", "patient-case"),
        ("How do you dose ketamine in the elderly?", "question"),
        ("A thread on sepsis 1/12", "thread"),
        ("Quick poll: who rounds on Sundays?", "poll"),
        ("We are hiring a nephrologist", "job"),
        ("Register now for the webinar", "webinar"),
    ],
)
def test_content_types_by_link_form_and_cue(text, content_type):
    assert f"content_type:{content_type}" in {m.concept_id for m in tags(text).mentions if m.kind == "content_type"}


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Another prior auth denial after a peer-to-peer call", "prior-authorisation"),
        ("Nationwide shortage of amoxicillin", "drug-shortage"),
        ("wegovy shortage again", "drug-shortage"),
        ("semaglutide shortage in the UK", "drug-shortage"),
        ("Wegovy out of stock everywhere", "drug-shortage"),
        ("Wegovy back-ordered", "drug-shortage"),
        ("Too many patients per day, workload is unmanageable", "workload"),
        ("LLMs in the clinic: AI in medicine is here", "ai-in-medicine"),
        ("ambient scribe pilot", "ai-in-medicine"),  # by its child
        ("pembrolizumab data", "oncology"),  # by roll-up of a product
        ("new-onset psoriasis", "dermatology"),  # by roll-up of a condition
        ("#ESMO26", "oncology"),  # by roll-up of a congress
        ("Rash on lamotrigine", "drug-safety"),  # by an adverse event on a product
    ],
)
def test_topics_by_their_words_and_by_roll_up(text, topic):
    assert f"topic:{topic}" in topics(text)


def test_a_shortage_of_staff_is_no_drug_shortage():
    assert "topic:drug-shortage" not in topics("Staff shortage means patients wait for semaglutide")


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("PSA 14, Gleason 4+3, prostate cancer patient", False),
        ("PSA clinic, psoriasis and joint pain", True),
        ("a patient with PsA", True),
    ],
)
def test_psa_is_arthritis_only_beside_a_word_for_it(text, counts):
    assert ("MESH:D015535" in {m.concept_id for m in tags(text).mentions}) == counts


def test_a_heading_of_the_tree_is_no_topic():
    assert topics("burnout and prior auth in oncology") & {"topic:care-delivery", "topic:therapy-areas"} == set()


@pytest.mark.parametrize(
    "text",
    [
        "54F admitted with pancreatitis on Ozempic",
        "Seeing more hyperkalaemia with finerenone than in the trial",
        "This drug gave me terrible nausea",
        "Patient developed a rash after starting lamotrigine",
        "hair loss, weight gain, no sex drive",
    ],
)
def test_harm_on_a_product_is_an_adverse_event(text):
    result = tags(text)
    assert result.has_adverse_event
    assert any(m.kind == "adverse_event" and not m.is_negated for m in result.mentions)


@pytest.mark.parametrize(
    "text",
    [
        "No pancreatitis on tirzepatide so far",
        "Ondansetron for nausea",
        "Sertraline helped my anxiety",
        "54F with nausea and vomiting, what is your differential?",
        "My patient has had a cough for weeks",
        "Pembrolizumab approved in melanoma",
        "Statins remain first choice. "
        + "We also rewrote many of the pathways for the front door of the hospital. " * 2
        + "Chest pain is one.",
        "No side effects at all on this medication",
        "Apixaban lowers the risk of stroke",
    ],
)
def test_what_a_product_is_for_or_does_not_do_is_no_adverse_event(text):
    assert not tags(text).has_adverse_event


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_tagged_within_its_bounds(text):
    result = tags(text)
    for mention in result.mentions:
        assert (mention.start is None) == (mention.end is None)
        if mention.start is not None:
            assert 0 <= mention.start < mention.end <= len(text)
        assert 0 < mention.score <= 1
    places = [(m.kind, m.concept_id, m.start) for m in result.mentions]
    assert len(places) == len(set(places))
    assert all(0 < score <= 1 for _, score in result.topics)


@given(
    st.lists(
        st.sampled_from(["Keytruda", "no rash", "ESMO26", "", "54F", "\u0130", "today", "prior auth"]), max_size=8
    ),
    st.integers(0, 8),
)
@settings(max_examples=50, deadline=None)
def test_cutting_a_batch_changes_nothing(texts, cut):
    tagger = open_tagger()
    assert tagger.tag_texts(texts) == tagger.tag_texts(texts[:cut]) + tagger.tag_texts(texts[cut:])
