"""What the recognisers of the own model's guesses share: its spans of some labels, trimmed and checked."""

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from listening.privacy.kept import kept_words
from listening.privacy.protector import is_medical_word
from listening.privacy.recognizers.base import Facts, GateRecognizer, Hit
from listening.privacy.recognizers.model_spans import trim

OWN_SPANS = "own"
"""Key of `Doc.spans` under which the engine puts the own model's entities."""
BASE_SPANS = "base"
"""The same for the base model's, where it was asked."""
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


def is_foreign_name(word: str, language: str) -> bool:
    """Say whether a word of a language without a model of the project's own may be a name: no list of words or eponyms has it."""
    stem = word.strip(".,;:!?()«»\"'")
    return (
        bool(stem)
        and kept_words(language).objection(stem, stem.lower()) is not None
        and not is_medical_word(stem.lower())
    )


class OwnSpansRecognizer(GateRecognizer):
    """Reports the own model's entities whose label is in `LABELS` and that `keeps` accepts."""

    LABELS: ClassVar[frozenset[str]]
    SCORE: ClassVar[float] = 0.7

    def keeps(self, text: str, start: int, end: int) -> bool:
        """Say whether a guess counts; the place for what the model is known to get wrong."""
        del text, start, end
        return True

    def parts(self, text: str, start: int, end: int) -> Iterable[tuple[int, int]]:
        """Give the spans that an entity stands for: itself, unless a subclass takes it apart."""
        del text
        yield start, end

    def hits(self, text: str, doc: Any, facts: Facts) -> Iterable[Hit]:
        """Give the accepted spans."""
        del facts
        for span in doc.spans.get(OWN_SPANS, ()) if doc is not None else ():
            if span.label_ in self.LABELS:
                for first, last in self.parts(text, span.start_char, span.end_char):
                    start, end = trim(text, first, last)
                    if _LETTER_OR_DIGIT.search(text, start, end) and self.keeps(text, start, end):
                        yield Hit(start, end, f"own_{span.label_.lower()}", self.SCORE)
