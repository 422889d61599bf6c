"""What people see: tables, plain lines, and a progress bar where there is a terminal."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import orjson

from listening.errors import UsageError


def emit_json(value: Any) -> None:
    """Write one JSON document to standard output."""
    sys.stdout.write(
        orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS, default=str).decode() + "\n"
    )


def say(line: str = "") -> None:
    """Write a line to standard output."""
    sys.stdout.write(line + "\n")


def note(line: str) -> None:
    """Write a line to standard error: progress and hints, which are no part of the result."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


WIDE = 130
"""Columns of characters from which a terminal shows every column of a table."""


def _plain(cell: Any) -> str:
    """Write a cell for a pipe: no tab or line break inside, `true` and `false`, nothing for null."""
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else " ".join(str(cell).split())


def _shown(cell: Any) -> str:
    """Write a cell for a person."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return "–" if cell is None else str(cell)


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, optional: Sequence[str] = ()) -> None:
    """Print a table: ruled on a terminal, tab-separated elsewhere, so that a pipe can cut it.

    Args:
        columns: Their names.
        rows: Their cells.
        optional: Columns a narrow terminal leaves out.
    """
    if not sys.stdout.isatty():
        say("\t".join(columns))
        for row in rows:
            say("\t".join(map(_plain, row)))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console()
    kept = [index for index, name in enumerate(columns) if console.width >= WIDE or name not in optional]
    grid = Table(box=box.SIMPLE_HEAD)
    for index in kept:
        is_number = any(isinstance(row[index], int | float) and not isinstance(row[index], bool) for row in rows)
        grid.add_column(columns[index], justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(_shown(row[index]) for index in kept))
    console.print(grid)


class Progress:
    """Tells how far each source is: a bar on a terminal, a line per step elsewhere."""

    def __init__(self, bar: Any) -> None:
        """Hold the rich bar, or `None`."""
        self._bar = bar
        self._tasks: dict[str, Any] = {}

    def stage(self, text: str) -> None:
        """Say what happens now."""
        if self._bar is None:
            note(text)
        else:
            self._bar.console.print(text)

    def posts(self, source_id: str, *, seen: int, stored: int, refused: int, expected: int | None) -> None:
        """Say how far a source is."""
        text = f"{source_id}: {seen} seen, {stored} stored, {refused} refused"
        if self._bar is None:
            note(f"  {text}")
            return
        if source_id not in self._tasks:
            self._tasks[source_id] = self._bar.add_task(text, total=expected)
        self._bar.update(self._tasks[source_id], description=text, completed=seen)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress]:
    """Open a progress display on standard error."""
    if quiet:
        yield Progress(_Silent())
        return
    if not sys.stderr.isatty():
        yield Progress(None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    with Bar(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    ) as bar:
        yield Progress(bar)


class _Silent:
    """Takes the place of a bar and shows nothing."""

    class console:  # noqa: N801 - rich's attribute name
        @staticmethod
        def print(_text: str) -> None:
            """Show nothing."""

    def add_task(self, _text: str, **_options: Any) -> int:
        """Show nothing."""
        return 0

    def update(self, _task: int, **_options: Any) -> None:
        """Show nothing."""


def instant(text: str | None) -> datetime:
    """Read an ISO 8601 instant, UTC where it names no zone; `None` is now.

    Raises:
        UsageError: It is no instant.
    """
    if text is None:
        return datetime.now(tz=UTC)
    bad = False
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        bad = True
    if bad:
        raise UsageError(problem="--now is no ISO 8601 instant", remedy="Write it like 2026-11-22T06:00:00Z.")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def counts_line(counts: Mapping[str, int], *, limit: int = 8) -> str:
    """Write counts as `name 12, other 3`, largest first."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    more = f", and {len(ranked) - limit} more" if len(ranked) > limit else ""
    return ", ".join(f"{name} {number:,}" for name, number in ranked[:limit]) + more if ranked else "none"
