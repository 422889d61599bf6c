"""Reads public posts of Discourse forums through their JSON.

Without categories the forum's one stream of posts is read, newest first, which also brings late answers in old topics.
With categories their lists are read back to where the last run stood, and then the topics, from the one that was bumped
longest ago on, so that the cursor moves with each.
"""

import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from listening.catalogue.entry import Entry
from listening.collect.base import Page, Window
from listening.collect.build import parse_instant
from listening.collect.discourse_parse import (
    Record,
    TopicPosts,
    TopicRow,
    parse_posts,
    parse_topic,
    parse_topics,
    site_base,
)
from listening.collect.newest_first import Listed, NewestFirst, Read
from listening.collect.transport import Answer, Transport
from listening.errors import ListeningError, PermissionRefused, SourceFailed

CHUNK = 20
"""Posts Discourse shows of a topic at once, and ids it is asked for at once."""
ID_STEP = 49
"""How far to go on below an answer without posts: older versions look at fifty ids at a time, public or not."""
MAX_EMPTY = 200
"""Answers without posts in a row, before a stream counts as broken."""
MAX_LIST_PAGES = 1000
"""Of a category's list: thirty topics each."""
_NOT_SHOWN = {403, 404, 410}
"""What a topic answers that was deleted, or moved to where the public may not look."""


