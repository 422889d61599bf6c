"""Train the named-entity model of gate 1 and write it to `models/privacy/own_ner`.

    python models/privacy/train.py [--minutes 26] [--out DIR]

It learns from the seeded generator and, where they lie beside the checkout, from two CC BY corpora of real posts. The
checkpoint is chosen on text of other origin, never on its own templates: those become easy while everything else gets
worse. What is saved holds no word of any text: the string store is cut down to the labels.
"""

import argparse
import json
import random
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import spacy
from corpora import CHOOSING, TRAINING, posts, read
from fill import LABELS
from generate import examples
from prune import save
from spacy.training import Example, offsets_to_biluo_tags

from listening.privacy.pipeline import add_own, open_base, use_numpy

warnings.filterwarnings("ignore", message=".*W030.*")
HERE = Path(__file__).parent
SEED = 20261124
GENERATED = 10_000
LOWER_SHARE = 0.3
EVERY = 400
DROPOUT = 0.2
_BUCKETS = (200, 1_500)


def make_examples(nlp: Any, rng: random.Random) -> list[Example]:
    """Label the generated and the real posts in the base model's tokens."""
    rows = [(one.text, one.spans, []) for one in examples(GENERATED, seed=SEED)]
    for name in TRAINING:
        real = list(posts(name))
        rows += real
        lower = rng.sample(real, int(LOWER_SHARE * len(real)))
        rows += [(text.lower(), spans, unknown) for text, spans, unknown in lower if len(text.lower()) == len(text)]
        print(f"{name}: {len(real)} posts" if real else f"ABSENT: {name}. Trained without it.", flush=True)
    made = []
    for text, spans, unknown in rows:
        doc = nlp.make_doc(text)
        tags = offsets_to_biluo_tags(doc, spans)
        for start, end in unknown:
            for token in doc:
                if token.idx < end and token.idx + len(token) > start and tags[token.i] == "O":
                    tags[token.i] = "-"
        made.append(Example.from_dict(doc, {"entities": tags}))
    return made


def batches(made: list[Example], rng: random.Random) -> Iterator[list[Example]]:
    """Give batches for ever, of 200 words at first and 1,500 later."""
    size = float(_BUCKETS[0])
    while True:
        rng.shuffle(made)
        batch: list[Example] = []
        words = 0
        for one in made:
            batch.append(one)
            words += len(one)
            if words >= size:
                yield batch
                batch, words, size = [], 0, min(_BUCKETS[1], size * 1.001)


def judge(nlp: Any) -> dict[str, float]:
    """Score on foreign text: recall of whole identifiers, and how much of the rest is taken for one."""
    result: dict[str, float] = {}
    for name in CHOOSING:
        documents = read(name)
        if not documents:
            continue
        caught = total = right = guessed = 0
        flagged = clean = 0
        for document, doc in zip(documents, nlp.pipe([one["text"] for one in documents], batch_size=64), strict=True):
            mask = bytearray(len(document["text"]))
            hits = [span for span in doc.ents if span.label_ != "ORG"]
            for span in hits:
                mask[span.start_char : span.end_char] = b"\x01" * (span.end_char - span.start_char)
            gold = [s for s in document["spans"] if s["class"] != "none"]
            for span in gold:
                if span["type"] in {"PER", "PERSON", "NAME", "GEOGRAPHIC_LOCATION", "HOSP", "STREET_ADDRESS"}:
                    total += 1
                    caught += all(mask[i] for i in range(span["start"], span["end"]) if document["text"][i].isalnum())
            for span in hits:
                guessed += 1
                right += any(s["start"] < span.end_char and s["end"] > span.start_char for s in gold)
            if not gold:
                clean += 1
                flagged += bool(hits)
        result[f"{name} recall"] = caught / max(1, total)
        result[f"{name} precision"] = right / max(1, guessed)
        result[f"{name} flagged"] = flagged / max(1, clean)
    if not result:
        held = list(examples(600, seed=SEED + 1, heldout=True))
        found = [
            {(s.start_char, s.end_char) for s in doc.ents if s.label_ != "ORG"}
            for doc in nlp.pipe([one.text for one in held])
        ]
        gold_all = [{(a, b) for a, b, label in one.spans if label != "ORG"} for one in held]
        both = sum(len(f & g) for f, g in zip(found, gold_all, strict=True))
        result["held-out templates recall"] = both / max(1, sum(map(len, gold_all)))
        result["held-out templates precision"] = both / max(1, sum(map(len, found)))
    recalls = [value for key, value in result.items() if key.endswith("recall")]
    precisions = [value for key, value in result.items() if key.endswith("precision")]
    result["score"] = 0.6 * sum(recalls) / len(recalls) + 0.4 * sum(precisions) / len(precisions)
    return result


def start_from(base: Any, own: Any) -> None:
    """Copy the base recogniser's features into the own one's, which has one column more: that one starts at nothing."""
    theirs = [node for node in base.model.get_ref("tok2vec").walk() if node.param_names]
    mine = [node for node in own.model.get_ref("tok2vec").walk() if node.param_names]
    added = max(index for index, node in enumerate(mine) if node.name == "hashembed")
    for source, target in zip(theirs, [*mine[:added], *mine[added + 1 :]], strict=True):
        for name in source.param_names:
            value, held = source.get_param(name), target.get_param(name).copy()
            held[..., : value.shape[-1]] = value
            target.set_param(name, held)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=26, help="CPU minutes of training, at most")
    parser.add_argument("--out", type=Path, default=HERE / "own_ner")
    parser.add_argument("--rate", type=float, default=0.001)
    options = parser.parse_args()
    rng = random.Random(SEED)
    spacy.util.fix_random_seed(SEED)
    nlp = open_base()
    base = nlp.get_pipe("ner")
    own = add_own(nlp)
    nlp.disable_pipe("ner")
    made = make_examples(nlp, rng)
    print(f"{len(made)} training texts", flush=True)
    for label in LABELS:
        own.add_label(label)
    own.initialize(lambda: made[:200], nlp=nlp)
    start_from(base, own)
    use_numpy(own)
    optimizer = nlp.create_optimizer()
    optimizer.learn_rate = options.rate
    started, best, step = time.process_time(), -1.0, 0
    losses: dict[str, float] = {}
    for step, batch in enumerate(batches(made, rng), 1):
        nlp.update(batch, sgd=optimizer, drop=DROPOUT, losses=losses)
        spent = (time.process_time() - started) / 60
        if step % EVERY == 0 or spent > options.minutes:
            with nlp.use_params(optimizer.averages):
                result = judge(nlp)
                mark = ""
                if result["score"] > best:
                    best, mark = result["score"], " *"
                    save(nlp, options.out, {"step": step, "seed": SEED, "judged": result})
            row = " ".join(f"{key.replace('-dev', '')} {value:.3f}" for key, value in result.items())
            print(f"{spent:5.1f} min step {step:5} loss {losses.get('own_ner', 0):8.0f} {row}{mark}", flush=True)
            losses.clear()
            if spent > options.minutes:
                break
    json.dump({"best": best, "steps": step}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
