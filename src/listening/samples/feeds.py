"""Renders posts as RSS 2.0, Atom 1.0 (RFC 4287) and JSON Feed 1.1 documents."""

import json
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Literal
from xml.etree import ElementTree as ET

from listening.samples.html import article_html
from listening.samples.model import SamplePost

FeedKind = Literal["rss", "atom", "json"]
_ATOM = "http://www.w3.org/2005/Atom"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_DC = "http://purl.org/dc/elements/1.1/"


def render_feed(kind: FeedKind, topic: str, posts: Sequence[SamplePost], updated: datetime) -> bytes:
    """Render one feed, items in the order given.

    Args:
        kind: The format.
        topic: What the title names, such as a specialty.
        posts: The items; an author's name and address stand in them as real feeds have them.
        updated: When the feed last changed, aware.
    """
    title = f"Notes on {topic.replace('-', ' ')}"
    return {"rss": _rss, "atom": _atom, "json": _json}[kind](title, topic, posts, updated)


def _rss(title: str, topic: str, posts: Sequence[SamplePost], updated: datetime) -> bytes:
    root = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(root, "channel")
    _texts(channel, {"title": title, "link": f"https://{topic}.example.org/", "description": f"{title}, a blog."})
    _texts(channel, {"lastBuildDate": format_datetime(updated), "language": "en"})
    for post in posts:
        item = ET.SubElement(channel, "item")
        _texts(item, {"title": post.title, "link": post.url, "pubDate": format_datetime(post.created_at)})
        ET.SubElement(item, "guid", {"isPermaLink": "false"}).text = post.native_id
        _texts(item, {f"{{{_DC}}}creator": post.author.display_name, "description": article_html(post)[:200]})
        _texts(item, {"author": f"{post.author.handle}@mail.example.org ({post.author.full_name})"})
        for tag in post.tags:
            ET.SubElement(item, "category").text = tag
        ET.SubElement(item, f"{{{_CONTENT}}}encoded").text = article_html(post)
    return _bytes(root)


def _atom(title: str, topic: str, posts: Sequence[SamplePost], updated: datetime) -> bytes:
    root = ET.Element(f"{{{_ATOM}}}feed")
    feed_id = f"https://{topic}.example.org/"
    _texts(root, {f"{{{_ATOM}}}title": title, f"{{{_ATOM}}}id": feed_id, f"{{{_ATOM}}}updated": updated.isoformat()})
    for post in posts:
        entry = ET.SubElement(root, f"{{{_ATOM}}}entry")
        instant = post.created_at.isoformat()
        _texts(entry, {f"{{{_ATOM}}}title": post.title, f"{{{_ATOM}}}id": post.native_id})
        _texts(entry, {f"{{{_ATOM}}}published": instant, f"{{{_ATOM}}}updated": instant})
        ET.SubElement(entry, f"{{{_ATOM}}}link", {"rel": "alternate", "href": post.url})
        author = ET.SubElement(entry, f"{{{_ATOM}}}author")
        _texts(author, {f"{{{_ATOM}}}name": post.author.display_name, f"{{{_ATOM}}}uri": f"{post.url}#author"})
        ET.SubElement(entry, f"{{{_ATOM}}}content", {"type": "html"}).text = article_html(post)
    return _bytes(root)


def _json(title: str, topic: str, posts: Sequence[SamplePost], updated: datetime) -> bytes:
    del updated
    items = [
        {
            "id": post.native_id,
            "url": post.url,
            "title": post.title,
            "content_html": article_html(post),
            "date_published": post.created_at.isoformat(),
            "authors": [{"name": post.author.display_name, "url": f"{post.url}#author"}],
            "tags": list(post.tags),
            "language": post.language,
        }
        for post in posts
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": f"https://{topic}.example.org/",
    }
    return json.dumps({**feed, "items": items}, ensure_ascii=False, indent=1).encode()


def _texts(parent: ET.Element, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        ET.SubElement(parent, name).text = text


def _bytes(root: ET.Element) -> bytes:
    ET.register_namespace("content", _CONTENT)
    ET.register_namespace("dc", _DC)
    ET.register_namespace("atom", _ATOM)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
