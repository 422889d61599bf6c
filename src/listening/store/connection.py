"""One DuckDB file, opened for writing, whose errors are typed and quote no values."""

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from listening.errors import StoreError, StoreFull, StoreLocked, StoreSchemaTooNew

T = TypeVar("T")

STORAGE_VERSION = "v1.5.0"
"""Files that DuckDB 1.5 and 2.0 both read."""

_NO_SPACE = ("no space left", "file too large", "disk quota", "out of disk", "not enough space")
_LOCKED = ("could not set lock", "conflicting lock", "different configuration", "being used by another process")


def typed(error: duckdb.Error, store: str) -> StoreError:
    """Give the typed error for one of DuckDB's, whose message may hold values and is dropped."""
    message = str(error).casefold()
    if any(word in message for word in _LOCKED):
        return StoreLocked(
            store=store,
            problem="another process has it open",
            remedy="Wait until that run has ended, or stop it, then run again.",
        )
    if any(word in message for word in _NO_SPACE):
        return StoreFull(
            store=store,
            problem="no space is left to write it",
            remedy="Free some space, then run again; nothing is lost.",
        )
    if "database file with version number" in message or "storage version" in message:
        return StoreSchemaTooNew(
            store=store, problem="a newer DuckDB wrote it", remedy="Install the newer version of listening."
        )
    return StoreError(
        store=store,
        problem=f"the database refused ({type(error).__name__})",
        remedy="Nothing was written. If it stays, the file may be damaged: restore it, or move it away to begin anew.",
    )


_LOCKS: dict[Path, threading.RLock] = {}
_LOCKS_LOCK = threading.Lock()


def _lock_of(path: Path) -> threading.RLock:
    """Give the one lock that all connections of this process to a file share.

    DuckDB lets two transactions of a process write at once and fails the second to commit where both wrote one key, such as
    a day that both changed. Sources that are read at the same time take turns instead.
    """
    with _LOCKS_LOCK:
        return _LOCKS.setdefault(path.resolve(), threading.RLock())


class Connection:
    """A connection that threads may share: each call, and each transaction, runs alone in its file. An `Sql`."""

    def __init__(self, path: Path, *, name: str) -> None:
        """Open the file for writing, or make it.

        Args:
            path: The DuckDB file.
            name: What errors call it.

        Raises:
            StoreLocked: Another process has it open.
            StoreFull: There is no space.
            StoreError: It cannot be opened; a newer version or damage among the reasons.
        """
        self._name = name
        self._lock = _lock_of(path)
        self._connection = self._guarded(lambda: _open(path))

    def _guarded(self, call: Callable[[], T]) -> T:
        failure: StoreError | None = None
        try:
            return call()
        except duckdb.Error as error:
            failure = typed(error, self._name)
        except OSError as error:
            failure = StoreError(
                store=self._name,
                problem=f"the file system refused ({type(error).__name__})",
                remedy="Check the data home and its permissions.",
            )
        # Raised out here: inside the block, __context__ would keep DuckDB's message, which may hold values.
        raise failure

    def rows(
        self, statement: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> list[tuple[Any, ...]]:
        """Run statements, give the rows of the last.

        Raises:
            StoreError: The database refused; no value is quoted.
        """
        with self._lock:
            return self._guarded(lambda: self._connection.execute(statement, parameters).fetchall())

    def load(self, statement: str, **tables: Any) -> list[tuple[Any, ...]]:
        """Run a statement that reads Arrow tables by the names given.

        Raises:
            StoreError: The database refused; no value is quoted.
        """
        with self._lock:
            for name, table in tables.items():
                self._connection.register(name, table)
            try:
                return self.rows(statement)
            finally:
                for name in tables:
                    self._connection.unregister(name)

    def atomically(self, work: Callable[[], T]) -> T:
        """Run `work` in one transaction: all of it is kept, or nothing.

        Raises:
            StoreError: The database refused; no value is quoted.
        """
        with self._lock:
            self.rows("begin transaction")
            try:
                result = work()
                self.rows("commit")
            except BaseException:
                self._roll_back()
                raise
            return result

    def _roll_back(self) -> None:
        try:
            self._connection.execute("rollback")
        except duckdb.Error:
            return  # The failure took the transaction with it.

    def close(self) -> None:
        """Close the file; what was committed stays."""
        with self._lock:
            self._guarded(self._connection.close)


def _open(path: Path) -> duckdb.DuckDBPyConnection:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection = duckdb.connect(str(path), config={"storage_compatibility_version": STORAGE_VERSION})
    path.chmod(0o600)
    connection.execute("set TimeZone = 'UTC'")
    return connection
