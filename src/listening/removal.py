"""Truth over time: what vanished at a source goes here too, and an author who objects is erased and stays away.

Native ids and handles are in memory only, to be hashed; what leaves are counts.
"""

import asyncio
import contextlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from listening.audit import events
from listening.audit.chain import AuditChain
from listening.audit.events import AuditEvent
from listening.collect.base import UNREADABLE, Collector, Window
from listening.errors import ListeningError, SourceFailed, UsageError, failure_of
from listening.identity.keys import Keys
from listening.posts import PostKey, SourceId
from listening.store.store import Batch, Store

Connect = Callable[[], contextlib.AbstractAsyncContextManager[Collector]]

ENOUGH_TO_JUDGE = 20
"""A source with fewer stored posts may lose them all in one walk."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What holding a source against the store came to: posts met on the walk, and stored posts removed."""

    source_id: str
    walked: int
    removed: int


def reconcile_source(
    connect: Connect,
    window: Window,
    *,
    source_id: SourceId,
    margin_days: int,
    allowed_share: float,
    keys: Keys,
    store: Store,
    chain: AuditChain,
    run_id: str,
    now: datetime,
) -> Reconciled:
    """Walk a whole source and remove the stored posts that the walk no longer meets.

    Args:
        connect: Opens the collector, under a permission that holds.
        window: What to walk; of its first and last day stored posts are left alone, since a day cut in two proves nothing.
        source_id: The catalogue entry.
        margin_days: More days at either end that are left alone: how far the policy's jitter moves a day.
        allowed_share: 0 to 1, of the stored posts that may be missing, and of the records that may be unreadable, before
            nothing is removed.
        keys: Make the pseudonyms of what the walk meets.
        store: The restricted store.
        chain: The audit chain.
        run_id: The run it counts for.
        now: Aware.

    Raises:
        UsageError: The source's collector cannot walk it whole.
        SourceFailed: The walk broke off, or misses or cannot read more than `allowed_share`; nothing was removed.
    """
    met = asyncio.run(_walk(connect, window, source_id, keys))
    edge = timedelta(days=1 + margin_days)
    held = store.keys_between(source_id, window.start.date() + edge, window.end.date() - edge)
    absent = [key for key in held if key not in met.keys]
    if met.unread > allowed_share * (met.unread + len(met.keys)):
        raise SourceFailed(
            source_id=source_id,
            problem=f"a walk could not read {met.unread} records and read {len(met.keys)}, so its form has changed",
            remedy="Nothing was removed. Compare `listening sources check` with its entry and the collector.",
        )
    if len(held) >= ENOUGH_TO_JUDGE and len(absent) > allowed_share * len(held):
        raise SourceFailed(
            source_id=source_id,
            problem=f"a walk of the whole source misses {len(absent)} of {len(held)} stored posts, so nothing was removed",
            remedy="Look at the source; if they are gone indeed, run `listening reconcile` with a larger --max-share.",
        )
    _remove(absent, reason="absent", source_id=source_id, store=store, chain=chain, run_id=run_id, now=now)
    chain.append(
        [
            AuditEvent(
                "reconciliation",
                {"run_id": run_id, "source_id": source_id, "walked_count": len(met.keys), "removed_count": len(absent)},
            )
        ],
        now=now,
    )
    store.note_reconciliation(source_id, run_id=run_id, at=now, walked=len(met.keys), removed=len(absent))
    return Reconciled(source_id, len(met.keys), len(absent))


@dataclass(slots=True)
class _Met:
    """What a walk met: the posts, as pseudonyms, and how many records it could not read."""

    keys: set[PostKey] = field(default_factory=set)
    unread: int = 0


async def _walk(connect: Connect, window: Window, source_id: SourceId, keys: Keys) -> _Met:
    failure: ListeningError
    try:
        async with connect() as collector:
            return await _meet(collector, window, source_id, keys)
    except Exception as error:  # noqa: BLE001 - whatever it is, its text must not travel on
        failure = failure_of(error, stage="reconcile", source_id=source_id)
    raise failure


async def _meet(collector: Collector, window: Window, source_id: SourceId, keys: Keys) -> _Met:
    if not collector.walks_whole:
        raise UsageError(
            problem=f"Source {source_id} cannot be walked whole, so what is missing proves nothing",
            remedy="Its deletions are told by the source itself, or by the supplier's tombstones.",
        )
    met = _Met()
    async for page in collector.pages(window, None):
        met.keys.update(keys.post_key(source_id, post.native_id) for post in page.posts)
        met.unread += sum(page.skipped.get(reason, 0) for reason in UNREADABLE)
    return met


def forget_author(
    author: str,
    sources: Sequence[str],
    *,
    keys: Keys,
    store: Store,
    chain: AuditChain,
    run_id: str,
    now: datetime,
) -> int:
    """Erase an author from the store, and keep a tag by which whatever comes again is dropped.

    Args:
        author: The handle as the source writes it, with or without a leading @. It is hashed and not kept.
        sources: Catalogue ids to forget the author in.
        keys: Make the pseudonyms.
        store: The restricted store.
        chain: The audit chain; it is told how many posts went, not whose.
        run_id: The run it counts for.
        now: Aware.

    Returns:
        How many posts were removed.
    """
    tags = [keys.objection_tag(SourceId(source), author) for source in sources]
    removed = 0
    for source in map(SourceId, sources):
        gone = _posts_of(author, source, keys=keys, store=store, today=now.date())
        _remove(gone, reason="objected", source_id=source, store=store, chain=chain, run_id=run_id, now=now)
        removed += len(gone)
    chain.append(
        [AuditEvent("objection", {"run_id": run_id, "sources": ",".join(sorted(sources)), "post_count": removed})],
        now=now,
    )
    store.add_objections(tags, day=now.date())
    return removed


def _posts_of(author: str, source_id: SourceId, *, keys: Keys, store: Store, today: date) -> list[PostKey]:
    first = store.first_day(source_id)
    if first is None:
        return []
    plain = author.removeprefix("@")
    names = [key for form in (plain, f"@{plain}") for key in keys.author_keys(source_id, form, first, today)]
    return store.keys_of_authors(names)


def _remove(
    posts: Sequence[PostKey],
    *,
    reason: str,
    source_id: SourceId,
    store: Store,
    chain: AuditChain,
    run_id: str,
    now: datetime,
) -> None:
    """Tell the chain, then remove: in this order a crash in between leaves entries without effect, never the reverse."""
    if not posts:
        return
    entries = list(events.removed(posts, source_id=source_id, run_id=run_id, reason=reason))
    head = chain.append(entries, now=now)
    store.commit_batch(
        Batch(
            batch_id=uuid.uuid4().hex,
            run_id=run_id,
            source_id=source_id,
            posts=(),
            cursor=None,
            refusals={},
            audit_first=head.seq - len(entries) + 1,
            audit_last=head.seq,
            audit_head=head.hash,
            removed={reason: posts},
        )
    )
