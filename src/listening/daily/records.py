"""What the steps hand one another: ids, instants and counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from listening.ingest import UnitCounts


@dataclass(frozen=True, slots=True)
class Unit:
    """One source and the window to read: what a Prefect task is handed."""

    source_id: str
    start: datetime
    end: datetime
    hosts: tuple[str, ...]
    concurrency: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will do. `skipped` says why a source of the catalogue is not read."""

    run_id: str
    units: tuple[Unit, ...]
    skipped: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that failed, in the words of its error."""

    source_id: str
    error: str
    message: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class Published:
    """What gate 2 let out, by mart, and how long marts and publishing took, in seconds."""

    publication_id: str
    published: Mapping[str, int]
    suppressed: Mapping[str, int]
    seconds: Mapping[str, float]


@dataclass(slots=True)
class Summary:
    """The summary of a run: printed, stored, and given as JSON."""

    run_id: str
    state: str
    started_at: str
    ended_at: str
    versions: Mapping[str, str]
    sources: list[dict[str, Any]] = field(default_factory=list)
    skipped: Mapping[str, str] = field(default_factory=dict)
    failures: list[dict[str, Any]] = field(default_factory=list)
    totals: Mapping[str, Any] = field(default_factory=dict)
    published: Mapping[str, int] = field(default_factory=dict)
    suppressed: Mapping[str, int] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    exit_code: int = 0

    def as_json(self) -> dict[str, Any]:
        """Give plain JSON values."""
        return asdict(self)


def partial(source_id: str, committed: Mapping[str, Any]) -> dict[str, Any]:
    """Give the counts of a source that failed, from what the store says was committed (`Store.committed`)."""
    counts = UnitCounts(
        source_id,
        seen=committed["new"] + committed["updated"] + committed["unchanged"] + sum(committed["refused"].values()),
        stored=committed["new"],
        updated=committed["updated"],
        unchanged=committed["unchanged"],
        refused=Counter(committed["refused"]),
        removed=Counter(committed["removed"]),
        batches=committed["batches"],
    )
    return counts.as_json()


def totals(counts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Add the counts of all sources up; the named counts largest first."""
    added: dict[str, Any] = {
        name: sum(one[name] for one in counts)
        for name in ("seen", "stored", "updated", "unchanged", "clamped_days", "batches")
    }
    for name in ("refused", "removed", "entities", "mentions"):
        merged: Counter[str] = Counter()
        for one in counts:
            merged.update(one[name])
        added[name] = dict(merged.most_common())
    return added
