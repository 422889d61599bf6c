"""Gate 2: writes what may be shown to a new `insights.duckdb`, and puts it in the place of the old one by atomic rename.

An open reader keeps the file it has; the next one gets the new. A run killed on the way leaves the old file.
"""

import hashlib
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from listening.assets import asset
from listening.errors import SharingRefused
from listening.settings import K_FLOOR, Settings
from listening.sharing.suppression import decide, forget
from listening.store.connection import STORAGE_VERSION, Connection
from listening.store.sql import Sql
from listening.store.store import Store

_FILLS = (
    "concept",
    "cohort_daily",
    "cohort_weekly",
    "driver_daily",
    "driver_weekly",
    "source_health",
    "randomisation",
    "publication_count",
)
_VERSIONS = ("code", "policy", "gate", "vocabulary", "tagger")


@dataclass(frozen=True, slots=True)
class PublishCounts:
    """What gate 2 let out. `published` and `suppressed` count cells by mart; `file_sha256` is that of `insights.duckdb`.

    `weeks_decided` are the Mondays of the weeks that were decided on now; of all others an earlier decision stands.
    """

    publication_id: str
    published: Mapping[str, int]
    suppressed: Mapping[str, int]
    file_sha256: str
    weeks_decided: tuple[date, ...]


def publish(
    store: Store, *, settings: Settings, versions: Mapping[str, str], run_id: str, now: datetime
) -> PublishCounts:
    """Publish the marts of the restricted store as `insights.duckdb`.

    Args:
        store: The restricted store, its marts built.
        settings: Where the file lies, k, and the weeks of a baseline.
        versions: Versions of `code`, `policy`, `gate`, `vocabulary` and `tagger`.
        run_id: The run that publishes; the publication's id is made from it.
        now: Aware UTC instant of the run.

    Raises:
        SharingRefused: k is below the floor, or the marts are older than the posts.
        StoreError: A file could not be read or written; the old one stays.
    """
    if settings.k < K_FLOOR:
        raise SharingRefused(problem=f"k is below the floor of {K_FLOOR}", remedy="Raise k in the settings.")
    sql, target = store.sql, settings.insights_path
    _refuse_stale(sql)
    publication_id = uuid.uuid5(uuid.NAMESPACE_OID, f"{run_id} {now.isoformat()}").hex
    following = target.with_name("insights.next.duckdb")
    _remove(following)
    try:
        decided = decide(sql, k=settings.k, baseline_weeks=settings.baseline_weeks, versions=versions)
        _make(following, k=settings.k)
        _fill(sql, following)
        counts = _describe(following, publication_id, settings=settings, versions=versions, now=now)
        digest = _replace(following, target)
    finally:
        forget(sql)
        _remove(following)
    return PublishCounts(
        publication_id=publication_id,
        published={mart: shown for mart, shown, _ in counts},
        suppressed={mart: hidden for mart, _, hidden in counts},
        file_sha256=digest,
        weeks_decided=tuple(decided),
    )


def _refuse_stale(sql: Sql) -> None:
    built = sql.rows("select count(*) from mart_build")[0][0]
    if not built or sql.rows("select 1 from changed_day limit 1"):
        raise SharingRefused(problem="the marts are older than the posts", remedy="Run `listening run` again.")


def _remove(path: Path) -> None:
    for leftover in (path, path.with_name(f"{path.name}.wal")):
        leftover.unlink(missing_ok=True)


def _make(path: Path, *, k: int) -> None:
    schema = (asset("sql/insights") / "schema.sql").read_text(encoding="utf-8").replace("$k", str(k))
    made = Connection(path, name="insights")
    try:
        made.rows(schema)
    finally:
        made.close()


def _fill(sql: Sql, path: Path) -> None:
    literal = str(path).replace("'", "''")
    sql.rows(f"attach '{literal}' as insights (storage_version '{STORAGE_VERSION}')")
    try:
        for name in _FILLS:
            sql.rows((asset("sql/insights") / f"{name}.sql").read_text(encoding="utf-8"))
    finally:
        sql.rows("detach insights")


def _describe(
    path: Path, publication_id: str, *, settings: Settings, versions: Mapping[str, str], now: datetime
) -> list[tuple[str, int, int]]:
    made = Connection(path, name="insights")
    try:
        made.rows(
            "insert into publication values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                publication_id,
                now.astimezone(UTC).replace(tzinfo=None),
                settings.k,
                settings.baseline_weeks,
                *(versions.get(name, "unknown") for name in _VERSIONS),
            ],
        )
        counts = made.rows("select mart, cells_published, cells_suppressed from publication_count order by mart")
    finally:
        made.close()
    return [(str(mart), int(shown), int(hidden)) for mart, shown, hidden in counts]


def _replace(following: Path, target: Path) -> str:
    """Put the new file in the old one's place, on disk for good; give its SHA-256."""
    following.chmod(0o644)  # Aggregates only: who may enter the data home may read it.
    with following.open("rb+") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    following.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return digest
