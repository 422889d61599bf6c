"""Reads an AT Protocol network (Bluesky): author feeds, lists, starter packs, feeds, searches, and repositories.

Authors who ask not to be shown to the logged-out (`!no-unauthenticated`) are sent by the servers all the same; here they
are left out and counted, logged in or not. How a listing is walked, and what the cursor holds, says `atproto_walk`.
"""

import hashlib
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from listening.catalogue.entry import Entry
from listening.collect.atproto_bios import Bios
from listening.collect.atproto_client import Client, Login, Reply
from listening.collect.atproto_facets import mapping
from listening.collect.atproto_frames import JETSTREAM_PATH, RELAY_PATH
from listening.collect.atproto_parse import Profile, parse_records, parse_views
from listening.collect.atproto_stream import Limits, Stream
from listening.collect.atproto_walk import Listed, Pages, as_parameter, paged, searched, walk
from listening.collect.base import Page, Window
from listening.collect.transport import Transport
from listening.errors import SourceUnavailable
from listening.raw import RawPost
from listening.settings import Settings

PAGE_LIMIT = "100"
"""Most records a listing gives at once: servers refuse to be asked for more."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_DID = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]+")

Account = Annotated[
    str,
    StringConstraints(
        pattern=r"^(did:[a-z0-9]+:[A-Za-z0-9._:%-]+|[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)+)$"
    ),
]
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]


def _uri_of(collection: str) -> Any:
    return StringConstraints(pattern=rf"^at://[^/\s]+/{re.escape(collection)}/[^/\s]+$")


class AtprotoQuery(BaseModel):
    """What is read from one service.

    `service` is the base address of an AppView, or of the PDS that holds `repos`. `actors` are accounts whose author
    feeds are read, `repos` accounts whose repositories are, both as DIDs or handles; only a DID can tell ingest that an
    account was closed. `lists`, `starter_packs` and `feeds` are at-uris. `searches` are queries.

    With `reads_history` a first walk, and each walk without a cursor, goes to the end of an author's feed or repository,
    a hundred posts a request, so that posts dated before the window are found; without, it stops at the window's start,
    as it does for the others.

    `identifier_variable` and `password_variable` name environment variables that hold an app password's login.

    `stream` is the address of a relay's or PDS's `subscribeRepos`, or of a Jetstream, read at the end of each run for
    what was deleted since the last, until nothing came for `stream_idle_s` or `stream_seconds` have passed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    service: Annotated[str, StringConstraints(pattern=r"^https?://[^/\s?#@]+/?$")]
    actors: tuple[Account, ...] = ()
    repos: tuple[Account, ...] = ()
    lists: tuple[Annotated[str, _uri_of("app.bsky.graph.list")], ...] = ()
    starter_packs: tuple[Annotated[str, _uri_of("app.bsky.graph.starterpack")], ...] = ()
    feeds: tuple[Annotated[str, _uri_of("app.bsky.feed.generator")], ...] = ()
    searches: tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)], ...] = ()
    overlap_hours: float = Field(default=6, ge=0, le=168)
    reads_history: bool = True
    identifier_variable: Variable | None = None
    password_variable: Variable | None = None
    stream: (
        Annotated[
            str,
            StringConstraints(
                pattern=rf"^wss?://[^/\s?#@]+({re.escape(RELAY_PATH)}|{re.escape(JETSTREAM_PATH)})$", max_length=500
            ),
        ]
        | None
    ) = None
    stream_seconds: float = Field(default=60, gt=0, le=3600)
    stream_idle_s: float = Field(default=2, gt=0, le=60)

    @model_validator(mode="after")
    def _reads_something(self) -> Self:
        if not (self.actors or self.repos or self.lists or self.starter_packs or self.feeds or self.searches):
            raise ValueError("nothing to read: give actors, repos, lists, starter_packs, feeds or searches")
        return self

    @model_validator(mode="after")
    def _login_is_whole_and_private(self) -> Self:
        if (self.identifier_variable is None) != (self.password_variable is None):
            raise ValueError("identifier_variable and password_variable go together: set both, or neither")
        parts = urlsplit(self.service)
        if self.password_variable and parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ValueError("a password is sent over https only: correct service, or leave the login out")
        return self

    @model_validator(mode="after")
    def _stream_is_private(self) -> Self:
        parts = urlsplit(self.stream or "")
        # Asking for the port raises where it is none.
        if parts.port == 0 or (parts.scheme == "ws" and parts.hostname not in _LOOPBACK):
            raise ValueError("a stream is read over wss only: correct its address")
        return self

    @property
    def login(self) -> Login | None:
        """The login, where there is one."""
        if self.identifier_variable is None or self.password_variable is None:
            return None
        return Login(self.identifier_variable, self.password_variable)


