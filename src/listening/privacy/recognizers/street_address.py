"""Street addresses and PO boxes."""

import re
from collections.abc import Mapping
from typing import ClassVar

from listening.privacy.recognizers.address_parts import CODE, NAME, STREET_TYPE
from listening.privacy.recognizers.base import DIGIT, GateRecognizer, Needs, any_of, pattern

_NUMBER = r"\d{1,6}[a-z]?(?: \d{1,5}[a-z]?)?"


_BREAK = r"[ ,]{0,3}(?:\n[ >?]{0,5})?"


_UNIT = rf"(?:{_BREAK}[ ,\n]?(?:apt|apartment|suite|ste|unit|flat|floor|room|no)\.? ?#?\w{{1,6}}\b){{0,2}}"


_TOWN = rf"(?!{CODE}\b)(?-i:{NAME})(?: (?:de |d[aoei] |la |del |of |na |pri |v )?(?-i:{NAME})){{0,4}}"


_TAIL = (
    rf"(?:(?:[ ]{{0,2}},[ ]{{0,2}}|,?[ ]{{0,2}}\n[ >?,]{{0,5}}){_TOWN}){{0,3}}(?:{_BREAK}[ ,\n]{{0,2}}(?-i:[A-Z]{{1,3}}\b|nan\b))?"
    rf"(?:{_BREAK}[ ,\n]{{0,2}}(?:\d{{4,5}}(?:-\d{{3,4}})?\b|(?-i:{CODE})\b))?"
)


