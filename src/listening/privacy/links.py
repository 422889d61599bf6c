"""Cut a shared link down to what may be stored: its registrable domain, and the paper or trial it names."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.parse import unquote

from listening.posts import Link

_DOI = re.compile(
    r"(?:doi\.org/|/doi/(?:abs/|full/|pdf/|epdf/)?|doi[:=])(10\.\d{4,9}/[^\s?#&\"<>]{1,200})", re.IGNORECASE
)
_PMID = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/pubmed/|pubmed\.gov/)(\d{1,9})", re.IGNORECASE)
_NCT = re.compile(r"\b(NCT\d{8})\b", re.IGNORECASE)


@cache
def _extractor() -> Any:
    import tldextract

    # The suffix list that ships with the package: gate 1 never asks the network.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def cut_down(url: str) -> Link | None:
    """Give the `Link` of a URL, or None where it names no registrable domain (an IP address, a local name, no URL)."""
    parts = _extractor()(url)
    domain = parts.top_domain_under_public_suffix
    if not domain:
        return None
    decoded = unquote(url)
    doi, pmid, nct = _DOI.search(decoded), _PMID.search(decoded), _NCT.search(decoded)
    return Link(
        domain=domain.lower(),
        doi=doi.group(1).rstrip(".,;)/").lower() if doi else None,
        pmid=pmid.group(1) if pmid else None,
        nct=nct.group(1).upper() if nct else None,
    )


def cut_down_all(urls: Iterable[str]) -> tuple[Link, ...]:
    """Give the distinct links of a post, in order."""
    links = (cut_down(url) for url in urls)
    return tuple(dict.fromkeys(link for link in links if link is not None))
