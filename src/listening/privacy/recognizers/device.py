"""Serial, lot and batch numbers of devices."""

from listening.privacy.recognizers.base import any_of
from listening.privacy.recognizers.cued_identifier import CuedIdentifierRecognizer


class DeviceRecognizer(CuedIdentifierRecognizer):
    """Serial, lot, batch and UDI numbers (HIPAA identifier M; 21 CFR 801); maker and model stay."""

    ENTITY = "DEVICE_IDENTIFIER"
    CUE_STEMS = any_of("serial|s/n|sn|lot|batch|udi|imei|device id|implant ")
    CUE = r"serial(?: (?:no|number))?|s/n|sn(?=[ :#])|lot|batch|udi|imei|device id|implant (?:no|number|id)"
    MIN_DIGITS = 2
