"""The door: nothing is opened, and nothing asked, without a permission that holds."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from listening.assets import asset
from listening.catalogue.confirmations import Confirmation
from listening.catalogue.entry import Entry
from listening.catalogue.load import load_folder
from listening.collect.registry import COLLECTORS, open_collector
from listening.errors import PermissionRefused, SettingsError
from listening.settings import Settings

TODAY = date(2026, 11, 22)
QUERIES: dict[str, dict[str, Any]] = {
    "atproto": {"service": "https://app.example", "actors": ["did:plc:invented"]},
    "discourse": {"sites": ["https://t.example"]},
    "export": {"drop": "d"},
    "feed": {"urls": ["https://b.example/feed"]},
    "html_forum": {
        "start": ["https://f.example/new"],
        "timezone": "UTC",
        "selectors": {
            "topic": "tr",
            "topic_link": "a",
            "topic_date": "time",
            "next_page": "a[rel=next]",
            "post": "div",
            "post_id_attribute": "id",
            "text": "p",
            "author": "b",
            "date": "time",
        },
    },
    "mastodon": {"instances": ["https://med.example"], "tags": ["x"]},
    "reddit": {
        "subreddits": ["medicine"],
        "client_id_variable": "INVENTED_ID",
        "client_secret_variable": "INVENTED_SECRET",
    },
    "stackexchange": {"site": "medicalsciences"},
    "x": {"queries": ["#MedTwitter"], "token_variable": "INVENTED_TOKEN"},
    "youtube": {"videos": ["aaaaaaaaaaa"], "key_variable": "INVENTED_KEY"},
    "wordpress": {"sites": ["https://b.example"]},
}


class NoRequests:
    """Fails the test when anything is asked."""

    async def get(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("a request was made")


def opened(entry: Entry, home: Path, confirmation: Confirmation | None = None) -> Any:
    transport: Any = NoRequests()
    return open_collector(entry, Settings(home=home), confirmation=confirmation, today=TODAY, transport=transport)


def confirmed(entry: Entry, **other: Any) -> Confirmation:
    plain = {"is_enabled": True, "by_role": "operator", "at": datetime(2026, 11, 1, tzinfo=UTC)}
    return Confirmation(**{"source_id": entry.source_id, "entry_digest": entry.digest, **plain, **other})


@pytest.mark.parametrize("name", sorted(COLLECTORS))
@pytest.mark.parametrize(
    ("said", "confirmation"),
    [
        ({"enabled_by_default": False}, {}),
        ({}, {"is_enabled": False}),
        ({}, {"entry_digest": "of another version"}),
        ({"expires_on": date(2026, 11, 21)}, {"is_enabled": True}),
        ({"fields": ("native_id", "created_at", "author_handle")}, {"is_enabled": True}),
    ],
)
def test_without_a_permission_no_collector_is_opened(
    make_entry: Callable[..., Entry], tmp_path: Path, name: str, said: dict[str, Any], confirmation: dict[str, Any]
) -> None:
    entry = make_entry(name, query=QUERIES[name], **said)
    held = confirmed(entry, **confirmation) if confirmation else None
    with pytest.raises(PermissionRefused):
        opened(entry, tmp_path, held)


@pytest.mark.parametrize("name", sorted(COLLECTORS))
def test_opening_asks_for_nothing_yet(make_entry: Callable[..., Entry], tmp_path: Path, name: str) -> None:
    entry = make_entry(name, query=QUERIES[name], robots="obey")
    assert opened(entry, tmp_path, confirmed(entry)).pages


@pytest.mark.parametrize(
    ("name", "query", "key"),
    [
        ("feed", {"url": "https://b.example"}, "query."),
        ("feed", {"urls": []}, "query.urls"),
        ("feed", {"urls": ["file:///etc/passwd"]}, "query.urls.0"),
        ("mastodon", {"instances": ["https://med.example/path"], "tags": ["x"]}, "query.instances.0"),
        ("mastodon", {"instances": ["https://med.example"], "tags": ["a/b"]}, "query.tags.0"),
        ("export", {}, "query.drop"),
        ("gopher", {}, "key collector"),
    ],
)
def test_a_slip_in_a_query_is_an_error_that_names_the_key(
    make_entry: Callable[..., Entry], tmp_path: Path, name: str, query: dict[str, Any], key: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        opened(make_entry(name, query=query), tmp_path)
    assert key in caught.value.setting
    assert caught.value.__context__ is None


def test_a_drops_folder_is_relative_to_the_data_home(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    assert opened(make_entry("export", query={"drop": "d"}), tmp_path)._folder == tmp_path / "d"


def test_every_shipped_entry_opens_once_it_is_confirmed(tmp_path: Path) -> None:
    for shipped in load_folder(asset("data/catalogue")).values():
        with pytest.raises(PermissionRefused):
            opened(shipped, tmp_path)
        if shipped.closed is not None or shipped.lacks_licence:
            with pytest.raises(PermissionRefused):
                opened(shipped, tmp_path, confirmed(shipped, terms_reviewed_on=TODAY))
        if shipped.closed is None:
            entry = shipped.model_copy(update={"licence_reference": "C-1"}) if shipped.lacks_licence else shipped
            opened(entry, tmp_path, confirmed(entry, terms_reviewed_on=TODAY))


def test_a_missing_drop_is_said_when_the_first_page_is_asked_for(
    make_entry: Callable[..., Entry], tmp_path: Path
) -> None:
    entry = make_entry("export", query={"drop": "nowhere"})
    pages = opened(entry, tmp_path).pages(None, None)
    with pytest.raises(Exception, match="drop folder"):
        asyncio.run(anext(pages))
