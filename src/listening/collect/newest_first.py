"""Walks lists that APIs give newest first, page by page, so that no run loses a post.

A position holds `top`, the source's instant of the newest post of the last whole walk, and while a walk is under way its
paging token, where it began (`next_top`) and where it has to end (`floor`). A walk goes from the newest post down to
`overlap` behind the last one's top, the first to the window's start. A run killed on the way goes on at the token of the
last commit, and then reads what came since.
"""

import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from listening.catalogue.entry import Entry
from listening.collect.base import Page, Window
from listening.collect.build import parse_instant
from listening.errors import SourceFailed
from listening.raw import RawPost

BAD_RECORD = "bad_record"
"""Why there is no post where a record has a form that nobody knows."""
MAX_EMPTY_PAGES = 50
"""Pages without a record in a row, before a list that goes on and on counts as broken."""


@dataclass(frozen=True, slots=True, repr=False)
class Read:
    """One record of a list: the instant the source orders it by, and the post or the reason there is none.

    `gone` is the native id of a record that the source shows as deleted.
    """

    ordered_at: datetime | None
    made: RawPost | str
    gone: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Listed:
    """One page of a list, and the token of the next (JSON; `None`: there is none). `skipped` is left out besides."""

    reads: list[Read]
    token: Any = None
    skipped: Mapping[str, int] = field(default_factory=dict)


class StaleToken(Exception):
    """The source does not know the paging token any more. Says nothing more."""


Fetch = Callable[[Any, datetime], Awaitable[Listed]]
"""Asks for the page at a token (`None`: the newest); the instant is where the walk will end."""


def key_of(query: str) -> str:
    """Name a query in a cursor: a short hash, since a query can name an author."""
    return hashlib.sha256(query.encode()).hexdigest()[:16]


class NewestFirst:
    """Reads the lists of one source in one run; a post that stands in several of them comes once."""

    def __init__(self, entry: Entry, window: Window, cursor: Mapping[str, Any] | None, *, overlap: timedelta) -> None:
        """Hold the state of all lists; `cursor` is that of the last page that was committed."""
        self._entry = entry
        self._window = window
        self._overlap = overlap
        self._state: dict[str, Any] = dict((cursor or {}).get("lists", {}))
        self._seen: set[bytes] = set()

    @property
    def cursor(self) -> dict[str, Any]:
        """Where all lists stand."""
        return {"lists": dict(self._state)}

    async def pages(self, query: str, fetch: Fetch) -> AsyncIterator[Page]:
        """Yield the pages of one list, newest first.

        Raises:
            SourceFailed: The list does not end, or refuses its own paging token; and whatever `fetch` raises.
        """
        key = key_of(query)
        position: Mapping[str, Any] = self._state.get(key) or {}
        is_resumed = position.get("token") is not None
        async for page in self._walk(key, position, fetch):
            yield page
        if is_resumed:
            async for page in self._walk(key, self._state.get(key) or {}, fetch):
                yield page

    async def _walk(self, key: str, position: Mapping[str, Any], fetch: Fetch) -> AsyncIterator[Page]:
        top = parse_instant(position.get("top"))
        token = position.get("token")
        floor = parse_instant(position.get("floor")) if token is not None else None
        floor = floor or (top - self._overlap if top else self._window.start)
        next_top = parse_instant(position.get("next_top")) if token is not None else None
        may_be_stale, empty = token is not None, 0
        while True:
            try:
                listed = await fetch(token, floor)
            except StaleToken:
                listed = None
            if listed is None or (may_be_stale and not listed.reads):
                # What the token stood for is gone: the walk begins anew, and ends where it would have.
                if not may_be_stale:
                    raise self._failed("it refuses its own paging token")
                may_be_stale, token = False, None
                continue
            may_be_stale = False
            next_top = next_top or self._newest(listed)
            if listed.token is not None and listed.token == token:
                raise self._failed("its list does not go on from page to page")
            token = listed.token if not _is_below(listed, floor) else None
            at = {"top": _text(top), "token": token, "floor": _text(floor), "next_top": _text(next_top)}
            self._state[key] = (
                at if token is not None else {"top": _text(max(filter(None, (top, next_top)), default=None))}
            )
            yield self._page(listed, floor)
            if token is None:
                return
            empty = 0 if listed.reads else empty + 1
            if empty >= MAX_EMPTY_PAGES:
                raise self._failed("its list goes on without records")

    def _newest(self, listed: Listed) -> datetime | None:
        # A post dated into the future must not push the next walk's end past what comes meanwhile.
        return max((min(read.ordered_at, self._window.end) for read in listed.reads if read.ordered_at), default=None)

    def _page(self, listed: Listed, floor: datetime) -> Page:
        skipped = Counter(listed.skipped)
        posts: list[RawPost] = []
        start = min(floor, self._window.start)
        for read in listed.reads:
            if isinstance(read.made, str):
                skipped[read.made] += 1
            elif read.made.created_at < start:
                skipped["before_window"] += 1
            elif self._is_repeat(read.made):
                skipped["duplicate"] += 1
            else:
                posts.append(read.made)
        gone = tuple(dict.fromkeys(read.gone for read in listed.reads if read.gone))
        return Page(tuple(posts), self.cursor, dict(skipped), gone)

    def _is_repeat(self, post: RawPost) -> bool:
        digest = hashlib.sha256(post.native_id.encode()).digest()
        is_repeat = digest in self._seen
        self._seen.add(digest)
        return is_repeat

    def _failed(self, problem: str) -> SourceFailed:
        return SourceFailed(
            source_id=self._entry.source_id, problem=problem, remedy="Run again; if it stays, compare its API's notes."
        )


def _is_below(listed: Listed, floor: datetime) -> bool:
    # The order is the source's own, so the last record speaks for all that follow; one that cannot be read does not.
    last = next(
        (read.ordered_at for read in reversed(listed.reads) if read.ordered_at and read.made != BAD_RECORD), None
    )
    return last is not None and last < floor


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
