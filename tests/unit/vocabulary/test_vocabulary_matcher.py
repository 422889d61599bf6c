"""The matcher: whole words, right offsets, nothing inside what gate 1 put in or inside links."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listening.vocabulary import Concept, Source, Term, Vocabulary
from listening.vocabulary.matcher import Matcher, longest
from listening.vocabulary.spelling import aliases, fold, fold_term

SMALL = Vocabulary(
    [
        Concept("c:nsclc", "condition", "NSCLC", None, "own", ()),
        Concept("c:lung", "condition", "Lung cancer", None, "own", ()),
        Concept("c:anemia", "condition", "Anemia", None, "own", ()),
        Concept("c:pd", "condition", "Parkinson", None, "own", ()),
        Concept("p:statin", "product", "Statins", None, "own", ()),
        Concept("p:ella", "product", "Ulipristal", None, "own", ()),
        Concept("t:safety", "topic", "Safety", None, "own", ()),
    ],
    [
        Term("non-small cell lung cancer", "c:nsclc", "name", "ci", "free"),
        Term("lung cancer", "c:lung", "name", "ci", "free"),
        Term("anemia", "c:anemia", "name", "ci", "free"),
        Term("Parkinson's disease", "c:pd", "name", "ci", "free"),
        Term("statins", "p:statin", "class", "ci", "free"),
        Term("Ella", "p:ella", "brand", "cs", "cue"),
        Term("today", "p:ella", "brand", "ci", "block"),
        Term("drug safety", "t:safety", "name", "ci", "free"),
        Term("MedSafe", "t:safety", "hashtag", "hashtag", "free"),
    ],
    [Source("own", "ours", "1", "Apache-2.0", "")],
    "0" * 16,
)
MATCHER = Matcher(SMALL, ("condition", "product", "topic"))


def found(text):
    return [(text[c.start : c.end], c.concept_id) for c in longest(MATCHER.find(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Non-small-cell lung cancers", [("Non-small-cell lung cancers", "c:nsclc")]),  # hyphens, plural, longest
        ("non - small  cell\nlung cancer", [("non - small  cell\nlung cancer", "c:nsclc")]),  # slack white space
        ("lung cancerous tissue", []),  # a whole word only
        ("blung cancer", []),
        ("anaemia", [("anaemia", "c:anemia")]),  # British spelling
        ("anemias and a statin", [("anemias", "c:anemia"), ("statin", "p:statin")]),  # plural, singular
        ("Parkinson’s disease", [("Parkinson’s disease", "c:pd")]),  # typographic apostrophe
        ("Parkinson ' s disease", [("Parkinson ' s disease", "c:pd")]),  # as corpora write it
        ("#LungCancer #lungcancer26", [("LungCancer", "c:lung"), ("lungcancer26", "c:lung")]),  # hashtags are split
        (
            "#DrugSafety #medsafe medsafe",
            [("DrugSafety", "t:safety"), ("medsafe", "t:safety")],
        ),  # hashtag forms only there
        ("today", []),  # blocked
        ("İİ anemia", [("anemia", "c:anemia")]),  # a letter that grows when it is lower-cased
        ("😀 anemia 😀", [("anemia", "c:anemia")]),  # offsets are code points
        ("https://x.org/anemia www.anemia.org anemia.com", []),
        ("a@anemia.org @anemia @anemia@med.social", []),
        ("<ANEMIA> <PERSON:anemia> […]", []),
        ("&anemia; &amp; anemia", [("anemia", "c:anemia"), ("anemia", "c:anemia")]),
    ],
)
def test_forms_are_found_where_a_reader_sees_them(text, expected):
    assert found(text) == expected


def test_longest_keeps_the_longer_and_the_leftmost():
    text = "non-small cell lung cancer, lung cancer"
    assert [c.concept_id for c in longest(MATCHER.find(text))] == ["c:nsclc", "c:lung"]


def test_own_case_is_told():
    assert [c.has_own_case for c in MATCHER.find("Ella ella ELLA")] == [True, False, True]


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_folding_keeps_the_way_back(text):
    folded = fold(text)
    places = [folded.original(i) for i in range(len(folded.text))]
    assert places == sorted(set(places))
    assert all(0 <= place < len(text) for place in places)


@given(
    st.lists(
        st.sampled_from(["anemia", "LUNG-cancer", "Ella", "<PERSON>", "İ", "\n", "ﬁ", "é", "'", "#", "x", "."]),
        max_size=12,
    )
)
@settings(max_examples=300, deadline=None)
def test_spans_lie_in_the_text_and_show_their_form(parts):
    text = " ".join(parts)
    for candidate in MATCHER.find(text):
        assert 0 <= candidate.start < candidate.end <= len(text)
        written = fold_term(text[candidate.start : candidate.end])
        known = {fold_term(candidate.term.text), *aliases(fold_term(candidate.term.text))}
        assert written in known or written.rstrip("es") in {form.rstrip("es") for form in known}


@given(st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_kept_candidates_never_overlap_unless_they_share_a_span(left, right):
    kept = longest(MATCHER.find(f"{left} non-small cell lung cancer anemia {right}"))
    spans = sorted({(c.start, c.end) for c in kept})
    assert all(a_end <= b_start for (_, a_end), (b_start, _) in pairwise(spans))
