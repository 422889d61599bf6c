"""Fills sentence templates: `{slot}` from what a specialty writes about, `{a|b}` by a choice on the spot."""

import random
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from listening.assets import asset

_SLOT = re.compile(r"\{([^{}]*)\}")
_LINK_SLOTS = {"link": ("doi", "pubmed", "trial", "preprint", "news"), "video": ("video",), "slides": ("slides",)}
_LINK_WEIGHTS = (5, 3, 2, 1, 2)
_CONSONANTS, _VOWELS = "bcdfghklmnprstvz", "aeiou"

Slots = Mapping[str, str | list[str] | Callable[[], str]]


@cache
def grammar(name: str) -> Mapping[str, Any]:
    """Read one of the grammar's files, such as `sentences`, once."""
    return tomllib.loads(asset(f"data/samples/grammar/{name}.toml").read_text(encoding="utf-8"))


def word(rng: random.Random, syllables: int = 3) -> str:
    """Make a pronounceable word that means nothing."""
    return "".join(rng.choice(_CONSONANTS) + rng.choice(_VOWELS) for _ in range(syllables))


def make_link(rng: random.Random, slot: str) -> str:
    """Make a link to a paper, trial, video, podcast or news page that does not exist."""
    if slot == "podcast":
        kind = "podcast"
    else:
        kinds = _LINK_SLOTS[slot]
        kind = rng.choices(kinds, _LINK_WEIGHTS[: len(kinds)])[0]
    digits = str(rng.randrange(10**9, 10**10))
    slots = {
        "slug": f"demo-{word(rng)}-{word(rng, 2)}",
        "slug11": f"{word(rng).title()}{digits[:5]}",
        "digits": digits[:6],
        "digits5": digits[:5],
        "digits8": digits[:8],
    }
    template: str = rng.choice(grammar("fillers")["link"][kind])
    return expand(template, rng, slots)


def expand(template: str, rng: random.Random, slots: Slots) -> str:
    """Fill a template.

    A slot named `x2` is another draw of `x`, different from the first where the list allows.

    Raises:
        KeyError: The template names a slot that nothing fills.
    """
    drawn: dict[str, str] = {}

    def fill(match: re.Match[str]) -> str:
        name: str = match[1]
        if "|" in name:
            return rng.choice(name.split("|"))
        source: str | list[str] | Callable[[], str] = slots[name] if name in slots else slots[name.rstrip("2")]
        if isinstance(source, str):
            return source
        value = _other(source, rng, drawn.get(name.rstrip("2"))) if isinstance(source, list) else source()
        drawn[name] = value
        return value

    while _SLOT.search(template):
        template = _SLOT.sub(fill, template)
    return template


def _other(values: Sequence[str], rng: random.Random, taken: str | None) -> str:
    left = [value for value in values if value != taken]
    return rng.choice(left or values)


def clinical_slots(rng: random.Random, specialty: str, now: datetime, extra: Mapping[str, list[str]]) -> Slots:
    """Give the fillers for one post.

    Args:
        rng: Where the draws come from.
        specialty: Id of the author's specialty.
        now: For the month a sentence names.
        extra: More `drug` and `condition` fillers, those of the vocabulary.
    """
    fillers, specialties = grammar("fillers"), grammar("specialties")
    own = specialties[specialty]
    others = [row["doctor"] for name, row in specialties.items() if name != specialty]
    congresses = extra["congress"]
    return {
        **{name: values for name, values in fillers.items() if isinstance(values, list)},
        "drug": extra["drug"] if extra["drug"] and rng.random() < 0.2 else own["drugs"],
        "condition": extra["condition"] if extra["condition"] and rng.random() < 0.1 else own["conditions"],
        "procedure": own["procedures"],
        "unit": own["unit"],
        "doctor": own["doctor"],
        "doctor2": others,
        "specialty": specialty.replace("-", " "),
        "congress": congresses,
        "n": lambda: str(rng.randint(2, 9)),
        "n1": lambda: str(rng.randint(0, 9)),
        "n2": lambda: str(rng.randint(11, 48)),
        "hr": lambda: f"0.{rng.randint(58, 94)}",
        "auc": lambda: f"0.{rng.randint(61, 93)}",
        "nct": lambda: f"NCT0{rng.randrange(10**6, 10**7)}",
        "link": lambda: make_link(rng, "link"),
        "video": lambda: make_link(rng, "video"),
        "slides": lambda: make_link(rng, "slides"),
        "podcast": lambda: make_link(rng, "podcast"),
        "month_year": now.strftime("%B %Y"),
    }
