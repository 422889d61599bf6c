"""Bed, bay, room and ward numbers."""

import re

from listening.privacy.recognizers.base import any_of
from listening.privacy.recognizers.cued_identifier import CuedIdentifierRecognizer


class PlaceNumberRecognizer(CuedIdentifierRecognizer):
    """Bed, bay, room, ward and theatre numbers."""

    ENTITY = "PLACE_NUMBER"
    CUE_STEMS = any_of("bed|bay|room|rm|ward|cubic|theatre|pod|locker")
    CUE = r"(?:bed|bay|room|rm|ward|cubicle|cubic|side ?room|theatre|pod|resus bay|locker)s?"
    MIN_DIGITS = 1

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:
        """Leave "bed 3 days", and years."""
        value = match.group("value")
        return len(value) <= 6 and super().accepts(text, match, name)
