"""The wording in which harm on a product is told, in lay and in clinical English."""

import re

_DRUG = (
    r"(?:drug|med|meds|medication|medicine|pill|pills|tablet|tablets|dose|doses|dosage|injection|shot|infusion|stuff)"
)

NAMES_DRUG = re.compile(
    rf"\b{_DRUG}\b|\b\d+\s?(?:mg|mcg|ml)\b|\b(?:taking|took|been on|went on|started on|stopped taking|prescribed)\b",
    re.IGNORECASE,
)
"""A product without its name."""
BLAMES = re.compile(
    rf"""\b(?:
        cause[sd]?|causing|made\s(?:me|him|her|my|them)|makes\s(?:me|him|her|my)|making\s(?:me|him|her|my)
      | gave\s(?:me|him|her)|gives\s(?:me|him|her)|giving\s(?:me|him|her)|induced|induces|attributed\sto|linked\sto
      | associated\swith|secondary\sto|developed|develops|developing|experienc(?:e|ed|es|ing)|complicated\sby
      | after\s(?:taking|starting|initiati\w+|the\sfirst|first|second|\d|one|two|a\s(?:few|week|dose)|{_DRUG})
      | since\s(?:starting|taking|i\sstarted|i\sbegan|being\son|i've\sbeen\son|going\son|i\swent)
      | on\s(?:this|the|that)\s{_DRUG}|from\s(?:this|the|that)\s{_DRUG}|due\sto\s(?:this|the|that)\s{_DRUG}
      | side[\s-]?effects?|adverse|reactions?|toxicity|withdrawa?ls?|worse|worsen\w*|increased|extreme(?:ly)?
      | (?:came|coming|come|getting|got|going|went|weaning|tapering|wean)\soff|miss(?:ed|ing)?\sa\sdose|missed\sdoses?
      | presented\swith|admitted\swith|stopped\sbecause|discontinued|started\s(?:having|getting|feeling)|became|turned\sinto
      | ever\ssince|kept\s(?:me|getting)|suffered\s(?!from)|hospitali[sz]ed
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words that lay an effect at a product's door."""
PATIENT = re.compile(
    r"""\b(?:
        (?:my|our|a|this|the|another|had\s(?:a|one))\s(?:\w+\s){0,2}(?:patients?|pts?|client|resident)
      | (?:patients?|pts?)\s(?:on|who|with|taking|started|was|had|is|has|came|came\sin|presents?|presented|developed)
      | \d{1,2}[\s-]?(?:y/?o|yr[\s-]?old|years?[\s-]old)|\d{1,2}[\s-]?[MF]
      | (?:man|woman|lady|gentleman|male|female)\sin\s(?:his|her|their)\s(?:\w+\s)?(?:\d0s|teens|twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)
      | (?:elderly|young|middle-aged|older|pregnant)\s(?:man|woman|lady|gentleman|male|female|patient|adult)
      | (?:one|two|three|several|few|some|many)\s(?:of\smy\s)?(?:patients|pts)
    )\b|<AGE[^<>]*>""",
    re.IGNORECASE | re.VERBOSE,
)
"""A patient is spoken of, one or some."""
FIRST_PERSON = re.compile(r"\b(?:i|me|my|i'm|i've|myself)\b", re.IGNORECASE)
"""Somebody speaks of their own body."""
HARM_PHRASE = re.compile(
    r"""\b(?:
        side[\s-]?effects?|sides\s(?:are|were)\s(?:bad|awful|terrible)|withdrawl?s|withdrawl
      | (?:bad|severe|serious|strange|weird|terrible|horrible|awful|violent|nasty)\s(?:adverse\s)?reaction
      | adverse\s(?:drug\s)?(?:event|events|reaction|reactions|effect|effects)
      | gain(?:ed|ing)?\s(?:(?:a|about|over|almost|at\sleast|an|like|around|another|quick)\s)*\d+\s?(?:\+\s?)?(?:lbs?|pounds|kg|kilos)
      | (?:put|packed)\son\s(?:\w+\s)?\d+\s?(?:lbs?|pounds|kg)
      | (?:ca\sn't|can't|cannot|couldn't|could\snot|cant|unable\sto|hard\sto|inability\sto|difficult\w*|trouble)
        \s(?:\w+\s){0,2}(?:sleep\w*|asleep|concentrat\w*|focus\w*|breath\w*|orgasm\w*|climax\w*|think\w*|remember\w*|function\w*|urinat\w*|swallow\w*|wak\w*|cry)
      | (?:loss|lack)\sof\s(?:appetite|interest|libido|energy|sex|motivation|concentration|emotion\w*|memory|balance|sensation|feeling|sleep|coordination)
      | (?:no|zero|low|lower|decreased|reduced|lost|diminished|nonexistent)\s(?:\w+\s)?(?:libido|sex\sdrive|sexual|interest\sin\ssex|appetite|energy|emotions?)
      | (?:feel|feels|felt|feeling)\s(?:\w+\s){0,2}(?:like\sa\szombie|in\sa\s(?:fog|daze|haze)|spaced|out\sof\sit|sick|numb|hung\sover|drunk|drugged|awful|terrible|horrible|weird|strange|worse|tired|sleepy|dizzy|high)
      | (?:yellow|blue)\s?card\sreport|reported\sto\s(?:medwatch|faers|eudravigilance)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Phrases that report harm without a term of the vocabulary."""
UNHARMED = re.compile(
    r"""\b(?:no|zero|without(?:\sany)?|few|free\sof|not\shad\sany|n't\s(?:had|have|notice[d]?|experience[d]?)\sany|n't\s(?:had|have)|never\shad(?:\sany)?|none\sof\sthe|minimal|hardly\sany|not\s(?:had|have|experience[d]?|notice[d]?)(?:\sany)?|any)
        \s(?:\w+\s){0,2}(?:side[\s-]?effects?|adverse|withdrawl?s?|reaction)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Harm is denied."""

_REASONS = frozenset(
    """withdrawal depression-mood anxiety mania pain-unspecified hypertension mi stroke thrombosis infection cardiac-failure
    kidney-injury seizure bleeding thyroid hyperglycaemia colitis fracture dependence medication-error-harm fatal-outcome
    hospitalisation genital-infection dyslipidaemia hearing gallbladder pruritus pregnancy-exposure delirium adrenal
    ketoacidosis acne""".split()
)


def is_often_the_reason(concept_id: str) -> bool:
    """Say whether an effect is as often what a product is taken for, so that it needs to be blamed on one."""
    return concept_id.removeprefix("adverse_event:") in _REASONS
