"""Hardware addresses, as Presidio finds them."""

import re

from presidio_analyzer import predefined_recognizers as presidio

from listening.privacy.recognizers.prefiltered import Prefiltered


class MacAddressRecognizer(Prefiltered, presidio.MacAddressRecognizer):
    """EUI-48 with colons, hyphens or dots (IEEE 802)."""

    NEEDS = re.compile(r"[0-9A-Fa-f]{2}[:-][0-9A-Fa-f]{2}[:-]|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.")
