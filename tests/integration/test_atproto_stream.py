"""The stream of a real PDS names the posts that were deleted and the accounts that were closed, each once."""

import asyncio
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from test_atproto_pds import Pds, node_modules, pds  # noqa: F401 (fixtures)

from listening.catalogue.entry import Entry
from listening.collect.atproto import AtprotoCollector, AtprotoQuery
from listening.collect.base import Page, Window
from listening.collect.registry import read_query
from listening.collect.transport import Transport
from listening.settings import Settings

pytestmark = pytest.mark.integration

PATH = "/xrpc/com.atproto.sync.subscribeRepos"


def test_the_stream_names_what_was_deleted_since_the_last_run_and_nothing_else(
    request: pytest.FixtureRequest, source: Callable[..., Entry], loopback_settings: Settings
) -> None:
    server: Pds = request.getfixturevalue("pds")
    ida, bo, cy = server.account(), server.account(), server.account()
    first_post, second_post = server.post(ida, "to be deleted"), server.post(ida, "to be deleted later")
    server.post(ida, "to stay")
    query = {"service": server.url, "repos": [ida.did], "stream": f"ws{server.url.removeprefix('http')}{PATH}"}
    entry = source("atproto", query)

    def run(cursor: Any = None) -> list[Page]:
        today = datetime.now(UTC)
        window = Window(today - timedelta(days=7), today + timedelta(minutes=1))

        async def collect() -> list[Page]:
            async with Transport(loopback_settings, attempts=2, timeout_s=10.0) as transport:
                collector = AtprotoCollector(entry, read_query(entry, AtprotoQuery), transport, loopback_settings)
                return [page async for page in collector.pages(window, cursor)]

        return asyncio.run(collect())

    def named(pages: list[Page]) -> tuple[list[str], list[str]]:
        return [name for page in pages for name in page.gone], [name for page in pages for name in page.gone_authors]

    # A first run starts at the present, so something has to happen while it listens.
    meanwhile = threading.Timer(1.5, server.post, (cy, "written while the first run listens"))
    meanwhile.start()
    first = run()
    meanwhile.join()
    assert named(first) == ([], [])
    assert len([post for page in first for post in page.posts]) == 3

    server.delete(ida, first_post)
    server.deactivate(bo)
    server.post(cy, "new, and no concern of the stream")
    second = run(_stored(first))
    assert named(second) == ([first_post], [bo.did])
    assert all(page.skipped.keys() <= {"already_read", "duplicate"} for page in second)

    server.delete(ida, second_post)
    third = run(_stored(second))
    assert named(third) == ([second_post], [])
    assert named(run(_stored(third))) == ([], [])

    ahead = _stored(third)
    ahead["stream"]["seq"] += 1_000_000
    reset = run(ahead)
    assert reset[-1].skipped["stream_reset"] == 1
    assert "stream" not in reset[-1].cursor
    for page in (*first, *second, *third):
        assert "did:" not in json.dumps(page.cursor)


def _stored(pages: list[Page]) -> Any:
    return json.loads(json.dumps(pages[-1].cursor))
