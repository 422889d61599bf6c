"""The controlled vocabulary: concepts, their terms, and where each came from.

`data/vocabulary/concepts/<kind>.csv` has one concept a line (`id, kind, label, parent, source, xrefs`),
`data/vocabulary/terms/<kind>.csv` one term a line (`concept_id, text, form, match, tier`), and `PROVENANCE.toml` one
table per source with its licence. Both gates' rooms read it: privacy to protect medical words, tagging to find them.
"""

import csv
import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from listening.assets import asset


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing a post can be about. `parent` is the id of the concept it rolls up to, of any kind."""

    concept_id: str
    kind: str
    label: str
    parent: str | None
    source: str
    xrefs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One way to write a concept.

    `form`: name, brand, abbr, hashtag, lay, misspelling, class. `match`: `ci` ignores case, `cs` keeps it.
    `tier`: `free` counts always; `case` only with its own capitals, or as a hashtag; `cue` only with a cue nearby;
    `block` never.
    """

    text: str
    concept_id: str
    form: str
    match: str
    tier: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where concepts came from, and under which licence."""

    source_id: str
    title: str
    version: str
    licence: str
    attribution: str


class Vocabulary:
    """All concepts and terms, and the version that names exactly this content."""

    def __init__(
        self, concepts: Iterable[Concept], terms: Iterable[Term], sources: Iterable[Source], version: str
    ) -> None:
        """Index the content; `version` is 16 hex digits of its SHA-256."""
        self.concepts: Mapping[str, Concept] = {concept.concept_id: concept for concept in concepts}
        self.terms: tuple[Term, ...] = tuple(terms)
        self.sources: Mapping[str, Source] = {source.source_id: source for source in sources}
        self.version = version

    def of_kind(self, kind: str) -> tuple[Concept, ...]:
        """Give the concepts of a kind, in file order."""
        return tuple(concept for concept in self.concepts.values() if concept.kind == kind)

    def surfaces(self, *kinds: str) -> frozenset[str]:
        """Give the case-folded written forms of the kinds' concepts that are not blocked."""
        wanted = set(kinds)
        return frozenset(
            term.text.casefold()
            for term in self.terms
            if term.tier != "block" and self.concepts[term.concept_id].kind in wanted
        )

    def ancestors(self, concept_id: str) -> tuple[str, ...]:
        """Give the ids a concept rolls up to, nearest first."""
        found: list[str] = []
        parent = self.concepts[concept_id].parent
        while parent is not None and parent not in found:
            found.append(parent)
            parent = self.concepts[parent].parent
        return tuple(found)


def _rows(folder: Path) -> Iterable[dict[str, str]]:
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def read_vocabulary(folder: Path) -> Vocabulary:
    """Read a vocabulary folder.

    Raises:
        ValueError: A term names a concept that does not exist. The message names the id.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.csv")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    concepts = [
        Concept(
            concept_id=row["id"],
            kind=row["kind"],
            label=row["label"],
            parent=row["parent"] or None,
            source=row["source"],
            xrefs=tuple(filter(None, row["xrefs"].split("|"))),
        )
        for row in _rows(folder / "concepts")
    ]
    known = {concept.concept_id for concept in concepts}
    terms = [
        Term(row["text"], row["concept_id"], row["form"], row["match"], row["tier"]) for row in _rows(folder / "terms")
    ]
    if strangers := sorted({term.concept_id for term in terms} - known):
        raise ValueError(f"terms name {len(strangers)} unknown concepts, the first is {strangers[0]}")
    provenance = tomllib.loads((folder / "PROVENANCE.toml").read_text(encoding="utf-8"))
    sources = [
        Source(source_id, row["title"], str(row["version"]), row["licence"], row.get("attribution", ""))
        for source_id, row in provenance.items()
    ]
    return Vocabulary(concepts, terms, sources, digest.hexdigest()[:16])


@cache
def load_vocabulary() -> Vocabulary:
    """Give the vocabulary that ships with the package, read once."""
    return read_vocabulary(asset("data/vocabulary"))
