"""The drop collector on real files of the three formats, through the registry, with a person's name as a file name."""

import csv
import hashlib
import json
import logging
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from listening.catalogue.entry import Entry
from listening.errors import ManifestInvalid, PermissionRefused

pytestmark = pytest.mark.integration

Collect = Callable[..., Any]
Source = Callable[..., Entry]
CANARY = "Zebulon-Quackenbush"
COLUMNS = {"id": "native_id", "body": "text", "when": "created_at", "user": "author_handle"}


def rows(start: int, count: int) -> list[dict[str, str]]:
    return [
        {
            "id": f"n{n}",
            "body": f"words {n}",
            "when": "2026-11-20T08:00:00Z",
            "user": CANARY,
            "mail": "never@read.example",
        }
        for n in range(start, start + count)
    ]


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / f"{CANARY}.ndjson").write_text("\n".join(map(json.dumps, rows(0, 500))) + "\n{broken\n")
    with (folder / "b.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows(0, 1)[0]))
        writer.writeheader()
        writer.writerows(rows(500, 500))
    pq.write_table(pa.Table.from_pylist(rows(1000, 500)), folder / "c.parquet", row_group_size=128)
    lines = ['licence_id = "L-1"', 'purpose = "test"', "expires_on = 2026-12-31", f"fields = {list(COLUMNS.values())}"]
    lines += ["[columns]", *(f'{column} = "{target}"' for column, target in COLUMNS.items())]
    for path in (folder / f"{CANARY}.ndjson", folder / "b.csv", folder / "c.parquet"):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        lines += ["[[files]]", f'path = "{path.name}"', f'sha256 = "{digest}"', f'format = "{path.suffix[1:]}"']
    (folder / "manifest.toml").write_text("\n".join(lines))
    return folder


def ids(run: Any) -> list[str]:
    return [post.native_id for post in run.posts]


def test_a_drop_is_read_once_whole_and_never_again(source: Source, collect: Collect, drop: Path) -> None:
    entry = source("export", {"drop": str(drop)})
    first = collect(entry)
    assert first.failure is None
    assert ids(first) == [f"n{n}" for n in range(1500)]
    assert first.skipped == {"not_json": 1}
    assert collect(entry, json.loads(json.dumps(first.pages[-1].cursor))).pages == []


def test_a_run_killed_after_any_page_ends_with_the_same_posts(source: Source, collect: Collect, drop: Path) -> None:
    entry = source("export", {"drop": str(drop)})
    whole = collect(entry)
    for cut in range(len(whole.pages)):
        before = [post.native_id for page in whole.pages[: cut + 1] for post in page.posts]
        rest = collect(entry, json.loads(json.dumps(whole.pages[cut].cursor)))
        assert before + ids(rest) == ids(whole)


@pytest.mark.parametrize(
    "said", [{"enabled_by_default": False}, {"expires_on": date(2026, 11, 21)}, {"fields": ("native_id", "text")}]
)
def test_without_a_permission_no_file_is_opened(
    source: Source, collect: Collect, drop: Path, said: dict[str, Any]
) -> None:
    for path in drop.iterdir():
        path.unlink()  # opening any would now be another error
    assert isinstance(collect(source("export", {"drop": str(drop)}, **said)).failure, PermissionRefused)


def test_a_file_changed_by_one_byte_refuses_the_drop_without_naming_it(
    source: Source, collect: Collect, drop: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = drop / f"{CANARY}.ndjson"
    path.write_bytes(path.read_bytes().replace(b"words 7", b"words 8", 1))
    found = collect(source("export", {"drop": str(drop)}))
    assert isinstance(found.failure, ManifestInvalid)
    assert "file 1 of 3" in str(found.failure)
    assert found.posts == []
    assert CANARY not in str(found.failure) + repr(found.failure.details) + caplog.text
    assert found.failure.__context__ is None


def test_no_cursor_holds_a_file_name_or_an_author(source: Source, collect: Collect, drop: Path) -> None:
    for page in collect(source("export", {"drop": str(drop)})).pages:
        assert CANARY not in json.dumps(page.cursor)
        assert ".ndjson" not in json.dumps(page.cursor)


def test_a_manifest_without_columns_is_read_by_those_of_the_entry_and_tombstones_come_last(
    source: Source, collect: Collect, drop: Path
) -> None:
    manifest = (drop / "manifest.toml").read_text()
    head, _, rest = manifest.partition("[columns]\n")
    (drop / "gone.txt").write_text("n1\nn2\n")
    digest = hashlib.sha256((drop / "gone.txt").read_bytes()).hexdigest()
    tombstones = f'[tombstones]\npath = "gone.txt"\nsha256 = "{digest}"\n'
    (drop / "manifest.toml").write_text(head + tombstones + rest[rest.index("[[files]]") :])
    entry = source("export", {"drop": str(drop), "columns": COLUMNS})
    found = collect(entry)
    assert found.failure is None
    assert ids(found) == [f"n{n}" for n in range(1500)]
    assert [page.gone for page in found.pages if page.gone] == [("n1", "n2")]
    assert found.pages[-1].gone == ("n1", "n2")
    assert collect(entry, json.loads(json.dumps(found.pages[-1].cursor))).pages == []
