"""What is committed together, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from listening.posts import PostKey, Randomisation, SourceId, TaggedPost


@dataclass(frozen=True, slots=True)
class Batch:
    """Posts of one source with the cursor that is valid once they are stored; without one, the cursor stays where it is.

    `refusals` counts what was not stored, by (stage, reason). `audit_first` and `audit_last` are the entries of the
    audit chain that tell of the batch (both `None` where there are none), `audit_head` the chain's hash after them.
    `known_count` counts posts that came along and are not in `posts`, since they are stored already as they are.
    `randomisation` is that of the policy the posts passed under. `removed` names stored posts that go, by reason
    (`deleted`, `account_closed`, `absent`, `objected`); a post that stands in both is gone afterwards.
    """

    batch_id: str
    run_id: str
    source_id: SourceId
    posts: Sequence[TaggedPost]
    cursor: Mapping[str, Any] | None
    refusals: Mapping[tuple[str, str], int]
    audit_first: int | None
    audit_last: int | None
    audit_head: str
    known_count: int = 0
    randomisation: Randomisation | None = None
    removed: Mapping[str, Sequence[PostKey]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Batch of {len(self.posts)} posts>"


@dataclass(frozen=True, slots=True)
class BatchCounts:
    """What a commit did with the posts of a batch, each post counted once."""

    new: int
    updated: int
    unchanged: int
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """One run as the store knows it; instants are UTC, ISO 8601."""

    run_id: str
    started_at: str
    ended_at: str | None
    versions: Mapping[str, str]
    summary: Mapping[str, Any] | None
