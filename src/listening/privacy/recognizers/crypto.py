"""Bitcoin addresses, as Presidio finds them."""

import re

from presidio_analyzer import predefined_recognizers as presidio

from listening.privacy.recognizers.prefiltered import Prefiltered


class CryptoRecognizer(Prefiltered, presidio.CryptoRecognizer):
    """Base58Check and Bech32 with their checksums."""

    NEEDS = re.compile(r"[a-zA-Z0-9]{26}")
