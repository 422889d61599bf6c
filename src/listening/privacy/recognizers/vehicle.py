"""Vehicle plates and VINs."""

from listening.privacy.recognizers.base import pattern
from listening.privacy.recognizers.cued_identifier import CuedIdentifierRecognizer


class VehicleRecognizer(CuedIdentifierRecognizer):
    """Vehicle plates and VINs after a cue (HIPAA identifier L)."""

    ENTITY = "VEHICLE_IDENTIFIER"
    CUE_STEMS = ("plate", "reg", "vin", "taxi", "car", "van", "ambulance", "vehicle", "driving", "parked")
    CUE = r"(?:licen[cs]e |number |car |reg(?:istration)? )plate|plates?|reg(?:istration)?|vin|car reg"
    MIN_DIGITS = 2
    PATTERNS = (
        pattern(
            "gb_plate",
            r"\b(?:plate|reg|registration|taxi|car|van|ambulance|vehicle|driving|parked)(?: (?:is|no|number))?:? ?(?P<value>[A-Z]{2}\d{2} ?[A-Z]{3})\b",
            0.85,
        ),
    )
