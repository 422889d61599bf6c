"""What spaCy's small English model takes for people and places, kept only where something supports the guess."""

import re
from collections.abc import Iterable
from typing import Any

from listening.privacy.lexicon import certain_given_names, certain_towns, words
from listening.privacy.recognizers.base import GateRecognizer, Hit

_NOT_LETTERS = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_ACCENTED = re.compile(r"[\u00c0-\u024f]")
_PLACE_CUE = re.compile(
    r"\b(?:in|from|near|at|to|of|around|outside|lives?|visit(?:ed|ing)?|between|and|,)[ ,]{1,2}(?:the )?$",
    re.IGNORECASE,
)


def _parts(value: str) -> list[str]:
    return [match.group().casefold().removesuffix("'s") for match in _NOT_LETTERS.finditer(value)]


class BaseModelPersonRecognizer(GateRecognizer):
    """`PERSON` of en_core_web_sm, which scores every guess alike: on clinical text most bare ones are medical words.

    Kept: a part is a known name and no everyday word; two or more capitalised words none of which is English; an accent.
    """

    ENTITY = "PERSON"

    def hits(self, text: str, doc: Any) -> Iterable[Hit]:
        """Give the supported spans, with a trailing initial."""
        for span in doc.ents if doc is not None else ():
            if span.label_ not in {"PERSON", "ORG"}:
                continue
            start, end = _trim(text, span.start_char, span.end_char)
            value = text[start:end]
            evidence = _person_evidence(value)
            if evidence and (span.label_ == "PERSON" or evidence == "given_and_more"):
                yield Hit(start, end, f"model_{evidence}", 0.6)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    value = text[start:end]
    for cut in ("\n", "#", "@", "http", "(", ";", "|", " - ", " on ", " at ", " in "):
        if cut in value[1:]:
            value = value[: value.index(cut, 1)]
    value = value.removesuffix("'s").rstrip(" ,.:;!?-")
    return start, start + len(value)


def _person_evidence(value: str) -> str | None:  # noqa: C901, PLR0911  a list of cases
    parts = _parts(value)
    if not parts or len(parts) > 6 or any(character.isdigit() for character in value):
        return None
    capitals = [word for word in value.split() if word[:1].isupper()]
    if not capitals or (value.isupper() and len(value) < 7):
        return None
    has_given = any(part in certain_given_names() for part in parts)
    if has_given:
        return "given_and_more" if len(parts) > 1 else "given"
    if len(parts) == 1:
        if _ACCENTED.search(value):
            return "accent"
        if parts[0] in words("english_words") or parts[0] in words("not_names") or parts[0] in words("regions"):
            return None
        if parts[0] in words("surnames"):
            return "surname"
        is_word = len(parts[0]) > 3 and value[1:].islower() and any(vowel in parts[0] for vowel in "aeiouy")
        return "unknown_word" if is_word else None
    if any(part in words("not_names") for part in parts):
        return None
    foreign = [part for part in parts if part not in words("english_words") and part not in words("regions")]
    if len(foreign) == len(parts) and len(capitals) == len(parts):
        return "unknown_words"
    if parts[0] in words("given_names") and parts[-1] in words("surnames"):
        return "full_name"
    return "surname" if foreign and any(part in words("surnames") for part in foreign) and len(parts) < 4 else None


class BaseModelPlaceRecognizer(GateRecognizer):
    """`GPE`, `LOC` and `FAC` of en_core_web_sm, where a preposition stands before or the name is a known town."""

    ENTITY = "LOCATION"

    def hits(self, text: str, doc: Any) -> Iterable[Hit]:
        """Give the supported spans; regions, states and countries stay."""
        for span in doc.ents if doc is not None else ():
            if span.label_ not in {"GPE", "LOC", "FAC"}:
                continue
            start, end = _trim(text, span.start_char, span.end_char)
            value = text[start:end].casefold().removeprefix("the ")
            parts = _parts(value)
            if not parts or value in words("regions") or all(part in words("regions") for part in parts):
                continue
            if not text[start].isupper() or (text[start:end].isupper() and value not in certain_towns()):
                continue
            if value in certain_towns() or (
                _PLACE_CUE.search(text[max(0, start - 12) : start])
                and not all(part in words("english_words") for part in parts)
            ):
                yield Hit(start, end, f"model_{span.label_.lower()}", 0.5)
