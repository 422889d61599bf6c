"""Reads every value of a database as text, for scans that look for what must not be there."""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from listening.errors import StoreError
from listening.store.connection import typed


def every_text(path: Path) -> Iterator[str]:
    """Yield each value of each table as text; nulls are left out.

    Args:
        path: A DuckDB file that no other process has open for writing.

    Raises:
        StoreError: The file cannot be read; no value is quoted.
    """
    failure: StoreError
    try:
        values = _values(path)
    except duckdb.Error as error:
        failure = typed(error, path.stem)
    else:
        yield from values
        return
    raise failure


def _values(path: Path) -> list[str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute("select table_name from duckdb_tables() where not internal order by all").fetchall()
        return [
            value
            for (table,) in tables
            for row in connection.execute(f'select cast(columns(*) as varchar) from "{table}"').fetchall()  # noqa: S608
            for value in row
            if value is not None
        ]
