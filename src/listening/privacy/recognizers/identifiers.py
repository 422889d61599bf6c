"""Numbers that name a person or account after a cue word: records, insurance, accounts, licences, trials, devices."""

import re

from listening.privacy.recognizers.base import DIGIT, GateRecognizer, NamedPattern, pattern

_LINK = r"(?:[ \t]?(?:\(|\[))?(?:[ \t]{0,2}(?:numbers?|no|num|nr|code|id|is|was|of|ending(?: in)?|ends(?: in)?|under|ref|:|#|=|-|\.)){0,5}[ \t]{0,3}"
_VALUE = r"(?P<value>#?[a-z]{0,5}-?\d[a-z0-9]{0,20}(?:[-/.][a-z0-9]{1,15}){0,5}|[a-z]{2,6}[-/][a-z0-9]{2,12}(?:-[a-z0-9]{1,12}){0,3}|[a-z]{1,6}\d[a-z0-9-]{2,15})"
_GROUPS = r"(?P<value>\d{2,4}(?:[ -]\d{2,5}){1,4})"
_UNIT_BEHIND = re.compile(
    r"\s?(?:mg|mcg|µg|g|ml|units?|iu|mmol|%|x|/|days?|weeks?|months?|years?|yo|hours?|hrs?|mins?|patients|cases|am|pm|to\b|and\b)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")


class CuedIdentifierRecognizer(GateRecognizer):
    """A cue word (`CUE`), link words, and a value that holds a digit and is no year, dose or count."""

    CUE: str = ""
    MIN_DIGITS = 3
    NEEDS = DIGIT

    def __init_subclass__(cls) -> None:
        """Compile the cue with the shared value forms."""
        super().__init_subclass__()
        cls.PATTERNS = (*_cued(cls.CUE), *cls.__dict__.get("PATTERNS", ()))

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:
        """Refuse lone years, quantities, and values with too few digits."""
        if name not in {"cued", "cued_groups"}:
            return True
        value = match.group("value")
        digits = sum(character.isdigit() for character in value)
        if digits < self.MIN_DIGITS or _YEAR.fullmatch(value):
            return False
        return not (digits == len(value) and digits < 5 and _UNIT_BEHIND.match(text, match.end("value")))


def _cued(cue: str) -> tuple[NamedPattern, ...]:
    return (
        pattern("cued_groups", rf"\b(?:{cue}){_LINK}{_GROUPS}(?![\w-])", 0.9),
        pattern("cued", rf"\b(?:{cue}){_LINK}{_VALUE}(?!\w)", 0.9),
    )


class MedicalRecordRecognizer(CuedIdentifierRecognizer):
    """Hospital and record numbers; no common format, so a cue decides (HIPAA identifier H)."""

    ENTITY = "MEDICAL_RECORD_NUMBER"
    CUE = (
        r"mrns?|emr|ehr|med(?:ical)?\.? rec(?:ord)?s?|health records?|records?|chart|hosp(?:ital)?\.? (?:no|number|num|id)|unit no|"
        r"patient(?: (?:id|number|no|ref))|pt\.? id|case (?:no|number|id)|encounter(?: (?:no|id|number))?|visit (?:no|id|number)|file (?:no|number)|"
        r"accession|specimen|sample (?:id|no|number)|order (?:no|number)|rx (?:no|number|#)|r number|pas (?:no|number)|folder (?:no|number)"
    )


