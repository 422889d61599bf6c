"""The wall around raw text, where import contracts cannot see: names, late imports, pickling, encoders."""

import ast
import copy
import dataclasses
import json
import pickle
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from listening.errors import RawTextWithheld
from listening.posts import SourceId
from listening.raw import RawPost

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "src" / "listening"
MAY_SEE_RAW = {"collect", "privacy", "identity", "safety", "ingest.py", "raw.py"}
CANARY = "canary-4711"


@pytest.fixture
def raw():
    return RawPost(
        source_id=SourceId("s"),
        native_id=CANARY,
        text=CANARY,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        author_handle=CANARY,
        author_name=CANARY,
        author_bio=CANARY,
        url=CANARY,
    )


def sources_outside():
    for path in [*PACKAGE.rglob("*.py"), *(ROOT / "flows").rglob("*.py")]:
        part = path.relative_to(PACKAGE).parts[0] if path.is_relative_to(PACKAGE) else "flows"
        if part not in MAY_SEE_RAW:
            yield path


def test_only_gate_1_names_raw_posts():
    named = []
    for path in sources_outside():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "name", None)
            if name == "RawPost":
                named.append(path.name)
    assert named == []


def test_nobody_behind_gate_1_imports_by_name_at_run_time():
    dynamic = []
    for path in sources_outside():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                if called in {"__import__", "importlib.import_module", "import_module", "importlib.reload"}:
                    dynamic.append(path.name)
    assert dynamic == []


HEAVY = ("prefect", "spacy", "presidio_analyzer", "presidio_anonymizer", "duckdb", "pyarrow", "vl_convert", "httpx")


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("listening.cli", ("listening.raw", *HEAVY)),
        ("listening.posts", ("listening.raw", *HEAVY)),
        ("listening.audit.chain", ("listening.raw", *HEAVY)),
        ("listening.store.store", ("listening.raw", "prefect", "spacy", "presidio_analyzer")),
        ("listening.sharing.query", ("listening.raw", "prefect", "spacy", "presidio_analyzer")),
        ("listening.drivers.marts", ("listening.raw", "prefect", "spacy", "presidio_analyzer")),
        ("listening.tagging.records", ("listening.raw", "prefect", "presidio_analyzer")),
    ],
)
def test_importing_a_room_loads_nothing_it_must_not(module, forbidden):
    code = f"import sys, {module}; print('\\n'.join(sys.modules))"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    )
    assert loaded.isdisjoint(forbidden)


def test_help_starts_without_the_heavy_libraries():
    code = (
        "import sys\nfrom listening.cli import outcome\noutcome(['--help'])\noutcome(['run', '--help'])\n"
        f"assert not set({HEAVY!r}) & set(sys.modules), 'heavy import'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_a_raw_post_shows_nothing(raw):
    assert CANARY not in repr(raw) + str(raw) + f"{raw}" + repr([raw]) + repr({"post": raw})


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_raw_post_refuses_to_be_pickled(raw, protocol):
    with pytest.raises(RawTextWithheld):
        pickle.dumps(raw, protocol)


def test_a_raw_post_refuses_to_be_copied(raw):
    with pytest.raises(RawTextWithheld):
        copy.copy(raw)
    with pytest.raises(RawTextWithheld):
        copy.deepcopy(raw)


def test_encoders_do_not_take_a_raw_post_apart(raw):
    import cloudpickle
    import orjson
    import pydantic_core

    with pytest.raises(TypeError):
        dataclasses.asdict(raw)
    with pytest.raises(TypeError):
        vars(raw)
    with pytest.raises(TypeError):
        json.dumps(raw)
    with pytest.raises(TypeError):
        orjson.dumps(raw)
    with pytest.raises(RawTextWithheld):
        cloudpickle.dumps(raw)
    with pytest.raises(pydantic_core.PydanticSerializationError):
        pydantic_core.to_json(raw)


def test_the_stores_have_no_column_for_raw_text(tmp_path):
    from listening.store.store import Store

    with Store.open(tmp_path / "restricted.duckdb") as store:
        columns = {name for (name,) in store.sql.rows("select column_name from duckdb_columns() where not internal")}
    assert "redacted_text" in columns
    forbidden = {
        "raw",
        "raw_text",
        "html",
        "handle",
        "display_name",
        "author",
        "author_name",
        "bio",
        "url",
        "uri",
        "native_id",
        "post_text",
    }
    assert columns.isdisjoint(forbidden)
