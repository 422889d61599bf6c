"""The one place that sends requests: paced, bounded, honest about who asks, and silent about what was asked.

No cache: a poller under one misses new posts, and a cache on disk would hold raw text. Errors carry neither address nor
body, and no error of a library is chained to ours; httpx's and httpcore's loggers, which write addresses, are shut.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urljoin, urlsplit

import httpx
import orjson
import stamina
from aiolimiter import AsyncLimiter
from stamina.instrumentation import set_on_retry_hooks

from listening import __version__
from listening.catalogue.entry import Entry
from listening.collect.addresses import AddressRefused, PinnedTransport
from listening.collect.body import Unusable, read_body
from listening.collect.ratelimit import next_allowed_at
from listening.collect.robots import Robots, read_robots
from listening.errors import PermissionRefused, SourceFailed, SourceUnavailable
from listening.settings import Settings

MAX_HOPS = 5
"""Redirects that are followed."""
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_RETRIED = {408, 425, 429}
_LOGGERS = ("httpx", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")))


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional request is made with. They belong to one address, never to a site."""

    etag: str | None = None
    last_modified: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """As request headers."""
        said = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """A final answer: its status, headers (names in lower case), decoded body, and the address it came from.

    `has_moved` says that the way there began with a permanent redirect.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    has_moved: bool = False

    @property
    def validators(self) -> Validators:
        """For the next conditional request."""
        return Validators(self.headers.get("etag"), self.headers.get("last-modified"))


class _TryAgain(Exception):
    """The request may work later; `wait_s` is what the host asks for, 0 where it does not say."""

    def __init__(self, problem: str, wait_s: float = 0.0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.wait_s = wait_s


class _Host:
    """How hard one host may be asked: the strictest of those who ask it."""

    def __init__(self, entry: Entry) -> None:
        self.requests_per_second = entry.rate.requests_per_second
        self.limiter = AsyncLimiter(1, 1 / self.requests_per_second)
        self.gate = asyncio.Semaphore(entry.rate.concurrency)
        self.not_before: datetime | None = None

    def slow_to(self, requests_per_second: float) -> None:
        if requests_per_second < self.requests_per_second:
            self.requests_per_second = requests_per_second
            self.limiter = AsyncLimiter(1, 1 / requests_per_second)


class Transport:
    """HTTP for collectors; one for a run, used as an async context manager."""

    def __init__(
        self,
        settings: Settings,
        *,
        timeout_s: float = 30.0,
        attempts: int = 4,
        max_wait_s: float = 120.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Open nothing yet.

        Args:
            settings: Says the contact and whether loopback may be reached.
            timeout_s: For connecting and for each read; a whole answer may take four times as long.
            attempts: Tries per request.
            max_wait_s: Longest rest a host can ask for before the source counts as unavailable.
            clock: Aware; for the holds that hosts ask for.
        """
        self._settings = settings
        self._timeout_s = timeout_s
        self._attempts = attempts
        self._max_wait_s = max_wait_s
        self._clock = clock
        self._hosts: dict[str, _Host] = {}
        self._robots: dict[str, Robots | None] = {}
        self._client = httpx.AsyncClient(
            transport=PinnedTransport(allow_loopback=settings.allow_loopback),
            timeout=timeout_s,
            follow_redirects=False,
            trust_env=False,
        )
        _quieten()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def get(
        self, url: str, entry: Entry, *, headers: Mapping[str, str] | None = None, validators: Validators | None = None
    ) -> Answer:
        """Fetch an address as the entry allows; any final status is an answer, 304, 404 and 410 too.

        Raises:
            PermissionRefused: robots.txt of a host on the way disallows it.
            SourceFailed: The answer is too big, cannot be decoded, or leads where requests may not go.
            SourceUnavailable: The host cannot be reached, is overloaded, or asks for a long rest.
        """
        sent = {**(headers or {}), **(validators.headers if validators else {})}
        return await self._follow(url, entry, sent, obey=entry.robots == "obey")

    async def post(
        self,
        url: str,
        entry: Entry,
        *,
        json: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a body once, for a login: paced and bounded as `get`, but neither retried nor redirected.

        Raises:
            SourceFailed, SourceUnavailable: As `get`.
        """
        if json is not None:
            body, kind = orjson.dumps(dict(json)), "application/json"
        else:
            body, kind = urlencode(dict(form or {})).encode(), "application/x-www-form-urlencoded"
        problem = ""
        try:
            return await self._try(url, entry, {"Content-Type": kind, **(headers or {})}, body)
        except _TryAgain as error:
            problem = error.problem
        raise SourceUnavailable(source_id=entry.source_id, problem=problem, remedy="Run again later; nothing was lost.")

    async def _follow(self, url: str, entry: Entry, headers: Mapping[str, str], *, obey: bool) -> Answer:
        has_moved, first_host = False, urlsplit(url).netloc
        for hop in range(MAX_HOPS + 1):
            if obey:
                await self._ask_robots(url, entry)
            sent = headers if urlsplit(url).netloc == first_host else _without_secrets(headers)
            answer = await self._ask(url, entry, sent)
            target = answer.headers.get("location")
            if answer.status not in _REDIRECTS or target is None:
                return Answer(answer.status, answer.headers, answer.body, url, has_moved)
            has_moved = has_moved or (hop == 0 and answer.status in _PERMANENT)
            url = _redirected(url, target, entry)
        raise SourceFailed(
            source_id=entry.source_id, problem="it redirects without end", remedy="Correct the address in its entry."
        )

    async def _ask(self, url: str, entry: Entry, headers: Mapping[str, str]) -> Answer:
        problem, wait_s = "", 0.0
        try:
            async for attempt in stamina.retry_context(
                on=self._rest, attempts=self._attempts, timeout=None, wait_initial=0.5, wait_max=20.0
            ):
                with attempt:
                    return await self._try(url, entry, headers)
        except _TryAgain as error:
            problem, wait_s = error.problem, error.wait_s
        rest = f", and asks for a rest of {wait_s:.0f} s" if wait_s else ""
        raise SourceUnavailable(
            source_id=entry.source_id, problem=problem + rest, remedy="Run again later; nothing was lost."
        )

    def _rest(self, error: Exception) -> bool | float:
        if not isinstance(error, _TryAgain) or error.wait_s > self._max_wait_s:
            return False
        return error.wait_s or True

    async def _try(self, url: str, entry: Entry, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        host = self._host(url, entry)
        if host.not_before and (left := (host.not_before - self._clock()).total_seconds()) > 0:
            if left > self._max_wait_s:
                raise _TryAgain("it has no requests left for us", left)
            await asyncio.sleep(left)
        problem, is_final = "", False
        answer = None
        try:
            async with host.gate, host.limiter, asyncio.timeout(4 * self._timeout_s):
                answer = await self._send(url, entry, headers, body)
        except (TimeoutError, httpx.TimeoutException):
            problem = "it did not answer in time"
        except httpx.TransportError:
            problem = "it cannot be reached, or broke off its answer"
        except (AddressRefused, httpx.HTTPError, httpx.InvalidURL):
            problem, is_final = "its address, or where it redirects, may not be reached", True
        except Unusable as error:
            problem, is_final = error.problem, True
        if is_final:
            raise SourceFailed(source_id=entry.source_id, problem=problem, remedy="Look at its catalogue entry.")
        if answer is None:
            raise _TryAgain(problem)
        now = self._clock()
        is_json = "json" in answer.headers.get("content-type", "")
        host.not_before = next_allowed_at(answer.headers, answer.status, now, answer.body if is_json else b"")
        if answer.status in _RETRIED or answer.status >= 500:
            raise _TryAgain(f"it answered with status {answer.status}", (host.not_before - now).total_seconds())
        return answer

    async def _send(self, url: str, entry: Entry, headers: Mapping[str, str], content: bytes | None) -> Answer:
        contact = (entry.contact or self._settings.contact).encode("ascii", "ignore").decode()
        sent = {
            "User-Agent": f"listening/{__version__} (+{contact})",
            "Accept-Encoding": "gzip, deflate",
            **headers,
        }
        method = "GET" if content is None else "POST"
        async with self._client.stream(method, url, headers=sent, content=content) as response:
            received = {name.lower(): value for name, value in response.headers.items()}
            body = b"" if response.status_code in {*_REDIRECTS, 304} else await read_body(response)
        return Answer(response.status_code, received, body, url)

    def _host(self, url: str, entry: Entry) -> _Host:
        name = urlsplit(url).netloc
        host = self._hosts.setdefault(name, _Host(entry))
        host.slow_to(entry.rate.requests_per_second)
        return host

    async def _ask_robots(self, url: str, entry: Entry) -> None:
        origin = urljoin(url, "/robots.txt")
        if origin not in self._robots:
            answer = None
            with contextlib.suppress(SourceFailed):
                answer = await self._follow(origin, entry, {}, obey=False)
            self._robots[origin] = read_robots(answer.status, answer.body) if answer else None
        robots = self._robots[origin]
        if robots is None:
            raise SourceUnavailable(
                source_id=entry.source_id,
                problem="its robots.txt cannot be read, and until it can nothing may be",
                remedy="Run again later.",
            )
        if not robots.allows(url):
            raise PermissionRefused(
                source_id=entry.source_id,
                problem="its robots.txt disallows the address",
                remedy="Ask the site for a written permission, or disable the source.",
            )
        if robots.crawl_delay_s > 0:
            self._host(url, entry).slow_to(1 / robots.crawl_delay_s)


def _redirected(url: str, target: str, entry: Entry) -> str:
    address = urljoin(url, target)
    scheme = urlsplit(address).scheme
    if scheme != "https" and scheme != urlsplit(url).scheme:
        raise SourceFailed(
            source_id=entry.source_id,
            problem="it redirects to what is neither https nor its own scheme",
            remedy="Correct the address in its entry.",
        )
    return address


def _without_secrets(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() != "authorization"}


def _say_nothing(_record: logging.LogRecord) -> bool:
    return False


def _quieten() -> None:
    """Shut the loggers that write addresses, by a filter that a later level or handler does not undo."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if _say_nothing not in logger.filters:
            logger.addFilter(_say_nothing)
    set_on_retry_hooks(())
