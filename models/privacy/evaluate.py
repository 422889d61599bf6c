"""Evaluate the own model and the whole gate on every corpus that is there; write the model card and the README's scores.

    python models/privacy/evaluate.py [--out FILE] [--readme FILE]

Corpora and scorer lie beside the checkout (`../shared/eval`, or LISTENING_EVAL). What is absent is named in the card.
"""

import argparse
import hashlib
import importlib.util
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import spacy
from corpora import CHOOSING, EVAL, TRAINING, read
from generate import examples

from listening.assets import asset
from listening.privacy.gate import Gate, open_gate
from listening.privacy.pipeline import MODEL, OWN_PLACE, open_pipeline

HERE = Path(__file__).parent
SEED = 7
PEOPLE = frozenset({"PER", "person", "PERSON", "NAME"})
PLACES = frozenset({"LOC", "location", "HOSP", "GEOGRAPHIC_LOCATION", "STREET_ADDRESS", "GPE"})
BATCH = 64
GATE_HEAD = (
    "| corpus | | full | people | leaking, strict | leaking, lenient | other lost | flagged | keep lost |",
    "|---|---|---|---|---|---|---|---|---|",
)
README_FROM, README_TO = "<!-- scores of gate 1, by models/privacy/evaluate.py -->\n", "<!-- end of scores -->"
Spans = list[tuple[int, int]]


def scorer() -> Any:
    """Load the corpora's scorer, or None where it is not there."""
    path = EVAL.parent / "score_privacy.py"
    spec = importlib.util.spec_from_file_location("score_privacy", path)
    if not path.is_file() or spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def whole(documents: Sequence[dict[str, Any]], found: Sequence[Spans], types: frozenset[str]) -> tuple[int, int]:
    """Count the gold spans of some types, and those of them that are hidden whole."""
    caught = total = 0
    for document, spans in zip(documents, found, strict=True):
        mask = bytearray(len(document["text"]))
        for start, end in spans:
            mask[start:end] = b"\x01" * (end - start)
        for span in document["spans"]:
            if span["type"] in types:
                letters = [i for i in range(span["start"], span["end"]) if document["text"][i].isalnum()]
                total += bool(letters)
                caught += bool(letters) and all(mask[i] for i in letters)
    return caught, total


def share(part: int, of_all: int) -> str:
    return f"{part / of_all:.3f}" if of_all else "–"


def alone(documents: Sequence[dict[str, Any]], name: str) -> tuple[list[Spans], list[Spans]]:
    """Give what a model by itself takes for somebody, and for somebody or a place."""
    nlp = (
        open_pipeline()
        if name == "own"
        else spacy.load(MODEL, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "tok2vec"])
    )
    people, both = {"PER", "PERSON"}, {"PER", "PERSON", "LOC", "HOSP", "STREET", "GPE", "FAC"}
    docs = list(nlp.pipe([document["text"] for document in documents], batch_size=BATCH))
    return (
        [[(e.start_char, e.end_char) for e in doc.ents if e.label_ in people] for doc in docs],
        [[(e.start_char, e.end_char) for e in doc.ents if e.label_ in both] for doc in docs],
    )


def model_rows() -> Iterable[str]:
    """Give the rows of both models by themselves."""
    for name in CHOOSING:
        documents = read(name)
        if not documents:
            yield f"| {name} | absent | | | | | |"
            continue
        cells = []
        for model in ("base", "own"):
            people, both = alone(documents, model)
            cells += [share(*whole(documents, people, PEOPLE)), share(*whole(documents, both, PLACES))]
            clean = [spans for document, spans in zip(documents, both, strict=True) if not document["spans"]]
            cells.append(share(sum(map(bool, clean)), len(clean)))
        yield f"| {name} | {' | '.join(cells)} |"
    held = list(examples(800, seed=SEED, heldout=True))
    documents = [
        {"text": one.text, "spans": [{"start": s, "end": e, "type": label} for s, e, label in one.spans]}
        for one in held
    ]
    cells = []
    for model in ("base", "own"):
        people, both = alone(documents, model)
        clean = [spans for document, spans in zip(documents, both, strict=True) if not document["spans"]]
        cells += [
            share(*whole(documents, people, PEOPLE)),
            share(*whole(documents, both, PLACES)),
            share(sum(map(bool, clean)), len(clean)),
        ]
    yield f"| templates kept out of training | {' | '.join(cells)} |"


