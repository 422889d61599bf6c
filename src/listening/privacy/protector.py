"""Keep medicine readable: drop weak findings on drugs, diseases, eponyms, scores, devices, trials and congresses.

A title or a patient cue before the words, or a given name beside them, says that they are a person after all.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from listening.privacy.finding import Finding
from listening.privacy.lexicon import certain_given_names, words
from listening.privacy.ranges import Ranges
from listening.vocabulary import load_vocabulary

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_MEDICAL_CUE = (
    r"(?:diseases?|syndromes?|signs?|scores?|criteri(?:a|on)|reflex(?:es)?|tests?|index|scales?|class(?:ification)?|grade|grading|stag(?:e|ing)|phenomenon"
    r"|triad|tetrad|palsy|lymphomas?|tumou?rs?|sarcoma|cysts?|hernia|fracture|disorder|thyroiditis|encephalopathy|ophthalmopathy|angina|chorea|ataxia|dystrophy"
    r"|catheters?|line|lines|tube|drain|bag|procedure|operation|repair|man(?:o)?euvre|maneuver|position|incision|stain|agar|nodes?|bodies|body|cells?|law|curves?|model|plot|regression"
    r"|study|trial|cohort|heart study|equation|formula|rule|protocol|system|consensus|guidelines?|foot|joint|wave|esophagus|oesophagus|face|diet|contracture|gangrene|ulcer|purpura"
    r"|nephropathy|neuropathy|arthritis|anaemia|anemia|flare|crisis|variant|titres?|titers?|iv|inhibitors?|vaccine|booster|biosimilar|pen|pump|sensor|tablets?|injections?"
    r"|anomaly|nails?|needles?|blades?|stems?|prosthes[ie]s|forceps|retractors?|scissors|clamps?|masks?|airways?|laryngoscopes?|screws?|plates?|splints?|frames?|competent|triangle|nodules?|space|pouch|fossa|canal|ducts?|ligament|glands?|artery|valves?|shunt|graft|flap|suture|knot|stitch|approach|view|plane|grid|chart|monitor|pack|bandage|dressing|solution|lactate|fluid|oil|wort|dance|paresis|facies|gait|hospital anxiety|hicks|pain index|risk|estimate|method|unit|ratio|likert|angle|lines?)\b"
)
_CUE_BEHIND = re.compile(rf"(?:'s?)?(?:[ -][^\W\d_]+){{0,2}}?[ -]{_MEDICAL_CUE}", re.IGNORECASE)
_GRADE_BEHIND = re.compile(
    r"[ -](?:(?:I{1,3}|IV|VI{0,3})[a-cA-CF]?|(?:type |grade )?[A-D]?[0-6][a-cA-C]?|\d{1,2}/\d{1,2}|\d{1,2} ?Fr)(?![\w'/:.-]|\.\d| ?(?:days?|weeks?|months?|years?|yrs?|hours?|hrs?|am|pm|times|and)\b)"
)
"""What a classification is followed by: "Bosniak IIF", "Forrest IIa", "Deauville 2", "Vancouver B2", "Apgar 9/10"."""
_PERSON_BEFORE = re.compile(
    r"\b(?:drs?|mr|mrs|ms|mx|miss|prof(?:essor)?|doctor|nurse|sister|sir|named|called|name(?:'s| is|:))\.? $",
    re.IGNORECASE,
)
_PERSON_BEHIND = re.compile(
    r"(?:'s)? (?:says|said|told|asked|wife|husband|mum|mom|son|daughter|is back|came|lives|works)\b", re.IGNORECASE
)
_ALWAYS = re.compile(
    r"\b(?:NCT\d{8}|ISRCTN\d{8}|EudraCT \d{4}-\d{6}-\d{2}|PMID:? ?\d{4,9}|PMC\d{4,9}|10\.\d{4,9}/[^\s,;)]+"
    r"|(?:BMS|LY|MK|AZD|ABBV|GSK|PF|JNJ|REGN|AMG|BAY|TAK|VX|SAR|CA|COVID|IL|CD|HLA-?\w?|PD-L?|GLP|SGLT|BRCA|CYP)-?\d[\w-]*)\b"
)


_EPONYM_OF = re.compile(
    r"\b(?:maladie|syndrome|score|crit[èe]res?|man(?:œ|oe)uvre|signe|classification|indice|[ée]chelle|ballonnet|sonde|triade|tumeur|enfermedad|s[íi]ndrome|signo|escala"
    r"|criterios?|maniobra|malattia|sindrome|segno|scala|criteri|manovra|morbo|doen[çc]a|sinal|crit[ée]rios?|manobra|tri[áa]ngulo|triangolo|morbus)s?"
    r" (?:d[eiao] |del(?:la)? |d['’])?(?P<name>[A-ZÀ-Þ][^\W\d_]+(?:[- ][A-ZÀ-Þ][^\W\d_]+){0,2})"
)
"""Romance languages put the eponym behind the thing: "maladie de Horton", "criterios de Jones"."""
_CAPITALS = re.compile(
    r"(?<![\w-])[A-Z][A-Z0-9-]{2,}(?:(?:, (?:and )?| and | & | or |/| vs\.? )[A-Z][A-Z0-9-]{2,})*(?![\w'])"
)
_CAPITAL_LIST = re.compile(
    r"(?<![\w-])[A-Z][A-Z0-9-]{3,}(?:(?:, (?:and )?| and | & | or |/| ?> ?| vs\.? | \+ )[A-Z][A-Z0-9-]{3,}){2,}(?![\w'])"
)
_KNOWN_CAPITALS = re.compile(r"(?<![\w@-])[A-Z][A-Z0-9-]{2,}(?![\w'])")
_LOWER_CASE = re.compile(r"\b[a-z]{2,}\b")
_FEW = 3
_STUDY = r"(?:trials?|stud(?:y|ies)|techniques?|procedures?|methods?)\b"
_ACRONYM_CUE_BEHIND = re.compile(
    rf"[ -](?:(?:phase [1-4I]+|pivotal|surgical|clinical|cohort) )?(?i:{_STUDY}(?! (?:of (?:void|life|labou?r|feed|off|without)|nurse|co-?ordinator|doctor|lead|team|physician)))|[ ,:(]{{1,3}}(?:(?:i?DFS|EFS|PFS|ORR)\b|OS (?:HR|benefit|gain|data|advantage|curves?)\b|HR (?:(?:of|was|=) ?)?[01]?[.·]\d)"
    r"| (?:data|results|readout|regimen|protocol|randomi[sz]ed|enrolled|met its|showed (?:an?|no|that|the)) "
)
_SENTENCE = 120
_THANKS = re.compile(r"\b(?:thanks|thank|thx|love|kudos|shout-?out|congrat\w*|rip|with)\b", re.IGNORECASE)
_TRIAL_TALK = re.compile(
    r"\b(?:trials?|stud(?:y|ies)|arms?|hr|pfs|os|orr|i?dfs|efs|plenary|late[- ]breaking|data|results|subgroup|randomi\w+|placebo|endpoint|protocol|cohort|registry|phase|vs|dose|mg"
    r"|chemo|inhibitor|therapy|treatment|adjuvant|practice|her2|egfr|hfref|hfpef|af|asco\w*|esmo\w*|esc\w*|acc\w*|aha\w*|ash\w*|eha\w*|sabcs\w*|ehra\w*)\b",
    re.IGNORECASE,
)
_TRIAL_TALK_OF_NAMES = re.compile(
    r"\b(?:trials?|stud(?:y|ies)|arms|pfs|orr|i?dfs|efs|plenary|late[- ]breaking|subgroup|randomi[sz]ed|placebo|endpoint|cohort|registry|phase (?:\d|i+)|vs|versus|her2|egfr|hfref|hfpef"
    r"|(?:asco|esmo|esc|acc|aha|ash|eha|sabcs|ehra)(?: ?\d{2,4})?)\b",
    re.IGNORECASE,
)
_TRIAL_NUMBER = re.compile(r"[A-Z]{5,}-\d{2,3}\b")
_SOMEBODY_BEFORE = re.compile(
    r"\b(?:patients?|pts?|named|called|asked|told|saw|seen|met|reviewed|mr|mrs|ms|miss|dr|nurse|baby)\.?:? $",
    re.IGNORECASE,
)
_ACRONYM_CUE_BEFORE = re.compile(rf"\b{_STUDY},?(?: such as| like| called| named)?[ :(]{{1,3}}$", re.IGNORECASE)


@cache
def _single_terms() -> frozenset[str]:
    """One-word terms. Brand names that are first of all given names (Yasmin, Camila) do not shelter a person."""
    terms = words("medical_words") | {
        surface
        for surface in load_vocabulary().surfaces(
            "product", "condition", "event", "procedure", "adverse_event", "topic"
        )
        if len(surface) > 2
    }
    return frozenset(term for term in terms if term not in certain_given_names() or term in words("medical_words"))


def is_medical_word(word: str) -> bool:
    """Say whether a case-folded word is by itself a drug, disease, score, company or eponym."""
    return word in _single_terms() or word in words("eponyms")


def is_before_medical_cue(text: str, end: int) -> bool:
    """Say whether a medical word ("disease", "cyst") stands within three words behind `end`, or a grade ("IIa") does."""
    return _CUE_BEHIND.match(text, end) is not None or _GRADE_BEHIND.match(text, end) is not None


@cache
def _term_words() -> frozenset[str]:
    """Words that occur in terms of several words ("diabetes mellitus") and in no list of names."""
    parts = {part for term in _single_terms() if " " in term for part in _WORD.findall(term)}
    return frozenset(
        part
        for part in parts
        if part in words("english_words") and part not in words("given_names") and part not in words("surnames")
    )


@cache
def _automaton() -> Any:
    import ahocorasick_rs

    several = [term for term in _single_terms() | words("eponyms") if " " in term or "-" in term]
    return ahocorasick_rs.AhoCorasick(several, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)


def protect(text: str, findings: Iterable[Finding], is_protectable: Callable[[str], bool]) -> list[Finding]:
    """Drop the findings that are medicine.

    Args:
        text: The normalised text.
        findings: What the recognisers found in it.
        is_protectable: Tells for a recogniser's name whether its findings may be dropped.
    """
    kept = list(findings)
    if not any(is_protectable(finding.recognizer) or finding.pattern == "title" for finding in kept):
        return kept
    shelters = Ranges(always_kept(text))
    return [
        finding
        for finding in kept
        if not (is_protectable(finding.recognizer) and _is_medicine(text, finding, shelters))
        and not (finding.pattern == "title" and _is_eponym_phrase(text, finding))
    ]


def _is_eponym_phrase(text: str, finding: Finding) -> bool:
    """Say whether what looks like a title and a name is an eponym of several words: "Sister Mary Joseph nodule"."""
    value = text[finding.start : finding.end].casefold().removesuffix("'s")
    return value in words("eponyms") and is_before_medical_cue(text, finding.end)


def always_kept(text: str) -> list[tuple[int, int]]:
    """Give the spans that are medicine whatever stands in them: trial and paper numbers, acronyms of trials, terms of several words."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = text
    spans = [match.span() for match in _ALWAYS.finditer(text)]
    spans.extend(match.span("name") for match in _EPONYM_OF.finditer(text))
    spans.extend(_acronyms(text))
    for _, start, end in _automaton().find_matches_as_indexes(lower):
        if not (start and lower[start - 1].isalnum()) and not (end < len(lower) and lower[end].isalnum()):
            spans.append((start, end))
    return spans


