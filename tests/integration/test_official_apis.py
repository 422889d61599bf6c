"""The official APIs' collectors through the real transport: logins, and every dialect of a rate limit on 429, 503 and 200."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from listening.catalogue.entry import Entry
from listening.collect.base import Page, Window
from listening.collect.reddit import RedditCollector, RedditQuery
from listening.collect.stackexchange import StackExchangeCollector, StackExchangeQuery
from listening.collect.transport import Transport
from listening.collect.x_api import XCollector, XQuery
from listening.collect.youtube import YouTubeCollector, YouTubeQuery
from listening.errors import SourceFailed, SourceUnavailable
from listening.settings import Settings

pytestmark = pytest.mark.integration

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MADE = NOW - timedelta(hours=3)
Source = Callable[..., Entry]


@dataclass(frozen=True)
class Api:
    """One collector, the path it asks, and a page with one post on it."""

    make: Callable[[Entry, str, Transport], Any]
    path: str
    page: dict[str, Any]


def _reddit(entry: Entry, url: str, transport: Transport) -> Any:
    query = RedditQuery(
        subreddits=("medicine",), kinds=("posts",), client_id_variable="API_ID", client_secret_variable="API_SECRET",
        api=url, login=url,
    )  # fmt: skip
    return RedditCollector(entry, query, transport)


def _x(entry: Entry, url: str, transport: Transport) -> Any:
    return XCollector(entry, XQuery(queries=("#icu",), token_variable="API_SECRET", api=url), transport)


def _stackexchange(entry: Entry, url: str, transport: Transport) -> Any:
    query = StackExchangeQuery(site="medicalsciences", kinds=("questions",), api=url)
    return StackExchangeCollector(entry, query, transport)


def _youtube(entry: Entry, url: str, transport: Transport) -> Any:
    return YouTubeCollector(entry, YouTubeQuery(videos=("video-1",), key_variable="API_SECRET", api=url), transport)


APIS = {
    "reddit": Api(
        _reddit,
        "/r/medicine/new",
        {"kind": "Listing", "data": {"after": None, "children": [{"kind": "t3", "data": {
            "name": "t3_1", "author": "ida", "created_utc": MADE.timestamp(), "title": "CANARYWORDS"}}]}},
    ),
    "x": Api(
        _x,
        "/2/tweets/search/recent",
        {"meta": {"result_count": 1}, "data": [
            {"id": "1", "text": "CANARYWORDS", "author_id": "7", "created_at": MADE.isoformat()}]},
    ),
    "stackexchange": Api(
        _stackexchange,
        "/2.3/questions",
        {"has_more": False, "quota_remaining": 99, "items": [
            {"question_id": 1, "body": "CANARYWORDS", "owner": {"user_id": 7}, "creation_date": int(MADE.timestamp()),
             "last_activity_date": int(MADE.timestamp())}]},
    ),
    "youtube": Api(
        _youtube,
        "/youtube/v3/commentThreads",
        {"items": [{"snippet": {"topLevelComment": {"id": "Ug1", "snippet": {
            "textDisplay": "CANARYWORDS", "authorChannelId": {"value": "UCida"}, "publishedAt": MADE.isoformat()}}}}]},
    ),
}  # fmt: skip


@dataclass
class Run:
    """What a collector gave before it ended or failed, and how long it took."""

    pages: list[Page]
    failure: Exception | None
    seconds: float

    @property
    def count(self) -> int:
        return sum(len(page.posts) for page in self.pages)


@pytest.fixture
def read(
    source: Source, loopback_settings: Settings, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Run]:
    monkeypatch.setenv("API_ID", "an-id")
    monkeypatch.setenv("API_SECRET", "CANARYSECRET")
    token = {"access_token": "CANARYTOKEN", "token_type": "bearer", "expires_in": 86400}
    httpserver.expect_request("/api/v1/access_token", method="POST").respond_with_json(token)

    def run(api: Api, *, max_wait_s: float = 5.0) -> Run:
        pages: list[Page] = []

        async def collect() -> None:
            async with Transport(loopback_settings, attempts=2, timeout_s=5.0, max_wait_s=max_wait_s) as transport:
                entry = source("any", {})
                made = api.make(entry, httpserver.url_for("/").rstrip("/"), transport)
                async for page in made.pages(Window(NOW - timedelta(days=6), NOW), None):
                    pages.append(page)  # noqa: PERF401 (what came before a failure counts)

        failure = None
        started = time.monotonic()
        try:
            asyncio.run(collect())
        except Exception as error:
            failure = error
        return Run(pages, failure, time.monotonic() - started)

    return run


def is_quiet(failure: Exception | None) -> bool:
    assert failure is not None
    said = f"{failure} {failure!r} {getattr(failure, 'details', '')} {failure.__context__!r}"
    return failure.__context__ is None and not any(word in said for word in ("CANARY", "127.0.0.1", "localhost"))


def as_json(said: Any) -> Response:
    return Response(json.dumps(said), content_type="application/json; charset=utf-8")


def answers_of(httpserver: HTTPServer, api: Api, *said: Response) -> list[float]:
    """Answer with these in turn; gives when each was asked for."""
    asked: list[float] = []

    def answer(_request: Request) -> Response:
        asked.append(time.monotonic())
        return said[len(asked) - 1]

    httpserver.expect_request(api.path).respond_with_handler(answer)
    return asked


@pytest.mark.parametrize("name", APIS)
def test_a_page_is_read_over_http(read: Callable[..., Run], httpserver: HTTPServer, name: str) -> None:
    api = APIS[name]
    httpserver.expect_request(api.path).respond_with_json(api.page)
    found = read(api)
    assert (found.count, found.failure) == (1, None)


@pytest.mark.parametrize(
    ("name", "status", "headers"),
    [
        *((name, status, {"Retry-After": "1"}) for name in APIS for status in (429, 503)),
        ("reddit", 429, {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "1", "x-ratelimit-used": "600"}),
        ("x", 429, {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "in two seconds"}),
        ("stackexchange", 429, {"Content-Type": "application/json"}),  # its dialect stands in the body
    ],
)
def test_a_short_limit_is_waited_out(
    read: Callable[..., Run], httpserver: HTTPServer, name: str, status: int, headers: dict[str, str]
) -> None:
    headers = {k: str(int(time.time()) + 2) if v == "in two seconds" else v for k, v in headers.items()}
    limited = Response(b'{"error_message": "CANARYWORDS", "backoff": 1}', status=status, headers=headers)
    answers_of(httpserver, APIS[name], limited, as_json(APIS[name].page))
    found = read(APIS[name])
    assert (found.count, found.failure) == (1, None)
    assert found.seconds >= 0.9


@pytest.mark.parametrize("name", APIS)
def test_a_long_limit_ends_the_run_typed(read: Callable[..., Run], httpserver: HTTPServer, name: str) -> None:
    api = APIS[name]
    httpserver.expect_request(api.path).respond_with_data("CANARYWORDS", status=429, headers={"Retry-After": "900"})
    found = read(api)
    assert type(found.failure) is SourceUnavailable
    assert is_quiet(found.failure)
    assert found.seconds < 5


@pytest.mark.parametrize("name", APIS)
@pytest.mark.parametrize("body", [b"<html>CANARYWORDS", b'{"data": [CANARYWORDS', b"[]", b'{"CANARYWORDS": 1}'])
def test_an_unknown_form_under_200_ends_the_run_typed(
    read: Callable[..., Run], httpserver: HTTPServer, name: str, body: bytes
) -> None:
    api = APIS[name]
    httpserver.expect_request(api.path).respond_with_data(body, content_type="application/json")
    found = read(api)
    assert type(found.failure) is SourceFailed
    assert is_quiet(found.failure)


def test_a_backoff_in_the_body_is_waited_out(read: Callable[..., Run], httpserver: HTTPServer) -> None:
    api = APIS["stackexchange"]
    more = as_json({**api.page, "has_more": True, "backoff": 1})
    asked = answers_of(httpserver, api, more, as_json(api.page))
    found = read(api)
    assert found.failure is None
    assert asked[1] - asked[0] >= 0.95


@pytest.mark.parametrize("limit", [{"backoff": 900}, {"quota_remaining": 0}])
def test_a_long_backoff_or_a_used_up_quota_ends_the_run_after_what_came(
    read: Callable[..., Run], httpserver: HTTPServer, limit: dict[str, int]
) -> None:
    api = APIS["stackexchange"]
    asked = answers_of(httpserver, api, as_json({**api.page, "has_more": True, **limit}), as_json(api.page))
    found = read(api, max_wait_s=0.5)
    assert (found.count, len(asked)) == (1, 1)
    assert type(found.failure) is SourceUnavailable
    assert is_quiet(found.failure)
    assert found.pages[-1].cursor["lists"]


def test_youtubes_used_up_day_ends_the_run_and_the_host_is_left_alone(
    read: Callable[..., Run], httpserver: HTTPServer
) -> None:
    said = {"error": {"code": 403, "message": "CANARYWORDS", "errors": [{"reason": "quotaExceeded"}]}}
    httpserver.expect_request(APIS["youtube"].path).respond_with_json(said, status=403)
    found = read(APIS["youtube"])
    assert type(found.failure) is SourceUnavailable
    assert "quota" in str(found.failure)
    assert is_quiet(found.failure)
    assert len(httpserver.log) == 1
