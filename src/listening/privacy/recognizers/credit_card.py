"""Payment card numbers, as Presidio finds them."""

import re

from presidio_analyzer import predefined_recognizers as presidio

from listening.privacy.recognizers.prefiltered import Prefiltered


class CreditCardRecognizer(Prefiltered, presidio.CreditCardRecognizer):
    """12 to 19 digits with a Luhn check digit (ISO/IEC 7812)."""

    NEEDS = re.compile(r"\d{3,4}[- ]?\d{3,4}[- ]?\d{3,5}")
