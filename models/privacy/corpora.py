"""Read the labelled corpora that lie beside the checkout: real posts to train on, other text to choose by.

Broad Twitter Corpus and WNUT-17 are CC BY 4.0. They are read where they lie; no text of them enters the repository or
the trained files.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EVAL = Path(os.environ.get("LISTENING_EVAL") or Path(__file__).parents[3] / "shared" / "eval") / "privacy"
_LABELS = {
    "PER": "PER", "person": "PER", "PERSON": "PER", "NAME": "PER", "LOC": "LOC", "location": "LOC", "ORG": "ORG", "corporation": "ORG",
    "group": "ORG", "HOSP": "HOSP", "GEOGRAPHIC_LOCATION": "HOSP", "STREET_ADDRESS": "STREET", "DATE": "DATE", "ID": "ID",
}  # fmt: skip
TRAINING = ("btc-train", "wnut17-train")
CHOOSING = ("asqphi-dev", "btc-dev", "hard-dev", "synth-dev")


def read(name: str) -> list[dict[str, Any]]:
    """Give the documents of a corpus, or none where it is not there."""
    path = EVAL / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()] if path.is_file() else []


def posts(name: str) -> Iterator[tuple[str, list[tuple[int, int, str]], list[tuple[int, int]]]]:
    """Give text, labelled spans, and the ranges of handles and links, of which the labels say nothing."""
    for document in read(name):
        spans, unknown = [], []
        for span in document["spans"]:
            label = _LABELS.get(span["type"])
            if label:
                spans.append((span["start"], span["end"], label))
            elif span["type"] in {"HANDLE", "URL"}:
                unknown.append((span["start"], span["end"]))
        yield document["text"], spans, unknown
