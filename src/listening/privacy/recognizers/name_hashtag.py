"""Hashtags that hold a person's name: #JusticeForFirstLast, #TeamFirst."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from listening.privacy.lexicon import certain_given_names, certain_surnames, common_given_names, words
from listening.privacy.recognizers.base import Facts, GateRecognizer, Hit

_TAG = re.compile(r"#(\w{3,100})")
_PARTS = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])|\d+")
_CUE = re.compile(
    r"(?:justice|pray(?:ers)?|prayer|hope|love|strength|vote|stand(?:ing)?)for|(?:team|save|find|rip|remember(?:ing)?|free|"
    r"support|help|bring|missing|prayfor|thankyou|goodbye|happybirthday|staystrong|getwell|iamwith|welove)",
    re.IGNORECASE,
)

_MEMORIAL = re.compile(
    r"(?:(?i:(?:justice|pray(?:ers)?)_?for|remember(?:ing)?|i?stand(?:ing)?_?with|in(?:loving)?memoryof)_?(?=[^\W\da-z])|RIP_?(?=[A-Z][^\W\d_A-Z]|[^\x00-\x7f]))"
    r"|(?i:justice|pray)_?(?i:for)_?(?=[^\W\d_])"
)
"""Tags of this form are about somebody: what follows counts as a name unless all of it is everyday words."""


class NameHashtagRecognizer(GateRecognizer):
    """A tag split at its capitals: a cue and a name, or a given name beside a surname. Medical tags stay."""

    ENTITY = "PERSON"

    def hits(self, text: str, doc: Any, facts: Facts) -> Iterable[Hit]:
        """Give the tags that name someone."""
        del doc, facts
        for match in _TAG.finditer(text) if "#" in text else ():
            tag = match.group(1)
            cue = _CUE.match(tag)
            rest = tag[cue.end() :] if cue else tag
            parts = [part.casefold() for part in _PARTS.findall(rest)]
            memorial = _MEMORIAL.match(tag)
            if memorial and not _is_everyday(tag[memorial.end() :]):
                yield Hit(match.start() + 1, match.end(), "memorial", 0.85)
            elif cue and _names_someone(parts):
                yield Hit(match.start() + 1, match.end(), "cue_and_name", 0.85)
            elif len(parts) > 1 and _is_full_name(parts):
                yield Hit(match.start() + 1, match.end(), "full_name", 0.8)
            elif any(part in common_given_names() and len(part) > 3 for part in parts):
                yield Hit(match.start() + 1, match.end(), "given_name", 0.6)


def _is_everyday(rest: str) -> bool:
    """Say whether a tag's rest is places and English words that are no given names ("Ukraine", "Nurses")."""
    if rest.casefold() in words("regions") or rest.casefold() in words("english_words") - words("names_first"):
        return True
    parts = [part.casefold() for part in _PARTS.findall(rest)]
    given = words("given_names")
    return all(part in words("regions") or (part in words("english_words") and part not in given) for part in parts)


def _names_someone(parts: list[str]) -> bool:
    given = words("given_names")
    return any(part in given or part in certain_surnames() for part in parts[:3])


def _is_full_name(parts: list[str]) -> bool:
    return any(
        first in certain_given_names() and (second in words("surnames") or second not in words("english_words"))
        for first, second in pairwise(parts)
    )
