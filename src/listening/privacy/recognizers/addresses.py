"""Street addresses, PO boxes, UK postcodes and US ZIP codes."""

import re

from listening.privacy.recognizers.base import DIGIT, GateRecognizer, pattern

_TYPE = (
    r"(?:street|str|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|place|pl|terrace|close|crescent|cres|way|square|sq|gardens?"
    r"|grove|hill|highway|hwy|parkway|pkwy|circle|cir|row|mews|park|walk|alley|trail|turnpike|plaza|quay|green|rise|view|parade|loop|run|pike|vista|village|island|union|prairie|manor|ridge|heights|estates?|mount|crossing|bypass|mills?|ways|shores?|points?|fork|canyon|springs?|junctions?|landing|extension|motorway|glens?|islands|freeway|isle|meadows?|knolls?|summit|harbors?|cove|divide|garden|brook|creek|field|flats?|forest|gateway|hollow|lake|light|locks|lodge|orchard|oval|pass|path|pine|plains?|port|radial|ramp|ranch|rapids?|route|skyway|spur|stravenue|stream|track|trace|underpass|unions?|valley|viaduct|ville|wall|well)"
)
_NUMBER = r"\d{1,6}[a-z]?(?: \d{1,5}[a-z]?)?"
_BREAK = r"[ ,]{0,3}(?:\n[ >?]{0,5})?"
_NAME = r"[A-ZÀ-Ž][\w'.\u00c0-\u024f-]{0,30}"
_UNIT = rf"(?:{_BREAK}[ ,\n]?(?:apt|apartment|suite|ste|unit|flat|floor|room|no)\.? ?#?\w{{1,6}}\b){{0,2}}"
_CODE = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}"
"""A UK postcode by shape, whatever its area letters; the inward letters are never C, I, K, M, O or V."""
_TOWN = rf"(?!{_CODE}\b)(?-i:{_NAME})(?: (?:de |d[aoei] |la |del |of |na |pri |v )?(?-i:{_NAME})){{0,4}}"
_TAIL = (
    rf"(?:(?:[ ]{{0,2}},[ ]{{0,2}}|,?[ ]{{0,2}}\n[ >?,]{{0,5}}){_TOWN}){{0,3}}(?:{_BREAK}[ ,\n]{{0,2}}(?-i:[A-Z]{{1,3}}\b|nan\b))?"
    rf"(?:{_BREAK}[ ,\n]{{0,2}}(?:\d{{4,5}}(?:-\d{{3,4}})?\b|(?-i:{_CODE})\b))?"
)


