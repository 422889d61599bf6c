"""The one door to a source: finds its collector, and opens it only with a permission that holds today."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from listening.catalogue.confirmations import Confirmation
from listening.catalogue.entry import Entry
from listening.catalogue.permission import check
from listening.collect.atproto import AtprotoCollector, AtprotoQuery
from listening.collect.base import Collector
from listening.collect.discourse import DiscourseCollector, DiscourseQuery
from listening.collect.export import ExportCollector, ExportQuery
from listening.collect.feed import FeedCollector, FeedQuery
from listening.collect.html_forum import HtmlForumCollector, HtmlForumQuery
from listening.collect.mastodon import MastodonCollector, MastodonQuery
from listening.collect.reddit import RedditCollector, RedditQuery
from listening.collect.stackexchange import StackExchangeCollector, StackExchangeQuery
from listening.collect.transport import Transport
from listening.collect.wordpress import WordPressCollector, WordPressQuery
from listening.collect.x_api import XCollector, XQuery
from listening.collect.youtube import YouTubeCollector, YouTubeQuery
from listening.errors import SettingsError
from listening.settings import Settings

_Q = TypeVar("_Q", bound=BaseModel)
Opener = Callable[[Entry, Settings, date, Transport], Collector]
"""Makes a source's collector of its entry, the settings, the day and the transport."""


def _atproto(entry: Entry, settings: Settings, _today: date, transport: Transport) -> Collector:
    return AtprotoCollector(entry, read_query(entry, AtprotoQuery), transport, settings)


def _export(entry: Entry, settings: Settings, today: date, _transport: Transport) -> Collector:
    query = read_query(entry, ExportQuery)
    return ExportCollector(entry, settings.home / query.drop, today, columns=query.columns)


def _over_http(model: type[_Q], make: Callable[[Entry, _Q, Transport], Collector]) -> Opener:
    """Open a collector that needs its entry, its query and the transport."""
    return lambda entry, _settings, _today, transport: make(entry, read_query(entry, model), transport)


COLLECTORS: Mapping[str, Opener] = {
    "atproto": _atproto,
    "discourse": _over_http(DiscourseQuery, DiscourseCollector),
    "export": _export,
    "feed": _over_http(FeedQuery, FeedCollector),
    "html_forum": _over_http(HtmlForumQuery, HtmlForumCollector),
    "mastodon": _over_http(MastodonQuery, MastodonCollector),
    "reddit": _over_http(RedditQuery, RedditCollector),
    "stackexchange": _over_http(StackExchangeQuery, StackExchangeCollector),
    "wordpress": _over_http(WordPressQuery, WordPressCollector),
    "x": _over_http(XQuery, XCollector),
    "youtube": _over_http(YouTubeQuery, YouTubeCollector),
}
"""By the catalogue's word. A new protocol is one module and one line here."""


def open_collector(
    entry: Entry, settings: Settings, *, confirmation: Confirmation | None, today: date, transport: Transport
) -> Collector:
    """Give the source's collector. Nothing is requested or opened before its first page is asked for.

    Raises:
        PermissionRefused: The source may not be read today.
        SettingsError: The entry names no known collector, or its query is wrong.
    """
    check(entry, confirmation, today)
    make = COLLECTORS.get(entry.collector)
    if make is None:
        raise SettingsError(
            setting=f"catalogue entry {entry.source_id}, key collector",
            problem="no such collector",
            remedy=f"Use one of: {', '.join(COLLECTORS)}.",
        )
    return make(entry, settings, today, transport)


def read_query(entry: Entry, model: type[_Q]) -> _Q:
    """Read an entry's query by its collector's model.

    Raises:
        SettingsError: A key is unknown, missing or wrong. The message names it.
    """
    try:
        return model.model_validate(entry.query)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    where = ".".join(map(str, first["loc"])) or "query"
    raise SettingsError(
        setting=f"catalogue entry {entry.source_id}, key query.{where}",
        problem="no such key" if first["type"] == "extra_forbidden" else str(first["msg"]),
        remedy=f"Keys of this collector: {', '.join(model.model_fields)}.",
    )
