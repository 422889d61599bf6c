"""One unit of work: collect a source's window, pass gate 1, tag, and commit, batch by batch.

The only module that sees both sides of gate 1. Raw posts live in its local variables and nowhere else: what leaves are
counts and ids. An unforeseen exception of a stage is turned into `StageFailed`, raised outside the `except` block, so that
neither its message nor its context carries post text on.
"""

import asyncio
import contextlib
import uuid
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Any, Protocol, TypeVar

from listening.audit import events
from listening.audit.chain import AuditChain
from listening.collect.base import UNREADABLE, Collector, Page, Window
from listening.errors import GateRefusedTooMuch, ListeningError, SourceFailed, failure_of
from listening.identity.keys import Keys
from listening.posts import (
    AuthorLabels,
    PostKey,
    Randomisation,
    Refusal,
    SafePost,
    SafetyElements,
    SourceId,
    TaggedPost,
)
from listening.raw import RawPost
from listening.store.store import Batch, Store

T = TypeVar("T")
Connect = Callable[[], contextlib.AbstractAsyncContextManager[Collector]]

REFUSALS_THAT_ARE_NO_FAULT = frozenset({"language", "language_model", "empty"})
"""Reasons that say something of the post, not of the gate: they don't count against `gate_refused_share`."""
ENOUGH_TO_JUDGE = 20
"""A source with fewer posts than this isn't failed for the share that gate 1 refused."""


class PassesGate(Protocol):
    """What `ingest` needs of gate 1."""

    policy_version: str
    gate_version: str
    randomisation: Randomisation

    def pass_posts(
        self,
        raws: Sequence[RawPost],
        *,
        keys: Keys,
        collected_at: datetime,
        label: Callable[[RawPost], AuthorLabels],
        screen: Callable[[RawPost], SafetyElements],
    ) -> list[SafePost | Refusal]:
        """Make each post safe, or refuse it."""
        ...


class Tags(Protocol):
    """What `ingest` needs of the tagger."""

    vocabulary_version: str
    tagger_version: str

    def tag_posts(self, posts: Sequence[SafePost]) -> list[TaggedPost]:
        """Say what each post is about."""
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """The loaded parts that every unit shares."""

    gate: PassesGate
    tagger: Tags
    keys: Keys
    label: Callable[[RawPost], AuthorLabels]
    screen: Callable[[RawPost], SafetyElements]
    store: Store
    chain: AuditChain
    keeps: Callable[[AuthorLabels], bool] = lambda _labels: True
    """Whether an author with these labels is of a cohort that is kept; others are dropped and counted."""


@dataclass(slots=True)
class UnitCounts:
    """What happened to one unit: counts, fixed words and ids, never text. `seconds` is by stage."""

    source_id: str
    seen: int = 0
    stored: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: Counter[str] = field(default_factory=Counter)
    clamped_days: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    entities: Counter[str] = field(default_factory=Counter)
    mentions: Counter[str] = field(default_factory=Counter)
    batches: int = 0
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def as_json(self) -> dict[str, Any]:
        """Give plain JSON values, sorted where order means nothing."""
        return {
            "source_id": self.source_id,
            "seen": self.seen,
            "stored": self.stored,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "removed": dict(sorted(self.removed.items())),
            "clamped_days": self.clamped_days,
            "refused": dict(sorted(self.refused.items())),
            "entities": dict(sorted(self.entities.items())),
            "mentions": dict(sorted(self.mentions.items())),
            "batches": self.batches,
            "seconds": {stage: round(spent, 3) for stage, spent in sorted(self.seconds.items())},
        }


