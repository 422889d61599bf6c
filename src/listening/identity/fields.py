"""The specialty an author names: first the one that is the role itself, then the one beside it, then any other."""

import re
from collections.abc import Iterator
from typing import Final

from listening.identity.mentions import is_denied, is_not_now, is_of_another
from listening.identity.terms import Words, role_phrases, short_specialties, specialties, specialty_nouns

ROLE_BEHIND: Final = re.compile(
    r"[\s/-]+(?:(?:clinical|specialist|registered|senior|charge|staff|travel|research|trauma|research)\s+)?"
    r"(?P<role>nurse|[Rr][Nn]|[Nn][Pp]|midwife|matron|pharmacist|PharmD|PA(?:-C)?|doc|doctor|physician|attending|resident|fellow|registrar|reg"
    r"|consultant|SpR|SHO|trainee|intern|specialist|surgeon)\b"
)
"""A role right behind a specialty: `EM attending`, `peds RN`."""
_ROLE_BEFORE: Final = re.compile(
    r"\b(?:nurse|RN|pharmacist|PA|doctor|doc|physician|attending|resident|residente|fellow|registrar|consultant|trainee|interne?o?a?|specialist"
    r"|PGY-?[1-8]|ST[1-8]|CT[1-3]|IMT[1-3]?|MIR|R[1-5]|board[\s-]?certified|boarded)(?:\s+(?:in|en|de|di|em|für|of|-))?[\s,|]+(?:the\s+)?$",
    re.IGNORECASE,
)
_AIM: Final = re.compile(r"\b(?:applying(?:\s(?:to|for|into))?|interested in|into|future|aspiring)\s$", re.IGNORECASE)
_DISEASES: Final = frozenset({"HIV", "IBD"})
"""Short forms that, behind a role, may be the author's own illness."""
_PATIENT: Final = re.compile(
    r"\s+(?:survivor|patient|warrior|thriver|mum|mom|mama|dad|fan|parent|appointment)", re.IGNORECASE
)
_ABOUT: Final = re.compile(
    r"\b(?:history|historian|ethics|lawyer|law|novels?|art|tree|my|your)\b[^.|,;]{0,20}$", re.IGNORECASE
)
_GENERIC: Final = frozenset(
    "surgeon surgery surgical chirurg chirurgin chirurgien chirurgienne cirujano cirujana chirurgo".split()
)
"""These say less than the field beside them: `Surgeon, breast oncology`."""


def specialty_of(text: str, *, is_student: bool = False) -> str | None:
    """Give the specialty that `text` tells of its author, an id without prefix."""
    roles = [(at, at + len(term)) for at, term, _ in role_phrases().find(text)]
    best: tuple[int, int, int, str] | None = None
    for at, term, specialty in (*_shorts(text, is_student=is_student), *specialties().find(text)):
        rank = _rank(text, at, term, roles, is_student=is_student)
        if rank is not None and (best is None or (rank, at, -len(term)) < best[:3]):
            best = (rank, at, -len(term), specialty)
    return best[3] if best else None


def _shorts(text: str, *, is_student: bool) -> Iterator[tuple[int, str, str]]:
    """Give the short forms beside a role (`EM attending`, `Nurse, ED`) or a student's aim; "EM" alone may be anything."""
    for at, term, specialty in short_specialties().find(text):
        before = text[max(0, at - 40) : at]
        is_behind_role = term.isupper() and term not in _DISEASES and _ROLE_BEFORE.search(before)
        if ROLE_BEHIND.match(text, at + len(term)) or is_behind_role or (is_student and _AIM.search(before)):
            yield at, term, specialty


def _rank(text: str, at: int, term: str, roles: list[tuple[int, int]], *, is_student: bool) -> int | None:
    """Say how telling a specialty is, 0 the most; `None` where it is not the author's."""
    end = at + len(term)
    if _PATIENT.match(text, end) or _ABOUT.search(text[max(0, at - 30) : at]):
        return None
    around = [(start, stop) for start, stop in roles if start < end and at < stop]
    is_person = bool(around) or is_in(specialty_nouns(), term)
    first, last = around[0] if around else (at, end)
    if is_person and (is_of_another(text, first, last) or (not is_student and _is_not_so(text, first))):
        return None
    if term.lower() in _GENERIC:
        return 3
    if is_person:
        return 0
    is_beside = any(0 <= start - end <= 1 for start, _ in roles) or ROLE_BEHIND.match(text, end)
    return 1 if is_beside or _ROLE_BEFORE.search(text[max(0, at - 40) : at]) else 2


def _is_not_so(text: str, at: int) -> bool:
    return is_denied(text, at) or is_not_now(text, at)


def is_in(words: Words, term: str) -> bool:
    """Tell whether a matched term is one of `words`."""
    return term in words.labels or term.lower() in words.labels


def named_specialty(said: str) -> str | None:
    """Give the specialty that a supplier's own word names: `Cardiologist`, `respiratory-medicine`."""
    found = specialties().find(said)
    telling = [hit for hit in found if hit[1].lower() not in _GENERIC]
    return (telling or found)[0][2] if found else None
