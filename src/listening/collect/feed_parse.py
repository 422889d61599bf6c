"""Turns the bytes of a feed into posts. Pure: feedparser reads RSS and Atom and never fetches, JSON Feed is read here."""

import calendar
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import feedparser

from listening.catalogue.entry import Entry
from listening.collect.build import make_post, parse_instant, parse_json, shared_links
from listening.collect.html import HtmlText, HtmlTooComplex, html_to_text
from listening.raw import RawPost

_HARMLESS = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
"""Causes of feedparser's `bozo` that leave every item whole."""


class UnknownForm(Exception):
    """What came is no feed. Says nothing more."""


@dataclass(frozen=True, slots=True, repr=False)
class Parsed:
    """A feed's posts, oldest first, and what was skipped, by reason. Not whole: its end was cut off, fetch it again."""

    posts: tuple[RawPost, ...]
    skipped: Mapping[str, int]
    is_whole: bool


@dataclass(frozen=True, slots=True, repr=False)
class _Item:
    """One item, whatever the dialect."""

    native_id: str
    url: str
    title: str
    html: str
    author: str
    created_at: datetime | None
    edited_at: datetime | None
    language: str | None
    tags: tuple[str, ...]
    papers: tuple[str, ...]
    media_types: tuple[str, ...]


def parse_feed(content: bytes, entry: Entry, *, kind: str, content_type: str, address: str) -> Parsed:
    """Parse RSS, Atom, RDF or JSON Feed.

    Args:
        content: The body as it came, in whatever encoding it states.
        entry: Says which fields may be read.
        kind: `article` or `comment`: becomes a content hint.
        content_type: Of the answer.
        address: As the catalogue has it; relative addresses and ids are resolved against it, so that a redirect does
            not change an id.

    Raises:
        UnknownForm: It is no feed.
    """
    is_whole = True
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        items: Iterable[_Item | None] = _json_items(content)
    else:
        items, is_whole = _xml_items(content, content_type, address)
    posts: list[RawPost] = []
    skipped: Counter[str] = Counter()
    seen: set[str] = set()
    for item in items:
        made = _post(item, entry, kind)
        if isinstance(made, str):
            skipped[made] += 1
        elif made.native_id in seen:
            skipped["duplicate"] += 1
        else:
            seen.add(made.native_id)
            posts.append(made)
    if not is_whole:
        skipped["cut_off"] += 1
    return Parsed(tuple(sorted(posts, key=lambda post: post.created_at)), dict(skipped), is_whole)


def _post(item: _Item | None, entry: Entry, kind: str) -> RawPost | str:
    if item is None:
        return "bad_item"
    if item.created_at is None:
        return "bad_date"
    try:
        title, body = html_to_text(item.title), html_to_text(item.html)
    except HtmlTooComplex:
        return "too_complex"
    text = "\n\n".join(filter(None, (title.text, body.text)))
    native_id = item.native_id or item.url or _digest(text, item.created_at)
    return make_post(
        entry,
        native_id=native_id,
        text=text,
        created_at=item.created_at,
        edited_at=item.edited_at,
        author_handle=item.author,
        author_name=item.author,
        url=item.url,
        language_hint=item.language,
        links=shared_links([*item.papers, *(anchor.href for anchor in body.anchors)]),
        tags=item.tags,
        content_hints=_hints(kind, body, item.media_types),
        is_reply=kind == "comment",
    )


def _hints(kind: str, body: HtmlText, media_types: Iterable[str]) -> tuple[str, ...]:
    media = (media_type.partition("/")[0] for media_type in media_types)
    found = [kind, *body.media, *(name for name in media if name in {"audio", "video", "image"})]
    return tuple(dict.fromkeys(found))


def _digest(text: str, created_at: datetime) -> str:
    return hashlib.sha256(f"{created_at.isoformat()}\n{' '.join(text.split())}".encode()).hexdigest()


