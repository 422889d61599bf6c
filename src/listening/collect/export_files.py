"""Rows of an export's files, one at a time: NDJSON, CSV, Parquet, XLSX. A row that cannot be read is a reason, not an error."""

import codecs
import contextlib
import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from listening.collect.build import PAGE_POSTS, parse_json
from listening.collect.export_row import LACKS_COLUMN, Row, Unreadable
from listening.collect.export_xlsx import xlsx_columns, xlsx_rows

MAX_ROW_BYTES = 32 * 1024 * 1024
"""Longest row that is read; a longer one is skipped as `too_long`."""


def read_rows(
    path: Path, file_format: str, *, columns: Iterable[str], delimiter: str, sheet: str | None, start: int
) -> Iterator[Row]:
    """Stream the rows from row `start` (0-based, blank lines not counted) on; columns not named are never kept.

    Raises:
        Unreadable: The file is not of this format at all, or lacks a named column.
    """
    wanted = frozenset(columns)
    match file_format:
        case "xlsx":
            rows = xlsx_rows(path, wanted, sheet)
        case "ndjson":
            rows = _ndjson(path, wanted)
        case "csv":
            rows = _csv(path, wanted, delimiter)
        case _:
            return _parquet(path, wanted, start)
    return _skip(rows, start)


def read_columns(path: Path, file_format: str, *, delimiter: str, sheet: str | None) -> list[str]:
    """Name the columns: the header's, the schema's, or the keys of the first rows of NDJSON.

    Raises:
        Unreadable: The file is not of this format at all.
    """
    match file_format:
        case "ndjson":
            rows = islice(_ndjson(path, None), PAGE_POSTS)
            return list(dict.fromkeys(name for row in rows if not isinstance(row, str) for name in row))
        case "csv":
            csv.field_size_limit(MAX_ROW_BYTES)
            opened = path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
            with opened as stream, contextlib.suppress(csv.Error):
                return next((cells for cells in csv.reader(stream, delimiter=delimiter) if cells), [])
            raise Unreadable("is not readable as csv")
        case "xlsx":
            return xlsx_columns(path, sheet)
        case _:
            return _parquet_columns(path)


def _skip(rows: Iterator[Row], count: int) -> Iterator[Row]:
    for _ in range(count):
        if next(rows, None) is None:
            return
    yield from rows


def _ndjson(path: Path, wanted: frozenset[str] | None) -> Iterator[Row]:
    with path.open("rb") as stream:
        if stream.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
            stream.seek(0)
        while line := stream.readline(MAX_ROW_BYTES + 1):
            if len(line) > MAX_ROW_BYTES:
                _finish_line(stream, line)
                yield "too_long"
            elif line.strip():
                yield _object(line, wanted)


def _finish_line(stream: IO[bytes], line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(MAX_ROW_BYTES)


def _object(line: bytes, wanted: frozenset[str] | None) -> Row:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return "not_utf8"
    try:
        record = parse_json(line)
    except ValueError:
        return "not_json"
    if not isinstance(record, dict):
        return "not_an_object"
    return {name: value for name, value in record.items() if wanted is None or name in wanted}


def _csv(path: Path, wanted: frozenset[str], delimiter: str) -> Iterator[Row]:
    csv.field_size_limit(MAX_ROW_BYTES)
    # Bytes that are no UTF-8 come through as lone surrogates, so that one bad row does not end the file.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter)
        header: list[str] | None = None
        while True:
            try:
                cells = next(reader, None)
            except csv.Error:
                yield "not_csv"
                continue
            if cells is None:
                return
            if not cells:
                continue
            if header is None:
                header = cells
                if wanted - set(header):
                    raise Unreadable(LACKS_COLUMN)
                continue
            yield _record(header, cells, wanted)


def _record(header: list[str], cells: list[str], wanted: frozenset[str]) -> Row:
    if len(cells) != len(header):
        return "wrong_cell_count"
    if any("\udc80" <= character <= "\udcff" for cell in cells if not cell.isascii() for character in cell):
        return "not_utf8"
    return {name: cell for name, cell in zip(header, cells, strict=True) if name in wanted}


def _parquet_columns(path: Path) -> list[str]:
    with _parquet_file(path) as file:
        return [str(name) for name in file.schema_arrow.names]


def _parquet_file(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with contextlib.suppress(pa.ArrowException, OSError):
        return pq.ParquetFile(path)
    raise Unreadable("is not readable as parquet")


def _parquet(path: Path, wanted: frozenset[str], start: int) -> Iterator[Row]:
    with _parquet_file(path) as file:
        if wanted - set(file.schema_arrow.names):
            raise Unreadable(LACKS_COLUMN)
        row = 0
        for batch in file.iter_batches(batch_size=PAGE_POSTS, columns=sorted(wanted)):
            if row + batch.num_rows > start:
                yield from _values(batch)[max(0, start - row) :]
            row += batch.num_rows


def _values(batch: Any) -> list[Row]:
    import pyarrow as pa

    columns: dict[str, list[Any]] = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if pa.types.is_timestamp(column.type):
            column = column.cast(pa.timestamp("us", column.type.tz), safe=False)  # noqa: PLW2901 (datetime has no ns)
        try:
            columns[name] = column.to_pylist()
        except (UnicodeDecodeError, ValueError, OverflowError):
            columns[name] = [_value(cell) for cell in column]
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def _value(cell: Any) -> Any:
    try:
        return cell.as_py()
    except (UnicodeDecodeError, ValueError, OverflowError):
        return None
