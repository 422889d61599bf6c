"""`listening sources check` against servers: one request a host, nothing stored, and no value shown."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from listening.cli import outcome

pytestmark = pytest.mark.integration

NOW = "2026-11-24T08:00:00Z"
CANARY = "Zebulon-Quackenbush"
Do = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LISTENING_ALLOW_LOOPBACK", "true")
    monkeypatch.setenv("LISTENING_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def do(home: Path, capsys: pytest.CaptureFixture[str]) -> Do:
    def run(*words: str) -> tuple[int, str, str]:
        code = outcome(["sources", *words, "--now", NOW])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def add(do: Do, collector: str, *query: str, **other: str) -> None:
    words = ["add", "invented", "--collector", collector, "--basis", "api-terms", "--terms-url", "https://x.example/t"]
    words += [word for one in query for word in ("--query", one)]
    for key, value in {"rate.requests_per_second": "50", **other}.items():
        words += ["--set", f"{key}={value}"]
    code, _, err = do(*words)
    assert code == 0, err


def status(number: int, **other: object) -> dict[str, object]:
    account = {"acct": CANARY, "url": f"https://m.example/@{CANARY}", "display_name": CANARY, "indexable": True}
    plain = {"id": str(number), "uri": f"https://m.example/{CANARY}/{number}", "content": f"<p>{CANARY}</p>"}
    plain |= {"created_at": "2026-11-23T08:00:00Z", "visibility": "public", "account": account}
    return {**plain, **other}


def requests(server: HTTPServer) -> list[str]:
    return [request.path for request, _ in server.log]


def test_a_timeline_is_asked_once_and_its_fields_are_named(do: Do, home: Path, httpserver: HTTPServer) -> None:
    body = json.dumps([status(2), status(1, visibility="private")])
    headers = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "299", "X-RateLimit-Reset": "2026-11-24T08:05:00Z"}
    httpserver.expect_request(re.compile("/api/.*")).respond_with_data(body, 200, headers, "application/json")
    add(do, "mastodon", f"instances={httpserver.url_for('').rstrip('/')}", "tags=medicine", "tags=nursing")
    assert do("enable", "invented")[0] == 0
    before = sorted(path.name for path in home.rglob("*"))
    code, out, err = do("check", "invented", "--json")
    assert (code, err) == (0, "")
    (place,) = json.loads(out)["places"]
    assert (place["status"], place["robots"], place["form"]) == (200, "not-applicable", "json")
    assert place["rate_limit"] == {name.lower(): value for name, value in headers.items()}
    assert {"[].account.acct", "[].content"} <= set(place["fields"])
    assert (json.loads(out)["posts"], json.loads(out)["skipped"]) == (1, {"not_public": 1})
    assert requests(httpserver) == ["/api/v1/timelines/tag/medicine"]
    assert CANARY not in out
    assert sorted(path.name for path in home.rglob("*")) == before


def test_each_host_is_asked_once_and_a_dead_one_does_not_hide_the_next(
    do: Do, httpserver: HTTPServer, free_host: str
) -> None:
    feed = f"<rss version='2.0'><channel><title>x</title><item><guid>1</guid><title>{CANARY}</title></item></channel></rss>"
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nCrawl-delay: 0.05\n")
    httpserver.expect_request("/feed.xml").respond_with_data(feed, content_type="application/rss+xml")
    add(
        do,
        "feed",
        f"urls={free_host}/a.xml",
        f"urls={httpserver.url_for('/feed.xml')}",
        f"urls={httpserver.url_for('/2.xml')}",
    )
    do("enable", "invented")
    code, out, err = do("check", "invented", "--json")
    dead, alive = sorted(json.loads(out)["places"], key=lambda place: place["status"] or 0)
    assert (code, json.loads(out)["exit_code"]) == (75, 75)
    assert (dead["status"], dead["robots"]) == (None, "unreadable")
    assert (alive["robots"], alive["crawl_delay_s"], alive["form"]) == ("allowed", 0.05, "feed")
    assert requests(httpserver) == ["/robots.txt", "/feed.xml"]
    assert CANARY not in out + err


@pytest.fixture
def free_host() -> str:
    from loopback import free_port

    return f"http://127.0.0.1:{free_port()}"


def test_a_page_that_robots_txt_disallows_is_not_fetched(do: Do, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nDisallow: /\n")
    add(do, "feed", f"urls={httpserver.url_for('/feed.xml')}")
    do("enable", "invented")
    code, out, err = do("check", "invented")
    assert (code, "disallowed" in out, "robots.txt disallows" in err) == (11, True, True)
    assert requests(httpserver) == ["/robots.txt"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [(Response("<html>no feed", 200), 13), (Response("", 404), 13), (Response("", 503), 75)],
)
def test_an_answer_that_is_no_feed_has_its_exit_code(
    do: Do, httpserver: HTTPServer, answer: Response, code: int
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("", 404)
    httpserver.expect_request("/feed.xml").respond_with_response(answer)
    add(do, "feed", f"urls={httpserver.url_for('/feed.xml')}")
    do("enable", "invented")
    found, out, err = do("check", "invented")
    assert found == code
    assert "allowed" in out
    assert err.startswith("listening: Source invented")
    assert requests(httpserver).count("/feed.xml") == 1


def test_no_entry_and_no_review_mean_no_request(do: Do, httpserver: HTTPServer) -> None:
    assert do("check", "invented")[0] == 11
    add(do, "feed", f"urls={httpserver.url_for('/feed.xml')}")
    assert do("check", "invented")[0] == 11
    assert requests(httpserver) == []


def test_a_review_in_the_entry_is_enough_to_look(do: Do, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed.xml").respond_with_data("<rss version='2.0'><channel/></rss>")
    query = f"urls={httpserver.url_for('/feed.xml')}"
    add(
        do,
        "feed",
        query,
        **{"terms.reviewed_on": "2026-11-01", "terms.reviewed_by_role": "counsel", "robots": "not-applicable"},
    )
    code, out, _ = do("check", "invented")
    assert (code, "First page: 0 posts" in out) == (0, True)
    assert requests(httpserver) == ["/feed.xml"]


def drop(
    home: Path,
    content: bytes,
    columns: str = 'id = "native_id"\nbody = "text"\nwhen = "created_at"\nuser = "author_handle"',
):
    folder = home / "drops" / "invented"
    folder.mkdir(parents=True)
    (folder / f"{CANARY}.csv").write_bytes(content)
    (folder / "manifest.toml").write_text(
        'licence_id = "C-1"\npurpose = "test"\nexpires_on = 2027-01-01\n'
        'fields = ["native_id", "text", "created_at", "author_handle"]\n'
        f'[columns]\n{columns}\n[[files]]\npath = "{CANARY}.csv"\nformat = "csv"\n'
        f'sha256 = "{hashlib.sha256(content).hexdigest()}"\n'
    )


def licensed(do: Do) -> None:
    code, _, err = do(
        "add", "invented", "--collector", "export", "--licence-reference", "C-1", "--terms-url", "https://x.example/t"
    )
    assert code == 0, err
    assert do("enable", "invented")[0] == 0


def test_a_drops_columns_are_named_and_its_hashes_checked(do: Do, home: Path) -> None:
    licensed(do)
    drop(home, f"id,body,when,user,mail\nn1,{CANARY},2026-11-20,{CANARY},x\n".encode())
    code, out, err = do("check", "invented", "--json")
    assert (code, err) == (0, "")
    (place,) = json.loads(out)["places"]
    assert (place["name"], place["form"]) == ("file 1 of 1", "csv")
    assert place["fields"] == ["body", "id", "mail", "user", "when"]
    assert CANARY not in out


def test_a_drop_without_a_header_shows_none_of_its_first_post(do: Do, home: Path) -> None:
    licensed(do)
    drop(home, f"n1,{CANARY},2026-11-20,{CANARY}\n".encode())
    code, out, err = do("check", "invented")
    assert (code, "lacks a mapped column" in err) == (13, True)
    assert CANARY not in out + err


def test_a_drop_that_is_not_there_is_said(do: Do) -> None:
    licensed(do)
    code, _, err = do("check", "invented")
    assert (code, "drop folder" in err) == (13, True)
