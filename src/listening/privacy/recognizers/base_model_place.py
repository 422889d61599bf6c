"""What spaCy's small English model takes for places, kept only where something supports the guess."""

import re
from collections.abc import Iterable
from typing import Any

from listening.privacy.lexicon import certain_towns, words
from listening.privacy.recognizers.base import Facts, GateRecognizer, Hit
from listening.privacy.recognizers.model_spans import trim, word_parts
from listening.privacy.recognizers.own_spans import BASE_SPANS, is_foreign_name

_PLACE_CUE = re.compile(
    r"\b(?:in|from|near|at|to|of|around|outside|lives?|visit(?:ed|ing)?|between|and|,)[ ,]{1,2}(?:the )?$",
    re.IGNORECASE,
)


class BaseModelPlaceRecognizer(GateRecognizer):
    """`GPE`, `LOC` and `FAC` of en_core_web_sm, where a preposition stands before or the name is a known town."""

    ENTITY = "LOCATION"

    def hits(self, text: str, doc: Any, facts: Facts) -> Iterable[Hit]:
        """Give the supported spans; regions, states and countries stay."""
        for span in doc.spans.get(BASE_SPANS, ()) if doc is not None else ():
            if span.label_ not in {"GPE", "LOC", "FAC"}:
                continue
            start, end = trim(text, span.start_char, span.end_char)
            value = text[start:end].casefold().removeprefix("the ")
            parts = word_parts(value)
            if not parts or value in words("regions") or all(part in words("regions") for part in parts):
                continue
            if facts.language != "en":
                if any(is_foreign_name(word, facts.language) for word in text[start:end].split()):
                    yield Hit(start, end, "model_loc", 0.5)
                continue
            if not text[start].isupper() or (text[start:end].isupper() and value not in certain_towns()):
                continue
            if value in certain_towns() or (
                _PLACE_CUE.search(text[max(0, start - 12) : start])
                and not all(part in words("english_words") for part in parts)
            ):
                yield Hit(start, end, f"model_{span.label_.lower()}", 0.5)
