"""Ages of ninety and more in German, French, Spanish, Italian and Portuguese."""

from listening.privacy.recognizers.base import GateRecognizer, pattern
from listening.privacy.recognizers.foreign_age import UNIT

_N = r"(?:9\d|1[01]\d|12[0-2])"
_WORDS = r"(?:quatre-vingt-(?:dix|onze|douze|treize|quatorze|quinze|seize)(?:-(?:sept|huit|neuf))?|\w*neunzig|noventa(?: y \w+| e \w+)?|novant\w+|cent(?:enaire|enario)|hundert)"


class ForeignNinetyPlusRecognizer(GateRecognizer):
    """Ages over 89 share one category (45 CFR 164.514(b)(2)(i)(C))."""

    ENTITY = "AGE_90_PLUS"
    PATTERNS = (
        pattern("digits", rf"(?<![\w.,/-])(?P<value>{_N}[ -]?{UNIT})(?!\w)", 0.9),
        pattern("words", rf"(?<!\w)(?P<value>{_WORDS}[ -]?{UNIT})(?!\w)", 0.9),
        pattern(
            "named", r"\b(?:nonag[ée]naire|centenaire|nonagenari[oa]|centenari[oa]|nonagenári[oa]|centenári[oa])\b", 0.8
        ),
    )
