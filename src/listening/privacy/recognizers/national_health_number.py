"""Health numbers that a state or an insurer of the state gives."""

from listening.privacy.recognizers.base import any_of, pattern
from listening.privacy.recognizers.cued_identifier import CuedIdentifierRecognizer


class NationalHealthNumberRecognizer(CuedIdentifierRecognizer):
    """NHS (10 digits, modulus 11), CHI (Scotland), H&C (Northern Ireland), MBI and HICN (CMS), Medicare, IHI, PPS; UK national insurance."""

    ENTITY = "NATIONAL_HEALTH_NUMBER"
    CUE_STEMS = any_of("nhs|chi|h&c|hcn|mbi|hicn|medicare|medicaid|medi-cal|ihi|ohip|phn|nhi|pps|abha")
    CUE = r"nhs|chi|h&c|hcn|mbi|hicn|medicare|medicaid|medi-cal|ihi|ohip|phn|nhi|pps|abha"
    MIN_DIGITS = 5
    PATTERNS = (
        pattern(
            "mbi",
            r"\b[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\b",
            0.85,
            0,
        ),
        pattern(
            "nino_cued",
            r"\b(?:ni|nino|national insurance)(?: (?:number|no\.?|is))*:? ?(?P<value>[A-Z]{2} ?\d{2} ?\d{2} ?\d{2}(?: ?[A-Z])?)\b",
            0.85,
        ),
        pattern("nino", r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", 0.7, 0),
    )
