"""NHS numbers by shape, as Presidio finds them."""

import re

from presidio_analyzer import predefined_recognizers as presidio

from listening.privacy.recognizers.prefiltered import Prefiltered


class NhsRecognizer(Prefiltered, presidio.NhsRecognizer):
    """Ten digits, modulus 11 (NHS Data Dictionary)."""

    NEEDS = re.compile(r"\d{3}[- ]?\d{3}[- ]?\d{4}")
