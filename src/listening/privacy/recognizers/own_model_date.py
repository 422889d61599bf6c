"""Dates that the project's own model finds, for the forms that no pattern has."""

import re

from listening.privacy.recognizers.own_spans import OwnSpansRecognizer

_MONTH_OR_DAY = re.compile(
    r"(?<![^\W\d_])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]*(?![^\W\d_])",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{2,4}")
_DIGIT = re.compile(r"\d")


class OwnModelDateRecognizer(OwnSpansRecognizer):
    """Label `DATE`, where a day or month stands beside a number; a bare year, month or duration stays."""

    ENTITY = "DATE_TIME"
    LABELS = frozenset({"DATE"})

    def keeps(self, text: str, start: int, end: int) -> bool:
        """Ask for a date finer than a month."""
        value = text[start:end]
        named = _MONTH_OR_DAY.search(value) is not None and _DIGIT.search(value) is not None
        return bool(_NUMERIC.search(value)) or (named and not re.fullmatch(r"[A-Za-z.]+,? (?:19|20)\d\d", value))
