"""Make one canonical form of a text for the recognisers, with a map of every character back to the original."""

import unicodedata
from dataclasses import dataclass

_PUNCTUATION = str.maketrans({
    **dict.fromkeys("‘’ʼ′＇`´", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("“”„″", '"'),
    **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
    **dict.fromkeys("\v\f\x1c\x1d\x1e\x85\u2028\u2029", "\n"),
    "＠": "@",
    "․": ".",
    "﹫": "@",
})  # fmt: skip

# Letters of other scripts that look Latin; mapped only inside a word that also holds Latin letters or digits, so that
# Russian or Greek words stay what they are. Source: Unicode confusables.txt, the single-letter look-alikes.
_LOOK_ALIKES = {
    "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ј": "j", "ѕ": "s", "һ": "h",
    "ԁ": "d", "ԛ": "q", "ԝ": "w", "А": "A", "В": "B", "Е": "E", "К": "K", "М": "M", "Н": "H", "О": "O", "Р": "P",
    "С": "C", "Т": "T", "У": "Y", "Х": "X", "І": "I", "Ј": "J", "Ѕ": "S", "Α": "A", "Β": "B", "Ε": "E", "Ζ": "Z",
    "Η": "H", "Ι": "I", "Κ": "K", "Μ": "M", "Ν": "N", "Ο": "O", "Ρ": "P", "Τ": "T", "Υ": "Y", "Χ": "X", "ο": "o",
    "ν": "v", "ι": "i", "ɑ": "a", "ı": "i",
}  # fmt: skip


_ELLIPSIS = "…"
"""Left as it is, though NFKC would make three full stops of it: layer 7's placeholder has to be known again."""


@dataclass(frozen=True, slots=True)
class Normalised:
    """A canonical text and where each of its characters came from.

    `starts[i]`, `ends[i]` bound the original characters behind character `i`; `None` says that both texts align.
    """

    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Map a non-empty span `[start, end)` of the canonical text onto the original."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def _is_dropped(character: str) -> bool:
    return unicodedata.category(character) in {"Cf", "Cc", "Cs", "Co"} and character not in "\t\n\r"


def _is_variation(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f"


def normalise(text: str) -> Normalised:
    """Fold compatibility forms, quotes, dashes and look-alike letters; drop what has no width.

    Runs in time linear in the length. ASCII text without control characters comes back as it is.
    """
    if text.isascii() and text.isprintable():
        return Normalised(text)
    plain = text.translate(_PUNCTUATION)
    needs_map = not (plain.isascii() and plain.replace("\n", "").replace("\r", "").replace("\t", "").isprintable())
    if not needs_map:
        return Normalised(plain)
    if unicodedata.is_normalized("NFKC", plain.replace(_ELLIPSIS, "")) and not any(
        c in _LOOK_ALIKES or _is_dropped(c) or _is_variation(c) for c in set(plain)
    ):
        return Normalised(plain)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position, length = 0, len(plain)
    while position < length:
        first = position
        position += 1
        while position < length and position - first < 16 and unicodedata.combining(plain[position]):
            position += 1
        cluster = plain[first:position]
        for character in cluster if cluster == _ELLIPSIS else unicodedata.normalize("NFKC", cluster):
            folded = character.translate(_PUNCTUATION)
            if _is_dropped(folded) or _is_variation(folded):
                continue
            pieces.append(folded)
            starts.append(first)
            ends.append(position)
    return Normalised(_fold_look_alikes(pieces), tuple(starts), tuple(ends))


def _fold_look_alikes(pieces: list[str]) -> str:
    """Replace look-alike letters in words that mix scripts; `pieces` are single characters."""
    start, length = 0, len(pieces)
    while start < length:
        end = start
        has_latin = has_look_alike = False
        while end < length and (pieces[end].isalnum() or pieces[end] in "@._"):
            has_latin |= pieces[end].isascii() and pieces[end].isalnum()
            has_look_alike |= pieces[end] in _LOOK_ALIKES
            end += 1
        if has_latin and has_look_alike:
            for index in range(start, end):
                pieces[index] = _LOOK_ALIKES.get(pieces[index], pieces[index])
        start = max(end, start + 1)
    return "".join(pieces)
