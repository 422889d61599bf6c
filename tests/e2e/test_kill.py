"""A run killed at any instant and started again ends with the same rows as one that nobody disturbed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
KILLS = int(os.environ.get("LISTENING_TEST_KILLS", "10"))
"""Raise it to look harder: each kill costs about 15 s."""

pytestmark = pytest.mark.e2e


def write_source(folder):
    """Write a licensed drop of synthetic posts and the catalogue entry that allows it."""
    from datetime import UTC, datetime

    from listening.samples.catalogue import write_catalogue
    from listening.samples.generate import generate
    from listening.samples.write import write_export

    now = datetime(2026, 11, 22, 6, tzinfo=UTC)
    write_export(generate(seed=11, posts=700, days=30, now=now), folder / "drop")
    write_catalogue(folder / "catalogue", "http://127.0.0.1:9", folder / "drop", [], today=now.date(), days=30)
    for name in ("demo-feeds", "demo-mastodon"):
        (folder / "catalogue" / f"{name}.toml").unlink()
    return folder / "catalogue"


def test_a_run_killed_at_random_and_started_again_ends_with_the_same_rows(tmp_path):
    catalogue = write_source(tmp_path)
    homes = tmp_path / "homes"
    homes.mkdir()
    done = subprocess.run(
        [sys.executable, str(HERE / "killable.py"), str(homes), str(catalogue), str(KILLS), "5"],
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    results = json.loads(done.stdout.splitlines()[-1])
    assert results["kills_that_hit"] >= KILLS
    calm = results["calm"]
    assert calm["posts"] > 200
    for killed in results["killed"]:
        for name in ("rows", "posts", "marts", "insights", "left_over"):
            assert killed[name] == calm[name], name
        assert killed["chain_entries"] >= calm["chain_entries"]
