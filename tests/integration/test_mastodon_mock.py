"""The Mastodon collector against a running server that speaks Mastodon's API, well and badly."""

import json
import os
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from loopback import free_port, wait_for

from listening.catalogue.entry import Entry
from listening.errors import SourceFailed, SourceUnavailable

pytestmark = pytest.mark.integration

Collect = Callable[..., Any]
Source = Callable[..., Entry]
CONFIG = """
[database]
path = "{path}"
[[seed.accounts]]
username = "ida"
display_name = "Ida Invented, RN"
note = "ICU nurse in Canada"
access_token = "ida_token"
[[seed.accounts]]
username = "stranger"
display_name = "STRANGERNAME"
access_token = "stranger_token"
"""


@dataclass
class Instance:
    """A running mock instance."""

    url: str
    database: Path
    client: httpx.Client

    def opt(self, **flags: bool | None) -> None:
        """Set an opt-in or opt-out of every author: the mock has no request for `indexable`, and starts without it."""
        with closing(sqlite3.connect(self.database, timeout=30)) as connection, connection:
            for name, value in flags.items():
                connection.execute(f"update accounts set {name} = ?", (value,))

    def ask(self, method: str, path: str, token: str = "ida_token", **said: Any) -> Any:
        answer = self.client.request(method, self.url + path, headers={"Authorization": f"Bearer {token}"}, **said)
        answer.raise_for_status()
        return answer.json()

    def post(self, text: str, token: str = "ida_token", **said: Any) -> dict[str, Any]:
        made: dict[str, Any] = self.ask("POST", "/api/v1/statuses", token, json={"status": text, **said})
        return made

    def fault(self, kind: str, *, count: int = 1, **effect: Any) -> None:
        match = {"path": "/api/v1/timelines/*"}
        self.ask(
            "POST", "/api/v1/_mock/faults", json={"match": match, "effect": {"type": kind, **effect}, "count": count}
        )


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    # In a process of its own: its libraries warn, and here warnings are errors.
    folder: Path = tmp_path_factory.mktemp("mastodon")
    database = folder / "mock.sqlite"
    (folder / "mock.toml").write_text(CONFIG.format(path=database))
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "mastodon_mock", "serve", "--config", str(folder / "mock.toml"),
         "--host", "127.0.0.1", "--port", str(port), "--log-level", "critical"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "PORT": ""},
    )  # fmt: skip
    try:
        wait_for(port, server)
        with httpx.Client(timeout=30, trust_env=False) as client:
            running = Instance(f"http://127.0.0.1:{port}", database, client)
            running.opt(indexable=True)
            yield running
    finally:
        server.kill()  # it would wait for the requests it was told to hang
        server.wait(timeout=20)


@pytest.fixture
def tag() -> str:
    return f"t{uuid.uuid4().hex}"


def timeline(source: Source, instance: Instance, *tags: str, **said: Any) -> Entry:
    return source("mastodon", {"instances": [instance.url], "tags": list(tags), **said})


def ids(run: Any) -> list[str]:
    return [post.native_id for post in run.posts]


def test_an_accounts_timeline_is_read_and_one_that_is_not_there_is_told(
    source: Source, instance: Instance, collect: Collect, tag: str
) -> None:
    made = [instance.post(f"post {n} without the tag") for n in range(3)]
    entry = source("mastodon", {"instances": [instance.url], "accounts": ["ida", "nobody"]})
    found = collect(entry)
    assert found.failure is None
    assert {one["uri"] for one in made} <= set(ids(found))
    assert {post.author_handle.partition("@")[0] for post in found.posts} == {"ida"}
    assert found.skipped["author_gone"] == 1
    assert [name for page in found.pages for name in page.gone_authors] == ["nobody@127.0.0.1"]


def test_a_timeline_of_several_pages_is_read_whole_and_the_next_run_brings_only_what_is_new(
    source: Source, instance: Instance, collect: Collect, tag: str
) -> None:
    made = [instance.post(f"post {n} #{tag}")["uri"] for n in range(85)]
    entry = timeline(source, instance, tag, overlap_hours=0)
    first = collect(entry)
    assert first.failure is None
    assert sorted(ids(first)) == sorted(made)
    cursor = json.loads(json.dumps(first.pages[-1].cursor))
    assert collect(entry, cursor).posts == []
    new = [instance.post(f"new {n} #{tag}")["uri"] for n in range(45)]
    assert ids(collect(entry, cursor)) == new


def test_within_the_overlap_an_edit_comes_again_under_the_same_id(
    source: Source, instance: Instance, collect: Collect, tag: str
) -> None:
    instance.post(f"oldest #{tag}")
    status = instance.post(f"before #{tag}")
    entry = timeline(source, instance, tag)
    first = collect(entry)
    instance.ask("PUT", f"/api/v1/statuses/{status['id']}", json={"status": f"after the edit #{tag}"})
    (again,) = collect(entry, first.pages[-1].cursor).posts
    assert again.native_id == status["uri"]
    assert "after the edit" in again.text
    assert again.edited_at is not None


