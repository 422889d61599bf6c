"""Every licensed source that ships can read a drop of the layout its entry states, in each format, without `columns`."""

import asyncio
import csv
import hashlib
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from listening.assets import asset
from listening.catalogue.entry import Entry
from listening.catalogue.load import load_folder
from listening.collect.base import Page, Window
from listening.collect.export import ExportCollector, ExportQuery
from listening.collect.export_manifest import COUNTS

TODAY = date(2026, 11, 24)
WINDOW = Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC))
ENTRIES = [entry for entry in load_folder(asset("data/catalogue")).values() if entry.collector == "export"]
FORMATS = ("ndjson", "csv", "parquet", "xlsx")
ROWS = 250
"""More than a page holds."""

VALUES: dict[str, str] = {
    "text": "Started a patient on naloxone, {n} times asked",
    "created_at": "2026-11-20T08:00:00Z",
    "edited_at": "2026-11-21T09:30:00Z",
    "url": "https://closed.example/p/{n}",
    "language_hint": "en",
    "links": "https://doi.example/10.1/{n}",
    "tags": "cardiology|#heartfailure",
    "content_hints": "image",
    "is_reply": "true",
    "is_quote": "true",
    "role_hint": "nurse",
    "specialty_hint": "cardiology",
    "country_hint": "FR",
}


def value(target: str, number: int) -> str:
    if target in COUNTS:
        return str(number)
    return VALUES.get(target, f"{target}-{{n}}").replace("{n}", str(number))


def content(file_format: str, rows: list[dict[str, str]]) -> bytes:
    stream = io.BytesIO()
    match file_format:
        case "ndjson":
            return b"".join(json.dumps(row).encode() + b"\n" for row in rows)
        case "csv":
            text = io.StringIO(newline="")
            writer = csv.DictWriter(text, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
            return text.getvalue().encode()
        case "parquet":
            pq.write_table(pa.Table.from_pylist(rows), stream)
        case _:
            book = openpyxl.Workbook(write_only=True)
            sheet = book.create_sheet("posts")
            sheet.append(list(rows[0]))
            for row in rows:
                sheet.append(list(row.values()))
            book.save(stream)
    return stream.getvalue()


def drop(folder: Path, entry: Entry, file_format: str, rows: list[dict[str, str]]) -> Path:
    folder.mkdir()
    body = content(file_format, rows)
    (folder / "posts.bin").write_bytes(body)
    lines = [
        'licence_id = "C-2026-17"',
        'purpose = "to test"',
        "expires_on = 2026-12-31",
        f"fields = {json.dumps(list(entry.fields))}",
        "[[files]]",
        'path = "posts.bin"',
        f'sha256 = "{hashlib.sha256(body).hexdigest()}"',
        f'format = "{file_format}"',
    ]
    (folder / "manifest.toml").write_text("\n".join(lines))
    return folder


def read(entry: Entry, folder: Path, columns: Any) -> list[Page]:
    async def collect() -> list[Page]:
        collector = ExportCollector(entry, folder, TODAY, columns=columns)
        return [page async for page in collector.pages(WINDOW, None)]

    return asyncio.run(collect())


@pytest.mark.parametrize(
    ("entry", "file_format"),
    [(entry, FORMATS[number % len(FORMATS)]) for number, entry in enumerate(ENTRIES)],
    ids=lambda value: getattr(value, "source_id", value),
)
def test_a_drop_of_the_layout_that_the_entry_states_is_read_whole(
    entry: Entry, file_format: str, tmp_path: Path
) -> None:
    columns = ExportQuery.model_validate(entry.query).columns
    assert columns is not None
    rows = [{column: value(target, number) for column, target in columns.items()} for number in range(ROWS)]
    for row in rows:
        row["member_email"] = "never@read.example"
    licensed = entry.model_copy(update={"licence_reference": "C-2026-17"})
    pages = read(licensed, drop(tmp_path / "d", licensed, file_format, rows), columns)
    posts = [post for page in pages for post in page.posts]
    assert [post.native_id for post in posts] == [value("native_id", number) for number in range(ROWS)]
    assert not any(page.skipped for page in pages)
    last = posts[-1]
    for target in columns.values():
        expected: Any = value(target, ROWS - 1)
        if target in COUNTS:
            assert getattr(last.engagement, target) == ROWS - 1
            continue
        if target in {"created_at", "edited_at"}:
            expected = datetime.fromisoformat(expected)
        elif target in {"is_reply", "is_quote"}:
            expected = True
        elif target in {"links", "content_hints"}:
            expected = (expected,)
        elif target == "tags":
            expected = ("cardiology", "heartfailure")
        assert getattr(last, target) == expected


def test_each_format_is_read_for_some_network_and_every_network_states_its_own_layout() -> None:
    assert len(ENTRIES) >= 2 * len(FORMATS)
    layouts = [tuple(entry.query["columns"]) for entry in ENTRIES]
    assert len(set(layouts)) == len(layouts)
