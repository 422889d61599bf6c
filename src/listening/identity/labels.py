"""Who speaks, as role, specialty and country: read from name and profile in memory, and only the labels go on.

Nobody is looked up anywhere. The strongest evidence wins: the supplier's verified column, what the profile says the
author is not (yet), letters after the name, words of the profile, and last what the catalogue entry says of everybody.
"""

import re
from collections.abc import Iterator

from listening.identity.terms import (
    ROLES,
    countries,
    credentials,
    doctorates,
    role_phrases,
    specialties,
    specialty_ids,
    weak_credentials,
)
from listening.posts import AuthorLabels
from listening.raw import RawPost

ENTRY_HINT = "entry:"
"""Put before a hint that comes from the catalogue entry, so that it counts as such."""

_MAX_CHARACTERS = 2000
"""Of a name or profile that are read; profiles are ≤ 500 on every network met."""

_STUDENT = re.compile(
    r"\b(?:(?:med(?:ical)?|nursing|pharmacy|pharm|dental|PA|MD|DO|MBBS|MD[/-]PhD|medicine)[\s-]+(?:school\s+)?student"
    r"|student\s+(?:doctor|nurse|pharmacist|physician|midwife|paramedic)|pre-?med|pre-?nursing"
    r"|(?:MD|DO|MBBS|PharmD|BSN|MD[/-]PhD)[\s,-]+(?:candidate|to be|in training|class of)|MS-?[1-4]|OMS-?(?:[1-4]|I{1,3}|IV)"
    r"|M[1-4]\s+(?:at|@)|(?:future|aspiring|soon[\s-]to[\s-]be|wannabe|incoming)\s+(?:\w+\s+){0,2}?"
    r"(?:doctor|physician|nurse|surgeon|pharmacist|dr|MD|DO|RN|PA|NP|intern|\w+ologist))\b",
    re.IGNORECASE,
)
_OTHER_STUDENT = re.compile(
    r"\b(?:(?:PhD|doctoral|graduate|masters?|MSc|MPH|undergrad(?:uate)?)\s+student)\b", re.IGNORECASE
)
_NOT_CLINICAL = re.compile(
    r"\b(?:not|never|isn'?t|ain'?t|nor)\s+(?:yet\s+)?(?:an?|the)\s+(?:real\s+|medical\s+|actual\s+)?"
    r"(?:doctor|physician|MD|clinician|nurse|pharmacist|medic|HCP)\b",
    re.IGNORECASE,
)
_VET = re.compile(
    r"\bveterinar\w+|(?<!army )(?<!navy )(?<!force )(?<!marine )(?<!military )(?<!combat )(?<!war )\bvet\b(?!\s*(?:of|eran))",
    re.IGNORECASE,
)
_BOT = re.compile(
    r"\b(?:i am a bot|i'm a bot|automated (?:account|feed|bot)|bot account|auto-?posts|unofficial bot)\b|🤖\s*bot|\bbot$",
    re.IGNORECASE,
)
_SOMEBODY_ELSE = re.compile(
    r"\b(?:(?:wife|husband|partner|spouse|mum|mom|mother|dad|father|parent|son|daughter|child|sister|brother|friend|fan|patient|carer)"
    r"\s+(?:of|to)|married\s+to|ask\s+your|see\s+your|thank\s+(?:a|your)|my)\s+(?:an?\s+|the\s+|two\s+|your\s+)?(?:[\w-]+\s+){0,2}?"
    r"(?:doctors?|physicians?|surgeons?|nurses?|pharmacists?|GPs?|midwi(?:fe|ves)|\w+ologists?)\b"
    r"|\b(?:doctor|nurse|surgeon)'?s\s+(?:wife|husband|daughter|son)|\bdoctor\s+who\b|\bspin\s+doctor\b|\bnot\s+your\s+(?:doctor|nurse)\b",
    re.IGNORECASE,
)
_POST_AFTER = re.compile(
    r"\s+(?:resident|fellow|registrar|consultant|trainee|attending|spr|doc|specialist)\b", re.IGNORECASE
)
_POST_BEFORE = re.compile(
    r"\b(?:resident|fellow|registrar|consultant|trainee|attending|specialist)(?:\s+in|,)?\s+$|\bPGY-?[1-8]\b[^.]*$",
    re.IGNORECASE,
)
"""A doctor's post beside a specialty: `oncology resident`, `consultant in emergency medicine`, `PGY-2 psychiatry`."""
_PLACE_MD = re.compile(r"\b[A-Z][a-z]+,\s*MD\b(?!\s*[,|/])")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_UK_NATIONS = re.compile("\U0001f3f4\U000e0067\U000e0062[\U000e0061-\U000e007a]+\U000e007f")
_SOLIDARITY = frozenset({"UA", "PS", "IL"})
"""Flags and names shown in support more often than as an address: a flag alone says nothing."""
_SUPPORT = re.compile(
    r"\b(?:stand(?:s|ing)?\s+with|support(?:s|ing)?|free|pray\s+for|love|visit(?:ed|ing)?|born\s+in)\s+\w+",
    re.IGNORECASE,
)


