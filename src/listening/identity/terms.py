"""The words that labels are read from: credentials, role phrases, specialties, countries, domains; compiled once."""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from listening.vocabulary import load_vocabulary

_FOLDER = Path(__file__).parent / "data"

ROLES = frozenset("physician nurse pharmacist physician-associate student researcher organisation other".split())
"""The closed list of roles."""


NO_ROLE = "none"
"""What `roles.csv` gives words that only sound like a role: `tree surgeon`, `Doctor Who`."""


@dataclass(frozen=True, slots=True)
class HealthDomain:
    """A domain that only a health body hands out. `kind`: health-service, hospital, society, instance."""

    kind: str
    country: str | None


@dataclass(frozen=True, slots=True)
class Words:
    """Many terms in one pattern: the match, lower-cased unless the case counts, leads to its label."""

    pattern: re.Pattern[str]
    labels: Mapping[str, str]

    def find(self, text: str) -> list[tuple[int, str, str]]:
        """Give (start, term, label) of each match, left to right, the longest at each place."""
        found = ((m.start(), m[0]) for m in self.pattern.finditer(text))
        return [(at, term, self.labels.get(term) or self.labels[term.lower()]) for at, term in found]


def _words(rows: Iterable[tuple[str, str, bool]]) -> Words:
    """Compile rows of (term, label, whether its case counts)."""
    labels: dict[str, str] = {}
    parts: list[tuple[str, bool]] = []
    for term, label, is_cased in rows:
        key = term if is_cased else term.lower()
        if key not in labels:
            labels[key] = label
            parts.append((term, is_cased))
    parts.sort(key=lambda part: -len(part[0]))
    joined = "|".join(re.escape(term) if is_cased else f"(?i:{re.escape(term)})" for term, is_cased in parts)
    return Words(re.compile(rf"(?<![\w@#])(?:{joined})(?![\w])" if joined else r"(?!)"), labels)


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def credentials() -> Words:
    """Letters after a name, as written; role."""
    return _words((row["text"], row["role"], True) for row in _rows("roles.csv") if row["form"] == "credential")


@cache
def weak_credentials() -> Words:
    """Letters that are words elsewhere (`DO`, `PA`): they count only behind a comma, at the end of a name; role."""
    return _words((row["text"], row["role"], True) for row in _rows("roles.csv") if row["form"] == "weak")


@cache
def doctorates() -> Words:
    """Degrees of research; role."""
    return _words((row["text"], row["role"], True) for row in _rows("roles.csv") if row["form"] == "doctorate")


@cache
def role_phrases() -> Words:
    """Words for a role in a profile, with the doctors' specialty nouns (`cardiologist`); role."""
    phrases = [
        (row["text"], row["role"], row["text"].isupper()) for row in _rows("roles.csv") if row["form"] == "phrase"
    ]
    return _words(phrases + _noun_rows())


def _noun_rows() -> list[tuple[str, str, bool]]:
    rows = [row for row in _rows("specialties.csv") if row["form"] in {"physician", "nurse"}]
    return [(row["text"], row["form"], row["text"].isupper()) for row in rows]


@cache
def specialty_nouns() -> Words:
    """Words that name a person by the specialty (`cardiologist`, `Hebamme`); role."""
    return _words(_noun_rows())


@cache
def short_specialties() -> Words:
    """Short forms that count only right before a role (`EM attending`, `peds RN`); specialty id."""
    return _words(
        (row["text"], row["specialty"], row["text"].isupper())
        for row in _rows("specialties.csv")
        if row["form"] == "short"
    )


@cache
def specialties() -> Words:
    """Words for a specialty: our table first, then the vocabulary's `specialty` concepts; specialty id, no prefix."""
    own = [
        (row["text"], row["specialty"], row["text"].isupper())
        for row in _rows("specialties.csv")
        if row["form"] != "short"
    ]
    vocabulary = load_vocabulary()
    wanted = {concept.concept_id for concept in vocabulary.of_kind("specialty")}
    shared = [
        (term.text, term.concept_id.partition(":")[2], term.match == "cs")
        for term in vocabulary.terms
        if term.concept_id in wanted and term.tier == "free"
    ]
    return _words(own + shared)


@cache
def specialty_ids() -> frozenset[str]:
    """Every specialty that can be given."""
    return frozenset(specialties().labels.values())


@cache
def country_ids() -> frozenset[str]:
    """Give the codes of all countries that a label can have, ISO 3166-1 alpha-2."""
    return frozenset(countries().labels.values())


@cache
def countries() -> Words:
    """Names of countries and unmistakable short forms; ISO 3166-1 alpha-2."""
    return _words((row["text"], row["country"], row["match"] == "cs") for row in _rows("countries.csv"))


@cache
def health_domains() -> Mapping[str, HealthDomain]:
    """Domain suffix to what it stands for; the file names the body behind each."""
    return {row["suffix"]: HealthDomain(row["kind"], row["country"] or None) for row in _rows("health_domains.csv")}
