"""Deletions and objections as the operator meets them: posts go, the numbers follow, nobody is named."""

import io
import json
import sys
from datetime import timedelta

import duckdb
import pytest
from desk import ENTRY, MOMENT, NOW, ndjson, row
from werkzeug import Request, Response

pytestmark = pytest.mark.e2e

HANDLE = "author-7"
TIMELINE = """
instances = ["{url}"]
tags = ["medicine"]
overlap_hours = 0
"""


def published_posts(desk):
    with duckdb.connect(str(desk.home / "insights.duckdb"), read_only=True) as insights:
        return insights.execute(
            "select coalesce(sum(posts), 0) from cohort_weekly where cohort_level = 'all'"
        ).fetchone()[0]


def test_forgetting_an_author_erases_publishes_and_keeps_them_out(desk, monkeypatch):
    desk.source(ndjson(row(number) for number in range(400)))
    assert desk.run()[0] == 0
    before = desk.rows()[1]
    counted = published_posts(desk)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"@{HANDLE}\n"))
    code, out, err = desk.do("forget", "--author", "--now", NOW, "--json")
    assert code == 0, err
    assert json.loads(out)["removed"] == 10
    assert desk.rows()[1] == before - 10
    assert published_posts(desk) < counted
    assert HANDLE not in out + err
    # The same posts come again in a new drop, with one more: none of this author's is stored.
    desk.source(ndjson([*(row(number) for number in range(400)), row(407)]))
    code, summary, err = desk.run()
    assert code == 0, err
    assert summary["totals"]["refused"]["collect:author_objected"] == 11
    assert desk.rows()[1] == before - 10
    for path in desk.home.rglob("*"):
        if path.is_file():
            assert HANDLE.encode() not in path.read_bytes()


@pytest.mark.parametrize(
    ("words", "handle"),
    [(["forget"], "x"), (["forget", "--author"], " \n"), (["forget", "--author", "--source", "no-such"], "x")],
)
def test_forget_says_what_it_lacks(desk, monkeypatch, words, handle):
    desk.source(ndjson([row(1)]))
    monkeypatch.setattr(sys, "stdin", io.StringIO(handle))
    code, _, err = desk.do(*words, "--now", NOW)
    assert code == 2
    assert err


@pytest.fixture
def timeline(httpserver):
    """Serve a tag timeline of statuses, which the test can take away again."""
    statuses = {}

    def answer(request: Request) -> Response:
        below, above = request.args.get("max_id"), request.args.get("min_id")
        shown = [
            one
            for number, one in sorted(statuses.items())
            if (below is None or number < int(below)) and (above is None or number > int(above))
        ]
        page = shown[:40] if above is not None else shown[-40:]
        return Response(json.dumps(page[::-1]), content_type="application/json")

    httpserver.expect_request("/api/v1/timelines/tag/medicine").respond_with_handler(answer)
    httpserver.statuses = statuses
    return httpserver


def status(number):
    return {
        "id": str(number),
        "uri": f"https://invented.example/statuses/{number}",
        "created_at": (MOMENT - timedelta(hours=6 * (200 - number))).isoformat(),
        "content": f"<p>Our clinic waits {number % 9 + 2} weeks for infusion chairs and tirzepatide.</p>",
        "visibility": "public",
        "account": {"acct": f"author{number % 23}", "note": "ICU nurse", "display_name": "Ida Invented, RN"},
    }


def test_what_was_deleted_at_the_source_is_found_by_a_walk(desk, timeline, monkeypatch):
    monkeypatch.setenv("LISTENING_ALLOW_LOOPBACK", "true")
    timeline.statuses.update({number: status(number) for number in range(100, 190)})
    url = timeline.url_for("").rstrip("/")

    entry = (
        ENTRY.format(source_id="invented", expires_on="2030-01-01", enabled="true", drop="x")
        .replace('collector = "export"', 'collector = "mastodon"')
        .replace('drop = "x"', TIMELINE.format(url=url))
        .replace('"author_handle"]', '"author_handle", "author_name", "author_bio"]')
        .replace("enabled_by_default", "rate = { requests_per_second = 50 }\nenabled_by_default")
    )
    (desk.home / "catalogue").mkdir(parents=True)
    (desk.home / "catalogue" / "invented.toml").write_text(entry)
    assert desk.run()[0] == 0
    assert desk.rows()[1] == 90
    for number in (120, 150, 177):
        del timeline.statuses[number]
    code, out, err = desk.do("reconcile", "--now", NOW, "--json", "--quiet")
    assert code == 0, err
    assert json.loads(out)["reconciled"] == [{"source_id": "invented", "walked": 87, "removed": 3}]
    assert desk.rows()[1] == 87
    # It is not due again; and where nearly all is missing, nothing goes.
    code, out, _ = desk.do("reconcile", "--due", "--now", NOW, "--json", "--quiet")
    assert json.loads(out)["reconciled"] == []
    timeline.statuses.clear()
    code, out, err = desk.do("reconcile", "--source", "invented", "--now", NOW, "--quiet")
    assert code == 13
    assert "stored posts, so nothing was removed" in err
    assert desk.rows()[1] == 87
    assert desk.do("audit", "verify")[0] == 0


def test_a_source_that_cannot_be_walked_whole_is_told(desk):
    desk.source(ndjson([row(1)]))
    assert desk.run()[0] == 0
    code, _, err = desk.do("reconcile", "--source", "test-export", "--now", NOW, "--quiet")
    assert code == 2
    assert "cannot be walked whole" in err
    assert desk.do("reconcile", "--now", NOW, "--quiet")[0] == 0
