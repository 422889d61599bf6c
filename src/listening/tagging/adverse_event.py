"""Component `listening_adverse_event`: does the text tell that somebody was harmed on a product, and how.

Rules over the vocabulary, tuned on patients' sentences (PsyTAR, train part) and written so that a clinician's post needs
a product, a cause or a first person: a symptom alone is a patient's complaint, no adverse event.
"""

from spacy.language import Language
from spacy.tokens import Doc

from listening.posts import Mention
from listening.tagging.draft import Draft, Found, draft_of
from listening.vocabulary import Vocabulary, load_vocabulary
from listening.vocabulary.report import (
    BLAMES,
    FIRST_PERSON,
    HARM_PHRASE,
    NAMES_DRUG,
    PATIENT,
    UNHARMED,
    is_often_the_reason,
)
from listening.vocabulary.spelling import fold

LONGEST_LIST = 30
"""Longest text, in tokens, that may be a bare list of effects."""
LIST_SHARE = 0.25
"""Share of a list's characters that its effects make up at least."""


class AdverseEvent:
    """Decides for the text as a whole, then mentions what was told."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Take the vocabulary for labels."""
        self._vocabulary = vocabulary

    def __call__(self, doc: Doc) -> Doc:
        """Judge one document."""
        draft = draft_of(doc)
        told = _told(doc, draft)
        draft.has_adverse_event = bool(told) or _reports_harm(fold(doc.text).text)
        if draft.has_adverse_event:
            denied = [found for found in draft.of("adverse_event") if found.assertion == "negated"]
            draft.mentions += [self._mention(found) for found in (*told, *denied)]
        return doc

    def _mention(self, found: Found) -> Mention:
        concept_id = found.candidate.concept_id
        return Mention(
            kind="adverse_event",
            concept_id=concept_id,
            label=self._vocabulary.concepts[concept_id].label,
            start=found.candidate.start,
            end=found.candidate.end,
            score=found.score,
            is_negated=found.assertion == "negated",
            evidence=found.evidence,
        )


def _told(doc: Doc, draft: Draft) -> list[Found]:
    """Give the effects that the text tells as an effect."""
    effects = [found for found in draft.of("adverse_event") if found.assertion == "stated"]
    if not effects:
        return []
    text = fold(doc.text).text
    blames = BLAMES.search(text) is not None
    on_product = NAMES_DRUG.search(text) is not None or bool(draft.of("product"))
    if not (blames or on_product or FIRST_PERSON.search(text) or _is_list(doc, effects)):
        return []
    return [found for found in effects if blames or not is_often_the_reason(found.candidate.concept_id)]


def _is_list(doc: Doc, effects: list[Found]) -> bool:
    covered = sum(found.candidate.end - found.candidate.start for found in effects)
    return len(doc) <= LONGEST_LIST and PATIENT.search(doc.text) is None and covered >= LIST_SHARE * len(doc.text)


def _reports_harm(text: str) -> bool:
    return HARM_PHRASE.search(text) is not None and UNHARMED.search(text) is None


@Language.factory("listening_adverse_event")
def make_adverse_event(nlp: Language, name: str) -> AdverseEvent:  # noqa: ARG001 spaCy hands both over by name
    """Make the component over the shipped vocabulary."""
    return AdverseEvent(load_vocabulary())
