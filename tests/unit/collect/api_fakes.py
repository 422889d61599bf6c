"""An API that answers from a function, and runs of a collector over it."""

import asyncio
import json as js
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from hypothesis import strategies as st

from listening.catalogue.entry import Entry
from listening.collect.base import Page, Window
from listening.collect.transport import Answer

NOW = datetime(2026, 11, 22, tzinfo=UTC)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


class FakeApi:
    """Stands in for the transport: `answer` gets path and query and gives a payload, or a status and a payload."""

    def __init__(self, answer: Callable[[str, dict[str, str]], Any]) -> None:
        self.answer = answer
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.headers: list[Mapping[str, str]] = []
        self.logins: list[tuple[str, Any, Any]] = []
        self.login: tuple[int, Any] = (200, {"access_token": "token-1", "expires_in": 86400})

    async def get(self, url: str, entry: Entry, *, headers: Any = None, validators: Any = None) -> Answer:
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append((parts.path, query))
        self.headers.append(headers or {})
        said = self.answer(parts.path, query)
        status, payload = said if isinstance(said, tuple) else (200, said)
        body = payload if isinstance(payload, bytes) else js.dumps(payload).encode()
        return Answer(status, {"date": "Sun, 22 Nov 2026 00:00:00 GMT"}, body, url)

    async def post(self, url: str, entry: Entry, *, json: Any = None, form: Any = None, headers: Any = None) -> Answer:
        self.logins.append((url, form, headers))
        status, payload = self.login
        return Answer(status, {}, js.dumps(payload).encode(), url)


def run(collector: Any, cursor: Any = None, *, days: float = 6, stop_after: int | None = None) -> list[Page]:
    """Read as a run does, the cursor through JSON as the store does."""

    async def collect() -> list[Page]:
        pages: list[Page] = []
        async for page in collector.pages(Window(NOW - timedelta(days=days), NOW), cursor):
            pages.append(Page(page.posts, js.loads(js.dumps(page.cursor)), page.skipped, page.gone))
            if len(pages) == stop_after:
                break
        return pages

    return asyncio.run(collect())


def ids(pages: list[Page]) -> list[str]:
    return [post.native_id for page in pages for post in page.posts]


def skipped(pages: list[Page]) -> dict[str, int]:
    return dict(sum((Counter(page.skipped) for page in pages), Counter()))


def gone(pages: list[Page]) -> list[str]:
    return [native_id for page in pages for native_id in page.gone]


def words(post: Any) -> str:
    return repr([getattr(post, name) for name in post.__slots__])


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
