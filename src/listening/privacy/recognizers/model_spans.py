"""What the two recognisers of the base model's guesses share: trimming a span, and its words."""

import re

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


def word_parts(value: str) -> list[str]:
    """Give the words of a span, case-folded."""
    return [match.group().casefold().removesuffix("'s") for match in _WORD.finditer(value)]


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Cut what the model runs together: what stands behind a break, a sign or a preposition."""
    value = text[start:end]
    for cut in ("\n", "#", "@", "http", "(", ";", "|", " - ", " on ", " at ", " in "):
        if cut in value[1:]:
            value = value[: value.index(cut, 1)]
    value = value.removesuffix("'s").rstrip(" ,.:;!?-")
    return start, start + len(value)
