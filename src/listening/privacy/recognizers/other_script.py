"""Words in scripts without capitals inside an English text: names, as far as anyone here can read them."""

import re

from listening.privacy.recognizers.base import GateRecognizer, pattern

# Blocks from Armenian to Vai and the ideographs; Latin, Greek, Cyrillic, symbols and emoji lie outside.
_LETTER = (
    r"[\u0530-\u1cff\u2e80-\u2fff\u3005-\u3007\u3021-\u302f\u3031-\ua71f\ua800-\uab2f\uab70-\ud7ff\uf900-\ufaff"
    r"\ufb1d-\ufdff\ufe70-\ufefc\U00020000-\U0003ffff]"
)


class OtherScriptRecognizer(GateRecognizer):
    """Runs of up to four words in Han, kana, Hangul, Arabic, Hebrew, Indic and other scripts without capitals.

    No list of this gate covers them, so none can be cleared. One sign alone is left: it is mostly part of a face.
    """

    ENTITY = "PERSON"
    NEEDS = re.compile(_LETTER)
    PATTERNS = (
        pattern("run", rf"(?:{_LETTER}{{2,40}}|{_LETTER} {_LETTER}{{1,40}})(?:[ ・·]{_LETTER}{{1,40}}){{0,3}}", 0.6),
    )