class StreetAddressRecognizer(GateRecognizer):
    """House number and street in English order, the number behind in most others, with flat, town and code after it."""

    ENTITY = "STREET_ADDRESS"
    PATTERNS = (
        pattern(
            "number_street",
            rf"(?<![\w/.-]){_NUMBER}(?:[ ,]{{1,2}}(?!(?:mg|ml|mcg|st|nd|rd|th|days?|weeks?|of)\b)(?-i:{_NAME}|\d{{1,3}}(?:st|nd|rd|th)|of|the|de|da|la)){{1,4}}? {_TYPE}\b\.?(?! (?:old|score)){_UNIT}{_TAIL}",
            0.85,
        ),
        pattern(
            "cued_street",
            rf"\b(?:(?:lives?|living|resid(?:es|ing)|resident|staying|located|home|office|clinic|corner|address(?: is)?|house|flat|meet me|move[ds]?) (?:at|on|in|of|to|is)(?: the)? )(?P<value>(?:\d{{1,6}} )?(?:(?-i:{_NAME}) ){{1,3}}{_TYPE}\b\.?{_UNIT}{_TAIL})",
            0.8,
        ),
        pattern(
            "street_town",
            rf"(?<!\w)(?-i:{_NAME}) (?:street|st|avenue|ave|road|rd|lane|drive|blvd)\.?, (?-i:{_NAME})(?: (?-i:{_NAME}))?(?:, (?-i:[A-Z]{{2}})\b)?",
            0.8,
        ),
        pattern(
            "number_name_unit",
            rf"(?<![\w/.-]){_NUMBER}[ ,]{{1,2}}(?:(?-i:{_NAME})|de|di|du|des|del|della|da)(?:[ ](?:(?-i:{_NAME})|\d{{1,4}}|de|di|du|des|del|della|da)){{0,4}}[ ,\n]{{1,4}}(?:apt|suite|ste|unit)\.? ?#?\d{{1,5}}{_TAIL}",
            0.85,
        ),
        pattern(
            "continental",
            rf"\b(?:{_NUMBER},? )?(?:rua|rue|via|calle|avenida|av\.|viale|piazza|plaza|place|avenue|ul\.|ulica|boulevard|bd|c\.|chemin|corso|strada|c/|paseo|carrer|quai|all[ée]e)(?: (?:de|da|do|du|des|del|della|di|la|le|los|las|dos|of|l')){{0,2}} ?(?-i:{_NAME})(?: (?-i:{_NAME})){{0,3}},? (?:n[º°o.] ?)?\d{{1,5}}[a-z]?\b{_UNIT}{_TAIL}",
            0.8,
        ),
        pattern(
            "number_continental",
            rf"(?<![\w/.-]){_NUMBER},? (?:rua|rue|via|calle|avenida|av\.|viale|piazza|plaza|ul\.|chemin|strada|quai|route|impasse|allée)(?: (?:de|da|do|du|des|del|della|di|la|le|los|las|dos|l')){{0,2}} ?(?-i:{_NAME})(?: (?-i:{_NAME})){{0,3}}(?: \d{{1,4}})?{_UNIT}{_TAIL}",
            0.8,
        ),
        pattern(
            "street_number",
            rf"(?<!\w)(?:{_NUMBER} )?(?-i:{_NAME}(?: {_NAME})?)(?<=[a-zà-ž])(?:stra(?:ss|ß)e|str\.|weg|gasse|platz|allee|straat|laan|plein|gracht|dreef|vej|gade|vegen|veien|gata|gatan|v[äa]gen|tie|katu|kuja|utca|u\.|krt\.|ulice|cesta|ulica)\b\.? \d{{1,5}}[a-z]?\b{_UNIT}{_TAIL}",
            0.8,
        ),
        pattern(
            "utca",
            rf"(?<!\w)(?:{_NUMBER} )?(?-i:{_NAME})(?: és| and)?(?: (?-i:{_NAME}))? (?:u\.|utca|út|krt\.|tér|ul\.|gt\.|vej|str\.) ?\d{{1,4}}\b\.?{_UNIT}{_TAIL}",
            0.8,
        ),
        pattern(
            "po_box",
            rf"\b(?:p\.? ?o\.? ?box|box|psc|unit|apartado) \d{{1,6}}(?:[, \n]{{1,3}}(?:box \d{{1,6}}|(?-i:[AFD]PO (?:AA|AE|AP)) ?\d{{3,5}}|(?-i:{_NAME})(?: (?-i:{_NAME}|[A-Z]{{2}}))?(?: \d{{4,5}})?)){{0,3}}",
            0.7,
        ),
        pattern(
            "cued_number",
            rf"\b(?:lives? (?:at|on|in)|located (?:at|in|on)|address(?: is|:| of [^\n]{{1,40}}? is| with)?|(?:moved|return|one|live|send it|off) (?:to|in|at)|office is (?:at|in)|meet (?:me|you) at|arrived at|is (?:at|on|in)|staying at)[ \t\n]{{1,6}}(?:the corner of )?(?P<value>{_NUMBER}[ ,]{{1,2}}(?:(?-i:{_NAME})(?: (?:(?-i:{_NAME})|\d{{1,5}}|de|di|du|des|del|della|da|la)){{1,5}}|(?-i:{_NAME}) \d{{1,5}}){_UNIT}{_TAIL})",
            0.75,
        ),
        pattern(
            "corner",
            rf"\b(?:the )?corner of (?P<value>(?:{_NUMBER} )?(?-i:{_NAME})(?: (?:(?-i:{_NAME})|\d{{1,5}}\.?)){{0,3}} (?:and|&) (?:{_NUMBER} )?(?-i:{_NAME})(?: (?-i:{_NAME})){{0,2}})",
            0.8,
        ),
        pattern(
            "strasse",
            rf"(?<!\w)(?:{_NUMBER} )?(?-i:{_NAME})(?: (?-i:{_NAME})){{0,2}} (?:stra(?:ss|ß)e|terrasse|gate|gata|gade|alle|vej|veg|plads|plass|tér|utca|útja|torg|trg|platz|kapu|tie) \d{{1,5}}[a-z]?\b\.?{_UNIT}{_TAIL}",
            0.75,
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


class PostcodeRecognizer(GateRecognizer):
    """UK postcodes (BS 7666, Royal Mail PAF) in capitals, and ZIP codes after a state, a town or a cue."""

    ENTITY = "POSTCODE"
    NEEDS = DIGIT
    PATTERNS = (
        pattern(
            "gb",
            r"(?<![\w/-])(?:GIR ?0AA|(?:[A-PR-UWYZ]\d{1,2}|[A-PR-UWYZ][A-HK-Y]\d{1,2}|[A-PR-UWYZ]\d[A-HJKPSTUW]|[A-PR-UWYZ][A-HK-Y]\d[ABEHMNPRVWXY]) ?\d[ABD-HJLNP-UW-Z]{2})(?![\w-])",
            0.75,
            0,
        ),
        pattern(
            "us_state_zip",
            r"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]),? (?P<value>\d{5}(?:-\d{4})?)\b",
            0.85,
            0,
        ),
        pattern(
            "cued",
            r"\b(?:zip(?: ?code)?|post ?code|postal code)(?: is|:| of)? ?[:#]?\s?(?P<value>\d{3,5}(?:[ -]\d{2,4}| [A-Z]{2}\b)?|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|[a-z]\d[a-z] ?\d[a-z]\d)\b",
            0.9,
        ),
        pattern(
            "town_zip",
            r"\b(?:in|at|to|from) [A-ZÀ-Þ][\w'-]+(?: (?:de |di |da )?[A-ZÀ-Þ][\w'-]*){0,3} (?P<value>\d{4,5}(?:-\d{3})?)\b(?! ?(?:mg|patients|people))",
            0.6,
            0,
        ),
        pattern(
            "after_street",
            rf"\b{_TYPE}\.?(?:[ ,\n]{{1,3}}(?-i:{_NAME})){{0,3}}?[ ,\n]{{1,3}}(?P<value>(?-i:{_CODE}))(?![\w-])",
            0.85,
        ),
        pattern(
            "address_cue",
            rf"\b(?:address(?:es|ed)?|lives?|living|resid(?:es|ing|ent)|home|house|based|located|deliver(?:ed|y)?|send(?: it)?|post(?:ed)?|pharmacy|surgery)\b[^.!?\n]{{0,80}}?(?<![\w-])(?P<value>(?-i:{_CODE}))(?![\w-])",
            0.8,
        ),
        pattern("ca", r"(?<![\w-])[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d(?![\w-])", 0.75, 0),
    )

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:  # noqa: ARG002  the hook's shape
        """Leave years and TNM stages ("N1 2AB" needs no stage words near)."""
        value = match.group(match.lastgroup) if match.lastgroup else match.group()
        return not (name == "town_zip" and re.fullmatch(r"(?:19|20)\d\d", value))
