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
from listening.collect.transport import Transport
from listening.collect.wordpress import WordPressCollector, WordPressQuery
from listening.errors import SettingsError
from listening.settings import Settings

_Q = TypeVar("_Q", bound=BaseModel)


def _atproto(entry: Entry, _settings: Settings, _today: date, transport: Transport) -> Collector:
    return AtprotoCollector(entry, read_query(entry, AtprotoQuery), transport)


def _discourse(entry: Entry, _settings: Settings, _today: date, transport: Transport) -> Collector:
    return DiscourseCollector(entry, read_query(entry, DiscourseQuery), transport)


def _export(entry: Entry, settings: Settings, today: date, _transport: Transport) -> Collector:
    query = read_query(entry, ExportQuery)
    return ExportCollector(entry, settings.home / query.drop, today, columns=query.columns)


def _feed(entry: Entry, _settings: Settings, _today: date, transport: Transport) -> Collector:
    return FeedCollector(entry, read_query(entry, FeedQuery), transport)


def _html_forum(entry: Entry, _settings: Settings, _today: date, transport: Transport) -> Collector:
    return HtmlForumCollector(entry, read_query(entry, HtmlForumQuery), transport)


def _mastodon(entry: Entry, _settings: Settings, _today: date, transport: Transport) -> Collector:
    return MastodonCollector(entry, read_query(entry, MastodonQuery), transport)


def _wordpress(entry: Entry, _settings: Settings, _today: date, transport: Transport) -> Collector:
    return WordPressCollector(entry, read_query(entry, WordPressQuery), transport)


COLLECTORS: Mapping[str, Callable[[Entry, Settings, date, Transport], Collector]] = {
    "atproto": _atproto,
    "discourse": _discourse,
    "export": _export,
    "feed": _feed,
    "html_forum": _html_forum,
    "mastodon": _mastodon,
    "wordpress": _wordpress,
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
