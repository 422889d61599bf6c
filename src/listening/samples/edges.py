"""The odd posts: other languages, nothing but emoji, nothing at all, endless, dated 2010 or 2099, sent twice."""

import random
from collections.abc import Sequence

from listening.samples.grammar import Slots, expand, grammar
from listening.samples.model import Channel

LONG_CHARACTERS = 20_000
_SHARES: dict[str, float] = {
    "foreign": 0.03, "duplicate_text": 0.008, "duplicate_id": 0.006, "emoji": 0.003, "empty": 0.002, "control": 0.002,
    "back_dated": 0.002, "future_dated": 0.002, "long": 0.0006,
}  # fmt: skip
_NOT_IN_FEEDS = {"empty", "control"}
"""XML has no control characters, and an article without a word is none."""


def plan_edges(rng: random.Random, slots: Sequence[tuple[Channel, bool]]) -> dict[int, str]:
    """Say which posts are odd, by index.

    Args:
        rng: Where the draws come from.
        slots: For each post its channel, and whether it is planted for a driver: those stay ordinary.
    """
    free = [index for index, (_, is_planted) in enumerate(slots) if not is_planted]
    rng.shuffle(free)
    result: dict[int, str] = {}
    for edge, share in _SHARES.items():
        # Every oddity stands in every sample, but for the endless post, which would be most of a small one.
        wanted = max(0 if edge == "long" else 1, round(len(slots) * share))
        for index in [index for index in free if index not in result and _fits(edge, slots[index][0])][:wanted]:
            result[index] = edge
    return result


def _fits(edge: str, channel: Channel) -> bool:
    if edge == "duplicate_id":
        return channel == "export"
    return channel != "feed" or edge not in _NOT_IN_FEEDS


def odd_text(edge: str, rng: random.Random, slots: Slots) -> tuple[str, str]:
    """Write the text of an odd post: BCP 47 tag and text."""
    words = grammar("edges")
    if edge == "foreign":
        language = rng.choice(list(words["foreign"]))
        picked = rng.sample(words["foreign"][language], 2)
        return language, " ".join(expand(sentence, rng, slots) for sentence in picked)
    if edge == "emoji":
        return "en", rng.choice(words["emoji"]["texts"])
    if edge == "empty":
        return "en", ""
    article = grammar("sentences")["article"]["sentences"]
    if edge == "control":
        return "en", "\x00\x01\x08 " + expand(rng.choice(article), rng, slots).replace(
            " ", "\x0b\u200b "
        ) + " \x1b[31m\u202e"
    text = ""
    while len(text) < LONG_CHARACTERS:
        text += expand(rng.choice(article), rng, slots) + " "
    return "en", text[:LONG_CHARACTERS].rstrip()
