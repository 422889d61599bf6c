"""Reads searches of the last seven days through X's API v2, under a contract and with a paid app's token only.

Each post read is paid for, so a run asks for what is newer than the last one's newest and reads nothing twice. A search
says nothing about what was deleted: the contract's compliance route has to (its stream, or an export's tombstones).
"""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from listening.catalogue.entry import Entry
from listening.collect.base import Page, Window
from listening.collect.newest_first import Listed, NewestFirst, StaleToken
from listening.collect.official import Origin, Variable, credential, require_licence
from listening.collect.transport import Transport
from listening.collect.x_parse import parse_search
from listening.errors import SourceFailed

PAGE_LIMIT = 100
"""Most posts a page of recent search gives."""
REACH = timedelta(days=7)
"""How far back recent search reaches; asking for more is answered by an error."""

_MARGIN = timedelta(minutes=5)
_FIRST_ID_MS = 1_288_834_974_657
"""Ids hold the milliseconds since this instant above 22 other bits (X's own notes on "snowflake")."""
_FIELDS = {
    "tweet.fields": "attachments,author_id,created_at,edit_history_tweet_ids,entities,lang,note_tweet,public_metrics,"
    "referenced_tweets,withheld",
    "expansions": "author_id",
    "user.fields": "description,name,protected,verified_type",
}


class XQuery(BaseModel):
    """Which searches, in X's own query language; `-is:retweet` in them saves money, since reposts are skipped anyway.

    `token_variable` names an environment variable that holds the app's bearer token. `overlap_hours` is read, and paid
    for, again at each run. `api` is the service's address.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    queries: tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4096)], ...] = (
        Field(min_length=1)
    )
    token_variable: Variable
    overlap_hours: float = Field(default=0, ge=0, le=168)
    api: Origin = "https://api.x.com"


class XCollector:
    """Speaks `Collector` for searches on X."""

    walks_whole: ClassVar[bool] = False

    def __init__(self, entry: Entry, query: XQuery, transport: Transport) -> None:
        """Hold what to read; nothing is requested yet.

        Raises:
            PermissionRefused: No contract is on file.
        """
        require_licence(entry)
        self._entry = entry
        self._query = query
        self._transport = transport

    async def pages(self, window: Window, cursor: Mapping[str, Any] | None) -> AsyncIterator[Page]:
        """Yield each search's posts, newest first, down to the newest of the last run.

        Where that lies before the seven days, `beyond_search` is counted once a search: what is between is lost to it.

        Raises:
            SettingsError: The token's environment variable is not set.
            SourceFailed, SourceUnavailable: As the transport says, or what came is no page of a search.
        """
        walker = NewestFirst(self._entry, window, cursor, overlap=timedelta(hours=self._query.overlap_hours))
        token = credential(self._query.token_variable, self._entry, "your X app's bearer token")
        earliest = window.end - REACH + _MARGIN
        for query in self._query.queries:

            async def fetch(page_token: Any, floor: datetime, query: str = query) -> Listed:
                listed = await self._fetch(query, page_token, max(floor, earliest), token)
                is_cut = floor < earliest and page_token is None
                return Listed(listed.reads, listed.token, {"beyond_search": 1} if is_cut else {})

            async for page in walker.pages(query, fetch):
                yield page

    async def _fetch(self, query: str, page_token: Any, start: datetime, token: str) -> Listed:
        asked = {"query": query, "max_results": str(PAGE_LIMIT), "since_id": _id_at(start), **_FIELDS}
        if page_token:
            asked["next_token"] = str(page_token)
        url = f"{self._query.api.rstrip('/')}/2/tweets/search/recent?{urlencode(asked)}"
        answer = await self._transport.get(url, self._entry, headers={"Authorization": f"Bearer {token}"})
        listed = parse_search(answer.body, self._entry) if answer.status == 200 else None
        if listed is not None:
            return listed
        if answer.status == 400 and page_token:
            raise StaleToken
        if answer.status in {401, 402, 403}:
            problem = f"it refused the app with status {answer.status}"
            remedy = f"Check {self._query.token_variable}, and that the contract pays for recent search."
        else:
            problem = f"it answered with status {answer.status} and no page of a search"
            remedy = "Check query.queries against X's query language."
        raise SourceFailed(source_id=self._entry.source_id, problem=problem, remedy=remedy)


def _id_at(moment: datetime) -> str:
    """Give the id just below the lowest that a post of this instant can have."""
    milliseconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    return str(max(1, ((milliseconds - _FIRST_ID_MS) << 22) - 1))
