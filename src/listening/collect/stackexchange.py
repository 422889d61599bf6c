"""Reads questions and answers of a Stack Exchange site through its API, by last activity, so that an edit comes again.

Pages are asked for by the activity of the last record, not by number: a post that vanishes between two pages moves
nothing over the edge. The answer's `backoff` and `quota_remaining` are obeyed by the transport (`ratelimit`): a short rest
is waited out, a used-up day ends the run.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from listening.catalogue.entry import Entry
from listening.collect.base import Page, Window
from listening.collect.build import parse_instant
from listening.collect.newest_first import Listed, NewestFirst
from listening.collect.official import Origin, Variable, credential
from listening.collect.ratelimit import next_allowed_at
from listening.collect.stackexchange_parse import is_throttled, parse_page
from listening.collect.transport import Answer, Transport
from listening.errors import ListeningError, SourceFailed, SourceUnavailable

PAGE_LIMIT = 100
"""Most records a page gives."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Kind = Literal["questions", "answers"]


class StackExchangeQuery(BaseModel):
    """Which site, by its API name (`medicalsciences`), and what of it.

    A question comes once, under whichever of `tags` it has; without tags the whole site is read. Answers cannot be
    narrowed by tag, so with tags only questions are read. `key_variable` names an environment variable that holds an
    app's key, which raises the day's quota from 300 requests to 10,000. `api` is the service's address.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    site: Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]{2,60}$")]
    tags: tuple[Annotated[str, StringConstraints(pattern=r"^[^\s;/]+$")], ...] = ()
    kinds: tuple[Kind, ...] = ()
    key_variable: Variable | None = None
    overlap_hours: float = Field(default=1, ge=0, le=168)
    api: Origin = "https://api.stackexchange.com"

    @model_validator(mode="after")
    def _answers_have_no_tags(self) -> Self:
        if self.tags and "answers" in self.kinds:
            raise ValueError("answers cannot be narrowed by tag: leave them out of kinds, or leave out tags")
        return self

    @property
    def lists(self) -> tuple[tuple[Kind, str], ...]:
        """Each list that is read: what of, and the tag, which may be empty."""
        kinds: tuple[Kind, ...] = self.kinds or (("questions",) if self.tags else ("questions", "answers"))
        return tuple((kind, tag) for kind in kinds for tag in (self.tags or ("",)))


class StackExchangeCollector:
    """Speaks `Collector` for one site."""

    walks_whole: ClassVar[bool] = False

    def __init__(self, entry: Entry, query: StackExchangeQuery, transport: Transport) -> None:
        """Hold what to read; nothing is requested yet."""
        self._entry = entry
        self._query = query
        self._transport = transport

    async def pages(self, window: Window, cursor: Mapping[str, Any] | None) -> AsyncIterator[Page]:
        """Yield each list's posts, newest activity first, down to where the last run began.

        Raises:
            SettingsError: The key's environment variable is named and not set.
            SourceUnavailable: The day's quota is used up; what was yielded before stays valid.
            SourceFailed: As the transport says, or what came is no page.
        """
        walker = NewestFirst(self._entry, window, cursor, overlap=timedelta(hours=self._query.overlap_hours))
        key = self._key()
        for kind, tag in self._query.lists:

            async def fetch(token: Any, floor: datetime, kind: str = kind, tag: str = tag) -> Listed:
                return await self._fetch(kind, tag, token, floor, window, key)

            async for page in walker.pages(f"{self._query.site}/{kind}/{tag}", fetch):
                yield page

    def _key(self) -> dict[str, str]:
        if self._query.key_variable is None:
            return {}
        return {"key": credential(self._query.key_variable, self._entry, "the key of your Stack Exchange app")}

    async def _fetch(
        self, kind: str, tag: str, token: Any, floor: datetime, window: Window, key: Mapping[str, str]
    ) -> Listed:
        at: Mapping[str, Any] = token if isinstance(token, Mapping) else {}
        asked = {
            "site": self._query.site, "filter": "withbody", "sort": "activity", "order": "desc",
            "pagesize": str(PAGE_LIMIT), "page": str(at.get("page", 1)), "min": _seconds(floor),
            "fromdate": _seconds(min(floor, window.start)), **key,
        }  # fmt: skip
        if tag:
            asked["tagged"] = tag
        if "max" in at:
            asked["max"] = str(at["max"])
        url = f"{self._query.api.rstrip('/')}/2.3/{kind}?{urlencode(asked)}"
        answer = await self._transport.get(url, self._entry)
        batch = parse_page(answer.body, self._entry, site=self._query.site) if answer.status == 200 else None
        if batch is None:
            raise self._refused(answer, window)
        if not batch.has_more or batch.last_activity_at is None:
            return Listed(batch.reads)
        last = _seconds(batch.last_activity_at)
        # A whole page within one second: only then by number.
        page = int(at.get("page", 1)) + 1 if at.get("max") == last else 1
        return Listed(batch.reads, {"max": last, "page": page})

    def _refused(self, answer: Answer, window: Window) -> ListeningError:
        if is_throttled(answer.body):
            said_at = parse_instant(answer.headers.get("date")) or window.end
            until = next_allowed_at(answer.headers, answer.status, said_at, answer.body)
            return SourceUnavailable(
                source_id=self._entry.source_id,
                problem=f"its quota is used up until {until:%Y-%m-%d %H:%M} UTC",
                remedy="Run again then; nothing was lost. A key (query.key_variable) raises the quota.",
            )
        return SourceFailed(
            source_id=self._entry.source_id,
            problem=f"it answered with status {answer.status} and no page of posts",
            remedy="Check query.site, query.tags and the key.",
        )


def _seconds(moment: datetime) -> str:
    return str((moment - _EPOCH) // timedelta(seconds=1))
