"""Internet addresses, as Presidio finds them."""

import re

from presidio_analyzer import predefined_recognizers as presidio

from listening.privacy.recognizers.prefiltered import Prefiltered


class IpRecognizer(Prefiltered, presidio.IpRecognizer):
    """IPv4 (RFC 791) and IPv6 (RFC 4291)."""

    NEEDS = re.compile(r"::|[0-9A-Fa-f]:[0-9A-Fa-f]{1,4}:|\d\.\d{1,3}\.")
