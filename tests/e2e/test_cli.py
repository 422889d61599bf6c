"""The command line as its users meet it: the whole run, and every kind of bad input, each with its exit code."""

import json
import os
import resource
import signal
import subprocess
import sys

import orjson
import pytest
from desk import CANARY, NOW, Desk, ndjson, row

from listening.cli import outcome
from listening.settings import Settings
from listening.store.store import Store

pytestmark = pytest.mark.e2e


@pytest.fixture
def full(desk):
    """A desk after a run over 300 good posts."""
    desk.source(ndjson(row(number) for number in range(300)))
    code, _, err = desk.run()
    assert code == 0, err
    return desk


def test_a_run_tells_what_it_saw_stored_tagged_and_published(full):
    with Store.open(full.home / "restricted.duckdb") as store:
        (first,) = store.last_runs(9)
    totals = first.summary["totals"]
    assert totals["seen"] == totals["stored"] == 300
    assert totals["mentions"]["product"] >= 300
    assert first.summary["published"]["driver_weekly"] > 0
    assert set(first.summary["versions"]) == {"code", "policy", "gate", "vocabulary", "tagger"}
    code, out, _ = full.do("run", "--now", NOW, "--quiet")
    assert code == 0
    assert "Cells published" in out


def test_an_analyst_reads_drivers_and_queries(full):
    code, out, _ = full.do("drivers", "--week", "2026-W46", "--kind", "product", "--json")
    assert code == 0
    found = json.loads(out)
    assert any("irzepatide" in str(driver) for driver in found["drivers"])
    code, out, _ = full.do("sql", "select count(*) as n from driver_weekly", "--json")
    assert (code, json.loads(out)[0]["n"] > 0) == (0, True)
    code, _, err = full.do("drivers", "--week", "1999-W01")
    assert code != 0
    assert "2026-W4" in err
    chart = full.home.parent / "drivers.svg"
    assert full.do("drivers", "--week", "2026-W46", "--chart", str(chart))[0] == 0
    assert chart.read_text().startswith("<svg")


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('/etc/passwd')",
        "copy (select 1) to '/tmp/x.csv'",
        "attach '/tmp/x.duckdb'",
        "drop table driver_daily",
        "set enable_external_access = true",
        "select 1; select 2",
        "selekt 1",
    ],
)
def test_an_analyst_cannot_write_or_leave_the_file(full, statement):
    code, out, err = full.do("sql", statement)
    assert (code, out) == (18, "")
    assert err.startswith("listening: ")


def test_compliance_verifies_the_chain_and_sees_an_edit(full):
    code, out, _ = full.do("audit", "verify")
    assert code == 0
    assert "The chain holds" in out
    (segment,) = (full.home / "audit").glob("chain-*.ndjson")
    lines = segment.read_bytes().splitlines(keepends=True)
    lines[40] = lines[40].replace(b'"decision":"stored"', b'"decision":"refused"').replace(b'"PERSON"', b'"NOTHING"')
    assert lines[40] != segment.read_bytes().splitlines(keepends=True)[40]
    segment.write_bytes(b"".join(lines))
    code, _, err = full.do("audit", "verify")
    assert code == 15
    assert "entry 41" in err


def test_compliance_sees_a_tail_that_was_cut_off(full):
    (segment,) = (full.home / "audit").glob("chain-*.ndjson")
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join(lines[:50]))
    code, _, err = full.do("audit", "verify")
    assert code == 15
    assert "entry 51" in err


def test_checks_hold_after_a_run(full):
    code, out, _ = full.do("check", "--json")
    assert code == 0
    assert all(one["bad_rows"] == 0 for one in json.loads(out) if one["level"] == "fail")


def test_a_run_without_an_enabled_source_says_what_to_do(desk):
    code, summary, err = desk.run()
    assert (code, summary) == (11, None)
    assert "listening sources enable" in err


def test_a_source_is_read_only_once_it_is_enabled_and_the_chain_says_so(desk):
    desk.source(ndjson(row(number) for number in range(5)), enabled=False)
    assert desk.run("--source", "test-export")[0] == 11
    assert desk.do("sources", "enable", "test-export", "--role", "compliance", "--now", NOW)[0] == 0
    assert desk.run()[0] == 0
    assert desk.do("sources", "disable", "test-export", "--role", "compliance", "--now", NOW)[0] == 0
    assert desk.run()[0] == 11
    _, out, _ = desk.do("audit", "show", "--event", "permission")
    assert [json.loads(line)["action"] for line in out.splitlines()] == ["enabled", "disabled"]


def test_an_expired_permission_is_told(desk):
    desk.source(ndjson([row(1)]), expires_on="2026-11-21")
    code, _, err = desk.run("--source", "test-export")
    assert code == 11
    assert "expired" in err


