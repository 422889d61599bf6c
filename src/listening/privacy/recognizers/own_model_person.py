"""People that the project's own model finds."""

import re
from collections.abc import Iterable

from listening.privacy.lexicon import is_never_a_name, words
from listening.privacy.recognizers.model_spans import word_parts
from listening.privacy.recognizers.own_spans import OwnSpansRecognizer

_JOINT = re.compile(r", (?:and )?| and | & ")
_NOBODY = frozenset("i he she they we you it who md phd rn pt patient doctor dr nurse mr mrs ms".split())


class OwnModelPersonRecognizer(OwnSpansRecognizer):
    """Label `PER`. It learnt medical words as nothing; what no list knows as a word may well be a name."""

    ENTITY = "PERSON"
    LABELS = frozenset({"PER"})

    def parts(self, text: str, start: int, end: int) -> Iterable[tuple[int, int]]:
        """Take a list of names apart that the model ran together."""
        for joint in _JOINT.finditer(text, start, end):
            yield start, joint.start()
            start = joint.end()
        yield start, end

    def keeps(self, text: str, start: int, end: int) -> bool:
        """Leave pronouns, bare titles and countries."""
        value = text[start:end]
        parts = word_parts(value)
        if not parts:
            return bool(re.search(r"\d", value)) and len(value) > 3
        if value.casefold() in words("regions"):
            return False
        if all(part in _NOBODY for part in parts):
            return False
        return not all(is_never_a_name(word) for word in value.split() if word[0].isalpha())