class _LeftOut(Exception):
    """An account's listing is not to be had, or not to be read; `reason` is the word it is counted under."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, repr=False)
class _Listing:
    """One way of reading, by the query's key, and what is read."""

    kind: str
    name: str

    @property
    def key(self) -> str:
        """What its position is kept under: an account's name must not rest in the store."""
        return hashlib.sha256(f"{self.kind}\0{self.name}".encode()).hexdigest()[:32]

    @property
    def is_author(self) -> bool:
        """It is one account's, and ends where that account began."""
        return self.kind in {"actors", "repos"}


class AtprotoCollector:
    """Speaks `Collector` for AT Protocol services.

    `walks_whole` holds where neither a search nor a feed generator is read: both leave out what they will.
    """

    walks_whole: bool = False

    def __init__(
        self, entry: Entry, query: AtprotoQuery, transport: Transport, settings: Settings | None = None
    ) -> None:
        """Hold what to read; nothing is requested yet. Only the stream looks at the settings."""
        self.walks_whole = not (query.feeds or query.searches)
        self._entry = entry
        self._query = query
        self._transport = transport
        self._settings = settings
        self._place: Any = None

    async def pages(self, window: Window, cursor: Mapping[str, Any] | None) -> AsyncIterator[Page]:
        """Yield each listing's posts, newest first; a post met in several listings comes once a run.

        An account that was closed is named in `gone_authors` and counted as `author_gone`; the others are read. Where
        there is a stream, pages without posts follow, which name what it says is gone, whoever's it was.

        Raises:
            SettingsError: A variable of the login is not set.
            SourceFailed, SourceUnavailable: As the transport says, the login is refused, or what came is no listing.
        """
        client = Client(self._query.service, self._entry, self._transport, self._query.login)
        bios = Bios(client, self._entry)
        held = mapping((cursor or {}).get("listings"))
        self._place = (cursor or {}).get("stream") if self._query.stream else None
        state = {listing.key: held[listing.key] for listing in self._listings() if listing.key in held}
        seen: set[bytes] = set()
        for listing in self._listings():
            reason = None
            try:
                async for page in self._read(client, listing, window, state, seen):
                    if listing.kind != "repos":  # whose profile was read with it
                        await bios.fill(page.posts)
                    yield page
            except _LeftOut as left_out:
                reason = left_out.reason
            if reason is not None:
                yield self._left_out(listing, reason, state)
        async for page in self._deletions(state):
            yield page

    async def _deletions(self, state: dict[str, Any]) -> AsyncIterator[Page]:
        query = self._query
        if query.stream is None:
            return
        limits = Limits(query.stream_seconds, query.stream_idle_s)
        stream = Stream(query.stream, self._entry, self._transport, self._settings, limits)
        async with aclosing(stream.deletions(self._place)) as found:
            async for each in found:
                self._place = each.position
                yield Page((), self._cursor(state), each.skipped, each.gone, each.gone_authors)

    def _cursor(self, state: dict[str, Any]) -> dict[str, Any]:
        stream = {} if self._place is None else {"stream": self._place}
        return {"listings": dict(state), **stream}

    async def _read(
        self, client: Client, listing: _Listing, window: Window, state: dict[str, Any], seen: set[bytes]
    ) -> AsyncIterator[Page]:
        steps = walk(
            await self._pages_of(client, listing),
            window,
            state.get(listing.key),
            overlap=timedelta(hours=self._query.overlap_hours),
            reads_history=self._query.reads_history and listing.is_author,
            source_id=self._entry.source_id,
        )
        async for step in steps:
            if step.position is not None:
                state[listing.key] = step.position
            fresh = tuple(post for post in step.posts if _is_fresh(post, seen))
            skipped = step.skipped + Counter(duplicate=len(step.posts) - len(fresh))
            yield Page(fresh, self._cursor(state), dict(skipped))

    def _left_out(self, listing: _Listing, reason: str, state: dict[str, Any]) -> Page:
        is_gone = reason == "author_gone"
        if is_gone:
            # Its posts are removed: should it come back, it is read like a new one.
            state.pop(listing.key, None)
        gone = (listing.name,) if is_gone and _DID.fullmatch(listing.name) else ()
        return Page((), self._cursor(state), {reason: 1}, gone_authors=gone)

    def _listings(self) -> Iterator[_Listing]:
        for kind in ("actors", "repos", "lists", "starter_packs", "feeds", "searches"):
            for name in dict.fromkeys(getattr(self._query, kind)):
                yield _Listing(kind, name)

    async def _pages_of(self, client: Client, listing: _Listing) -> Pages:
        match listing.kind:
            case "actors":
                return self._views(client, "app.bsky.feed.getAuthorFeed", actor=listing.name)
            case "lists":
                await self._find_list(client, listing.name)
                return self._views(client, "app.bsky.feed.getListFeed", list=listing.name)
            case "starter_packs":
                uri = await self._list_of_pack(client, listing.name)
                return self._views(client, "app.bsky.feed.getListFeed", list=uri)
            case "feeds":
                return self._views(client, "app.bsky.feed.getFeed", feed=listing.name)
            case "searches":
                return self._search(client, listing.name)
        return await self._repository(client, listing.name)

    def _views(self, client: Client, method: str, **params: str) -> Pages:
        async def ask(token: str | None) -> Listed:
            reply = await client.ask(method, _asked(params, token))
            reads = parse_views(reply.body, self._entry) if reply.status == 200 else None
            if reads is None:
                raise self._refused(client, reply, token)
            return Listed(reads, _token(reply))

        return paged(ask)

    def _search(self, client: Client, words: str) -> Pages:
        async def ask(floor: datetime, until: datetime | None, token: str | None) -> Listed | None:
            params = {"q": words, "sort": "latest", "since": as_parameter(floor)}
            if until is not None:
                params["until"] = as_parameter(until)
            reply = await client.ask("app.bsky.feed.searchPosts", _asked(params, token))
            if reply.status in {400, 401, 403} and token is not None:
                return None
            reads = parse_views(reply.body, self._entry) if reply.status == 200 else None
            if reads is None:
                raise client.unexpected(reply)
            return Listed(reads, _token(reply))

        return searched(ask)

    async def _repository(self, client: Client, account: str) -> Pages:
        author = await self._profile(client, account)

        async def ask(token: str | None) -> Listed:
            params = {"repo": author.did, "collection": "app.bsky.feed.post"}
            reply = await client.ask("com.atproto.repo.listRecords", _asked(params, token))
            reads = parse_records(reply.body, self._entry, author) if reply.status == 200 else None
            if reads is None:
                raise self._refused(client, reply, token)
            return Listed(reads, _token(reply))

        return paged(ask)

    async def _profile(self, client: Client, account: str) -> Profile:
        """Find out whose repository it is and whether it may be read."""
        described = await client.ask("com.atproto.repo.describeRepo", {"repo": account})
        did = described.body.get("did")
        if described.status != 200 or not isinstance(did, str) or not _DID.fullmatch(did):
            if "could not resolve did" in str(described.body.get("message", "")).lower():
                raise SourceUnavailable(
                    source_id=self._entry.source_id,
                    problem="it cannot look an account up at present",
                    remedy="Run again later; nothing was lost.",
                )
            raise self._refused(client, described, None)
        params = {"repo": did, "collection": "app.bsky.actor.profile", "rkey": "self"}
        record = await client.ask("com.atproto.repo.getRecord", params)
        if record.status != 200 and record.error != "RecordNotFound":
            raise self._refused(client, record, None)
        profile = Profile.of(did, record.body.get("value"))
        if profile.is_opted_out:
            raise _LeftOut("author_no_unauthenticated")
        return profile

    async def _find_list(self, client: Client, uri: str) -> None:
        """Make sure the list is there: the feed of one that is not is empty, as if its members had deleted everything."""
        reply = await client.ask("app.bsky.graph.getList", {"list": uri, "limit": "1"})
        if reply.status != 200 or not mapping(reply.body.get("list")):
            raise client.unexpected(reply)

    async def _list_of_pack(self, client: Client, uri: str) -> str:
        reply = await client.ask("app.bsky.graph.getStarterPack", {"starterPack": uri})
        found = mapping(mapping(reply.body.get("starterPack")).get("list")).get("uri")
        if reply.status != 200 or not isinstance(found, str):
            raise client.unexpected(reply)
        return found

    def _refused(self, client: Client, reply: Reply, token: str | None) -> Exception:
        if reply.is_closed_account:
            return _LeftOut("author_gone")
        if reply.is_blocked:
            return _LeftOut("author_blocks")
        if reply.error == "InvalidRequest" and token is not None:
            return SourceUnavailable(
                source_id=self._entry.source_id,
                problem="it does not know a paging token of its own",
                remedy="Run again later; nothing was lost.",
            )
        return client.unexpected(reply)


def _asked(params: Mapping[str, str], token: str | None) -> dict[str, str]:
    return {**params, "limit": PAGE_LIMIT, **({"cursor": token} if token else {})}


def _token(reply: Reply) -> str | None:
    token = reply.body.get("cursor")
    return token if isinstance(token, str) and token else None


def _is_fresh(post: RawPost, seen: set[bytes]) -> bool:
    digest = hashlib.sha256(post.native_id.encode()).digest()
    is_fresh = digest not in seen
    seen.add(digest)
    return is_fresh