class DiscourseQuery(BaseModel):
    """Which forums, and of each which categories; none means every public post.

    `categories` are paths as they stand in a category's address after `/c/`, with the number at the end: `wards/12` or
    `wards/icu/34`. They hold for every site.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    sites: tuple[Annotated[str, StringConstraints(pattern=r"^https?://[^/\s?#]+(/[^\s?#]*)?$")], ...] = Field(
        min_length=1
    )
    categories: tuple[Annotated[str, StringConstraints(pattern=r"^[\w%-]+(/[\w%-]+)*/[0-9]+$")], ...] = ()
    overlap_hours: float = Field(default=24, ge=0, le=24 * 31)


class DiscourseCollector:
    """Speaks `Collector` for forums' posts."""

    walks_whole: ClassVar[bool] = True

    def __init__(self, entry: Entry, query: DiscourseQuery, transport: Transport) -> None:
        """Hold what to read; nothing is requested yet."""
        self._entry = entry
        self._query = query
        self._transport = transport

    async def pages(self, window: Window, cursor: Mapping[str, Any] | None) -> AsyncIterator[Page]:
        """Yield each forum's posts: newest first, or with categories topic by topic, the last bumped last.

        A forum that fails does not keep the others from being read: the first failure is raised at the end.

        Raises:
            SourceFailed, SourceUnavailable, PermissionRefused: As the transport says, or what came is no forum's JSON.
        """
        failure: ListeningError | None = None
        stream = NewestFirst(self._entry, window, cursor, overlap=self._overlap)
        topics: dict[str, str] = dict((cursor or {}).get("topics", {}))
        for site in self._query.sites:
            walk = self._by_topic(site, window, topics) if self._query.categories else self._all(site, stream)
            try:
                async for page in walk:
                    yield page
            except (SourceFailed, PermissionRefused) as error:
                failure = failure or error
        if failure is not None:
            raise failure

    @property
    def _overlap(self) -> timedelta:
        return timedelta(hours=self._query.overlap_hours)

    async def _all(self, site: str, stream: NewestFirst) -> AsyncIterator[Page]:
        async def fetch(token: Any, _floor: datetime) -> Listed:
            return await self._stream_page(site, token)

        async for page in stream.pages(f"{site_base(site)}/posts", fetch):
            yield page

    async def _stream_page(self, site: str, below: int | None) -> Listed:
        """Give the newest posts below an id, and that of the lowest as the token of the next page."""
        for _ in range(MAX_EMPTY):
            said = f"?{urlencode({'before': below})}" if below is not None else ""
            answer = await self._transport.get(f"{site.rstrip('/')}/posts.json{said}", self._entry)
            found = parse_posts(answer.body, self._entry, site=site) if answer.status == 200 else None
            if found is None:
                raise self._failed(answer, "posts")
            # Versions differ on whether the id that is named is still among them.
            records = [r for r in found if below is None or r.post_id is None or r.post_id < below]
            lowest = min((record.post_id for record in records if record.post_id), default=None)
            if lowest is not None or below is None:
                return Listed(_reads(records), lowest if lowest is not None and lowest > 1 else None)
            below -= ID_STEP
            if below < 1:
                return Listed([], None)
        raise SourceFailed(
            source_id=self._entry.source_id,
            problem="its stream of posts goes on without posts",
            remedy="Run again; if it stays, name the public categories in query.categories.",
        )

    async def _by_topic(self, site: str, window: Window, state: dict[str, str]) -> AsyncIterator[Page]:
        seen: set[bytes] = set()
        for category in self._query.categories:
            key = f"{site_base(site)}/{category.rsplit('/', 1)[1]}"
            known = parse_instant(state.get(key))
            since = window.start if known is None else known - self._overlap
            topics, bad_count = await self._topics(f"{site.rstrip('/')}/c/{category}/l/latest.json", since)
            if bad_count:
                yield Page((), {"topics": dict(state)}, {"bad_topic": bad_count})
            for topic in topics:
                async for records in self._topic(site, topic, window.start):
                    yield _page(records, window.start, state, seen)
                moved = min(topic.bumped_at, window.end)
                state[key] = (moved if known is None else max(moved, known)).isoformat()
                yield Page((), {"topics": dict(state)})

    async def _topics(self, address: str, since: datetime) -> tuple[list[TopicRow], int]:
        """Read a list back to `since`; its topics, the one that was bumped longest ago first."""
        found: dict[int, TopicRow] = {}
        bad_count = 0
        for number in range(MAX_LIST_PAGES):
            answer = await self._transport.get(f"{address}?{urlencode({'page': number})}", self._entry)
            page = parse_topics(answer.body) if answer.status == 200 else None
            if page is None:
                raise self._failed(answer, "topics of a category")
            bad_count += page.bad_count
            found |= {row.topic_id: row for row in page.topics if row.bumped_at >= since}
            # Pinned topics stand first whatever their age, so one old topic is no end: a page of them is.
            if not page.has_more or (page.topics and all(row.bumped_at < since for row in page.topics)):
                return sorted(found.values(), key=lambda row: row.bumped_at), bad_count
        raise SourceFailed(
            source_id=self._entry.source_id,
            problem=f"a category's list has more than {MAX_LIST_PAGES} pages within the window",
            remedy="Lower lookback_days, or name narrower categories.",
        )

    async def _topic(self, site: str, topic: TopicRow, start: datetime) -> AsyncIterator[tuple[Record, ...]]:
        """Give a topic's posts: its first ones, then the others from its end back to the window's start."""
        address = f"{site.rstrip('/')}/t/{topic.topic_id}"
        answer = await self._transport.get(f"{address}.json", self._entry)
        if answer.status in _NOT_SHOWN:
            yield (Record(None, None, "topic_not_shown"),)
            return
        first = self._posts(answer, site)
        yield first.records
        met = {record.post_id for record in first.records}
        left = [post_id for post_id in first.stream if post_id not in met]
        while left:
            left, chunk = left[:-CHUNK], left[-CHUNK:]
            asked = urlencode([("post_ids[]", post_id) for post_id in chunk])
            records = self._posts(await self._transport.get(f"{address}/posts.json?{asked}", self._entry), site).records
            yield records
            if records and all(record.created_at is not None and record.created_at < start for record in records):
                return

    def _posts(self, answer: Answer, site: str) -> TopicPosts:
        found = parse_topic(answer.body, self._entry, site=site) if answer.status == 200 else None
        if found is None:
            raise self._failed(answer, "posts of a topic")
        return found

    def _failed(self, answer: Answer, what: str) -> SourceFailed:
        if answer.status in {401, 403}:
            problem, remedy = f"it shows {what} to members only", "Ask the forum, or name its public categories."
        else:
            problem = f"it answered with status {answer.status} and no {what}"
            remedy = "Check that query.sites names Discourse forums, and query.categories theirs."
        return SourceFailed(source_id=self._entry.source_id, problem=problem, remedy=remedy)


def _reads(records: list[Record]) -> list[Read]:
    return [Read(record.created_at, record.made, record.gone) for record in records]


def _page(records: tuple[Record, ...], start: datetime, state: Mapping[str, str], seen: set[bytes]) -> Page:
    skipped = Counter(record.made for record in records if isinstance(record.made, str))
    posts = []
    for record in records:
        if isinstance(record.made, str):
            continue
        digest = hashlib.sha256(record.made.native_id.encode()).digest()
        if record.made.created_at < start:
            skipped["before_window"] += 1
        elif digest in seen:
            skipped["duplicate"] += 1
        else:
            seen.add(digest)
            posts.append(record.made)
    gone = tuple(record.gone for record in records if record.gone)
    return Page(tuple(posts), {"topics": dict(state)}, dict(skipped), gone)
