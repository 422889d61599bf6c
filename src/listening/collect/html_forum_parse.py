"""Turns a forum's list and topic pages into topics and posts, by the selectors of its entry. Pure."""

import contextlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urldefrag, urljoin, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from listening.catalogue.entry import Entry
from listening.collect.build import clean, make_post, shared_links
from listening.collect.html import HtmlTooComplex, html_to_text, is_too_complex
from listening.collect.html_forum_dates import DateReader
from listening.raw import RawPost


def _selector(said: str) -> str:
    is_known = False
    with contextlib.suppress(SelectolaxError):
        LexborHTMLParser("<p>").css(said)
        is_known = True
    if not is_known:
        raise ValueError("no CSS selector that can be read")
    return said


_Selector = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_selector)]
_Attribute = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$")]


class ForumSelectors(BaseModel):
    """Where things stand on a forum's pages, as CSS selectors and names of attributes.

    `topic` is a row of the list, and `topic_link` and `topic_date` (of its last activity) stand within it; `next_page`
    is a link on list and topic pages alike. `post` is one contribution, with its id in `post_id_attribute`; `text`,
    `author` and `date` stand within it. A date is read from its attribute where one is named, else from its text.
    `quote` is what other people say within `text`, besides `blockquote`, which never is read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    topic: _Selector
    topic_link: _Selector
    topic_date: _Selector
    topic_date_attribute: _Attribute | None = None
    next_page: _Selector
    post: _Selector
    post_id_attribute: _Attribute
    text: _Selector
    author: _Selector
    date: _Selector
    date_attribute: _Attribute | None = None
    quote: _Selector | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Topic:
    """A topic of a list: its address, and when it last was active."""

    address: str
    active_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class ListPage:
    """A page of a list. `is_list` says that it has rows of topics at all."""

    topics: tuple[Topic, ...]
    next_address: str | None
    skipped: Mapping[str, int]
    is_list: bool


@dataclass(frozen=True, slots=True, repr=False)
class TopicPage:
    """A page of a topic, its posts in the order of the page."""

    posts: tuple[RawPost, ...]
    next_address: str | None
    skipped: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads the pages of one forum."""

    entry: Entry
    selectors: ForumSelectors
    dates: DateReader

    def list_page(self, html: str, address: str) -> ListPage:
        """Read a page of a list of topics; links that leave the host are counted and not followed."""
        tree = _tree(html)
        if tree is None:
            return ListPage((), None, {"too_complex": 1}, is_list=False)
        topics: list[Topic] = []
        skipped: Counter[str] = Counter()
        rows = tree.css(self.selectors.topic)
        for row in rows:
            made = self._topic(row, address)
            if isinstance(made, str):
                skipped[made] += 1
            else:
                topics.append(made)
        return ListPage(tuple(topics), self._next(tree, address), dict(skipped), is_list=bool(rows))

    def topic_page(self, html: str, address: str, *, topic_address: str) -> TopicPage:
        """Read a page of a topic. Its first post answers nobody where this is the topic's first page.

        Args:
            html: The page.
            address: Its own address, which links are resolved against.
            topic_address: Of the topic's first page.
        """
        tree = _tree(html)
        if tree is None:
            return TopicPage((), None, {"too_complex": 1})
        posts: list[RawPost] = []
        skipped: Counter[str] = Counter()
        for index, node in enumerate(tree.css(self.selectors.post)):
            made = self._post(node, topic_address, is_reply=index > 0 or address != topic_address)
            if isinstance(made, str):
                skipped[made] += 1
            else:
                posts.append(made)
        return TopicPage(tuple(posts), self._next(tree, address), dict(skipped))

    def _topic(self, row: LexborNode, address: str) -> Topic | str:
        link = row.css_first(self.selectors.topic_link)
        if link is None:
            return "bad_record"
        target = _on_host(address, link.attributes.get("href"))
        if target is None:
            return "other_host"
        active_at = self._date(row, self.selectors.topic_date, self.selectors.topic_date_attribute)
        return "bad_date" if active_at is None else Topic(target, active_at)

    def _next(self, tree: LexborHTMLParser, address: str) -> str | None:
        link = tree.css_first(self.selectors.next_page)
        return None if link is None else _on_host(address, link.attributes.get("href"))

    def _post(self, node: LexborNode, topic_address: str, *, is_reply: bool) -> RawPost | str:
        post_id = (node.attributes.get(self.selectors.post_id_attribute) or "").strip()
        author = _words(node.css_first(self.selectors.author))
        body = node.css_first(self.selectors.text)
        if not post_id or not author or body is None:
            return "bad_record"
        created_at = self._date(node, self.selectors.date, self.selectors.date_attribute)
        if created_at is None:
            return "bad_date"
        # One at a time, the outermost first: what a removed quote held must not be touched again.
        while self.selectors.quote and (quote := body.css_first(self.selectors.quote)) is not None:
            if quote.mem_id == body.mem_id:
                return "bad_record"
            quote.decompose()
        try:
            text = html_to_text(body.html or "")
        except HtmlTooComplex:
            return "too_complex"
        host = urlsplit(topic_address).netloc
        return make_post(
            self.entry,
            native_id=f"{host}/{post_id}",
            text=text.text,
            created_at=created_at,
            author_handle=f"{author}@{host}",
            author_name=author,
            url=topic_address,
            links=shared_links(anchor.href for anchor in text.anchors),
            content_hints=text.media,
            is_reply=is_reply,
        )

    def _date(self, node: LexborNode, selector: str, attribute: str | None) -> datetime | None:
        found = node.css_first(selector)
        if found is None:
            return None
        return self.dates.read((found.attributes.get(attribute) or "") if attribute else _words(found))


def _tree(html: str) -> LexborHTMLParser | None:
    html = clean(html).replace("\0", "")
    return None if is_too_complex(html) else LexborHTMLParser(html)


def _on_host(address: str, href: str | None) -> str | None:
    """Resolve a link; `None` where there is none, or where it leaves the host or the scheme."""
    with contextlib.suppress(ValueError):
        target = urldefrag(urljoin(address, (href or "").strip())).url
        if href and urlsplit(target)[:2] == urlsplit(address)[:2]:
            return target
    return None


def _words(node: LexborNode | None) -> str:
    return " ".join(node.text(deep=True).split()) if node is not None else ""
