import gzip
import html
import json
import sqlite3
import unicodedata
import zipfile
from urllib.parse import quote, quote_plus

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.samples import scan as module
from listening.samples.model import PlantedIdentifier
from listening.samples.scan import Scanner, scan, scan_text

VALUE = "Dr Zoë O'Márton & Söhne"
ENCODINGS = {
    "utf-8": VALUE.encode(),
    "upper case": VALUE.upper().encode(),
    "lower case": VALUE.lower().encode(),
    "mixed ascii case": VALUE.replace("Dr", "dR").encode(),
    "utf-16-le": VALUE.encode("utf-16-le"),
    "utf-16-be": VALUE.encode("utf-16-be"),
    "utf-16 lower case": VALUE.lower().encode("utf-16-le"),
    "json": json.dumps(VALUE).encode(),
    "json, not ascii": json.dumps(VALUE, ensure_ascii=False).encode(),
    "url": quote(VALUE).encode(),
    "url, lower-case hex": quote(VALUE).lower().encode(),
    "form": quote_plus(VALUE).encode(),
    "html": html.escape(VALUE).encode(),
    "character references": VALUE.encode("ascii", "xmlcharrefreplace"),
    "python escape": VALUE.encode("unicode_escape"),
    "python bytes": repr(VALUE.encode()).encode(),
    "decomposed": unicodedata.normalize("NFD", VALUE).encode(),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_value_is_found_in_every_encoding(tmp_path, name):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "blob.bin").write_bytes(b"\x00\x01before" + ENCODINGS[name] + b"after\xff")
    hits = scan([tmp_path], [b"something else", PlantedIdentifier("PERSON", VALUE)])
    assert [(hit.value_index, hit.entity_type) for hit in hits] == [(1, "PERSON")]
    assert hits[0].file.endswith("blob.bin")


def test_nothing_is_found_in_a_clean_tree(tmp_path, sample):
    (tmp_path / "a.log").write_bytes(b"<PERSON> was seen on <DATE:2023>, MRN <ID>; 5400 posts stored" * 1000)
    (tmp_path / "empty").write_bytes(b"")
    assert scan([tmp_path, tmp_path / "absent"], sample.truth.identifiers) == []


def test_every_value_of_a_sample_is_found_where_it_stands(tmp_path, sample):
    (tmp_path / "all.txt").write_text("\n".join(i.value for i in sample.truth.identifiers), encoding="utf-8")
    found = {hit.value_index for hit in scan([tmp_path], sample.truth.identifiers)}
    assert found == set(range(len(sample.truth.identifiers)))


def test_a_name_of_a_file_or_folder_counts(tmp_path):
    (tmp_path / "notes of Maria Kovacs").mkdir()
    (tmp_path / "notes of Maria Kovacs" / "x.txt").write_bytes(b"")
    assert len(scan([tmp_path], [b"maria kovacs"])) == 2


def test_packed_files_are_opened(tmp_path):
    with gzip.open(tmp_path / "a.gz", "wb") as file:
        file.write(b"secret-canary-1 " * 500)
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", "secret-canary-2 " * 500)
    pq.write_table(pa.table({"text": ["secret-canary-3 " * 500] * 50}), tmp_path / "c.parquet", compression="zstd")
    connection = sqlite3.connect(tmp_path / "d.sqlite")
    connection.execute("create table verdict (note text)")
    connection.execute("insert into verdict values (?)", ("x" * 9000 + "secret-canary-4",))
    connection.commit()
    connection.close()
    hits = scan([tmp_path], [f"secret-canary-{n}".encode() for n in range(1, 5)])
    assert {hit.value_index for hit in hits} == {0, 1, 2, 3}


@given(st.binary(max_size=40), st.text(min_size=4, max_size=20), st.integers(1, 7))
def test_a_value_is_found_across_any_border_of_chunks(before, value, size):
    data = before + value.encode("utf-8", "surrogatepass") + before
    chunks = [data[start : start + size] for start in range(0, len(data), size)]
    assert Scanner([value.encode("utf-8", "surrogatepass")]).in_bytes(chunks) == {0}


def test_files_larger_than_a_chunk_are_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "CHUNK_BYTES", 64)  # a real chunk is megabytes
    (tmp_path / "long").write_bytes(b"." * 60 + b"canary-over-the-border" + b"." * 500)
    assert len(scan([tmp_path], [b"canary-over-the-border"])) == 1


def test_values_inside_one_another_are_all_found():
    hits = scan_text(
        "see https://x.example/@maria_kovacs_1234", [b"maria_kovacs_1234", b"https://x.example/@maria_kovacs_1234"]
    )
    assert [hit.value_index for hit in hits] == [0, 1]


@given(st.text(min_size=1).filter(lambda text: text.strip()))
def test_scan_text_finds_any_text_in_any_case(text):
    for spelling in (text, text.upper(), text.lower(), text.casefold()):
        assert [hit.value_index for hit in scan_text(f"<{spelling}>", [text.encode()])] == [0]


def test_no_values_find_nothing_and_an_empty_value_is_refused():
    assert scan_text("anything", []) == []
    with pytest.raises(ValueError, match="empty"):
        scan_text("anything", [b""])
