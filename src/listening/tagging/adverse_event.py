"""Component `listening_adverse_event`: does the text tell that somebody was harmed on a product, and how.

Rules over the vocabulary, tuned on patients' sentences (PsyTAR, train part) and written so that a clinician's post needs
a product, a cause or a first person: a symptom alone is a patient's complaint, no adverse event.
"""

from bisect import bisect_left

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
NEAR = 120
"""How many characters may lie between a product and an effect that nothing else joins."""
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
        text = fold(doc.text).text
        told = _told(text, len(doc), draft)
        draft.has_adverse_event = bool(told) or _reports_harm(text)
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


def _told(text: str, tokens: int, draft: Draft) -> list[Found]:
    """Give the effects that a folded text of so many tokens tells as an effect."""
    effects = [found for found in draft.of("adverse_event") if found.assertion == "stated"]
    if not effects:
        return []
    if BLAMES.search(text):
        products = draft.of("product")
        speaks = NAMES_DRUG.search(text) or FIRST_PERSON.search(text) or products or PATIENT.search(text)
        return effects if speaks or _is_list(text, tokens, effects) else []
    # "My cough" is the author's own, "my patient's cough" is a case.
    own = FIRST_PERSON.search(text) is not None and PATIENT.search(text) is None
    told = (
        effects if own or NAMES_DRUG.search(text) or _is_list(text, tokens, effects) else _near_product(effects, draft)
    )
    return [found for found in told if not is_often_the_reason(found.candidate.concept_id)]


def _near_product(effects: list[Found], draft: Draft) -> list[Found]:
    places = [found.candidate.start for found in draft.of("product")]
    return [
        effect
        for effect in effects
        if (at := bisect_left(places, effect.candidate.start - NEAR)) < len(places)
        and places[at] <= effect.candidate.end + NEAR
    ]


def _is_list(text: str, tokens: int, effects: list[Found]) -> bool:
    covered = sum(found.candidate.end - found.candidate.start for found in effects)
    return tokens <= LONGEST_LIST and PATIENT.search(text) is None and covered >= LIST_SHARE * len(text)


def _reports_harm(text: str) -> bool:
    return HARM_PHRASE.search(text) is not None and UNHARMED.search(text) is None


@Language.factory("listening_adverse_event")
def make_adverse_event(nlp: Language, name: str) -> AdverseEvent:  # noqa: ARG001 spaCy hands both over by name
    """Make the component over the shipped vocabulary."""
    return AdverseEvent(load_vocabulary())
