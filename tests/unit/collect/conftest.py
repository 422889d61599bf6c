"""Entries and windows for the collectors' tests."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from listening.catalogue.entry import Deletion, Entry, FieldName, Terms
from listening.collect.base import Window

ALL_FIELDS: tuple[FieldName, ...] = FieldName.__args__  # type: ignore[attr-defined]
TODAY = date(2026, 11, 22)


@pytest.fixture
def make_entry() -> Callable[..., Entry]:
    def make(collector: str = "export", **said: Any) -> Entry:
        plain: dict[str, Any] = {
            "source_id": "invented",
            "title": "Invented",
            "network": "invented",
            "collector": collector,
            "query": {},
            "basis": "licence",
            "licence_reference": "L-1",
            "terms": Terms(url="https://example.org/t", reviewed_on=TODAY, reviewed_by_role="counsel"),
            "purpose": "to test",
            "expires_on": date(2027, 1, 1),
            "fields": ALL_FIELDS,
            "robots": "not-applicable",
            "retention_days": 30,
            "deletion": Deletion(duty="none", deadline_hours=24),
            "sponsored": False,
            "expected_posts_a_day": 1,
            "enabled_by_default": True,
        }
        return Entry(**{**plain, **said})

    return make


@pytest.fixture
def window() -> Window:
    return Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC))
