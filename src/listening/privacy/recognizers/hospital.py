"""Hospitals and clinics by their grammar."""

import re
from collections.abc import Mapping
from typing import ClassVar

from listening.privacy.lexicon import words
from listening.privacy.protector import is_medical_word
from listening.privacy.recognizers.base import GateRecognizer, Needs, any_of, pattern
from listening.privacy.recognizers.place_words import CAP, GENERIC, GUIDANCE, KIND_WORDS

_INNER = rf"(?:{CAP}|of|the|and|&|for|'s)"


_KIND = (
    r"(?:hospitals?|hosp\b\.?|clinics?|infirmary|med(?:ical)?\.? (?:cent(?:er|re)|ctr|group|college)|med ctr|health ?care|health (?:cent(?:er|re)|system"
    r"|services?|network|board|trust|campus|sciences cent(?:er|re))|nursing home|care home|rest home|hospice|surgery cent(?:er|re)|cancer (?:cent(?:er|re)|institute)"
    r"|(?:neurology|heart|eye|surgical|cardiac|trauma|rehab(?:ilitation)?|dental|diabetes|women's|children's|oncology|imaging|specialty|wellness|outpatient)"
    r" (?:cent(?:er|re)|institute|clinic|hospital|unit)|nhs (?:foundation )?trust|sanatorium|polyclinic|medical practice|family practice|health board|rehab)"
)

_SERVICE = re.compile(r"\S+ (?:clinics?|unit|services?)", re.IGNORECASE)
"""One word and what treats it."""
_WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())


class HospitalRecognizer(GateRecognizer):
    """Named places of care: "St. Mary's Hospital", "University of X Medical Center", "Mercy General"; known short names.

    "A tertiary care center" and "the memory clinic" name nobody and stay; so do bodies quoted for their guidance.
    """

    ENTITY = "LOCATION"
    NEEDS_OF: ClassVar[Mapping[str, Needs]] = {
        "university": ("univers",),
        "saint": any_of("st |st.|saint"),
        "general": any_of(
            "general|memorial|presbyterian|methodist|baptist|regional|infirmary|sinai|permanente|langone|hopkins|samaritan|royal|med|health"
        ),
        "town_office": any_of(
            "clinic|office|facility|hospital|practice|branch|site|surgery|campus|location|center|centre"
        ),
        "named_kind": any_of(
            "hosp|clinic|infirmary|med|health|home|center|centre|institute|trust|unit|sanatorium|practice|rehab"
        ),
        "ward_name": ("ward",),
        "royal": any_of("royal|queen|king|princess|great ormond|guy's"),
        "childrens": any_of("children|women's|boston|texas|seattle|cincinnati"),
    }
    PATTERNS = (
        pattern(
            "named_kind",
            rf"(?<![\w'])(?P<value>{CAP}(?:[ -]{_INNER}){{0,5}}? {_KIND}(?:(?: (?:of|in|at|for|and|&|-))? (?:the )?(?!(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\b){CAP}){{0,4}})(?!\w)",
            0.85,
        ),
        pattern(
            "town_office",
            rf"\b(?:our|the|their|my|your) (?P<value>{CAP}(?: {CAP}){{0,2}}(?: (?:downtown|area|main|north|south|east|west|campus))? (?:clinic|office|facility|hospital|practice|branch|site|surgery|campus|location|center|centre))\b",
            0.75,
        ),
        pattern(
            "university",
            rf"\b(?P<value>university (?:of|hospitals?(?: of)?) {CAP}(?:[ -](?:{CAP}|at|of|and|&)){{0,4}}|{CAP}(?: {CAP}){{0,2}} university(?: (?:hospital|medical|health|school|college|of)(?: (?:{CAP}|center|centre|of|and)){{0,3}})?)(?!\w)",
            0.7,
        ),
        pattern(
            "saint",
            r"\b(?P<value>(?:ward \d{1,3} (?:at )?)?(?:st|saint)\.? [a-z]{3,12}(?!(?:'s|s)? (?:wort|dance)\b)(?:'s|s)?(?: (?:hospital|hosp|clinic|infirmary|medical cent(?:er|re)))?(?:,? (?-i:[A-Z][a-z]+))?)(?! (?:wort|vitus|dance|strip|degree|is\b|segment|depress|elevation|change))\b",
            0.6,
        ),
        pattern(
            "general",
            rf"(?<![\w'])(?P<value>(?:Mercy|Mass|Royal|Queen|King|Princess|Prince|North|South|East|West|Northern|Southern|{CAP}) (?:General|Memorial|Presbyterian|Methodist|Baptist|Regional|Infirmary|Sinai|Permanente|Langone|Hopkins|Samaritan|Royal|Med|Health|Healthcare))(?: {CAP})?(?![\w-])",
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
            rf"(?<![\w'])(?P<value>(?:Children's|Childrens|Women's|Boston|Texas|Seattle|Cincinnati) (?:Hospital|Children's|Childrens)(?: (?:of )?{CAP}){{0,2}})(?!\w)",
            0.8,
        ),
        pattern("ward_name", r"(?<![\w'])(?P<value>[A-Z][a-z]+(?: [A-Z][a-z]+)? [Ww]ard)\b", 0.6, 0),
    )

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:  # noqa: PLR0911  a list of cases
        """Ask for a name inside, and leave bodies quoted for guidance."""
        value = match.group("value")
        if name == "saint":
            return self._is_saint(value)
        if GUIDANCE.search(text[max(0, match.start("value") - 45) : match.start("value")]):
            return False
        if name in {"general", "royal"}:
            first = value.split()[0].casefold()
            if first in {"county", "city", "community"}:
                return value.split()[1] == "General"
            return first not in GENERIC and first not in {
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
        names = [head for head in heads if head not in GENERIC and head not in KIND_WORDS and head]
        if names and all(head.removesuffix("s") in _WEEKDAYS for head in names):
            return False  # "my Friday clinic"
        if _SERVICE.fullmatch(value) and (value[:2].isupper() or is_medical_word(heads[0])):
            return False  # "OCD clinic", "Wilson clinic"
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
