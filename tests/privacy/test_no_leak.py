"""No canary is found in any byte that the real job wrote: data home, Prefect's home, logs, captured output."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from listening.audit.chain import AuditChain
from listening.store.text import every_text

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import canaries

pytestmark = pytest.mark.e2e


def forms(value):
    """Give the byte forms a value can be written in."""
    plain = value.encode()
    yield from {
        plain,
        json.dumps(value)[1:-1].encode(),
        json.dumps(json.dumps(value))[2:-2].encode(),
        value.encode("utf-16-le"),
        quote(value).encode(),
        quote(value, safe="").encode(),
        value.replace("'", "&#39;").encode(),
        value.casefold().encode(),
    }


NEEDLES = {form: value for value in canaries.values() for form in forms(value)}


def found_in(content):
    lowered = content.lower()
    return sorted({value for form, value in NEEDLES.items() if form in content or form.lower() in lowered})


@pytest.fixture(scope="module", params=["plain", "flow"])
def job(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(f"leak-{request.param}")
    temporary = folder / "tmp"
    temporary.mkdir()
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", str(HERE / "leak_job.py"), request.param, str(folder)],
        capture_output=True,
        timeout=900,
        cwd=HERE.parents[1],
        env={**os.environ, "TMPDIR": str(temporary), "HOME": str(folder / "user")},
    )
    assert (folder / "results.json").exists(), done.stderr.decode(errors="replace")[-3000:]
    return request.param, folder, done


def test_the_job_really_ran_and_really_failed(job):
    mode, folder, _ = job
    results = json.loads((folder / "results.json").read_text())
    none = results.pop("none")
    assert none["failures"] == []
    assert none["stored"] >= 2.5 * len(canaries.IN_TEXT)
    assert none["refused"].get("collect:not_json", 0) + none["refused"].get("collect:not_utf8", 0) == 2
    assert results.pop("analyser")["refused"]["gate:analyser_error"] > 0
    for stage, result in results.items():
        assert result.get("error") or result["failures"], f"the fault in {stage} was not felt ({mode})"


@pytest.mark.parametrize("stage", ["marts", "publish"])
def test_a_run_that_could_not_publish_ends_as_failed_in_the_chain(job, stage):
    _, folder, _ = job
    chain = AuditChain(folder / "homes" / stage / "audit")
    assert [entry["state"] for entry in chain.entries() if entry["event"] == "run"] == ["started", "failed"]


def test_no_file_holds_a_canary(job):
    _, folder, _ = job
    leaks = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_relative_to(folder / "drop") and (hits := found_in(path.read_bytes())):
            leaks[str(path.relative_to(folder))] = hits
    assert leaks == {}


def test_no_file_is_named_after_a_canary(job):
    _, folder, _ = job
    names = [str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_relative_to(folder / "drop")]
    assert found_in("\n".join(names).encode()) == []


def test_no_value_in_a_database_holds_a_canary(job):
    _, folder, _ = job
    databases = list((folder / "homes").rglob("*.duckdb"))
    assert len(databases) >= 10
    for path in databases:
        assert found_in("\n".join(every_text(path)).encode()) == [], path.name


def test_nothing_printed_holds_a_canary(job):
    _, _, done = job
    assert found_in(done.stdout + done.stderr) == []


def test_the_scan_finds_a_canary_where_there_is_one(job):
    _, folder, _ = job
    assert len(found_in(b"".join(path.read_bytes() for path in (folder / "drop").iterdir()))) > 20
