"""How a listing is walked: from its newest post down to where the last walk began, and where to go on after a stop.

Listings come newest first and their paging tokens are opaque. What is read and what was read before is told by when a
post arrived, never by the date it gives itself. The position keeps the paging token while a walk is under way, so that a run killed on
the way goes on where the last commit stood, and then walks down from the newest once more, to where that walk began.
"""

import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from listening.collect.atproto_parse import Instant, Read
from listening.collect.base import Window
from listening.errors import SourceUnavailable
from listening.raw import RawPost

MAX_PAGES = 5_000
"""Most pages of one walk, half a million posts. It fails there, so that nobody takes it for the whole listing."""
SEARCH_HITS = 10_000
"""Where servers end a search, however much they have found."""
_TICK = timedelta(milliseconds=1)
"""What `until` counts in. It is exclusive, so a tick is added, and posts of the same instant are not lost."""
_LONGEST_TOKEN = 2_000


class Position(BaseModel):
    """Where a listing's walk stands: `edge` at rest; `back`, `floor` and `to_end` too while one is under way."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)
    edge: Instant | None = None
    back: str | None = None
    floor: Instant | None = None
    to_end: bool = False

    @classmethod
    def read(cls, held: Any) -> Self:
        """Read a stored position; one of another form is none, and the walk begins anew."""
        with contextlib.suppress(ValidationError):
            return cls.model_validate(held or {})
        return cls()

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return self.model_dump(mode="json", exclude_defaults=True)


@dataclass(frozen=True, slots=True, repr=False)
class Listed:
    """A page of a listing: its records, the token of the next page, and counts of what befell on the way."""

    reads: list[Read]
    back: str | None
    notes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, repr=False)
class Step:
    """Posts of a page, the position that is valid once they are committed (`None`: as before), and what was left out."""

    posts: tuple[RawPost, ...]
    position: Mapping[str, Any] | None
    skipped: Counter[str]


class Pages(Protocol):
    """Gives a listing's pages from a token on (`None`: from the newest)."""

    def __call__(self, back: str | None, floor: datetime) -> AsyncIterator[Listed]:
        """Yield pages, newest first; the last one has no token."""
        ...


Ask = Callable[[str | None], Awaitable[Listed]]
AskSearch = Callable[[datetime, datetime | None, str | None], Awaitable[Listed | None]]


async def walk(
    pages: Pages, window: Window, held: Any, *, overlap: timedelta, reads_history: bool, source_id: str
) -> AsyncIterator[Step]:
    """Walk a listing down to where the last walk began, or to the window's start.

    Args:
        pages: The listing.
        window: Its start is the first walk's floor; its end bounds the resting edge.
        held: The stored position, `None` for a first walk.
        overlap: How far behind the newest post the edge rests.
        reads_history: A first walk does not stop at the window's start but goes to the listing's end, where posts lie
            that arrived within the window and are dated before it.
        source_id: For the error's message.

    Raises:
        SourceUnavailable: The listing does not end; what was yielded stays valid.
    """
    position = Position.read(held)
    if position.back is not None:
        resumed = _Walk(pages, window, overlap, position, source_id)
        async for step in resumed.steps():
            yield step
        position = Position(edge=resumed.edge)
    floor = position.edge or window.start
    start = Position(floor=floor, to_end=reads_history and position.edge is None)
    async for step in _Walk(pages, window, overlap, start, source_id).steps():
        yield step


