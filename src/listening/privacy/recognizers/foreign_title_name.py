"""Names behind a title or a word of kinship in German, French, Spanish, Italian and Portuguese, in any case."""

import re
from collections.abc import Iterable
from typing import Any

from listening.privacy.kept import kept_words
from listening.privacy.recognizers.base import Facts, GateRecognizer, Hit

_TITLE = re.compile(
    r"(?<![\w-])(?:frau|herrn?|hr\.|fr\.|dr\.?(?: med\.?)?|doktor|prof\.?(?:ssa|ª|a)?|professeure?|professora?|schwester|pfleger|oma|opa|tante|onkel"
    r"|mme|mlle|monsieur|madame|m\.|mr|docteur|dre|pr|papi|mamie|tata|tonton|sr\.?|sra\.?|srta\.?|don|doña|dra\.?|doctora?|enfermer[oa]|abuel[oa]|t[íi][oa]?"
    r"|sig\.?(?:ra|na)?|signor[ae]?|dott\.?(?:ssa)?|dottor(?:e|essa)?|nonn[oa]|zi[oa]|infermier[ea]|seu|dona|dr\.?ª|enfermeir[oa]|avó|avô|suor|soeur|kollegin|kollege|collègue|compañer[oa]|colega)"
    r"(?P<gap>\.? (?:(?:dr|prof|med|doktor|doctora?)\.? )*)",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
_PARTICLE = frozenset("de da do dos das di del della la le von van der den zu el y e d'".split())


class ForeignTitleNameRecognizer(GateRecognizer):
    """A title and up to three words that are no words of the language; the first may be one where it has a capital."""

    ENTITY = "PERSON"

    def hits(self, text: str, doc: Any, facts: Facts) -> Iterable[Hit]:
        """Give title and name together."""
        del doc
        kept = kept_words(facts.language)
        for title in _TITLE.finditer(text):
            position, end, count = title.end(), None, 0
            while count < _MOST and (word := _NAME.match(text, position)):
                value = word.group().rstrip(".")
                lower = value.casefold()
                is_particle = lower in _PARTICLE and end is not None
                is_unknown = kept.objection(value, value.lower()) is not None
                is_initial = len(value) == 1 and value.isupper()
                if not (
                    is_particle
                    or is_initial
                    or is_unknown
                    or (value[0].isupper() and end is None and _is_strong(title.group()))
                ):
                    break
                if not is_particle:
                    end = word.start() + len(value) + (1 if is_initial and word.group().endswith(".") else 0)
                count += 1
                position = word.end()
                if position >= len(text) or text[position] != " ":
                    break
                position += 1
            if end is not None:
                yield Hit(title.start(), end, "title", 0.9)


_MOST = 5


def _is_strong(title: str) -> bool:
    """Say whether a title stands before names only, so that a capitalised word of the language counts behind it."""
    return re.match(r"(?:dr|prof|mme|mlle|sra|srta|dra|sig|dott|herr|hr|fr\.)", title, re.IGNORECASE) is not None
