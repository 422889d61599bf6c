"""Screen raw text, in memory, for the four elements of an adverse event report. Says yes or no, keeps nothing.

The screen would rather find too much than too little: a person looks at what it finds. The elements are those of ICH
E2D: an identifiable patient, an identifiable reporter, a suspect product, an adverse event.
"""

import re
from collections.abc import Callable
from functools import cache, partial

from listening.posts import SafetyElements
from listening.raw import RawPost
from listening.vocabulary.matcher import POST_KINDS, Candidate, Matcher, longest, open_matcher
from listening.vocabulary.report import BLAMES, HARM_PHRASE, NAMES_DRUG, PATIENT, UNHARMED, is_often_the_reason
from listening.vocabulary.spelling import fold

_DENIED = re.compile(r"\b(?:no|not|never|without|denies|denied|negative for|zero)\s(?:\w+\s){0,2}$")
_LONGEST_DENIAL = 30
"""Characters before an effect in which it may be denied."""


def screen(raw: RawPost, *, matcher: Matcher) -> SafetyElements:
    """Say which elements a post holds.

    A reporter is there when the post has a handle: the author can be reached where the post was read. `matcher` finds
    products and adverse events.
    """
    text = raw.text
    candidates = matcher.find(text)
    effects = [candidate for candidate in candidates if candidate.kind == "adverse_event"]
    has_product = any(candidate.kind == "product" and _counts(candidate) for candidate in candidates)
    has_patient = PATIENT.search(text) is not None
    return SafetyElements(
        has_patient=has_patient,
        has_reporter=bool(raw.author_handle.strip()),
        has_product=has_product,
        has_event=_has_event(text, effects, has_patient=has_patient, has_product=has_product),
    )


def _counts(candidate: Candidate) -> bool:
    term = candidate.term
    if term.tier == "free" and term.match == "ci":
        return True
    return candidate.is_hashtag or candidate.has_own_case


def _has_event(text: str, effects: list[Candidate], *, has_patient: bool, has_product: bool) -> bool:
    folded = fold(text).text
    blames = BLAMES.search(folded) is not None
    if HARM_PHRASE.search(folded) and not UNHARMED.search(folded):
        return True
    if not (blames or has_product or NAMES_DRUG.search(folded)):
        return False
    return any(
        _counts(effect)
        and (blames or has_patient or not is_often_the_reason(effect.concept_id))
        and not _DENIED.search(text[max(0, effect.start - _LONGEST_DENIAL) : effect.start].lower())
        for effect in longest(effects)
    )


@cache
def open_screen() -> Callable[[RawPost], SafetyElements]:
    """Give the screen over the shipped vocabulary, built once a process; it shares the tagger's automaton."""
    return partial(screen, matcher=open_matcher(*POST_KINDS))
