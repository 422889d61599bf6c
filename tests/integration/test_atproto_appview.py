"""The AT Protocol collector against the reference AppView: feeds, lists, starter packs and searches it has indexed itself.

The AppView keeps its index in PostgreSQL and Redis, from Debian (`apt-get install postgresql redis-server`). Both are
started anew for the session, with their own empty data, and end with it; a cluster the machine already has is not used.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from loopback import free_port, wait_for
from test_atproto_pds import POST, PROFILE, SCRIPT, Account, Pds, Run, node_modules, now, read

from listening.errors import SourceFailed

pytestmark = pytest.mark.integration

__all__ = ["node_modules", "read"]  # fixtures, used by their names

PATIENCE_S = 20
LIST, ITEM, PACK = "app.bsky.graph.list", "app.bsky.graph.listitem", "app.bsky.graph.starterpack"
HIDING = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "!no-unauthenticated"}]}
TID_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
SAID_BY_ANOTHER = "CANARY said by another"


@dataclass
class Network(Pds):
    """The PDS the accounts are on, and the AppView that shows them."""

    appview: str

    def show(self, method: str, **params: Any) -> httpx.Response:
        return self.client.get(f"{self.appview}/xrpc/{method}", params=params)

    def shows(self, uri: str) -> bool:
        return bool(self.show("app.bsky.feed.getPosts", uris=uri).json()["posts"])

    def _shows_all(self, uris: list[str]) -> bool:
        return len(self.show("app.bsky.feed.getPosts", uris=uris).json()["posts"]) == len(uris)

    def await_posts(self, *uris: str) -> None:
        until(lambda: all(self.shows(uri) for uri in uris))

    def known(self, **profile: Any) -> Account:
        """Make an account and wait until the AppView knows it, as a feed of it is refused before."""
        account = self.account(**{"displayName": "Invented", **profile})
        until(lambda: "displayName" in self.show("app.bsky.actor.getProfile", actor=account.did).json())
        return account

    def create(self, account: Account, collection: str, **said: Any) -> dict[str, str]:
        record = {"$type": collection, "createdAt": now(), **said}
        made = self.call(
            "com.atproto.repo.createRecord", account.token, repo=account.did, collection=collection, record=record
        )
        return {"uri": made["uri"], "cid": made["cid"]}

    def post_many(self, account: Account, texts: Sequence[str]) -> None:
        """Write them in one commit, the first one first, and wait until each is indexed."""
        writes = [
            {
                "$type": "com.atproto.repo.applyWrites#create",
                "collection": POST,
                "value": {"$type": POST, "text": text, "createdAt": now()},
            }
            for text in texts
        ]
        made = self.call("com.atproto.repo.applyWrites", account.token, repo=account.did, writes=writes)
        uris = [result["uri"] for result in made["results"]]
        for start in range(0, len(uris), 25):
            until(partial(self._shows_all, uris[start : start + 25]))

    def list_of(self, owner: Account, purpose: str, *members: Account) -> str:
        made = self.create(owner, LIST, purpose=f"app.bsky.graph.defs#{purpose}", name="Invented list")
        for member in members:
            self.create(owner, ITEM, subject=member.did, list=made["uri"])
        until(
            lambda: len(self.show("app.bsky.graph.getList", list=made["uri"]).json().get("items", ())) == len(members)
        )
        return made["uri"]


def until(is_so: Callable[[], bool]) -> None:
    """Ask until the AppView has indexed what was written: it follows the PDS a moment later."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError("the AppView does not index")
        time.sleep(0.02)


def key_of(moment: datetime) -> str:
    """Give the record key (TID) of a post that was written then."""
    number = int(moment.timestamp() * 1_000_000) << 10
    return "".join(TID_DIGITS[number >> shift & 31] for shift in range(60, -1, -5))


def _missing(what: str) -> None:
    remedy = "apt-get install --no-install-recommends postgresql redis-server"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is not installed, and CI must not skip: {remedy}")
    pytest.skip(f"{what.upper()} IS NOT INSTALLED: the collector is NOT tested against an AppView here. {remedy}")