class _Unit:
    """The state of one unit while it runs."""

    def __init__(self, tools: Tools, *, source_id: SourceId, run_id: str, now: datetime) -> None:
        self.tools = tools
        self.source_id = source_id
        self.run_id = run_id
        self.now = now
        self.counts = UnitCounts(source_id)
        self.objections = tools.store.objections()
        self.last_cursor: Mapping[str, Any] | None = None
        self.committed_cursor: Mapping[str, Any] | None = None

    def guarded(self, stage: str, call: Callable[[], T]) -> T:
        """Run a stage, time it, and let only a safe error out."""
        started = perf_counter()
        failure: ListeningError
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - whatever it is, its text must not travel on
            failure = failure_of(error, stage=stage, source_id=self.source_id)
        finally:
            self.counts.seconds[stage] += perf_counter() - started
        raise failure

    async def next_page(self, pages: AsyncIterator[Page]) -> Page | None:
        """Fetch the next page; `None` at the end."""
        started = perf_counter()
        failure: ListeningError
        try:
            page = await anext(pages)
        except StopAsyncIteration:
            return None
        except Exception as error:  # noqa: BLE001 - as above
            failure = failure_of(error, stage="collect", source_id=self.source_id)
        else:
            self.last_cursor = page.cursor
            return page
        finally:
            self.counts.seconds["collect"] += perf_counter() - started
        raise failure

    def commit(self, held: "_Held", cursor: Mapping[str, Any]) -> None:
        """Take a batch through gate 1, the tagger, the chain and the store; what the source says is gone goes."""
        tools, counts = self.tools, self.counts
        labels = self.guarded("labels", lambda: self._labels(held.raws))
        raws, dropped = self.guarded("labels", lambda: self._sorted_out(held.raws, labels))
        skipped = held.skipped + dropped
        passed = self.guarded(
            "gate",
            lambda: tools.gate.pass_posts(
                raws,
                keys=tools.keys,
                collected_at=self.now,
                label=lambda raw: labels.get(id(raw)) or tools.label(raw),
                screen=tools.screen,
            ),
        )
        refusals = [item for item in passed if isinstance(item, Refusal)]
        # The last of two posts with one key wins, as it would in two batches.
        safe = list({item.post_key: item for item in passed if isinstance(item, SafePost)}.values())
        known = self.guarded(
            "store",
            lambda: tools.store.unchanged(
                safe,
                vocabulary_version=tools.tagger.vocabulary_version,
                tagger_version=tools.tagger.tagger_version,
            ),
        )
        fresh = [post for post in safe if post.post_key not in known]
        tagged = self.guarded("tag", lambda: tools.tagger.tag_posts(fresh))
        refused = Counter({("collect", reason): number for reason, number in skipped.items()})
        refused.update(("gate", refusal.reason) for refusal in refusals)
        known_count = len(known) + len(passed) - len(refusals) - len(safe)
        removed = self.guarded("store", lambda: self._gone(held, {post.post_key for post in safe}))
        self.guarded("store", lambda: self._write(tagged, refusals, refused, cursor, known_count, removed))
        counts.seen += len(raws) + skipped.total()
        counts.clamped_days += sum(post.is_day_clamped for post in fresh)
        counts.refused.update({f"{stage}:{reason}": number for (stage, reason), number in refused.items()})
        for item in tagged:
            counts.entities.update(item.post.entity_counts)
            counts.mentions.update(mention.kind for mention in item.mentions)
        counts.batches += 1
        self.committed_cursor = cursor

    def _labels(self, raws: Sequence[RawPost]) -> dict[int, AuthorLabels]:
        """Read each author's labels once; where that fails the post has none here, and gate 1 refuses it."""
        labels: dict[int, AuthorLabels] = {}
        for raw in raws:
            with contextlib.suppress(Exception):
                labels[id(raw)] = self.tools.label(raw)
        return labels

    def _sorted_out(
        self, raws: Sequence[RawPost], labels: Mapping[int, AuthorLabels]
    ) -> tuple[list[RawPost], Counter[str]]:
        """Leave out authors who objected, and those of no cohort that is kept."""
        kept: list[RawPost] = []
        dropped: Counter[str] = Counter()
        for raw in raws:
            if self.objections and self.tools.keys.objection_tag(self.source_id, raw.author_handle) in self.objections:
                dropped["author_objected"] += 1
            elif id(raw) in labels and not self.tools.keeps(labels[id(raw)]):
                dropped["not_of_a_kept_cohort"] += 1
            else:
                kept.append(raw)
        return kept, dropped

    def _gone(self, held: "_Held", arriving: set[PostKey]) -> dict[str, list[PostKey]]:
        """Give the keys of posts, stored or `arriving`, that the source says are gone, by reason."""
        store, keys = self.tools.store, self.tools.keys
        named = [keys.post_key(self.source_id, native_id) for native_id in held.gone]
        deleted = sorted({*store.held(named), *arriving.intersection(named)})
        first = store.first_day(self.source_id) if held.gone_authors else None
        authors = [
            key
            for author in held.gone_authors
            if first is not None
            for key in keys.author_keys(self.source_id, author, first, self.now.date())
        ]
        closed = [key for key in store.keys_of_authors(authors) if key not in set(deleted)]
        return {reason: found for reason, found in (("deleted", deleted), ("account_closed", closed)) if found}

    def _write(
        self,
        tagged: Sequence[TaggedPost],
        refusals: Sequence[Refusal],
        refused: Mapping[tuple[str, str], int],
        cursor: Mapping[str, Any],
        known_count: int,
        removed: Mapping[str, Sequence[PostKey]],
    ) -> None:
        """Append the decisions to the chain, then commit rows and cursor in one transaction.

        In this order a crash in between leaves decisions that took no effect, which the missing `batch` row shows; the
        other order would leave stored posts that no entry accounts for.
        """
        tools = self.tools
        entries: list[events.AuditEvent] = [
            *events.stored(
                (item.post for item in tagged),
                run_id=self.run_id,
                vocabulary_version=tools.tagger.vocabulary_version,
                tagger_version=tools.tagger.tagger_version,
            ),
            *events.refused(
                refusals,
                source_id=self.source_id,
                run_id=self.run_id,
                policy_version=tools.gate.policy_version,
                gate_version=tools.gate.gate_version,
            ),
            *(
                event
                for reason, keys in removed.items()
                for event in events.removed(keys, source_id=self.source_id, run_id=self.run_id, reason=reason)
            ),
        ]
        head = tools.chain.append(entries, now=self.now)
        done = tools.store.commit_batch(
            Batch(
                batch_id=uuid.uuid4().hex,
                run_id=self.run_id,
                source_id=self.source_id,
                posts=tagged,
                cursor=cursor,
                refusals=refused,
                audit_first=head.seq - len(entries) + 1 if entries else None,
                audit_last=head.seq if entries else None,
                audit_head=head.hash,
                known_count=known_count,
                randomisation=tools.gate.randomisation,
                removed=removed,
            )
        )
        self.counts.stored += done.new
        self.counts.updated += done.updated
        self.counts.unchanged += done.unchanged
        self.counts.removed.update({reason: len(keys) for reason, keys in removed.items()})


