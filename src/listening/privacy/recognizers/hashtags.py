"""Hashtags that hold a person's name: #JusticeForFirstLast, #TeamFirst."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from listening.privacy.lexicon import certain_given_names, certain_surnames, common_given_names, words
from listening.privacy.recognizers.base import GateRecognizer, Hit

_TAG = re.compile(r"#(\w{3,100})")
_PARTS = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])|\d+")
_CUE = re.compile(
    r"(?:justice|pray(?:ers)?|prayer|hope|love|strength|vote|stand(?:ing)?)for|(?:team|save|find|rip|remember(?:ing)?|free|"
    r"support|help|bring|missing|prayfor|thankyou|goodbye|happybirthday|staystrong|getwell|iamwith|welove)",
    re.IGNORECASE,
)


class NameHashtagRecognizer(GateRecognizer):
    """A tag split at its capitals: a cue and a name, or a given name beside a surname. Medical tags stay."""

    ENTITY = "PERSON"

    def hits(self, text: str, doc: Any) -> Iterable[Hit]:
        """Give the tags that name someone."""
        del doc
        for match in _TAG.finditer(text) if "#" in text else ():
            tag = match.group(1)
            cue = _CUE.match(tag)
            rest = tag[cue.end() :] if cue else tag
            parts = [part.casefold() for part in _PARTS.findall(rest)]
            if cue and _names_someone(parts):
                yield Hit(match.start() + 1, match.end(), "cue_and_name", 0.85)
            elif len(parts) > 1 and _is_full_name(parts):
                yield Hit(match.start() + 1, match.end(), "full_name", 0.8)
            elif any(part in common_given_names() and len(part) > 3 for part in parts):
                yield Hit(match.start() + 1, match.end(), "given_name", 0.6)


def _names_someone(parts: list[str]) -> bool:
    given = words("given_names")
    return any(part in given or part in certain_surnames() for part in parts[:3])


def _is_full_name(parts: list[str]) -> bool:
    return any(
        first in certain_given_names() and (second in words("surnames") or second not in words("english_words"))
        for first, second in pairwise(parts)
    )
