"""Build the words that default deny keeps, from sources with a clear licence.

    python models/privacy/build_kept_words.py SCOWL_DIR LOOKUPS_DIR ICD_XML

SCOWL_DIR is `usr/share/dict/scowl` of Debian's package `scowl`, LOOKUPS_DIR `spacy_lookups_data/data` of the PyPI package
spacy-lookups-data, ICD_XML the tabular list of ICD-10-CM in the PyPI package simple-icd-10-cm. Provenance and licences: `src/listening/privacy/data/PROVENANCE.toml`.

A word is kept in any case (`kept_words`), only in lower case (`kept_lower`: it is a name too, and as a name it has a
capital), or not at all. Who writes it how often with a capital tells which: P(Capital)/P(lower), from spaCy's case-sensitive
word frequencies.
"""

import gzip
import json
import math
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from listening.privacy.lexicon import words

OUT = Path(__file__).parents[2] / "src" / "listening" / "privacy" / "data"
SPELLINGS = ("english", "american", "british", "british_z", "canadian", "australian")
LARGEST = 60
"""SCOWL's sizes go from 10 (known to all) to 95; 60 is its own choice for a spelling checker."""
FREQUENT = -13.5
"""Natural logarithm of a word's share: words as frequent in posts as that are kept though no dictionary has them."""
UNSEEN = -20.0
NEVER = frozenset("god gods jesus lord pope allah christ buddha prophet".split())
"""Written about as persons; a post loses nothing without them."""


def scowl(folder: Path) -> Iterator[str]:
    """Give the lower-case words up to `LARGEST`."""
    for spelling in SPELLINGS:
        for size in (10, 20, 35, 40, 50, 55, 60, 70):
            for kind in ("words", "contractions", "abbreviations"):
                path = folder / f"{spelling}-{kind}.{size}"
                if size <= LARGEST and path.is_file():
                    yield from (
                        word for word in path.read_text("latin-1").split() if word[:1].islower() and word[-2:] != "'s"
                    )


def frequencies(folder: Path) -> dict[str, float]:
    """Give the natural logarithm of each word's share, upper and lower case told apart."""
    with gzip.open(folder / "en_lexeme_prob.json.gz") as packed:
        return dict(json.load(packed))


def icd_words(path: Path) -> frozenset[str]:
    """Give the words of the classification's descriptions that are in no list of names."""
    found = set(re.findall(r"[a-z]{3,}", re.sub(r"<[^>]+>", " ", path.read_text("utf-8")).lower()))
    return frozenset(found - words("given_names") - words("surnames") - words("towns"))


def sort_out(dictionary: frozenset[str], share: dict[str, float]) -> tuple[set[str], set[str]]:
    """Give the words kept in any case and those kept in lower case only."""
    anyhow, lower_only = set[str](), set[str]()
    frequent = {word for word, value in share.items() if value >= FREQUENT and word.isascii() and word.isalpha()}
    for word in dictionary | {word for word in frequent if word.islower()}:
        low = share.get(word, UNSEEN)
        capital_ratio = math.exp(share.get(word.capitalize(), UNSEEN - 0.5) - low)
        if word in NEVER or (word not in dictionary and capital_ratio > 1):
            continue
        is_given = word in words("given_names")
        if len(word) > 1 and (is_given or word in words("surnames") or word in words("towns")):
            is_word_first = (low >= -9 and capital_ratio < 0.5) or (
                capital_ratio < 0.12 and not is_given and low > -13 and word in dictionary
            )
            if is_word_first:
                anyhow.add(word)
            elif (word in dictionary and low >= -14 and capital_ratio < 3) or (capital_ratio < 0.35 and low > -12):
                lower_only.add(word)
        else:
            anyhow.add(word)
    return anyhow, lower_only


def write(name: str, values: Iterable[str]) -> None:
    """Write a list, sorted, one a line."""
    (OUT / name).write_text("\n".join(sorted(set(values))) + "\n", encoding="utf-8")


def main() -> None:
    """Write the two lists."""
    folder, lookups, icd = map(Path, sys.argv[1:])
    anyhow, lower_only = sort_out(frozenset(scowl(folder)), frequencies(lookups))
    write("kept_words.txt", anyhow | icd_words(icd))
    write("kept_lower.txt", lower_only)
    print(f"{len(anyhow)} words kept in any case, {len(lower_only)} in lower case only")


if __name__ == "__main__":
    main()
