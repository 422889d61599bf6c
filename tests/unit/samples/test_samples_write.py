import csv
import hashlib
import json
import tomllib
from pathlib import Path

import feedparser
import pyarrow.parquet as pq
import pytest

from listening.assets import asset
from listening.catalogue.load import load_catalogue
from listening.samples.catalogue import write_catalogue
from listening.samples.scan import scan
from listening.samples.write import BROKEN_LINES, COLUMNS, write_export, write_feeds, write_ndjson
from listening.settings import Settings


@pytest.fixture(scope="module")
def drop(sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("drop")
    return folder, write_export(sample, folder)


def rows_of(path):
    match path.suffix:
        case ".ndjson":
            lines = [line for line in path.read_bytes().split(b"\n") if line and line not in BROKEN_LINES]
            return [json.loads(line) for line in lines]
        case ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                return list(csv.DictReader(file))
    return pq.read_table(path).to_pylist()


def test_the_manifest_names_every_file_with_its_hash(drop, sample):
    manifest = tomllib.loads((drop[0] / "manifest.toml").read_text(encoding="utf-8"))
    assert {file["path"] for file in manifest["files"]} == {p.name for p in drop[0].iterdir()} - {"manifest.toml"}
    for file in manifest["files"]:
        assert hashlib.sha256((drop[0] / file["path"]).read_bytes()).hexdigest() == file["sha256"]
    assert {file["format"] for file in manifest["files"]} == {"ndjson", "csv", "parquet"}
    assert (manifest["expires_on"] - sample.now.date()).days == 365


def test_the_files_hold_every_export_post_in_order(drop, sample):
    manifest = tomllib.loads((drop[0] / "manifest.toml").read_text(encoding="utf-8"))
    rows = [row for file in manifest["files"] for row in rows_of(drop[0] / file["path"])]
    assert [(row["post_id"], row["body"]) for row in rows] == [
        (p.native_id, p.text) for p in sample.of_channel("export")
    ]


def test_one_file_is_named_after_a_person(drop, sample):
    names = {post.author.full_name for post in sample.posts}
    assert any(name in path.name for path in drop[0].iterdir() for name in names)


def test_the_unmapped_column_holds_planted_values_of_its_own(drop):
    assert "internal_note" not in COLUMNS
    notes = [row["internal_note"] for path in drop[0].iterdir() if path.suffix != ".toml" for row in rows_of(path)]
    assert all(any(identifier.value in note for note in notes) for identifier in drop[1][:50])


def test_writing_twice_gives_the_same_bytes(drop, sample, tmp_path):
    write_export(sample, tmp_path)
    for path in drop[0].iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_feeds_parse_and_hold_every_article(sample, tmp_path):
    paths = write_feeds(sample, tmp_path)
    assert len(paths) == 20
    ids = []
    for path in paths:
        content = (tmp_path / path.lstrip("/")).read_bytes()
        if path.endswith(".json"):
            ids += [item["id"] for item in json.loads(content)["items"]]
        else:
            parsed = feedparser.parse(content)
            assert not parsed.bozo
            assert all(entry.content[0].value and entry.author and entry.published_parsed for entry in parsed.entries)
            ids += [entry.id for entry in parsed.entries]
    assert sorted(ids) == sorted(post.native_id for post in sample.of_channel("feed"))


def test_an_identifier_stands_in_an_html_attribute(sample, tmp_path):
    write_feeds(sample, tmp_path)
    alts = [post.image_alt for post in sample.of_channel("feed") if post.image_alt]
    assert alts
    assert scan([tmp_path], [alts[0].encode()])


def test_the_catalogue_entries_are_valid_and_enabled(sample, drop, tmp_path):
    settings = Settings(home=tmp_path, allow_loopback=True)
    ids = write_catalogue(
        settings.catalogue_dir, "http://127.0.0.1:1", drop[0], ["/feeds/01-x.xml"], today=sample.now.date()
    )
    assert ids == ["demo-export", "demo-feeds", "demo-mastodon"]
    catalogue = load_catalogue(settings)
    for source_id in ids:
        entry = catalogue[source_id]
        assert entry.enabled_by_default
        assert entry.lookback_days > sample.days
    assert Path(catalogue["demo-export"].query["drop"]) == drop[0].resolve()


def test_ndjson_has_an_id_and_a_text_per_post(sample, tmp_path):
    write_ndjson(sample, tmp_path / "posts.ndjson")
    records = [json.loads(line) for line in (tmp_path / "posts.ndjson").read_text(encoding="utf-8").split("\n") if line]
    assert [(r["id"], r["text"]) for r in records] == [(p.native_id, p.text) for p in sample.posts]


def test_the_sample_that_ships_is_small_and_readable():
    lines = asset("data/samples/demo.ndjson").read_text(encoding="utf-8").splitlines()
    assert 40 <= len(lines) <= 60
    assert all({"id", "text"} <= set(json.loads(line)) for line in lines)