def label(raw: RawPost) -> AuthorLabels:
    """Read an author's labels. `None` where nothing explicit was found; ids are without prefix."""
    name, bio = raw.author_name[:_MAX_CHARACTERS], raw.author_bio[:_MAX_CHARACTERS]
    role, evidence = _role(raw.role_hint, name, bio)
    return AuthorLabels(
        role=role,
        specialty=_specialty(raw.specialty_hint, role, name, bio),
        country=_country(raw.country_hint, name, bio),
        evidence=evidence,
    )


def _role(hint: str | None, name: str, bio: str) -> tuple[str | None, str | None]:
    found = ((role, evidence) for role, evidence in _by_strength(hint, name, _SOMEBODY_ELSE.sub(" ", bio)) if role)
    return next(found, (None, None))


def _by_strength(hint: str | None, name: str, bio: str) -> Iterator[tuple[str | None, str]]:
    """Give what each kind of evidence says, strongest first."""
    stated, is_entry = _stated_role(hint), (hint or "").startswith(ENTRY_HINT)
    if not is_entry:
        yield stated, "supplier"
    by_letters = _credential(name)
    if by_letters not in {"nurse", "pharmacist", "physician-associate"}:
        # A nurse may study medicine and stay a nurse; "MD" beside "class of 2029" is no physician.
        yield _negative(name), "credential"
        yield _negative(bio), "bio"
    yield by_letters, "credential"
    is_denied = bool(_NOT_CLINICAL.search(f"{name}\n{bio}"))
    if not is_denied:
        yield _profile_role(bio), "bio"
    if _OTHER_STUDENT.search(bio):
        yield "student", "bio"
    if doctorates().find(name):
        yield "researcher", "credential"
    if doctorates().find(bio) or _first_of(bio, {"researcher"}):
        yield "researcher", "bio"
    if is_entry and not is_denied:
        yield stated, "entry"


def _stated_role(hint: str | None) -> str | None:
    said = (hint or "").removeprefix(ENTRY_HINT).strip()
    if said.lower() in ROLES:
        return said.lower()
    for words in (role_phrases(), credentials(), weak_credentials()):
        if found := words.find(said):
            return found[0][2]
    return None


def _negative(text: str) -> str | None:
    if _STUDENT.search(text):
        return "student"
    return "other" if _VET.search(text) or _BOT.search(text) else None


def _credential(name: str) -> str | None:
    if _NOT_CLINICAL.search(name):
        return None
    if found := credentials().find(name):
        # A clinical credential stands over the others: "DDS, MD" is a physician.
        return next((role for _, _, role in found if role != "other"), "other")
    behind_comma = [role for at, _, role in weak_credentials().find(name) if re.search(r"[,|/(]\s*$", name[:at])]
    return behind_comma[0] if behind_comma else None


def _profile_role(bio: str) -> str | None:
    by_letters = [role for _, _, role in credentials().find(_PLACE_MD.sub(" ", bio)) if role != "other"]
    if by_letters:
        return by_letters[0]
    clinical = _first_of(bio, {"physician", "nurse", "pharmacist", "physician-associate"})
    if clinical is None and _has_doctors_post(bio):
        clinical = "physician"
    return clinical or _first_of(bio, {"other", "organisation"})


def _has_doctors_post(bio: str) -> bool:
    return any(
        _POST_AFTER.match(bio, at + len(term)) or _POST_BEFORE.search(bio[max(0, at - 40) : at])
        for at, term, _ in specialties().find(bio)
    )


def _first_of(text: str, roles: set[str]) -> str | None:
    return next((role for _, _, role in role_phrases().find(text) if role in roles), None)


def _specialty(hint: str | None, role: str | None, name: str, bio: str) -> str | None:
    said = (hint or "").removeprefix(ENTRY_HINT).strip()
    stated = said.lower() if said.lower() in specialty_ids() else _found_specialty(said.replace("-", " "))
    if stated and not (hint or "").startswith(ENTRY_HINT):
        return stated
    if role in {None, "other"}:
        return None
    return _found_specialty(_SOMEBODY_ELSE.sub(" ", bio)) or _found_specialty(name) or stated


def _found_specialty(text: str) -> str | None:
    found = specialties().find(text)
    # "Surgeon" alone says less than the field beside it: "Surgeon, breast oncology".
    telling = [specialty for _, term, specialty in found if term.lower() not in {"surgeon", "surgery"}]
    return telling[0] if telling else (found[0][2] if found else None)


def _country(hint: str | None, name: str, bio: str) -> str | None:
    said = (hint or "").removeprefix(ENTRY_HINT).strip()
    if re.fullmatch(r"[A-Za-z]{2}", said):
        stated: str | None = said.upper()
    else:
        stated = next((country for _, _, country in countries().find(said)), None)
    if stated and not (hint or "").startswith(ENTRY_HINT):
        return stated
    text = _SUPPORT.sub(" ", f"{name}\n{bio}")
    found = {country for _, _, country in countries().find(text)} | _flags(text)
    if not found:
        return stated
    # Two countries are a life story: which of them holds today, nobody said.
    return found.pop() if len(found) == 1 else None


def _flags(text: str) -> set[str]:
    known = set(countries().labels.values()) - _SOLIDARITY
    found = {"".join(chr(ord(letter) - 0x1F1E6 + ord("A")) for letter in match[0]) for match in _FLAG.finditer(text)}
    return (found & known) | ({"GB"} if _UK_NATIONS.search(text) else set())
