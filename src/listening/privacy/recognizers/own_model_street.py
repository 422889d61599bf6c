"""Street addresses that the project's own model finds."""

import re

from listening.privacy.recognizers.own_spans import OwnSpansRecognizer

_DIGIT = re.compile(r"\d")


class OwnModelStreetRecognizer(OwnSpansRecognizer):
    """Label `STREET`, where a number is in it."""

    ENTITY = "STREET_ADDRESS"
    LABELS = frozenset({"STREET"})

    def keeps(self, text: str, start: int, end: int) -> bool:
        """Ask for a number."""
        return _DIGIT.search(text, start, end) is not None
