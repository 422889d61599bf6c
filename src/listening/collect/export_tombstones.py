"""The supplier's list of posts that are gone, one id at a time. A line that holds none is told, not raised."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from listening.collect.export_files import read_rows

MAX_LINE_BYTES = 4096
"""Longest line of a plain list; native ids are shorter than a web address may be."""


def read_tombstones(path: Path, file_format: Literal["lines", "ndjson"], *, start: int) -> Iterator[str | None]:
    """Stream the native ids from line `start` on (0-based, blank lines not counted).

    Yields:
        An id, without the white space around it; `None` for a line that holds no id.

    Raises:
        OSError: The file cannot be read.
    """
    read = _plain(path) if file_format == "lines" else _from_objects(path)
    for number, native_id in enumerate(read):
        if number >= start:
            yield native_id


def _plain(path: Path) -> Iterator[str | None]:
    with path.open("rb") as stream:
        is_rest = False
        while line := stream.readline(MAX_LINE_BYTES):
            is_whole = line.endswith(b"\n") or len(line) < MAX_LINE_BYTES
            if is_rest:
                is_rest = not is_whole
            elif not is_whole:
                is_rest = True
                yield None
            elif line.strip():
                yield _decoded(line)


def _decoded(line: bytes) -> str | None:
    try:
        return line.decode("utf-8-sig").strip() or None
    except UnicodeDecodeError:
        return None


def _from_objects(path: Path) -> Iterator[str | None]:
    for row in read_rows(path, "ndjson", columns=("native_id",), delimiter=",", sheet=None, start=0):
        said = None if isinstance(row, str) else row.get("native_id")
        if isinstance(said, int) and not isinstance(said, bool):
            said = str(said)
        yield (said.strip() or None) if isinstance(said, str) else None