class StreetAddressRecognizer(GateRecognizer):
    """House number and street in English order, the number behind in most others, with flat, town and code after it."""

    ENTITY = "STREET_ADDRESS"
    NEEDS_OF: ClassVar[Mapping[str, Needs]] = {
        "number_street": DIGIT,
        "number_name_unit": DIGIT,
        "cued_number": DIGIT,
        "continental": any_of(
            "rua|rue|via|calle|avenida|av.|viale|piazza|plaza|place|avenue|ul.|ulica|boulevard|bd|c.|chemin|corso|strada|c/|paseo|carrer|quai|allée|allee"
        ),
        "number_continental": any_of(
            "rua|rue|via|calle|avenida|av.|viale|piazza|plaza|ul.|chemin|strada|quai|route|impasse|allée"
        ),
        "street_number": any_of(
            "strasse|straße|str.|weg|gasse|platz|allee|straat|laan|plein|gracht|dreef|vej|gade|vegen|veien|gata|vägen|vagen|tie|katu|kuja|utca|u.|krt.|ulice|cesta|ulica"
        ),
        "utca": any_of("u.|utca|út|krt.|tér|ul.|gt.|vej|str."),
        "strasse": any_of(
            "strasse|straße|terrasse|gate|gata|gade|alle|vej|veg|plads|plass|tér|utca|útja|torg|trg|platz|kapu|tie"
        ),
        "po_box": ("box", "psc", "unit", "apartado"),
        "corner": ("corner of",),
        "unit_line": ("suite", "apt", "apartment", "flat"),
        "building": any_of("flat|apt|apartment|block|plot|tower|room"),
        "military": ("apo", "fpo", "dpo"),
    }
    PATTERNS = (
        pattern(
            "number_street",
            rf"(?<![\w/.-]){_NUMBER}(?:[ ,]{{1,2}}(?!(?:mg|ml|mcg|st|nd|rd|th|days?|weeks?|of)\b)(?-i:{NAME}|\d{{1,3}}(?:st|nd|rd|th)|of|the|de|da|la)){{1,4}}? {STREET_TYPE}\b\.?(?! (?:old|score)){_UNIT}{_TAIL}",
            0.85,
        ),
        pattern(
            "cued_street",
            rf"\b(?:(?:lives?|living|resid(?:es|ing)|resident|staying|located|home|office|clinic|corner|address(?: is)?|house|flat|meet me|move[ds]?) (?:at|on|in|of|to|is)(?: the)? )(?P<value>(?:\d{{1,6}} )?(?:(?-i:{NAME}) ){{1,3}}{STREET_TYPE}\b\.?{_UNIT}{_TAIL})",
            0.8,
        ),
        pattern(
            "street_town",
            rf"(?<!\w)(?-i:{NAME}) (?:street|st|avenue|ave|road|rd|lane|drive|blvd)\.?, (?-i:{NAME})(?: (?-i:{NAME}))?(?:, (?-i:[A-Z]{{2}})\b)?",
            0.8,
        ),
        pattern(
            "number_name_unit",
            rf"(?<![\w/.-]){_NUMBER}[ ,]{{1,2}}(?:(?-i:{NAME})|de|di|du|des|del|della|da)(?:[ ](?:(?-i:{NAME})|\d{{1,4}}|de|di|du|des|del|della|da)){{0,4}}[ ,\n]{{1,4}}(?:apt|suite|ste|unit)\.? ?#?\d{{1,5}}{_TAIL}",
            0.85,
        ),
        pattern(
            "continental",
            rf"\b(?:{_NUMBER},? )?(?:rua|rue|via|calle|avenida|av\.|viale|piazza|plaza|place|avenue|ul\.|ulica|boulevard|bd|c\.|chemin|corso|strada|c/|paseo|carrer|quai|all[ée]e)(?: (?:de|da|do|du|des|del|della|di|la|le|los|las|dos|of|l')){{0,2}} ?(?-i:{NAME})(?: (?-i:{NAME})){{0,3}},? (?:n[º°o.] ?)?\d{{1,5}}[a-z]?\b{_UNIT}{_TAIL}",
            0.8,
        ),
        pattern(
            "number_continental",
            rf"(?<![\w/.-]){_NUMBER},? (?:rua|rue|via|calle|avenida|av\.|viale|piazza|plaza|ul\.|chemin|strada|quai|route|impasse|allée)(?: (?:de|da|do|du|des|del|della|di|la|le|los|las|dos|l')){{0,2}} ?(?-i:{NAME})(?: (?-i:{NAME})){{0,3}}(?: \d{{1,4}})?{_UNIT}{_TAIL}",
            0.8,
        ),
        pattern(
            "street_number",
            rf"(?<!\w)(?:{_NUMBER} )?(?-i:{NAME}(?: {NAME})?)(?<=[a-zà-ž])(?:stra(?:ss|ß)e|str\.|weg|gasse|platz|allee|straat|laan|plein|gracht|dreef|vej|gade|vegen|veien|gata|gatan|v[äa]gen|tie|katu|kuja|utca|u\.|krt\.|ulice|cesta|ulica)\b\.? \d{{1,5}}[a-z]?\b{_UNIT}{_TAIL}",
            0.8,
        ),
        pattern(
            "utca",
            rf"(?<!\w)(?:{_NUMBER} )?(?-i:{NAME})(?: és| and)?(?: (?-i:{NAME}))? (?:u\.|utca|út|krt\.|tér|ul\.|gt\.|vej|str\.) ?\d{{1,4}}\b\.?{_UNIT}{_TAIL}",
            0.8,
        ),
        pattern(
            "po_box",
            rf"\b(?:p\.? ?o\.? ?box|box|psc|unit|apartado) \d{{1,6}}(?:[, \n]{{1,3}}(?:box \d{{1,6}}|(?-i:[AFD]PO (?:AA|AE|AP)) ?\d{{3,5}}|(?-i:{NAME})(?: (?-i:{NAME}|[A-Z]{{2}}))?(?: \d{{4,5}})?)){{0,3}}",
            0.7,
        ),
        pattern(
            "cued_number",
            rf"\b(?:lives? (?:at|on|in)|located (?:at|in|on)|address(?: is|:| of [^\n]{{1,40}}? is| with)?|(?:moved|return|one|live|send it|off) (?:to|in|at)|office is (?:at|in)|meet (?:me|you) at|arrived at|is (?:at|on|in)|staying at)[ \t\n]{{1,6}}(?:the corner of )?(?P<value>{_NUMBER}[ ,]{{1,2}}(?:(?-i:{NAME})(?: (?:(?-i:{NAME})|\d{{1,5}}|de|di|du|des|del|della|da|la)){{1,5}}|(?-i:{NAME}) \d{{1,5}}){_UNIT}{_TAIL})",
            0.75,
        ),
        pattern(
            "corner",
            rf"\b(?:the )?corner of (?:{_NUMBER} )?[^\W\d_][\w.'-]*(?: (?!and\b)[\w.'-]+){{0,5}} (?:and|&) (?:{_NUMBER} )?[^\W\d_][\w.'-]*(?: [^\W\d_][\w'-]*){{0,1}}(?: \d{{1,4}}\b)?",
            0.8,
        ),
        pattern(
            "strasse",
            rf"(?<!\w)(?:{_NUMBER} )?(?-i:{NAME})(?: (?-i:{NAME})){{0,2}} (?:stra(?:ss|ß)e|terrasse|gate|gata|gade|alle|vej|veg|plads|plass|tér|utca|útja|torg|trg|platz|kapu|tie) \d{{1,5}}[a-z]?\b\.?{_UNIT}{_TAIL}",
            0.75,
        ),
        pattern(
            "building",
            rf"\b(?:flat|apt|apartment|block|plot|tower|room) (?:\d{{1,4}}[a-z]?|(?-i:[A-Z])),? (?-i:{NAME})(?: (?-i:{NAME})){{0,2}} (?:house|court|apartments?|mansions?|towers?|lodge|heights|buildings?|residency|{STREET_TYPE})\b(?:,? (?:sector|phase|block) \w{{1,3}}\b)?{_TAIL}",
            0.8,
        ),
        pattern("unit_line", r"\b(?:suite|apt|apartment|flat)\.? ?#?\d{1,5}[a-z]?\b", 0.6),
        pattern("military", r"\b(?:APO|FPO|DPO) (?:AA|AE|AP) ?\d{3,5}\b", 0.9, 0),
    )

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:  # noqa: ARG002  the hook's shape
        """Leave "unit 3 RBC" and numbers of quantity before a capitalised phrase."""
        if name == "po_box":
            start = match.group()[:4].lower()
            return start.startswith(("p", "apar")) or "box" in match.group().lower()[4:] or "PO " in match.group()
        return True
