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
_SMILEYS = frozenset({"emoji", "wp-smiley"})
"""Pictures that Discourse and WordPress put in place of a character: no medium."""
# Single spaces, which most of a text has, are not matched: replacing each by itself was the dearest step.
_BLANKS, _SPACES = re.compile(r"[ \t\r\n\f]{2,}|[\t\r\n\f]"), re.compile(r"[ \t]{2,}|\t")
_LINE_ENDS, _GAPS = re.compile(r" \n ?|\n "), re.compile(r"\n{3,}")
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
    `.quote-inline`, hidden elements and scripts are dropped. So are Discourse's `aside.quote`, whose title names the one
    who is quoted, and `aside.onebox`, the preview of another page; of that the address is kept.

    Raises:
        HtmlTooComplex: The markup could not be parsed in bounded time.
    """
    html = clean(html).replace("\0", "")
    if is_too_complex(html):
        raise HtmlTooComplex
    body = LexborHTMLParser(html).body
    pieces: list[str] = []
    anchors: list[Anchor] = []
    media: dict[str, None] = {}
    for node, is_open in _walk(body) if body is not None else ():
        tag = node.tag or ""
        if tag == "-text":
            in_pre = node.parent is not None and node.parent.tag == "pre"
            pieces.append(node.text_content or "" if in_pre else _BLANKS.sub(" ", node.text_content or ""))
        elif tag == "br":
            pieces.append("\n" if is_open else "")
        elif tag in _BLOCKS:
            pieces.append("\n\n" if tag in _PARAGRAPHS else "\n")
        if is_open and tag == "a" and (href := node.attributes.get("href")):
            anchors.append(Anchor(href, _words(node, "class"), _words(node, "rel")))
        if is_open and tag == "aside" and (href := node.attributes.get("data-onebox-src")):
            anchors.append(Anchor(href, _words(node, "class"), frozenset()))
        if is_open and tag in {"img", "video", "audio"} and not _words(node, "class") & _SMILEYS:
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
    if node.tag in _SKIPPED:
        return True
    attributes = node.attributes
    if "hidden" in attributes:
        return True
    if "class" not in attributes:
        return False
    classes = _split(attributes["class"])
    if "quote-inline" in classes or (node.tag == "aside" and classes & {"quote", "onebox"}):
        return True
    return "invisible" in classes and not any(parent.tag == "a" for parent in open_elements)


def _words(node: LexborNode, name: str) -> frozenset[str]:
    return _split(node.attributes.get(name))


def _split(value: str | None) -> frozenset[str]:
    return frozenset(value.lower().split()) if value else frozenset()


def is_too_complex(html: str) -> bool:
    """Say whether parsing the markup could take unbounded time."""
    tags = html.count("<")
    if tags > MAX_TAGS:
        return True
    # Of the tags at most all are cloned: short markup need not be looked through.
    if tags * tags <= MAX_CLONES:
        return False
    return tags * sum(1 for _ in _CLONED.finditer(html)) > MAX_CLONES


def _tidy(text: str) -> str:
    text = _SPACES.sub(" ", text.replace("\u00a0", " "))
    text = _LINE_ENDS.sub("\n", text)
    return _GAPS.sub("\n\n", text).strip()
