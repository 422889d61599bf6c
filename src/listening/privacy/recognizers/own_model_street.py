"""Street addresses that the project's own model finds."""

import re

from listening.privacy.recognizers.own_spans import OwnSpansRecognizer

_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_][^\W\dA-Z_]{2}")


class OwnModelStreetRecognizer(OwnSpansRecognizer):
    """Label `STREET`, where a number is in it."""

    ENTITY = "STREET_ADDRESS"
    LABELS = frozenset({"STREET"})

    def keeps(self, text: str, start: int, end: int) -> bool:
        """Ask for a number, and a word that is no abbreviation in capitals."""
        return _DIGIT.search(text, start, end) is not None and _WORD.search(text, start, end) is not None
