"""Reads forums that have pages only: list, topics, posts, by CSS selectors of the entry, and by written permission only.

The list is read from its newest topic back to where the last run stood; the topics are then read from the one that was
active longest ago on, so that the cursor moves with each and a run that is killed or reaches its bound goes on there.
A topic is read whole, since nothing tells which of its posts were edited.
"""

import codecs
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from listening.catalogue.entry import Entry
from listening.collect.base import Page, Window
from listening.collect.build import parse_instant
from listening.collect.html_forum_dates import DateReader
from listening.collect.html_forum_parse import ForumSelectors, ListPage, PageReader, Topic, TopicPage
from listening.collect.transport import Answer, Transport
from listening.errors import PermissionRefused, SourceFailed, SourceUnavailable

_GONE = {401, 403, 404, 410}
"""What a forum answers for a topic that was taken away or is for members only."""


def _zone(said: str) -> str:
    is_known = True
    try:
        ZoneInfo(said)
    except (ValueError, OSError, KeyError):
        is_known = False
    if not is_known:
        raise ValueError("no IANA time zone, such as Europe/Paris")
    return said


def _encoding(said: str) -> str:
    is_known = True
    try:
        codecs.lookup(said)
    except (LookupError, ValueError):
        is_known = False
    if not is_known:
        raise ValueError("no known encoding")
    return said


