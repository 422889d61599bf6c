"""UK postcodes, US ZIP codes and Canadian postal codes."""

import re
from collections.abc import Mapping
from typing import ClassVar

from listening.privacy.recognizers.address_parts import CODE, NAME, STREET_TYPE
from listening.privacy.recognizers.base import DIGIT, GateRecognizer, Needs, pattern

_SHAPE = re.compile(rf"(?<![\w-]){CODE}(?![\w-])")


class PostcodeRecognizer(GateRecognizer):
    """UK postcodes (BS 7666, Royal Mail PAF) in capitals, and ZIP codes after a state, a town or a cue."""

    ENTITY = "POSTCODE"
    NEEDS_OF: ClassVar[Mapping[str, Needs]] = {
        "after_street": _SHAPE,
        "address_cue": _SHAPE,
        "cued": ("zip", "post", "postal"),
    }
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
            rf"\b{STREET_TYPE}\.?(?:[ ,\n]{{1,3}}(?-i:{NAME})){{0,3}}?[ ,\n]{{1,3}}(?P<value>(?-i:{CODE}))(?![\w-])",
            0.85,
        ),
        pattern(
            "address_cue",
            rf"\b(?:address(?:es|ed)?|lives?|living|resid(?:es|ing|ent)|home|house|based|located|deliver(?:ed|y)?|send(?: it)?|post(?:ed)?|pharmacy|surgery)\b[^.!?\n]{{0,80}}?(?<![\w-])(?P<value>(?-i:{CODE}))(?![\w-])",
            0.8,
        ),
        pattern("ie", r"(?<![\w-])(?:[AC-FHKNPRTV-Y]\d{2}|D6W) ?[0-9AC-FHKNPRTV-Y]{4}(?![\w-])", 0.6, 0),
        pattern("dublin", r"\bDublin (?:[1-9]|1\d|2[0-4]|6W)\b", 0.7, 0),
        pattern("ca", r"(?<![\w-])[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d(?![\w-])", 0.75, 0),
    )

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:  # noqa: ARG002  the hook's shape
        """Leave years and TNM stages ("N1 2AB" needs no stage words near), and an Irish code of digits or letters alone."""
        if name == "ie":
            unique = match.group()[-4:]
            return any(map(str.isdigit, unique)) and any(map(str.isalpha, unique))
        value = match.group(match.lastgroup) if match.lastgroup else match.group()
        return not (name == "town_zip" and re.fullmatch(r"(?:19|20)\d\d", value))
