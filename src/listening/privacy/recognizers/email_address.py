"""E-mail addresses, also spelled out ("jane dot doe at nhs dot net")."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, ClassVar

from listening.privacy.recognizers.base import GateRecognizer, Needs, any_of, pattern

_DOT = r"(?:\s?[\[(]\s?dot\s?[\])]\s?|\s(?:dot|underscore|dash|hyphen)\s|\.)"
_AT = r"(?:\s?[\[(]\s?at\s?[\])]\s?|\sat\s|\s?@\s?)"

_RESERVED = frozenset({"example", "test", "invalid", "localhost", "local"})
"""Top-level names of RFC 2606 and 6762: nobody owns them, and people write them all the same."""


class EmailAddressRecognizer(GateRecognizer):
    """RFC 5322 addresses as people write them; spelled-out ones end in a "dot" and a top-level domain.

    Any word may stand there where the part before "at" holds a "dot" too, or where a sign is bracketed.
    """

    ENTITY = "EMAIL_ADDRESS"
    NEEDS_OF: ClassVar[Mapping[str, Needs]] = {
        "address": ("@",),
        "spelled_out": ("dot",),
        "spelled_at": any_of("@|(at|[at|( at|[ at"),
    }

    PATTERNS = (
        pattern("address", r"(?<![\w.+-])[\w.+%'-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}(?<![.-])", 0.98),
        pattern(
            "spelled_out",
            rf"\b[a-z0-9_-]{{1,40}}(?:{_DOT}[a-z0-9_-]{{1,40}}){{0,3}}{_AT}[a-z0-9-]{{2,40}}(?:{_DOT}[a-z0-9-]{{1,40}}){{0,3}}"
            rf"(?:\s?[\[(]\s?dot\s?[\])]\s?|\sdot\s)(?P<top>[a-z]{{2,24}})\b",
            0.9,
        ),
        pattern(
            "spelled_at",
            r"\b[a-z0-9._-]{2,40}(?:\s?[\[(]\s?at\s?[\])]\s?|\s@\s)[a-z0-9-]{2,40}(?:\.[a-z0-9-]{1,40}){0,3}\.[a-z]{2,6}\b",
            0.9,
        ),
    )

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:  # noqa: ARG002  the hook's shape
        """Leave "look at western dot blots": without another sign the last word must be a top-level domain."""
        if name != "spelled_out":
            return True
        value, top = match.group().casefold(), match.group("top").casefold()
        before_at = re.split(_AT, value, maxsplit=1)[0]
        return " dot " in before_at or bool(re.search(r"[\[(@]", value)) or top in _RESERVED or _is_suffix(top)


@lru_cache(maxsize=1_000)
def _is_suffix(top: str) -> bool:
    """Look a word up in the public suffix list that ships with tldextract; no network."""
    return bool(_suffixes().extract_str(f"x.{top}").suffix)


@cache
def _suffixes() -> Any:
    import tldextract

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