class HtmlForumQuery(BaseModel):
    """Which lists of a forum, and how its pages are read.

    `start` are list pages whose topics stand with the latest activity first. `timezone` is the zone of dates that state
    none. `date_format` is for `datetime.strptime`; without it ISO 8601, epoch seconds and dates in words are read, and a
    date such as 05/11/2026, which means two days, is refused. A run reads at most `max_list_pages` of each list and
    `max_topics` in all, and of each topic `max_topic_pages`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    start: tuple[Annotated[str, StringConstraints(pattern=r"^https?://[^/\s?#]+[^\s#]*$")], ...] = Field(min_length=1)
    timezone: Annotated[str, AfterValidator(_zone)]
    date_format: Annotated[str, StringConstraints(min_length=2, max_length=100)] | None = None
    encoding: Annotated[str, AfterValidator(_encoding)] = "utf-8"
    selectors: ForumSelectors
    overlap_hours: float = Field(default=6, ge=0, le=24 * 31)
    max_list_pages: int = Field(default=100, ge=1, le=10_000)
    max_topics: int = Field(default=1000, ge=1, le=100_000)
    max_topic_pages: int = Field(default=200, ge=1, le=10_000)


@dataclass(slots=True)
class _Run:
    """What one run has done: which topics it read, and whether it left anything out for its bounds."""

    is_whole_walk: bool
    left: int
    seen: set[bytes] = field(default_factory=set)
    is_cut: bool = False

    def is_new(self, address: str) -> bool:
        """Say whether this address was not met before in this run."""
        digest = hashlib.sha256(address.encode()).digest()
        is_new = digest not in self.seen
        self.seen.add(digest)
        return is_new


class HtmlForumCollector:
    """Speaks `Collector` for one forum's pages."""

    walks_whole: ClassVar[bool] = True

    def __init__(self, entry: Entry, query: HtmlForumQuery, transport: Transport) -> None:
        """Hold what to read; nothing is requested yet.

        Raises:
            PermissionRefused: The entry has no written permission or licence, or would not obey robots.txt.
        """
        _require_permission(entry)
        self._entry = entry
        self._query = query
        self._transport = transport
        dates = DateReader(timezone=query.timezone, date_format=query.date_format, language=entry.language or "en")
        self._reader = PageReader(entry, query.selectors, dates)

    async def pages(self, window: Window, cursor: Mapping[str, Any] | None) -> AsyncIterator[Page]:
        """Yield each topic's pages, the topic that was active longest ago first.

        Posts before the window's start are counted and left out.

        Raises:
            SourceFailed: A list shows no topics, or the forum answered in an unknown form.
            SourceUnavailable: As the transport says; or a walk without a cursor reached its bounds, so that what it
                did not meet may still be there. What was yielded stays valid.
        """
        state: dict[str, str] = dict((cursor or {}).get("lists", {}))
        run = _Run(is_whole_walk=cursor is None, left=self._query.max_topics)
        for start in self._query.start:
            key = hashlib.sha256(start.encode()).hexdigest()[:16]
            known = parse_instant(state.get(key))
            since = window.start if known is None else known - timedelta(hours=self._query.overlap_hours)
            topics, skipped = await self._topics(start, since, run)
            over = max(0, len(topics) - run.left)
            if over:
                run.is_cut = True
                skipped["left_for_next_run"] += over
            yield Page((), {"lists": dict(state)}, dict(skipped))
            for topic in topics[: run.left]:
                async for page in self._topic(topic, window, run, state):
                    yield page
                state[key] = _later(min(topic.active_at, window.end), known).isoformat()
                yield Page((), {"lists": dict(state)})
            run.left -= len(topics) - over
        if run.is_cut and run.is_whole_walk:
            raise SourceUnavailable(
                source_id=self._entry.source_id,
                problem="a walk of all of its window reached a bound of its query",
                remedy="Run again, it goes on from there; or raise max_list_pages, max_topics or max_topic_pages.",
            )

    async def _topics(self, start: str, since: datetime, run: _Run) -> tuple[list[Topic], Counter[str]]:
        """Read a list back to `since`; its topics, the one that was active longest ago first."""
        topics: list[Topic] = []
        skipped: Counter[str] = Counter()
        address: str | None = start
        met: set[str] = set()
        for _ in range(self._query.max_list_pages):
            if address is None or address in met:
                break
            met.add(address)
            page = await self._list_page(address)
            skipped.update(page.skipped)
            topics += [topic for topic in page.topics if topic.active_at >= since and run.is_new(topic.address)]
            # Pinned topics stand first whatever their age, so one old topic is no end: a page of them is.
            if page.topics and all(topic.active_at < since for topic in page.topics):
                break
            address = page.next_address
        else:
            if address is not None:
                run.is_cut = True
                skipped["list_cut_off"] += 1
        return sorted(topics, key=lambda topic: topic.active_at), skipped

    async def _list_page(self, address: str) -> ListPage:
        answer = await self._transport.get(address, self._entry)
        page = None
        if answer.status == 200 and _is_same_host(answer, address):
            page = self._reader.list_page(self._decoded(answer), address)
        if page is not None and page.is_list:
            return page
        raise SourceFailed(
            source_id=self._entry.source_id,
            problem=f"a list page answered with status {answer.status} and shows no topics",
            remedy="Compare query.start and query.selectors with the forum's pages; its design may have changed.",
        )

    async def _topic(self, topic: Topic, window: Window, run: _Run, state: Mapping[str, str]) -> AsyncIterator[Page]:
        address: str | None = topic.address
        met: set[str] = set()
        for _ in range(self._query.max_topic_pages):
            if address is None or address in met:
                return
            met.add(address)
            page = await self._topic_page(address, topic)
            inside = tuple(
                post for post in page.posts if post.created_at >= window.start and run.is_new(post.native_id)
            )
            skipped = Counter(page.skipped)
            if before := sum(post.created_at < window.start for post in page.posts):
                skipped["before_window"] += before
            yield Page(inside, {"lists": dict(state)}, dict(skipped))
            address = page.next_address
        if address is not None and address not in met:
            run.is_cut = True
            yield Page((), {"lists": dict(state)}, {"topic_cut_off": 1})

    async def _topic_page(self, address: str, topic: Topic) -> TopicPage:
        answer = await self._transport.get(address, self._entry)
        if answer.status in _GONE or (answer.status == 200 and not _is_same_host(answer, address)):
            return TopicPage((), None, {"topic_not_shown": 1})
        if answer.status == 200:
            return self._reader.topic_page(self._decoded(answer), address, topic_address=topic.address)
        raise SourceFailed(
            source_id=self._entry.source_id,
            problem=f"a topic answered with status {answer.status}",
            remedy="Look whether the forum is being moved or closed.",
        )

    def _decoded(self, answer: Answer) -> str:
        return answer.body.decode(self._query.encoding, "replace")


def _require_permission(entry: Entry) -> None:
    problem = ""
    if entry.basis not in {"written-permission", "licence"} or entry.licence_reference is None:
        problem, remedy = (
            "a forum's pages are read by written permission or licence only",
            "Get one from the forum, and name it: basis written-permission or licence, and licence_reference.",
        )
    elif entry.robots != "obey":
        problem, remedy = "pages of a forum are read by its robots.txt only", 'Set robots = "obey" in its entry.'
    if problem:
        raise PermissionRefused(source_id=entry.source_id, problem=problem, remedy=remedy)


def _later(moment: datetime, other: datetime | None) -> datetime:
    return moment if other is None else max(moment, other)


def _is_same_host(answer: Answer, address: str) -> bool:
    return urlsplit(answer.url).netloc == urlsplit(address).netloc