def _acronyms(text: str) -> Iterator[tuple[int, int]]:
    """Find trials and techniques in capitals, alone or in a list ("EMILIA and KATHERINE trials", "PAUL: HR 0.7")."""
    if len(_LOWER_CASE.findall(text)) < _FEW:
        return  # all in capitals: they tell nothing
    for match in _CAPITAL_LIST.finditer(text):
        if not _SOMEBODY_BEFORE.search(text[max(0, match.start() - 14) : match.start()]) and not _THANKS.search(
            text, max(0, match.start() - _SENTENCE), match.start()
        ):
            yield match.span()
    for match in _KNOWN_CAPITALS.finditer(text):
        name = match.group().casefold()
        talk = _TRIAL_TALK_OF_NAMES if name in words("given_names") else _TRIAL_TALK
        is_trial = name in words("trials") or name.rstrip("0123456789").rstrip("-") in words("trials")
        near = text[max(0, match.start() - _SENTENCE) : match.end() + _SENTENCE]
        if (
            is_trial
            and not _SOMEBODY_BEFORE.search(text[max(0, match.start() - 14) : match.start()])
            and talk.search(near)
        ):
            yield match.span()
    for match in _CAPITALS.finditer(text):
        start, end = match.span()
        if _SOMEBODY_BEFORE.search(text[max(0, start - 14) : start]):
            continue
        if (
            _TRIAL_NUMBER.search(match.group())
            or _ACRONYM_CUE_BEHIND.match(text, end)
            or _ACRONYM_CUE_BEFORE.search(text[max(0, start - 40) : start])
        ):
            yield start, end


