"""Every text in a DuckDB file, for leak scans: the file's own bytes are compressed and show only part of it."""

from collections.abc import Iterator
from pathlib import Path

import duckdb


def every_text(path: Path) -> Iterator[str]:
    """Give every value of every column of every table and view, as text, with names, comments and view definitions."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables where table_catalog = current_database()"
        ).fetchall()
        for schema, table in tables:
            cursor = connection.execute(f'select cast(t as varchar) from "{schema}"."{table}" as t')  # noqa: S608 - names from the catalogue
            while rows := cursor.fetchmany(10_000):
                yield from (row[0] for row in rows if row[0] is not None)
        for (definition,) in connection.execute("select sql from duckdb_views() where not internal").fetchall():
            yield definition or ""
        for (comment,) in connection.execute("select comment from duckdb_columns() where not internal").fetchall():
            yield comment or ""