def _end(server: "subprocess.Popen[bytes]", how: int = signal.SIGTERM) -> None:
    server.send_signal(how)
    try:
        server.wait(timeout=15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(timeout=15)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Give the address of an empty database."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), default=None)
    found = shutil.which("postgres", path=str(programs) if programs else None)
    if found is None:
        _missing("PostgreSQL")
    assert found is not None
    # It refuses to run as root. Its folder lies beside pytest's and not inside: pytest closes its own to all other users.
    user: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="listening-postgres-", ignore_cleanup_errors=True) as folder:
        if user:
            shutil.chown(folder, "postgres", "postgres")
        data, port = f"{folder}/data", free_port()
        quiet: dict[str, Any] = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        make = [str(Path(found).with_name("initdb")), "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8"]
        subprocess.run([*make, "--no-locale", "--no-sync"], check=True, timeout=60, **quiet, **user)
        settings = {
            "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off",
            "synchronous_commit": "off", "full_page_writes": "off",
        }  # fmt: skip
        chosen = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        server = subprocess.Popen([found, "-D", data, *chosen], **quiet, **user)
        try:
            wait_for(port, server)
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            _end(server, signal.SIGINT)  # "fast": it does not wait for its clients


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the host and port of an empty Redis that writes nothing to disk."""
    found = shutil.which("redis-server")
    if found is None:
        _missing("Redis")
    assert found is not None
    folder, port = tmp_path_factory.mktemp("redis"), free_port()
    chosen = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen([found, *chosen], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, server)
        yield f"127.0.0.1:{port}"
    finally:
        _end(server)


@pytest.fixture(scope="session")
def network(
    node_modules: Path, postgres: str, redis: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Network]:
    folder = tmp_path_factory.mktemp("network")
    output = folder / "output"
    env = {
        **os.environ, "NODE_PATH": str(node_modules), "TMPDIR": str(folder), "LOG_ENABLED": "false",
        "DB_POSTGRES_URL": postgres, "REDIS_HOST": redis,
    }  # fmt: skip
    with output.open("w") as told:
        server = subprocess.Popen(["node", str(SCRIPT)], stdout=told, stderr=subprocess.STDOUT, env=env, cwd=folder)
    try:
        pds, appview = _ports(server, output)
        with httpx.Client(timeout=60, trust_env=False) as client:
            yield Network(f"http://127.0.0.1:{pds}", client, f"http://127.0.0.1:{appview}")
    finally:
        _end(server)


def _ports(server: "subprocess.Popen[bytes]", output: Path) -> list[int]:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        for line in output.read_text().splitlines():
            if line.startswith("READY "):
                return [int(port) for port in line.split()[1:]]
        if server.poll() is not None:
            raise RuntimeError(f"the network ended before it served: {output.read_text()[-500:]}")
        time.sleep(0.05)
    raise TimeoutError("the network does not serve")


@pytest.fixture
def pds(network: Network) -> Pds:
    """Whom `read` lets the collector ask: here the AppView."""
    return Pds(network.appview, network.client)


def everything(run: Run) -> str:
    """Give all that came out of a run, as text, to look for what must not be there."""
    return repr([[getattr(post, name) for name in post.__slots__] for post in run.posts]) + json.dumps(run.cursor)


def test_feeds_of_two_authors_are_read_whole_over_several_pages_and_the_second_run_brings_nothing_new(
    network: Network, read: Callable[..., Run]
) -> None:
    ida = network.known(displayName="Ida Invented, RN", description="ICU nurse in Canada")
    bo = network.known(displayName="Bo Invented")
    liked = network.create(bo, POST, text="of Bo", langs=["en"], tags=["FOAMed"])
    network.create(ida, "app.bsky.feed.like", subject=liked)
    network.post_many(ida, [f"post {n}" for n in range(130)])
    until(lambda: network.show("app.bsky.feed.getPosts", uris=liked["uri"]).json()["posts"][0].get("likeCount") == 1)
    actors = [ida.handle, bo.did]
    first = read(actors=actors, overlap_hours=0)
    assert (first.failure, first.skipped) == (None, {})
    assert sorted(first.texts) == sorted([*(f"post {n}" for n in range(130)), "of Bo"])
    assert len(first.pages) > len(actors)
    by_text = {post.text: post for post in first.posts}
    post, other = by_text["post 7"], by_text["of Bo"]
    # A listing shows its authors without what they say of themselves: that is asked for beside it.
    assert (post.author_handle, post.author_name, post.author_bio) == (
        ida.did,
        "Ida Invented, RN",
        "ICU nurse in Canada",
    )
    assert (other.author_handle, other.native_id, other.tags) == (bo.did, liked["uri"], ("FOAMed",))
    assert (other.language_hint, other.engagement.likes) == ("en", 1)
    again = read(actors=actors, overlap_hours=0, cursor=first.cursor)
    # The last of each, at the edge; the server may have indexed the last two of the 130 the other way round.
    assert sorted(again.texts) in (["of Bo", "post 128"], ["of Bo", "post 129"])
    assert again.cursor == first.cursor
    network.post_many(ida, ["new"])
    assert set(read(actors=actors, overlap_hours=0, cursor=again.cursor).texts) == {*again.texts, "new"}


def test_words_of_those_who_are_answered_quoted_or_shared_never_appear(
    network: Network, read: Callable[..., Run]
) -> None:
    ida, bo = network.known(), network.known(displayName=SAID_BY_ANOTHER)
    theirs = network.create(bo, POST, text=SAID_BY_ANOTHER)
    reply = network.create(ida, POST, text="an answer", reply={"root": theirs, "parent": theirs})
    quote = network.create(ida, POST, text="a quote", embed={"$type": "app.bsky.embed.record", "record": theirs})
    network.create(ida, "app.bsky.feed.repost", subject=theirs)
    network.await_posts(theirs["uri"], reply["uri"], quote["uri"])

    def sent() -> list[Any]:
        return list(network.show("app.bsky.feed.getAuthorFeed", actor=ida.did).json()["feed"])

    until(lambda: len(sent()) == 3)
    # The reply's parent and root, the quoted post, the repost: the server does send their words and their author's name.
    assert all(SAID_BY_ANOTHER in json.dumps(item) for item in sent())
    found = read(actors=[ida.did])
    assert found.skipped == {"repost": 1}
    assert [(p.text, p.is_reply, p.is_quote) for p in found.posts] == [
        ("a quote", False, True),
        ("an answer", True, False),
    ]
    assert "an answer" in everything(found)
    assert SAID_BY_ANOTHER not in everything(found)
    assert bo.did not in everything(found)


def test_a_curated_list_and_a_starter_pack_give_their_members_posts_once(
    network: Network, read: Callable[..., Run]
) -> None:
    ida, bo, cy, di = (network.known() for _ in range(4))
    posts = [network.post(each, f"of {name}") for each, name in ((ida, "Ida"), (bo, "Bo"), (cy, "Cy"), (di, "Di"))]
    network.await_posts(*posts)
    curated = network.list_of(ida, "curatelist", bo, cy)
    members = network.list_of(ida, "referencelist", cy, di)
    pack = network.create(ida, PACK, name="Invented pack", list=members)["uri"]
    until(lambda: network.show("app.bsky.graph.getStarterPack", starterPack=pack).status_code == 200)
    assert sorted(read(lists=[curated]).texts) == ["of Bo", "of Cy"]
    assert sorted(read(starter_packs=[pack]).texts) == ["of Cy", "of Di"]
    both = read(lists=[curated], starter_packs=[pack], overlap_hours=0)
    assert (sorted(both.texts), both.skipped) == (["of Bo", "of Cy", "of Di"], {"duplicate": 1})
    again = read(lists=[curated], starter_packs=[pack], overlap_hours=0, cursor=both.cursor)
    assert sorted(again.texts) == ["of Cy", "of Di"]  # the last of each, at the edge
    assert again.skipped == {"already_read": 2}


def test_a_list_that_is_not_there_is_a_failure_and_no_empty_list(network: Network, read: Callable[..., Run]) -> None:
    ida = network.known()
    failed = read(lists=[f"at://{ida.did}/{LIST}/3kaaaaaaaaa2a"])
    assert (type(failed.failure), failed.posts) == (SourceFailed, [])
    assert ida.did not in f"{failed.failure}{failed.failure!r}"


def test_a_search_finds_the_windows_posts_over_several_pages_and_the_second_run_brings_nothing_new(
    network: Network, read: Callable[..., Run]
) -> None:
    ida, bo, hidden = network.known(), network.known(), network.known(labels=HIDING)
    long_ago = datetime.now(UTC) - timedelta(days=30)
    key = key_of(long_ago)
    network.put(bo, POST, key, text="vancotrough before the window", createdAt=long_ago.isoformat())
    network.await_posts(f"at://{bo.did}/{POST}/{key}", network.post(hidden, "vancotrough not to be read"))
    network.post_many(ida, [f"vancotrough {n}" for n in range(105)])
    network.post_many(bo, ["vancotrough of Bo", "another word of Bo"])
    found = read(searches=["vancotrough"], overlap_hours=0)
    assert found.failure is None
    assert sorted(found.texts) == sorted([*(f"vancotrough {n}" for n in range(105)), "vancotrough of Bo"])
    assert found.skipped == {"before_window": 1, "author_no_unauthenticated": 1}
    again = read(searches=["vancotrough"], overlap_hours=0, cursor=found.cursor)
    assert again.texts == ["vancotrough of Bo"]  # the last one, at the edge
    network.post_many(ida, ["vancotrough, new"])
    assert set(read(searches=["vancotrough"], overlap_hours=0, cursor=again.cursor).texts) == {
        "vancotrough of Bo",
        "vancotrough, new",
    }


def test_who_hides_from_the_logged_out_is_not_read_though_the_server_shows_their_posts(
    network: Network, read: Callable[..., Run]
) -> None:
    hidden, bo = network.known(), network.known()
    own = network.post(hidden, "not to be read")
    network.await_posts(own, network.post(bo, "to be read"))
    assert sorted(read(actors=[hidden.did, bo.did]).texts) == ["not to be read", "to be read"]
    network.put(hidden, PROFILE, "self", displayName="Hidden Invented", labels=HIDING)
    until(lambda: bool(network.show("app.bsky.actor.getProfile", actor=hidden.did).json()["labels"]))
    assert network.shows(own)
    found = read(actors=[hidden.did, bo.did])
    assert (found.texts, found.skipped) == (["to be read"], {"author_no_unauthenticated": 1})
    assert "not to be read" not in everything(found)


def test_a_paging_token_the_server_cannot_read_begins_the_walk_anew_and_loses_nothing(
    network: Network, read: Callable[..., Run]
) -> None:
    ida = network.known()
    network.post_many(ida, [f"post {n}" for n in range(120)])
    killed = read(actors=[ida.did], stop_after=1)
    cursor = killed.cursor
    (position,) = cursor["listings"].values()
    assert "__" in position["back"]
    position["back"] = "garbage"
    refusal = network.show("app.bsky.feed.getAuthorFeed", actor=ida.did, cursor="garbage")
    assert refusal.status_code == 500
    found = read(actors=[ida.did], cursor=cursor)
    assert (found.failure, found.skipped["walk_restarted"]) == (None, 1)
    assert set(found.texts) == {f"post {n}" for n in range(120)}
    assert "garbage" not in json.dumps(found.cursor)


def test_a_post_dated_back_is_found_with_its_date_and_a_deleted_one_is_missing_from_the_walk(
    network: Network, read: Callable[..., Run]
) -> None:
    ida = network.known()
    network.post_many(ida, [f"post {n}" for n in range(105)])
    deleted = network.post(ida, "to be deleted")
    network.await_posts(deleted)
    first = read(actors=[ida.did])
    assert "to be deleted" in first.texts
    dated_back = network.post(ida, "dated back", createdAt="2010-03-01T00:00:00Z")
    network.delete(ida, deleted)
    network.await_posts(dated_back)
    until(lambda: not network.shows(deleted))
    walked = read(actors=[ida.did])
    last = walked.posts[-1]  # the listing goes by the date a post gives itself
    assert (last.native_id, last.created_at) == (dated_back, datetime(2010, 3, 1, tzinfo=UTC))
    assert (len(walked.posts), walked.skipped) == (106, {})
    assert deleted not in [post.native_id for post in walked.posts]


def test_a_closed_account_is_named_and_counted_the_others_are_read_and_it_may_come_back(
    network: Network, read: Callable[..., Run]
) -> None:
    ida, bo = network.known(), network.known()
    network.await_posts(network.post(ida, "of Ida"), network.post(bo, "of Bo"))
    curated = network.list_of(bo, "curatelist", ida, bo)
    first = read(actors=[ida.did, bo.did])
    assert sorted(first.texts) == ["of Bo", "of Ida"]

    def shown() -> int:
        return network.show("app.bsky.actor.getProfile", actor=ida.did).status_code

    network.deactivate(ida)
    until(lambda: shown() == 400)
    found = read(actors=[ida.did, bo.did], cursor=first.cursor)
    assert (found.texts, found.gone_authors, found.skipped) == (["of Bo"], [ida.did], {"author_gone": 1})
    assert found.failure is None
    assert read(lists=[curated]).texts == ["of Bo"]
    network.activate(ida)
    until(lambda: shown() == 200)
    assert sorted(read(actors=[ida.did, bo.did], cursor=found.cursor).texts) == ["of Bo", "of Ida"]
