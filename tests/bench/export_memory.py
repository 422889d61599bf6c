"""Reads big drops and prints the peak memory of the reading process: it must not grow with the file.

`python tests/bench/export_memory.py [MEGABYTES]`, 1000 by default. The drops are written to a temporary folder and
removed. Each is read by a process of its own, from its first row to its last tombstone.
"""

import asyncio
import csv
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

TEXT = "We switched some of our clinic patients to tirzepatide this week, prior authorisation took days. " * 4
COLUMNS = {"id": "native_id", "body": "text", "when": "created_at", "user": "author_handle"}
XLSX_ROWS = 200_000
TOMBSTONES = 1_000_000


def rows(megabytes: int) -> Iterator[dict[str, str]]:
    size = number = 0
    while size < megabytes * 1_000_000:
        row = {"id": f"n{number}", "body": TEXT, "when": "2026-11-20T08:00:00Z", "user": f"author-{number % 5000}"}
        size += len(TEXT) + 90
        number += 1
        yield row


def write(path: Path, kind: str, megabytes: int) -> None:
    if kind == "ndjson":
        with path.open("w") as stream:
            stream.writelines(json.dumps(row) + "\n" for row in rows(megabytes))
    elif kind == "csv":
        with path.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, fieldnames=list(COLUMNS))
            writer.writeheader()
            writer.writerows(rows(megabytes))
    else:
        import openpyxl

        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("posts")
        sheet.append(list(COLUMNS))
        for number, row in enumerate(rows(megabytes)):
            if number == XLSX_ROWS:
                break
            sheet.append(list(row.values()))
        book.save(path)


def sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def make_drop(folder: Path, kind: str, megabytes: int) -> None:
    write(folder / f"posts.{kind}", kind, megabytes)
    with (folder / "gone.txt").open("w") as stream:
        stream.writelines(f"gone-{number}\n" for number in range(TOMBSTONES if megabytes > 1 else 1))
    lines = ['licence_id = "L-1"', 'purpose = "bench"', "expires_on = 2030-01-01"]
    lines += [f"fields = {json.dumps(list(COLUMNS.values()))}", "[columns]"]
    lines += [f'{column} = "{target}"' for column, target in COLUMNS.items()]
    lines += ["[tombstones]", 'path = "gone.txt"', f'sha256 = "{sha256(folder / "gone.txt")}"']
    lines += ["[[files]]", f'path = "posts.{kind}"', f'format = "{kind}"']
    lines.append(f'sha256 = "{sha256(folder / f"posts.{kind}")}"')
    (folder / "manifest.toml").write_text("\n".join(lines))


def read(folder: Path) -> None:
    """Read a drop whole, keep nothing, and print what it took."""
    from listening.catalogue.entry import Entry
    from listening.collect.base import Window
    from listening.collect.export import ExportCollector

    entry = Entry.model_validate(
        {
            "source_id": "bench", "title": "Bench", "network": "bench", "collector": "export", "query": {},
            "basis": "licence", "licence_reference": "L-1", "terms": {"url": "https://example.org/t"},
            "purpose": "bench", "expires_on": "2030-01-01", "fields": list(COLUMNS.values()),
            "robots": "not-applicable", "retention_days": 30, "sponsored": False, "expected_posts_a_day": 1,
            "deletion": {"duty": "none", "deadline_hours": 24},
        }
    )  # fmt: skip
    window = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    async def collect() -> tuple[int, int]:
        posts = gone = 0
        async for page in ExportCollector(entry, folder, date(2026, 11, 24)).pages(window, None):
            posts += len(page.posts)
            gone += len(page.gone)
        return posts, gone

    started = time.perf_counter()
    posts, gone = asyncio.run(collect())
    spent = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{posts:>9,} posts {gone:>9,} gone  {spent:6.1f} s  peak {peak / 1024:6.1f} MB"
        f"  ({(peak - before) / 1024:5.1f} MB above the start)"
    )


def main() -> None:
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for kind in ("ndjson", "csv", "xlsx"):
        for size in (1, megabytes):
            with tempfile.TemporaryDirectory() as name:
                make_drop(Path(name), kind, size)
                on_disk = (Path(name) / f"posts.{kind}").stat().st_size
                print(f"{kind:7} {on_disk / 1e6:7.1f} MB ", end="", flush=True)
                subprocess.run([sys.executable, __file__, "--read", name], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read(Path(sys.argv[2]))
    else:
        main()
