"""Reads a licensed drop: a folder with `manifest.toml` and NDJSON, CSV, Parquet or XLSX files, which stay where they are.

The cursor is the drop's digest, a file index and a row: a restart goes on where the last commit stood, and a drop that
was read to its end is not read again. The supplier's tombstones count as the file after the last: what is gone is told
when all that the drop holds was read.
"""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from listening.catalogue.entry import ESSENTIAL_FIELDS, Entry
from listening.collect.base import Page, Window
from listening.collect.build import PAGE_POSTS, make_post, parse_instant, shared_links
from listening.collect.export_files import read_rows
from listening.collect.export_manifest import COUNTS, Drop, Target, read_drop, verify_files
from listening.collect.export_row import Row, Unreadable
from listening.collect.export_tombstones import read_tombstones
from listening.collect.html import HtmlTooComplex, html_to_text
from listening.errors import ManifestInvalid
from listening.posts import Engagement
from listening.raw import RawPost

_INSTANTS = ("created_at", "edited_at")
_FLAGS = ("is_reply", "is_repost", "is_quote")
_LISTS = ("links", "tags", "content_hints", "author_proof")
_TRUE = {"true", "t", "yes", "y", "1"}

TOMBSTONES_A_PAGE = 1000
"""Most ids of what is gone in a `Page`."""


class ExportQuery(BaseModel):
    """`drop`: the folder, absolute or relative to the data home.

    `columns` maps the supplier's columns to fields, for manifests that leave them out; a manifest's own win.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    drop: str
    columns: dict[str, Target] | None = None


class ExportCollector:
    """Speaks `Collector` for a drop folder."""

    walks_whole: ClassVar[bool] = False

    def __init__(self, entry: Entry, folder: Path, today: date, *, columns: Mapping[str, Target] | None = None) -> None:
        """Hold what to read; nothing is opened yet.

        Args:
            entry: The source's.
            folder: Where the drop lies.
            today: The day the licence must hold.
            columns: The entry's own (`query.columns`), used where the manifest names none.
        """
        self._entry = entry
        self._folder = folder
        self._today = today
        self._columns = columns

    async def pages(self, window: Window, cursor: Mapping[str, Any] | None) -> AsyncIterator[Page]:
        """Yield the drop in file order, then what is gone; `window` bounds nothing, a licensed file is wanted whole.

        Raises:
            ManifestInvalid: The manifest or a file does not hold; nothing of the drop was read.
            PermissionRefused: The manifest maps a field the entry does not allow.
        """
        del window
        drop = read_drop(self._folder, self._entry, self._today, self._columns)
        file, row = _position(cursor, drop)
        if file >= len(drop.paths) + (drop.tombstones is not None):
            return
        verify_files(drop, self._entry)
        for page in _pages(drop, self._entry, file, row):
            yield page
        for page in _gone_pages(drop, self._entry, row if file == len(drop.paths) else 0):
            yield page


def _position(cursor: Mapping[str, Any] | None, drop: Drop) -> tuple[int, int]:
    if cursor is None or cursor.get("manifest") != drop.digest:
        return 0, 0
    return int(cursor["file"]), int(cursor["row"])


def _pages(drop: Drop, entry: Entry, first: int, start: int) -> Iterator[Page]:
    for index in range(first, len(drop.paths)):
        posts: list[RawPost] = []
        skipped: Counter[str] = Counter()
        done = start if index == first else 0
        for row in _rows(drop, entry, index, done):
            done += 1
            made = parse_row(row, drop, entry)
            if isinstance(made, str):
                skipped[made] += 1
            else:
                posts.append(made)
            if len(posts) + skipped.total() == PAGE_POSTS:
                yield Page(tuple(posts), {"manifest": drop.digest, "file": index, "row": done}, dict(skipped))
                posts, skipped = [], Counter()
        yield Page(tuple(posts), {"manifest": drop.digest, "file": index + 1, "row": 0}, dict(skipped))


def _gone_pages(drop: Drop, entry: Entry, start: int) -> Iterator[Page]:
    """Give the supplier's tombstones from line `start` on; the last page's cursor stands behind them."""
    if drop.tombstones is None or drop.manifest.tombstones is None:
        return
    index, done = len(drop.paths), start
    gone: list[str] = []
    bad = 0
    is_readable = False
    try:
        for native_id in read_tombstones(drop.tombstones, drop.manifest.tombstones.format, start=start):
            done += 1
            if native_id is None:
                bad += 1
            else:
                gone.append(native_id)
            if len(gone) + bad == TOMBSTONES_A_PAGE:
                yield _gone_page(gone, bad, {"manifest": drop.digest, "file": index, "row": done})
                gone, bad = [], 0
        is_readable = True
    except OSError:
        pass
    if not is_readable:
        raise ManifestInvalid(
            source_id=entry.source_id, problem="the list of tombstones cannot be read", remedy="Complete the drop."
        )
    yield _gone_page(gone, bad, {"manifest": drop.digest, "file": index + 1, "row": 0})


def _gone_page(gone: list[str], bad: int, cursor: Mapping[str, Any]) -> Page:
    return Page((), cursor, {"bad_tombstone": bad} if bad else {}, tuple(gone))


def _rows(drop: Drop, entry: Entry, index: int, start: int) -> Iterator[Row]:
    file = drop.manifest.files[index]
    problem = ""
    try:
        yield from read_rows(
            drop.paths[index],
            file.format,
            columns=drop.columns,
            delimiter=file.delimiter,
            sheet=file.sheet,
            start=start,
        )
    except Unreadable as error:
        problem = error.problem
    except OSError:
        problem = "cannot be read"
    else:
        return
    raise ManifestInvalid(
        source_id=entry.source_id,
        problem=f"file {index + 1} of {len(drop.paths)} {problem or f'is not readable as {file.format}'}",
        remedy="Correct format, delimiter, sheet or columns, or fetch the drop again.",
    )


def parse_row(row: Row, drop: Drop, entry: Entry) -> RawPost | str:
    """Turn one row into a post, or into the fixed word that says why it is none."""
    if isinstance(row, str):
        return row
    counts: dict[str, int] = {}
    values: dict[str, Any] = {}
    for column, target in drop.columns.items():
        if (said := row.get(column)) is None or (said == "" and target != "text"):
            continue
        if target in COUNTS:
            counts[target] = _count(said)
            continue
        value = _value(target, said)
        if value is None:
            return "bad_date" if target in _INSTANTS else "bad_field"
        values[target] = value
    if any(name not in values or (name != "text" and values[name] == "") for name in ESSENTIAL_FIELDS):
        return "missing_field"
    if drop.manifest.text_format == "html":
        try:
            values["text"] = html_to_text(values["text"]).text
        except HtmlTooComplex:
            return "too_complex"
    return make_post(entry, **values, engagement=Engagement(**counts))


def _value(target: str, value: Any) -> Any:
    if target in _INSTANTS:
        return parse_instant(value)
    if target in _FLAGS:
        return str(value).strip().lower() in _TRUE
    if target in _LISTS:
        items = value if isinstance(value, list) else re.split(r"[|\s]+", str(value))
        words = [item.strip().lstrip("#") for item in items if isinstance(item, str) and item.strip()]
        return shared_links(words) if target == "links" else tuple(words)
    if isinstance(value, str):
        return value if target == "text" else value.strip()
    # Ids and codes may come as numbers; a list or an object where text is due is none.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _count(value: Any) -> int:
    try:
        return max(0, int(float(value)))
    except (ValueError, TypeError, OverflowError):
        return 0
