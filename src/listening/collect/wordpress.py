"""Reads posts and comments of WordPress sites through their REST API.

A list is walked oldest first, and each request asks for what comes after the newest record of the answer before, by the
site's own clock; page numbers count only within a second that holds more than a page. So a post that appears or
vanishes under way shifts nothing, and a run killed anywhere goes on where the last commit stood.

Later runs walk posts twice, by date and by change: an edit moves only the second, and a scheduled post that comes out
only the first. The API cannot list comments by change, so an edited one is found when the window is walked whole.
"""

import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlencode, urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from listening.catalogue.entry import Entry
from listening.collect.base import Page, Window
from listening.collect.build import parse_instant
from listening.collect.transport import Answer, Transport
from listening.collect.wordpress_parse import FIELDS, Kind, Read, error_code, parse_list
from listening.errors import ListeningError, PermissionRefused, SourceFailed
from listening.raw import RawPost

PAGE_LIMIT = 100
"""Most records WordPress gives at once; 101 is an error."""
_SECOND = timedelta(seconds=1)
"""The resolution of WordPress's dates: `after` leaves out the whole second it names."""

Order = Literal["date", "modified"]
_AFTER: Mapping[Order, str] = {"date": "after", "modified": "modified_after"}


class WordPressQuery(BaseModel):
    """Which lists of which sites.

    `sites` are base addresses, as of the front page. `overlap_hours` is how far behind the newest record a later run
    begins again: a comment that waits for its moderator appears under the date it was written.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    sites: tuple[Annotated[str, StringConstraints(pattern=r"^https?://[^/\s?#]+(/[^\s?#]*)?$")], ...] = Field(
        min_length=1
    )
    kinds: tuple[Kind, ...] = Field(default=("posts", "comments"), min_length=1)
    overlap_hours: float = Field(default=48, ge=0, le=24 * 31)


@dataclass(frozen=True, slots=True)
class _Walk:
    """One list in one order. `published_after` bounds a walk by change to posts that can still be held."""

    site: str
    kind: Kind
    order: Order
    published_after: datetime | None = None

    @property
    def base(self) -> str:
        """Host and path, without scheme: a site that moves to https keeps its ids."""
        parts = urlsplit(self.site)
        return parts.netloc.lower() + parts.path.rstrip("/")

    @property
    def key(self) -> str:
        """Of its position in the cursor."""
        return f"{self.base}/{self.kind}/{self.order}"

    @property
    def by_change(self) -> "_Walk":
        """The same list in the order of its changes."""
        return replace(self, order="modified")


class WordPressCollector:
    """Speaks `Collector` for posts and comments."""

    walks_whole: ClassVar[bool] = True

    def __init__(self, entry: Entry, query: WordPressQuery, transport: Transport) -> None:
        """Hold what to read; nothing is requested yet."""
        self._entry = entry
        self._query = query
        self._transport = transport
        self._without_permalinks: set[str] = set()

    async def pages(self, window: Window, cursor: Mapping[str, Any] | None) -> AsyncIterator[Page]:
        """Yield each list, oldest first, from the window's start or from `overlap_hours` before the cursor on.

        A list that fails does not keep the others from being read: the first failure is raised at the end.

        Raises:
            SourceFailed, SourceUnavailable, PermissionRefused: As the transport says, or what came is no list.
        """
        state: dict[str, str] = dict((cursor or {}).get("walks", {}))
        failure: ListeningError | None = None
        seen: set[bytes] = set()
        for walk in self._walks(window, state):
            try:
                async for page in self._pages(walk, window, state, seen):
                    yield page
            except (SourceFailed, PermissionRefused) as error:
                failure = failure or error
        if failure is not None:
            raise failure

    def _walks(self, window: Window, state: Mapping[str, str]) -> list[_Walk]:
        """List what is walked: by change only where an earlier run left a position for it."""
        held = min(window.start, window.end - timedelta(days=self._entry.retention_days))
        walks = []
        for site in self._query.sites:
            for kind in self._query.kinds:
                walks.append(_Walk(site, kind, "date"))
                if kind == "posts" and (by_change := _Walk(site, kind, "modified", held)).key in state:
                    walks.append(by_change)
        return walks

    async def _pages(self, walk: _Walk, window: Window, state: dict[str, str], seen: set[bytes]) -> AsyncIterator[Page]:
        known = _naive(state.get(walk.key))
        since = None if known is None else known - timedelta(hours=self._query.overlap_hours)
        moved: tuple[Order, ...] = (walk.order,)
        if walk.by_change.key not in state:
            moved = ("date", "modified")  # a first walk by date says from when on changes are to be asked for
        number, last = 1, b""
        while True:
            answer = await self._ask(walk, since.isoformat() if since else _zoned(window.start), number)
            reads = self._records(walk, answer, number)
            if number > 1 and answer.body == last:
                return  # it ignores page numbers
            last = answer.body
            _advance(state, walk, moved, reads, window.end)
            posts = tuple(_fresh(reads, seen))
            skipped = Counter(read.made for read in reads if isinstance(read.made, str))
            if reads:
                yield Page(posts, {"walks": dict(state)}, dict(skipped))
            if number >= _page_count(answer, len(reads)):
                return
            newest = max((read.local[walk.order] for read in reads if read.local), default=None)
            if newest is not None and (since is None or newest - _SECOND > since):
                since, number = newest - _SECOND, 1
            else:
                number += 1

    async def _ask(self, walk: _Walk, since: str, number: int) -> Answer:
        asked = {
            "_fields": FIELDS[walk.kind],
            "per_page": str(PAGE_LIMIT),
            "page": str(number),
            "orderby": walk.order,
            "order": "asc",
            _AFTER[walk.order]: since,
        }
        if walk.published_after is not None:
            asked["after"] = _zoned(walk.published_after)
        site = walk.site.rstrip("/")
        if site not in self._without_permalinks:
            answer = await self._transport.get(f"{site}/wp-json/wp/v2/{walk.kind}?{urlencode(asked)}", self._entry)
            if _is_list(answer) or error_code(answer.body):
                return answer
        # A site without permalinks answers `/wp-json/` with a page of its own, of whatever status.
        plain = urlencode({"rest_route": f"/wp/v2/{walk.kind}", **asked})
        answer = await self._transport.get(f"{site}/?{plain}", self._entry)
        if _is_list(answer):
            self._without_permalinks.add(site)
        return answer

    def _records(self, walk: _Walk, answer: Answer, number: int) -> list[Read]:
        code = "" if answer.status == 200 else error_code(answer.body)
        if answer.status == 400 and number > 1 and code.endswith("_invalid_page_number"):
            return []  # the list shrank under way
        reads = None
        if answer.status == 200:
            reads = parse_list(answer.body, self._entry, kind=walk.kind, base=walk.base)
        if reads is not None:
            return reads
        if answer.status in {401, 403}:
            problem = f"it shows its {walk.kind} to those who are logged in only"
            remedy = "Ask the site, or take this kind out of query.kinds."
        elif code == "rest_no_route":
            problem = f"its REST API has no list of {walk.kind}"
            remedy = "Use its feed, with collector feed, or take this kind out of query.kinds."
        else:
            problem = f"it answered with status {answer.status} and no list of {walk.kind}"
            remedy = "Check that query.sites names WordPress sites with a public REST API."
        raise SourceFailed(source_id=self._entry.source_id, problem=problem, remedy=remedy)


def _advance(state: dict[str, str], walk: _Walk, moved: tuple[Order, ...], reads: list[Read], end: datetime) -> None:
    """Move the positions of a list forward. A date beyond the window's end would put what comes next out of reach."""
    for order in moved:
        key = _Walk(walk.site, walk.kind, order).key
        found = [read.local[order] for read in reads if order in read.local and read.at[order] <= end]
        known = _naive(state.get(key))
        if found:
            state[key] = max(found if known is None else [*found, known]).isoformat()


def _fresh(reads: list[Read], seen: set[bytes]) -> list[RawPost]:
    """Give the posts that this run has not given as they are now: the ends of two requests overlap by a second."""
    posts = []
    for read in reads:
        if isinstance(read.made, str):
            continue
        digest = hashlib.sha256(f"{read.made.native_id} {read.at.get('modified')}".encode()).digest()
        if digest not in seen:
            seen.add(digest)
            posts.append(read.made)
    return posts


def _page_count(answer: Answer, record_count: int) -> int:
    """Say how many pages the list has, by its header, or by whether this one is full where a proxy took that away."""
    said = answer.headers.get("x-wp-totalpages", "")
    if said.isdecimal():
        return int(said)
    return 1 if record_count < PAGE_LIMIT else 1_000_000


def _is_list(answer: Answer) -> bool:
    return answer.status == 200 and answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"["


def _zoned(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _naive(said: str | None) -> datetime | None:
    moment = parse_instant(said)
    return None if moment is None else moment.replace(tzinfo=None)
