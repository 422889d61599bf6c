"""The second reader: looks at what would be stored with rules of its own, and quarantines the post where one hits.

Nothing here is shared with the recognisers. It asks three things: does the text still have the shape of a contact, number
or date; do two words of the name lists stand side by side, or one behind a title; and does a value that was taken out of
any post of the batch stand in it. Of those values it keeps HMACs under a key that is made for the batch and dropped.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence

from listening.privacy.anonymise import Redaction
from listening.privacy.lexicon import is_never_a_name, words
from listening.privacy.normalise import normalise
from listening.privacy.operators import PLACEHOLDER
from listening.privacy.protector import always_kept, is_before_medical_cue, is_medical_word
from listening.privacy.public_links import public_links
from listening.privacy.ranges import blank

QUARANTINED = "quarantined"
"""The reason of the refusal."""
_HINT = re.compile(r"[@/\\]|\d{4}|\d[ .-]\d{2}")
"""What a text must hold for any shape to match."""
_SHAPES = re.compile(
    r"(?<![\w.])@\w{2,}"
    r"|[\w.+-]{2,}@[\w-]+\.\w{2,}"
    r"|\bhttps?://\S{3,}|\bwww\.\w\S{2,}"
    r"|(?<![\w.,/-])\d{9,}(?![\w%])"
    r"|(?<![\w.,/-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)"
    r"|(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)"
    r"|(?<!\w)\+\d{1,3}[ -]?\d{3,}[ -]?\d{3,}"
    r"|(?<![\d./-])(?:\d{1,2}([/.-])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d)(?!\d)"
    r"|\b(?:\d{1,3}\.){3}\d{1,3}\b(?!\.)",
)
_TITLED = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof)\.? ([A-Z][a-z]{2,})\b")
_PAIR = re.compile(r"(?<![.!?:\n] )(?<!^)\b([A-Z][a-z]{2,}) ([A-Z][a-z]{2,})\b")
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LONGEST = 5
"""Words of a value that is looked for."""
_LEAST_LETTERS = 4
_LEAST_DIGITS = 5
_NAMES_SOMEBODY = frozenset({"PERSON", "STREET_ADDRESS", "EMAIL_ADDRESS", "PHONE_NUMBER", "HANDLE"})


class Verifier:
    """Checks one batch: first told what was removed, then asked of each output."""

    def __init__(self) -> None:
        """Make the batch's key."""
        self._key = secrets.token_bytes(16)
        self._removed: set[bytes] = set()
        self._first_words: set[bytes] = set()

    def remember(self, original: str, redaction: Redaction) -> None:
        """Keep the HMACs of the values that a redaction took out of its text."""
        for span in redaction.spans:
            if span.entity_type in _NAMES_SOMEBODY:
                value = _words_of(original[span.start : span.end])
                if 0 < len(value) <= _LONGEST and _tells(value):
                    self._removed.add(self._tag(value))
                    self._first_words.add(self._tag(value[:1]))

    def objection(self, text: str) -> str | None:
        """Name the rule that hits in a redacted text, or give None: `shape`, `title`, `name_pair` or `removed_value`."""
        text = normalise(text).text
        visible = blank(text, (match.span() for match in PLACEHOLDER.finditer(text)))
        visible = blank(visible, public_links(visible))
        visible = blank(visible, always_kept(visible))
        if _HINT.search(visible) and _SHAPES.search(visible):
            return "shape"
        if any(_is_name(match.group(1)) for match in _TITLED.finditer(visible)):
            return "title"
        if any(
            _is_name_pair(*match.groups()) and not is_before_medical_cue(visible, match.end())
            for match in _PAIR.finditer(visible)
        ):
            return "name_pair"
        if self._removed and any(self._tag(run) in self._removed for run in self._runs(visible)):
            return "removed_value"
        return None

    def _runs(self, visible: str) -> Iterator[Sequence[str]]:
        tokens = _words_of(visible)
        for index, token in enumerate(tokens):
            if (len(token) > 1 or token.isupper()) and self._tag((token,)) in self._first_words:
                for length in range(1, min(_LONGEST, len(tokens) - index) + 1):
                    yield tokens[index : index + length]

    def _tag(self, value: Iterable[str]) -> bytes:
        return hashlib.blake2b("\n".join(value).encode(), key=self._key, digest_size=16).digest()


def _words_of(value: str) -> list[str]:
    return _TOKEN.findall(value)


def _tells(value: Sequence[str]) -> bool:
    """Say whether a value would be known again: letters or digits enough, and no plain words or medicine alone."""
    if len(value) == 1 and _is_word_too(value[0].casefold()):
        return False
    letters = sum(character.isalpha() for word in value for character in word)
    digits = sum(character.isdigit() for word in value for character in word)
    return (letters >= _LEAST_LETTERS or digits >= _LEAST_DIGITS) and not all(map(is_never_a_name, value))


def _is_word_too(lower: str) -> bool:
    """Say whether a single value is a word as well: "Grace" was somebody in one post, and is a score in the next."""
    return lower in words("kept_words") or lower in words("kept_lower") or is_medical_word(lower)


def _is_name(word: str) -> bool:
    lower = word.casefold()
    return (lower in words("surnames") or lower in words("given_names")) and not is_never_a_name(word)


def _is_name_pair(first: str, second: str) -> bool:
    if f"{first} {second}".casefold() in words("eponyms"):
        return False
    if is_never_a_name(first) or is_never_a_name(second):
        return False
    if {first.casefold(), second.casefold()} <= words("kept_words"):
        return False  # "Will Price fall again?"
    return first.casefold() in words("given_names") and second.casefold() in words("surnames")
