"""Codes that look like an identifier without a cue."""

import re

from listening.privacy.recognizers.base import GateRecognizer, pattern

_COMPANY_CODE = re.compile(
    r"(?:BMS|LY|MK|AZD|ABT|ABBV|RG|RO|GSK|PF|JNJ|REGN|AMG|BAY|BI|SAR|TAK|MEDI|CTL|ONO|ALN|VX|GS|UCB|CC|DS|INCB|PRN|NBI|ACP|BIIB|"
    r"COVID|SARS|CA|ISRCTN|NCT|CHEMBL|ICD|SNOMED|RFC|TA|NG|QS|CG|PMC|PMID|HLA|EUCTR|CTRI|ACTRN|DRKS|JPRN|CVE|ISO|KEYNOTE|"
    r"CHECKMATE|IMPOWER|RTOG|SWOG|NSABP|CALGB|ECOG|EORTC|MONALEESA|PALOMA|HER|CYP|GLP|SGLT|CD|IL|PD|AXSM|VK|TNX)$"
)


class CodeShapeRecognizer(GateRecognizer):
    """Codes that look like an identifier without a cue: `HP-678901`, long or dashed digit strings.

    Compound codes of drug makers (`BMS-986165`), registry numbers and ranges are left.
    """

    ENTITY = "ID"
    PATTERNS = (
        pattern(
            "cued_code",
            r"\b(?:ref|file|id|template|folio|subj(?:ect)?|participant|case|sample|specimen|pathology|histology|lab|booking|licen[cs]e|number|no|code|serial|s/n|sn|lot|batch|token|badge|barcode|pt|patient)\.?(?: (?:ref|id|no|number|code|is))*[ :#]{1,3}(?P<value>(?=[A-Z0-9/_.-]{0,12}\d)[A-Z]{0,4}\d{0,4}[-/_]\d{2,10}(?:[-/_][A-Z0-9]{1,8}){0,3})(?!\w)",
            0.85,
        ),
        pattern("site_subject", r"(?<![\w/.-])[A-Z]{2,4}-\d{2,4}-\d{2,6}(?:-[A-Z\d]{1,4})?(?![\w-])", 0.75, 0),
        pattern("lab_number", r"(?<![\w/.-])[A-Z]{1,2}\d{2}-\d{4,7}(?![\w-])", 0.7, 0),
        pattern("fours", r"(?<![\w-])\d{4} \d{4} \d{4}(?: \d{1,4})?(?![\w-])", 0.7),
        pattern("letters_digits", r"(?<![\w/.-])#?(?P<prefix>[A-Z]{1,5})-(?:\d{4,12})(?![\w-])", 0.7, 0),
        pattern("digits_letters", r"(?<![\w/.-])#?\d{4,10}-[A-Z]{1,5}(?![\w-])", 0.7, 0),
        pattern("letters_then_digits", r"(?<![\w/.-])#?(?P<prefix>[A-Z]{1,4})\d{6,12}[A-Z]?(?![\w-])", 0.6, 0),
        pattern("dashed_digits", r"(?<![\w/.,-])#?\d{2,5}-\d{2,6}-\d{2,7}(?:-\d{1,7})?(?![\w,-])", 0.6),
        pattern("long_digits", r"(?<![\w/.,$£€#+-])#?\d{9,20}(?![\w,%-]|\.\d)", 0.6),
        pattern("grouped_digits", r"(?<![\w/.,$£€-])\d{3} \d{3} \d{4}(?![\w,%-])", 0.6),
        pattern("medium_digits", r"(?<![\w/.,$£€#+-])\d{6,8}(?![\w,%-]|\.\d)", 0.3),
        pattern("hash_code", r"(?<![\w&/])#(?=[A-Z0-9-]{5,20}\b)[A-Z]{0,5}-?\d{4,12}(?:-\d{1,6})?\b", 0.6, 0),
    )
    NEEDS = re.compile(r"\d{2}")
    CONTEXT = (
        "id",
        "number",
        "no",
        "mrn",
        "ref",
        "record",
        "account",
        "code",
        "patient",
        "pt",
        "plan",
        "insurance",
        "policy",
        "case",
    )

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:
        """Leave compound codes, registry numbers and what stands behind PMID or doi."""
        if name == "cued_code":
            return True
        prefix = match.groupdict().get("prefix")
        if prefix and _COMPANY_CODE.match(prefix):
            return False
        before = text[max(0, match.start() - 12) : match.start()].lower()
        return not re.search(r"(?:pmid|pmc|doi|nct|isrctn|snomed|n|n =|£|\$|€)[ :=#]{0,3}$", before)
