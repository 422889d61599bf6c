"""Links in the text: all but those of papers, trials and guideline bodies are hidden."""

import re

from listening.privacy.public_links import is_public
from listening.privacy.recognizers.base import GateRecognizer, pattern


class LinkRecognizer(GateRecognizer):
    """URLs with a scheme (RFC 3986), `www.`, and bare `host.tld/path`; a bare host only with a well-known ending.

    DOI, PubMed, trial registers, journals and guideline bodies stay readable unless the path points at a person.
    """

    ENTITY = "URL"
    NEEDS = re.compile(r"/|\w\.\w|https?:")
    PATTERNS = (
        pattern("scheme", r"\b(?:https?|ftp)://[^\s<>\"]{1,2000}", 0.95),
        pattern("broken_scheme", r"\bh?t?tps?:/{1,2}[^\s<>\"/][^\s<>\"]{1,2000}", 0.9),
        pattern("cut_off", r"\bhttps?:/{0,2}(?=[\s…]|$)", 0.9),
        pattern("www", r"\bwww\.[^\s<>\"]{2,2000}", 0.95),
        pattern("path", r"(?<![\w@./-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,3}\.[a-z]{2,12}/[^\s<>\"]{1,2000}", 0.85),
        pattern(
            "host",
            r"(?<![\w@./-])[a-z0-9][\w-]{1,62}(?:\.[a-z0-9-]{1,63}){0,2}\.(?:com|org|net|edu|gov|info|biz|io|me|ly|co"
            r"|uk|ca|de|fr|eu|us|au|ie|nz|nl|se|dk|es|it|blog|health|social|link|app|dev|tv)\b(?![\w@])(?!/[^\s<>\"])",
            0.6,
        ),
    )

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:  # noqa: ARG002  the hook's shape
        """Leave readable links to papers and guidance, and two sentences run together."""
        value = match.group()
        if is_public(value):
            return False
        if name == "host":  # "stopped.it", "Crohns.me" are sentences without a space
            return (
                value.rsplit(".", 1)[1].lower() not in {"it", "me", "us", "es", "de", "se", "co"}
                or value.count(".") > 1
            )
        if name == "path":  # "mg/kg" has no dot; "b.d/tds" has
            return len(value.split("/", 1)[0].rsplit(".", 1)[1]) > 1 and any(
                c.isalpha() for c in value.split(".", 1)[0]
            )
        return True