def test_a_wrong_manifest_fails_its_source_and_the_others_are_read(desk):
    desk.source(ndjson([row(1)]), source_id="bad-export", sha256="0" * 64)
    desk.source(ndjson(row(number) for number in range(30)), source_id="good-export")
    code, summary, _ = desk.run()
    assert code == 13
    assert [failure["source_id"] for failure in summary["failures"]] == ["bad-export"]
    assert summary["totals"]["stored"] == 30


def test_an_empty_file_is_a_run_with_no_posts(desk):
    desk.source(b"")
    code, summary, err = desk.run()
    assert code == 0, err
    assert summary["totals"]["seen"] == 0


def test_bad_records_are_counted_by_reason_and_lose_no_good_one(desk):
    good = [row(number) for number in range(40)]
    content = (
        ndjson(good)
        + b'{"native_id": "x", "text": "' + CANARY.encode() + b"\n"  # broken off
        + b'\xff\xfe{"native_id": "y"}\n'  # no UTF-8
        + b"[]\n"
        + orjson.dumps({"native_id": "z"}) + b"\n"
        + ndjson([
            row(100, text="x" * 5_000_000),
            row(101, text="\x00\x01\x02\x03\x04\x05\x06\x07\x08" * 4),
            row(102, text=""),
            row(103, text="De patiënt kreeg gisteren zijn behandeling en het gaat veel beter, dank aan het hele team."),
            row(104, created_at="not a date"),
            row(105, created_at="0001-01-01T00:00:00Z"),
            row(106, created_at="2099-12-31T23:59:59+05:30"),
            row(1),  # a duplicate id, unchanged
        ])
    )  # fmt: skip
    desk.source(content)
    code, summary, err = desk.run()
    totals = summary["totals"]
    assert code == 0, err
    assert totals["stored"] == 42, json.dumps(totals["refused"])
    assert totals["clamped_days"] == 2
    assert totals["seen"] == totals["stored"] + totals["updated"] + totals["unchanged"] + sum(
        totals["refused"].values()
    )
    assert totals["refused"]["gate:language"] == 1
    assert totals["refused"]["gate:too_long"] == 1
    assert sum(totals["refused"].values()) == 9
    assert CANARY not in json.dumps(summary) + err


def test_a_run_again_stores_nothing_new(full):
    before = full.rows()
    code, summary, _ = full.run()
    assert (code, summary["totals"]["stored"], full.rows()) == (0, 0, before)


def test_a_missing_key_beside_data_stops_the_run(full):
    (full.home / "keys.json").unlink()
    code, _, err = full.run()
    assert code == 10
    assert "keys.json" in err


def test_a_store_in_use_is_told_and_nothing_is_lost(full):
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()",
            str(full.home / "restricted.duckdb"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    holder.stdout.readline()
    try:
        code, _, err = full.run()
        assert code == 16
        assert "another process has it open" in err
    finally:
        holder.communicate(b"")
    assert full.run()[0] == 0


def test_a_full_disk_is_told_and_the_next_run_ends_with_the_same_rows(desk, tmp_path, capsys):
    content = ndjson(row(number) for number in range(300))
    desk.source(content)
    done = subprocess.run(
        [sys.executable, "-m", "listening", "run", "--now", NOW, "--quiet", "--home", str(desk.home)],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000)),
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert done.returncode == 16, done.stderr
    assert "space" in done.stderr
    code, _, err = desk.run()
    assert code == 0, err
    calm = Desk(tmp_path / "calm" / "home", capsys)
    calm.home.mkdir(parents=True)
    (calm.home / "keys.json").write_bytes((desk.home / "keys.json").read_bytes())
    (calm.home / "keys.json").chmod(0o600)
    calm.source(content)
    assert calm.run()[0] == 0
    assert calm.rows() == desk.rows()
    assert Settings(home=desk.home).insights_path.exists()


def test_redact_answers_every_record_in_order_and_never_shows_a_value(tmp_path):
    source, sink = tmp_path / "in.ndjson", tmp_path / "out.ndjson"
    texts = [
        f"Saw Mr {CANARY} in clinic about his Crohn disease.",
        "Goedemorgen, hoe gaat het vandaag met al mijn collega's?",
        "",
    ]
    records = [{"id": f"r{number}", "text": text, "more": 1} for number, text in enumerate(texts)]
    source.write_bytes(ndjson(records) + b"{broken\n" + b'{"id": "r9"}\n' + b"\xff\xfe\n")
    assert outcome(["redact", str(source), "-o", str(sink)]) == 0
    written = [orjson.loads(line) for line in sink.read_bytes().splitlines()]
    assert len(written) == 6
    assert [one.get("id") for one in written[:3]] == ["r0", "r1", "r2"]
    assert "Crohn disease" in written[0]["text"]
    for span in written[0]["spans"]:
        assert set(span) == {"start", "end", "entity_type", "score", "recognizer", "operator", "replacement"}
    covered = "".join(texts[0][span["start"] : span["end"]] for span in written[0]["spans"])
    assert CANARY in covered
    assert all("refused" in one for one in written[1:])
    assert CANARY.encode() not in sink.read_bytes()


