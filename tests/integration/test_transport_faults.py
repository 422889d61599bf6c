"""The transport against servers that hang, drip, break off, or send us elsewhere."""

import asyncio
import logging
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from listening.catalogue.entry import Entry
from listening.collect.transport import Answer, Transport
from listening.errors import SourceFailed, SourceUnavailable
from listening.settings import Settings

pytestmark = pytest.mark.integration

Source = Callable[..., Entry]


def get(settings: Settings, entry: Entry, *urls: str, **transport: Any) -> list[Answer]:
    headers = transport.pop("headers", None)

    async def ask() -> list[Answer]:
        async with Transport(settings, **{"attempts": 1, "timeout_s": 0.5, **transport}) as sender:
            return [await sender.get(url, entry, headers=headers) for url in urls]

    return asyncio.run(ask())


@contextmanager
def speaking(speak: Callable[[Any], None]) -> Iterator[str]:
    """Serve raw bytes: `speak` gets the socket once a request was read."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            try:
                speak(self.request)
            except OSError:
                return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def hang(_socket: Any) -> None:
    time.sleep(3)


def drip(socket: Any) -> None:
    socket.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(200):
        socket.sendall(b"x")
        time.sleep(0.1)


def break_off(socket: Any) -> None:
    socket.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nCANARY")


def babble(socket: Any) -> None:
    socket.sendall(b"CANARY this is no HTTP\r\n\r\n")


def close(_socket: Any) -> None:
    return


def flood(socket: Any) -> None:
    socket.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(200):
        socket.sendall(b"x" * 1_000_000)


@pytest.mark.parametrize(
    ("speak", "kind"),
    [
        (hang, SourceUnavailable),
        (drip, SourceUnavailable),
        (break_off, SourceUnavailable),
        (babble, SourceUnavailable),
        (close, SourceUnavailable),
        (flood, SourceFailed),
    ],
)
def test_a_server_that_misbehaves_costs_bounded_time_and_ends_typed(
    source: Source, loopback_settings: Settings, speak: Callable[[Any], None], kind: type[Exception]
) -> None:
    started = time.monotonic()
    with speaking(speak) as url, pytest.raises(kind) as caught:
        get(loopback_settings, source("feed", {}), f"{url}/CANARY")
    assert time.monotonic() - started < 15
    assert "CANARY" not in repr(caught.value.details)
    assert "127.0.0.1" not in str(caught.value)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_nobody_listening_is_unavailable(source: Source, loopback_settings: Settings) -> None:
    with pytest.raises(SourceUnavailable, match="cannot be reached"):
        get(loopback_settings, source("feed", {}), "http://127.0.0.1:9/")


def test_a_host_that_does_not_resolve_is_unavailable(source: Source, loopback_settings: Settings) -> None:
    with pytest.raises(SourceUnavailable, match="cannot be reached"):
        get(loopback_settings, source("feed", {}), "http://does-not-exist.invalid/")


@pytest.mark.parametrize(
    "url", ["http://[::1]:9/", "http://localhost:9/", "http://127.0.0.1:9/", "http://2130706433:9/"]
)
def test_loopback_under_any_name_is_refused_where_it_is_not_allowed(
    source: Source, loopback_settings: Settings, url: str
) -> None:
    strict = loopback_settings.model_copy(update={"allow_loopback": False})
    with pytest.raises(SourceFailed, match="may not be reached") as caught:
        get(strict, source("feed", {}), url)
    assert not isinstance(caught.value, SourceUnavailable)


def test_localhost_is_reached_by_name_where_it_is_allowed(
    source: Source, loopback_settings: Settings, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/x").respond_with_data("fine")
    (answer,) = get(loopback_settings, source("feed", {}), f"http://localhost:{httpserver.port}/x")
    assert answer.body == b"fine"
    assert httpserver.log[0][0].headers["Host"] == f"localhost:{httpserver.port}"


def test_a_request_is_tried_again_and_then_succeeds(
    source: Source, loopback_settings: Settings, httpserver: HTTPServer
) -> None:
    httpserver.expect_ordered_request("/x").respond_with_data("busy", status=503)
    httpserver.expect_ordered_request("/x").respond_with_data("late", status=408)
    httpserver.expect_ordered_request("/x").respond_with_data("fine")
    (answer,) = get(loopback_settings, source("feed", {}), httpserver.url_for("/x"), attempts=3, timeout_s=5.0)
    assert (answer.status, answer.body) == (200, b"fine")


def test_a_host_with_nothing_left_is_let_rest_before_the_next_request(
    source: Source, loopback_settings: Settings, httpserver: HTTPServer
) -> None:
    spent = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}
    httpserver.expect_request("/x").respond_with_data("fine", headers=spent)
    started = time.monotonic()
    get(loopback_settings, source("feed", {}), httpserver.url_for("/x"), httpserver.url_for("/x"), timeout_s=5.0)
    assert time.monotonic() - started >= 1


def test_a_host_is_asked_no_faster_than_its_entry_and_its_robots_txt_say(
    source: Source, loopback_settings: Settings, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nCrawl-delay: 0.5\n")
    httpserver.expect_request("/x").respond_with_data("fine")
    url = httpserver.url_for("/x")
    started = time.monotonic()
    get(loopback_settings, source("feed", {}, robots="obey"), url, url, url, timeout_s=5.0)
    assert time.monotonic() - started >= 0.9


@pytest.mark.parametrize("status", [500, 503, 429])
def test_an_unreachable_robots_txt_stops_the_fetch(
    source: Source, loopback_settings: Settings, httpserver: HTTPServer, status: int
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("", status=status)
    with pytest.raises(SourceUnavailable, match=r"robots\.txt cannot be read") as caught:
        get(loopback_settings, source("feed", {}, robots="obey"), httpserver.url_for("/x"))
    assert [request.path for request, _ in httpserver.log] == ["/robots.txt"]
    assert caught.value.__context__ is None


def test_a_token_does_not_follow_a_redirect_to_another_host(
    source: Source, loopback_settings: Settings, httpserver: HTTPServer
) -> None:
    seen: list[str | None] = []

    def answer(request: Request) -> Response:
        seen.append(request.headers.get("Authorization"))
        if request.path == "/x":
            return Response(status=302, headers={"Location": f"http://localhost:{httpserver.port}/y"})
        return Response("fine")

    httpserver.expect_request("/x").respond_with_handler(answer)
    httpserver.expect_request("/y").respond_with_handler(answer)
    headers = {"Authorization": "Bearer t0"}
    url = f"http://127.0.0.1:{httpserver.port}/x"
    get(loopback_settings, source("feed", {}), url, headers=headers, timeout_s=5.0)
    assert seen == ["Bearer t0", None]


def test_the_proxy_of_the_environment_is_not_used(
    source: Source, loopback_settings: Settings, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Through a proxy the address that was checked would not be the one that is reached.
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    httpserver.expect_request("/x").respond_with_data("fine")
    assert get(loopback_settings, source("feed", {}), httpserver.url_for("/x"), timeout_s=5.0)[0].status == 200


def test_retries_are_silent(
    source: Source,
    loopback_settings: Settings,
    httpserver: HTTPServer,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    httpserver.expect_request("/CANARY").respond_with_data("", status=503)
    with pytest.raises(SourceUnavailable):
        get(loopback_settings, source("feed", {}), httpserver.url_for("/CANARY"), attempts=2, timeout_s=5.0)
    ours = [record.getMessage() for record in caplog.records if record.name != "werkzeug"]
    assert not [message for message in ours if "CANARY" in message or "127.0.0.1" in message]
    assert "stamina" not in "".join(capfd.readouterr())
