"""The demo's server on loopback: a Mastodon API and static feeds, as their real servers answer."""

import hashlib
import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from listening.samples.mastodon import instance, make_timelines, tag_timeline
from listening.samples.model import SampleSet

RATE_PERIOD = timedelta(minutes=5)
_TYPES = {".json": "application/feed+json", ".xml": "application/xml; charset=utf-8", ".txt": "text/plain"}
_TAG_PREFIX = "/api/v1/timelines/tag/"


class DemoServer:
    """Serves a sample on 127.0.0.1 at a free port while the `with` block runs; it logs nothing.

    `/api/v1/timelines/tag/:tag` and `/api/v2/instance` speak Mastodon 4.6.4; `/feeds/*` and `/robots.txt` are the files of
    `write_feeds`, with ETag, Last-Modified and 304.
    """

    def __init__(self, sample_set: SampleSet, feeds: Path, *, rate_limit: int = 30_000) -> None:
        """Hold what to serve.

        Args:
            sample_set: Its Mastodon posts are served.
            feeds: The folder `write_feeds` wrote.
            rate_limit: API requests within five minutes before the answer is 429; Mastodon's own default is 300.
        """
        self._timelines = make_timelines(sample_set.of_channel("mastodon"))
        self._modified = sample_set.now.replace(microsecond=0)
        names = ["robots.txt", *(f"feeds/{path.name}" for path in sorted((feeds / "feeds").iterdir()))]
        self._files = {f"/{name}": (feeds / name).read_bytes() for name in names}
        self._rate_limit = rate_limit
        self._lock = threading.Lock()
        self._period_end = datetime.min.replace(tzinfo=UTC)
        self._left = rate_limit
        self._http: ThreadingHTTPServer | None = None
        self.requests = 0
        """Requests answered so far, so that a test can see that none was made."""

    @property
    def base_url(self) -> str:
        """Scheme, host and port, without a slash at the end.

        Raises:
            RuntimeError: The server is not running.
        """
        if self._http is None:
            raise RuntimeError("DemoServer is not running: use it in a with block")
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"demo": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._http is not None:
            self._http.shutdown()
            self._http.server_close()
            self._thread.join()
            self._http = None

    def answer(self, target: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Answer a GET, header names in lower case, by status, headers and body."""
        parts = urlsplit(target)
        self.requests += 1
        if parts.path.startswith("/api/"):
            return self._api(parts.path, dict(parse_qsl(parts.query)))
        content = self._files.get(unquote(parts.path))
        if content is None:
            return HTTPStatus.NOT_FOUND, {"Content-Type": "text/plain"}, b"Not found\n"
        validators = {
            "ETag": f'"{hashlib.sha256(content).hexdigest()[:24]}"',
            "Last-Modified": format_datetime(self._modified, usegmt=True),
            "Cache-Control": "max-age=0",
        }
        if _is_fresh(headers, validators["ETag"], self._modified):
            return HTTPStatus.NOT_MODIFIED, validators, b""
        return HTTPStatus.OK, {"Content-Type": _TYPES[Path(parts.path).suffix], **validators}, content

    def _api(self, path: str, params: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        is_allowed, headers = self._spend()
        headers["Content-Type"] = "application/json; charset=utf-8"
        if not is_allowed:
            return HTTPStatus.TOO_MANY_REQUESTS, headers, b'{"error":"Too many requests"}'
        if path == "/api/v2/instance":
            return HTTPStatus.OK, headers, json.dumps(instance(self.base_url, len(self._timelines.statuses))).encode()
        if path.startswith(_TAG_PREFIX):
            page, link = tag_timeline(self._timelines, unquote(path.removeprefix(_TAG_PREFIX)), params, self.base_url)
            if link:
                headers["Link"] = link
            return HTTPStatus.OK, headers, json.dumps(page, ensure_ascii=False).encode()
        return HTTPStatus.NOT_FOUND, headers, b'{"error":"Record not found"}'

    def _spend(self) -> tuple[bool, dict[str, str]]:
        """Count one API request: whether it is allowed, and Mastodon's three headers (the reset in ISO 8601)."""
        with self._lock:
            now = datetime.now(UTC)
            if now >= self._period_end:
                self._period_end, self._left = now + RATE_PERIOD, self._rate_limit
            is_allowed = self._left > 0
            self._left -= is_allowed
            return is_allowed, {
                "X-RateLimit-Limit": str(self._rate_limit),
                "X-RateLimit-Remaining": str(self._left),
                "X-RateLimit-Reset": self._period_end.isoformat(timespec="microseconds").replace("+00:00", "Z"),
            }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    demo: DemoServer
    # Headers and body go out in two writes: without this each answer waits for a delayed ACK, some 40 ms.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._respond(with_body=True)

    def do_HEAD(self) -> None:
        self._respond(with_body=False)

    def _respond(self, *, with_body: bool) -> None:
        status, headers, body = self.demo.answer(
            self.path, {name.lower(): value for name, value in self.headers.items()}
        )
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it)
        """Log nothing: a request's line can hold what a collector was told to keep."""


def _is_fresh(headers: Mapping[str, str], etag: str, modified: datetime) -> bool:
    """Say whether the client's copy is current; If-None-Match wins over If-Modified-Since (RFC 9110, 13.2.2)."""
    asked = headers.get("if-none-match")
    if asked is not None:
        return asked.strip() == "*" or etag in {part.strip().removeprefix("W/") for part in asked.split(",")}
    since = headers.get("if-modified-since")
    if since is None:
        return False
    try:
        return parsedate_to_datetime(since) >= modified
    except (ValueError, TypeError):
        return False
