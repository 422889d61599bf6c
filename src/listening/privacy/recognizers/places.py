"""Hospitals and clinics by their grammar, places of care behind "seen at", and towns."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from listening.privacy.lexicon import certain_towns, words
from listening.privacy.recognizers.base import GateRecognizer, Hit, pattern

_CAP = r"(?-i:(?!(?:Dr|Drs|Mr|Mrs|Ms|Prof|Miss|MRN|DOB|SSN|ID|Name)\b)(?:(?:St|Mt|Ft)\.|(?:[A-Z]')?[A-ZÀ-Þ][\w'\u00c0-\u024f]*))"
_INNER = rf"(?:{_CAP}|of|the|and|&|for|'s)"
_KIND = (
    r"(?:hospitals?|hosp\b\.?|clinics?|infirmary|med(?:ical)?\.? (?:cent(?:er|re)|ctr|group|college)|med ctr|health ?care|health (?:cent(?:er|re)|system"
    r"|services?|network|board|trust|campus|sciences cent(?:er|re))|nursing home|care home|rest home|hospice|surgery cent(?:er|re)|cancer (?:cent(?:er|re)|institute)"
    r"|(?:neurology|heart|eye|surgical|cardiac|trauma|rehab(?:ilitation)?|dental|diabetes|women's|children's|oncology|imaging|specialty|wellness|outpatient)"
    r" (?:cent(?:er|re)|institute|clinic|hospital|unit)|nhs (?:foundation )?trust|sanatorium|polyclinic|medical practice|family practice|health board|rehab)"
)
_GENERIC = frozenset(
    """the a an our my your this that their his her local community district general teaching university tertiary private public rural urban memory
    pain outpatient inpatient day walk-in urgent primary mental care home fever stroke tb hiv sleep diabetes eye dental vaccine covid long rapid
    access virtual field hospital children's clinic clinics new old free student health every any each no another specialist telehealth va nhs
    heart failure methadone fertility ivf allergy asthma wound lipid warfarin inr anticoagulation antenatal menopause headache ms als cf
    follow-up pop-up saturday evening abortion research academic veterans emergency acute major level psychiatric state county in-office
    what is and or for if when was are were best current guidelines""".split()
)
_GUIDANCE = re.compile(
    r"\b(?:guidelines?|guidance|recommendations?|criteria|protocols?|data|study|trial|paper|research|according to)(?: (?:from|by|of|at|the)){1,2} $",
    re.IGNORECASE,
)


class HospitalRecognizer(GateRecognizer):
    """Named places of care: "St. Mary's Hospital", "University of X Medical Center", "Mercy General"; known short names.

    "A tertiary care center" and "the memory clinic" name nobody and stay; so do bodies quoted for their guidance.
    """

    ENTITY = "LOCATION"
    PATTERNS = (
        pattern(
            "named_kind",
            rf"(?<![\w'])(?P<value>{_CAP}(?:[ -]{_INNER}){{0,5}}? {_KIND}(?:(?: (?:of|in|at|for|and|&|-))? (?:the )?(?!(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\b){_CAP}){{0,4}})(?!\w)",
            0.85,
        ),
        pattern(
            "town_office",
            rf"\b(?:our|the|their|my|your) (?P<value>{_CAP}(?: {_CAP}){{0,2}}(?: (?:downtown|area|main|north|south|east|west|campus))? (?:clinic|office|facility|hospital|practice|branch|site|surgery|campus|location|center|centre))\b",
            0.75,
        ),
        pattern(
            "university",
            rf"\b(?P<value>university (?:of|hospitals?(?: of)?) {_CAP}(?:[ -](?:{_CAP}|at|of|and|&)){{0,4}}|{_CAP}(?: {_CAP}){{0,2}} university(?: (?:hospital|medical|health|school|college|of)(?: (?:{_CAP}|center|centre|of|and)){{0,3}})?)(?!\w)",
            0.7,
        ),
        pattern(
            "saint",
            r"\b(?P<value>(?:ward \d{1,3} (?:at )?)?(?:st|saint)\.? [a-z]{3,12}(?:'s|s)?(?: (?:hospital|hosp|clinic|infirmary|medical cent(?:er|re)))?(?:,? (?-i:[A-Z][a-z]+))?)(?! (?:wort|vitus|strip|degree|is\b|segment|depress|elevation|change))\b",
            0.6,
        ),
        pattern(
            "general",
            rf"(?<![\w'])(?P<value>(?:Mercy|Mass|Royal|Queen|King|Princess|Prince|North|South|East|West|Northern|Southern|{_CAP}) (?:General|Memorial|Presbyterian|Methodist|Baptist|Regional|Infirmary|Sinai|Permanente|Langone|Hopkins|Samaritan|Royal|Med|Health|Healthcare))(?: {_CAP})?(?![\w-])",
            0.6,
        ),
        pattern(
            "royal",
            r"(?<![\w'])(?P<value>(?:Royal|Queen|King|Princess|Great Ormond|Guy's|King's|Queen's) (?!College|Society|Coll|Pharm|Commission|London College)[A-Z][\w']+(?: (?:and|&) [A-Z][\w']+)?(?: [A-Z][\w']+)?)",
            0.5,
            0,
        ),
        pattern(
            "childrens",
            rf"(?<![\w'])(?P<value>(?:Children's|Childrens|Women's|Boston|Texas|Seattle|Cincinnati) (?:Hospital|Children's|Childrens)(?: (?:of )?{_CAP}){{0,2}})(?!\w)",
            0.8,
        ),
        pattern("ward_name", r"(?<![\w'])(?P<value>[A-Z][a-z]+(?: [A-Z][a-z]+)? [Ww]ard)\b", 0.6, 0),
    )

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:
        """Ask for a name inside, and leave bodies quoted for guidance."""
        value = match.group("value")
        if name == "saint":
            return self._is_saint(value)
        if _GUIDANCE.search(text[max(0, match.start("value") - 45) : match.start("value")]):
            return False
        if name in {"general", "royal"}:
            first = value.split()[0].casefold()
            if first in {"county", "city", "community"}:
                return value.split()[1] == "General"
            return first not in _GENERIC and first not in {
                "i",
                "in",
                "at",
                "mental",
                "public",
                "global",
                "digital",
                "women's",
                "men's",
            }
        heads = [part.casefold().strip(".,") for part in re.split(r"[ -]", value)]
        names = [head for head in heads if head not in _GENERIC and head not in _KIND_WORDS and head]
        if not names:  # "General Hospital" as a name; "the general hospital" is none
            before = text[max(0, match.start("value") - 5) : match.start("value")]
            return (
                name == "named_kind"
                and all(part[:1].isupper() for part in value.split())
                and bool(re.search(r"\b(?:at|to|in) $", before))
            )
        return not all(name_ in words("english_words") and name == "ward_name" for name_ in names)

    @staticmethod
    def _is_saint(value: str) -> bool:
        name = re.search(r"(?:st|saint)\.? ([a-z]{3,12})", value, re.IGNORECASE)
        if name is None:
            return False
        saint = name.group(1).casefold()
        base = saint.removesuffix("s")
        known = saint in words("given_names") or base in words("given_names")
        return known and (
            value[0].isupper() or "'s" in value or "hosp" in value.lower() or value.lower().startswith("ward")
        )


_KIND_WORDS = frozenset(
    """hospital hospitals hosp clinic clinics infirmary medical med center centre ctr group college health healthcare system services service network board
    trust campus sciences nursing hospice surgery cancer institute neurology cardiac surgical trauma rehab rehabilitation women's wellness imaging
    specialty oncology office facility practice branch site location foundation sanatorium polyclinic family ward unit of in at for and &""".split()
)
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
    PATTERNS = (
        pattern(
            "care_at",
            r"\b(?:seen|treated|admitted|evaluated|diagnosed|presented|presenting|assessed|observed|operated(?: on)?|managed|hospitali[sz]ed|reviewed|discharged|transferred"
            r"|referred|checked(?: in)?|attended|attends|visited|visits|visit|performed|done|received|enrolled|follow(?:ed|ing|s)?[ -]?up|followed|surgery|scan|biopsy|appointment|"
            r"consult(?:ation|ed)?|works?|worked|working|born|employed|trained|training|residency|fellowship|rotation|team|staff|nurse|doctor|resident|colleagues?|delivered|died|rehab|session|admission|report|care|him|her|them|patient|dr\.? (?-i:[A-Z])\w+|(?-i:[A-Z])\.)"
            rf"(?: (?:up|on|out|over|here|there|last|recently|today|again))?,? (?:at|to|from|by|in|under|@) (?:the |our |my |nearby )?(?P<value>{_CAP}(?:[ -](?:(?:of |and |& )?{_CAP})){{0,4}})",
            0.6,
        ),
        pattern(
            "visit",
            rf"\b(?:attended|attends|visited|visits|visiting|transferred from|referred from|moved to|lives? in|living in|residing in|resides in|resident of|based in|native of|hails from|comes? from|originally from|travell?ed to|flew to|moved from|back from) (?:the |our )?(?P<value>{_CAP}(?:[ -](?:of )?{_CAP}){{0,3}}(?:, (?-i:[A-Z]{{2}})\b)?)",
            0.6,
        ),
        pattern(
            "date_at",
            rf"(?:\d{{4}}|\d(?:st|nd|rd|th)|/\d{{2}}),? (?:at|in|from) (?:the )?(?P<value>{_CAP}(?:[ -](?:of )?{_CAP}){{0,4}})",
            0.6,
        ),
        pattern(
            "cue",
            rf"\b(?:location|hospital|facility|site|clinic|town|city|hometown|where)(?: is)?: ?(?P<value>{_CAP}(?:[ -](?:of )?{_CAP}){{0,4}})",
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
        return not all(part in _GENERIC or part in _KIND_WORDS for part in parts)


class KnownPlaceRecognizer(GateRecognizer):
    """Well-known hospitals by name, and towns of 50,000 people and more behind a preposition or before a state.

    Source of the towns: GeoNames (CC BY 4.0). US states and countries stay (HIPAA identifier B).
    """

    ENTITY = "LOCATION"

    def hits(self, text: str, doc: Any) -> Iterable[Hit]:
        """Give hospitals, towns with a state, and towns behind a preposition."""
        del doc
        for match in _hospital_pattern().finditer(text):
            if not _GUIDANCE.search(text[max(0, match.start() - 45) : match.start()]):
                yield Hit(match.start(), match.end(), "known_hospital", 0.75)
        for match in _TOWN_STATE.finditer(text):
            yield Hit(match.start("town"), match.end(), "town_state", 0.7)
        for match in _TOWN.finditer(text):
            end = _town_end(text, match.start("town"))
            if end:
                yield Hit(match.start("town"), end, "town", 0.6)


_STATE = r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])"
_TOWN_STATE = re.compile(rf"(?<![\w'])(?P<town>[A-Z][a-z]+(?:[ -][A-Z][a-z]+){{0,2}}), {_STATE}(?!\w)")
_TOWN = re.compile(
    r"\b(?:in|from|near|of|at|to|around|outside|visiting|leaving|via|,) (?P<town>[A-Z][\w'\u00c0-\u024f.]+)"
)
_TOWN_WORD = re.compile(r"[ -](?:(?:of|upon|on|de|del|la|le|do|da|e) )?[A-Z][\w'\u00c0-\u024f]+")


def _town_end(text: str, start: int) -> int | None:
    """Find the longest town name of one to three words that begins at `start`."""
    first = re.compile(r"[A-Z][\w'\u00c0-\u024f.]+").match(text, start)
    if first is None:
        return None
    ends = [first.end()]
    for _ in range(2):
        following = _TOWN_WORD.match(text, ends[-1])
        if following is None:
            break
        ends.append(following.end())
    for end in reversed(ends):
        name = text[start:end].casefold().removesuffix("'s").rstrip(".")
        if name in words("regions"):
            return None
        if name in (words("towns") if " " in name else certain_towns()):
            return end
    return None


@cache
def _hospital_pattern() -> re.Pattern[str]:
    known = sorted(words("hospitals"), key=len, reverse=True)
    body = "|".join(re.escape(name).replace("'", "'?").replace(r"\ ", r"[ -]") for name in known)
    return re.compile(rf"(?<![\w@#])(?:{body})(?:'s)?(?![\w-])", re.IGNORECASE)
