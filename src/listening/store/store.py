"""The restricted store: posts after gate 1, written so that a run killed anywhere and started again ends the same.

It takes `TaggedPost`s only, and its errors never quote a value.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from listening.posts import AuthorKey, PostKey, SafePost, SourceId
from listening.store.batch import Batch, BatchCounts, Run
from listening.store.connection import Connection
from listening.store.migrations import migrate, read_migrations
from listening.store.rows import POST_COLUMNS, entity_table, link_table, mention_table, post_table
from listening.store.sql import Sql

__all__ = ["Batch", "BatchCounts", "Run", "Store"]

_NAME = "restricted"
_KEPT_IF_CLAMPED = ("day", "hour")
_VERSIONS = ("policy_version", "gate_version", "vocabulary_version", "tagger_version")
_CHILDREN = ("post_entity", "post_link", "mention")

# An edit replaces the row. A day that only stands in for an impossible date must not wander with each reading.
_UPSERT = f"""
insert into post by name select * from incoming_post
on conflict (post_key) do update set
    is_day_clamped = post.is_day_clamped and excluded.is_day_clamped,
    {", ".join(f"{c} = if(excluded.is_day_clamped, post.{c}, excluded.{c})" for c in _KEPT_IF_CLAMPED)},
    {", ".join(f"{c} = excluded.{c}" for c in POST_COLUMNS if c not in {"post_key", "is_day_clamped", *_KEPT_IF_CLAMPED})}
