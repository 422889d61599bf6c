"""Which country, or US state, a place lies in, where its name leaves no doubt."""

import re
from functools import cache
from importlib.resources import files

_STATES = frozenset(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV"
    " WI WY DC".split()
)
_STATE_BEHIND = re.compile(r", ?([A-Z]{2})\b")
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
_LONGEST = 4


@cache
def _regions() -> dict[str, str]:
    """Town, case-folded, to ISO 3166-1 alpha-2 code, for the US with the state: GB, US-CA."""
    content = files("listening.privacy").joinpath("data", "town_regions.txt").read_text(encoding="utf-8")
    return dict(line.split("\t") for line in content.splitlines() if line and not line.startswith("#"))


def region_of(place: str) -> str | None:
    """Give the region of a place's name: of a state behind it, or of the one town in it that is known; else None."""
    state = _STATE_BEHIND.search(place)
    if state and state.group(1) in _STATES:
        return f"US-{state.group(1)}"
    found = set()
    words = [match.group().casefold() for match in _WORD.finditer(place)]
    position = 0
    while position < len(words):
        for length in range(min(_LONGEST, len(words) - position), 0, -1):
            region = _regions().get(" ".join(words[position : position + length]))
            if region:
                found.add(region)
                position += length
                break
        else:
            position += 1
    return found.pop() if len(found) == 1 else None
