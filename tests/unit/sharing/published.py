"""Makes a published file from made-up posts, through the real store, marts and gate 2."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tagged import VERSIONS, batch, vocabulary

from listening.drivers.marts import build_marts
from listening.posts import TaggedPost
from listening.settings import Settings
from listening.sharing.publish import PublishCounts, publish
from listening.store.store import Store

NOW = datetime(2026, 11, 30, 6, tzinfo=UTC)
KINDS = {
    "workload": "topic",
    "drug-shortage": "topic",
    "esmo": "event",
    "poll": "content_type",
    "rash": "adverse_event",
    "asthma": "condition",
}
WORDS = vocabulary({"pembrolizumab": "pd1", "nivolumab": "pd1", "pd1": None, **dict.fromkeys(KINDS)}, kinds=KINDS)


def publish_posts(
    home: Path,
    posts: Sequence[TaggedPost],
    *,
    k: int = 11,
    number: int = 1,
    versions: Mapping[str, str] = VERSIONS,
    baseline_weeks: int = 8,
) -> PublishCounts:
    settings = Settings(home=home, k=k, baseline_weeks=baseline_weeks)
    with Store.open(settings.restricted_path) as store:
        if not store.last_runs(1):
            store.begin_run("run-1", started_at=NOW, versions=versions)
        if posts or number == 1:
            store.commit_batch(batch(number, posts, refusals={("gate", "language"): 20}))
        build_marts(store, settings=settings, versions=versions, now=NOW, vocabulary=WORDS)
        return publish(store, settings=settings, versions=versions, run_id=f"run-{number}", now=NOW)