"""  # noqa: S608 - built from the fixed column names above

_DIGEST = """
select sha256(coalesce(string_agg(line, chr(10) order by line), ''))
from (
    select sha256(cast(p as varchar)) as line from (select * exclude (batch_id) from post) as p
    union all
    select sha256('entity' || cast(e as varchar)) as line from post_entity as e
    union all
    select sha256('link' || cast(l as varchar)) as line from post_link as l
    union all
    select sha256('mention' || cast(m as varchar)) as line from mention as m
)
"""


class Store:
    """The restricted DuckDB file. One writing process per file; threads of that process may share the store."""

    def __init__(self, connection: Connection) -> None:
        """Hold an open connection to a migrated file; use `Store.open`."""
        self._sql = connection

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the store, making or migrating the file.

        Raises:
            StoreLocked: Another process has it open.
            StoreSchemaTooNew: A newer version wrote it.
            StoreFull: No space is left.
            StoreError: It cannot be opened, or it is damaged.
        """
        connection = Connection(path, name=_NAME)
        try:
            migrate(connection, read_migrations(), store=_NAME)
        except BaseException:
            connection.close()
            raise
        return cls(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._sql.close()

    @property
    def sql(self) -> Sql:
        """The database behind the store, for marts and gate 2."""
        return self._sql

    def has_posts(self) -> bool:
        """Say whether any post is stored."""
        return bool(self._sql.rows("select 1 from post limit 1"))

    def cursor(self, source_id: SourceId) -> dict[str, Any] | None:
        """Give the cursor of a source as it was last committed."""
        rows = self._sql.rows("select cursor from source_cursor where source_id = ?", [source_id])
        return json.loads(rows[0][0]) if rows else None

    def unchanged(self, posts: Sequence[SafePost], *, vocabulary_version: str, tagger_version: str) -> set[PostKey]:
        """Give the keys of posts that are stored already with the same content, under the same versions of everything."""
        stored = self._stored([post.post_key for post in posts], ("content_tag", *_VERSIONS))
        tagged_by = (vocabulary_version, tagger_version)
        return {
            post.post_key
            for post in posts
            if stored.get(post.post_key) == (post.content_tag, post.policy_version, post.gate_version, *tagged_by)
        }

    def commit_batch(self, batch: Batch) -> BatchCounts:
        """Write posts, cursor, refusals and the batch's own row in one transaction.

        A post stored before is replaced with its children where content or versions changed; one that was stored under
        an out-of-range date keeps the day of its first collection. Of duplicates in the batch the last wins.

        Raises:
            StoreError: Nothing of the batch was written.
        """
        posts = list({tagged.post.post_key: tagged for tagged in batch.posts}.values())

        def write() -> BatchCounts:
            stored = self._stored([t.post.post_key for t in posts], ("content_tag", *_VERSIONS, "day"))
            changed = [
                tagged
                for tagged in posts
                if stored.get(tagged.post.post_key, ())[:-1]
                != (
                    tagged.post.content_tag,
                    tagged.post.policy_version,
                    tagged.post.gate_version,
                    tagged.vocabulary_version,
                    tagged.tagger_version,
                )
            ]
            updated = [tagged.post.post_key for tagged in changed if tagged.post.post_key in stored]
            unchanged = len(posts) - len(changed) + batch.known_count
            counts = BatchCounts(len(changed) - len(updated), len(updated), unchanged)
            if changed:
                days = {stored[key][-1] for key in updated} | {tagged.post.day for tagged in changed}
                self._write_posts(changed, updated, batch.batch_id)
                self._mark_changed(sorted(days))
            removed = self._remove(batch)
            self._write_batch(batch, counts)
            return replace(counts, removed=removed)

        return self._sql.atomically(write)

    def _stored(self, keys: Sequence[PostKey], columns: Sequence[str]) -> dict[PostKey, tuple[Any, ...]]:
        if not keys:
            return {}
        # A list of keys is looked up in the primary key's index; a join would read the whole table.
        marks = ", ".join("?" * len(keys))
        statement = f"select post_key, {', '.join(columns)} from post where post_key in ({marks})"  # noqa: S608
        return {row[0]: row[1:] for row in self._sql.rows(statement, list(keys))}

    def _write_posts(self, posts: Sequence[Any], updated: Sequence[PostKey], batch_id: str) -> None:
        if updated:
            marks = ", ".join("?" * len(updated))
            for child in _CHILDREN:
                self._sql.rows(f"delete from {child} where post_key in ({marks})", list(updated))  # noqa: S608
        self._sql.load(_UPSERT, incoming_post=post_table(posts, batch_id))
        self._sql.load("insert into post_entity by name select * from incoming", incoming=entity_table(posts))
        self._sql.load("insert into post_link by name select * from incoming", incoming=link_table(posts))
        days = dict(self._stored([tagged.post.post_key for tagged in posts], ("day",)))
        self._sql.load(
            "insert into mention by name select * from incoming",
            incoming=mention_table(posts, {key: day for key, (day,) in days.items()}),
        )

    def _remove(self, batch: Batch) -> int:
        """Delete the posts that are gone, and mark their days, so that the marts of old weeks are counted anew."""
        removed = 0
        for reason, keys in sorted(batch.removed.items()):
            held = self._stored(list(keys), ("day",))
            if not held:
                continue
            marks = ", ".join("?" * len(held))
            for table in (*_CHILDREN, "post"):
                self._sql.rows(f"delete from {table} where post_key in ({marks})", list(held))  # noqa: S608
            self._mark_changed(sorted({day for (day,) in held.values()}))
            self._sql.rows(
                "insert into removal values (?, ?, ?, ?) on conflict do update"
                " set post_count = removal.post_count + excluded.post_count",
                [batch.run_id, batch.source_id, reason, len(held)],
            )
            removed += len(held)
        return removed

    def held(self, keys: Sequence[PostKey]) -> list[PostKey]:
        """Give those of the keys that are stored, in order."""
        stored = self._stored(list(dict.fromkeys(keys)), ("day",))
        return [key for key in dict.fromkeys(keys) if key in stored]

    def keys_of_authors(self, authors: Sequence[AuthorKey]) -> list[PostKey]:
        """Give the keys of all stored posts of these authors, sorted."""
        if not authors:
            return []
        rows = self._sql.rows(
            "select post_key from post where list_contains(?, author_key) order by 1", [list(authors)]
        )
        return [PostKey(key) for (key,) in rows]

    def keys_between(self, source_id: SourceId, first: date, last: date) -> list[PostKey]:
        """Give the keys of a source's posts of the days from `first` to `last`, sorted; not those under a stand-in day."""
        rows = self._sql.rows(
            "select post_key from post where source_id = ? and day between ? and ? and not is_day_clamped order by 1",
            [source_id, first, last],
        )
        return [PostKey(key) for (key,) in rows]

    def first_day(self, source_id: SourceId) -> date | None:
        """Give the earliest day of a source's posts."""
        day: date | None = self._sql.rows("select min(day) from post where source_id = ?", [source_id])[0][0]
        return day

    def objections(self) -> frozenset[str]:
        """Give the tags of the authors who may not be stored."""
        return frozenset(tag for (tag,) in self._sql.rows("select author_tag from objection"))

    def add_objections(self, tags: Sequence[str], *, day: date) -> None:
        """Keep the tags of an author who objected; those known stay as they are."""
        self._sql.rows("insert or ignore into objection select unnest(?::varchar[]), ?", [list(tags), day])

    def reconciled_at(self) -> dict[str, datetime]:
        """Say when each source was last held against a whole walk."""
        return dict(self._sql.rows("select source_id, reconciled_at from reconciliation order by 1"))

    def note_reconciliation(self, source_id: SourceId, *, run_id: str, at: datetime, walked: int, removed: int) -> None:
        """Write that a source was held against a whole walk."""
        self._sql.rows(
            "insert or replace into reconciliation values (?, ?, ?, ?, ?)", [source_id, run_id, at, walked, removed]
        )

    def _mark_changed(self, days: Sequence[Any]) -> None:
        self._sql.rows("insert or ignore into changed_day select unnest(?::date[])", [list(days)])

    def _write_batch(self, batch: Batch, counts: BatchCounts) -> None:
        self._sql.rows(
            "insert into batch values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                batch.batch_id,
                batch.run_id,
                batch.source_id,
                batch.audit_first,
                batch.audit_last,
                batch.audit_head,
                counts.new,
                counts.updated,
                counts.unchanged,
            ],
        )
        if batch.cursor is not None:
            self._sql.rows(
                "insert or replace into source_cursor values (?, ?, ?)",
                [batch.source_id, json.dumps(batch.cursor, sort_keys=True), batch.batch_id],
            )
        if batch.randomisation is not None:
            self._sql.rows(
                "insert or replace into randomisation values (?, ?, ?, ?, ?, ?)", list(astuple(batch.randomisation))
            )
        for (stage, reason), count in sorted(batch.refusals.items()):
            if count:
                self._sql.rows(
                    "insert into refusal values (?, ?, ?, ?, ?) on conflict do update"
                    " set post_count = refusal.post_count + excluded.post_count",
                    [batch.run_id, batch.source_id, stage, reason, count],
                )

    def begin_run(self, run_id: str, *, started_at: datetime, versions: Mapping[str, str]) -> None:
        """Write that a run began, under which versions."""
        self._sql.rows(
            "insert into run (run_id, started_at, versions) values (?, ?, ?)",
            [run_id, started_at, json.dumps(dict(versions), sort_keys=True)],
        )

    def finish_run(self, run_id: str, summary: Mapping[str, Any], *, ended_at: datetime) -> None:
        """Write that a run ended, and with which counts. `summary` is JSON and holds no post text."""
        self._sql.rows(
            "update run set ended_at = ?, summary = ? where run_id = ?",
            [ended_at, json.dumps(dict(summary), sort_keys=True), run_id],
        )

    def last_runs(self, count: int) -> list[Run]:
        """Give the latest runs, the last first; one without an end was killed or still runs."""
        rows = self._sql.rows(
            "select run_id, started_at, ended_at, versions, summary from run order by started_at desc, run_id limit ?",
            [count],
        )
        return [
            Run(
                run_id,
                started.isoformat(),
                ended.isoformat() if ended else None,
                json.loads(versions),
                json.loads(summary) if summary else None,
            )
            for run_id, started, ended, versions, summary in rows
        ]

    def audit_heads(self) -> list[tuple[int, str]]:
        """Give what the store remembers of the audit chain: the last entry of each batch, and the hash after it."""
        rows = self._sql.rows(
            "select audit_last, audit_head from batch where audit_last is not null order by audit_last, batch_id"
        )
        return [(int(seq), str(head)) for seq, head in rows]

    def committed(self, run_id: str, source_id: str) -> dict[str, Any]:
        """Give what a run committed of a source, also where it failed later.

        Returns:
            `new`, `updated`, `unchanged` and `batches` as counts; `refused` as counts by `stage:reason`, `removed` by reason.
        """
        new, updated, unchanged, batches = self._sql.rows(
            "select coalesce(sum(new_count), 0), coalesce(sum(updated_count), 0), coalesce(sum(unchanged_count), 0),"
            " count(*) from batch where run_id = ? and source_id = ?",
            [run_id, source_id],
        )[0]
        refused = self._sql.rows(
            "select stage || ':' || reason, post_count from refusal where run_id = ? and source_id = ? order by all",
            [run_id, source_id],
        )
        removed = self._sql.rows(
            "select reason, post_count from removal where run_id = ? and source_id = ? order by all",
            [run_id, source_id],
        )
        return {
            "new": int(new),
            "updated": int(updated),
            "unchanged": int(unchanged),
            "batches": batches,
            "refused": dict(refused),
            "removed": dict(removed),
        }

    def rows_digest(self) -> str:
        """Digest of all posts and their children, whatever their order and whichever run wrote them; 64 hex digits."""
        return str(self._sql.rows(_DIGEST)[0][0])
