"""Telephone, fax, extension and bleep numbers, also spaced out or spelled as words."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import phonenumbers

from listening.privacy.recognizers.base import DIGIT, FOUR_DIGITS, Facts, GateRecognizer, Hit, Needs, any_of, pattern

_DIGIT_RUN = re.compile(r"(?<![\w.])[+(]?\d(?:[ ().\-]{0,3}\d){6,16}")
_WORD = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)"
_MOST_RUNS = 50
"""The library takes a millisecond a run; a text with more of them is a table of numbers, and all are hidden."""
_SPELLED = re.compile(rf"{_WORD}[ ,-]{{1,2}}{_WORD}[ ,-]{{1,2}}{_WORD}", re.IGNORECASE)
_UNIT_BEHIND = re.compile(
    r"\s?(?:mg|mcg|ml|units?|iu|g|kg|mm|cm|%|patients|participants|people|cases|years?)\b", re.IGNORECASE
)

_LEAST_GROUPED, _MOST_GROUPED = 9, 15
"""Digits of a number in groups; E.164 has at most 15."""
_MANY_DIGITS = re.compile(r"\d(?:[ ()./\-]{0,3}\d){6}")


class PhoneNumberRecognizer(GateRecognizer):
    """Numbers `phonenumbers` (E.164, ITU) holds possible in US, GB, IN, IE or AU form, found only in runs of 7+ digits.

    US numbers count by shape alone, since test and pager ranges are not valid ones; bleeps, extensions and bare short
    numbers count after a cue.
    """

    ENTITY = "PHONE_NUMBER"
    NEEDS_OF: ClassVar[Mapping[str, Needs]] = {
        "cued": any_of("phone|tel|mob|cell|fax|call|ring|text|whats|sms|contact|reach"),
        "us_shape": _MANY_DIGITS,
        "international": _MANY_DIGITS,
        "gb_shape": _MANY_DIGITS,
        "grouped": _MANY_DIGITS,
        "groups": _MANY_DIGITS,
        "slashed": _MANY_DIGITS,
        "brazil": _MANY_DIGITS,
        "spaced_digits": _MANY_DIGITS,
        "extension": DIGIT,
        "bleep": any_of("bleep|page|ext|dect|switch|x"),
        "spelled_digits": _SPELLED,
        "on_number": FOUR_DIGITS,
        "dect": any_of("dect|bleep|pager|ext"),
    }
    PATTERNS = (
        pattern("us_shape", r"(?<![\w.-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])", 0.75),
        pattern("international", r"(?<!\w)(?:\+|00)\d{1,3}(?:[ ().-]{0,2}\d){6,13}(?!\w)", 0.8),
        pattern("gb_shape", r"(?<![\w.])\(?0\d{2,4}\)?[ -]?\d{3,4}[ -]?\d{3,4}(?![\w-])", 0.7),
        pattern(
            "cued",
            r"\b(?:phone|tel(?:ephone)?|mob(?:ile)?|cell|fax|call(?:ing)?|ring|text(?: me)?|whats ?app|sms|contact(?: (?:number|no|info))?"
            r"|reach (?:me|us|him|her|them))(?: (?:me|us|him|her|them|number|no|num|is|on|at|back|phone))*\s{0,3}[.:#]{0,2}\s{0,3}"
            r"(?P<value>\+?\(?\d(?:[ ().-]{0,2}\d){5,15})(?![\w/])",
            0.85,
        ),
        pattern(
            "bleep",
            r"\b(?:bleep|pager|page|ext(?:ension)?|dect|switch(?:board)?|x)\.?(?: (?:me|us|on|no|number|is))*\s?[:#.]?\s?"
            r"(?P<value>\d{3,6})\b(?!\s?(?:mg|ml|%))",
            0.8,
        ),
        pattern(
            "on_number",
            r"\b(?:i'm|im|i am|we're|she's|he's|reach (?:me|us)|get me|find me|ask for \w+|available) on (?P<value>\d{4,6})(?![\w.,/%-])",
            0.7,
        ),
        pattern("dect", r"\b(?:dect|bleep|pager|ext)\.?[ :#]{1,2}(?P<value>\d{2,4}-\d{2,4})(?!\w)", 0.85),
        pattern("spelled_digits", rf"\b{_WORD}(?:[ ,-]{{1,2}}{_WORD}){{6,15}}\b", 0.85),
        pattern("grouped", r"(?<![\w.,$£€-])(?:\(\d{2,4}\) ?|\d{2,3} )\d{2,3}[ -]\d{3,4}(?![\w,.]?\d)", 0.45),
        pattern(
            "extension", r"(?<![\w.])\+?\d{1,3}[-. ]\d{3}[-. ]\d{3}[-. ]\d{4}(?:x\d{1,6})?(?!\w)|(?<=\d)x\d{2,6}\b", 0.8
        ),
        pattern("groups", r"(?<![\w.,$£€/-])\(?\+?\d{1,4}\)?(?:[ .-]\(?\d{2,4}\)?){3,6}(?![\w,.]?\d)", 0.6),
        pattern("slashed", r"(?<![\w./])0\d{1,5} ?[/.] ?\d{3,9}(?:[ .-]?\d{2,6}){0,3}(?![\w/])", 0.6),
        pattern("brazil", r"(?<![\w./-])(?:\(\d{2}\)|\d{2}) ?9?\d{4}-\d{4}(?![\w-])", 0.7),
        pattern("spaced_digits", r"(?<![\w.])0(?: \d){9,11}(?!\w)", 0.8),
    )
    CONTEXT = ("phone", "call", "tel", "mobile", "cell", "fax", "contact", "ring", "text", "answering", "number")

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:
        """Leave counts and doses."""
        if name == "slashed":
            return sum(map(str.isdigit, match.group())) >= _LEAST_GROUPED
        if name == "groups":
            is_long = _LEAST_GROUPED <= sum(map(str.isdigit, match.group())) <= _MOST_GROUPED
            return is_long and (match.group()[0] in "0+(" or re.search(r"\d{3}", match.group()) is not None)
        return not _UNIT_BEHIND.match(text, match.end())

    def hits(self, text: str, doc: Any, facts: Facts) -> Iterable[Hit]:
        """Give pattern hits and, where digits run long enough, what `phonenumbers` finds."""
        del doc
        if sum(map(str.isdigit, text)) > 2 or _SPELLED.search(text):
            yield from self.match_patterns(text, facts)
        for count, run in enumerate(_DIGIT_RUN.finditer(text)):
            if count >= _MOST_RUNS:
                yield Hit(run.start(), run.end(), "too_many_runs", 0.5)
            elif self.accepts(text, run, "library"):
                yield from self._library_hits(run)

    def _library_hits(self, run: re.Match[str]) -> Iterable[Hit]:
        value = run.group()
        for region in ("US", "GB", "IN", "AU"):
            for match in phonenumbers.PhoneNumberMatcher(value, region, leniency=phonenumbers.Leniency.VALID):
                yield Hit(run.start() + match.start, run.start() + match.end, f"library_{region.lower()}", 0.4)
                return
        if len(value) > 8:
            yield Hit(run.start(), run.end(), "digit_groups", 0.2)
