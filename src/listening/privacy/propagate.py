"""Hide a name found once wherever the post repeats it, and grow spans to whole words."""

import re
from collections.abc import Iterable, Sequence

from listening.privacy.finding import Finding
from listening.privacy.lexicon import is_unknown, words
from listening.privacy.protector import is_before_medical_cue, is_medical_word

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_TITLES = frozenset("dr drs mr mrs ms mx miss prof professor doctor nurse sister sir consultant".split())
_MEDICAL_BEHIND = re.compile(
    r"(?:'s)? (?:disease|syndrome|sign|score|criteria|palsy|lymphoma|test|reflex|scale|class|index|triad|phenomenon|model|line|catheter)\b",
    re.IGNORECASE,
)
_KIN_BEHIND = re.compile(
    r" (?:mum|mom|mother|dad|father|wife|husband|son|daughter|sister|brother|family|nan|gran|partner|niece|nephew|bed|notes|scan|bloods)\b",
    re.IGNORECASE,
)
_SHORT_VALUE = 64
"""Code points: longer values are looked for by their first so many."""
_LEAST = 4
"""Shorter values are too often part of other words."""


def propagate(text: str, findings: Iterable[Finding]) -> list[Finding]:
    """Add findings where a hidden value, or a part of a hidden name, stands elsewhere in the text.

    Whole values of four letters or more count anywhere, even inside another word (the word is then hidden whole);
    single parts of a name count as whole words, except before a medical cue ("Mr Parkinson has
    Parkinson disease") and where the part is an everyday word.
    """
    found = [grow(text, finding) for finding in findings]
    covered = bytearray(len(text))
    for finding in found:
        covered[finding.start : finding.end] = b"\x01" * (finding.end - finding.start)
    sources: dict[str, Finding] = {}
    parts: dict[str, Finding] = {}
    word_parts: dict[str, Finding] = {}
    for finding in found:
        value = text[finding.start : finding.end]
        if sum(map(str.isalpha, value)) >= _LEAST or sum(map(str.isdigit, value)) >= _LEAST + 2:
            sources.setdefault(value, finding)
        if finding.entity_type == "PERSON":
            for word in _WORD.findall(value):
                part = word.removesuffix("'s")
                lower = part.casefold()
                if len(part) <= 2 or lower in _TITLES:
                    continue
                if lower not in words("english_words"):
                    parts.setdefault(lower, finding)
                elif part[0].isupper() and lower in words("surnames") and value != word:
                    word_parts.setdefault(part, finding)
    found.extend(list(_coordinated(text, found, covered)))
    extra = [*_repeats(text, sources, covered), *_part_repeats(text, parts, word_parts, covered)]
    return [*found, *extra]


_LIST_BEHIND = re.compile(
    r"(?: \([^()\n]{1,40}\))?(?:, (?:and )?| and | & |/)((?:[A-ZÀ-Þ]')?[A-ZÀ-Þ][^\W\d_]{2,30}(?:-[A-ZÀ-Þ][^\W\d_]+)*)(?! [A-Z])"
)
_LIST_BEFORE = re.compile(
    r"(?<![\w'])((?:[A-ZÀ-Þ]')?[A-ZÀ-Þ][^\W\d_]{2,30}(?:-[A-ZÀ-Þ][^\W\d_]+)*)(?:, (?:and )?| and | & |/)$"
)


def _coordinated(text: str, found: list[Finding], covered: bytearray) -> Iterable[Finding]:
    """Follow a list of names from one that was found: "Torres, Morrison and Becker"."""
    for finding in found:
        if finding.entity_type != "PERSON" or finding.pattern in {"title", "cue_and_name", "given_name"}:
            continue
        end = finding.end
        is_cued = _LIST_CUE.search(text[max(0, finding.start - 90) : finding.start]) is not None
        while (match := _LIST_BEHIND.match(text, end)) and _is_listed_name(match.group(1), is_cued=is_cued):
            if not covered[match.start(1)]:
                yield _copy(finding, match.start(1), match.end(1), "name_list")
            end = match.end()
        start = finding.start
        while (match := _LIST_BEFORE.search(text[max(0, start - 40) : start])) and _is_listed_name(
            match.group(1), is_cued=is_cued
        ):
            first = max(0, start - 40) + match.start(1)
            if not covered[first]:
                yield _copy(finding, first, first + len(match.group(1)), "name_list")
            start = first


_LIST_CUE = re.compile(
    r"\b(?:thanks|thank you|thx|shout-?outs?|kudos|congrat\w*|props|credit|grateful to|well done|with|cc|spoke to)\b[^.!?\n]*$",
    re.IGNORECASE,
)


def _is_listed_name(word: str, *, is_cued: bool) -> bool:
    """Ask for a known name; behind a cue of thanks or company a word that no list knows counts too."""
    lower = word.casefold()
    if is_cued and is_unknown(word) and not is_medical_word(lower):
        return True
    if (
        lower in words("not_names")
        or lower in words("regions")
        or lower in words("medical_words")
        or lower in words("towns")
    ):
        return False
    return (
        (lower in words("surnames") or lower in words("given_names"))
        and not word.isupper()
        and (lower not in words("english_words"))
    )


def _repeats(text: str, sources: dict[str, Finding], covered: bytearray) -> Iterable[Finding]:
    for value, finding in _matches(text, sources):
        for start, end in value:
            if not all(covered[start:end]) and not _is_eponym_use(text, finding, start, end):
                yield grow(text, _copy(finding, start, end, "repeat"))


