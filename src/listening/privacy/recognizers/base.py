"""What the gate's own recognisers share: named patterns whose group `value` is what is hidden."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any, ClassVar

from presidio_analyzer import AnalysisExplanation, LocalRecognizer, RecognizerResult


@dataclass(frozen=True, slots=True)
class NamedPattern:
    """A compiled pattern, its name in the audit log, and its score (0 to 1)."""

    name: str
    regex: re.Pattern[str]
    score: float


def pattern(name: str, regex: str, score: float, flags: int = re.IGNORECASE) -> NamedPattern:
    """Compile a named pattern. It must run in linear time: no nested unbounded quantifiers."""
    return NamedPattern(name, re.compile(regex, flags), score)


def lowered(text: str) -> str:
    """Give the text in the case that stems are looked for in; dotted and dotless i count as i, as in `re.IGNORECASE`."""
    lower = text.lower()
    return lower if lower.isascii() else lower.replace("i\u0307", "i").replace("\u0131", "i")


DIGIT = re.compile(r"\d")
FOUR_DIGITS = re.compile(r"\d{4}")


Needs = tuple[str, ...] | re.Pattern[str]
"""Lower-case strings, one of which every match holds; or a pattern that is cheaper to search for."""


def any_of(stems: str) -> tuple[str, ...]:
    """Give the strings of a list with bars between."""
    return tuple(stems.split("|"))


class Facts:
    """What every recogniser asks of a text before it looks closer, worked out once: which stems and signs stand in it."""

    def __init__(self, text: str, language: str = "en") -> None:
        """Find all the stems of all recognisers in one pass; `language` is the text's, in ISO 639."""
        self.language = language
        self.lower = lowered(text)
        self._text = text
        self.stems = _stems().find(self.lower)
        """A bit for each stem that stands in the text."""
        self._searched: dict[int, bool] = {}

    def hold(self, needs: Needs) -> bool:
        """Say whether the text holds one of the stems, or what the pattern looks for."""
        if isinstance(needs, tuple):
            return bool(self.stems & _stems().mask(needs))
        key = id(needs)  # a compiled pattern hashes all its code, each time
        found = self._searched.get(key)
        if found is None:
            found = self._searched[key] = needs.search(self._text) is not None
        return found


class _Stems:
    """All stems that recognisers wait for, in one automaton; a set of them is an integer with a bit for each."""

    def __init__(self) -> None:
        self._masks: dict[tuple[str, ...], int] = {}
        self._bits: dict[str, int] = {}
        self._automaton: Any = None
        self._order: list[int] = []

    def mask(self, stems: tuple[str, ...]) -> int:
        """Give the bits of some stems; those not met before are added."""
        mask = self._masks.get(stems)
        if mask is None:
            mask = 0
            for stem in stems:
                mask |= 1 << self._bits.setdefault(stem, len(self._bits))
            self._masks[stems] = mask
            self._automaton = None
        return mask

    def find(self, lower: str) -> int:
        """Give the bits of the stems that stand in a text."""
        if self._automaton is None:
            from ahocorasick_rs import AhoCorasick

            stems = [stem for stem in self._bits if stem]
            self._automaton = AhoCorasick(stems or ["\0"])
            self._order = [1 << self._bits[stem] for stem in stems] or [0]
        found = 1 << self._bits[""] if "" in self._bits else 0
        for index in set(map(_FIRST, self._automaton.find_matches_as_indexes(lower, overlapping=True))):
            found |= self._order[index]
        return found


_FIRST = itemgetter(0)


@cache
def _stems() -> _Stems:
    return _Stems()


@dataclass(frozen=True, slots=True)
class Hit:
    """A span a recogniser found, with the pattern's name and score."""

    start: int
    end: int
    pattern: str
    score: float


class GateRecognizer(LocalRecognizer):
    """A Presidio recogniser of one entity.

    Subclasses set `ENTITY` and either `PATTERNS` (and `accepts`) or override `hits`. `CONTEXT` holds lower-case words
    that lift a weak score when one of them stands within five tokens before.
    """

    ENTITY: ClassVar[str]
    PATTERNS: ClassVar[tuple[NamedPattern, ...]] = ()
    CONTEXT: ClassVar[tuple[str, ...]] = ()
    NEEDS: ClassVar[re.Pattern[str] | None] = None
    """What a text must hold for any pattern to match: a cheap look that spares most texts the patterns."""
    NEEDS_OF: ClassVar[Mapping[str, Needs]] = {}
    """The same for single patterns, by name."""

    def __init__(self) -> None:
        super().__init__(supported_entities=[self.ENTITY], context=list(self.CONTEXT))
        self._plan = [
            (item, _stems().mask(needs) if isinstance(needs, tuple) else 0, None if isinstance(needs, tuple) else needs)
            for item in self.PATTERNS
            for needs in [self.NEEDS_OF.get(item.name)]
        ]

    name: str

    def load(self) -> None:
        """Nothing to load."""

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:
        """Say whether a match of the pattern `name` counts; the place for guards and checksums."""
        del text, match, name
        return True

    def hits(self, text: str, doc: Any, facts: Facts) -> Iterable[Hit]:
        """Give what the patterns find in `text`; `doc` is its spaCy `Doc`, `facts` what is known of it."""
        del doc
        yield from self.match_patterns(text, facts)

    def match_patterns(self, text: str, facts: Facts) -> Iterator[Hit]:
        """Give the accepted matches of `PATTERNS`."""
        stems = facts.stems
        for item, mask, needs in self._plan:
            if (mask and not stems & mask) or (needs is not None and not facts.hold(needs)):
                continue
            for match in item.regex.finditer(text):
                if self.accepts(text, match, item.name):
                    start, end = match.span("value" if "value" in item.regex.groupindex else 0)
                    if start < end:
                        yield Hit(start, end, item.name, item.score)

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Report the hits in Presidio's form."""
        del entities
        facts = getattr(nlp_artifacts, "facts", None) or Facts(text)
        if self.NEEDS is not None and not facts.hold(self.NEEDS):
            return []
        doc = nlp_artifacts.tokens if nlp_artifacts is not None else None
        return [
            RecognizerResult(
                entity_type=self.ENTITY,
                start=hit.start,
                end=hit.end,
                score=hit.score,
                analysis_explanation=AnalysisExplanation(
                    recognizer=self.name, original_score=hit.score, pattern_name=hit.pattern
                ),
                recognition_metadata={
                    RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                    RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                },
            )
            for hit in self.hits(text, doc, facts)
        ]
