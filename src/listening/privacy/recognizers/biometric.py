"""Numbers of biometric records."""

from listening.privacy.recognizers.cued_identifier import CuedIdentifierRecognizer


class BiometricRecognizer(CuedIdentifierRecognizer):
    """Numbers of fingerprints, voice prints, iris and face templates (HIPAA identifier P)."""

    ENTITY = "BIOMETRIC_IDENTIFIER"
    CUE_STEMS = ("print", "iris", "face", "facial", "biometric", "retina")
    CUE = (
        r"(?:finger|thumb|palm|voice|foot)[- ]?prints?(?: (?:scan|record|template|hash))?(?: (?:id|no|number|code|ref))?"
        r"|biometrics?(?: (?:scan|record|template|hash|profile))?(?: (?:id|no|number|code|ref))?"
        r"|(?:iris|retinal?|face|facial)[- ](?:scan|template|record|id|hash)(?: (?:id|no|number|code|ref))?"
    )
