"""Names behind a title, in any case: "Mr Parkinson", "dr. adeyemi", "Prof Lindqvist", "sr. bennett"."""

import re
from collections.abc import Iterable
from typing import Any

from listening.privacy.lexicon import certain_given_names, certain_surnames, words
from listening.privacy.recognizers.base import Facts, GateRecognizer, Hit

_TITLE = re.compile(
    r"\b(?:(?P<plain>drs?|doctor|mr|mrs|ms|mx|miss|prof(?:essor)?|consultant|sir|dame|lord|lady|rev(?:erend)?|father|fr|hon|rabbi|imam"
    r"|capt(?:ain)?|maj|sgt|lt|col|judge|justice|senator|president|nurse|matron|sister|sr|midwife|surgeon|registrar|pharmacist|aunt(?:ie)?|uncle"
    r"|cousin|grandma|grandpa|nurse practitioner|hcp|doc|chn|pa-c|madame|mme|monsieur|se[ñn]or(?:a|ita)?|senhora?|signora?|sig\.ra|herr|frau|fräulein)\b)(?P<gap>(?: ?\.)?[ \t]{0,2}(?:\n(?=[A-Z]))?)",
    re.IGNORECASE,
)
_NAME = r"(?:[^\W\d_]['’])?[^\W\d_]+(?:['-][^\W\d_]+)*"
_TOKEN = re.compile(rf"(?:(?P<initial>[^\W\d_])\.?(?![\w'])|(?P<name>{_NAME}))")
_PARTICLE = frozenset("van von der den de la le da di du dos das del bin ibn al el st mac ter ten abu".split())
_LOWER_CASE_TITLES = frozenset("dr drs mr mrs ms mx miss prof professor sr".split())
_WORK = frozenset(
    """who what when where why how and or but the a an is was are were be been has had have does did do said says told asked will would can could
    should may might must on in at to from of for with by about if so as not no yes i you he she it we they me him her us them my your his its our
    their this that these those office appointment visit visits appt bag note notes letter team staff station call calls led here there today
    google strange order orders prescribed refused referred saw seen again practitioner practice manager specialist assistant consultant training
    student students bank care home homes on-call oncall shift shifts union strike strikes burnout shortage hi hey please thanks thank
    tells keeps got gets get just never always still think thinks thought want wants wanted need needs""".split()
)


class TitleNameRecognizer(GateRecognizer):
    """A title, then initials, particles and up to three name words. Strong: the medical protector does not overrule it.

    Capitalised words count as they stand; lower-case ones only behind a short title, and one alone unless a known name
    follows.
    """

    ENTITY = "PERSON"

    def hits(self, text: str, doc: Any, facts: Facts) -> Iterable[Hit]:
        """Give title and name together."""
        del doc, facts
        for title in _TITLE.finditer(text):
            end = _name_end(text, title)
            if end:
                yield Hit(title.start(), end, "title", 0.95)


def _name_end(text: str, title: re.Match[str]) -> int | None:  # noqa: C901  one scan
    """Find where the name behind a title ends, or None where there is none."""
    word = title.group("plain").casefold()
    position, end, count, previous = title.end(), None, 0, ""
    if not title.group("gap") or position >= len(text):
        return None
    while count < 4:
        token = _TOKEN.match(text, position)
        if token is None:
            break
        value = token.group()
        if token.group("initial") is not None:
            if (
                _is_cased(value)
                and not value[0].isupper()
                and not (value[0].islower() and value.endswith(".") and word in _LOWER_CASE_TITLES)
            ):
                break
            if value in {"I", "A"} and count == 0:
                break
            end = token.end()
        elif value.casefold() in _PARTICLE and re.match(rf"[ -]{_NAME}", text[token.end() : token.end() + 40]):
            pass
        elif _is_cased(value) and (
            not _is_name_word(value, word, count)
            or (count and value.isupper() and len(value) > 1 and not previous.isupper())
        ):
            break
        else:
            end = token.end()
        count += 1
        previous = value
        position = token.end()
        if value[-2:].lower() in {"'s", "’s"}:
            break
        gap = re.compile(r"[ \t]{1,2}|\.? ?(?=[A-Z])|-").match(text, position)
        if gap is None or gap.end() == position:
            break
        if text[position : gap.end()].startswith(".") and token.group("initial") is None:
            break
        position = gap.end()
    return end


def _is_cased(value: str) -> bool:
    """Tell words of scripts with capitals; one of another script, behind a title in an English text, is a name."""
    return value[0].isupper() or value[0].islower()


def _is_name_word(value: str, title: str, count: int) -> bool:
    lower = value.casefold().removesuffix("'s")
    if lower in _WORK or len(lower) < 2:
        return False
    if value[0].isupper():
        if count == 0:
            # "Sister Act", "Doctor Who", "Nurse Practitioner": role words need a real name behind them.
            return title in _LOWER_CASE_TITLES or lower not in words("english_words") or lower in words("surnames")
        return lower not in words("english_words") or lower in words("surnames")
    if title not in _LOWER_CASE_TITLES:
        return lower in certain_given_names() and count == 0
    if count == 0:
        return lower not in words("english_words") or (title in {"mr", "mrs", "prof"} and lower in words("surnames"))
    return lower in certain_surnames() and lower not in words("english_words")
