"""A data home with an export dropped in, and the commands run in it."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import orjson

from listening.cli import outcome
from listening.store.store import Store

NOW = "2026-11-22T06:00:00Z"
MOMENT = datetime(2026, 11, 22, 6, tzinfo=UTC)
CANARY = "Quentin Testperson"
FIELDS = ["native_id", "text", "created_at", "author_handle"]
ENTRY = """
source_id = "{source_id}"
title = "A licensed export"
network = "test"
collector = "export"
basis = "licence"
licence_reference = "licence-1"
purpose = "tests"
expires_on = {expires_on}
fields = ["native_id", "text", "created_at", "author_handle"]
robots = "not-applicable"
retention_days = 30
sponsored = false
expected_posts_a_day = 1
enabled_by_default = {enabled}
lookback_days = 90
[query]
drop = "{drop}"
[terms]
url = "https://example.org/terms"
reviewed_on = 2026-01-01
reviewed_by_role = "compliance"
[deletion]
duty = "none"
deadline_hours = 24
[author]
role = "physician"
"""


def row(number, text=None, **fields):
    plain = (
        f"We switched {number % 7 + 2} of our clinic patients to tirzepatide this week, prior authorisation took days."
    )
    made = {
        "native_id": f"id-{number}",
        "text": plain if text is None else text,
        "created_at": (MOMENT - timedelta(days=number % 28, hours=2)).isoformat(),
        "author_handle": f"author-{number % 40}",
    }
    return {**made, **fields}


def write_drop(folder, content, *, sha256=None, expires_on="2030-01-01", licence_id="licence-1"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "posts.ndjson").write_bytes(content)
    (folder / "manifest.toml").write_text(
        f'licence_id = "{licence_id}"\npurpose = "tests"\nexpires_on = {expires_on}\nfields = {json.dumps(FIELDS)}\n'
        "[columns]\n"
        + "".join(f'{field} = "{field}"\n' for field in FIELDS)
        + f'[[files]]\npath = "posts.ndjson"\nformat = "ndjson"\nsha256 = "{sha256 or hashlib.sha256(content).hexdigest()}"\n'
    )


def ndjson(rows):
    return b"".join(orjson.dumps(one) + b"\n" for one in rows)


class Desk:
    """A data home, and the commands run in it."""

    def __init__(self, home, capsys):
        self.home, self.capsys = home, capsys

    def source(self, content, *, source_id="test-export", enabled=True, expires_on="2030-01-01", **manifest):
        drop = self.home.parent / f"drop-{source_id}"
        write_drop(drop, content, **manifest)
        (self.home / "catalogue").mkdir(parents=True, exist_ok=True)
        (self.home / "catalogue" / f"{source_id}.toml").write_text(
            ENTRY.format(source_id=source_id, drop=drop, enabled=str(enabled).lower(), expires_on=expires_on)
        )

    def do(self, *words):
        """Run a command; give its exit code, output and errors."""
        code = outcome([*words, "--home", str(self.home)])
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def run(self, *words):
        """Do the daily run; give its exit code and summary (`None` without one), and what it said on standard error."""
        code, out, err = self.do("run", "--now", NOW, "--quiet", "--json", *words)
        return code, json.loads(out) if out else None, err

    def rows(self):
        with Store.open(self.home / "restricted.duckdb") as store:
            return store.rows_digest(), store.sql.rows("select count(*) from post")[0][0]
