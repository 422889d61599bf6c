"""Run gate 1 over every development set and print one table.

    python models/privacy/score.py [--lenient] [CORPUS ...]

The sets and the scorer are no part of the repository: they are looked for in `../shared/eval` beside it, or in the
folder that `LISTENING_EVAL` names.
"""

import argparse
import importlib.util
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import orjson

from listening.posts import Refusal
from listening.privacy.gate import Gate, open_gate

BATCH = 64
EVAL = Path(os.environ.get("LISTENING_EVAL") or Path(__file__).parents[3] / "shared" / "eval")


def absent(what: str) -> NoReturn:
    """Say that something is missing, and end."""
    sys.exit(f"ABSENT: {what}. Nothing was scored. Put it there, or name the folder in LISTENING_EVAL.")


def load_scorer() -> Any:
    path = EVAL / "score_privacy.py"
    if not path.is_file():
        absent(f"the scorer {path.name} in {EVAL}")
    spec = importlib.util.spec_from_file_location("score_privacy", path)
    if spec is None or spec.loader is None:
        absent(f"a scorer that can be read at {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def redact(gate: Gate, gold: list[Any]) -> list[Any]:
    records = []
    for start in range(0, len(gold), BATCH):
        some = gold[start : start + BATCH]
        for document, outcome in zip(some, gate.redact_texts([one["text"] for one in some]), strict=True):
            if isinstance(outcome, Refusal):
                records.append({"id": document["id"], "refused": outcome.reason})
            else:
                spans = [{"start": span.start, "end": span.end} for span in outcome.spans]
                records.append({"id": document["id"], "text": outcome.text, "spans": spans})
    return records


def flagged_share(gold: list[Any], records: list[Any]) -> float | None:
    """Give the share of texts without any identifier in which something was hidden, or None where there is none."""
    clean = [
        record
        for document, record in zip(gold, records, strict=True)
        if not any(span["class"] != "none" for span in document["spans"])
    ]
    return sum(bool(record.get("refused") or record["spans"]) for record in clean) / len(clean) if clean else None


def cell(part: int, whole: int) -> str:
    return f"{part / whole:.4f}" if whole else "-"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", nargs="*", help="such as asqphi; all by default")
    parser.add_argument("--lenient", action="store_true", help="titles, label words, states and years may stay")
    options = parser.parse_args()
    scorer = load_scorer()
    found = {path.name.removesuffix("-dev.jsonl"): path for path in sorted((EVAL / "privacy").glob("*-dev.jsonl"))}
    missing = set(options.corpora) - set(found)
    if missing or not found:
        absent(f"{', '.join(sorted(missing)) or 'every *-dev.jsonl'} in {EVAL / 'privacy'}")
    gate = open_gate()
    print(f"gate {gate.gate_version}, policy {gate.policy_version}{', lenient' if options.lenient else ''}")
    heads = ("corpus", "texts", "refused", "direct recall", "leaking", "over", "flagged clean", "keep lost")
    print(" ".join(f"{head:>13}" for head in heads))
    for name in options.corpora or found:
        gold = [orjson.loads(line) for line in found[name].read_bytes().splitlines() if line.strip()]
        records = redact(gate, gold)
        counts, _, _ = scorer.score(gold, records, options.lenient)
        flagged = flagged_share(gold, records)
        row = (
            name,
            str(len(gold)),
            str(sum("refused" in record for record in records)),
            cell(counts["direct_caught"], counts["direct_spans"]),
            cell(counts["leaking"], counts["with_direct"]),
            cell(counts["over"], counts["public"]),
            "-" if flagged is None else f"{flagged:.4f}",
            cell(counts["keep_hit"], counts["keep"]),
        )
        print(" ".join(f"{value:>13}" for value in row), flush=True)


if __name__ == "__main__":
    main()
