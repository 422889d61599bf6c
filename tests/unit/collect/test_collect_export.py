"""A licensed drop: what its manifest proves, what its rows become, and where a restart goes on."""

import asyncio
import csv
import hashlib
import io
import json
import logging
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listening.catalogue.entry import Entry
from listening.collect import export_files, export_xlsx
from listening.collect.base import Page, Window
from listening.collect.build import PAGE_POSTS
from listening.collect.export import TOMBSTONES_A_PAGE, ExportCollector
from listening.errors import ManifestInvalid, PermissionRefused
from listening.posts import Engagement

TODAY = date(2026, 11, 22)
WINDOW = Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC))
COLUMNS = {"id": "native_id", "body": "text", "when": "created_at", "user": "author_handle", "likes": "likes"}
FIELDS = ["native_id", "text", "created_at", "author_handle", "engagement"]


def row(number: int, **other: Any) -> dict[str, Any]:
    plain = {"id": f"n{number}", "body": f"post {number}", "when": "2026-11-20T08:00:00Z", "user": "u", "likes": 3}
    return {**plain, **other}


def write_drop(
    folder: Path,
    files: Mapping[str, bytes],
    *,
    formats: tuple[str, ...] | None = None,
    columns: Mapping[str, str] | None = COLUMNS,
    hashes: Mapping[str, str] | None = None,
    head: str = "",
    sheet: str | None = None,
    tombstones: bytes | None = None,
    tombstone_format: str = "lines",
    **said: Any,
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    plain = {"licence_id": "L-1", "purpose": "to test", "expires_on": date(2026, 12, 31), "fields": FIELDS, **said}
    lines = [
        f"{name} = {value.isoformat() if isinstance(value, date) else json.dumps(value)}"
        for name, value in plain.items()
        if value is not None
    ]
    lines.append(head)
    if columns is not None:
        lines += ["[columns]", *(f'"{column}" = "{target}"' for column, target in columns.items())]
    if tombstones is not None:
        (folder / "gone.txt").write_bytes(tombstones)
        digest = (hashes or {}).get("gone.txt") or hashlib.sha256(tombstones).hexdigest()
        lines += ["[tombstones]", 'path = "gone.txt"', f'sha256 = "{digest}"', f'format = "{tombstone_format}"']
    for index, (name, content) in enumerate(files.items()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        digest = (hashes or {}).get(name) or hashlib.sha256(content).hexdigest()
        kind = formats[index] if formats else Path(name).suffix[1:]
        lines += ["[[files]]", f'path = "{name}"', f'sha256 = "{digest}"', f'format = "{kind}"']
        lines += [f'sheet = "{sheet}"'] if sheet else []
    (folder / "manifest.toml").write_text("\n".join(lines))
    return folder


def ndjson(*rows: Any) -> bytes:
    return b"".join(row if isinstance(row, bytes) else json.dumps(row).encode() + b"\n" for row in rows)


def read(
    entry: Entry,
    folder: Path,
    cursor: Mapping[str, Any] | None = None,
    today: date = TODAY,
    columns: Mapping[str, Any] | None = None,
) -> list[Page]:
    async def collect() -> list[Page]:
        collector = ExportCollector(entry, folder, today, columns=columns)
        return [page async for page in collector.pages(WINDOW, cursor)]

    return asyncio.run(collect())


def ids(pages: list[Page]) -> list[str]:
    return [post.native_id for page in pages for post in page.posts]


def skipped(pages: list[Page]) -> dict[str, int]:
    return dict(sum((Counter(page.skipped) for page in pages), Counter()))


def test_a_row_becomes_a_post(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    folder = write_drop(tmp_path / "d", {"a.ndjson": ndjson(row(1, secret="never read"))})
    (post,) = read(make_entry(), folder)[0].posts
    assert (post.native_id, post.text, post.author_handle) == ("n1", "post 1", "u")
    assert post.created_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert post.engagement == Engagement(likes=3)


def workbook(*sheets: list[list[Any]], titles: tuple[str, ...] = ("posts", "notes")) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    for title, rows in zip(titles, sheets, strict=False):
        sheet = book.create_sheet(title)
        for cells in rows:
            sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_the_four_formats_give_the_same_posts(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    rows = [row(n, body=f"line one,\nline two «{n}»") for n in range(450)]
    with (tmp_path / "x.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "x.parquet")
    found = []
    for name, content in {
        "a.ndjson": ndjson(*rows),
        "a.csv": (tmp_path / "x.csv").read_bytes(),
        "a.parquet": (tmp_path / "x.parquet").read_bytes(),
        "a.xlsx": workbook([list(rows[0]), *(list(one.values()) for one in rows)]),
    }.items():
        pages = read(make_entry(), write_drop(tmp_path / name, {name: content}))
        assert max(len(page.posts) for page in pages) <= PAGE_POSTS
        assert not skipped(pages)
        found.append([(p.native_id, p.text, p.created_at, p.engagement) for page in pages for p in page.posts])
    assert found[0] == found[1] == found[2] == found[3]
    assert len(found[0]) == 450


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{broken\n", "not_json"),
        (b'{"id": "x\xff"}\n', "not_utf8"),
        (b"[1, 2]\n", "not_an_object"),
        (b"null\n", "not_an_object"),
        (ndjson(row(9, id=None)), "missing_field"),
        (ndjson(row(9, id="")), "missing_field"),
        (ndjson({"id": "n9"}), "missing_field"),
        (ndjson(row(9, body=None)), "missing_field"),
        (ndjson(row(9, when="soon")), "bad_date"),
        (ndjson(row(9, body={"a": 1})), "bad_field"),
        (b"[" * 50_000 + b"\n", "not_json"),
    ],
)
def test_a_bad_row_is_counted_and_its_neighbours_are_read(
    make_entry: Callable[..., Entry], tmp_path: Path, line: bytes, reason: str
) -> None:
    pages = read(make_entry(), write_drop(tmp_path / "d", {"a.ndjson": ndjson(row(1), line, row(2))}))
    assert ids(pages) == ["n1", "n2"]
    assert skipped(pages) == {reason: 1}


def test_a_bad_csv_row_is_counted_and_its_neighbours_are_read(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    content = (
        b"id,body,when,user,likes\nn1,a,2026-11-20,u,1\nn2,too,few\nn3,\xff\xfe,2026-11-20,u,1\n\n"
        b"n4,caf\xc3\xa9,2026-11-20,u,not a number\nn5,,2026-11-20,u,\nn6,a,,u,1\n"
    )
    pages = read(make_entry(), write_drop(tmp_path / "d", {"a.csv": b"\xef\xbb\xbf" + content}))
    assert ids(pages) == ["n1", "n4", "n5"]
    assert skipped(pages) == {"wrong_cell_count": 1, "not_utf8": 1, "missing_field": 1}


@pytest.mark.parametrize("name", ["a.ndjson", "a.csv"])
def test_an_empty_file_is_no_posts(make_entry: Callable[..., Entry], tmp_path: Path, name: str) -> None:
    pages = read(make_entry(), write_drop(tmp_path / "d", {name: b""}))
    assert ids(pages) == []
    assert pages[-1].cursor["file"] == 1


def test_odd_but_real_rows_are_read(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    rows = [
        row(1, body="x" * 5_000_000),
        row(2, when="0001-01-01T00:00:00Z"),
        row(3, when="2099-01-01"),
        row(4, body="\x00\x01\x02"),
        row(5, body=""),
        row(6, id=6),
        row(7, body="\ud83d"),
        row(7),
    ]
    pages = read(make_entry(), write_drop(tmp_path / "d", {"a.ndjson": ndjson(*rows)}))
    assert ids(pages) == ["n1", "n2", "n3", "n4", "n5", "6", "n7", "n7"]
    posts = [post for page in pages for post in page.posts]
    assert len(posts[0].text) == 5_000_000
    assert (posts[1].created_at.year, posts[2].created_at.year) == (1, 2099)
    assert posts[6].text == "\ufffd"


def test_a_csv_field_of_five_megabytes_is_read(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    content = b"id,body,when,user,likes\nn1," + b"x" * 5_000_000 + b",2026-11-20,u,1\n"
    pages = read(make_entry(), write_drop(tmp_path / "d", {"a.csv": content}))
    assert len(pages[0].posts[0].text) == 5_000_000


def test_parquet_instants_lists_and_flags_are_read(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    table = pa.table(
        {
            "id": pa.array([1, 2]),
            "body": ["a", "b"],
            "when": pa.array([1795334400123456789, None], pa.timestamp("ns")),
            "user": ["u", "u"],
            "tags": pa.array([["#x", "y"], None], pa.list_(pa.string())),
            "reply": [True, False],
        }
    )
    pq.write_table(table, tmp_path / "x.parquet")
    columns = {"id": "native_id", "body": "text", "when": "created_at", "user": "author_handle", "tags": "tags"}
    folder = write_drop(
        tmp_path / "d",
        {"a.parquet": (tmp_path / "x.parquet").read_bytes()},
        columns={**columns, "reply": "is_reply"},
        fields=[*FIELDS, "tags", "is_reply"],
    )
    pages = read(make_entry(), folder)
    (post,) = pages[0].posts
    assert (post.native_id, post.tags, post.is_reply) == ("1", ("x", "y"), True)
    assert post.created_at == datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC)
    assert skipped(pages) == {"missing_field": 1}


def test_html_text_is_turned_into_plain_text(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    content = ndjson(row(1, body="<p>a &amp; b</p><blockquote>not mine</blockquote>"))
    folder = write_drop(tmp_path / "d", {"a.ndjson": content}, text_format="html")
    assert read(make_entry(), folder)[0].posts[0].text == "a & b"


def test_a_drop_that_was_read_is_not_read_again(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    folder = write_drop(tmp_path / "d", {"a.ndjson": ndjson(row(1))})
    cursor = read(make_entry(), folder)[-1].cursor
    assert read(make_entry(), folder, json.loads(json.dumps(cursor))) == []


def test_a_new_manifest_is_read_from_its_start(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    cursor = read(make_entry(), write_drop(tmp_path / "d", {"a.ndjson": ndjson(row(1))}))[-1].cursor
    folder = write_drop(tmp_path / "d", {"a.ndjson": ndjson(row(1), row(2))})
    assert ids(read(make_entry(), folder, cursor)) == ["n1", "n2"]


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_run_cut_after_any_page_goes_on_without_loss_or_repeat(
    data: st.DataObject, make_entry_once: Callable[..., Entry], drop_of_three: Path
) -> None:
    whole = read(make_entry_once(), drop_of_three)
    cut = data.draw(st.integers(0, len(whole) - 1))
    rest = read(make_entry_once(), drop_of_three, json.loads(json.dumps(whole[cut].cursor)))
    assert ids(whole[: cut + 1]) + ids(rest) == ids(whole)
    assert len(ids(whole)) == len(set(ids(whole))) == 1250
    assert skipped(whole[: cut + 1] + rest) == skipped(whole)


@pytest.fixture(scope="module")
def drop_of_three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("three")
    pq.write_table(pa.Table.from_pylist([row(n) for n in range(1000, 1300)]), base / "x.parquet")
    rows = b"".join(f"n{n},b,2026-11-20,u,1\n".encode() for n in range(2000, 2450))
    return write_drop(
        base / "d",
        {
            "a.ndjson": ndjson(*(b"{broken\n" if n % 50 == 49 else row(n) for n in range(510))),
            "b.parquet": (base / "x.parquet").read_bytes(),
            "c.csv": b"id,body,when,user,likes\n" + rows,
        },
    )


@pytest.fixture(scope="module")
def make_entry_once() -> Callable[[], Entry]:
    plain = {
        "source_id": "invented", "title": "Invented", "network": "invented", "collector": "export", "query": {},
        "basis": "licence", "licence_reference": "L-1", "terms": {"url": "https://example.org/t"}, "purpose": "to test",
        "expires_on": date(2027, 1, 1), "fields": tuple(FIELDS), "robots": "not-applicable", "retention_days": 30,
        "deletion": {"duty": "none", "deadline_hours": 24}, "sponsored": False, "expected_posts_a_day": 1,
    }  # fmt: skip
    return lambda: Entry(**plain)


NAME = "Ida-Invented-1957.ndjson"


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"licence_id": "L-2"}, "another licence"),
        ({"expires_on": date(2026, 11, 21)}, "licence expired on 2026-11-21"),
        ({"purpose": None}, "wrong at purpose, which is missing"),
        ({"hashes": {NAME: "0" * 64}}, "file 1 of 1 does not have the manifest's sha256"),
        ({"hashes": {NAME: "xyz"}}, "wrong at files"),
        ({"formats": ("xls",)}, "wrong at files"),
        ({"fields": ["native_id", "text", "created_at", "author_handle"]}, "engagement, which the manifest's fields"),
        ({"columns": {k: v for k, v in COLUMNS.items() if v != "text"}}, "no column is mapped to text"),
        ({"columns": {**COLUMNS, "body2": "text"}}, "two columns are mapped to one field"),
        ({"columns": {**COLUMNS, "mail": "e_mail"}}, "wrong at columns"),
        ({"head": 'surprise = "Ida Invented"'}, "wrong at an unknown key"),
        ({"head": "[broken"}, "not readable as TOML"),
    ],
)
def test_a_manifest_that_does_not_hold_refuses_the_whole_drop_and_names_no_file(
    make_entry: Callable[..., Entry], tmp_path: Path, said: dict[str, Any], problem: str
) -> None:
    folder = write_drop(tmp_path / "d", {NAME: ndjson(row(1))}, **said)
    with pytest.raises(ManifestInvalid) as caught:
        read(make_entry(), folder)
    assert problem in str(caught.value)
    assert "Ida" not in repr(caught.value.details)
    assert caught.value.__context__ is None


def test_one_bad_file_refuses_the_good_ones_too(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    files = {"a.ndjson": ndjson(row(1)), NAME: ndjson(row(2))}
    folder = write_drop(tmp_path / "d", files, hashes={NAME: "0" * 64})
    with pytest.raises(ManifestInvalid, match="file 2 of 2"):
        read(make_entry(), folder)


def test_a_missing_file_or_manifest_or_folder_is_a_clear_error(
    make_entry: Callable[..., Entry], tmp_path: Path
) -> None:
    folder = write_drop(tmp_path / "d", {NAME: ndjson(row(1))})
    (folder / NAME).unlink()
    with pytest.raises(ManifestInvalid, match="file 1 of 1 is missing"):
        read(make_entry(), folder)
    with pytest.raises(ManifestInvalid, match=r"no readable manifest\.toml"):
        read(make_entry(), tmp_path / "nowhere")


def test_a_file_outside_the_drop_is_refused_also_through_a_link(
    make_entry: Callable[..., Entry], tmp_path: Path
) -> None:
    outside = tmp_path / "outside.ndjson"
    outside.write_bytes(ndjson(row(1)))
    folder = write_drop(tmp_path / "d", {"../outside.ndjson": ndjson(row(1))})
    with pytest.raises(ManifestInvalid, match="outside the drop"):
        read(make_entry(), folder)
    folder = write_drop(tmp_path / "e", {"link.ndjson": ndjson(row(1))})
    (folder / "link.ndjson").unlink()
    (folder / "link.ndjson").symlink_to(outside)
    with pytest.raises(ManifestInvalid, match="outside the drop"):
        read(make_entry(), folder)


@pytest.mark.parametrize(
    ("kind", "content"),
    [("parquet", b"PAR1 but not really"), ("parquet", b""), ("csv", b"id,body\n1,x\n")],
)
def test_a_file_that_is_not_of_its_format_is_a_clear_error(
    make_entry: Callable[..., Entry], tmp_path: Path, kind: str, content: bytes
) -> None:
    folder = write_drop(tmp_path / "d", {NAME: content}, formats=(kind,))
    with pytest.raises(ManifestInvalid, match=r"file 1 of 1 (is not readable as|lacks a mapped column)") as caught:
        read(make_entry(), folder)
    assert "Ida" not in repr(caught.value.details)
    assert caught.value.__context__ is None


def test_a_field_the_entry_does_not_allow_is_a_refused_permission(
    make_entry: Callable[..., Entry], tmp_path: Path
) -> None:
    entry = make_entry(fields=("native_id", "text", "created_at", "author_handle"))
    with pytest.raises(PermissionRefused, match="engagement"):
        read(entry, write_drop(tmp_path / "d", {"a.ndjson": ndjson(row(1))}))


def test_cursors_hold_no_file_name_no_id_and_no_author(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    rows = [row(n, user="ida_invented", id=f"ida-{n}") for n in range(300)]
    for page in read(make_entry(), write_drop(tmp_path / "d", {NAME: ndjson(*rows)})):
        assert set(page.cursor) == {"manifest", "file", "row"}
        assert "ida" not in json.dumps(page.cursor).lower()


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=400), kind=st.sampled_from(["ndjson", "csv", "parquet", "xlsx"]))
def test_no_bytes_break_the_reader(
    content: bytes, kind: str, make_entry_once: Callable[..., Entry], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = write_drop(tmp_path_factory.mktemp("d"), {"a.bin": content}, formats=(kind,))
    try:
        pages = read(make_entry_once(), folder)
    except ManifestInvalid:
        return
    assert pages[-1].cursor["file"] == 1


@pytest.mark.parametrize("kind", ["ndjson", "csv"])
def test_a_row_longer_than_the_bound_is_counted_and_its_neighbours_are_read(
    make_entry: Callable[..., Entry],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    kind: str,
) -> None:
    request.addfinalizer(partial(csv.field_size_limit, csv.field_size_limit()))  # it is the whole process's
    # The real bound would need rows of 32 MB.
    monkeypatch.setattr(export_files, "MAX_ROW_BYTES", 2000)
    long = "x" * 9000
    content = {
        "ndjson": ndjson(row(1), row(2, body=long), row(3)),
        "csv": f"id,body,when,user,likes\nn1,a,2026-11-20,u,1\nn2,{long},2026-11-20,u,1\nn3,a,2026-11-20,u,1\n".encode(),
    }[kind]
    pages = read(make_entry(), write_drop(tmp_path / "d", {f"a.{kind}": content}))
    assert "n2" not in ids(pages)
    assert {"n1", "n3"} <= set(ids(pages))
    assert sum(skipped(pages).values()) >= 1


def test_a_parquet_cell_that_is_no_text_costs_its_row_only(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    table = pa.Table.from_pylist([row(1), row(2), row(3)])
    broken = pa.array([b"fine", b"\xff\xfe", b"fine"], pa.binary()).cast(pa.string(), safe=False)
    pq.write_table(table.set_column(1, "body", broken), tmp_path / "x.parquet")
    pages = read(make_entry(), write_drop(tmp_path / "d", {"a.parquet": (tmp_path / "x.parquet").read_bytes()}))
    assert ids(pages) == ["n1", "n3"]
    assert skipped(pages) == {"missing_field": 1}


def test_html_that_cannot_be_parsed_in_bounded_time_is_counted(
    make_entry: Callable[..., Entry], tmp_path: Path
) -> None:
    content = ndjson(row(1), row(2, body="<b>" * 30_000))
    pages = read(make_entry(), write_drop(tmp_path / "d", {"a.ndjson": content}, text_format="html"))
    assert (ids(pages), skipped(pages)) == (["n1"], {"too_complex": 1})


DAY = datetime(2026, 11, 20)  # noqa: DTZ001 - a workbook's dates have no zone
HEAD = ["id", "body", "when", "user", "likes"]


def test_a_workbooks_numbers_dates_and_flags_are_read(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    rows = [
        [None, None],
        [*HEAD, "reply", "comment nobody asked for"],
        [17, "a", DAY, "u", 3.0, True, "never read"],
        [None, None, None],
        ["n2", "b", "2026-11-20", "u", None, False, None],
    ]
    folder = write_drop(
        tmp_path / "d",
        {"a.xlsx": workbook(rows)},
        columns={**COLUMNS, "reply": "is_reply"},
        fields=[*FIELDS, "is_reply"],
    )
    posts = [post for page in read(make_entry(), folder) for post in page.posts]
    assert [(p.native_id, p.text, p.is_reply, p.engagement.likes) for p in posts] == [
        ("17", "a", True, 3),
        ("n2", "b", False, 0),
    ]
    assert {post.created_at for post in posts} == {DAY.replace(tzinfo=UTC)}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([1234567890123456.5, "a", "2026-11-20", "u", 1], "bad_field"),
        (["n9", "a", "soon", "u", 1], "bad_date"),
        (["n9", None, "2026-11-20", "u", 1], "missing_field"),
        (["n9", "a", "2026-11-20", "u", 1, "beyond the header"], "wrong_cell_count"),
        (["n9", DAY, "2026-11-20", "u", 1], "bad_field"),
        (["#N/A", "a", "2026-11-20", "u", 1], "missing_field"),
    ],
)
def test_a_bad_workbook_row_is_counted_and_its_neighbours_are_read(
    make_entry: Callable[..., Entry], tmp_path: Path, cells: list[Any], reason: str
) -> None:
    good = [["n1", "a", "2026-11-20", "u", 1], ["n2", "a", "2026-11-20", "u", 1]]
    pages = read(make_entry(), write_drop(tmp_path / "d", {"a.xlsx": workbook([HEAD, good[0], cells, good[1]])}))
    assert ids(pages) == ["n1", "n2"]
    assert skipped(pages) == {reason: 1}


def test_a_workbook_with_several_sheets_is_read_only_where_the_manifest_names_one(
    make_entry: Callable[..., Entry], tmp_path: Path
) -> None:
    content = workbook([["read me first"]], [HEAD, ["n1", "a", "2026-11-20", "u", 1]], titles=("notes", "posts"))
    assert ids(read(make_entry(), write_drop(tmp_path / "a", {"a.xlsx": content}, sheet="posts"))) == ["n1"]
    for name, problem in ((None, "several sheets"), ("Ida", "lacks the sheet"), ("notes", "lacks a mapped column")):
        with pytest.raises(ManifestInvalid, match=problem) as caught:
            read(make_entry(), write_drop(tmp_path / str(name), {"a.xlsx": content}, sheet=name))
        assert caught.value.__context__ is None
        assert "Ida" not in str(caught.value)


def test_a_workbook_that_states_a_dimension_too_small_is_read_whole(
    make_entry: Callable[..., Entry], tmp_path: Path
) -> None:
    content = workbook([HEAD, *([f"n{number}", "a", "2026-11-20", "u", 1] for number in range(30))])
    content = altered(content, b"<sheetData>", b'<dimension ref="A1:E3"/><sheetData>')
    pages = read(make_entry(), write_drop(tmp_path / "d", {"a.xlsx": content}))
    assert len(ids(pages)) == 30


def test_a_date_out_of_range_says_nothing_of_the_cell(
    make_entry: Callable[..., Entry],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    content = workbook([HEAD, ["n1", "a", DAY, "u", 1]])
    content = altered(content, b"<v>46346</v>", b"<v>987654321987</v>")
    pages = read(make_entry(), write_drop(tmp_path / "d", {"a.xlsx": content}))
    assert skipped(pages) == {"missing_field": 1}
    assert "987654321987" not in capsys.readouterr().err + caplog.text


def test_a_workbook_whose_texts_unpack_to_too_much_is_refused(
    make_entry: Callable[..., Entry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The real bound would need half a gigabyte.
    monkeypatch.setattr(export_xlsx, "MAX_SHARED_BYTES", 100)
    stream = io.BytesIO(workbook([HEAD, ["n1", "a", "2026-11-20", "u", 1]]))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", "x" * 200)
    folder = write_drop(tmp_path / "d", {"a.xlsx": stream.getvalue()})
    with pytest.raises(ManifestInvalid, match="more text than is read"):
        read(make_entry(), folder)


def altered(content: bytes, old: bytes, new: bytes) -> bytes:
    """Give the workbook with one text replaced in all its parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(stream, "w") as after:
        for part in before.infolist():
            after.writestr(part, before.read(part).replace(old, new, 1))
    return stream.getvalue()


def gone(pages: list[Page]) -> list[str]:
    return [native_id for page in pages for native_id in page.gone]


@pytest.mark.parametrize(
    ("kind", "content", "bad"),
    [
        ("lines", b"\xef\xbb\xbfn1\n\n  n2  \r\nn3", 0),
        ("ndjson", b'{"native_id": "n1", "why": "secret"}\n\n{"native_id": " n2"}\n{"native_id": "n3"}\n', 0),
        ("lines", b"n1\nn2\n\xff\xfe\n" + b"x" * 9000 + b"\nn3\n", 2),
        ("ndjson", b'{"native_id": "n1"}\n{broken\n{"id": 1}\n{"native_id": true}\n{"native_id": "n2"}\n[]\n{"native_id": "n3"}', 4),
    ],
)  # fmt: skip
def test_tombstones_come_last_and_a_line_without_an_id_is_counted(
    make_entry: Callable[..., Entry], tmp_path: Path, kind: str, content: bytes, bad: int
) -> None:
    folder = write_drop(tmp_path / "d", {"a.ndjson": ndjson(row(1))}, tombstones=content, tombstone_format=kind)
    pages = read(make_entry(), folder)
    assert ids(pages) == ["n1"]
    assert gone(pages) == ["n1", "n2", "n3"]
    assert [bool(page.gone) for page in pages] == [False, True]
    assert skipped(pages) == ({"bad_tombstone": bad} if bad else {})


def test_a_drop_may_hold_tombstones_only_and_is_read_once(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    folder = write_drop(tmp_path / "d", {}, columns=None, tombstones=b"n1\n7\n")
    pages = read(make_entry(), folder)
    assert gone(pages) == ["n1", "7"]
    assert read(make_entry(), folder, json.loads(json.dumps(pages[-1].cursor))) == []


def test_a_run_cut_among_the_tombstones_goes_on_there(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    listed = [f"n{number}" for number in range(2 * TOMBSTONES_A_PAGE + 5)]
    folder = write_drop(tmp_path / "d", {"a.ndjson": ndjson(row(1))}, tombstones="\n".join(listed).encode())
    whole = read(make_entry(), folder)
    assert gone(whole) == listed
    for cut in range(len(whole)):
        rest = read(make_entry(), folder, json.loads(json.dumps(whole[cut].cursor)))
        assert gone(whole[: cut + 1]) + gone(rest) == listed
        assert ids(rest) == []


def test_no_cursor_holds_a_tombstone(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    folder = write_drop(tmp_path / "d", {"a.ndjson": ndjson(row(1))}, tombstones=b"ida-invented-1957\n")
    assert "ida" not in json.dumps([dict(page.cursor) for page in read(make_entry(), folder)])


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"hashes": {"gone.txt": "0" * 64}}, "the list of tombstones does not have the manifest's sha256"),
        ({"hashes": {"gone.txt": "Ida"}}, "wrong at tombstones"),
        ({"tombstone_format": "csv"}, "wrong at tombstones"),
    ],
)
def test_tombstones_that_do_not_hold_refuse_the_whole_drop(
    make_entry: Callable[..., Entry], tmp_path: Path, said: dict[str, Any], problem: str
) -> None:
    folder = write_drop(tmp_path / "d", {"a.ndjson": ndjson(row(1))}, tombstones=b"n1\n", **said)
    with pytest.raises(ManifestInvalid, match=problem) as caught:
        read(make_entry(), folder)
    assert "Ida" not in str(caught.value)


def test_missing_tombstones_and_those_outside_the_drop_refuse_it(
    make_entry: Callable[..., Entry], tmp_path: Path
) -> None:
    folder = write_drop(tmp_path / "d", {"a.ndjson": ndjson(row(1))}, tombstones=b"n1\n")
    manifest = (folder / "manifest.toml").read_text()
    (folder / "manifest.toml").write_text(manifest.replace('"gone.txt"', '"../gone.txt"'))
    with pytest.raises(ManifestInvalid, match="the list of tombstones lies outside the drop"):
        read(make_entry(), folder)
    (folder / "manifest.toml").write_text(manifest)
    (folder / "gone.txt").unlink()
    with pytest.raises(ManifestInvalid, match="the list of tombstones is missing"):
        read(make_entry(), folder)


def test_a_manifest_that_names_nothing_to_read_is_refused(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    with pytest.raises(ManifestInvalid, match="names no files"):
        read(make_entry(), write_drop(tmp_path / "d", {}))


OTHER = {"id": "native_id", "note": "text", "when": "created_at", "user": "author_handle"}


def test_the_entrys_columns_serve_where_the_manifest_has_none(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    folder = write_drop(tmp_path / "d", {"a.ndjson": ndjson(row(1, note="mapped by the entry"))}, columns=None)
    (post,) = read(make_entry(), folder, columns=OTHER)[0].posts
    assert post.text == "mapped by the entry"
    with pytest.raises(ManifestInvalid, match="neither the manifest nor the catalogue entry"):
        read(make_entry(), folder)


def test_the_manifests_columns_win_over_the_entrys(make_entry: Callable[..., Entry], tmp_path: Path) -> None:
    folder = write_drop(tmp_path / "d", {"a.ndjson": ndjson(row(1, note="never read"))})
    (post,) = read(make_entry(), folder, columns=OTHER)[0].posts
    assert post.text == "post 1"


def test_a_field_the_entry_forbids_is_refused_in_its_own_columns_too(
    make_entry: Callable[..., Entry], tmp_path: Path
) -> None:
    folder = write_drop(tmp_path / "d", {"a.ndjson": ndjson(row(1))}, columns=None, fields=[*FIELDS, "author_name"])
    entry = make_entry(fields=tuple(FIELDS))
    with pytest.raises(PermissionRefused, match="author_name"):
        read(entry, folder, columns={**COLUMNS, "name": "author_name"})


def test_a_drop_is_read_again_when_the_entrys_columns_are_corrected(
    make_entry: Callable[..., Entry], tmp_path: Path
) -> None:
    folder = write_drop(tmp_path / "d", {"a.ndjson": ndjson(row(1, note="right"))}, columns=None)
    cursor = read(make_entry(), folder, columns=COLUMNS)[-1].cursor
    assert read(make_entry(), folder, cursor, columns=COLUMNS) == []
    assert read(make_entry(), folder, cursor, columns=OTHER)[0].posts[0].text == "right"