class _Walk:
    """One way down."""

    def __init__(self, pages: Pages, window: Window, overlap: timedelta, start: Position, source_id: str) -> None:
        self._pages = pages
        self._window = window
        self._overlap = overlap
        self._start = start
        self._source_id = source_id
        self._floor = start.floor or window.start
        self._edge = start.edge

    @property
    def edge(self) -> datetime:
        """Where the next walk will end."""
        return self._edge or self._floor

    async def steps(self) -> AsyncIterator[Step]:
        count = 0
        async for listed in self._pages(self._start.back, self._floor):
            count += 1
            self._mark(listed.reads)
            posts, skipped = self._sorted_out(listed.reads)
            skipped.update(listed.notes)
            is_last = listed.back is None or (not self._start.to_end and self._is_below(listed.reads))
            yield Step(posts, self._position(None if is_last else listed.back), skipped)
            if is_last:
                return
            if count == MAX_PAGES:
                raise SourceUnavailable(
                    source_id=self._source_id,
                    problem="a listing of it does not end",
                    remedy="Run again: it goes on where it stopped.",
                )

    def _mark(self, reads: list[Read]) -> None:
        # What says it arrived after the window, by a wrong clock or a made-up key, must not drag the edge along.
        end = self._window.end
        said = [read.at if read.at is not None and read.at <= end else read.sort_at for read in reads]
        arrived = [moment for moment in said if moment is not None and moment <= end]
        if self._edge is None and arrived:
            # The first page's newest is enough: what arrives later lies above it.
            newest = max(arrived)
            self._edge = newest - self._overlap if newest > self._floor + self._overlap else self._floor

    def _is_below(self, reads: list[Read]) -> bool:
        known = [read.sort_at for read in reads if read.sort_at is not None]
        return bool(known) and all(moment < self._floor for moment in known)

    def _sorted_out(self, reads: list[Read]) -> tuple[tuple[RawPost, ...], Counter[str]]:
        posts: list[RawPost] = []
        skipped: Counter[str] = Counter()
        for read in reads:
            made = read.made
            at = read.at or (made.created_at if not isinstance(made, str) else None)
            if at is not None and at < self._floor:
                skipped["before_window" if self._floor <= self._window.start else "already_read"] += 1
            elif isinstance(made, str):
                skipped[made] += 1
            else:
                posts.append(made)
                skipped.update(read.notes)
        return tuple(posts), skipped

    def _position(self, back: str | None) -> dict[str, Any] | None:
        if back is None:
            return Position(edge=self.edge).plain()
        if "did:" in back or len(back) > _LONGEST_TOKEN:
            # It names an account, or is no token, and must not rest in the store: what rests there stays, and a kill
            # costs this walk.
            return None
        return Position(edge=self.edge, back=back, floor=self._floor, to_end=self._start.to_end).plain()


def paged(ask: Ask) -> Pages:
    """Make pages of a listing with opaque tokens. A short page, or an empty one, is not its end.

    A token that the server cannot read any more makes it fail: the listing is then begun anew, once, which is counted.
    """

    async def pages(back: str | None, floor: datetime) -> AsyncIterator[Listed]:  # noqa: ARG001 (the same for all)
        token, notes, is_anew = back, Counter[str](), False
        met = {token} if token else set()
        while True:
            listed = None
            try:
                listed = await ask(token)
            except SourceUnavailable:
                if token is None or is_anew:
                    raise
            if listed is None:
                token, is_anew = None, True
                met.clear()
                notes["walk_restarted"] += 1
                continue
            following = listed.back if listed.back and listed.back not in met else None
            yield Listed(listed.reads, following, notes)
            if following is None:
                return
            token = following
            met.add(following)
            notes = Counter()

    return pages


def searched(ask: AskSearch) -> Pages:
    """Make pages of a search, whose token of ours is an instant: it goes on by time where the server ends too early.

    Servers end a search after 10,000 hits, or after one page for the logged-out. Each is asked again for what is older
    than the oldest hit, until that brings nothing new; having had to do so is counted.
    """

    async def pages(back: str | None, floor: datetime) -> AsyncIterator[Listed]:
        until = Position.read({"edge": back}).edge
        met: set[str] = set()
        is_first = True
        while True:
            oldest, is_new, notes = until, False, Counter[str]()
            async for listed in _slice(ask, floor, until):
                fresh = [read for read in listed.reads if read.key is None or read.key not in met]
                if any(read.key for read in fresh):
                    notes["search_continued"] += int(not is_first and not is_new)
                    is_new = True
                met.update(read.key for read in fresh if read.key)
                oldest = min([*(r.sort_at for r in fresh if r.sort_at), *([oldest] if oldest else [])], default=None)
                yield Listed(fresh, _just_after(oldest).isoformat() if oldest else None, notes)
                notes = Counter()
            if not is_new or oldest is None or oldest < floor:
                yield Listed([], None)
                return
            until, is_first = _just_after(oldest), False

    return pages


async def _slice(ask: AskSearch, floor: datetime, until: datetime | None) -> AsyncIterator[Listed]:
    """Give what the server finds between two instants, as far as it lets us page."""
    token, hits = None, 0
    met: set[str] = set()
    while True:
        listed = None
        try:
            listed = await ask(floor, until, token)
        except SourceUnavailable:
            if token is None:
                raise
        if listed is None:
            return
        hits += len(listed.reads)
        yield listed
        token = listed.back
        if not token or token in met or hits >= SEARCH_HITS:
            return
        met.add(token)


def _just_after(moment: datetime) -> datetime:
    """Give the `until` that still holds this instant; the calendar's last tick has none."""
    return min(moment, datetime.max.replace(tzinfo=UTC) - _TICK) + _TICK


def as_parameter(moment: datetime) -> str:
    """Write an instant as the protocol does, in milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
