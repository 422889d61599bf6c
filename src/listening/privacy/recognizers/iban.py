"""International bank account numbers, as Presidio finds them."""

import re

from presidio_analyzer import predefined_recognizers as presidio

from listening.privacy.recognizers.prefiltered import Prefiltered


class IbanRecognizer(Prefiltered, presidio.IbanRecognizer):
    """Country, two check digits and up to 30 characters (ISO 13616)."""

    NEEDS = re.compile(r"[A-Za-z]{2}\d{2}")
