"""Build the name, town and word lists of gate 1 from sources with a clear licence.

    python models/privacy/build_lists.py NAMES_SDIST_DIR CITIES15000_JSON WORDS_US WORDS_GB

Where each comes from, and under which licence, is in `src/listening/privacy/data/PROVENANCE.toml`.
"""

import importlib
import json
import pkgutil
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from faker.providers import person

OUT = Path(__file__).parents[2] / "src" / "listening" / "privacy" / "data"
SURNAME_COUNT = 20_000
TOWN_POPULATION = 50_000
DOMINANCE = 20
"""A name stands for one region where that has so many times the people of all others of the name."""
LATIN = frozenset("abcdefghijklmnopqrstuvwxyz'- ")


def is_plain(name: str, extra: str = "") -> bool:
    """Say whether a name is Latin script (accents allowed) and longer than two letters."""
    letters = name.casefold()
    return len(letters) > 2 and all(c in LATIN or c in extra or 0xDF <= ord(c) < 0x250 for c in letters)


def census(path: Path, count: int) -> list[str]:
    """Read the most frequent names of a census file."""
    return [line.split()[0].casefold() for line in path.read_text().splitlines()[:count]]


def from_faker(fields: tuple[str, ...]) -> Iterable[str]:
    """Give the single-word Latin names of all locales."""
    for module in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for field in fields:
            values = getattr(provider, field, ())
            if isinstance(values, property):
                continue
            for value in values.keys() if hasattr(values, "keys") else values:
                if isinstance(value, str) and " " not in value and is_plain(value):
                    yield value.casefold()


def write(name: str, values: Iterable[str]) -> None:
    """Write a list, sorted, one a line."""
    (OUT / name).write_text("\n".join(sorted(set(values))) + "\n", encoding="utf-8")


def write_regions(places: list[dict[str, Any]]) -> None:
    """Write which region each town lies in, where one clearly outweighs its namesakes."""
    people: dict[str, Counter[str]] = defaultdict(Counter)
    for place in places:
        country = place["countrycode"]
        region = f"US-{place['admin1code']}" if country == "US" else country
        people[place["name"].casefold()][region] += place["population"]
    lines = []
    for town, regions in sorted(people.items()):
        (region, count), *others = regions.most_common()
        if (
            count >= TOWN_POPULATION
            and count >= DOMINANCE * sum(number for _, number in others)
            and is_plain(town, ".’")
        ):
            lines.append(f"{town}\t{region}")
    (OUT / "town_regions.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Write the five lists."""
    names, cities, words_us, words_gb = map(Path, sys.argv[1:])
    given = census(names / "names" / "dist.male.first", 1_500) + census(names / "names" / "dist.female.first", 5_000)
    fields = ("first_names", "first_names_male", "first_names_female", "first_names_nonbinary")
    write("given_names.txt", [*filter(is_plain, given), *from_faker(fields)])
    common = census(names / "names" / "dist.male.first", 600) + census(names / "names" / "dist.female.first", 1_000)
    write("common_given_names.txt", filter(is_plain, common))
    last = census(names / "names" / "dist.all.last", SURNAME_COUNT)
    write(
        "surnames.txt", [*filter(is_plain, last), *from_faker(("last_names", "last_names_male", "last_names_female"))]
    )
    places = list(json.loads(cities.read_text(encoding="utf-8")).values())
    towns = (place["name"].casefold() for place in places if place["population"] >= TOWN_POPULATION)
    write("towns.txt", (town for town in towns if is_plain(town, ".’")))
    write_regions(places)
    words = (words_us.read_text(encoding="utf-8") + words_gb.read_text(encoding="utf-8")).split()
    write("english_words.txt", (word for word in words if word.islower() and word.isalpha()))


if __name__ == "__main__":
    main()
