"""Rows of a workbook's sheet, streamed. Excel stores no zone: its dates are taken as UTC.

The rows are never held together; the workbook's table of shared texts is, which is how the format stores text, and so
it is bounded. Ids belong into text cells: Excel keeps 15 digits of a number, and a number it rounded is no id.
"""

import contextlib
import warnings
import zipfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import IO, Any

from listening.collect.export_row import LACKS_COLUMN, Row, Unreadable

MAX_SHARED_BYTES = 512 * 1024 * 1024
"""Of the table of shared texts, unpacked."""
MAX_ROWS = 1_048_576
"""Of a sheet, by the format's own limit (ECMA-376): a row number beyond it is damage."""

MAX_EXACT = 10**15 - 1
"""Largest number that Excel keeps digit by digit; it rounds those with more than 15."""

_NOT_XLSX = "is not readable as xlsx"


def xlsx_rows(path: Path, wanted: frozenset[str], sheet: str | None) -> Iterator[Row]:
    """Stream the rows below the first row that is not empty, which is the header; empty rows are none.

    Raises:
        Unreadable: It is no workbook, lacks the sheet or a wanted column, has several sheets and none is named, or is
            bigger than is read.
    """
    header: list[str | None] | None = None
    with contextlib.closing(_sheet_rows(path, sheet)) as rows:
        for cells in rows:
            if header is None:
                header = [None if cell is None else str(cell) for cell in cells]
                if wanted - set(header):
                    raise Unreadable(LACKS_COLUMN)
            elif any(cell is not None for cell in cells[len(header) :]):
                yield "wrong_cell_count"
            else:
                yield {name: cell for name, cell in zip(header, cells, strict=False) if name in wanted}


def xlsx_columns(path: Path, sheet: str | None) -> list[str]:
    """Give the cells of the header row.

    Raises:
        Unreadable: As `xlsx_rows`.
    """
    with contextlib.closing(_sheet_rows(path, sheet)) as rows:
        return [str(cell) for cell in next(rows, []) if cell is not None]


def _sheet_rows(path: Path, sheet: str | None) -> Generator[list[Any], None, None]:
    """Give each row that is not empty; a cell that holds an Excel error (`#N/A`) is empty."""
    _check_size(path)
    # openpyxl's warnings quote cells, and a cell may be anything.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")
    problem = ""
    try:
        # As a stream: openpyxl refuses a path whose name does not end in .xlsx.
        with path.open("rb") as stream, contextlib.closing(_opened(stream)) as book:
            for number, row in enumerate(_chosen(book, sheet).iter_rows()):
                if number >= MAX_ROWS:
                    problem = _NOT_XLSX
                    break
                cells = [_value(cell) for cell in row]
                if any(cell is not None for cell in cells):
                    yield cells
    except Unreadable as error:
        problem = error.problem
    except Exception:  # noqa: BLE001 - openpyxl lets out the errors of zip, XML and its own; none of their words may pass
        problem = _NOT_XLSX
    if problem:
        raise Unreadable(problem)


def _value(cell: Any) -> Any:
    if cell.data_type == "e":
        return None
    # As a float it is taken for a count, but never for an id.
    return float(cell.value) if isinstance(cell.value, int) and abs(cell.value) > MAX_EXACT else cell.value


def _opened(stream: IO[bytes]) -> Any:
    from openpyxl import load_workbook

    return load_workbook(stream, read_only=True, data_only=True, keep_links=False)


def _chosen(book: Any, sheet: str | None) -> Any:
    named = {found.title: found for found in book.worksheets}
    if sheet is not None and sheet not in named:
        raise Unreadable("lacks the sheet that the manifest names")
    if sheet is None and len(named) != 1:
        raise Unreadable("has several sheets, and the manifest names none")
    found = named[sheet] if sheet is not None else next(iter(named.values()))
    # Some writers state a dimension that is too small, and the rest would be lost in silence.
    found.reset_dimensions()
    return found


def _check_size(path: Path) -> None:
    shared = None
    try:
        with zipfile.ZipFile(path) as archive:
            shared = sum(part.file_size for part in archive.infolist() if part.filename.endswith("sharedStrings.xml"))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        pass
    if shared is None:
        raise Unreadable(_NOT_XLSX)
    if shared > MAX_SHARED_BYTES:
        raise Unreadable("has more text than is read of a workbook: ask for ndjson or parquet")
