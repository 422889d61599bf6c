"""Follow a street address to its end: town, state, country and code behind it belong to it, line breaks or not."""

import re
from collections.abc import Iterable

from listening.privacy.finding import Finding
from listening.privacy.lexicon import words

_GAP = re.compile(r"[ \t,.>()\n-]{1,12}")
_CHUNK = re.compile(r"(?:[A-Z]{2}|[a-z]{2,3})\b|\d{2,6}(?!\d)|[^\W\d_]+(?: [^\W\d_]+){0,2}")
_MOST_CHUNKS = 7


def address_tails(text: str, findings: Iterable[Finding]) -> list[Finding]:
    """Give what hides the rest of each address in `findings`: regions, codes and short marks between hidden parts."""
    found = sorted(findings)
    addresses = [finding for finding in found if finding.entity_type == "STREET_ADDRESS"]
    if not addresses:
        return []
    covered = bytearray(len(text))
    for finding in found:
        covered[finding.start : finding.end] = b"\x01" * (finding.end - finding.start)
    tails = []
    for address in addresses:
        end = _end_of_address(text, address.end, covered)
        if end > address.end:
            tails.append(
                Finding(
                    address.start, end, address.entity_type, address.score, address.score_before_context,
                    address.recognizer, "address_tail",
                )
            )  # fmt: skip
    return tails


def _end_of_address(text: str, position: int, covered: bytearray) -> int:
    """Walk over hidden spans, regions and short marks; the end is behind the last hidden span or region."""
    end = position
    for _ in range(_MOST_CHUNKS):
        gap = _GAP.match(text, position)
        if gap is None:
            break
        position = gap.end()
        if position < len(text) and covered[position]:
            while position < len(text) and covered[position]:
                position += 1
            end = position
            continue
        chunk = _CHUNK.match(text, position)
        if chunk is None:
            break
        region_end = _region_end(text, position, chunk.group())
        if region_end:
            end = position = region_end
        elif len(chunk.group()) <= _SHORT:
            position = chunk.end()
        else:
            break
    return end


_SHORT = 3


def _region_end(text: str, start: int, chunk: str) -> int | None:
    """Give where a country or state that stands here ends, or None where none does."""
    del text
    parts = chunk.split(" ")
    for count in range(len(parts), 0, -1):
        name = " ".join(parts[:count])
        if name.casefold() in words("regions"):
            return start + len(name)
    return None
