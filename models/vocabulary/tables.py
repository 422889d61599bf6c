"""The CSV files of the vocabulary as tables: read, write, in a fixed order so that a diff shows what changed."""

import csv
from collections.abc import Iterable
from pathlib import Path

CONCEPT_FIELDS = ("id", "kind", "label", "parent", "source", "xrefs")
TERM_FIELDS = ("concept_id", "text", "form", "match", "tier")
Row = dict[str, str]


def read(path: Path) -> list[Row]:
    """Read a file; none is an empty table."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, fields: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Write a file, sorted by its first two columns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: (row[fields[0]], row[fields[1]])))


def concept(concept_id: str, kind: str, label: str, parent: str, source: str, xrefs: str = "") -> Row:
    """Make a concept row."""
    return dict(zip(CONCEPT_FIELDS, (concept_id, kind, label, parent, source, xrefs), strict=True))


def term(concept_id: str, text: str, form: str, match: str, tier: str) -> Row:
    """Make a term row."""
    return dict(zip(TERM_FIELDS, (concept_id, text, form, match, tier), strict=True))
