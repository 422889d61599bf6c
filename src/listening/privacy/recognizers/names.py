"""Names without a title: given names with a surname or an initial, initials with a surname, name words alone."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from listening.privacy.lexicon import certain_given_names, certain_surnames, words
from listening.privacy.recognizers.base import GateRecognizer, Hit

_WORD = re.compile(r"(?:[^\W\d_]['’])?[^\W\d_]+(?:['-][^\W\d_]+)*")
_INITIAL = re.compile(
    r" ([A-Z])(?:\.(?!\w)|(?=[,;:)?!]|$|\n| (?:seen|who|was|is|had|has|at|on|from|with|age|aged|and|treated|admitted)\b))"
)
_MIDDLE = re.compile(r" (?:[A-Z]\.? ){1,2}(?=[^\W\d_])")
_PARTICLES = re.compile(
    r" (?:(?:van|von|der|den|de|la|le|da|di|du|dos|del|bin|ibn|al|el|ter|ten|abu|st\.?|y|e) ){1,2}(?=[^\W\d_])",
    re.IGNORECASE,
)
_ARABIC = re.compile(r"(?:al|el|bin|ibn|abu|o'|mc|mac)-?[^\W\d_]{3,}(?:-[^\W\d_]+)?", re.IGNORECASE)
_INITIAL_SURNAME = re.compile(
    r"(?<![\w.'/])(?:[A-Z]\. ?){1,3}(?P<surname>(?:[A-Z]')?[A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)*)(?![\w.]*\()"
)
_SPECIES = frozenset(
    "coli difficile pylori aureus pneumoniae influenzae meningitidis gonorrhoeae falciparum vivax jejuni burgdorferi fumigatus diff".split()
)


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    lower: str
    is_capital: bool
    is_upper: bool


def _tokens(text: str) -> list[_Token]:
    tokens = []
    for match in _WORD.finditer(text):
        value = match.group()
        end = match.end()
        if value[-2:] in {"'s", "'S"}:
            value, end = value[:-2], end - 2
        is_upper = value.isupper() and len(value) > 2
        tokens.append(_Token(match.start(), end, value.casefold(), value[0].isupper() and not is_upper, is_upper))
    return tokens


class GivenNameRecognizer(GateRecognizer):
    """A given name of the census or of 60 locales, alone or with what follows it.

    Names that are everyday words ("Grace", "Will") need an initial or a surname behind them.
    """

    ENTITY = "PERSON"

    def hits(self, text: str, doc: Any) -> Iterable[Hit]:
        """Give names in capitals, in title case, and in lower case where two parts agree."""
        del doc
        tokens = _tokens(text)
        skip_to = 0
        for index, token in enumerate(tokens):
            if token.start < skip_to or token.lower not in words("given_names"):
                continue
            following = tokens[index + 1] if index + 1 < len(tokens) else None
            hit = _hit(text, token, following)
            if hit is not None:
                skip_to = hit.end
                yield hit
        yield from _initials(text)


def _hit(text: str, token: _Token, following: _Token | None) -> Hit | None:
    is_certain = token.lower in certain_given_names()
    if token.is_capital:
        initial = _INITIAL.match(text, token.end)
        if initial and (is_certain or initial.group().endswith(".")):
            return Hit(token.start, initial.end(), "given_initial", 0.85)
        end = _surname_end(text, token, following, is_certain=is_certain)
        if end:
            return Hit(token.start, end, "given_surname", 0.85)
        return Hit(token.start, token.end, "given_alone", 0.55) if is_certain else None
    if following is None or text[token.end : following.start] not in {" ", "  "}:
        return None
    if token.is_upper:
        if is_certain and following.is_upper and following.lower in words("surnames"):
            return Hit(token.start, following.end, "capitals_pair", 0.75)
        return None
    if is_certain and not following.is_capital and not following.is_upper:
        if following.lower in certain_surnames() or _ARABIC.fullmatch(text, following.start, following.end):
            return Hit(token.start, following.end, "lower_case_pair", 0.65)
    return None


def _surname_end(text: str, token: _Token, following: _Token | None, *, is_certain: bool) -> int | None:
    """Find the end of the surname behind a capitalised given name."""
    gap = _MIDDLE.match(text, token.end) or _PARTICLES.match(text, token.end)
    start = gap.end() if gap else token.end + 1
    if not gap and text[token.end : start] != " ":
        return None
    word = _WORD.match(text, start)
    if word is None:
        return None
    value = word.group().removesuffix("'s")
    lower = value.casefold()
    if not value[0].isupper() or (value.isupper() and len(value) > 1 and lower not in words("surnames")):
        return None
    is_english = lower in words("english_words") or lower in words("not_names")
    is_surname = lower in words("surnames") or "-" in value
    if is_certain:
        if is_english and not (is_surname and lower not in words("not_names")):
            return None
    elif not (is_surname and not is_english) and not (gap and is_surname):
        return None
    end = start + len(value)
    third = re.compile(r" ((?:[A-Z]')?[A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)*)").match(text, end)
    if third and third.group(1).casefold() in certain_surnames():
        end = third.end()
    return end


def _initials(text: str) -> Iterator[Hit]:
    for match in _INITIAL_SURNAME.finditer(text):
        surname = match.group("surname").casefold()
        if surname not in _SPECIES and surname not in words("english_words"):
            yield Hit(match.start(), match.end(), "initial_surname", 0.7)
        elif surname in words("surnames") and surname not in _SPECIES:
            yield Hit(match.start(), match.end(), "initial_word_surname", 0.5)