class NationalHealthNumberRecognizer(CuedIdentifierRecognizer):
    """NHS (10 digits, modulus 11), CHI (Scotland), H&C (Northern Ireland), MBI and HICN (CMS), Medicare, IHI, PPS."""

    ENTITY = "NATIONAL_HEALTH_NUMBER"
    CUE = r"nhs|chi|h&c|hcn|mbi|hicn|medicare|medicaid|medi-cal|ihi|ohip|phn|nhi|pps|abha"
    MIN_DIGITS = 5
    PATTERNS = (
        pattern(
            "mbi",
            r"\b[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\b",
            0.85,
            0,
        ),
        pattern("nino", r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", 0.7, 0),
    )


class SocialSecurityRecognizer(CuedIdentifierRecognizer):
    """US social security numbers (AAA-GG-SSSS), also partial after a cue ("SSN ending 6789")."""

    ENTITY = "US_SSN"
    CUE = r"ssn|social(?: security)?|soc sec|itin|ein|tax id|last (?:four|4)(?: (?:of|digits of))?(?: (?:her|his|their|the))?(?: (?:ssn|social))?"
    PATTERNS = (pattern("shape", r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])", 0.85),)


class InsuranceRecognizer(CuedIdentifierRecognizer):
    """Health plan, policy, member, group and claim numbers (HIPAA identifier I)."""

    ENTITY = "HEALTH_PLAN_NUMBER"
    CUE = (
        r"insur(?:ance|er)?(?: (?:policy|plan|id|number|no|card|member))*|ins\.?(?: (?:policy|plan|id|no))*|policy|(?:health )?plan|health id|hbn|"
        r"member(?:ship)?(?: id)?|subscriber(?: id)?|beneficiary(?: id)?|group (?:no|number|id)|claim(?: (?:no|number|id))?|prior auth(?:orization|orisation)?|"
        r"referral (?:no|number|id)|authori[sz]ation (?:no|number)"
    )


class AccountRecognizer(CuedIdentifierRecognizer):
    """Account, bank, card and customer numbers (HIPAA identifier J)."""

    ENTITY = "ACCOUNT_NUMBER"
    CUE = r"acc(?:oun)?t\.?s?(?: (?:no|number|id))?|a/c|sort code|routing(?: number)?|iban|bank(?: account)?|card(?: (?:no|number))?|cc|invoice(?: no)?|customer (?:no|number|id)|passport(?: (?:no|number))?|driv(?:er'?s|ing) licen[cs]e(?: (?:no|number))?"
    MIN_DIGITS = 4
    PATTERNS = (pattern("card_shape", r"(?<![\w-])\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{1,7}(?![\w-])", 0.8),)


class LicenceRecognizer(CuedIdentifierRecognizer):
    """Professional registrations: GMC (7 digits), NMC (2 digits, letter, 4 digits, letter), HCPC, NPI (10), DEA (2 letters, 7 digits)."""

    ENTITY = "LICENCE_NUMBER"
    CUE = r"gmc|nmc|hcpc|gphc|npi|dea|gdc|ahpra|imc|upin|licen[cs]e|lic|registration|reg(?= ?(?:no|number|#))|certificate|cert(?= ?(?:no|number|#))|state board|pin(?= ?(?:no|number|is|:))"
    MIN_DIGITS = 4
    PATTERNS = (pattern("dea", r"\b[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}\b", 0.6, 0),)


class DeviceRecognizer(CuedIdentifierRecognizer):
    """Serial, lot, batch and UDI numbers (HIPAA identifier M; 21 CFR 801); maker and model stay."""

    ENTITY = "DEVICE_IDENTIFIER"
    CUE = r"serial(?: (?:no|number))?|s/n|sn(?=[ :#])|lot|batch|udi|imei|device id|implant (?:no|number|id)"
    MIN_DIGITS = 2


class VehicleRecognizer(CuedIdentifierRecognizer):
    """Vehicle plates and VINs after a cue (HIPAA identifier L)."""

    ENTITY = "VEHICLE_IDENTIFIER"
    CUE = r"(?:licen[cs]e |number |car |reg(?:istration)? )plate|plates?|reg(?:istration)?|vin|car reg"
    MIN_DIGITS = 2
    PATTERNS = (
        pattern(
            "gb_plate",
            r"\b(?:plate|reg|registration)(?: (?:is|no|number))?:? ?(?P<value>[A-Z]{2}\d{2} ?[A-Z]{3})\b",
            0.85,
        ),
    )


class TrialSubjectRecognizer(CuedIdentifierRecognizer):
    """Subject, participant, site and study identifiers; registry numbers (NCT, ISRCTN) stay."""

    ENTITY = "SUBJECT_IDENTIFIER"
    CUE = r"(?:trial |study )?(?:subject|participant|site|randomi[sz]ation)(?: (?:id|no|number|code))|subject(?= ?[#\d])|user ?id|employee (?:id|no|number)|staff (?:id|no|number)|badge(?: (?:id|no|number))?|ref(?:erence)?\.?(?: (?:code|no|number|id))|(?:student|guest|ticket|booking) (?:id|no|number)|\bid(?=[ ]?[:#])|unique id"
    MIN_DIGITS = 2


class PlaceNumberRecognizer(CuedIdentifierRecognizer):
    """Bed, bay, room, ward and theatre numbers."""

    ENTITY = "PLACE_NUMBER"
    CUE = r"(?:bed|bay|room|rm|ward|cubicle|cubic|side ?room|theatre|pod|resus bay|locker)s?"
    MIN_DIGITS = 1

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:
        """Leave "bed 3 days", and years."""
        value = match.group("value")
        return len(value) <= 6 and super().accepts(text, match, name)


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

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:  # noqa: ARG002  the hook's shape
        """Leave compound codes, registry numbers and what stands behind PMID or doi."""
        prefix = match.groupdict().get("prefix")
        if prefix and _COMPANY_CODE.match(prefix):
            return False
        before = text[max(0, match.start() - 12) : match.start()].lower()
        return not re.search(r"(?:pmid|pmc|doi|nct|isrctn|snomed|n|n =|£|\$|€)[ :=#]{0,3}$", before)
