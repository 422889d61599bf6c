"""The base of recognisers of numbers that name a person or account after a cue word."""

import re

from listening.privacy.recognizers.base import DIGIT, GateRecognizer, NamedPattern, pattern

_LINK = r"(?:[ \t]?(?:\(|\[))?(?:[ \t]{0,2}(?:numbers?|no|num|nr|code|id|is|was|of|ending(?: in)?|ends(?: in)?|under|ref|:|#|=|-|\.)){0,5}[ \t]{0,3}"


_VALUE = r"(?P<value>#?[a-z]{0,5}-?\d[a-z0-9]{0,20}(?:[-/.][a-z0-9]{1,15}){0,5}|[a-z]{2,6}[-/][a-z0-9]{2,12}(?:-[a-z0-9]{1,12}){0,3}|[a-z]{1,6}\d[a-z0-9-]{2,15})"


_GROUPS = r"(?P<value>\d{2,4}(?:[ -]\d{2,5}){1,4})"


_UNIT_BEHIND = re.compile(
    r"\s?(?:mg|mcg|µg|g|ml|units?|iu|mmol|%|x|/|days?|weeks?|months?|years?|yo|hours?|hrs?|mins?|patients|cases|am|pm|to\b|and\b)",
    re.IGNORECASE,
)


_YEAR = re.compile(r"(?:19|20)\d\d")


class CuedIdentifierRecognizer(GateRecognizer):
    """A cue word (`CUE`), link words, and a value that holds a digit and is no year, dose or count.

    Every form of the cue holds one of `CUE_STEMS`.
    """

    CUE: str = ""
    CUE_STEMS: tuple[str, ...] = ("",)
    MIN_DIGITS = 3
    NEEDS = DIGIT

    def __init_subclass__(cls) -> None:
        """Compile the cue with the shared value forms."""
        super().__init_subclass__()
        cls.NEEDS_OF = {"cued": cls.CUE_STEMS, "cued_groups": cls.CUE_STEMS}
        cls.PATTERNS = (*_cued(cls.CUE), *cls.__dict__.get("PATTERNS", ()))

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:
        """Refuse lone years, quantities, and values with too few digits."""
        if name not in {"cued", "cued_groups"}:
            return True
        value = match.group("value")
        digits = sum(character.isdigit() for character in value)
        if digits < self.MIN_DIGITS or _YEAR.fullmatch(value):
            return False
        return not (digits == len(value) and digits < 5 and _UNIT_BEHIND.match(text, match.end("value")))


def _cued(cue: str) -> tuple[NamedPattern, ...]:
    return (
        pattern("cued_groups", rf"\b(?:{cue}){_LINK}{_GROUPS}(?![\w-])", 0.9),
        pattern("cued", rf"\b(?:{cue}){_LINK}{_VALUE}(?!\w)", 0.9),
    )
