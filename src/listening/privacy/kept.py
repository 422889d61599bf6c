"""The controlled vocabulary of default deny: which word, number or code is kept as it stands, and why another is not."""

import re
import unicodedata
from functools import cache

from listening.privacy.lexicon import common_given_names, words
from listening.vocabulary import load_vocabulary

TOKEN = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")
"""What is judged as one: letters and digits, with the apostrophe of a contraction."""
LONGEST_NUMBER = 4
_LONGEST_CODE = 4
_ENDING = re.compile(r"(?:'s|s'|'re|'ve|'ll|'d|'m|n't|')$")
_ELISION = re.compile(
    r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|un|dell|nell|all|sull|dall|quest|d|n)['’](?=\w)", re.IGNORECASE
)
_HUMP = re.compile(r"[A-ZÀ-Þ]?[^\W\d_A-ZÀ-Þ]+|[A-ZÀ-Þ]+(?![^\W\d_A-ZÀ-Þ])|\d+")
_UNIT = re.compile(
    r"(\d+(?:st|nd|rd|th)?)(?:mg|mcg|µg|ug|g|kg|ml|l|dl|m2|mmol|mol|iu|units?|u|cm|mm|m|km|h|hr|hrs|min|mins|s|sec|d|w|wk|wks|mo|y|yo|yr|yrs|x|pm|am"
    r"|k|bn|fr|gy|mmhg|bpm|ppm|st|nd|rd|th|s)",
    re.IGNORECASE,
)
_SHORTEST_TERM = 7
_CLINICAL = re.compile(
    r"(?:scop(?:y|ies|ic|ist)|itis|itides|osis|oses|otic|(?:ph|gly|n|ch|r|lip|ur|k|sk|ox|x|tr|v|id)a?emi[ac]s?|ectom(?:y|ies)|path(?:y|ies|ic)|plast(?:y|ies)"
    r"|[lrsct]otom(?:y|ies)|ostom(?:y|ies)|ograms?|ograph(?:y|ic|ies)|algia|algic|rrhagic|rrhage|rrho?ea|o?edema|ur(?:ia|ic)|pno?ea|troph(?:y|ic)|plegi[ac]|paresis"
    r"|phasi[ac]|phagi[ac]|peni[ac]|phili[ac]|cyt(?:e|es|ic|osis)|genesis|ogenic|tropic|lysis|lytic|stasis|static|sclero(?:sis|tic)|malacia|megaly|ptysis"
    r"|mycin|cillin|azole|olol|statin|[ltzmrc]mab|tinib|ciclib|glutide|gliptin|gliflozin|sartan|xaban|floxacin|cycline|parin|setron|triptan|gepant|lukast|dipine"
    r"|penem|limus|bactam|fibrate|buvir|tegravir|navir|ciclovir|centesis|desis|pexy|rrhaphy|tripsy|kinesia|thymia|somnia|iatric|iatrics|ologic(?:al)?|ologist|ologists"
    r"|ectom(?:ie|ía|ia)s?|scop(?:ie|ía|ia)s?|path(?:ie|ien)|pat[íi]as?|(?:[éeä]|ae)mi(?:e|en|as?)|log(?:ie|ue|ues|en|ía|ia|o|os|a|as|hi)|th[ée]rap(?:ie|ies|ien|eut\w*)|terap(?:ia|ias|ie|eut\w*)"
    r"|[lrsct]omie|ostomie|gramm[ae]?s?|grafía|graphie|grafia|itis|iti|ites?|osen?|osis|ös|ose|osi|pati(?:e|que|co|ca)|toxi(?:que|cidad|cità|zität)"
    r"|cardia[cl]?|vascular|pulmonary|hepatic|enteric|pleural|articular|cutaneous|epithelial|arterial|venous)$"
)
"""Endings that words of medicine have and names have not: combining forms, and stems of the WHO's list of INN."""

_LONGEST_ARTICLE = 4
_LONGEST_TAG, _LONGEST_PART, _SHORTEST_PART, _SHORTEST_COMPOUND = 40, 18, 3, 5

FUNCTION_WORDS = frozenset(
    """the a an in on at of and or but for with from to by is was are were be been not no new this that these those my your his her its our their who
    what when where why how i you he she it we they me him us them if so as than then there here all any some very more most just only also now
    yes please thanks thank dear after before since until about into over under between during without within because while via per""".split()
)


@cache
def all_names() -> frozenset[str]:
    """Given names, surnames and towns, all that the lists have."""
    return words("given_names") | words("surnames") | words("towns")


@cache
def _term_words() -> frozenset[str]:
    """The words of the controlled vocabulary that are neither names nor eponyms; those that are stay within their term only."""
    found = {
        part
        for term in load_vocabulary().terms
        if term.tier != "block"
        for part in TOKEN.findall(term.text.casefold())
        if len(part) > 1
    }
    return frozenset(found - all_names() - words("eponyms") - words("eponyms_with_cue"))


_FOLDS = (
    ("th", "t"),
    ("ph", "f"),
    ("ch", "c"),
    ("y", "i"),
    ("k", "c"),
    ("w", "v"),
    ("z", "c"),
    ("ae", "e"),
    ("oe", "e"),
    ("x", "s"),
    ("qu", "c"),
)


