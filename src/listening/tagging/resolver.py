"""Component `listening_resolver`: which candidates count, by their tier, their capitals and the words beside them."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from listening.tagging.cues import BY_KIND, UNITS
from listening.tagging.draft import Found, draft_of
from listening.vocabulary import Vocabulary, load_vocabulary
from listening.vocabulary.matcher import Candidate, longest
from listening.vocabulary.spelling import fold_term

SCORE_BY_TIER = {"free": 1.0, "case": 0.9, "cue": 0.8}
"""How sure a mention is by its tier; a fixed scale, no probability."""
ONE_SPAN_KINDS = ("product", "condition", "procedure", "event")
"""Kinds that compete for a stretch of text: the RSV in "RSV vaccine" is no disease there."""
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n•]\s*|^[\"'(\s]*)$")
_AFTER = re.compile(r"\s*([A-Za-z%]+|\d+)")
_SHOUTED_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class _Window:
    """The tokens of a document, to look for cues beside a span."""

    text: str
    starts: list[int]
    words: list[str]

    @classmethod
    def over(cls, doc: Doc) -> "_Window":
        return cls(doc.text, [token.idx for token in doc], [token.lower_ for token in doc])

    def around(self, start: int, end: int, size: int) -> set[str]:
        """Give the words within `size` tokens of a span, its own left out."""
        first, last = max(0, bisect_right(self.starts, start) - 1), bisect_left(self.starts, end)
        return {*self.words[max(0, first - size) : first], *self.words[last : last + size]}

    def span(self, start: int, end: int, size: int) -> tuple[int, int]:
        """Give the character range within `size` tokens of a span."""
        first, last = max(0, bisect_right(self.starts, start) - 1), bisect_left(self.starts, end)
        low = self.starts[max(0, first - size)] if self.starts else start
        high = self.starts[last + size] if last + size < len(self.starts) else len(self.text)
        return low, high


class Resolver:
    """Lets candidates count, then keeps the longest of those that overlap."""

    def __init__(self, window: int, vocabulary: Vocabulary) -> None:
        """Look `window` tokens to either side for cues."""
        self._window = window
        self._vocabulary = vocabulary
        self._conditions: dict[str, set[str]] = {}
        for term in vocabulary.terms:
            if vocabulary.concepts[term.concept_id].kind == "condition":
                self._conditions.setdefault(fold_term(term.text), set()).add(term.concept_id)

    def __call__(self, doc: Doc) -> Doc:
        """Resolve one document's candidates."""
        draft = draft_of(doc)
        if not draft.candidates:
            return doc
        text = doc.text
        shouted = any(c.term.match == "cs" for c in draft.candidates) and _is_shouted(text)
        free = [c for c in draft.candidates if c.term.tier == "free" and _fits_case(c, text, shouted=shouted)]
        rest = [c for c in draft.candidates if c.term.tier != "free" and _fits_case(c, text, shouted=shouted)]
        counted = list(free)
        if rest:
            window = _Window.over(doc)
            named = sorted((c for c in free if c.kind in {"product", "condition", "procedure"}), key=_start)
            counted += [c for c in rest if self._is_supported(c, window, named)]
        kept = longest([c for c in counted if c.kind in ONE_SPAN_KINDS])
        draft.found = [
            Found(c, SCORE_BY_TIER[c.term.tier], "hashtag" if c.is_hashtag else "dictionary")
            for c in [
                *kept,
                *(c for c in longest(_of(counted, "adverse_event")) if not self._is_part(c, kept)),
                *(c for kind in ("topic", "content_type") for c in longest(_of(counted, kind))),
            ]
        ]
        draft.found.sort(key=lambda f: (f.candidate.start, f.candidate.end, f.candidate.kind))
        return doc

    def _is_part(self, effect: Candidate, named: list[Candidate]) -> bool:
        # The fever of Q fever is no effect; the pancreatitis of acute pancreatitis is, for it is a kind of pancreatitis.
        above = self._conditions.get(fold_term(effect.term.text), set())
        return any(
            other.start <= effect.start
            and effect.end <= other.end
            and effect.end - effect.start < other.end - other.start
            and "induced" not in other.term.text.lower()
            and not above & {other.concept_id, *self._vocabulary.ancestors(other.concept_id)}
            for other in named
            if other.kind in {"product", "condition"}
        )

    def _is_supported(self, candidate: Candidate, window: _Window, free: list[Candidate]) -> bool:
        if candidate.is_hashtag and (candidate.term.tier == "case" or candidate.kind == "event"):
            return True
        if candidate.kind == "event" and _is_measure(candidate, window.text):
            return False
        if candidate.term.tier == "case":
            return True
        if window.around(candidate.start, candidate.end, self._window) & BY_KIND[candidate.kind]:
            return True
        if candidate.kind == "product" and candidate.term.match == "ci":
            # Iron, gold, water: a disease beside them makes them no medicine, a dose or a route does.
            return False
        low, high = window.span(candidate.start, candidate.end, self._window)
        return candidate.kind != "event" and any(
            other.end <= candidate.start or candidate.end <= other.start
            for other in free[bisect_left(free, low, key=_start) : bisect_left(free, high, key=_start)]
        )


def _start(candidate: Candidate) -> int:
    return candidate.start


def _of(candidates: list[Candidate], kind: str) -> list[Candidate]:
    return [c for c in candidates if c.kind == kind]


def _is_shouted(text: str) -> bool:
    upper = sum(map(str.isupper, text))
    return upper > _SHOUTED_SHARE * (upper + sum(map(str.islower, text)))


def _fits_case(candidate: Candidate, text: str, *, shouted: bool) -> bool:
    term = candidate.term
    if candidate.is_hashtag:
        written = text[candidate.start : candidate.end]
        # "#ash" is a tree; "#ASH" and "#ash26" are the meeting.
        return candidate.kind != "event" or term.match != "cs" or written == term.text or written[-1].isdigit()
    if term.match == "hashtag":
        return False
    if term.match == "ci":
        return True
    if not candidate.has_own_case or shouted:
        return False
    # A capital at a sentence's start says nothing: "Ella is here" beside "took Ella".
    at_start = term.text.istitle() and _SENTENCE_START.search(text[max(0, candidate.start - 3) : candidate.start])
    return not at_start


def _is_measure(candidate: Candidate, text: str) -> bool:
    following = _AFTER.match(text, candidate.end)
    return following is not None and (following[1].lower() in UNITS or following[1].isdigit())


@Language.factory("listening_resolver", default_config={"window": 10})
def make_resolver(nlp: Language, name: str, window: int) -> Resolver:  # noqa: ARG001 spaCy hands both over by name
    """Make the component."""
    return Resolver(window, load_vocabulary())
