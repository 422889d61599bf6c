"""Default deny, the last word on what is written: a token that no controlled vocabulary holds is not stored.

No detector finds every name in a noisy post, so detection decides what is labelled and the vocabulary decides what stays.
Kept are common English, medicine, units and small numbers; a word that is a name as well stays in lower case only, and a
capitalised word beside an unknown one goes with it ("Scooter" beside an unknown surname).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from listening.privacy.finding import Finding
from listening.privacy.kept import FUNCTION_WORDS, TOKEN, KeptWords, all_names, kept_words
from listening.privacy.lexicon import common_given_names, words
from listening.privacy.operators import PLACEHOLDER
from listening.privacy.protector import always_kept, is_before_medical_cue, is_medical_word
from listening.privacy.public_links import public_links
from listening.privacy.ranges import blank
from listening.vocabulary.matcher import Candidate, open_matcher

NAME = "default_deny"
"""The recogniser that layer 7's findings name."""
ENTITY = "UNKNOWN_WORD"
_NAMED = "named"
"""Marks a word of a name that a recogniser found."""
_PLACE = "place"
"""Marks a word of a place that the own model found: it may be the end of a name."""
_BETWEEN = re.compile(r"[ \t.\-'’\"“”&,]{0,3}")
_MEASURED = re.compile(
    r"\s?(?:mg|mcg|g|ml|units?|iu|patients?|pts|participants|people|cases|women|men|children|deaths|adults|doses|samples|hcps|nurses|doctors|followers)\b",
    re.IGNORECASE,
)
_MEASURE_BEHIND = re.compile(
    r"[.,:/%-]\d|\s?(?:%|[a-zµ]+/[a-z]+|mg|mcg|µg|g|ml|l|iu|units?|kg|cm|mm|days?|weeks?|months?|years?|yo|hours?|hrs?|h|min|mins|am|pm|x|times|doses?)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_ADDRESS_NUMBER = 5
_FEW = 2
_SHORT = 3
_PARTICLES = frozenset(
    "al el de del della di da do dos du la le los las van von der den ten ter bin ibn abu st y e bint ben zu zur op het".split()
)
_BLANK = re.compile(r"[ .'’-]{1,3}")
_LISTED = re.compile(r" ?, (?:and )?| and | & ")
_FULL_STOP = re.compile(r" ?\.")
_LOOK_BACK = 8
_INITIAL = "initial"
_TITLE = re.compile(
    r"(?:drs?|mr|mrs|ms|mx|miss|prof|professor|doctor|nurse|sister|sir|dame|lord|lady|uncle|aunt|aunty|auntie)",
    re.IGNORECASE,
)
_CODES = frozenset({"long_number", "code"})
_CODE_JOINTS = frozenset("-_")
_NAME_LIKE = frozenset({"unknown_word", "name_word", "named"})
"""Verdicts that may be parts of a name."""
_AMBIGUOUS = frozenset("rt pm am mom ty dm ps eta asap fyi uk us usa id tv pa ok op er".split())
"""Capitals that small talk has as often: RT is a retweet before it is radiotherapy."""
_CLINICAL_TALK = re.compile(
    r"\b(?:patients?|pts?|clinics?|wards?|diagnos\w+|dos(?:e|es|ing)|mg|symptoms?|syndromes?|diseases?|disorder|surgery|biopsy|consult|referral|admitted|inpatients?|outpatients?)\b",
    re.IGNORECASE,
)
_NO_VOWEL = re.compile(r"[B-DF-HJ-NP-TV-XZ]{3,5}")
_CAPITALS = re.compile(r"[A-Z]{3,5}")
_LOWER_CASE = re.compile(r"\b[a-z]{2,}\b")
_SHOUTED = re.compile(r"\b[A-Z]{2,}\b")
_TITLED = re.compile(r"[A-Z][a-z]+")
_HEADLINE = 0.4
_CALENDAR = frozenset(
    """january february march april may june july august september october november december monday tuesday wednesday thursday
    friday saturday sunday christmas easter ramadan god english""".split()
)
_ROMAN_GRADE = re.compile(r"(?:I{1,3}|IV|VI{0,3})[a-fA-F]?")
_SOMEBODY_BEFORE = re.compile(
    r"(?:\b(?i:patients?|pts?|named?|called|initials|mr|mrs|ms|miss|dr|nurse|baby|me|am|by|with|from|thanks?|for|love|hi|hey|dear|cc)[.,:]*"
    r"|\b[A-Z][a-z]+,?|[@_*\]]) ?$"
)
_LONGEST_CUE = 16
_COUNT = re.compile(r"\b[nN] ?[=:] ?$")


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str
    lower: str
    pattern: str | None
    """Why it goes, or None where it stays."""


def deny(text: str, findings: Iterable[Finding], language: str = "en") -> list[Finding]:
    """Give what layer 7 hides: runs of tokens that stand outside `findings` and placeholders and are not kept.

    Args:
        text: The normalised text.
        findings: What the layers before hide in it.
        language: ISO 639 code of the text, whose words are kept beside English ones.
    """
    kept = kept_words(language)
    found = list(findings)
    masked = _masked(text, found)
    tokens = [
        _Token(m.start(), m.end(), m.group(), (lower := m.group().lower()), kept.objection(m.group(), lower))
        for m in TOKEN.finditer(masked)
    ]
    people = [finding for finding in found if finding.entity_type == "PERSON"]
    sheltered = _sheltered(masked)
    is_medical = _is_medical(masked, sheltered, tokens)
    tokens = [
        _judged_in_place(masked, token, sheltered, kept, is_medical=is_medical) if token.pattern else token
        for token in tokens
    ]
    if not is_medical and language == "en":
        tokens = list(_capitals_hidden(masked, tokens, sheltered, kept))
    if people:
        places = [finding for finding in found if finding.entity_type == "LOCATION"]
        named = [*_named(text, people, _NAMED), *_named(text, places, _PLACE)]
        tokens = sorted([*tokens, *named], key=lambda token: token.start)
    return _runs(masked, _spread(text, tokens, sheltered, kept, is_medical=is_medical))


def _named(text: str, findings: Iterable[Finding], mark: str) -> Iterator[_Token]:
    """Give the words of hidden names and places: what stands beside or between them may belong to the name."""
    for finding in findings:
        for match in TOKEN.finditer(text, finding.start, finding.end):
            yield _Token(match.start(), match.end(), match.group(), match.group().lower(), mark)


def _is_medical(masked: str, sheltered: bytearray, tokens: Iterable[_Token]) -> bool:
    """Say whether a text speaks of medicine: a term of the vocabulary, shorthand in capitals, an eponym nobody is named for."""
    return (
        1 in sheltered
        or _CLINICAL_TALK.search(masked) is not None
        or any(
            (
                token.lower in _eponym_words()
                and token.text[0].isupper()
                and (token.lower not in all_names() or is_before_medical_cue(masked, token.end))
            )
            or (
                token.pattern is None
                and token.text.isupper()
                and len(token.text) > 1
                and token.lower in words("clinical_words")
                and token.lower not in _AMBIGUOUS
            )
            for token in tokens
        )
    )


def _masked(text: str, findings: Iterable[Finding]) -> str:
    """Blank out what is hidden already, so that no rule here sees it."""
    hidden = [(finding.start, finding.end) for finding in findings]
    return blank(text, [*hidden, *(match.span() for match in PLACEHOLDER.finditer(text))])


def _sheltered(masked: str) -> bytearray:
    """Mark what stands in a term of the controlled vocabulary, in a trial number, or in a public link."""
    marks = bytearray(len(masked))
    spans = [*always_kept(masked), *public_links(masked)]
    spans += [(found.start, found.end) for found in open_matcher(*_KINDS).find(masked) if _is_shelter(found)]
    for start, end in spans:
        marks[start:end] = b"\x01" * (end - start)
    return marks


_KINDS = ("product", "condition", "topic", "event", "content_type", "adverse_event", "procedure", "role", "specialty")


def _is_shelter(found: Candidate) -> bool:
    """A term shelters its words, but a single word that is first of all a name shelters nobody, nor an acronym in lower case."""
    text = found.term.text.casefold()
    if found.term.match == "cs" and not found.has_own_case:
        return False
    return " " in text or text not in common_given_names()


def _judged_in_place(masked: str, token: _Token, sheltered: bytearray, kept: KeptWords, *, is_medical: bool) -> _Token:
    """Take a verdict back where the token's place speaks for it: a term, an eponym, a counted number, a readable hashtag."""
    is_kept = sheltered.find(0, token.start, token.end) < 0
    if not is_kept and token.pattern in {"unknown_word", "name_word"}:
        is_kept = _is_eponym(masked, token, is_medical=is_medical) or (
            is_medical and not masked.isupper() and _is_abbreviation(masked, token)
        )
    if not is_kept and token.pattern == "long_number":
        is_kept = len(token.text) < 9 and bool(
            _MEASURED.match(masked, token.end) or _COUNT.search(masked[max(0, token.start - 5) : token.start])
        )
    if not is_kept and token.start and masked[token.start - 1] == "#":
        is_kept = kept.is_readable_tag(token.text)
    return replace(token, pattern=None) if is_kept else token


def _capitals_hidden(masked: str, tokens: list[_Token], sheltered: bytearray, kept: KeptWords) -> Iterator[_Token]:
    """Hide everyday words that have a capital within a sentence: in small talk they are somebody's ("Latest Zombie Boy")."""
    titled = [token for token in tokens if _TITLED.fullmatch(token.text)]
    is_headline = len(titled) > len(tokens) * _HEADLINE
    for token in tokens:
        if (
            token.pattern is None
            and not is_headline
            and _TITLED.fullmatch(token.text)
            and token.lower not in FUNCTION_WORDS
            and token.lower not in words("post_words")
            and token.lower not in words("regions")
            and not kept.is_of_medicine(token.lower)
            and token.lower not in _CALENDAR
            and sheltered.find(1, token.start, token.end) < 0
            and masked[max(0, token.start - 1) : token.start] not in {"#", "'"}
            and not _begins_sentence(masked, token)
        ):
            yield replace(token, pattern="name_word")
        else:
            yield token


def _is_abbreviation(masked: str, token: _Token) -> bool:
    """Keep capitals that no list of names has, in a text that speaks of medicine and not of somebody right before them."""
    if _NO_VOWEL.fullmatch(token.text) or _ROMAN_GRADE.fullmatch(token.text):
        return True
    return (
        _CAPITALS.fullmatch(token.text) is not None
        and masked[max(0, token.start - 1) : token.start] != "#"
        and token.lower not in all_names()
        and len(_LOWER_CASE.findall(masked)) > len(_SHOUTED.findall(masked))
        and not _SOMEBODY_BEFORE.search(masked[max(0, token.start - _LONGEST_CUE) : token.start])
    )


def _is_eponym(masked: str, token: _Token, *, is_medical: bool) -> bool:
    """Keep an eponym before a medical word, and a plain one in a text that speaks of medicine."""
    stem = token.lower.replace("’", "'").removesuffix("'s")
    if stem in _eponym_words() and (is_medical or (token.text[0].isupper() and stem not in all_names())):
        return True
    return (stem in _eponym_words() or stem in words("eponyms_with_cue")) and is_before_medical_cue(masked, token.end)


@cache
def _eponym_words() -> frozenset[str]:
    common = words("kept_words") | words("kept_lower") | words("given_names")
    parts = {part for eponym in words("eponyms") for part in TOKEN.findall(eponym) if len(part) > 2}
    return frozenset((parts - common) | words("eponyms"))


def _spread(
    text: str, tokens: Sequence[_Token], sheltered: bytearray, kept: KeptWords, *, is_medical: bool
) -> list[_Token]:
    """Hide what belongs to a hidden name: capitalised neighbours, initials, particles between, the rest of a list."""
    judged = list(tokens)
    for step in (1, -1):
        order = range(len(judged)) if step == 1 else range(len(judged) - 1, -1, -1)
        for index in order:
            beside = index - step
            if not 0 <= beside < len(judged) or judged[index].pattern is not None or judged[beside].pattern is None:
                continue
            token = judged[index]
            if sheltered.find(1, token.start, token.end) >= 0 or _stays(token, kept, is_medical=is_medical):
                continue
            first, second = (beside, index) if step == 1 else (index, beside)
            gap = text[judged[first].end : judged[second].start]
            if step == -1 and kept.language != "en" and _begins_sentence(text, token):
                continue
            if _is_joined(text, token, judged[beside], gap, is_behind=step == 1):
                judged[index] = replace(token, pattern=_INITIAL if len(token.text) == 1 else "beside_unknown")
    return _bridged(text, judged)


def _is_joined(text: str, token: _Token, unknown: _Token, gap: str, *, is_behind: bool) -> bool:
    """Say whether a kept word beside a hidden one belongs to it."""
    if gap in _CODE_JOINTS and unknown.pattern in _CODES:
        return token.text.isupper() or token.text.isdigit()
    if token.text.isdigit():
        return (
            gap == " "
            and not _MEASURE_BEHIND.match(text, token.end)
            and _goes_with(token, unknown, is_behind=is_behind)
        )
    if _BETWEEN.fullmatch(gap):
        if (
            not is_behind
            and unknown.pattern == _NAMED
            and (_TITLE.fullmatch(unknown.text) or _begins_sentence(text, token))
        ):
            return False
        return _goes_with(token, unknown, is_behind=is_behind)
    return (
        _LISTED.fullmatch(gap) is not None
        and token.text[0].isupper()
        and unknown.text[0].isupper()
        and token.lower in words("surnames")
    )


def _begins_sentence(text: str, token: _Token) -> bool:
    """Say whether a word has its capital from the sentence: "Saw Okonkwo"; a given name there is one all the same."""
    before = text[max(0, token.start - _LOOK_BACK) : token.start].rstrip(" \"'“(")
    is_initial = len(token.text) == 1 and _FULL_STOP.match(text, token.end) is not None
    return (not before or before[-1] in ".!?:\n…") and not is_initial and token.lower not in words("given_names")


def _goes_with(token: _Token, unknown: _Token, *, is_behind: bool) -> bool:  # noqa: PLR0911  a list of cases
    if len(token.text) == 1:
        return token.text.isupper() and unknown.text[0].isupper() and unknown.pattern in {*_NAME_LIKE, _INITIAL}
    if unknown.pattern not in _NAME_LIKE:
        return False
    if token.text.isdigit():
        return (
            len(token.text) <= _LONGEST_ADDRESS_NUMBER
            and not _YEAR.fullmatch(token.text)
            and (is_behind or len(token.text) > _FEW)
        )
    if token.text[0].isupper():
        if unknown.pattern == _NAMED and is_behind and token.lower not in words("surnames"):
            return False
        return unknown.text[0].isupper()
    if is_behind:
        return unknown.lower in words("given_names") and token.lower in words("surnames")
    return token.lower in words("given_names") and unknown.pattern == "unknown_word"


def _stays(token: _Token, kept: KeptWords, *, is_medical: bool) -> bool:
    """Say whether a word never belongs to a name: function words, medicine, abbreviations, words of posts."""
    if len(token.text) == 1 or token.text.isdigit():
        return False
    if token.lower in FUNCTION_WORDS or token.lower in kept.function_words:
        return True
    if is_medical_word(token.lower) and (is_medical or token.lower not in all_names()):
        return True
    is_title_case = token.text[0].isupper() and not token.text.isupper()
    if token.lower in words("clinical_words"):
        return not is_title_case
    return token.lower in words("post_words")


def _bridged(text: str, tokens: list[_Token]) -> list[_Token]:
    """Hide particles and short capitalised words between two parts of a name ("al-", "ten", "In"), and a surname behind one."""
    for index in range(1, len(tokens) - 1):
        before, token, behind = tokens[index - 1 : index + 2]
        if (
            token.pattern is None
            and behind.pattern is None
            and before.pattern == _NAMED
            and before.text[0].islower()
            and token.text in _PARTICLES
            and behind.lower in words("surnames")
            and text[before.end : token.start] == text[token.end : behind.start] == " "
        ):
            tokens[index : index + 2] = [replace(one, pattern="between_names") for one in (token, behind)]
        elif (
            token.pattern is None
            and before.pattern in _NAME_LIKE
            and (behind.pattern in _NAME_LIKE or behind.pattern == _PLACE)
            and before.text[0].isupper()
            and behind.text[0].isupper()
            and (token.lower in _PARTICLES or (token.text[0].isupper() and len(token.text) <= _SHORT))
            and _BLANK.fullmatch(text[before.end : token.start])
            and _BLANK.fullmatch(text[token.end : behind.start])
        ):
            tokens[index] = replace(token, pattern="between_names")
    return tokens


def _runs(masked: str, tokens: Sequence[_Token]) -> list[Finding]:
    """Join hidden tokens that only blanks and signs part, so that their number is not told."""
    runs: list[tuple[int, int, str]] = []
    for token in tokens:
        if token.pattern in {None, _NAMED, _PLACE}:
            continue
        if runs and _BETWEEN.fullmatch(masked[runs[-1][1] : token.start]):
            runs[-1] = (runs[-1][0], token.end, runs[-1][2])
        else:
            runs.append((token.start, token.end, token.pattern))
    return [Finding(start, end, ENTITY, 1.0, 1.0, NAME, pattern) for start, end, pattern in runs]
