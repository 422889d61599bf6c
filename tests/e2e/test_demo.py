"""`make demo`, as a newcomer runs it: it ends well, leaks nothing, and ranks what was planted."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLANTED = ("tirzepatide", "ESMO", "drug shortage", "hyperkalaemia", "workload", "pancreatic cancer")

pytestmark = pytest.mark.e2e


def test_the_demo_leaks_nothing_and_ranks_what_was_planted(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "flows.demo", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=590
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    last = done.stdout.splitlines()[-1]
    assert re.fullmatch(r"Planted identifiers found in anything written: 0 of 1\d,\d{3} \(must be 0\)", last)
    rows = {
        cells[0]: cells
        for line in done.stdout.splitlines()
        if (cells := line.split("\t"))[0] in PLANTED and len(cells) == 8
    }
    assert set(rows) == set(PLANTED)
    rising = {name for name, cells in rows.items() if cells[7] == "yes"}
    assert {"tirzepatide", "hyperkalaemia", "pancreatic cancer"} <= rising
    assert "workload" not in rising
    assert all(int(cells[4]) >= 1 for cells in rows.values())
    assert (tmp_path / "home" / "insights.duckdb").exists()
