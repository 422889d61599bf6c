"""Reads timelines of tags and of accounts on Mastodon instances through their API.

Ids follow a post's own date, so a post that reaches an instance late stands behind newer ones. The cursor therefore
rests `overlap_hours` behind the newest post, and each run reads that overlap again; the store knows repeats by their key.
A first run walks back from the newest post to the window's start. The cursor keeps both ends while it does, so that a
run killed on the way goes on where the last commit stood.
"""

import hashlib
import os
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import quote, urlencode, urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from listening.catalogue.entry import Entry
from listening.collect.base import Page, Window
from listening.collect.mastodon_parse import Read, parse_account_id, parse_timeline
from listening.collect.transport import Transport
from listening.errors import SettingsError, SourceFailed
from listening.raw import RawPost

PAGE_LIMIT = 40
"""Most statuses a Mastodon timeline gives at once."""


class MastodonQuery(BaseModel):
    """Which tags, and which accounts (`user` or `user@host`), on which instances; at least one of either.

    `token_variable` names an environment variable that holds an app token, for instances that show their timelines to
    logged-in apps only. `local` leaves out what other instances sent.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    instances: tuple[Annotated[str, StringConstraints(pattern=r"^https?://[^/\s?#]+/?$")], ...] = Field(min_length=1)
    tags: tuple[Annotated[str, StringConstraints(pattern=r"^[^\s#/]+$")], ...] = ()
    accounts: tuple[Annotated[str, StringConstraints(pattern=r"^[^\s@/]+(@[^\s@/]+)?$")], ...] = ()
    local: bool = False
    overlap_hours: float = Field(default=6, ge=0, le=168)
    token_variable: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")] | None = None

    @model_validator(mode="after")
    def _something_is_read(self) -> Self:
        if not self.tags and not self.accounts:
            raise ValueError("neither tags nor accounts are given, so there is nothing to read")
        return self


class MastodonCollector:
    """Speaks `Collector` for tag timelines."""

    walks_whole: ClassVar[bool] = True

    def __init__(self, entry: Entry, query: MastodonQuery, transport: Transport) -> None:
        """Hold what to read; nothing is requested yet."""
        self._entry = entry
        self._query = query
        self._transport = transport

    async def pages(self, window: Window, cursor: Mapping[str, Any] | None) -> AsyncIterator[Page]:
        """Yield each timeline's posts: oldest first from the cursor on, newest first on the way back of a first run.

        A status met under several tags or instances comes once a run; the repeats are counted.

        Raises:
            SettingsError: The token's environment variable is not set.
            SourceFailed, SourceUnavailable: As the transport says, or what came is no timeline.
        """
        headers = self._headers()
        state: dict[str, Any] = dict((cursor or {}).get("timelines", {}))
        seen: set[bytes] = set()
        for instance in self._query.instances:
            host = urlsplit(instance).netloc
            ways = [(f"{host}/{tag.lower()}", _tag_path(tag)) for tag in self._query.tags]
            for account in self._query.accounts:
                path = await self._account_path(instance, account, headers)
                if path is None:
                    # Of another instance's account this one may know nothing yet: only its own word counts.
                    gone = (_full(account, host),) if _is_local(account, host) else ()
                    yield Page((), {"timelines": dict(state)}, {"author_gone": 1}, gone_authors=gone)
                    continue
                # An author never stands in a cursor in clear.
                ways.append((f"{host}/@{hashlib.sha256(account.lower().encode()).hexdigest()[:32]}", path))
            for key, path in ways:
                timeline = _Timeline(self, instance, path, headers)
                async for posts, position, skipped in timeline.walk(window, state.get(key)):
                    state[key] = position
                    fresh = tuple(post for post in posts if _is_fresh(post, seen))
                    if len(fresh) < len(posts):
                        skipped["duplicate"] += len(posts) - len(fresh)
                    yield Page(fresh, {"timelines": dict(state)}, dict(skipped))

    def _headers(self) -> dict[str, str]:
        if self._query.token_variable is None:
            return {}
        token = os.environ.get(self._query.token_variable)
        if not token:
            raise SettingsError(
                setting=self._query.token_variable,
                problem=f"not set, and source {self._entry.source_id} needs it",
                remedy="Set it to the app token that the instance gave you.",
            )
        return {"Authorization": f"Bearer {token}"}

    async def _account_path(self, instance: str, account: str, headers: Mapping[str, str]) -> str | None:
        """Give the path of an account's timeline; `None` where the instance has no such account (any more)."""
        url = f"{instance.rstrip('/')}/api/v1/accounts/lookup?{urlencode({'acct': account})}"
        answer = await self._transport.get(url, self._entry, headers=headers)
        if answer.status in {404, 410}:
            return None
        account_id = parse_account_id(answer.body) if answer.status == 200 else None
        if account_id is not None:
            return f"/api/v1/accounts/{quote(account_id, safe='')}/statuses"
        raise SourceFailed(
            source_id=self._entry.source_id,
            problem=f"asked for an account, it answered with status {answer.status} and none",
            remedy="Check query.accounts and query.token_variable.",
        )

    async def fetch(self, instance: str, path: str, headers: Mapping[str, str], **paging: str) -> list[Read]:
        """Ask for one page of a timeline."""
        asked = {"limit": str(PAGE_LIMIT), **({"local": "true"} if self._query.local else {}), **paging}
        url = f"{instance.rstrip('/')}{path}?{urlencode(asked)}"
        answer = await self._transport.get(url, self._entry, headers=headers)
        reads = None
        if answer.status == 200:
            reads = parse_timeline(answer.body, self._entry, instance_host=urlsplit(instance).hostname or "")
        if reads is not None:
            return reads
        if answer.status in {401, 403, 422}:
            problem, remedy = "it shows timelines to logged-in apps only", "Set query.token_variable."
        else:
            problem = f"it answered with status {answer.status} and no timeline"
            remedy = "Check that the instance speaks the Mastodon API."
        raise SourceFailed(source_id=self._entry.source_id, problem=problem, remedy=remedy)

    @property
    def overlap(self) -> timedelta:
        """How far behind the newest post the cursor rests."""
        return timedelta(hours=self._query.overlap_hours)


