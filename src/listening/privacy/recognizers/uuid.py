"""Universally unique identifiers, as Presidio finds them."""

import re

from presidio_analyzer import predefined_recognizers as presidio

from listening.privacy.recognizers.prefiltered import Prefiltered


class UuidRecognizer(Prefiltered, presidio.UuidRecognizer):
    """8-4-4-4-12 hexadecimal digits (RFC 9562)."""

    NEEDS = re.compile(r"[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-")