def _xml_items(content: bytes, content_type: str, address: str) -> tuple[list[_Item | None], bool]:
    # A stream, because feedparser takes bytes for a file name first.
    feed = feedparser.parse(
        io.BytesIO(content), response_headers={"content-type": content_type, "content-location": address}
    )
    is_whole = not feed.bozo or isinstance(feed.get("bozo_exception"), _HARMLESS)
    if not feed.get("version"):
        raise UnknownForm
    # Where the XML breaks off, the item it breaks in would be stored with half its text.
    entries = feed.entries if is_whole else feed.entries[:-1]
    title, language = str(feed.feed.get("title", "")), feed.feed.get("language")
    return [_xml_item(raw, title, language) for raw in entries], is_whole


def _xml_item(raw: Any, feed_title: str, language: str | None) -> _Item:
    content = raw.get("content") or [raw.get("summary_detail") or {}]
    detail = raw.get("author_detail") or {}
    # feedparser's own lookup gives the publication's date, with a warning, where no update is stated.
    updated = raw["updated_parsed"] if "updated_parsed" in raw else None  # noqa: SIM401
    return _Item(
        native_id=str(raw.get("id") or ""),
        url=str(raw.get("link") or ""),
        title=_html(raw.get("title_detail") or {}),
        html=_html(content[0]),
        author=str(detail.get("name") or raw.get("author") or feed_title or "the feed itself"),
        created_at=_instant(raw.get("published_parsed") or updated),
        edited_at=_instant(updated),
        language=content[0].get("language") or language,
        tags=tuple(str(tag.get("term")) for tag in raw.get("tags", ()) if tag.get("term")),
        papers=_papers(raw.get("prism_doi"), raw.get("dc_identifier")),
        media_types=tuple(str(link.get("type") or "") for link in raw.get("enclosures", ())),
    )


def _html(detail: Mapping[str, Any]) -> str:
    value = str(detail.get("value") or "")
    return _escaped(value) if detail.get("type") == "text/plain" else value


def _escaped(plain: str) -> str:
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")


def _papers(*identifiers: str | None) -> tuple[str, ...]:
    dois = ((said or "").lower().removeprefix("doi:").strip() for said in identifiers)
    return tuple(f"https://doi.org/{doi}" for doi in dois if doi.startswith("10."))


def _instant(parts: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parts), UTC) if parts else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _json_items(content: bytes) -> list[_Item | None]:
    try:
        feed = parse_json(content)
    except ValueError:
        feed = None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise UnknownForm
    if not str(feed.get("version", "")).startswith("https://jsonfeed.org/version/"):
        raise UnknownForm
    return [_json_item(raw, feed) if isinstance(raw, dict) else None for raw in feed["items"]]


def _json_item(raw: dict[str, Any], feed: dict[str, Any]) -> _Item:
    authors = [a for a in (raw.get("authors"), [raw.get("author")], feed.get("authors")) if isinstance(a, list)]
    names = [_words(author.get("name")) for group in authors for author in group if isinstance(author, dict)]
    attachments = raw.get("attachments") if isinstance(raw.get("attachments"), list) else []
    tags = raw.get("tags") if isinstance(raw.get("tags"), list) else []
    return _Item(
        native_id=_words(raw.get("id")),
        url=_words(raw.get("url")),
        title=_escaped(_words(raw.get("title"))),
        html=_words(raw.get("content_html")) or _escaped(_words(raw.get("content_text")) or _words(raw.get("summary"))),
        author=next(filter(None, names), "") or _words(feed.get("title")) or "the feed itself",
        created_at=parse_instant(raw.get("date_published") or raw.get("date_modified")),
        edited_at=parse_instant(raw.get("date_modified")),
        language=_words(raw.get("language")) or _words(feed.get("language")) or None,
        tags=tuple(tag for tag in tags or [] if isinstance(tag, str)),
        papers=(),
        media_types=tuple(_words(a.get("mime_type")) for a in attachments or [] if isinstance(a, dict)),
    )


def _words(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
