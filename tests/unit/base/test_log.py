"""The log keeps allowed keys and short scalars only; the rest is dropped and counted."""

import logging

import orjson

from listening.log import allow_listed, open_log, silence_libraries


def test_a_key_that_is_not_allowed_is_dropped_and_counted(tmp_path):
    with open_log(tmp_path, run_id="run-1") as log:
        log.info("unit_done", source_id="s", text="canary", post={"text": "canary"}, seen=3)
    (path,) = (tmp_path / "logs").iterdir()
    line = orjson.loads(path.read_bytes())
    assert "canary" not in path.read_text()
    assert {key: line[key] for key in ("event", "source_id", "seen", "run_id", "dropped")} == {
        "event": "unit_done",
        "source_id": "s",
        "seen": 3,
        "run_id": "run-1",
        "dropped": 2,
    }


def test_a_long_value_is_dropped_even_under_an_allowed_key():
    assert allow_listed(None, "info", {"event": "e", "stage": "x" * 201}) == {"event": "e", "dropped": 1}


def test_libraries_that_quote_text_do_not_log(capfd):
    silence_libraries()
    logging.getLogger("httpx").error("canary")
    logging.getLogger("decision_process").error("canary")
    assert "canary" not in "".join(capfd.readouterr())
