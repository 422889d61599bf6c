"""Put surrogates in the place of placeholders: fake names and shifted dates, consistent within a post, keyed.

A surrogate is drawn from a list by the post's key and the value, never derived from the value. What is no name and no
whole date keeps its placeholder.
"""

import hmac
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from listening.posts import RedactedSpan
from listening.privacy.anonymise import Redaction, rewritten
from listening.privacy.lexicon import words
from listening.privacy.randomise import unit

OPERATOR = "surrogate"
_TITLE = re.compile(
    r"(?:drs?|doctor|mr|mrs|ms|mx|miss|prof(?:essor)?|nurse|sister|sr|sir|dame|lord|lady|uncle|aunt(?:ie)?|cousin|midwife|consultant)\.?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PARTICLES = frozenset("van von der den de la le da di du dos das del bin ibn al el st ter ten abu".split())
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_WRITTEN = (
    re.compile(
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ -]{_MONTH}(?:,? ?-?(?P<year>(?:19|20)\d\d))?", re.IGNORECASE
    ),
    re.compile(rf"{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>(?:19|20)\d\d))?", re.IGNORECASE),
    re.compile(r"(?P<year>(?:19|20)\d\d)-(?P<month>\d{2})-(?P<day>\d{2})"),
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH_NAMES = "January February March April May June July August September October November December".split()
_LEAP_YEAR = 2024
"""Stands in where a date names no year, so that 29 February is one."""


def with_surrogates(original: str, redaction: Redaction, key: bytes, most_days: int) -> Redaction:
    """Replace the placeholders of people and of whole dates by surrogates.

    Args:
        original: The text as it came.
        redaction: What gate 1 made of it.
        key: The post's, 32 bytes; the same post gets the same surrogates.
        most_days: How far dates move, at most; all dates of a post by the same, so that intervals stay true.
    """
    shift = 1 + int(unit(_draw(key, "date")) * most_days)
    if unit(_draw(key, "direction")) < _HALF:
        shift = -shift
    spans = [_surrogate(original[span.start : span.end], span, key, shift) for span in redaction.spans]
    return rewritten(original, redaction, spans)


_HALF = 0.5


def _surrogate(value: str, span: RedactedSpan, key: bytes, shift: int) -> RedactedSpan:
    made: str | None = None
    if span.entity_type == "PERSON":
        made = fake_name(value, key)
    elif span.entity_type == "DATE_TIME":
        made = shifted_date(value, shift)
    return span if made is None else replace(span, replacement=made, operator=OPERATOR)


def fake_name(value: str, key: bytes) -> str | None:
    """Give a name of the same build: titles stay, each part becomes the surrogate of that part, or None without a part."""
    parts = list(_WORD.finditer(value))
    if not any(_is_part(part.group()) for part in parts):
        return None
    pieces, position = [], 0
    for part in parts:
        pieces.append(value[position : part.start()])
        pieces.append(_fake_part(part.group(), key) if _is_part(part.group()) else part.group())
        position = part.end()
    return "".join(pieces) + ("'s" if value.endswith(("'s", "’s")) else "")


def _is_part(word: str) -> bool:
    return not _TITLE.fullmatch(word) and word.casefold() not in _PARTICLES


def _fake_part(word: str, key: bytes) -> str:
    stem = re.sub(r"['’]s$", "", word)
    if len(stem) == 1:
        return chr(ord("A") + int(unit(_draw(key, f"initial {stem.casefold()}")) * 26))
    is_given = stem.casefold() in words("given_names") and stem.casefold() not in words("surnames")
    names = _names("surrogate_given" if is_given else "surrogate_surnames")
    start = int(unit(_draw(key, f"name {stem.casefold()}")) * len(names))
    made = next(name for name in (*names[start:], *names[:start]) if name != stem.casefold())
    return made.upper() if stem.isupper() else made if stem.islower() else made.title()


def _names(name: str) -> Sequence[str]:
    return sorted(words(name))


def shifted_date(value: str, shift: int) -> str | None:
    """Move a whole date by `shift` days, written as "3 June 2023", or give None where it is not whole."""
    for pattern in _WRITTEN:
        match = pattern.search(value)
        if match is None:
            continue
        fields = match.groupdict()
        month = int(fields["month"]) if fields.get("month") else _MONTHS.index(_month_name(match)) + 1
        year = int(fields["year"]) if fields.get("year") else None
        try:
            moved = date(year or _LEAP_YEAR, month, int(fields["day"])) + timedelta(days=shift)
        except ValueError:
            return None
        written = f"{moved.day} {_MONTH_NAMES[moved.month - 1]}"
        return f"{written} {moved.year}" if year else written
    return None


def _month_name(match: re.Match[str]) -> str:
    return next(group.lower()[:3] for group in match.groups() if group and group.lower()[:3] in _MONTHS)


def _draw(key: bytes, purpose: str) -> bytes:
    return hmac.digest(key, purpose.encode(), "sha256")
