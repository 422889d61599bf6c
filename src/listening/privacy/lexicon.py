"""The name, town and word lists that give evidence for or against a name; read once, lower case."""

from functools import cache
from importlib.resources import files


@cache
def words(name: str) -> frozenset[str]:
    """Give the lines of `data/<name>.txt` that are no comments, case-folded."""
    content = files("listening.privacy").joinpath("data", f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(
        line.split("#", 1)[0].strip().casefold() for line in content.splitlines() if line.split("#", 1)[0].strip()
    )


@cache
def certain_given_names() -> frozenset[str]:
    """Given names that are no everyday words, and the few that are read as names first (Jack, Heather)."""
    given = words("given_names")
    return (given - words("english_words") - words("not_names")) | (given & words("names_first"))


@cache
def common_given_names() -> frozenset[str]:
    """The given names most frequent in the census that are no everyday words: they count in lower case and capitals too."""
    return words("common_given_names") - words("english_words") - words("not_names")


@cache
def certain_surnames() -> frozenset[str]:
    """Surnames that are no everyday words."""
    return words("surnames") - words("english_words") - words("not_names")


@cache
def certain_towns() -> frozenset[str]:
    """Towns of 50,000 people and more that are no everyday words."""
    return words("towns") - words("english_words") - words("not_names")


_NO_NAMES = ("english_words", "not_names", "regions", "medical_words", "eponyms")


def is_unknown(word: str) -> bool:
    """Say whether a capitalised word, hyphens allowed, is in no list of what is not a name: it may well be one."""
    parts = word.split("-")
    return (
        len(word) > 3
        and all(part[:1].isupper() and part[1:].islower() for part in parts)
        and not any(word.casefold() in words(name) for name in _NO_NAMES)
        and not all(part.casefold() in words("english_words") for part in parts)
    )


def is_never_a_name(word: str) -> bool:
    """Say whether a word, as it is written, is a common or medical word that no list of names has.

    In lower case a surname that is a common word counts as the word. A model's guess made of such words alone is not
    believed, so that what default deny keeps is the same however often a text is read.
    """
    lower = word.casefold().removesuffix("'s")
    if lower in words("post_words") or lower in words("clinical_words"):
        return True
    if word[:1].isupper():
        return lower in _plain_words()
    return lower in words("kept_words") and lower not in words("given_names")


@cache
def _plain_words() -> frozenset[str]:
    return words("kept_words") - words("given_names") - words("surnames")
