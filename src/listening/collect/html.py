"""HTML to plain text: block tags and `br` become newlines, inline tags nothing, and other people's words are left out.

A tree walk of our own on selectolax, because its `text()` joins blocks (`line1line2`) and a separator splits hashtags
and addresses (`# hoot`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from listening.collect.build import clean

MAX_TAGS = 20_000
MAX_CLONES = 1_000_000
"""Bounds on what is parsed, measured: 16,000 nested tags took 0.45 s, growing with the square; 35 kB of formatting tags
with attributes, which HTML clones into each paragraph, took 6 s and 1.8 GB. A long article has about 3,000 tags."""

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2"
    " h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr"
    " ul".split()
)
_PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 ul ol table pre article section".split())
_SKIPPED = frozenset(
    "script style template head title noscript svg math iframe object embed audio video canvas select textarea button"
    " blockquote".split()
)
"""`blockquote` is somebody else speaking: not one word of it is this author's."""
_CLONED = re.compile(r"<(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s/]", re.IGNORECASE)


class HtmlTooComplex(Exception):
    """The markup could not be parsed in bounded time. Says nothing more."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """An `a` with an address. `classes` and `rel` are lower case."""

    href: str
    classes: frozenset[str]
    rel: frozenset[str]


@dataclass(frozen=True, slots=True, repr=False)
class HtmlText:
    """Plain text, its anchors in order, and the kinds of media that stood in it (`image`, `video`, `audio`)."""

    text: str
    anchors: tuple[Anchor, ...]
    media: tuple[str, ...]


def html_to_text(html: str) -> HtmlText:
    """Read a fragment or page. Entities are decoded, runs of blanks are one, at most one empty line stands together.

    Mastodon's `.invisible` parts of a link are kept inside `a`, so that the address is whole, and dropped elsewhere;
    `.quote-inline`, hidden elements and scripts are dropped.

    Raises:
        HtmlTooComplex: The markup could not be parsed in bounded time.
    """
    html = clean(html).replace("\0", "")
    if _is_too_complex(html):
        raise HtmlTooComplex
    body = LexborHTMLParser(html).body
    pieces: list[str] = []
    anchors: list[Anchor] = []
    media: dict[str, None] = {}
    for node, is_open in _walk(body) if body is not None else ():
        tag = node.tag or ""
        if node.is_text_node:
            in_pre = node.parent is not None and node.parent.tag == "pre"
            pieces.append(node.text_content or "" if in_pre else re.sub(r"[ \t\r\n\f]+", " ", node.text_content or ""))
        elif tag == "br":
            pieces.append("\n" if is_open else "")
        elif tag in _BLOCKS:
            pieces.append("\n\n" if tag in _PARAGRAPHS else "\n")
        if is_open and tag == "a" and (href := node.attributes.get("href")):
            anchors.append(Anchor(href, _words(node, "class"), _words(node, "rel")))
        if is_open and tag in {"img", "video", "audio"}:
            media["image" if tag == "img" else tag] = None
    return HtmlText(_tidy("".join(pieces)), tuple(anchors), tuple(media))


def _walk(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Give each element when it opens and when it closes, text once; without recursion, and not into what is skipped."""
    node: LexborNode | None = root
    open_elements: list[LexborNode] = []
    while node is not None:
        yield node, True
        child = None if _is_skipped(node, open_elements) else node.first_child
        if child is not None:
            open_elements.append(node)
            node = child
            continue
        if not node.is_text_node:
            yield node, False
        while open_elements and node.next is None:
            node = open_elements.pop()
            yield node, False
        node = node.next if open_elements else None


def _is_skipped(node: LexborNode, open_elements: list[LexborNode]) -> bool:
    if not node.is_element_node:
        return True
    if node.tag in _SKIPPED or "hidden" in node.attributes:
        return True
    classes = _words(node, "class")
    if "quote-inline" in classes:
        return True
    return "invisible" in classes and not any(parent.tag == "a" for parent in open_elements)


def _words(node: LexborNode, name: str) -> frozenset[str]:
    return frozenset((node.attributes.get(name) or "").lower().split())


def _is_too_complex(html: str) -> bool:
    tags = html.count("<")
    if tags > MAX_TAGS:
        return True
    return tags * sum(1 for _ in _CLONED.finditer(html)) > MAX_CLONES


def _tidy(text: str) -> str:
    text = re.sub(r"[ \t]+", " ", text.replace("\u00a0", " "))
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
