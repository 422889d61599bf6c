"""Who speaks, as role, specialty and country: read from name and profile in memory, and only the labels go on.

Nobody is looked up anywhere. The strongest evidence wins: the supplier's verified column, what the profile says the
author is not (yet), letters after the name, words of the profile, and last what the catalogue entry says of everybody.
What the network proved (`identity.ladder`) raises the evidence; it never gives a role.
"""

import re
from collections.abc import Iterator

from listening.identity.fields import ROLE_BEHIND, is_in, named_specialty, specialty_of
from listening.identity.ladder import confidence_of, read_proof
from listening.identity.mentions import is_denied, is_not_now, is_of_another, of_the_author
from listening.identity.negatives import is_bot, is_for_animals, is_institution, is_student
from listening.identity.places import country_of, named_country, without_towns
from listening.identity.terms import (
    NO_ROLE,
    ROLES,
    Words,
    credentials,
    doctorates,
    role_phrases,
    short_specialties,
    specialties,
    specialty_ids,
    specialty_nouns,
    weak_credentials,
)
from listening.posts import AuthorLabels
from listening.raw import RawPost

ENTRY_HINT = "entry:"
"""Put before a hint that comes from the catalogue entry, so that it counts as such."""

_MAX_CHARACTERS = 2000
"""Of a name or profile that are read; profiles are ≤ 500 on every network met."""

_CLINICAL = frozenset({"physician", "nurse", "pharmacist", "physician-associate"})
_OTHER_STUDENT = re.compile(
    r"\b(?:(?:masters?|MSc|MPH|undergrad(?:uate)?|law|engineering|history|physics)\s+student)\b", re.IGNORECASE
)
"""Students of no health profession: they are `other`. Who works for a doctorate is a `researcher`."""
_NO_DEGREE = re.compile(
    r"\bHouse,?\s+M\.?D\b\.?|\bMD\s+(?:of|at)\s+(?!(?:the\s+)?(?:\w+\s+){0,3}?(?:Hospital|Clinic|Medical|Health|University))"
    r"|\b(?:CEO|CFO|[Ff]ounder|[Cc]hair(?:man|woman)?|[Dd]irector)\s*(?:&|and|/|,|\|)\s*MD\b|\bMD\s*(?:&|/)\s*(?:CEO|[Ff]ounder)"
)
"""A managing director, and a television series."""
_POST_AFTER = re.compile(
    r"\s+(?:resident|fellow|registrar|reg|consultant|trainee|attending|spr|sho|doc|doctor|physician|specialist|rezydent)\b",
    re.IGNORECASE,
)
_POST_BEFORE = re.compile(
    r"\b(?:resident|residente|(?<!postdoctoral\s)(?<!postdoc\s)(?<!research\s)fellow|registrar|consultant|trainee|attending|specialist|interne|interna|MIR|assistenzarzt|assistenzärztin"
    r"|specializzand[oa])(?:\s+(?:in|en|de|di|em|für)|,)?\s+$|\bPGY-?[1-8]\b[^.]*$|\b(?:ST[1-8]|CT[1-3]|R[1-5])\b(?:\s+in)?\s+$",
    re.IGNORECASE,
)
"""A doctor's post beside a specialty: `oncology resident`, `consultant in emergency medicine`, `PGY-2 psychiatry`."""
_POST_ALONE = re.compile(
    r"\b(?:PGY-?[1-8]|IMT[1-3]|GPST[1-4]|ST[3-8]|CST[12]|FY[12]|F[12]\s+doctor)\b|(?:^|[,|&/.]\s*|\band\s)[Dd]oc(?=\s*(?:$|[,.|&/]))"
)
_POST_OF_OTHERS = re.compile(r"\s+(?:pharmacy|nursing|podiatry|dental)", re.IGNORECASE)
_IN_POST = {
    "RN": "nurse",
    "NP": "nurse",
    "PA": "physician-associate",
    "PA-C": "physician-associate",
    "doc": "physician",
}


def label(raw: RawPost) -> AuthorLabels:
    """Read an author's labels. `None` where nothing explicit was found; ids are without prefix.

    `student` is a student of a health profession; dentists, therapists, paramedics, vets, journalists and whoever else
    says what they are is `other`; who holds or works for a research degree alone is a `researcher`.
    """
    name, bio = raw.author_name[:_MAX_CHARACTERS], raw.author_bio[:_MAX_CHARACTERS]
    role, evidence = _role(raw.role_hint, name, bio)
    proof = read_proof(raw.author_proof)
    if proof.raises(role, evidence):
        evidence = proof.evidence
    return AuthorLabels(
        role=role,
        specialty=_specialty(raw.specialty_hint, role, name, bio),
        country=_country(raw.country_hint, proof.country, name, bio),
        evidence=evidence,
        confidence=confidence_of(evidence),
    )


def _role(hint: str | None, name: str, bio: str) -> tuple[str | None, str | None]:
    found = ((role, evidence) for role, evidence in _by_strength(hint, name, bio) if role)
    return next(found, (None, None))


