"""What the gate's own recognisers share: named patterns whose group `value` is what is hidden."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
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


Needs = tuple[str, ...] | re.Pattern[str]
"""Lower-case strings, one of which every match holds; or a pattern that is cheaper to search for."""


def any_of(stems: str) -> tuple[str, ...]:
    """Give the strings of a list with bars between."""
    return tuple(stems.split("|"))


def _holds(needs: Needs, text: str, lower: str) -> bool:
    if isinstance(needs, tuple):
        return any(stem in lower for stem in needs)
    return needs.search(text) is not None


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

    name: str

    def load(self) -> None:
        """Nothing to load."""

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:
        """Say whether a match of the pattern `name` counts; the place for guards and checksums."""
        del text, match, name
        return True

    def hits(self, text: str, doc: Any) -> Iterable[Hit]:
        """Give what the patterns find in `text`; `doc` is its spaCy `Doc`."""
        del doc
        yield from self.match_patterns(text)

    def match_patterns(self, text: str) -> Iterator[Hit]:
        """Give the accepted matches of `PATTERNS`."""
        lower = lowered(text)
        for item in self.PATTERNS:
            needs = self.NEEDS_OF.get(item.name)
            if needs is not None and not _holds(needs, text, lower):
                continue
            group = "value" if "value" in item.regex.groupindex else 0
            for match in item.regex.finditer(text):
                if self.accepts(text, match, item.name):
                    start, end = match.span(group)
                    if start < end:
                        yield Hit(start, end, item.name, item.score)

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Report the hits in Presidio's form."""
        del entities
        if self.NEEDS is not None and not self.NEEDS.search(text):
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
            for hit in self.hits(text, doc)
        ]
