"""Links that name a paper, a trial or a guideline and nobody: they stay readable."""

import re
from collections.abc import Iterator

_PUBLIC = re.compile(
    r"(?:https?://)?(?:[\w-]+\.)*(?:doi\.org(?:/10\.\d|$)|(?:ncbi\.nlm\.nih\.gov|pubmed\.gov)(?:/pubmed|/pmc/articles)?/|pubmed\.ncbi\.nlm\.nih\.gov(?=/|$)"
    r"|(?:clinicaltrials\.gov|(?:nice|sign\.ac|mhra\.gov|bnf\.nice\.org)\.(?:org\.)?uk|nice\.org\.uk|who\.int"
    r"|(?:fda|cdc|nih|cms|hhs|ahrq|uspreventiveservicestaskforce)\.(?:gov|org)|ema\.europa\.eu|ecdc\.europa\.eu"
    r"|(?:escardio|nccn|esmo|asco|acc|heart|diabetes|eular|easl|rheumatology|cochranelibrary|cochrane)\.(?:org|com|eu)"
    r"|(?:nejm|thelancet|jamanetwork|bmj|nature|medrxiv|biorxiv|science)\.(?:org|com))(?=/|$))",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"[@?]|/(?:author|user|profile|people|staff|u|search)[/=]", re.IGNORECASE)
"""What can carry a person even on those hosts."""
_CANDIDATE = re.compile(
    r"(?<![\w@/.-])(?:https?://)?[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}/[^\s<>\"\0]{1,2000}", re.IGNORECASE
)


def is_public(url: str) -> bool:
    """Say whether a link leads to a paper, register, journal or guideline body, and its path names no person."""
    return _PUBLIC.match(url) is not None and not _PERSONAL.search(url)


def public_links(text: str) -> Iterator[tuple[int, int]]:
    """Give the spans of the public links in a text."""
    if "/" in text:
        for match in _CANDIDATE.finditer(text):
            if is_public(match.group()):
                yield match.span()