def _by_strength(hint: str | None, name: str, bio: str) -> Iterator[tuple[str | None, str]]:
    """Give what each kind of evidence says, strongest first."""
    stated, is_entry = _stated_role(hint), (hint or "").startswith(ENTRY_HINT)
    if not is_entry:
        yield stated, "supplier"
    by_letters = _credential(name)
    if by_letters not in {"nurse", "pharmacist", "physician-associate"}:
        # A nurse may study medicine and stay a nurse; "MD" beside "class of 2029" is no physician.
        yield _negative(name, ""), "credential"
        yield _negative("", bio), "bio"
    yield by_letters, "credential"
    if is_institution(name):
        yield "organisation", "bio"
    yield _profile_role(bio), "bio"
    yield _name_role(name), "bio"
    if doctorates().find(name):
        yield "researcher", "credential"
    if doctorates().find(bio):
        yield "researcher", "bio"
    if _OTHER_STUDENT.search(bio):
        yield "other", "bio"
    if is_entry and not _denies(bio):
        yield stated, "entry"


def _stated_role(hint: str | None) -> str | None:
    said = (hint or "").removeprefix(ENTRY_HINT).strip()
    if said.lower() in ROLES:
        return said.lower()
    for words in (role_phrases(), credentials(), weak_credentials()):
        if found := [role for _, _, role in words.find(said) if role != NO_ROLE]:
            return found[0]
    return None


def _negative(name: str, bio: str) -> str | None:
    if is_bot(name, bio):
        return "other"
    text = name or bio
    if is_for_animals(text):
        return "other"
    return "student" if is_student(text) else None


def _denies(bio: str) -> bool:
    return any(role in _CLINICAL and is_denied(bio, at) for at, _, role in role_phrases().find(bio))


def _letters(words: Words, text: str) -> list[str]:
    return [role for at, _, role in words.find(text) if not is_denied(text, at)]


def _credential(name: str) -> str | None:
    name = _NO_DEGREE.sub(" ", name)
    if found := _letters(credentials(), name):
        # A clinical credential stands over the others: "DDS, MD" is a physician.
        return next((role for role in found if role != "other"), "other")
    behind_comma = [role for at, _, role in weak_credentials().find(name) if re.search(r"[,|/(]\s*$", name[:at])]
    return behind_comma[0] if behind_comma else None


def _profile_role(bio: str) -> str | None:
    bio = _NO_DEGREE.sub(" ", without_towns(bio))
    by_letters = [
        role
        for at, term, role in credentials().find(bio)
        if role != "other" and not (is_of_another(bio, at, at + len(term)) or is_denied(bio, at) or is_not_now(bio, at))
    ]
    if by_letters:
        return by_letters[0]
    said = [role for _, _, role in of_the_author(bio, role_phrases().find(bio))]
    clinical = next((role for role in said if role in _CLINICAL), None)
    found = clinical or _role_in_post(bio)
    return found or next((role for role in said if role != NO_ROLE), None)


def _name_role(name: str) -> str | None:
    """Read words for a role in the display name: `ICU Nurse Jen`; a bare "Doctor" or "Nurse" there may be a joke."""
    said = [hit for hit in of_the_author(name, role_phrases().find(name)) if hit[2] in _CLINICAL]
    fields = {at + len(term) + 1 for at, term, _ in (*short_specialties().find(name), *specialties().find(name))}
    telling = (role for at, term, role in said if " " in term or at in fields or is_in(specialty_nouns(), term))
    return next(telling, None)


def _role_in_post(bio: str) -> str | None:
    """Read a post beside a specialty: `oncology resident`, `peds RN`, `EM PA`."""
    for at, term, specialty in (*short_specialties().find(bio), *specialties().find(bio)):
        end, reach = at + len(term), max(0, at - 40)
        before = _POST_BEFORE.search(bio[reach:at])
        start = reach + before.start() if before else at
        if is_of_another(bio, start, end):
            continue
        behind = ROLE_BEHIND.match(bio, end)
        if behind and (role := _in_post(behind["role"], specialty)):
            return role
        if before or _POST_AFTER.match(bio, end):
            return "physician"
    post = _POST_ALONE.search(bio)
    return "physician" if post and not _POST_OF_OTHERS.match(bio, post.end()) else None


def _in_post(letters: str, specialty: str) -> str | None:
    """Give the role of letters behind a specialty. A pathology PA is a laboratory's, "surgery rn" is "right now"."""
    if (letters.startswith("PA") and specialty == "pathology") or (letters.islower() and specialty == "surgery"):
        return _IN_POST.get(letters) if letters == "doc" else None
    return _IN_POST.get(letters if letters == "doc" else letters.upper())


def _specialty(hint: str | None, role: str | None, name: str, bio: str) -> str | None:
    said = (hint or "").removeprefix(ENTRY_HINT).strip()
    stated = said.lower() if said.lower() in specialty_ids() else named_specialty(said.replace("-", " "))
    if stated and not (hint or "").startswith(ENTRY_HINT):
        return stated
    if role in {None, "other"}:
        return None
    is_learning = role == "student"
    return specialty_of(bio, is_student=is_learning) or specialty_of(name, is_student=is_learning) or stated


def _country(hint: str | None, proven: str | None, name: str, bio: str) -> str | None:
    said = (hint or "").removeprefix(ENTRY_HINT).strip()
    stated = named_country(said)
    if stated and not (hint or "").startswith(ENTRY_HINT):
        return stated
    # Where a hospital's domain is proven, a flag beside it is where somebody came from.
    return proven or country_of(name, bio) or stated
