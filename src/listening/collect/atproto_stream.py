"""Follows an AT Protocol stream from where the last run left it, for the names of deleted posts and closed accounts.

One connection a run, to an address that was resolved once and checked as the transport checks its own. Nothing of what
the stream says is kept but names, and those until they are handed on.
"""

import asyncio
import contextlib
import enum
import hashlib
import logging
import socket
import ssl
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlencode, urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from listening import __version__
from listening.catalogue.entry import Entry
from listening.collect.addresses import AddressRefused, resolve
from listening.collect.atproto_frames import DIALECTS, Frame, Place
from listening.collect.robots import read_robots
from listening.collect.transport import Transport
from listening.errors import PermissionRefused, SourceFailed, SourceUnavailable
from listening.settings import Settings

MAX_NAMES = 1_000
"""Most names of one page."""
MAX_MESSAGE = 2 * 1024 * 1024
"""Bytes of a frame. A commit's blocks may be 2,000,000 at most."""
_TOO_BIG = 1009
_CONNECT_S = 15.0
_SILENT = logging.Logger("silent")  # noqa: LOG001 (this is what keeps it out of the tree)
"""Stands outside the tree of loggers, so that no configuration makes it write: websockets logs addresses and frames."""
_SILENT.disabled = True


class Position(BaseModel):
    """Where in the stream the last run ended; `of` tells which stream it was."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)
    seq: Place
    of: str | None = None

    @classmethod
    def read(cls, held: Any) -> Self | None:
        """Read a stored position; one of another form is none."""
        with contextlib.suppress(ValidationError):
            return cls.model_validate(held)
        return None


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a stream is read: `seconds` in all, and until nothing came for `idle_s`."""

    seconds: float
    idle_s: float


@dataclass(frozen=True, slots=True, repr=False)
class Deletions:
    """Names of what is gone, at most `MAX_NAMES`, and the position that is valid once they are committed."""

    gone: tuple[str, ...]
    gone_authors: tuple[str, ...]
    position: Mapping[str, Any] | None
    skipped: Mapping[str, int]


class _End(enum.Enum):
    IDLE = enum.auto()
    TIME = enum.auto()
    BROKEN = enum.auto()
    TOO_BIG = enum.auto()


class _Pending:
    """What was read and not handed on yet."""

    def __init__(self, key: str, seq: int | None) -> None:
        self.key = key
        self.seq = seq
        self.is_guess = False
        self.notes: Counter[str] = Counter()
        self._posts: dict[str, None] = {}
        self._authors: dict[str, None] = {}

    def add(self, frame: Frame) -> list[Deletions]:
        """Take a frame in; give the pages that became full. Their position stands before a frame they hold in part."""
        named = len(frame.gone) + (frame.closed is not None)
        full = [self.give()] if self._count and self._count + named > MAX_NAMES else []
        self.notes.update(frame.notes)
        self._posts.update(dict.fromkeys(frame.gone))
        if frame.closed is not None:
            self._authors[frame.closed] = None
        if frame.opened is not None:
            self._authors.pop(frame.opened, None)
        while self._count > MAX_NAMES:
            full.append(self.give())
        if frame.is_reset:
            self.reset()
        elif frame.place is not None:
            self.seq = frame.place if self.seq is None or self.is_guess else max(self.seq, frame.place)
            self.is_guess = False
        return full

    def give(self) -> Deletions:
        """Hand on up to `MAX_NAMES` names."""
        posts = tuple(self._posts)[:MAX_NAMES]
        authors = tuple(self._authors)[: MAX_NAMES - len(posts)]
        for name in posts:
            del self._posts[name]
        for name in authors:
            del self._authors[name]
        notes, self.notes = dict(self.notes), Counter()
        position = None if self.seq is None else {"seq": self.seq, "of": self.key}
        return Deletions(posts, authors, position, notes)

    def reset(self) -> None:
        """Forget the position: what lies between it and the next frame was not read."""
        self.seq, self.is_guess = None, False
        self.notes["stream_reset"] += 1

    @property
    def _count(self) -> int:
        return len(self._posts) + len(self._authors)


