"""Numbers that name a person or an account, as the project's own model finds them."""

import re

from listening.privacy.recognizers.own_spans import OwnSpansRecognizer

_QUANTITY = re.compile(
    r"[<>≤≥=~±]?\s?\d+(?:[.,/]\d+)*\s?(?:%|mg|mcg|ml|g|kg|mmol|units?|iu|days?|weeks?|years?)?", re.IGNORECASE
)
_RANGE = re.compile(r"(?:[A-Z]{2,}(?:/[A-Z]+)? )?\d{1,4}-\d{1,4}")
_LEAST_DIGITS = 4


class OwnModelNumberRecognizer(OwnSpansRecognizer):
    """Label `ID`, where it holds four digits and is no year, dose or count."""

    ENTITY = "ID"
    LABELS = frozenset({"ID"})

    def keeps(self, text: str, start: int, end: int) -> bool:
        """Ask for digits enough, and leave quantities."""
        value = text[start:end]
        digits = sum(map(str.isdigit, value))
        if _RANGE.fullmatch(value):
            return False
        return digits >= _LEAST_DIGITS and not (_QUANTITY.fullmatch(value) and digits <= _LEAST_DIGITS)
