"""Looks for planted values in everything a run wrote: every byte of every file, in every form a value could take.

Besides plain UTF-8 it knows UTF-16, JSON's and Python's escapes, HTML's and URLs', decomposed and re-cased letters; it opens what
packs its content (gzip, zip, Parquet) and reads SQLite's rows, whose long texts lie in pieces. DuckDB packs
strings too: dump its text columns and hand them to `scan_text`. What is encrypted or hashed it cannot see.
"""

import gzip
import html
import json
import sqlite3
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

from ahocorasick_rs import BytesAhoCorasick

from listening.samples.model import PlantedIdentifier

CHUNK_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Hit:
    """A value that was found. `entity_type` is empty where only bytes were given; `file` is empty for `scan_text`.

    The file's name is told, and may itself be the hit.
    """

    value_index: int
    entity_type: str
    file: str


class Scanner:
    """The values' automaton, made once for many scans."""

    def __init__(self, values: Iterable[bytes | PlantedIdentifier]) -> None:
        """Compile the values.

        Raises:
            ValueError: A value is empty.
        """
        self._types: list[str] = []
        owner: dict[bytes, int] = {}
        for index, value in enumerate(values):
            self._types.append(value.entity_type if isinstance(value, PlantedIdentifier) else "")
            for form in forms(value.value.encode() if isinstance(value, PlantedIdentifier) else value):
                owner.setdefault(form, index)
        if b"" in owner:
            raise ValueError("a planted value is empty: it would be found everywhere")
        self._owners = list(owner.values())
        self._automaton = BytesAhoCorasick(list(owner)) if owner else None
        self._longest = max(map(len, owner), default=0)

    def in_bytes(self, chunks: Iterable[bytes]) -> set[int]:
        """Give the indexes of the values found in a stream, across the borders of its chunks."""
        found: set[int] = set()
        tail = b""
        for chunk in chunks:
            block = tail + _lower(chunk)
            if self._automaton is not None:
                hits = self._automaton.find_matches_as_indexes(block, overlapping=True)
                found.update(self._owners[pattern] for pattern, _, _ in hits)
            tail = block[-(self._longest - 1) :] if self._longest > 1 else b""
        return found

    def hits(self, found: Iterable[int], file: str) -> list[Hit]:
        """Name what was found."""
        return [Hit(index, self._types[index], file) for index in sorted(found)]


def scan(roots: Iterable[Path], values: Iterable[bytes | PlantedIdentifier]) -> list[Hit]:
    """Look through every file under the roots, and through the files' own names.

    Args:
        roots: Folders or files. One that does not exist holds nothing.
        values: What must not be found: bytes (UTF-8), or identifiers.

    Returns:
        One hit for each value and file, in order of file and value.

    Raises:
        OSError: A file cannot be read: it must not count as clean.
    """
    scanner = Scanner(values)
    result = []
    for root in roots:
        for path in sorted([root] if root.is_file() else root.rglob("*")):
            name = path.name if path == root else str(path.relative_to(root))
            found = scanner.in_bytes([name.encode("utf-8", "surrogateescape")])
            if path.is_file() and not path.is_symlink():
                found |= scanner.in_bytes(_read(path))
                for unpacked in _unpack(path):
                    found |= scanner.in_bytes(unpacked)
            result += scanner.hits(found, str(path))
    return result


def scan_text(text: str, values: Iterable[bytes | PlantedIdentifier]) -> list[Hit]:
    """Look through a text, such as a dump of a database's text columns or a run's output."""
    scanner = Scanner(values)
    chunks = (
        text[start : start + CHUNK_BYTES].encode("utf-8", "surrogatepass") for start in range(0, len(text), CHUNK_BYTES)
    )
    return scanner.hits(scanner.in_bytes(chunks), "")


def forms(value: bytes) -> set[bytes]:
    """Give the byte strings a value could stand in a file as, with ASCII letters in lower case.

    What is searched gets its ASCII letters lowered too, so that any mixture of cases is found; letters beyond ASCII
    are found as written, all upper, all lower and case-folded.
    """
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return {_lower(value)}
    spellings = {text, text.lower(), text.upper(), text.casefold()}
    spellings |= {unicodedata.normalize(form, spelling) for spelling in spellings for form in ("NFC", "NFD")}
    result: set[bytes] = set()
    for spelling in spellings:
        escaped = {
            spelling,
            json.dumps(spelling)[1:-1],
            json.dumps(spelling, ensure_ascii=False)[1:-1],
            spelling.encode("unicode_escape").decode(),
            repr(spelling.encode())[2:-1],
            html.escape(spelling),
            spelling.encode("ascii", "xmlcharrefreplace").decode(),
            quote(spelling),
            quote(spelling, safe=""),
            quote_plus(spelling),
        }
        result |= {_lower(text.encode("utf-8", "surrogatepass")) for text in escaped}
        result |= {_lower(spelling.encode(codec, "surrogatepass")) for codec in ("utf-16-le", "utf-16-be")}
    return result


def _lower(data: bytes) -> bytes:
    # Of bytes: moves A to Z only, keeps lengths, and leaves UTF-8's other bytes alone.
    return data.lower()


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _unpack(path: Path) -> Iterator[Iterable[bytes]]:
    with path.open("rb") as file:
        magic = file.read(16)
    if magic.startswith(b"\x1f\x8b"):
        with gzip.open(path) as packed:
            yield iter(lambda: packed.read(CHUNK_BYTES), b"")
    elif magic.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(path) as archive:
            yield ((info.filename.encode() + b"\0" + archive.read(info)) for info in archive.infolist())
    elif magic.startswith(b"PAR1"):
        yield _parquet_cells(path)
    elif magic == b"SQLite format 3\x00":
        yield _sqlite_cells(path)


def _parquet_cells(path: Path) -> Iterator[bytes]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches():
            yield "\0".join(str(cell) for column in batch.to_pydict().values() for cell in column).encode()


def _sqlite_cells(path: Path) -> Iterator[bytes]:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        connection.text_factory = bytes
        for (table,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in connection.execute(f'select * from "{table.decode()}"'):  # noqa: S608 (its own tables' names)
                yield b"\0".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in row)
    finally:
        connection.close()
