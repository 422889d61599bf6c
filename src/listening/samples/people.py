"""Synthetic people: authors with profiles, and the patients and colleagues that posts name."""

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from listening.errors import UsageError
from listening.samples.grammar import grammar
from listening.samples.model import Author, Channel

_LOCALES: dict[str, tuple[str, int]] = {
    "en_US": ("US", 34), "en_GB": ("GB", 22), "en_CA": ("CA", 6), "en_AU": ("AU", 6), "en_IE": ("IE", 5), "en_IN": ("IN", 6),
    "de_DE": ("DE", 3), "fr_FR": ("FR", 3), "es_ES": ("ES", 3), "it_IT": ("IT", 2), "nl_NL": ("NL", 2), "pl_PL": ("PL", 2),
    "hu_HU": ("HU", 1), "sv_SE": ("SE", 1), "pt_BR": ("BR", 2), "tr_TR": ("TR", 1), "ja_JP": ("JP", 1),
}  # fmt: skip
"""Faker locale → country and relative share of people."""

_ROLES = {
    "physician": 62,
    "nurse": 16,
    "pharmacist": 7,
    "physician-associate": 5,
    "student": 4,
    "researcher": 4,
    "other": 2,
}
_CREDENTIALS = {
    "physician": ("MD", "MD, PhD", "DO", "MBBS", "FRCP", "MRCP", "MD, MPH"),
    "nurse": ("RN", "RN, BSN", "NP", "DNP", "RGN", "CRNA"),
    "pharmacist": ("PharmD", "RPh", "PharmD, BCPS", "MPharm"),
    "physician-associate": ("PA-C", "PA"),
    "student": (),
    "researcher": ("PhD", "PhD, MSc"),
    "other": (),
}  # fmt: skip
_COUNTRY_NAMES = {
    "US": ("USA", "United States", "🇺🇸"), "GB": ("UK", "NHS", "United Kingdom", "🇬🇧"), "CA": ("Canada", "🇨🇦"),
    "AU": ("Australia", "🇦🇺"), "IE": ("Ireland", "🇮🇪"), "IN": ("India", "🇮🇳"), "DE": ("Germany", "🇩🇪"),
    "FR": ("France", "🇫🇷"), "ES": ("Spain", "🇪🇸"), "IT": ("Italy", "🇮🇹"), "NL": ("Netherlands", "🇳🇱"), "PL": ("Poland",),
    "HU": ("Hungary",), "SE": ("Sweden", "🇸🇪"), "BR": ("Brazil", "🇧🇷"), "TR": ("Turkey",), "JP": ("Japan", "🇯🇵"),
}  # fmt: skip
_CODAS = (
    "Views my own.", "Tweets are not medical advice.", "Coffee, cats, running.", "Opinions mine, RT is no endorsement.",
    "Parent of two.", "Learning every day.", "Evidence first.", "he/him", "she/her", "Mastodon is my journal club.",
)  # fmt: skip
_NICKNAMES = ("The tired registrar", "ward round bingo", "NightShiftOwl", "just a GP", "sepsis nerd", "On call again")
OPTED_OUT_SHARE = 0.05
_CHANNEL_SHARES: dict[Channel, float] = {"export": 0.47, "mastodon": 0.46, "feed": 0.07}


@dataclass(frozen=True, slots=True)
class Person:
    """A name from a country. `full` is given name, blank, surname."""

    given: str
    surname: str
    country: str

    @property
    def full(self) -> str:
        """Given name and surname."""
        return f"{self.given} {self.surname}"

    @property
    def ascii(self) -> str:
        """The full name in lower-case ASCII letters without blanks; empty for other scripts."""
        folded = unicodedata.normalize("NFKD", self.full).encode("ascii", "ignore").decode().lower()
        return re.sub(r"[^a-z]", "", folded)


def _faker_class() -> Any:
    try:
        from faker import Faker
    except ImportError:
        return None
    return Faker


def make_people(seed: int, count: int) -> tuple[Person, ...]:
    """Make people of several countries whose full names are all different.

    Raises:
        UsageError: Faker is not installed.
    """
    faker = _faker_class()
    if faker is None:
        raise UsageError(
            problem="synthetic posts need Faker, which is not installed",
            remedy="Run `pip install 'listening[samples]'`.",
        )
    rng = random.Random(f"{seed}:people")
    fakers: dict[str, Any] = {}
    for number, locale in enumerate(_LOCALES):
        fakers[locale] = faker(locale)
        fakers[locale].seed_instance(seed * 1000 + number)
    weights = [share for _, share in _LOCALES.values()]
    found: dict[str, Person] = {}
    while len(found) < count:
        locale = rng.choices(list(_LOCALES), weights)[0]
        person = Person(fakers[locale].first_name(), fakers[locale].last_name(), _LOCALES[locale][0])
        # A full name of a few letters proves nothing in a scan of bytes.
        if len(person.full) >= 9 or not person.ascii:
            found.setdefault(person.full.casefold(), person)
    return tuple(found.values())


