"""US social security numbers."""

from listening.privacy.recognizers.base import any_of, pattern
from listening.privacy.recognizers.cued_identifier import CuedIdentifierRecognizer


class SocialSecurityRecognizer(CuedIdentifierRecognizer):
    """US social security numbers (AAA-GG-SSSS), also partial after a cue ("SSN ending 6789")."""

    ENTITY = "US_SSN"
    CUE_STEMS = any_of("ssn|social|soc sec|itin|ein|tax id|last four|last 4")
    CUE = r"ssn|social(?: security)?|soc sec|itin|ein|tax id|last (?:four|4)(?: (?:of|digits of))?(?: (?:her|his|their|the))?(?: (?:ssn|social))?"
    PATTERNS = (pattern("shape", r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])", 0.85),)
