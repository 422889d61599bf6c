"""The pipeline's make-up: its order, its cost, and each component on a document made by hand."""

import time

import spacy
from spacy.tokens import Doc

from listening.tagging.assertion import AssertionRules
from listening.tagging.draft import Draft, Found, draft_of
from listening.tagging.pipeline import build_pipeline, pipeline_version
from listening.tagging.resolver import Resolver
from listening.tagging.tagger import open_tagger
from listening.vocabulary import Term
from listening.vocabulary.matcher import Candidate


def candidate(start, end, *, kind="condition", tier="free", match="ci", form="name", own_case=True):
    term = Term("x", f"{kind}:x", form, match, tier)
    return Candidate(start, end, term, kind, is_hashtag=False, has_own_case=own_case)


def document(text, *candidates):
    doc = spacy.blank("en")(text)
    doc._.draft = Draft(candidates=list(candidates))
    return doc


def test_components_stand_in_their_order():
    names = ["gazetteer", "resolver", "abbreviations", "assertion", "rules", "adverse_event", "topics"]
    assert build_pipeline().pipe_names == names


def test_the_version_names_the_code():
    assert pipeline_version() == pipeline_version()
    assert int(pipeline_version(), 16) > 0


def test_a_form_that_needs_a_cue_counts_only_beside_one():
    for text, counts in (("MS is bad", False), ("pt with MS", True)):
        start = text.index("MS")
        doc = Resolver(10)(document(text, candidate(start, start + 2, tier="cue", match="cs")))
        assert bool(draft_of(doc).found) is counts


def test_a_form_that_keeps_its_case_does_not_count_without_it():
    doc = Resolver(10)(document("pt with ms", candidate(8, 10, tier="cue", match="cs", own_case=False)))
    assert draft_of(doc).found == []


def test_a_product_hides_the_condition_inside_it():
    doc = Resolver(10)(document("RSV vaccine", candidate(0, 11, kind="product"), candidate(0, 3)))
    assert [f.candidate.kind for f in draft_of(doc).found] == ["product"]


def test_the_assertion_reaches_no_further_than_it_may():
    text = "no one two three four five six seven rash"
    doc = document(text)
    draft_of(doc).found = [Found(candidate(text.index("rash"), len(text)), 1.0, "dictionary")]
    assert draft_of(AssertionRules(6)(doc)).found[0].assertion == "stated"
    assert draft_of(AssertionRules(9)(doc)).found[0].assertion == "negated"


def test_a_document_without_a_draft_gets_one():
    assert isinstance(draft_of(Doc(spacy.blank("en").vocab)), Draft)


def test_posts_are_tagged_fast_enough():
    # The target is 500 a second on a free core; a tenth of it holds on a busy one.
    tagger = open_tagger()
    texts = [
        "Started Ozempic for type 2 diabetes, no nausea so far. Prior auth took three calls. #MedTwitter " * 3
    ] * 500
    started = time.process_time()
    tagger.tag_texts(texts)
    assert len(texts) / (time.process_time() - started) > 50
