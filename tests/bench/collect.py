"""What a collector costs: parsing Mastodon timelines, HTML to text, and a poll of feeds that have nothing new.

The first two run on one core, the best of three rounds after one to warm up; timelines are those of the project's own
generator. The poll goes through the real transport to a server on loopback, 50 hosts at two requests a second each (what pacing alone costs is 10 s).

    python tests/bench/collect.py [POSTS] [FEEDS]        20,000 posts and 1,000 feeds by default
"""

import asyncio
import platform
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from listening.catalogue.entry import Entry
from listening.collect.base import Window
from listening.collect.feed import FeedCollector, FeedQuery
from listening.collect.html import html_to_text
from listening.collect.mastodon import PAGE_LIMIT
from listening.collect.mastodon_parse import parse_timeline
from listening.collect.transport import Transport
from listening.raw import RawPost
from listening.samples.generate import generate
from listening.samples.mastodon import make_timelines
from listening.settings import Settings

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
ROUNDS = 3
HOSTS = 50
NEEDED_POSTS_A_SECOND, ALLOWED_POLL_S = 5_000, 30.0
ANSWER = b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\nConnection: keep-alive\r\n\r\n'
NO_ROBOTS = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"


def entry_for(collector: str, name: str = "invented") -> Entry:
    return Entry.model_validate(
        {
            "source_id": name, "title": "Invented", "network": "invented", "collector": collector, "query": {},
            "basis": "open-feed", "terms": {"url": "https://example.org/t"}, "purpose": "to measure",
            "expires_on": date(2027, 1, 1), "robots": "obey", "retention_days": 30, "sponsored": False,
            "fields": ["native_id", "text", "created_at", "edited_at", "author_handle", "author_name", "author_bio",
                       "url", "language_hint", "engagement", "links", "tags", "content_hints", "is_reply", "is_quote"],
            "deletion": {"duty": "none", "deadline_hours": 24}, "expected_posts_a_day": 1,
            "rate": {"requests_per_second": 2},
        }
    )  # fmt: skip


def best_of(work: Callable[[], int]) -> tuple[int, float]:
    """Give how many things the work did, and the least CPU seconds of a round."""
    work()
    least, done = float("inf"), 0
    for _ in range(ROUNDS):
        started = time.process_time()
        done = work()
        least = min(least, time.process_time() - started)
    return done, least


def timelines(posts: int) -> tuple[list[bytes], list[str]]:
    """Give pages as a server sends them, and the HTML of their statuses."""
    # Two fifths of a sample are Mastodon's.
    made = generate(seed=3, posts=posts * 5 // 2, days=60, now=NOW)
    statuses = list(make_timelines(made.of_channel("mastodon")).statuses.values())
    pages = [orjson.dumps(statuses[i : i + PAGE_LIMIT]) for i in range(0, len(statuses), PAGE_LIMIT)]
    return pages, [status["content"] for status in statuses]


def parse_all(pages: list[bytes], entry: Entry) -> int:
    """Parse page after page, and keep none, as ingest does."""
    done = posts = 0
    for page in pages:
        reads = parse_timeline(page, entry, instance_host="med.example") or []
        done += len(reads)
        posts += sum(isinstance(read.made, RawPost) for read in reads)
    assert posts > done // 2
    return done


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer each request of a connection: there is no robots.txt, and every feed is as it was."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            writer.write(NO_ROBOTS if b"/robots.txt" in head else ANSWER)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def poll(feeds: int, settings: Settings) -> tuple[int, float]:
    """Poll so many feeds, `HOSTS` hosts at a time, as a second run does; gives how many were asked, and the seconds."""
    asked = 0

    async def read(host: int, transport: Transport) -> None:
        nonlocal asked
        server = await asyncio.start_server(_answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        urls = tuple(f"http://127.0.0.1:{port}/{n}.rss" for n in range(feeds // HOSTS))
        collector = FeedCollector(entry_for("feed", f"feed-{host}"), FeedQuery(urls=urls), transport)
        async for _page in collector.pages(Window(NOW, NOW), None):
            raise AssertionError("an unchanged feed gives no page")
        asked += len(urls)
        server.close()

    async with Transport(settings) as transport:
        started = time.perf_counter()
        await asyncio.gather(*(read(host, transport) for host in range(HOSTS)))
        spent = time.perf_counter() - started
    return asked, spent


def main() -> None:
    posts, feeds = ([int(said) for said in sys.argv[1:3]] + [20_000, 1_000][len(sys.argv) - 1 :])[:2]
    print(f"Python {platform.python_version()}, one core")
    pages, contents = timelines(posts)
    entry = entry_for("mastodon")
    size = sum(map(len, pages)) / max(1, len(contents))
    works: dict[str, Callable[[], Any]] = {
        "Mastodon timelines, JSON to posts": lambda: parse_all(pages, entry),
        "of it HTML to text": lambda: sum(html_to_text(content) is not None for content in contents),
    }
    is_slow = False
    for name, work in works.items():
        done, seconds = best_of(work)
        print(f"{name:36} {done / seconds:8,.0f} posts/s   ({done:,} posts of {size:,.0f} bytes, {seconds:.2f} s)")
        is_slow = is_slow or done / seconds < NEEDED_POSTS_A_SECOND
    with TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), allow_loopback=True, contact="bench@listening.example")
        asked, spent = asyncio.run(poll(feeds, settings))
    print(f"{f'poll of {asked:,} unchanged feeds':36} {asked / spent:8,.0f} feeds/s   ({HOSTS} hosts, {spent:.1f} s)")
    if is_slow or spent > ALLOWED_POLL_S:
        sys.exit(f"Too slow: {NEEDED_POSTS_A_SECOND:,} posts/s and {ALLOWED_POLL_S:.0f} s for a poll are needed.")


if __name__ == "__main__":
    main()
