"""Well-known hospitals, and towns behind a preposition or before a state."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from listening.privacy.lexicon import certain_towns, words
from listening.privacy.recognizers.base import Facts, GateRecognizer, Hit, lowered
from listening.privacy.recognizers.place_words import GUIDANCE

_STATE = r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])"


_TOWN_STATE = re.compile(rf"(?<![\w'])(?P<town>[A-Z][a-z]+(?:[ -][A-Z][a-z]+){{0,2}}), {_STATE}(?!\w)")


_TOWN = re.compile(
    r"\b(?:in|from|near|of|at|to|around|outside|visiting|leaving|via|,) (?P<town>[A-Z][\w'\u00c0-\u024f.]+)"
)


_TOWN_WORD = re.compile(r"[ -](?:(?:of|upon|on|de|del|la|le|do|da|e) )?[A-Z][\w'\u00c0-\u024f]+")


class KnownPlaceRecognizer(GateRecognizer):
    """Well-known hospitals by name, and towns of 50,000 people and more behind a preposition or before a state.

    Source of the towns: GeoNames (CC BY 4.0). US states and countries stay (HIPAA identifier B).
    """

    ENTITY = "LOCATION"

    def hits(self, text: str, doc: Any, facts: Facts) -> Iterable[Hit]:
        """Give hospitals, towns with a state, and towns behind a preposition."""
        del doc, facts
        lower = lowered(text)
        may_hold_one = any(stem in lower for stem in _hospital_stems())
        for match in _hospital_pattern().finditer(text) if may_hold_one else ():
            if not GUIDANCE.search(text[max(0, match.start() - 45) : match.start()]):
                yield Hit(match.start(), match.end(), "known_hospital", 0.75)
        for match in _TOWN_STATE.finditer(text):
            yield Hit(match.start("town"), match.end(), "town_state", 0.7)
        for match in _TOWN.finditer(text):
            end = _town_end(text, match.start("town"))
            if end:
                yield Hit(match.start("town"), end, "town", 0.6)


def _town_end(text: str, start: int) -> int | None:
    """Find the longest town name of one to three words that begins at `start`."""
    first = re.compile(r"[A-Z][\w'\u00c0-\u024f.]+").match(text, start)
    if first is None:
        return None
    ends = [first.end()]
    for _ in range(2):
        following = _TOWN_WORD.match(text, ends[-1])
        if following is None:
            break
        ends.append(following.end())
    for end in reversed(ends):
        name = text[start:end].casefold().removesuffix("'s").rstrip(".")
        if name in words("regions"):
            return None
        if name in (words("towns") if " " in name else certain_towns()):
            return end
    return None


@cache
def _hospital_stems() -> tuple[str, ...]:
    """Give what of each name no apostrophe, blank or hyphen can part: its first run of letters."""
    return tuple(sorted({re.split(r"[\W_]", name, maxsplit=1)[0] for name in words("hospitals")}))


@cache
def _hospital_pattern() -> re.Pattern[str]:
    known = sorted(words("hospitals"), key=len, reverse=True)
    body = "|".join(re.escape(name).replace("'", "'?").replace(r"\ ", r"[ -]") for name in known)
    return re.compile(rf"(?<![\w@#])(?:{body})(?:'s)?(?![\w-])", re.IGNORECASE)
