"""Account, card and customer numbers."""

from listening.privacy.recognizers.base import any_of, pattern
from listening.privacy.recognizers.cued_identifier import CuedIdentifierRecognizer


class AccountRecognizer(CuedIdentifierRecognizer):
    """Account, bank, card and customer numbers (HIPAA identifier J)."""

    ENTITY = "ACCOUNT_NUMBER"
    CUE_STEMS = any_of("acc|a/c|sort code|routing|iban|bank|card|cc|invoice|customer |passport|driv")
    CUE = r"acc(?:oun)?t\.?s?(?: (?:no|number|id))?|a/c|sort code|routing(?: number)?|iban|bank(?: account)?|card(?: (?:no|number))?|cc|invoice(?: no)?|customer (?:no|number|id)|passport(?: (?:no|number))?|driv(?:er'?s|ing) licen[cs]e(?: (?:no|number))?"
    MIN_DIGITS = 4
    PATTERNS = (pattern("card_shape", r"(?<![\w-])\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{1,7}(?![\w-])", 0.8),)
