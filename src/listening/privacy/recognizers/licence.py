"""Registrations of professionals."""

from listening.privacy.recognizers.base import any_of, pattern
from listening.privacy.recognizers.cued_identifier import CuedIdentifierRecognizer


class LicenceRecognizer(CuedIdentifierRecognizer):
    """Professional registrations: GMC (7 digits), NMC (2 digits, letter, 4 digits, letter), HCPC, NPI (10), DEA (2 letters, 7 digits)."""

    ENTITY = "LICENCE_NUMBER"
    CUE_STEMS = any_of("gmc|nmc|hcpc|gphc|npi|dea|gdc|ahpra|imc|upin|lic|reg|cert|state board|pin")
    CUE = r"gmc|nmc|hcpc|gphc|npi|dea|gdc|ahpra|imc|upin|licen[cs]e|lic|registration|reg(?= ?(?:no|number|#))|certificate|cert(?= ?(?:no|number|#))|state board|pin(?= ?(?:no|number|is|:))"
    MIN_DIGITS = 4
    PATTERNS = (pattern("dea", r"\b[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}\b", 0.6, 0),)
