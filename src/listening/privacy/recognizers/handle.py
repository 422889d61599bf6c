"""Handles of people: `@name`, fediverse `@name@host`, Bluesky `name.bsky.social`, Reddit `u/name` and `r/name`."""

import re
from collections.abc import Mapping
from typing import ClassVar

from listening.privacy.lexicon import words
from listening.privacy.recognizers.base import GateRecognizer, Needs, any_of, pattern

_QUANTITY_BEHIND = re.compile(r"[:.,/%]\d|\s?(?:%|mg|mcg|ml|kg|hz)\b", re.IGNORECASE)


class HandleRecognizer(GateRecognizer):
    """Formats: X and Instagram `@[A-Za-z0-9_.]`, ActivityPub `@user@host` (WebFinger, RFC 7565), AT Protocol handles.

    Communities of medicine at large (`r/medicine`) are topics and stay: `data/communities.txt`.
    """

    ENTITY = "HANDLE"
    NEEDS = re.compile(r"[@/._]|\d on ")
    NEEDS_OF: ClassVar[Mapping[str, Needs]] = {
        "at_sign": ("@",),
        "fediverse_url": ("/@",),
        "platform_host": any_of("bsky|threads.|substack|tumblr|medium.com"),
        "handle_cue": any_of("bsky|bluesky|handle|insta|ig |ig:|snap|telegram|tiktok|twitter|follow "),
        "linkedin": ("linkedin",),
        "on_network": any_of(
            "on threads|on bluesky|on bsky|on insta|on tiktok|on snapchat|on telegram|on mastodon|on twitter"
        ),
        "reddit": any_of("u/|r/"),
    }
    PATTERNS = (
        pattern(
            "at_sign", r"(?<![@/.])@ ?(?P<value>\w(?:[\w.-]{0,63}\w)?(?:@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})?)", 0.95
        ),
        pattern("fediverse_url", r"(?<=/)@[\w.-]{1,64}", 0.9),
        pattern(
            "platform_host",
            r"(?<![\w@-])\w[\w-]{0,62}\.(?:bsky\.(?:social|team)|threads\.(?:net|com)|(?:substack|tumblr|medium)\.com)\b",
            0.95,
        ),
        pattern(
            "handle_cue",
            r"\b(?:bsky|bluesky|handle|insta(?:gram)?|ig|snap(?:chat)?|telegram|tiktok|twitter|follow (?:me|him|her|them))"
            r"(?: (?:is|at|on))?\s?[:=]?\s?(?P<value>[a-z0-9][\w-]{0,40}(?:[._][\w-]{1,40}){1,3})(?![\w@])",
            0.85,
        ),
        pattern("linkedin", r"\blinkedin(?:\.com)?[ :/]{1,3}(?:is )?in/(?P<value>[\w-]{3,60})", 0.9),
        pattern(
            "on_network",
            r"\b(?P<value>[a-z0-9](?:[\w.-]{1,38}[a-z0-9])?) on (?:threads|bluesky|bsky|insta(?:gram)?|tiktok|snapchat|telegram|mastodon|twitter)\b",
            0.8,
        ),
        pattern("reddit", r"(?<![\w/])/?[ur]/[\w-]{2,40}", 0.9),
    )

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:
        """Leave general communities, "@ 5 mg" and "@home" spelled apart."""
        value = match.group().lstrip("/")
        if name == "reddit":
            return value[:2].lower() == "u/" or value[2:].casefold() not in words("communities")
        if name == "on_network":
            value = match.group("value")
            has_sign = re.search(r"[a-z0-9][._][a-z0-9]|[a-z]\d", value, re.IGNORECASE) is not None
            return has_sign and sum(map(str.isalpha, value)) > 2
        if name == "at_sign":
            bare = match.group("value")
            spaced = match.group()[1] == " "
            if "." in bare and match.start() and text[match.start() - 1].isalnum():
                return False  # the host of an e-mail address
            if (
                bare.replace(".", "").replace("-", "").isdigit()
            ):  # "@7" is somebody, "@ 7" and "@7.5 mg" are when or how much
                return not spaced and bare.isdigit() and _QUANTITY_BEHIND.match(text, match.end()) is None
            return not (spaced and not _is_handle_like(bare))
        return True


def _is_handle_like(word: str) -> bool:
    """After "@ " only what no sentence would hold: an underscore, a digit beside letters, a capital inside."""
    return "_" in word or (any(c.isdigit() for c in word) and any(c.isalpha() for c in word) and len(word) > 5)