def fold_international(word: str) -> str:
    """Bring the spellings of an international word together: "levothyroxine", "levotiroxina" and "Lévothyroxine" are one."""
    plain = "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(c))
    for written, folded in _FOLDS:
        plain = plain.replace(written, folded)
    plain = re.sub(r"(.)\1", r"\1", plain)
    return re.sub(r"(?:us|um|on|[aeio])?s?$", "", plain)


@cache
def _international() -> frozenset[str]:
    """The folded words of the vocabulary's products, conditions, procedures and effects."""
    words_of_terms = (
        part
        for surface in load_vocabulary().surfaces("product", "condition", "procedure", "adverse_event")
        for part in TOKEN.findall(surface)
    )
    return frozenset(
        fold_international(word) for word in words_of_terms if len(word) >= _SHORTEST_TERM and word.isalpha()
    )


class KeptWords:
    """What is kept in one language. English and medicine are kept in all of them: posts mix."""

    def __init__(self, language: str) -> None:
        """Load the lists of a language, an ISO 639 code."""
        medical = {
            part
            for term in (*words("medical_words"), *words("communities"), *words("regions"))
            for part in TOKEN.findall(term)
            if part not in common_given_names()
        }
        self.language = language
        self._medicine = words("clinical_words") | medical | _term_words()
        self.anyhow = words("kept_words") | words("post_words") | self._medicine
        self.lower_only = words("kept_lower")
        self.function_words: frozenset[str] = frozenset()
        if language != "en":
            self.anyhow |= words(f"words_{language}") | words("foreign_words")
            self.function_words = frozenset(
                word for word in words(f"words_{language}") if len(word) <= _LONGEST_ARTICLE
            )
            self.lower_only = (self.lower_only | words(f"lower_{language}")) - self.anyhow

    def is_of_medicine(self, lower: str) -> bool:
        """Say whether a word in lower case stands in a term of medicine, or ends as only such words do."""
        return lower in self._medicine or (len(lower) >= _SHORTEST_TERM and _CLINICAL.search(lower) is not None)

    def objection(self, token: str, lower: str) -> str | None:
        """Say why a token goes, by itself, or give None where it is kept.

        Gives `unknown_word`, `name_word` (a word that is a name as well, with a capital), `long_number` or `code`.

        Args:
            token: One match of `TOKEN`.
            lower: The same in lower case.
        """
        if lower in self.anyhow:
            return None
        if lower in self.lower_only:
            return None if token[0].islower() else "name_word"
        if token.isascii() and token.isdigit():
            return None if len(token) <= LONGEST_NUMBER else "long_number"
        return self._compound_objection(token, lower)

    def _compound_objection(self, token: str, lower: str) -> str | None:  # noqa: PLR0911  a list of cases
        plain = lower.replace("’", "'")
        stem = _ENDING.sub("", plain)
        if stem != plain and stem and (stem in self.anyhow or (stem in self.lower_only and token[0].islower())):
            return None
        if any(character.isdigit() for character in lower):
            return self._mixed_objection(lower)
        if self.language != "en" and (elided := _ELISION.match(token)):
            return self.objection(token[elided.end() :], lower[elided.end() :])
        if len(lower) >= _SHORTEST_TERM and lower not in all_names():
            if _CLINICAL.search(lower):
                return None
            if self.language != "en" and fold_international(lower) in _international():
                return None
            if self.language == "de" and self._is_compound(lower):
                return None
        return "unknown_word"

    def _mixed_objection(self, lower: str) -> str | None:
        """Judge letters and digits run together: units and short codes of medicine stay, record numbers go."""
        unit = _UNIT.fullmatch(lower)
        if unit and len(unit.group(1)) <= LONGEST_NUMBER:
            return None
        digits = sum(character.isdigit() for character in lower)
        letters = "".join(character for character in lower if not character.isdigit())
        if digits <= 2 and len(lower) <= _LONGEST_CODE:
            return None
        return None if digits <= 3 and len(letters) > 1 and letters in self.anyhow else "code"

    def _is_compound(self, lower: str) -> bool:
        """Say whether a German word falls apart into two kept ones, with the s of a genitive between."""
        for place in range(_SHORTEST_COMPOUND, len(lower) - _SHORTEST_COMPOUND + 1):
            head, tail = lower[:place], lower[place:]
            if tail in self.anyhow and (head in self.anyhow or head.removesuffix("s") in self.anyhow):
                return True
        return False

    def is_readable_tag(self, tag: str) -> bool:
        """Say whether a hashtag falls apart into kept words: at its capitals, or in lower case at the longest words."""
        parts = _HUMP.findall(tag)
        if len(parts) > 1:
            return all(part.isdigit() or self.objection(part, part.lower()) is None for part in parts)
        return _SHORTEST_PART < len(tag) <= _LONGEST_TAG and tag.isalpha() and self._splits(tag.lower())

    def _splits(self, tag: str) -> bool:
        """Split into kept words of three letters and more, or the commonest short ones; names are no kept words."""
        reachable = [True] + [False] * len(tag)
        for end in range(1, len(tag) + 1):
            reachable[end] = any(
                reachable[start]
                and (
                    tag[start:end] in FUNCTION_WORDS
                    or (end - start >= _SHORTEST_PART and tag[start:end] in self.anyhow)
                )
                for start in range(max(0, end - _LONGEST_PART), end)
            )
        return reachable[-1]


@cache
def kept_words(language: str) -> KeptWords:
    """Give the vocabulary of a language, loaded once."""
    return KeptWords(language)