def redact(gate: Gate, documents: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Take documents through the gate, in the scorer's form, each span with its recogniser."""
    records = []
    for start in range(0, len(documents), BATCH):
        some = documents[start : start + BATCH]
        for document, outcome in zip(some, gate.redact_texts([one["text"] for one in some]), strict=True):
            spans = getattr(outcome, "spans", None)
            if spans is None:
                records.append({"id": document["id"], "refused": outcome.reason})
            else:
                rows = [{"start": s.start, "end": s.end, "recognizer": s.recognizer} for s in spans]
                records.append({"id": document["id"], "text": outcome.text, "spans": rows})
    return records


def before_deny(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave layer 7's spans out."""
    return [
        {**record, "spans": [s for s in record["spans"] if s["recognizer"] != "default_deny"]}
        if "spans" in record
        else record
        for record in records
    ]


def gate_rows(score: Any) -> Iterable[str]:
    """Give the rows of the whole gate, before layer 7 and as stored."""
    gate = open_gate()
    for name in (*CHOOSING, *TRAINING):
        documents = read(name)
        if not documents:
            yield f"| {name} | absent | | | | | | | |"
            continue
        records = redact(gate, documents)
        for label, some in (("before layer 7", before_deny(records)), ("as stored", records)):
            counts, types, _ = score.score(documents, some, False)
            lenient, _, _ = score.score(documents, some, True)
            people = [bucket for kind, bucket in types.items() if kind.split(":")[1] in PEOPLE]
            clean = [
                r for d, r in zip(documents, some, strict=True) if not any(s["class"] != "none" for s in d["spans"])
            ]
            yield (
                f"| {name} | {label} | {share(counts['direct_caught'], counts['direct_spans'])}"
                f" | {share(sum(b['caught'] for b in people), sum(b['spans'] for b in people))}"
                f" | {share(counts['leaking'], counts['with_direct'])} | {share(lenient['leaking'], lenient['with_direct'])}"
                f" | {share(counts['over'], counts['public'])} | {share(sum(bool(r.get('refused') or r['spans']) for r in clean), len(clean))}"
                f" | {share(counts['keep_hit'], counts['keep'])} |"
            )


def weakest(limit: int = 8) -> Iterable[str]:
    """Name the kinds of posts in which the own model misses most people: shapes of names, never the names."""
    missed: dict[str, list[int]] = {}
    for name in CHOOSING:
        for document, doc in zip(
            documents := read(name), open_pipeline().pipe([d["text"] for d in documents], batch_size=BATCH), strict=True
        ):
            covered = {i for e in doc.ents for i in range(e.start_char, e.end_char)}
            for span in document["spans"]:
                if span["type"] in PEOPLE:
                    value = document["text"][span["start"] : span["end"]]
                    words = len(value.split())
                    case = "lower case" if value.islower() else "capitals" if value.isupper() else "mixed case"
                    key = f"{case}, {'one word' if words == 1 else 'several words'} ({name})"
                    hit = all(i in covered for i in range(span["start"], span["end"]) if document["text"][i].isalnum())
                    missed.setdefault(key, [0, 0])
                    missed[key][0] += not hit
                    missed[key][1] += 1
    rows = sorted(((m / n, m, n, key) for key, (m, n) in missed.items() if n >= 15), reverse=True)[:limit]
    for rate, _, count, key in rows:
        yield f"| {key} | {count} | {rate:.2f} |"


def digest(folder: Path) -> str:
    """Hash the files of the trained model, in order of their names."""
    whole_digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        whole_digest.update(path.name.encode() + path.read_bytes())
    return whole_digest.hexdigest()


def write_scores(readme: Path, rows: Iterable[str]) -> None:
    """Put the rows of the corpora that were not trained on between the marks in the README."""
    before, found, rest = readme.read_text(encoding="utf-8").partition(README_FROM)
    _, ended, after = rest.partition(README_TO)
    if not found or not ended:
        raise SystemExit(f"{readme} lacks the marks {README_FROM.strip()} and {README_TO}: put them around the table.")
    table = "\n".join([*GATE_HEAD, *(row for row in rows if row.split()[1] in CHOOSING)])
    readme.write_text(f"{before}{found}{table}\n{README_TO}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE / "MODEL_CARD.md")
    parser.add_argument("--readme", type=Path, default=HERE.parents[1] / "README.md")
    options = parser.parse_args()
    folder = asset(OWN_PLACE)
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    score = scorer()
    of_gate = list(gate_rows(score)) if score else ["| the scorer is absent | | | | | | | | |"]
    if score:
        write_scores(options.readme, of_gate)
    lines = [
        "# The named-entity model of gate 1",
        "",
        "Written by `python models/privacy/evaluate.py`; every figure in it comes from that run.",
        "",
        f"- **What it is**: a spaCy transition-based recogniser ({size:.1f} MB, no vectors) over the tokens of `{MODEL}`. It began",
        "  with that model's features and sees one thing more of each word: in which lists of names, towns, words and medicine",
        f"  it stands. Labels: {', '.join(meta['labels'])}; ORG is there for contrast and hides nothing.",
        f"- **Hash** (SHA-256 over its files): `{digest(folder)}`; checkpoint of step {meta['step']}, seed {meta['seed']}.",
        "- **Learnt from**: posts of a seeded generator (`templates.toml` × Faker in 26 locales × `data/vocabulary`), and where they",
        "  lie beside the checkout the Broad Twitter Corpus, sections a b e g (Derczynski, Bontcheva and Roberts 2016, CC BY 4.0),",
        "  and WNUT-17 train (Derczynski, Nichols, van Erp and Limsopatham 2017, CC BY 4.0). No text of theirs is in these files: the",
        "  string store is not saved, and a test looks.",
        "- **Chosen by** foreign text (asqphi-dev, btc-dev, hard-dev, synth-dev), so expect less on text that nobody tuned on.",
        "- **Meant for**: finding names and places in English posts of clinicians, inside gate 1. It is no gate by itself.",
        "",
        "## The models by themselves",
        "",
        "Share of people and of places hidden whole, and of texts without any label in which something is marked.",
        "",
        "| corpus | base: people | base: places | base: marked | own: people | own: places | own: marked |",
        "|---|---|---|---|---|---|---|",
        *model_rows(),
        "",
        "## The whole gate",
        "",
        "`full`: identifiers hidden whole. `leaking`: texts that hold a direct identifier with one not hidden whole. `other lost`:",
        "other letters hidden. `flagged`: texts without identifier in which something is hidden. `keep lost`: must-keep terms",
        "damaged. The last two corpora were trained on.",
        "",
        *GATE_HEAD,
        *of_gate,
        "",
        "## Where it is weak",
        "",
        "The kinds of people's names that the model by itself misses most (the rules and default deny come after it):",
        "",
        "| names in | how many | missed |",
        "|---|---|---|",
        *weakest(),
        "",
        "Also weak: names that are everyday words and stand alone; nicknames and stage names; initials without a title; names of",
        "one or two letters; languages other than English, on which it never learnt; text that is neither post nor note.",
    ]
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
