"""Reads RSS, Atom and JSON Feed by conditional requests. A feed is a window: what left it says nothing.

The cursor keeps validators per feed address, under a short hash of it. They move with the feed's last page only, so that
a run killed between two pages reads the feed again.
"""

import contextlib
import hashlib
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from listening.catalogue.entry import Entry
from listening.collect.base import Page, Window
from listening.collect.build import PAGE_POSTS
from listening.collect.feed_parse import UnknownForm, parse_feed
from listening.collect.transport import Transport, Validators
from listening.errors import ListeningError, PermissionRefused, SourceFailed

_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


class FeedQuery(BaseModel):
    """`urls`: the feeds' addresses. `kind`: what their items are."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    urls: tuple[Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")], ...] = Field(min_length=1)
    kind: Literal["article", "comment"] = "article"


class FeedCollector:
    """Speaks `Collector` for a list of feeds."""

    walks_whole: ClassVar[bool] = False

    def __init__(self, entry: Entry, query: FeedQuery, transport: Transport) -> None:
        """Hold what to read; nothing is requested yet."""
        self._entry = entry
        self._query = query
        self._transport = transport

    async def pages(self, window: Window, cursor: Mapping[str, Any] | None) -> AsyncIterator[Page]:
        """Yield each feed's items, oldest first; `window` bounds nothing, since a feed is a window of its own.

        A feed that fails does not keep the others from being read: the first failure is raised at the end.

        Raises:
            SourceFailed, SourceUnavailable, PermissionRefused: As the transport says, or what came is no feed.
        """
        del window
        state: dict[str, Any] = dict((cursor or {}).get("feeds", {}))
        failure: ListeningError | None = None
        for url in self._query.urls:
            try:
                pages = await self._read(url, state)
            except (SourceFailed, PermissionRefused) as error:
                failure = failure or error
                continue
            for page in pages:
                yield page
        if failure is not None:
            raise failure

    async def _read(self, url: str, state: dict[str, Any]) -> list[Page]:
        key = hashlib.sha256(url.encode()).hexdigest()[:16]
        known = state.get(key, {})
        answer = await self._transport.get(
            url,
            self._entry,
            headers={"Accept": _ACCEPT},
            validators=Validators(known.get("etag"), known.get("last_modified")),
        )
        if answer.status == 304:
            return []
        if answer.status == 410:
            return [Page((), {"feeds": dict(state)}, {"gone": 1})]
        parsed = None
        if answer.status == 200:
            with contextlib.suppress(UnknownForm):
                parsed = parse_feed(
                    answer.body,
                    self._entry,
                    kind=self._query.kind,
                    content_type=answer.headers.get("content-type", ""),
                    address=url,
                )
        if parsed is None:
            raise SourceFailed(
                source_id=self._entry.source_id,
                problem=f"feed {self._query.urls.index(url) + 1} of {len(self._query.urls)} answered with status"
                f" {answer.status} and no feed",
                remedy="Correct its address in the entry, or take it out.",
            )
        before = {"feeds": dict(state)}
        if parsed.is_whole:
            found = answer.validators
            state[key] = {"etag": found.etag, "last_modified": found.last_modified}
        skipped = dict(parsed.skipped)
        if answer.has_moved:
            skipped["moved_permanently"] = 1
        chunks = [parsed.posts[i : i + PAGE_POSTS] for i in range(0, len(parsed.posts), PAGE_POSTS)] or [()]
        return [
            Page(posts, {"feeds": dict(state)} if last else before, skipped if last else {})
            for posts, last in ((chunk, chunk is chunks[-1]) for chunk in chunks)
        ]