class Stream:
    """One stream, for one run."""

    def __init__(
        self,
        address: str,
        entry: Entry,
        transport: Transport,
        settings: Settings | None,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Connect to nothing yet.

        Args:
            address: `ws` or `wss`, with a path of `DIALECTS` and no query.
            entry: Whose stream it is.
            transport: Asks robots.txt, where the entry obeys it.
            settings: Say the contact and whether loopback may be reached; without them it may not.
            limits: How long to read.
            clock: Seconds since 1970; the place in a stream that counts time and sends nothing.
        """
        self._address = urlsplit(address)
        self._entry = entry
        self._transport = transport
        self._settings = settings
        self._limits = limits
        self._clock = clock
        self._dialect = DIALECTS[self._address.path]
        self._key = hashlib.sha256(address.encode()).hexdigest()[:16]

    async def deletions(self, held: Any) -> AsyncGenerator[Deletions, None]:
        """Read on from the stored position, or from now on, until the stream is idle or its time has passed.

        Counted are `bad_frame`, `stream_reset` (a position did not hold: what lay between was not read),
        `stream_unplaced` (no frame told a position: what goes until one does is not read), `stream_incomplete` (a frame
        that does not list what went), `stream_unfinished` (more may wait), `frame_too_big` and `account_paused`.

        Raises:
            PermissionRefused: robots.txt disallows it.
            SourceFailed: Its address may not be reached.
            SourceUnavailable: It cannot be reached, or broke off; what was yielded before stays valid.
        """
        pending = self._resume(held)
        connection = await self._connect(pending.seq)
        if pending.seq is None and self._dialect.is_clock:
            pending.seq, pending.is_guess = int(self._clock() * 1_000_000), True
        deadline = asyncio.get_running_loop().time() + self._limits.seconds
        end, is_refused = None, False
        try:
            while end is None and not is_refused:
                message = await self._next(connection, deadline)
                if isinstance(message, _End):
                    end = message
                    continue
                frame = self._dialect.read(message)
                for page in pending.add(frame):
                    yield page
                if frame.is_last and frame.is_reset:
                    end = _End.IDLE
                is_refused = frame.is_last and not frame.is_reset
        finally:
            await connection.close()
        if end is _End.TOO_BIG:
            # It would come again at each run, and its place is unknown.
            pending.notes["frame_too_big"] += 1
            pending.reset()
        if end is _End.TIME:
            pending.notes["stream_unfinished"] += 1
        if pending.seq is None:
            pending.notes["stream_unplaced"] += 1
        yield pending.give()
        if is_refused or end is _End.BROKEN:
            raise self._unavailable("its stream broke off")

    def _resume(self, held: Any) -> _Pending:
        position = Position.read(held)
        if position is not None and position.of not in {None, self._key}:
            pending = _Pending(self._key, None)
            pending.reset()
            return pending
        return _Pending(self._key, None if position is None else position.seq)

    async def _next(self, connection: ClientConnection, deadline: float) -> str | bytes | _End:
        left = deadline - asyncio.get_running_loop().time()
        if left <= 0:
            return _End.TIME
        try:
            async with asyncio.timeout(min(left, self._limits.idle_s)):
                return await connection.recv()
        except TimeoutError:
            return _End.IDLE if left >= self._limits.idle_s else _End.TIME
        except ConnectionClosed as error:
            is_too_big = error.sent is not None and error.sent.code == _TOO_BIG
        return _End.TOO_BIG if is_too_big else _End.BROKEN

    async def _connect(self, seq: int | None) -> ClientConnection:
        await self._ask_robots()
        params = dict(self._dialect.params)
        if seq is not None:
            params["cursor"] = str(max(seq - self._dialect.rewind, 0))
        address = urlunsplit(self._address._replace(query=urlencode(params)))
        is_refused = False
        try:
            async with asyncio.timeout(_CONNECT_S):
                return await self._open(address)
        except AddressRefused:
            is_refused = True
        # A redirect is a ValueError: it is not followed, since a socket is given.
        except (OSError, TimeoutError, WebSocketException, EOFError, ValueError):
            pass
        if is_refused:
            raise SourceFailed(
                source_id=self._entry.source_id,
                problem="the address of its stream may not be reached",
                remedy="Look at its catalogue entry.",
            )
        raise self._unavailable("its stream cannot be reached")

    async def _open(self, address: str) -> ClientConnection:
        host, is_secure = self._address.hostname or "", self._address.scheme == "wss"
        contact = self._entry.contact or (self._settings.contact if self._settings else "")
        sock = await self._dial(host, self._address.port or (443 if is_secure else 80))
        secure: dict[str, Any] = {"ssl": ssl.create_default_context(), "server_hostname": host} if is_secure else {}
        try:
            return await connect(
                address,
                sock=sock,
                proxy=None,
                compression=None,
                max_size=MAX_MESSAGE,
                open_timeout=_CONNECT_S,
                close_timeout=1,
                logger=_SILENT,
                user_agent_header=f"listening/{__version__} (+{contact.encode('ascii', 'ignore').decode()})",
                **secure,
            )
        except BaseException:
            sock.close()
            raise

    async def _dial(self, host: str, port: int) -> socket.socket:
        """Connect to the first address that answers, after all of them were checked."""
        loop = asyncio.get_running_loop()
        allow_loopback = self._settings is not None and self._settings.allow_loopback
        for address in await resolve(host, port, allow_loopback=allow_loopback):
            sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
            sock.setblocking(False)
            try:
                await loop.sock_connect(sock, (address, port))
            except OSError:
                sock.close()
            except BaseException:
                sock.close()
                raise
            else:
                return sock
        raise OSError

    async def _ask_robots(self) -> None:
        if self._entry.robots != "obey":
            return
        scheme = "https" if self._address.scheme == "wss" else "http"
        address = urlunsplit((scheme, self._address.netloc, "/robots.txt", "", ""))
        answer = await self._transport.get(address, self._entry)
        robots = read_robots(answer.status, answer.body)
        if robots is None or not robots.allows(urlunsplit(self._address._replace(scheme=scheme))):
            raise PermissionRefused(
                source_id=self._entry.source_id,
                problem="its robots.txt disallows the address of its stream, or cannot be read",
                remedy="Ask the site for a written permission, or leave query.stream out.",
            )

    def _unavailable(self, problem: str) -> SourceUnavailable:
        return SourceUnavailable(
            source_id=self._entry.source_id, problem=problem, remedy="Run again later; nothing was lost."
        )
