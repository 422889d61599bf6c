"""Reads a licensed drop: a folder with `manifest.toml` and NDJSON, CSV or Parquet files, which stay where they are.

The cursor is the manifest's digest, a file index and a row: a restart goes on where the last commit stood, and a drop
that was read to its end is not read again.
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
from listening.collect.export_files import Row, Unreadable, read_rows
from listening.collect.export_manifest import COUNTS, Drop, Manifest, read_drop, verify_files
from listening.collect.html import HtmlTooComplex, html_to_text
from listening.errors import ManifestInvalid
from listening.posts import Engagement
from listening.raw import RawPost

_INSTANTS = ("created_at", "edited_at")
_FLAGS = ("is_reply", "is_repost", "is_quote")
_LISTS = ("links", "tags", "content_hints")
_TRUE = {"true", "t", "yes", "y", "1"}


class ExportQuery(BaseModel):
    """`drop`: the folder, absolute or relative to the data home."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    drop: str


class ExportCollector:
    """Speaks `Collector` for a drop folder."""

    walks_whole: ClassVar[bool] = False

    def __init__(self, entry: Entry, folder: Path, today: date) -> None:
        """Hold what to read; nothing is opened yet."""
        self._entry = entry
        self._folder = folder
        self._today = today

    async def pages(self, window: Window, cursor: Mapping[str, Any] | None) -> AsyncIterator[Page]:
        """Yield the drop in file order; `window` bounds nothing, a licensed file is wanted whole.

        Raises:
            ManifestInvalid: The manifest or a file does not hold; nothing of the drop was read.
            PermissionRefused: The manifest maps a field the entry does not allow.
        """
        del window
        drop = read_drop(self._folder, self._entry, self._today)
        file, row = _position(cursor, drop)
        if file >= len(drop.paths):
            return
        verify_files(drop, self._entry)
        for page in _pages(drop, self._entry, file, row):
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
            made = parse_row(row, drop.manifest, entry)
            if isinstance(made, str):
                skipped[made] += 1
            else:
                posts.append(made)
            if len(posts) + skipped.total() == PAGE_POSTS:
                yield Page(tuple(posts), {"manifest": drop.digest, "file": index, "row": done}, dict(skipped))
                posts, skipped = [], Counter()
        yield Page(tuple(posts), {"manifest": drop.digest, "file": index + 1, "row": 0}, dict(skipped))


def _rows(drop: Drop, entry: Entry, index: int, start: int) -> Iterator[Row]:
    file = drop.manifest.files[index]
    try:
        yield from read_rows(
            drop.paths[index], file.format, columns=drop.manifest.columns, delimiter=file.delimiter, start=start
        )
    except (Unreadable, OSError):
        pass
    else:
        return
    raise ManifestInvalid(
        source_id=entry.source_id,
        problem=f"file {index + 1} of {len(drop.paths)} is not readable as {file.format} with the mapped columns",
        remedy="Correct format, delimiter or columns in the manifest, or fetch the drop again.",
    )


def parse_row(row: Row, manifest: Manifest, entry: Entry) -> RawPost | str:
    """Turn one row into a post, or into the fixed word that says why it is none."""
    if isinstance(row, str):
        return row
    counts: dict[str, int] = {}
    values: dict[str, Any] = {}
    for column, target in manifest.columns.items():
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
    if manifest.text_format == "html":
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
