"""What every collector promises."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from listening.raw import RawPost

UNREADABLE = frozenset(
    "bad_record missing_field bad_field bad_date not_json not_utf8 not_an_object not_csv wrong_cell_count".split()
)
"""Reasons in `Page.skipped` that say that a record had a form nobody knows: schema drift, where they are many."""


@dataclass(frozen=True, slots=True)
class Window:
    """The span of time a unit of work covers, UTC, half-open. A source's own order, not this window, moves its cursor."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Some posts, and the cursor that is valid once they are committed.

    `cursor` is JSON: the latest paging token only (the one native id that may rest in the store), validators per query,
    never an author. `skipped` counts what the collector itself left out, by reason: an opt-out, a non-public post, a
    repost of somebody else's words, a record that could not be read.

    `gone` names posts, and `gone_authors` accounts, that the source says are no longer there, as native ids and handles:
    ingest hashes them, removes what it holds of them and forgets the names.
    """

    posts: tuple[RawPost, ...]
    cursor: Mapping[str, Any]
    skipped: Mapping[str, int] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    gone_authors: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Page of {len(self.posts)} posts>"


class Collector(Protocol):
    """Reads one source. Made by `listening.collect.registry.open_collector`, which checks the permission first."""

    @property
    def walks_whole(self) -> bool:
        """`pages(window, None)` lists every post of the window that still exists: what is missing from it was deleted.

        So `listening reconcile` can tell deletions. A capped search and a feed's window cannot.
        """
        ...

    def pages(self, window: Window, cursor: Mapping[str, Any] | None) -> AsyncIterator[Page]:
        """Yield pages, oldest first where the source can, from `cursor` on (`None`: from the window's start).

        Raises:
            SourceFailed: The source answered in an unknown form.
            SourceUnavailable: It cannot be reached now; what was yielded before stays valid.
        """
        ...