def test_tag_answers_every_record_and_leaves_the_text_alone(tmp_path):
    source, sink = tmp_path / "in.ndjson", tmp_path / "out.ndjson"
    text = "Started <PERSON> on Keytruda for melanoma, see you at #ESMO26 🙂 nausea on semaglutide?"
    source.write_bytes(ndjson([{"id": 1, "text": text}]) + b"[]\n")
    assert outcome(["tag", str(source), "-o", str(sink)]) == 0
    first, second = (orjson.loads(line) for line in sink.read_bytes().splitlines())
    assert first["text"] == text
    surfaces = {text[one["start"] : one["end"]]: one["kind"] for one in first["mentions"] if one["start"] is not None}
    assert surfaces["Keytruda"] == "product"
    assert surfaces["melanoma"] == "condition"
    assert not any("PERSON" in surface for surface in surfaces)
    assert "refused" in second


def test_an_input_that_cannot_be_read_is_told_without_its_name(tmp_path, capsys):
    assert outcome(["redact", str(tmp_path / CANARY)]) == 2
    assert CANARY not in capsys.readouterr().err


def test_a_home_without_a_chain_does_not_verify(tmp_path, capsys):
    assert outcome(["audit", "verify", "--home", str(tmp_path / "typo")]) == 2
    assert "no audit chain" in capsys.readouterr().err


def test_a_chain_without_its_store_says_that_a_cut_tail_would_not_be_found(full):
    (full.home / "restricted.duckdb").unlink()
    code, _, err = full.do("audit", "verify")
    assert code == 0
    assert "no store to compare with" in err


@pytest.mark.parametrize("command", ["redact", "tag"])
def test_the_output_may_be_the_input(tmp_path, command):
    path = tmp_path / "posts.ndjson"
    path.write_bytes(ndjson({"id": number, "text": "Our clinic has no methylphenidate left."} for number in range(5)))
    assert outcome([command, str(path), "-o", str(path)]) == 0
    assert [orjson.loads(line)["id"] for line in path.read_bytes().splitlines()] == list(range(5))
    assert [left.name for left in tmp_path.iterdir()] == ["posts.ndjson"]


@pytest.mark.parametrize(
    "words",
    [
        ["redact", "x", "--batch-size", "0"],
        ["sources", "enable", "med-mastodon", "--role", "Jane Doe"],
        ["drivers", "--kind", "produkt"],
        ["audit", "show", "--last", "0"],
        ["audit", "show", "--event", "rumour"],
        ["nonsense"],
    ],
)
def test_a_wrong_word_is_a_usage_error(words, capsys):
    assert outcome(words) == 2
    assert capsys.readouterr().err


def test_a_misspelt_cohort_is_told_with_those_that_exist(full):
    code, _, err = full.do("drivers", "--role", "phisician")
    assert code == 2
    assert "phisician" in err
    assert "Published are: physician" in err


def test_enabling_twice_is_chained_once(desk):
    desk.source(ndjson([row(1)]), enabled=False)
    for _ in range(2):
        assert desk.do("sources", "enable", "test-export", "--now", NOW)[0] == 0
    _, out, _ = desk.do("audit", "show", "--event", "permission")
    assert len(out.splitlines()) == 1


def test_a_misspelt_setting_is_told(desk, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "listening.toml").write_text("batchsize = 7\n")
    assert outcome(["run"]) == 10
    assert "Did you mean batch_size?" in capsys.readouterr().err


def test_an_interrupt_ends_the_run_after_its_batch_and_the_next_run_goes_on(desk):
    content = ndjson(row(number) for number in range(6_000))
    desk.source(content)
    running = subprocess.Popen(
        [sys.executable, "-m", "listening", "run", "--now", NOW, "--home", str(desk.home)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for line in running.stderr:
        if "stored" in line:
            break
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=120)
    assert running.returncode == 130
    assert "run again to go on" in err
    stored = desk.rows()[1]
    assert 0 < stored < 3_000
    _, out, _ = desk.do("audit", "show", "--event", "run")
    assert [json.loads(entry)["state"] for entry in out.splitlines()] == ["started", "interrupted"]
    content = ndjson(row(number) for number in range(600))
    desk.source(content)
    assert desk.run()[0] == 0
    assert desk.do("audit", "verify")[0] == 0