@dataclass(slots=True, repr=False)
class _Held:
    """What was read and not committed yet. Memory only."""

    raws: list[RawPost] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    gone: list[str] = field(default_factory=list)
    gone_authors: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Posts and names together: a supplier's list of a million tombstones must not pile up either."""
        return len(self.raws) + len(self.gone) + len(self.gone_authors)

    def add(self, page: Page) -> None:
        """Put a page to the rest."""
        self.raws.extend(page.posts)
        self.skipped.update(page.skipped)
        self.gone.extend(page.gone)
        self.gone_authors.extend(page.gone_authors)


async def _ingest(
    unit: _Unit, connect: Connect, window: Window, batch_size: int, report: Callable[[UnitCounts], None]
) -> None:
    async with connect() as collector:
        pages = collector.pages(window, unit.tools.store.cursor(unit.source_id))
        try:
            await _ingest_pages(unit, pages, batch_size, report)
        finally:
            await _closed(pages)


async def _ingest_pages(
    unit: _Unit, pages: AsyncIterator[Page], batch_size: int, report: Callable[[UnitCounts], None]
) -> None:
    held = _Held()
    failure: ListeningError | None = None
    while True:
        try:
            page = await unit.next_page(pages)
        except ListeningError as error:
            # What came before the failure is whole and valid: it is committed below, then the failure is told.
            failure = error
            break
        if page is None:
            break
        held.add(page)
        if held.size >= batch_size:
            unit.commit(held, page.cursor)
            report(unit.counts)
            held = _Held()
        # A collector of files never waits; here an interrupt gets its turn, between batches.
        await asyncio.sleep(0)
    # The last cursor is committed with the rest, also where no post is left: a validator or a skipped page moves it too.
    if unit.last_cursor is not unit.committed_cursor:
        unit.commit(held, unit.last_cursor or {})
        report(unit.counts)
    if failure is not None:
        raise failure


async def _closed(pages: AsyncIterator[Page]) -> None:
    """Close a generator of pages; whatever it says while it closes is of no use and may hold text."""
    closing: Callable[[], Awaitable[None]] | None = getattr(pages, "aclose", None)
    if closing is not None:
        with contextlib.suppress(Exception):
            await closing()


def ingest_unit(
    connect: Connect,
    window: Window,
    tools: Tools,
    *,
    source_id: SourceId,
    run_id: str,
    now: datetime,
    batch_size: int,
    allowed_refused_share: float,
    allowed_unread_share: float = 1.0,
    report: Callable[[UnitCounts], None] = lambda _counts: None,
) -> UnitCounts:
    """Take one source's window all the way into the restricted store.

    Args:
        connect: Opens the collector, under a permission that holds, in the event loop it will run in.
        window: What to read; the stored cursor says from where.
        tools: The loaded gate, tagger, keys, store and chain.
        source_id: The catalogue entry.
        run_id: The run it counts for.
        now: Aware UTC instant that stands for this run.
        batch_size: Posts that commit together, at least 1.
        allowed_refused_share: 0 to 1, of posts that gate 1 may refuse for faults.
        allowed_unread_share: 0 to 1, of records that the collector may find unreadable before the source counts as changed.
        report: Called after each commit with the counts so far.

    Raises:
        ListeningError: Of any kind; what was committed before stays, and a second call goes on from there.
    """
    unit = _Unit(tools, source_id=source_id, run_id=run_id, now=now)
    asyncio.run(_ingest(unit, connect, window, batch_size, report))
    counts = unit.counts
    unread = sum(counts.refused[f"collect:{reason}"] for reason in UNREADABLE)
    if counts.seen >= ENOUGH_TO_JUDGE and unread > allowed_unread_share * counts.seen:
        raise SourceFailed(
            source_id=source_id,
            problem=f"{unread} of {counts.seen} records could not be read, so its form has changed",
            remedy="What could be read is stored. Compare `listening sources check` with its entry and the collector.",
        )
    faults = _gate_faults(counts.refused.items())
    if counts.seen >= ENOUGH_TO_JUDGE and faults > allowed_refused_share * counts.seen:
        raise GateRefusedTooMuch(
            source_id=source_id, refused=faults, seen=counts.seen, allowed_share=allowed_refused_share
        )
    return counts


def _gate_faults(refused: Iterable[tuple[str, int]]) -> int:
    total = 0
    for name, number in refused:
        stage, _, reason = name.partition(":")
        if stage == "gate" and reason not in REFUSALS_THAT_ARE_NO_FAULT:
            total += number
    return total
