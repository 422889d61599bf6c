"""Numbered migrations: applied once, in order, forward only, and never changed after."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from listening.assets import asset
from listening.errors import StoreError, StoreSchemaTooNew
from listening.store.sql import Sql

_LEDGER = """
create table if not exists schema_migration (
    number integer not null primary key,
    name varchar not null,
    sha256 varchar not null
);
comment on table schema_migration is 'Migrations applied to this file.';
comment on column schema_migration.number is 'Number the file name begins with.';
comment on column schema_migration.name is 'Name of the migration.';
comment on column schema_migration.sha256 is 'SHA-256 of its text when it was applied.';
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of `sql/schema`."""

    number: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        """SHA-256 of the text, 64 hex digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_migrations(folder: Path | None = None) -> list[Migration]:
    """Read the migrations in order, `0001_create_run.sql` first."""
    files = sorted((folder or asset("sql/schema")).glob("[0-9][0-9][0-9][0-9]_*.sql"))
    return [Migration(int(file.name[:4]), file.stem[5:], file.read_text(encoding="utf-8")) for file in files]


def migrate(sql: Sql, migrations: Sequence[Migration], *, store: str) -> int:
    """Bring a database up to the last migration, each in a transaction of its own.

    Returns:
        How many were applied now.

    Raises:
        StoreSchemaTooNew: The database knows a migration that this version does not.
        StoreError: A migration was changed after it was applied, or the database refused.
    """
    applied = _applied(sql)
    by_number = {migration.number: migration for migration in migrations}
    if strangers := set(applied) - set(by_number):
        raise StoreSchemaTooNew(
            store=store,
            problem=f"its schema is at {max(strangers)}, this version knows up to {max(by_number, default=0)}",
            remedy="Install the newer version of listening that wrote it.",
        )
    for number, sha256 in applied.items():
        if by_number[number].sha256 != sha256:
            raise StoreError(
                store=store,
                problem=f"migration {number} was changed after it was applied",
                remedy="Restore the migration's text, and write the change as a new one.",
            )
    missing = [migration for migration in migrations if migration.number not in applied]
    for migration in missing:
        sql.atomically(partial(_apply, sql, migration))
    return len(missing)


def _applied(sql: Sql) -> dict[int, str]:
    if not sql.rows("select 1 from duckdb_tables() where table_name = 'schema_migration'"):
        sql.atomically(lambda: sql.rows(_LEDGER))
    return dict(sql.rows("select number, sha256 from schema_migration order by number"))


def _apply(sql: Sql, migration: Migration) -> None:
    sql.rows(migration.text)
    sql.rows("insert into schema_migration values (?, ?, ?)", [migration.number, migration.name, migration.sha256])
