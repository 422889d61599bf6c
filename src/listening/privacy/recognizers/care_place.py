"""Places behind a verb of care or of living: "seen at", "lives in"."""

import re
from collections.abc import Mapping
from typing import ClassVar

from listening.privacy.lexicon import words
from listening.privacy.recognizers.base import DIGIT, GateRecognizer, Needs, any_of, pattern
from listening.privacy.recognizers.place_words import CAP, GENERIC, KIND_WORDS

_NOT_PLACES = frozenset(
    """icu ed er a&e ae picu nicu ccu hdu itu mri ct pet or gp gps nhs va ward wards clinic hospital home work baseline night birth discharge admission
    rest risk least last first once all present presentation stage week day days month months year years age ages time diagnosis follow-up
    january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday
    usa us uk eu english american british african asian hispanic tds bd ukraine gaza pacu amu mau sau cdu opd ob obgyn gyn peds cath lab theatre
    christmas easter covid facebook twitter linkedin youtube instagram tiktok google reddit zoom medicare medicaid fda nice who cdc ema esmo asco
    acc aha esc nejm jama lancet bmj pubmed medline cochrane uptodate ehr epic cerner emr hiv aids copd""".split()
)


class CarePlaceRecognizer(GateRecognizer):
    """A capitalised place behind a verb of care or of living: "seen at UCSF", "admitted to Stanford", "lives in Miami"."""

    ENTITY = "LOCATION"
    NEEDS_OF: ClassVar[Mapping[str, Needs]] = {
        "care_at": re.compile(
            r"(?: |,)(?:[Aa]t|[Tt]o|[Ff]rom|[Bb]y|[Ii]n|[Uu]nder|@|AT|IN|TO) (?:the |our |my |nearby )?[A-ZÀ-Þ]"
        ),
        "cue": (":",),
        "date_at": DIGIT,
        "visit": any_of(
            "attend|visit|transferred|referred|moved|live|living|resid|based in|native of|hails|come|originally|travel|flew|back from"
        ),
    }
    PATTERNS = (
        pattern(
            "care_at",
            r"\b(?:seen|treated|admitted|evaluated|diagnosed|presented|presenting|assessed|observed|operated(?: on)?|managed|hospitali[sz]ed|reviewed|discharged|transferred"
            r"|referred|checked(?: in)?|attended|attends|visited|visits|visit|performed|done|received|enrolled|follow(?:ed|ing|s)?[ -]?up|followed|surgery|scan|biopsy|appointment|"
            r"consult(?:ation|ed)?|works?|worked|working|born|employed|trained|training|residency|fellowship|rotation|team|staff|nurse|doctor|resident|colleagues?|delivered|died|rehab|session|admission|report|care|him|her|them|patient|dr\.? (?-i:[A-Z])\w+|(?-i:[A-Z])\.)"
            rf"(?: (?:up|on|out|over|here|there|last|recently|today|again))?,? (?:at|to|from|by|in|under|@) (?:the |our |my |nearby )?(?P<value>{CAP}(?:[ -](?:(?:of |and |& )?{CAP})){{0,4}})",
            0.6,
        ),
        pattern(
            "visit",
            rf"\b(?:attended|attends|visited|visits|visiting|transferred from|referred from|moved to|lives? in|living in|residing in|resides in|resident of|based in|native of|hails from|comes? from|originally from|travell?ed to|flew to|moved from|back from) (?:the |our )?(?P<value>{CAP}(?:[ -](?:of )?{CAP}){{0,3}}(?:, (?-i:[A-Z]{{2}})\b)?)",
            0.6,
        ),
        pattern(
            "date_at",
            rf"(?:\d{{4}}|\d(?:st|nd|rd|th)|/\d{{2}}),? (?:at|in|from) (?:the )?(?P<value>{CAP}(?:[ -](?:of )?{CAP}){{0,4}})",
            0.6,
        ),
        pattern(
            "cue",
            rf"\b(?:location|hospital|facility|site|clinic|town|city|hometown|where)(?: is)?: ?(?P<value>{CAP}(?:[ -](?:of )?{CAP}){{0,4}})",
            0.7,
        ),
    )

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:  # noqa: ARG002  the hook's shape
        """Leave units, months, states and countries."""
        value = match.group("value").strip(".")
        parts = [part.casefold().strip(".,'") for part in re.split(r"[ -]", value)]
        if parts[0] in _NOT_PLACES or value.casefold() in words("regions"):
            return False
        if value.endswith((" and", " of", " &")) and len(parts) == 2 and parts[0] in words("english_words"):
            return False
        if name in {"care_at", "date_at"} and len(parts) == 1 and parts[0] in words("english_words"):
            return parts[0] in words("towns")
        return not all(part in GENERIC or part in KIND_WORDS for part in parts)
