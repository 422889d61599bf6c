"""The country an author names: by name, flag, state, large city or health service. Two countries are none."""

import re
from typing import Final

from listening.identity.negatives import is_institution
from listening.identity.terms import countries

_FLAG: Final = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_UK_NATIONS: Final = re.compile("\U0001f3f4\U000e0067\U000e0062[\U000e0061-\U000e007a]+\U000e007f")
_SOLIDARITY: Final = frozenset({"UA", "PS", "IL"})
"""Flags and names shown in support more often than as an address: a flag alone says nothing."""
_SUPPORT: Final = re.compile(
    r"\b(?:stand(?:s|ing)?\s+with|support(?:s|ing)?|free|pray\s+for|loves?|visit(?:ed|ing)?|born\s+in|made\s+in|ex-?"
    r"|originally|raised\s+in|grew\s+up\s+in|formerly|trained\s+in|mum\s+to|mom\s+to|dad\s+to)\s+[\w.]+",
    re.IGNORECASE,
)
"""Places an author loves, was born in or named a child after are not where the author is."""
_STATE: Final = re.compile(
    r"\b[A-Z][a-z]+(?:\s[A-Z][a-z]+)?,\s*(?:TX|OH|FL|NY|NJ|NC|SC|IL|WI|TN|KY|AZ|NV|UT|MN|MO|KS|IA|AR|VT|NH|RI|WV|DC|MI|WY|VA|CO)\b(?!/)"
)
"""US states whose letters are no credential, no ward and no disease: `OR`, `ME`, `MS`, `ID`, `CT` are left out."""
_TOWN: Final = re.compile(
    r"\b(?:(?:Baltimore|Frederick|Bethesda|Rockville|Silver Spring|Annapolis|Columbia|Gaithersburg|Towson|Germantown|Hagerstown"
    r"|Salisbury|Bowie|Laurel|Potomac|College Park|Chevy Chase|Ellicott City|Takoma Park),\s*MD"
    r"|(?:Philadelphia|Pittsburgh|Lancaster|Harrisburg|Allentown|Scranton|Hershey|Erie|Bethlehem|York|Reading|State College),\s*PA"
    r"|(?:Boston|Cambridge|Worcester|Springfield|Somerville),\s*MA|(?:Portland|Eugene|Salem|Bend),\s*OR|Portland,\s*ME)\b"
)
_NAME_TAIL: Final = re.compile(r"[|,(/•·@]|\s[-–—]\s")


def without_towns(text: str) -> str:
    """Take out `Baltimore, MD` and `Lancaster, PA`, whose last letters are states and no credentials."""
    return _TOWN.sub(" ", text)


def country_of(name: str, bio: str) -> str | None:
    """Give the one country that name and profile tell of, ISO 3166-1 alpha-2.

    A display name counts for flags, and for words behind a separator: Paris, Virginia and Sydney are people too. An institution's counts whole.
    """
    words = name if is_institution(name) else "".join(_NAME_TAIL.split(name, maxsplit=1)[1:])
    bio = _SUPPORT.sub(" ", bio)
    text = f"{words}\n{bio}"
    found = {country for _, _, country in countries().find(text)} | _flags(f"{name}\n{bio}")
    if _STATE.search(text) or _TOWN.search(text):
        found.add("US")
    # Two countries are a life story: which of them holds today, nobody said.
    return found.pop() if len(found) == 1 else None


def named_country(said: str) -> str | None:
    """Give the country that a supplier's own word names: a code or a name."""
    if re.fullmatch(r"[A-Za-z]{2}", said):
        return said.upper()
    return next((country for _, _, country in countries().find(said)), None)


def _flags(text: str) -> set[str]:
    known = set(countries().labels.values()) - _SOLIDARITY
    found = {"".join(chr(ord(letter) - 0x1F1E6 + ord("A")) for letter in match[0]) for match in _FLAG.finditer(text)}
    return (found & known) | ({"GB"} if _UK_NATIONS.search(text) else set())
