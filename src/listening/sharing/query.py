"""Answers an analyst's SQL from `insights.duckdb`: read-only, without files and network, within limits.

DuckDB's own message is passed on: it speaks of the analyst's SQL, and the published file holds aggregates only.
"""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from listening.errors import QueryRefused, StoreError
from listening.settings import Settings
from listening.sharing.result import Result
from listening.store.connection import typed

MOST_ROWS = 10_000
MOST_SECONDS = 30.0
_LIMITS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "1GB",
    "max_temp_directory_size": "0B",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_READS = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


def query(
    settings: Settings,
    text: str,
    parameters: Mapping[str, Any] | Sequence[Any] | None = None,
    *,
    most_rows: int = MOST_ROWS,
    most_seconds: float = MOST_SECONDS,
) -> Result:
    """Run one statement that only reads.

    Args:
        settings: Says where the published file lies.
        text: One SELECT; DuckDB's `from table`, `describe`, `summarize` and `explain` read as well.
        parameters: Values of its placeholders.
        most_rows: Rows given at most; what is beyond is cut, and said.
        most_seconds: Longest time it may take.

    Raises:
        QueryRefused: There is no published file, the statement is not one that reads, it fails, or takes too long.
        StoreError: The published file cannot be read.
    """
    if not settings.insights_path.exists():
        raise QueryRefused(problem="Nothing is published yet", remedy="Run `listening run` first.")
    connection = _open(settings.insights_path)
    try:
        return _ask(connection, text, parameters, most_rows=most_rows, most_seconds=most_seconds)
    finally:
        connection.close()


def _open(path: Path) -> duckdb.DuckDBPyConnection:
    failure: StoreError
    try:
        connection = duckdb.connect(str(path), read_only=True, config=_LIMITS)
        connection.execute("set TimeZone = 'UTC'; set enable_external_access = false; set lock_configuration = true")
    except duckdb.Error as error:
        failure = typed(error, "insights")
    else:
        return connection
    raise failure


def _ask(
    connection: duckdb.DuckDBPyConnection,
    text: str,
    parameters: Mapping[str, Any] | Sequence[Any] | None,
    *,
    most_rows: int,
    most_seconds: float,
) -> Result:
    statement = _one_that_reads(connection, text)
    late = threading.Event()

    def stop() -> None:
        late.set()
        connection.interrupt()

    timer = threading.Timer(most_seconds, stop)
    timer.start()
    problem = ""
    try:
        answer = connection.execute(statement, parameters)
        rows = answer.fetchmany(most_rows + 1)
        columns = [column[0] for column in answer.description or ()]
    except (duckdb.Error, ValueError) as error:
        problem = _first_words(error)
    finally:
        timer.cancel()
        timer.join()
    if late.is_set():
        raise QueryRefused(
            problem=f"The query took longer than {most_seconds:g} seconds",
            remedy="Narrow it to fewer periods or cohorts.",
        )
    if problem:
        raise QueryRefused(problem=problem, remedy="`listening sql 'show all tables'` lists what there is.")
    return Result(columns, rows[:most_rows], is_cut=len(rows) > most_rows)


def _one_that_reads(connection: duckdb.DuckDBPyConnection, text: str) -> duckdb.Statement:
    problem = ""
    statements: list[duckdb.Statement] = []
    try:
        statements = connection.extract_statements(text)
    except duckdb.Error as error:
        problem = _first_words(error)
    if problem:
        raise QueryRefused(problem=problem, remedy="Correct the SQL; it is DuckDB's dialect.")
    if len(statements) != 1:
        raise QueryRefused(problem=f"{len(statements)} statements were given", remedy="Give exactly one SELECT.")
    if statements[0].type not in _READS:
        raise QueryRefused(
            problem=f"A statement of type {statements[0].type.name} may not run here", remedy="Only SELECT may."
        )
    return statements[0]


def _first_words(error: Exception) -> str:
    """Give what DuckDB says, without the picture of the line that it draws below."""
    return str(error).split("\n\nLINE", 1)[0].strip().rstrip(".!")
