"""Names without a title: given names with a surname or an initial, initials with a surname, name words alone."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from listening.privacy.kept import kept_words
from listening.privacy.lexicon import certain_given_names, certain_surnames, common_given_names, is_unknown, words
from listening.privacy.protector import is_medical_word
from listening.privacy.recognizers.base import Facts, GateRecognizer, Hit

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
    r"(?<![\w.'/])(?<!\d,)(?:[A-Z]\. ?){1,3}(?P<surname>(?:[A-Z]')?[A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)*)(?![\w.]*\()"
)
_CAPITAL_BEHIND = re.compile(r" ((?:[A-Z]')?[A-ZÀ-Þ][^\W\d_]+(?:-[A-Z][^\W\d_]+)*)")
_CLINICAL_ENDING = re.compile(
    r"(?:uria|emia|itis|osis|oses|asis|pathy|tomy|plasty|scopy|gram|algia|oma|[td]ed|bed|sed|zed|ging|ting|ning|sing"
    r"|mab|nib|pril|sartan|statin|olol|azole|cillin|mycin|cycline|oxacin|tide|gliptin|flozin|setron|parin|xaban|vir|mide|sone|lone"
    r"|pnoea|pnea|rrhoea|rrhea|rrhage|edema|trophy|plegia|paresis|phasia|phagia|penia|philia|cytes?|genic|tropic|ptysis|mesis)$"
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

    def hits(self, text: str, doc: Any, facts: Facts) -> Iterable[Hit]:
        """Give names in capitals, in title case, and in lower case where two parts agree."""
        del doc
        language = facts.language
        tokens = _tokens(text)
        if language != "en":
            kept = kept_words(language)
            tokens = [token for token in tokens if kept.objection(text[token.start : token.end], token.lower)]
        skip_to = 0
        for index, token in enumerate(tokens):
            if token.start < skip_to:
                continue
            if token.lower not in words("given_names"):
                hit = _foreign(text, token)
                if hit is not None:
                    skip_to = hit.end
                    yield hit
                continue
            following = tokens[index + 1] if index + 1 < len(tokens) else None
            hit = _hit(text, token, following)
            if hit is not None:
                skip_to = hit.end
                yield hit
        yield from _initials(text)


def _hit(text: str, token: _Token, following: _Token | None) -> Hit | None:  # noqa: PLR0911  a list of cases
    is_certain = token.lower in certain_given_names()
    if token.is_capital:
        initial = _INITIAL.match(text, token.end)
        if initial and (is_certain or initial.group().endswith(".")):
            return Hit(token.start, initial.end(), "given_initial", 0.85)
        end = _surname_end(text, token, is_certain=is_certain)
        if end:
            return Hit(token.start, end, "given_surname", 0.85)
        return Hit(token.start, token.end, "given_alone", 0.55) if is_certain else None
    if following is None or text[token.end : following.start] not in {" ", "  "}:
        return _common(token, "capitals_alone" if token.is_upper else "lower_case_alone", 4)
    if token.is_upper:
        if is_certain and following.is_upper and following.lower in words("surnames"):
            return Hit(token.start, following.end, "capitals_pair", 0.75)
        return _common(token, "capitals_alone", 4)
    if (
        is_certain
        and not (following.is_capital or following.is_upper)
        and (following.lower in certain_surnames() or _ARABIC.fullmatch(text, following.start, following.end))
    ):
        return Hit(token.start, following.end, "lower_case_pair", 0.65)
    if token.lower in common_given_names() and _is_unknown_lower(text[following.start : following.end]):
        return Hit(token.start, following.end, "lower_case_unknown", 0.5)
    return _common(token, "lower_case_alone", 4)


def _is_unknown_lower(word: str) -> bool:
    return (
        len(word) > 4
        and word.islower()
        and is_unknown(word.title())
        and not is_medical_word(word)
        and not _CLINICAL_ENDING.search(word)
    )


def _common(token: _Token, name: str, shortest: int) -> Hit | None:
    """Take a name without title case only where it is among the most frequent ones."""
    is_common = token.end - token.start >= shortest and token.lower in common_given_names()
    return Hit(token.start, token.end, name, 0.5) if is_common else None


def _foreign(text: str, token: _Token) -> Hit | None:  # noqa: PLR0911  a list of cases
    """Take unknown capitalised words that are built like a name: accents, or an initial between two of them."""
    if not token.is_capital or token.lower in words("english_words") or token.lower in words("not_names"):
        return None
    if token.lower in words("regions") or token.end - token.start < 3:
        return None
    middle = _MIDDLE.match(text, token.end)
    word = _WORD.match(text, middle.end()) if middle else None
    if word is not None and word.group()[0].isupper() and not word.group().isupper():
        last = word.group().removesuffix("'s")
        if len(last) > 2 and last.casefold() not in words("english_words") and last.casefold() not in words("regions"):
            return Hit(token.start, word.start() + len(last), "middle_initial", 0.6)
    following = _CAPITAL_BEHIND.match(text, token.end)
    if following and _is_foreign_word(following.group(1)) and token.end - token.start > 3:
        return Hit(token.start, following.end(), "unknown_pair", 0.45)
    if any("\u00c0" <= character <= "\u024f" for character in token.lower):
        if following and following.group(1).casefold() not in words("english_words"):
            return Hit(token.start, following.end(), "accents", 0.55)
        return Hit(token.start, token.end, "accents", 0.5)
    return None


def _is_foreign_word(word: str) -> bool:
    lower = word.casefold()
    return (
        len(word) > 3
        and not word.isupper()
        and word[1:].islower()
        and not any(
            lower in words(name) for name in ("english_words", "not_names", "regions", "medical_words", "eponyms")
        )
    )


def _surname_end(text: str, token: _Token, *, is_certain: bool) -> int | None:
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
    third = _CAPITAL_BEHIND.match(text, end)
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
