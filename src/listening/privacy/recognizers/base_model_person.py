"""What spaCy's small English model takes for people, kept only where something supports the guess."""

import re
from collections.abc import Iterable
from typing import Any

from listening.privacy.lexicon import certain_given_names, words
from listening.privacy.recognizers.base import Facts, GateRecognizer, Hit
from listening.privacy.recognizers.model_spans import trim, word_parts
from listening.privacy.recognizers.own_spans import BASE_SPANS, is_foreign_name

_ACCENTED = re.compile(r"[\u00c0-\u024f]")


class BaseModelPersonRecognizer(GateRecognizer):
    """`PERSON` of en_core_web_sm, which scores every guess alike: on clinical text most bare ones are medical words.

    Kept: a part is a known name and no everyday word; two or more capitalised words none of which is English; an accent.
    """

    ENTITY = "PERSON"

    def hits(self, text: str, doc: Any, facts: Facts) -> Iterable[Hit]:
        """Give the supported spans, with a trailing initial."""
        for span in doc.spans.get(BASE_SPANS, ()) if doc is not None else ():
            if span.label_ not in {"PERSON", "ORG", "PER"}:
                continue
            start, end = trim(text, span.start_char, span.end_char)
            value = text[start:end]
            if facts.language != "en":
                if span.label_ == "PER" and any(is_foreign_name(word, facts.language) for word in value.split()):
                    yield Hit(start, end, "model_per", 0.6)
                continue
            evidence = _person_evidence(value)
            if evidence and (span.label_ == "PERSON" or evidence == "given_and_more"):
                yield Hit(start, end, f"model_{evidence}", 0.6)


def _person_evidence(value: str) -> str | None:  # noqa: C901, PLR0911  a list of cases
    parts = word_parts(value)
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
