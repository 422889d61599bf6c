"""Make labelled posts from `templates.toml`.

python models/privacy/generate.py [COUNT] [--seed N]      prints them as JSON lines
"""

import argparse
import json
import random
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from fill import Filled, Filler

_TEMPLATES = Path(__file__).with_name("templates.toml")


def examples(count: int, *, seed: int, heldout: bool = False) -> Iterator[Filled]:
    """Give `count` labelled texts; with `heldout` only of the template groups that training never sees."""
    rng = random.Random(seed)
    filler = Filler(rng)
    groups = {
        name: group
        for name, group in tomllib.loads(_TEMPLATES.read_text("utf-8")).items()
        if bool(group.get("heldout")) == heldout
    }
    weights = [group["weight"] or 1 for group in groups.values()]
    for _ in range(count):
        name = rng.choices(list(groups), weights)[0]
        sentences = groups[name]["sentences"]
        first = filler.fill(rng.choice(sentences), name, is_heldout=heldout)
        if name.startswith("query") or rng.random() < 0.6:
            yield first
            continue
        second = filler.fill(rng.choice(sentences), name, is_heldout=heldout)
        shift = len(first.text) + 1
        spans = [*first.spans, *((start + shift, end + shift, label) for start, end, label in second.spans)]
        yield Filled(f"{first.text} {second.text}", spans, name, heldout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for one in examples(options.count, seed=options.seed):
        json.dump({"text": one.text, "spans": one.spans, "group": one.group}, sys.stdout, ensure_ascii=False)
        print()


if __name__ == "__main__":
    main()
