"""Ages below ninety of single people: quasi-identifiers, made into a band where something else narrows a post down."""

import re

from listening.privacy.recognizers.base import DIGIT, GateRecognizer, pattern

_N = r"(?:[1-8]?\d)"
_YEARS = r"[ -]?(?:years?|yrs?|y)[ -]?(?:old|o|of age)\b"
_SOMEBODY = r"(?:m|f|male|female|man|woman|lady|gentleman|boy|girl|guy|patient|pt|child|kid|teen(?:ager)?|mum|dad|nurse|father|mother)\b"


class AgeRecognizer(GateRecognizer):
    """Ages of a person, digits alone; ranges, means, bounds of populations and durations are none.

    Safe Harbor lets ages below 90 stand (45 CFR 164.514(b)(2)(i)(C)); with a place or a date they can still single
    somebody out, so policy says when they are banded.
    """

    ENTITY = "AGE"
    NEEDS = DIGIT
    PATTERNS = (
        pattern("years_old", rf"(?<![\w.,/-])(?P<value>{_N})(?:{_YEARS}|[ -]?(?:y/o|yo[mf]?|y\.o\.)(?!\w))", 0.8),
        pattern("years_somebody", rf"(?<![\w.,/-])(?P<value>{_N})[ -]?(?:y|yr|year)s?[ -]{_SOMEBODY}", 0.75),
        pattern("sex", r"(?<![\w.,/-])(?P<value>[1-8]\d) ?(?-i:[MF]|y[MF]|/[MF])(?![\w/-])", 0.7),
        pattern("cued", rf"\b(?:aged|age|age:|age is|turns|turned|turning)[ :]{{1,2}}(?P<value>{_N})(?![\d.,/%-]|\w| ?(?:to|and) \d| ?(?:%|mg|days|weeks|hours|or (?:over|older|under)))", 0.7),
        pattern("sex_before", r"\b(?-i:[MF]|male|female|man|woman)[ ,(]{1,2}(?P<value>[1-8]\d)(?![\w.,/%-]| ?(?:mg|%|kg|bpm|/|days|hours|weeks|patients))", 0.5),
    )  # fmt: skip
    _MANY = re.compile(
        r"\b(?:mean|median|average|over|under|above|below|than|from|between|to|≥|>|<|≤|-)[ ]?(?:age )?(?:of )?$",
        re.IGNORECASE,
    )

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:  # noqa: ARG002  the hook's shape
        """Leave what tells of many."""
        start = match.start("value")
        return not self._MANY.search(text[max(0, start - 16) : start])
