"""The schema says what it holds, and has no place for what must not be held."""

import re
from pathlib import Path

import pytest

from listening.store.migrations import read_migrations
from listening.store.store import Store


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "restricted.duckdb") as opened:
        yield opened


def test_migrations_are_numbered_without_gaps() -> None:
    assert [one.number for one in read_migrations()] == list(range(1, len(read_migrations()) + 1))


def test_every_table_and_column_has_a_comment(store: Store) -> None:
    bare = store.sql.rows(
        "select table_name, '' from duckdb_tables() where not internal and comment is null"
        " union all select table_name, column_name from duckdb_columns() where not internal and comment is null"
    )
    assert bare == []


def test_no_column_can_hold_raw_text_or_a_person(store: Store) -> None:
    names = [row[0] for row in store.sql.rows("select column_name from duckdb_columns() where table_name = 'post'")]
    suspect = re.compile(r"handle|author_name|display|bio|url|native|raw|html|email|avatar|^text$")
    assert [name for name in names if suspect.search(name)] == []


def test_a_post_without_the_version_of_its_policy_cannot_be_stored(store: Store) -> None:
    nullable = store.sql.rows(
        "select column_name from duckdb_columns() where table_name = 'post' and is_nullable and column_name like '%version'"
    )
    assert nullable == []
