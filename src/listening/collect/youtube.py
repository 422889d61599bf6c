"""Reads the comments under videos or channels through the YouTube Data API.

Each page costs one unit of the day's 10,000. Only a thread's first comment is read: replies come in no order that could be
walked, and are counted as `reply`. Terms bound how long data may be kept: `retention_days` of the entry.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from listening.catalogue.entry import Entry
from listening.collect.base import Page, Window
from listening.collect.build import parse_instant
from listening.collect.newest_first import Listed, NewestFirst, StaleToken
from listening.collect.official import Origin, Variable, credential
from listening.collect.ratelimit import next_allowed_at
from listening.collect.transport import Answer, Transport
from listening.collect.youtube_parse import parse_threads, refusal_in
from listening.errors import ListeningError, SourceFailed, SourceUnavailable

PAGE_LIMIT = 100
"""Most threads a page gives."""

_EMPTY = {"commentsDisabled": "comments_disabled", "videoNotFound": "video_gone", "channelNotFound": "channel_gone"}
"""Refusals that mean that there is nothing to read here, now."""
_DAY_IS_USED_UP = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{6,40}$")]


class YouTubeQuery(BaseModel):
    """Which videos, or all videos of which channels, by id.

    `key_variable` names an environment variable that holds the API key. `overlap_hours` is read again at each run.
    `api` is the service's address.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    videos: tuple[Id, ...] = ()
    channels: tuple[Id, ...] = ()
    key_variable: Variable
    overlap_hours: float = Field(default=24, ge=0, le=168)
    api: Origin = "https://www.googleapis.com"

    @model_validator(mode="after")
    def _something_is_asked_for(self) -> Self:
        if not self.videos and not self.channels:
            raise ValueError("name at least one id in videos or channels")
        return self


class YouTubeCollector:
    """Speaks `Collector` for comments on YouTube."""

    walks_whole: ClassVar[bool] = True

    def __init__(self, entry: Entry, query: YouTubeQuery, transport: Transport) -> None:
        """Hold what to read; nothing is requested yet."""
        self._entry = entry
        self._query = query
        self._transport = transport

    async def pages(self, window: Window, cursor: Mapping[str, Any] | None) -> AsyncIterator[Page]:
        """Yield the first comments of threads, newest first, down to where the last run began.

        Raises:
            SettingsError: The key's environment variable is not set.
            SourceUnavailable: The day's quota is used up; the message says until when.
            SourceFailed: As the transport says, or what came is no page of comments.
        """
        walker = NewestFirst(self._entry, window, cursor, overlap=timedelta(hours=self._query.overlap_hours))
        key = credential(self._query.key_variable, self._entry, "your YouTube Data API key")
        lists = [("videoId", video) for video in self._query.videos]
        lists += [("allThreadsRelatedToChannelId", channel) for channel in self._query.channels]
        for name, of in lists:

            async def fetch(token: Any, _floor: datetime, name: str = name, of: str = of) -> Listed:
                return await self._fetch({name: of}, token, window, key)

            async for page in walker.pages(f"{name}/{of}", fetch):
                yield page

    async def _fetch(self, of: Mapping[str, str], token: Any, window: Window, key: str) -> Listed:
        asked = {"part": "snippet", "order": "time", "maxResults": str(PAGE_LIMIT), **of, "key": key}
        if token:
            asked["pageToken"] = str(token)
        url = f"{self._query.api.rstrip('/')}/youtube/v3/commentThreads?{urlencode(asked)}"
        answer = await self._transport.get(url, self._entry)
        listed = parse_threads(answer.body, self._entry) if answer.status == 200 else None
        if listed is not None:
            return listed
        reason = refusal_in(answer.body)
        if reason in _EMPTY and answer.status in {403, 404}:
            return Listed([], skipped={_EMPTY[reason]: 1})
        if reason == "invalidPageToken" or (reason == "processingFailure" and token):
            raise StaleToken
        raise self._refused(answer, reason, window)

    def _refused(self, answer: Answer, reason: str | None, window: Window) -> ListeningError:
        if reason in _DAY_IS_USED_UP:
            said_at = parse_instant(answer.headers.get("date")) or window.end
            until = next_allowed_at(answer.headers, answer.status, said_at, answer.body)
            return SourceUnavailable(
                source_id=self._entry.source_id,
                problem=f"the day's quota is used up until {until:%Y-%m-%d %H:%M} UTC",
                remedy="Run again then; nothing was lost.",
            )
        if reason in _TOO_FAST:
            return SourceUnavailable(
                source_id=self._entry.source_id,
                problem="it was asked too fast",
                remedy="Run again later; nothing was lost. Lower rate.requests_per_second in its entry.",
            )
        return SourceFailed(
            source_id=self._entry.source_id,
            problem=f"it answered with status {answer.status} and no page of comments",
            remedy=f"Check {self._query.key_variable}, and that the key may use the YouTube Data API.",
        )