_Step = tuple[list[RawPost], dict[str, str], Counter[str]]


class _Timeline:
    """One timeline of one instance. Its position is `min_id`, and while a first run is under way `max_id` as well."""

    def __init__(self, collector: MastodonCollector, instance: str, path: str, headers: Mapping[str, str]) -> None:
        self._collector = collector
        self._instance = instance
        self._path = path
        self._headers = headers
        self._ids: list[tuple[datetime, str]] = []

    async def walk(self, window: Window, position: Mapping[str, str] | None) -> AsyncIterator[_Step]:
        low = (position or {}).get("min_id")
        back = (position or {}).get("max_id")
        if low is None or back is not None:
            reached = "0"
            async for posts, reached, skipped in self._back(window.start, back):
                yield posts, {"min_id": low or self._resting(window.end) or reached, "max_id": reached}, skipped
            low = low or self._resting(window.end) or reached
            yield [], {"min_id": low}, Counter()
            if position is None:
                return
        async for step in self._forward(window, low):
            yield step

    async def _back(
        self, start: datetime, max_id: str | None
    ) -> AsyncIterator[tuple[list[RawPost], str, Counter[str]]]:
        while True:
            reads = await self._fetch(**({"max_id": max_id} if max_id else {}))
            ids = [read.page_id for read in reads if read.page_id]
            if not ids or (max_id is not None and min(ids, key=_order) == max_id):
                return
            max_id = min(ids, key=_order)
            posts, skipped = _sorted_out(reads)
            inside = [post for post in posts if post.created_at >= start]
            if len(inside) < len(posts):
                skipped["before_window"] += len(posts) - len(inside)
            yield inside, max_id, skipped
            if all(read.created_at is not None and read.created_at < start for read in reads):
                return

    async def _forward(self, window: Window, low: str) -> AsyncIterator[_Step]:
        last = low
        while True:
            reads = await self._fetch(min_id=last)
            ids = [read.page_id for read in reads if read.page_id]
            if not ids or _order(max(ids, key=_order)) <= _order(last):
                return
            last = max(ids, key=_order)
            posts, skipped = _sorted_out(reads)
            yield posts[::-1], {"min_id": max(low, self._resting(window.end), key=_order)}, skipped

    async def _fetch(self, **paging: str) -> list[Read]:
        reads = await self._collector.fetch(self._instance, self._path, self._headers, **paging)
        self._ids += [(read.created_at, read.page_id) for read in reads if read.created_at and read.page_id]
        return reads

    def _resting(self, end: datetime) -> str:
        """Name the newest id that is `overlap` older than the newest post; empty where none was seen."""
        if not self._ids:
            return ""
        # A post dated into the future must not drag the rest of the timeline out of the overlap.
        edge = min(max(moment for moment, _ in self._ids), end) - self._collector.overlap
        return max((page_id for moment, page_id in self._ids if moment <= edge), key=_order, default="")


def _tag_path(tag: str) -> str:
    return f"/api/v1/timelines/tag/{quote(tag, safe='')}"


def _is_local(account: str, host: str) -> bool:
    return account.partition("@")[2].lower() in {"", host.partition(":")[0].lower()}


def _full(account: str, host: str) -> str:
    """Name an account as its posts do: `user@host`."""
    return account if "@" in account else f"{account}@{host.partition(':')[0]}"


def _order(page_id: str) -> tuple[int, str]:
    """Order ids as their servers do: numbers by size, ULIDs (all of one length) by letters."""
    return len(page_id), page_id


def _sorted_out(reads: list[Read]) -> tuple[list[RawPost], Counter[str]]:
    posts = [read.made for read in reads if not isinstance(read.made, str)]
    return posts, Counter(read.made for read in reads if isinstance(read.made, str))


def _is_fresh(post: RawPost, seen: set[bytes]) -> bool:
    digest = hashlib.sha256(post.native_id.encode()).digest()
    is_fresh = digest not in seen
    seen.add(digest)
    return is_fresh
