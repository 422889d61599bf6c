"""E-mail addresses, also spelled out ("jane dot doe at nhs dot net")."""

import re

from listening.privacy.recognizers.base import GateRecognizer, pattern

_DOT = r"(?:\s?[\[(]\s?dot\s?[\])]\s?|\sdot\s|\.)"
_AT = r"(?:\s?[\[(]\s?at\s?[\])]\s?|\sat\s|\s?@\s?)"


class EmailAddressRecognizer(GateRecognizer):
    """RFC 5322 addresses as people write them; spelled-out forms need a "dot" ending in a known domain label."""

    ENTITY = "EMAIL_ADDRESS"
    NEEDS = re.compile(r"@|\b(?:at|dot)\b", re.IGNORECASE)
    PATTERNS = (
        pattern("address", r"(?<![\w.+-])[\w.+%'-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}(?<![.-])", 0.98),
        pattern(
            "spelled_out",
            rf"\b[a-z0-9_-]{{1,40}}(?:{_DOT}[a-z0-9_-]{{1,40}}){{0,3}}{_AT}[a-z0-9-]{{2,40}}(?:{_DOT}[a-z0-9-]{{1,40}}){{0,3}}"
            rf"(?:\s?[\[(]\s?dot\s?[\])]\s?|\sdot\s)(?:com|net|org|edu|uk|gov|io|me|info|ca|au|ie|nz|de|fr|eu)\b",
            0.9,
        ),
        pattern(
            "spelled_at",
            r"\b[a-z0-9._-]{2,40}(?:\s?[\[(]\s?at\s?[\])]\s?|\s@\s)[a-z0-9-]{2,40}(?:\.[a-z0-9-]{1,40}){0,3}\.[a-z]{2,6}\b",
            0.9,
        ),
    )