def _is_eponym_use(text: str, finding: Finding, start: int, end: int) -> bool:
    """Tell "Baker's cyst" from the Baker who reported it."""
    lower = text[start:end].casefold()
    is_eponym = lower in words("eponyms") or lower in words("eponyms_with_cue")
    return finding.entity_type == "PERSON" and is_eponym and is_before_medical_cue(text, end)


def _matches(text: str, sources: dict[str, Finding]) -> Iterable[tuple[list[tuple[int, int]], Finding]]:
    if not sources:
        return
    import ahocorasick_rs

    short = [value for value in sources if len(value) <= _SHORT_VALUE]
    spots: dict[str, list[tuple[int, int]]] = {}
    for index, start, end in ahocorasick_rs.AhoCorasick(short).find_matches_as_indexes(text, overlapping=True):
        spots.setdefault(short[index], []).append((start, end))
    for value, start in _long_matches(text, [value for value in sources if len(value) > _SHORT_VALUE]):
        spots.setdefault(value, []).append((start, start + len(value)))
    for value, places in spots.items():
        if len(places) > 1:
            yield places, sources[value]


def _long_matches(text: str, values: Sequence[str]) -> Iterable[tuple[str, int]]:
    """Find long values by their beginnings: an automaton of whole ones would take a square of their length to build."""
    if not values:
        return
    import ahocorasick_rs

    by_beginning: dict[str, list[str]] = {}
    for value in values:
        by_beginning.setdefault(value[:_SHORT_VALUE], []).append(value)
    beginnings = list(by_beginning)
    for index, start, _ in ahocorasick_rs.AhoCorasick(beginnings).find_matches_as_indexes(text):
        for value in by_beginning[beginnings[index]]:
            if text.startswith(value, start):
                yield value, start


def _part_repeats(
    text: str, parts: dict[str, Finding], word_parts: dict[str, Finding], covered: bytearray
) -> Iterable[Finding]:
    """Find parts of names again: unusual ones in any case, surnames that are everyday words with their capital only."""
    if not parts and not word_parts:
        return
    for word in _WORD.finditer(text):
        if covered[word.start()]:
            continue
        value = word.group().removesuffix("'s").removesuffix("'S")
        finding = parts.get(value.casefold()) or (
            word_parts.get(value)
            if word.start() and text[word.start() - 2 : word.start() - 1] not in {".", "!", "?"}
            else None
        )
        is_disease = (
            word.group()[-2:].lower() == "'s"
            and is_medical_word(value.casefold())
            and not _KIN_BEHIND.match(text, word.end())
        )
        if finding is None or is_disease or _MEDICAL_BEHIND.match(text, word.start() + len(value)):
            continue
        if value[0].isupper() or len(value) >= _LEAST or value.casefold() in words("given_names"):
            yield _copy(finding, word.start(), word.start() + len(value), "name_part")


def _copy(finding: Finding, start: int, end: int, pattern: str) -> Finding:
    return Finding(
        start, end, finding.entity_type, finding.score, finding.score_before_context, finding.recognizer, pattern
    )


_PARTIAL = frozenset({"accents", "model_surname", "model_accent"})
_NAME_SUFFIX = re.compile(r",? (?:II|III|Jr|Sr|Jnr|Snr)\b\.?(?! (?:degree|grade|stage|trial|block))")
_FIRST_NAME = re.compile(r"(?<![\w'.])([A-ZÀ-Þ][^\W\d_A-Z]{2,25}) $")


def echoes(text: str, findings: Iterable[Finding]) -> list[Finding]:
    """Give what hides the places where a value that is hidden stands once more, also within another word.

    Args:
        text: The normalised text.
        findings: All that is hidden in it, layer 7's spans included.
    """
    found = list(findings)
    covered = bytearray(len(text))
    sources: dict[str, Finding] = {}
    for finding in found:
        covered[finding.start : finding.end] = b"\x01" * (finding.end - finding.start)
        value = text[finding.start : finding.end]
        if len(value) >= _LEAST:
            sources.setdefault(value, finding)
    return list(_repeats(text, sources, covered))


def grow(text: str, finding: Finding) -> Finding:  # noqa: C901  a list of cases
    """Widen a span to whole words: letters, digits and hyphenated or apostrophised parts that touch it."""
    start, end = finding.start, finding.end
    if finding.entity_type == "AGE":
        return finding  # "34F" keeps the letter
    if start < end and _joins(text[start]):
        while start > 0 and _joins(text[start - 1]):
            start -= 1
    if (
        finding.entity_type == "PERSON"
        and finding.pattern in _PARTIAL
        and (match := _FIRST_NAME.search(text[max(0, start - 30) : start]))
    ):
        word = match.group(1).casefold()
        if not any(word in words(name) for name in ("english_words", "not_names", "regions", "medical_words")):
            start -= len(match.group())
    if end > start and _joins(text[end - 1]):
        while end < len(text) and _joins(text[end]):
            end += 1
        if finding.entity_type == "PERSON" and end + 1 < len(text) and text[end] == "-" and text[end + 1].isupper():
            end += 1
            while end < len(text) and _joins(text[end]):
                end += 1
    if finding.entity_type == "PERSON" and (suffix := _NAME_SUFFIX.match(text, end)):
        end = suffix.end()
    if finding.entity_type == "LOCATION" and text[end - 1] == "." and (end == len(text) or text[end].isspace()):
        end -= 1  # a sentence's full stop
    return (
        finding
        if (start, end) == (finding.start, finding.end)
        else _copy(finding, start, end, finding.pattern or "grown")
    )


def _joins(character: str) -> bool:
    return character.isalnum() or character == "_"
