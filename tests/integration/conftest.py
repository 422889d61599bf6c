"""Servers nobody of ours wrote, on loopback, and entries that read them."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from loopback import free_port, wait_for

from listening.catalogue.entry import Entry
from listening.collect.base import Page, Window
from listening.collect.registry import open_collector
from listening.collect.transport import Transport
from listening.settings import Settings

TODAY = date(2026, 11, 22)
WINDOW = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


@pytest.fixture
def loopback_settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", allow_loopback=True, contact="tests@listening.example")


@pytest.fixture
def source() -> Callable[..., Entry]:
    def make(collector: str, query: Mapping[str, Any], **said: Any) -> Entry:
        plain: dict[str, Any] = {
            "source_id": "invented", "title": "Invented", "network": "invented", "collector": collector,
            "query": dict(query), "basis": "licence", "licence_reference": "L-1", "purpose": "to test",
            "terms": {"url": "https://example.org/t", "reviewed_on": TODAY, "reviewed_by_role": "counsel"},
            "expires_on": date(2027, 1, 1), "robots": "not-applicable", "retention_days": 30, "sponsored": False,
            "fields": ("native_id", "text", "created_at", "author_handle", "author_name", "author_bio", "links",
                       "engagement", "tags", "is_reply", "is_quote", "edited_at", "url", "content_hints"),
            "deletion": {"duty": "none", "deadline_hours": 24}, "expected_posts_a_day": 1, "enabled_by_default": True,
            "rate": {"requests_per_second": 50, "concurrency": 4},
        }  # fmt: skip
        return Entry.model_validate({**plain, **said})

    return make


@dataclass
class Run:
    """What a collector gave before it ended or failed."""

    pages: list[Page]
    failure: Exception | None

    @property
    def posts(self) -> list[Any]:
        return [post for page in self.pages for post in page.posts]

    @property
    def skipped(self) -> dict[str, int]:
        total: dict[str, int] = {}
        for page in self.pages:
            for reason, count in page.skipped.items():
                total[reason] = total.get(reason, 0) + count
        return total


@pytest.fixture
def collect(loopback_settings: Settings) -> Callable[..., Run]:
    def run(
        entry: Entry, cursor: Any = None, *, today: date = TODAY, settings: Settings | None = None, **transport: Any
    ) -> Run:
        pages: list[Page] = []
        used = settings or loopback_settings

        async def read() -> None:
            async with Transport(used, **{"attempts": 2, "timeout_s": 5.0, **transport}) as sender:
                opened = open_collector(entry, used, confirmation=None, today=today, transport=sender)
                async for page in opened.pages(WINDOW, cursor):
                    pages.append(page)  # noqa: PERF401 (what came before a failure counts)

        try:
            asyncio.run(read())
        except Exception as error:
            return Run(pages, error)
        return Run(pages, None)

    return run


@dataclass
class Nginx:
    """A running nginx: its address, its document root, and its access log."""

    url: str
    root: Path
    log: Path

    def requests(self) -> list[str]:
        return self.log.read_text().splitlines()


NGINX_CONF = """
worker_processes 1; daemon off; pid nginx.pid; error_log error.log; {user}
events {{}}
http {{
  log_format asked '$status $request_uri "$http_user_agent" "$http_if_none_match" $host';
  access_log access.log asked;
  types {{ application/rss+xml rss; application/atom+xml atom; application/feed+json json; text/plain txt; }}
  client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
  limit_req_zone $binary_remote_addr zone=slow:1m rate=1r/s;
  server {{
    listen 127.0.0.1:{port}; root out;
    gzip on; gzip_types application/rss+xml application/atom+xml; gzip_min_length 1;
    location /limited/ {{ limit_req zone=slow; limit_req_status 429; add_header Retry-After 1 always; alias out/; }}
    location = /redirect-loop {{ return 302 /redirect-loop; }}
    location = /redirect-to-metadata {{ return 302 http://169.254.169.254/latest/meta-data/; }}
    location = /redirect-to-private {{ return 302 http://10.1.2.3/feed.rss; }}
    location = /redirect-to-file {{ return 302 file:///etc/passwd; }}
    location = /moved.rss {{ return 301 /blog.rss; }}
    location = /gone.rss {{ return 410; }}
    location = /missing.rss {{ return 404; }}
    location = /unavailable.rss {{ add_header Retry-After "Wed, 21 Oct 2026 07:28:00 GMT" always; return 503; }}
    location = /resting.rss {{ add_header Retry-After 3600 always; return 503; }}
    location = /bomb.rss {{ gzip off; add_header Content-Encoding gzip; alias out/bomb.gz; }}
    location = /torn.rss {{ gzip off; add_header Content-Encoding gzip; alias out/torn.gz; }}
    location = /encoded.rss {{ gzip off; add_header Content-Encoding br; alias out/blog.rss; }}
  }}
}}
"""


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("nginx is not installed, and CI must not skip: apt-get install nginx-light")
        pytest.skip("NGINX IS NOT INSTALLED: the feed collector is NOT tested here. apt-get install nginx-light")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    (folder / "out").mkdir()
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX_CONF.format(port=port, user=user))
    server = subprocess.Popen(
        [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "error.log"], stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port, server)
        yield Nginx(f"http://127.0.0.1:{port}", folder / "out", folder / "access.log")
    finally:
        server.terminate()
        server.wait(timeout=10)
