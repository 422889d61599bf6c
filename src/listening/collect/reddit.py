"""Reads subreddits through Reddit's Data API, under a contract and with the credential of an approved app only.

A listing ends near its thousandth item, so a walk proves nothing about what was deleted; what shows as `[deleted]` or
`[removed]` within the overlap is passed on as gone. Reddit's web pages are never read.
"""

from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from listening.catalogue.entry import Entry
from listening.collect.base import Page, Window
from listening.collect.build import parse_json
from listening.collect.newest_first import Listed, NewestFirst
from listening.collect.official import Origin, Variable, credential, require_licence
from listening.collect.reddit_parse import parse_listing
from listening.collect.transport import Answer, Transport
from listening.errors import SourceFailed

PAGE_LIMIT = 100
"""Most items a listing gives at once."""

_PATHS = {"posts": "new", "comments": "comments"}


class RedditQuery(BaseModel):
    """Which subreddits, and whether their posts, comments or both.

    The two variables name environment variables that hold the app's id and secret. `overlap_hours` is read again at each
    run, for late and deleted posts. `api` and `login` are the service's addresses.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    subreddits: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{2,50}$")], ...] = Field(min_length=1)
    kinds: tuple[Literal["posts", "comments"], ...] = Field(default=("posts", "comments"), min_length=1)
    client_id_variable: Variable
    client_secret_variable: Variable
    overlap_hours: float = Field(default=24, ge=0, le=168)
    api: Origin = "https://oauth.reddit.com"
    login: Origin = "https://www.reddit.com"


class RedditCollector:
    """Speaks `Collector` for subreddits."""

    walks_whole: ClassVar[bool] = False

    def __init__(self, entry: Entry, query: RedditQuery, transport: Transport) -> None:
        """Hold what to read; nothing is requested yet.

        Raises:
            PermissionRefused: No contract is on file.
        """
        require_licence(entry)
        self._entry = entry
        self._query = query
        self._transport = transport
        self._token: str | None = None

    async def pages(self, window: Window, cursor: Mapping[str, Any] | None) -> AsyncIterator[Page]:
        """Yield each subreddit's posts and comments, newest first, down to where the last run began.

        Raises:
            SettingsError: The app's id or secret is not in the environment.
            SourceFailed, SourceUnavailable: As the transport says, or what came is no listing.
        """
        walker = NewestFirst(self._entry, window, cursor, overlap=timedelta(hours=self._query.overlap_hours))
        basic = self._basic()
        for subreddit in self._query.subreddits:
            for kind in self._query.kinds:

                async def fetch(token: Any, _floor: datetime, subreddit: str = subreddit, kind: str = kind) -> Listed:
                    return await self._fetch(subreddit, kind, token, basic)

                async for page in walker.pages(f"{kind}/{subreddit.lower()}", fetch):
                    yield page

    def _basic(self) -> str:
        client_id = credential(self._query.client_id_variable, self._entry, "the id of your approved Reddit app")
        secret = credential(self._query.client_secret_variable, self._entry, "the secret of your approved Reddit app")
        return b64encode(f"{client_id}:{secret}".encode()).decode()

    async def _fetch(self, subreddit: str, kind: str, token: Any, basic: str) -> Listed:
        asked = {"limit": str(PAGE_LIMIT), "raw_json": "1", **({"after": str(token)} if token else {})}
        url = f"{self._query.api.rstrip('/')}/r/{quote(subreddit)}/{_PATHS[kind]}?{urlencode(asked)}"
        answer = await self._get(url, basic)
        if answer.status == 401:
            # An app token lasts a day at most.
            self._token = None
            answer = await self._get(url, basic)
        listed = parse_listing(answer.body, self._entry) if answer.status == 200 else None
        if listed is not None:
            return listed
        if answer.status in {403, 404}:
            problem = f"a subreddit of its entry is private, banned or no more (status {answer.status})"
            remedy = "Take it out of query.subreddits."
        else:
            problem = f"it answered with status {answer.status} and no listing"
            remedy = "Check that the app is approved for the Data API."
        raise SourceFailed(source_id=self._entry.source_id, problem=problem, remedy=remedy)

    async def _get(self, url: str, basic: str) -> Answer:
        if self._token is None:
            self._token = await self._log_in(basic)
        return await self._transport.get(url, self._entry, headers={"Authorization": f"Bearer {self._token}"})

    async def _log_in(self, basic: str) -> str:
        answer = await self._transport.post(
            f"{self._query.login.rstrip('/')}/api/v1/access_token",
            self._entry,
            form={"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {basic}"},
        )
        token = _token_in(answer.body) if answer.status == 200 else None
        if token is None:
            raise SourceFailed(
                source_id=self._entry.source_id,
                problem=f"it refused the app's login with status {answer.status}",
                remedy=f"Check {self._query.client_id_variable} and {self._query.client_secret_variable},"
                " and that the app is approved.",
            )
        return token


def _token_in(content: bytes) -> str | None:
    try:
        said = parse_json(content)
    except ValueError:
        return None
    token = said.get("access_token") if isinstance(said, dict) else None
    return token if isinstance(token, str) and token.isascii() and token.isprintable() and token else None