def make_hospital(rng: random.Random) -> str:
    """Make the name of a hospital that does not exist."""
    fillers = grammar("fillers")
    return f"{rng.choice(fillers['hospital_head'])} {rng.choice(fillers['hospital_tail'])}"


def make_handle(rng: random.Random, person: Person) -> str:
    """Make a handle out of a name; four digits keep it apart from everybody real."""
    base = person.ascii or "medic"
    given = base[: max(1, len(person.given))]
    digits = rng.randrange(1000, 10000)
    return rng.choice(
        (f"{base[:16]}_{digits}", f"dr_{base[:14]}{digits}", f"{given[:10]}_md_{digits}", f"{base[:18]}{digits}")
    )


def make_authors(people: Sequence[Person], seed: int, relatives: Sequence[Person]) -> tuple[Author, ...]:
    """Give each person a profile on one channel; `relatives` are people whose names stand in some profiles."""
    rng = random.Random(f"{seed}:authors")
    specialties = grammar("specialties")
    quotas = _quotas(len(people), specialties)
    taken: set[str] = set()
    authors = []
    for person, (channel, specialty) in zip(people, quotas, strict=True):
        handle = make_handle(rng, person)
        while handle in taken:
            handle = make_handle(rng, person)
        taken.add(handle)
        role = rng.choices(list(_ROLES), list(_ROLES.values()))[0]
        authors.append(
            Author(
                channel=channel,
                handle=handle,
                full_name=person.full,
                display_name=_display_name(rng, person, role),
                bio=_bio(rng, person, role, specialty, relatives),
                role=role,
                specialty=specialty,
                country=person.country,
                is_opted_out=channel == "mastodon" and rng.random() < OPTED_OUT_SHARE,
            )
        )
    return tuple(authors)


def _quotas(count: int, specialties: Mapping[str, Any]) -> list[tuple[Channel, str]]:
    """Spread channels, and within each the specialties, evenly: whoever lags furthest behind its share is next."""
    total = sum(row["weight"] for row in specialties.values())
    members: Counter[Channel] = Counter()
    given: Counter[tuple[Channel, str]] = Counter()
    result: list[tuple[Channel, str]] = []
    for number in range(1, count + 1):
        channel = max(_CHANNEL_SHARES, key=lambda name: number * _CHANNEL_SHARES[name] - members[name])
        members[channel] += 1
        specialty = max(
            specialties,
            key=lambda name: members[channel] * specialties[name]["weight"] / total - given[channel, name],
        )
        given[channel, specialty] += 1
        result.append((channel, specialty))
    return result


def _display_name(rng: random.Random, person: Person, role: str) -> str:
    if rng.random() < 0.06:
        return rng.choice(_NICKNAMES)
    credentials = _CREDENTIALS[role]
    styles = [person.full]
    if credentials:
        styles += [f"{person.full}, {rng.choice(credentials)}", f"{person.full} {rng.choice(credentials)}"] * 2
    if role == "physician":
        styles += [f"Dr {person.full}", f"Dr. {person.full} 🩺", f"Prof {person.full}"]
    return rng.choice(styles)


def _bio(rng: random.Random, person: Person, role: str, specialty: str, relatives: Sequence[Person]) -> str:
    own = grammar("specialties")[specialty]
    field = specialty.replace("-", " ")
    what = {
        "physician": (
            f"Consultant {own['doctor']}",
            f"{own['doctor'].capitalize()}",
            f"{field} attending",
            f"{field} resident",
        ),
        "nurse": (f"{field} nurse", f"{own['unit']} nurse", f"Nurse practitioner, {field}"),
        "pharmacist": (f"Clinical pharmacist, {field}", f"{field} pharmacist"),
        "physician-associate": (f"Physician associate in {field}", f"Physician assistant, {field}"),
        "student": (f"Medical student, future {own['doctor']}", "Med student, year 4"),
        "researcher": (f"Researcher in {field}", f"Postdoc, {field} epidemiology"),
        "other": ("Patient advocate", "Health journalist"),
    }[role]
    parts = [rng.choice(what)]
    if rng.random() < 0.35:
        parts.append(f"at {make_hospital(rng)}")
    if rng.random() < 0.7:
        parts.append(rng.choice(_COUNTRY_NAMES[person.country]))
    text = ", ".join(parts) + ". " + rng.choice(_CODAS)
    if rng.random() < 0.15:
        text += f" Married to {rng.choice(relatives).full}."
    return text