def test_a_post_deleted_between_two_runs_takes_no_other_with_it(
    source: Source, instance: Instance, collect: Collect, tag: str
) -> None:
    made = [instance.post(f"post {n} #{tag}") for n in range(50)]
    entry = timeline(source, instance, tag, overlap_hours=0)
    first = collect(entry)
    instance.ask("DELETE", f"/api/v1/statuses/{made[-1]['id']}")  # the one the cursor names
    new = instance.post(f"new #{tag}")["uri"]
    assert ids(collect(entry, first.pages[-1].cursor)) == [new]


def test_the_author_the_text_and_the_bio_are_read(
    source: Source, instance: Instance, collect: Collect, tag: str
) -> None:
    instance.post(f"first line\nsecond line #{tag}", spoiler_text="needles")
    (post,) = collect(timeline(source, instance, tag)).posts
    assert post.text.startswith("needles\n\nfirst line\nsecond line")
    assert post.author_handle.startswith("ida@")
    assert (post.author_name, post.author_bio) == ("Ida Invented, RN", "ICU nurse in Canada")
    assert post.tags == (tag,)


def test_posts_that_are_not_public_do_not_come(source: Source, instance: Instance, collect: Collect, tag: str) -> None:
    kept = instance.post(f"public #{tag}")["uri"]
    for visibility in ("unlisted", "private", "direct"):
        instance.post(f"{visibility} #{tag}", visibility=visibility)
    assert ids(collect(timeline(source, instance, tag))) == [kept]


@pytest.mark.parametrize(
    ("flag", "out", "back", "reason"),
    [
        ("indexable", False, True, "author_not_indexable"),
        ("discoverable", False, None, "author_not_discoverable"),
    ],
)
def test_an_author_who_opts_out_is_skipped_and_counted(
    source: Source, instance: Instance, collect: Collect, tag: str, flag: str, out: bool, back: bool | None, reason: str
) -> None:
    instance.post(f"mine #{tag}")
    instance.opt(**{flag: out})
    try:
        found = collect(timeline(source, instance, tag))
    finally:
        instance.opt(**{flag: back})
    assert (found.posts, found.skipped) == ([], {reason: 1})


def test_not_a_word_of_a_boosted_answered_or_quoted_author_is_kept(
    source: Source, instance: Instance, collect: Collect, tag: str
) -> None:
    other = instance.post("STRANGERWORDS of somebody else", "stranger_token")
    instance.ask("POST", f"/api/v1/statuses/{other['id']}/reblog")
    instance.post(f"an answer #{tag}", in_reply_to_id=other["id"])
    instance.post(f"a quote #{tag}", quoted_status_id=other["id"])
    found = collect(timeline(source, instance, tag))
    assert len(found.posts) == 2
    assert sorted((post.is_reply, post.is_quote) for post in found.posts) == [(False, True), (True, False)]
    for post in found.posts:
        held = repr([getattr(post, name) for name in post.__slots__])
        assert "STRANGER" not in held
        assert "stranger" not in held


def test_a_short_rate_limit_is_waited_for(source: Source, instance: Instance, collect: Collect, tag: str) -> None:
    made = instance.post(f"post #{tag}")["uri"]
    instance.fault("status", status=429, headers={"Retry-After": "1"})
    found = collect(timeline(source, instance, tag))
    assert (ids(found), found.failure) == ([made], None)


@pytest.mark.parametrize(
    ("kind", "effect", "error"),
    [
        ("ratelimit", {}, SourceUnavailable),  # asks for 300 s of rest
        ("status", {"status": 503}, SourceUnavailable),
        ("status", {"status": 404}, SourceFailed),
        ("status", {"status": 401}, SourceFailed),
        ("malformed", {}, SourceFailed),
        ("timeout", {}, SourceUnavailable),
    ],
)
def test_a_fault_ends_the_run_typed_and_the_next_run_loses_nothing(
    source: Source,
    instance: Instance,
    collect: Collect,
    tag: str,
    kind: str,
    effect: dict[str, Any],
    error: type[Exception],
) -> None:
    made = [instance.post(f"CANARYWORDS {n} #{tag}")["uri"] for n in range(45)]
    entry = timeline(source, instance, tag)
    instance.fault(kind, count=2, **effect)
    failed = collect(entry, timeout_s=1.0, max_wait_s=5.0)
    assert type(failed.failure) is error
    for said in (str(failed.failure), repr(failed.failure.details)):
        assert "CANARY" not in said
        assert "127.0.0.1" not in said
        assert tag not in said
    assert failed.failure.__context__ is None
    instance.ask("DELETE", "/api/v1/_mock/faults")
    cursor = failed.pages[-1].cursor if failed.pages else None
    assert sorted({*ids(failed), *ids(collect(entry, cursor))}) == sorted(made)
