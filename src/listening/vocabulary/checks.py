"""What must hold of a vocabulary before it ships; every problem is a sentence that names ids and forms, and no post."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Final

from listening.vocabulary import Vocabulary
from listening.vocabulary.spelling import squeeze

MINIMUM: Final = {
    "product": 2_000,
    "condition": 3_000,
    "topic": 100,
    "event": 80,
    "content_type": 15,
    "adverse_event": 80,
    "procedure": 40,
    "specialty": 25,
    "role": 10,
}
"""Fewest concepts a kind."""
FORMS: Final = frozenset({"name", "brand", "abbr", "hashtag", "lay", "misspelling", "class"})
MATCHES: Final = frozenset({"ci", "cs", "hashtag"})
TIERS: Final = frozenset({"free", "case", "cue", "block"})


def problems(vocabulary: Vocabulary, *, minimum: dict[str, int] | None = None) -> list[str]:
    """Give all problems, none when the vocabulary may ship. `minimum` is the fewest concepts by kind."""
    return [
        *_of_concepts(vocabulary),
        *_of_terms(vocabulary),
        *_of_parents(vocabulary),
        *_of_counts(vocabulary, MINIMUM if minimum is None else minimum),
    ]


def _of_concepts(vocabulary: Vocabulary) -> Iterator[str]:
    named = {term.concept_id for term in vocabulary.terms}
    for concept in vocabulary.concepts.values():
        if concept.source not in vocabulary.sources:
            yield f"{concept.concept_id}: source {concept.source!r} is not in PROVENANCE.toml"
        if not concept.label or concept.label != concept.label.strip():
            yield f"{concept.concept_id}: the label is empty or padded"
        if not unicodedata.is_normalized("NFC", concept.label):
            yield f"{concept.concept_id}: the label is not NFC"
        if (
            concept.source == "own"
            and concept.parent is None
            and concept.concept_id not in named
            and concept.kind == "product"
        ):
            yield f"{concept.concept_id}: nothing names it"
    for source in vocabulary.sources.values():
        if not (source.licence and source.version and source.title):
            yield f"source {source.source_id}: title, version or licence is missing"


def _of_terms(vocabulary: Vocabulary) -> Iterator[str]:
    claimed: dict[tuple[str, str, bool], str] = {}
    for term in vocabulary.terms:
        where = f"{term.concept_id}, {term.text!r}"
        if term.form not in FORMS or term.match not in MATCHES or term.tier not in TIERS:
            yield f"{where}: form, match or tier is unknown"
        if term.text != term.text.strip() or not unicodedata.is_normalized("NFC", term.text):
            yield f"{where}: padded, or not NFC"
        if not squeeze(term.text) and not any(unicodedata.category(c) == "So" for c in term.text):
            yield f"{where}: holds no letter, no digit and no pictograph"
        if term.tier == "block":
            continue
        place = (vocabulary.concepts[term.concept_id].kind, term.text.lower(), term.match == "hashtag")
        if claimed.setdefault(place, term.concept_id) != term.concept_id:
            yield f"{where}: {claimed[place]} has this form already"


def _of_parents(vocabulary: Vocabulary) -> Iterator[str]:
    for concept in vocabulary.concepts.values():
        seen = {concept.concept_id}
        above = concept.parent
        while above is not None:
            if above not in vocabulary.concepts:
                yield f"{concept.concept_id}: parent {above} does not exist"
                break
            if above in seen:
                yield f"{concept.concept_id}: its parents turn in a circle at {above}"
                break
            seen.add(above)
            above = vocabulary.concepts[above].parent


def _of_counts(vocabulary: Vocabulary, minimum: dict[str, int]) -> Iterator[str]:
    counts = Counter(concept.kind for concept in vocabulary.concepts.values())
    for kind, fewest in minimum.items():
        if counts[kind] < fewest:
            yield f"{counts[kind]} concepts of kind {kind}, fewer than {fewest}"