def _is_medicine(text: str, finding: Finding, shelters: Ranges) -> bool:  # noqa: PLR0911  a list of cases
    start, end = finding.start, finding.end
    if shelters.hold(start, end):
        return not _PERSON_BEFORE.search(text[max(0, start - 14) : start])
    if finding.entity_type not in {"PERSON", "LOCATION", "ROLE"}:
        return False
    value = text[start:end]
    parts = [match.group().casefold() for match in _WORD.finditer(value)]
    stems = [part.removesuffix("'s").removesuffix("s'") for part in parts]
    if not stems or _PERSON_BEFORE.search(text[max(0, start - 14) : start]):
        return False
    if any(len(stem) == 1 for stem in stems) and finding.entity_type == "PERSON":
        return False  # a name with an initial
    terms, eponyms = _single_terms(), words("eponyms")
    if all(stem in eponyms or stem in words("eponyms_with_cue") for stem in stems) and is_before_medical_cue(text, end):
        return True
    bare = value.casefold().removesuffix("'s")
    if bare in terms or bare in eponyms:
        return not (_is_lone_eponym(stems) and _PERSON_BEHIND.match(text, end))
    is_given = any(stem in certain_given_names() and stem not in eponyms for stem in stems)
    if all(stem in terms or stem in eponyms or stem in _term_words() for stem in stems):
        return not (len(stems) > 1 and is_given)
    if is_given:
        return False
    return finding.entity_type == "PERSON" and len(stems) < 4 and bool(_CUE_BEHIND.match(text, end))


def _is_lone_eponym(stems: list[str]) -> bool:
    return len(stems) == 1 and stems[0] in words("eponyms")
