"""Places and places of care that the project's own model finds."""

from listening.privacy.lexicon import words
from listening.privacy.recognizers.model_spans import word_parts
from listening.privacy.recognizers.own_spans import OwnSpansRecognizer
from listening.privacy.recognizers.place_words import GENERIC, GUIDANCE, KIND_WORDS

_ACRONYM = 6
"""Code points: shorter capitals are more often a scan, a score or a society than a place."""


class OwnModelPlaceRecognizer(OwnSpansRecognizer):
    """Labels `LOC` and `HOSP`; countries, US states, kinds of place and bodies quoted for their guidance stay."""

    ENTITY = "LOCATION"
    LABELS = frozenset({"LOC", "HOSP"})

    def keeps(self, text: str, start: int, end: int) -> bool:
        """Ask for a name inside."""
        value = text[start:end].casefold().removeprefix("the ")
        parts = word_parts(value)
        if not parts or value in words("regions") or all(part in words("regions") for part in parts):
            return False
        if all(part in GENERIC or part in KIND_WORDS for part in parts):
            return False
        if (
            text[start:end].isupper()
            and len(text[start:end]) <= _ACRONYM
            and value not in words("towns")
            and value not in words("hospitals")
        ):
            return text.isupper()
        return not GUIDANCE.search(text[max(0, start - 45) : start])
