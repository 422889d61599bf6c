"""Check `data/vocabulary` before a commit: its form, and the tiers of hand-kept forms against word frequency.

python models/vocabulary/check.py
"""

import sys
from pathlib import Path

import surface
import tables

from listening.vocabulary import read_vocabulary
from listening.vocabulary.checks import problems

FOLDER = Path(__file__).resolve().parents[2] / "data" / "vocabulary"


def too_free() -> list[str]:
    """Give hand-kept brands that are common English and yet count always."""
    return [
        f"{row['concept_id']}, {row['text']!r}: a common word ({surface.zipf(row['text'].lower()):.1f}), yet tier free"
        for row in tables.read(FOLDER / "terms" / "product.csv")
        if row["form"] == "brand" and row["tier"] == "free" and row["text"].isalpha()
        if surface.zipf(row["text"].lower()) >= 3.0 and surface.key(row["text"]) not in surface.ALWAYS
    ]


def main() -> int:
    """Print what is wrong; 0 where nothing is."""
    found = [*problems(read_vocabulary(FOLDER)), *too_free()]
    print("\n".join(found) or "nothing to mend")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
