"""Component `listening_resolver`: which candidates count, by their tier, their capitals and the words beside them."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from listening.tagging.cues import BY_KIND, NEEDS, NOT_A_PRODUCT, UNITS
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
_ENZYME = re.compile(r"creatine (?:phospho)?kinase\b", re.IGNORECASE)
"""The enzyme that a laboratory measures, no creatine."""
_LAB = frozenset(
    {"creatinine", "uric acid", "urea", "homocysteine", "procalcitonin", "alkaline phosphatase", "ammonia"}
)
_VALUE = re.compile(r"\s*(?:(?:of|was|is|at|now|up\sto|rose\sto)\s+|[:=<>~]\s*)?\d", re.IGNORECASE)
"""After a substance that a laboratory measures, its value."""
_GRADE = re.compile(
    r"[\s-]?(?:[1-6]|I{1,3}|IV|VI?)(?:[\s-]*(?:/|-|to|or)\s*(?:[1-6]|I{1,3}|IV|VI?))?(?![\w.])\s*([A-Za-z%]*)"
)
_SHARING = 4
"""How many kinds may share one span."""
_BESIDE = 2


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

    def __init__(self, window: int, vocabulary: Vocabulary | None = None) -> None:
        """Look `window` tokens to either side for cues; `vocabulary` is the shipped one unless given."""
        vocabulary = vocabulary or load_vocabulary()
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
        candidates = [c for c in draft.candidates if c.kind != "product" or not _is_lab_value(c, text)]
        shouted = any(c.term.match == "cs" for c in candidates) and _is_shouted(text)
        free = [c for c in candidates if c.term.tier == "free" and _fits_case(c, text, shouted=shouted)]
        rest = [c for c in candidates if c.term.tier != "free" and _fits_case(c, text, shouted=shouted)]
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
        # What was kept does not overlap, so that only the last one that begins before the effect's end can hold it.
        last = bisect_left(named, effect.end, key=_start)
        return any(
            other.start <= effect.start
            and effect.end <= other.end
            and effect.end - effect.start < other.end - other.start
            and "induced" not in other.term.text.lower()
            and not above & {other.concept_id, *self._vocabulary.ancestors(other.concept_id)}
            for other in named[max(0, last - _SHARING) : last]
            if other.kind in {"product", "condition"}
        )

    def _is_supported(self, candidate: Candidate, window: _Window, free: list[Candidate]) -> bool:
        if candidate.is_hashtag and (candidate.term.tier == "case" or candidate.kind == "event"):
            return True
        measured = candidate.kind == "event" and _is_measure(candidate, window.text)
        if candidate.term.tier == "case":
            return not measured
        acronym = candidate.kind == "product" and candidate.term.match == "cs" and candidate.term.form == "abbr"
        needed = NEEDS.get(window.text[candidate.start : candidate.end]) if candidate.kind == "condition" else None
        if (
            measured
            or (acronym and _is_scale(candidate, window))
            or (needed and not window.around(candidate.start, candidate.end, self._window) & needed)
        ):
            return False
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


def _is_lab_value(candidate: Candidate, text: str) -> bool:
    measured = candidate.term.text.lower() in _LAB and _VALUE.match(text, candidate.end)
    return bool(measured or _ENZYME.match(text, candidate.start))


def _is_scale(candidate: Candidate, window: _Window) -> bool:
    if window.around(candidate.start, candidate.end, _BESIDE) & NOT_A_PRODUCT:
        return True
    grade = _GRADE.match(window.text, candidate.end)
    return grade is not None and grade[1].lower() not in UNITS


@Language.factory("listening_resolver", default_config={"window": 10})
def make_resolver(nlp: Language, name: str, window: int) -> Resolver:  # noqa: ARG001 spaCy hands both over by name
    """Make the component."""
    return Resolver(window)
