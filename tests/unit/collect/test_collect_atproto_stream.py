"""AT Protocol streams: which frames name what is gone, that no bytes break the decoder, and where reading goes on."""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from libipld import encode_dag_cbor
from pydantic import ValidationError
from websockets.asyncio.server import ServerConnection, serve

from listening.catalogue.entry import Entry
from listening.collect import atproto_stream
from listening.collect.atproto import AtprotoCollector, AtprotoQuery
from listening.collect.atproto_frames import BAD, JETSTREAM_PATH, RELAY_PATH, Frame, read_cbor, read_line
from listening.collect.atproto_stream import MAX_MESSAGE, MAX_NAMES, Deletions, Limits, Stream
from listening.collect.base import Page, Window
from listening.collect.transport import Answer
from listening.errors import PermissionRefused, SourceFailed, SourceUnavailable
from listening.settings import Settings

IDA, BO = "did:plc:ida", "did:plc:bo"
POST = "app.bsky.feed.post"
NOW_S = 1_800_000_000.0
NOW_US = int(NOW_S * 1_000_000)


def frame(kind: str, **body: Any) -> bytes:
    return encode_dag_cbor({"op": 1, "t": kind}) + encode_dag_cbor(body)


def error(word: str) -> bytes:
    return encode_dag_cbor({"op": -1}) + encode_dag_cbor({"error": word, "message": "STRANGERWORDS"})


def commit(seq: int, *ops: tuple[str, str], repo: str = IDA, **other: Any) -> bytes:
    made = [{"action": action, "path": path, "cid": None} for action, path in ops]
    plain = {"seq": seq, "repo": repo, "ops": made, "blocks": b"no CAR at all", "rev": "3k1", "tooBig": False}
    return frame("#commit", **{**plain, **other})


def deleted(seq: int, *keys: str, repo: str = IDA) -> bytes:
    return commit(seq, *(("delete", f"{POST}/{key}") for key in keys), repo=repo)


def account(seq: int, did: str = BO, **said: Any) -> bytes:
    return frame("#account", **{"seq": seq, "did": did, "time": "2026-11-24T00:00:00Z", "active": False, **said})


def line(at: int, operation: str = "delete", *, did: str = IDA, key: str = "3k1", **said: Any) -> str:
    made = {"rev": "r", "operation": operation, "collection": POST, "rkey": key, **said}
    return json.dumps({"did": did, "time_us": at, "kind": "commit", "commit": made})


def account_line(at: int, did: str = BO, **said: Any) -> str:
    made = {"active": False, "did": did, "seq": 1, **said}
    return json.dumps({"did": did, "time_us": at, "kind": "account", "account": made})


def uri(key: str, did: str = IDA) -> str:
    return f"at://{did}/{POST}/{key}"


def test_a_commit_names_the_posts_it_deletes_and_nothing_else() -> None:
    said = commit(
        7,
        ("delete", f"{POST}/3k1"),
        ("create", f"{POST}/3k2"),
        ("update", f"{POST}/3k3"),
        ("delete", "app.bsky.feed.like/3k4"),
        ("delete", f"{POST}/3k5"),
    )
    assert read_cbor(said) == Frame(7, (uri("3k1"), uri("3k5")))


def test_what_is_deleted_and_written_anew_in_one_commit_is_there() -> None:
    ops = [("delete", f"{POST}/3k1"), ("create", f"{POST}/3k1"), ("create", f"{POST}/3k2"), ("delete", f"{POST}/3k2")]
    assert read_cbor(commit(7, *ops)).gone == (uri("3k2"),)


@pytest.mark.parametrize(
    ("said", "closed", "opened", "notes"),
    [
        ({"status": "deactivated"}, BO, None, ()),
        ({"status": "deleted"}, BO, None, ()),
        ({"status": "takendown"}, BO, None, ()),
        ({"status": "suspended"}, BO, None, ()),
        ({}, BO, None, ()),
        ({"active": True}, None, BO, ()),
        # A relay cannot follow the account's server: nobody closed anything.
        ({"status": "desynchronized"}, None, None, ("account_paused",)),
        ({"status": "throttled"}, None, None, ("account_paused",)),
    ],
)
def test_an_account_is_closed_by_its_status_in_both_dialects(
    said: dict[str, Any], closed: str | None, opened: str | None, notes: tuple[str, ...]
) -> None:
    expected = Frame(9, closed=closed, opened=opened, notes=notes)
    assert read_cbor(account(9, **said)) == expected
    assert read_line(account_line(9, **said)) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (frame("#identity", seq=3, did=BO, handle="stranger.example"), Frame(3)),
        (frame("#new", seq=3), Frame(3)),
        (frame("#new"), Frame()),
        (frame("#sync", seq=3, did=BO, blocks=b"x", rev="r"), Frame(3, notes=("stream_incomplete",))),
        (commit(3, tooBig=True), Frame(3, notes=("stream_incomplete",))),
        (frame("#info", name="OutdatedCursor"), Frame(is_reset=True)),
        (frame("#info", name="Other"), Frame()),
        (error("FutureCursor"), Frame(is_reset=True, is_last=True)),
        (error("ConsumerTooSlow"), Frame(is_last=True)),
        (commit(3, ("delete", f"{POST}/a b")), Frame(3, notes=("bad_frame",))),
    ],
)
def test_other_frames_move_the_position_and_name_nothing(message: bytes, expected: Frame) -> None:
    assert read_cbor(message) == expected


@pytest.mark.parametrize(
    "message",
    [
        b"",
        "text",
        b"\xff",
        encode_dag_cbor({"op": 1, "t": "#commit"}),
        deleted(1, "3k1") + encode_dag_cbor({}),
        encode_dag_cbor({"op": 2}) + encode_dag_cbor({}),
        frame("#commit", seq=1),
        commit(-1),
        commit(True),  # type: ignore[arg-type]
        commit(1, repo="ida"),
        account(1, active=0),
        account(1, did="stranger.example"),
        frame("#info"),
        b"\x81" * MAX_MESSAGE,  # nested without end
        b"\x9b" + b"\xff" * 8,  # says it is longer than memory
    ],
)
def test_what_is_no_frame_is_bad(message: bytes | str) -> None:
    assert read_cbor(message) == BAD


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (line(5), Frame(5, (uri("3k1"),))),
        (line(5, "create", record={"text": "STRANGERWORDS"}), Frame(5)),
        (line(5, "update"), Frame(5)),
        (line(5, collection="app.bsky.feed.like"), Frame(5)),
        (line(5, key="a/b"), Frame(5, notes=("bad_frame",))),
        (line(5).encode(), Frame(5, (uri("3k1"),))),
        ('{"did": "did:plc:bo", "time_us": 5, "kind": "identity", "identity": {"handle": 7}}', Frame(5)),
        ('{"did": "did:plc:bo", "time_us": 5, "kind": "commit"}', BAD),
        ('{"did": "did:plc:bo", "time_us": 5, "kind": "account"}', BAD),
        (line(-5), BAD),
        (line(5, did="ida"), BAD),
        (line(5).replace("5", "true"), BAD),
        ("[]", BAD),
        ("{", BAD),
        ("[" * 100_000, BAD),
        (b"\xff\x00", BAD),
    ],
)
def test_a_line_names_a_deleted_post_and_nothing_else(message: str | bytes, expected: Frame) -> None:
    assert read_line(message) == expected


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=9) | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_BODIES = st.dictionaries(
    st.sampled_from(["seq", "repo", "did", "ops", "active", "status", "tooBig", "name", "error", "time_us", "kind"]),
    _VALUES | st.sampled_from([7, IDA, "commit", [{"action": "delete", "path": f"{POST}/3k1"}]]),
)
_KINDS = st.sampled_from(["#commit", "#account", "#info", "#sync", "#identity", "x"])


@given(message=st.binary(max_size=200) | st.text(max_size=50))
@example(b"\xd8\x2a\x41\x00" * 2)
def test_no_bytes_break_the_decoders(message: bytes | str) -> None:
    for read in (read_cbor, read_line):
        assert isinstance(read(message), Frame)


@given(op=st.sampled_from([1, -1]) | _VALUES, kind=_KINDS, body=_BODIES | _VALUES, cut=st.integers(0, 40))
def test_no_form_of_a_frame_breaks_the_decoders(op: Any, kind: str, body: Any, cut: int) -> None:
    whole = encode_dag_cbor({"op": op, "t": kind}) + encode_dag_cbor(body)
    for message in (whole, whole[:-cut], whole[cut:]):
        read = read_cbor(message)
        assert all(name.startswith(f"at://did:plc:ida/{POST}/") for name in read.gone)
    if isinstance(body, dict):
        made = json.dumps({"did": IDA, "time_us": 5, "kind": kind[1:], kind[1:]: body}, default=repr)
        assert isinstance(read_line(made), Frame)


class FakeTransport:
    """Gives a robots.txt."""

    def __init__(self, robots: bytes = b"", status: int = 200) -> None:
        self.robots = robots
        self.status = status
        self.asked: list[str] = []

    async def get(self, url: str, _entry: Entry, **_said: Any) -> Answer:
        self.asked.append(url)
        return Answer(self.status, {}, self.robots, url)


class Run:
    """What a stream gave, and what its server was asked."""

    def __init__(self) -> None:
        self.found: list[Deletions] = []
        self.failure: Exception | None = None
        self.asked: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.port = 0
        self.seconds = 0.0

    @property
    def gone(self) -> list[str]:
        return [name for each in self.found for name in each.gone]

    @property
    def gone_authors(self) -> list[str]:
        return [name for each in self.found for name in each.gone_authors]

    @property
    def skipped(self) -> dict[str, int]:
        return dict(sum((Counter(each.skipped) for each in self.found), Counter()))

    @property
    def seq(self) -> int | None:
        position = self.found[-1].position
        return None if position is None else position["seq"]


Handler = Callable[[ServerConnection], Awaitable[None]]
Read = Callable[..., Run]


def sending(*messages: bytes | str) -> Handler:
    """Send these and stay."""

    async def handle(connection: ServerConnection) -> None:
        for message in messages:
            await connection.send(message)
        await connection.wait_closed()

    return handle


@pytest.fixture
def read(make_entry: Callable[..., Entry]) -> Read:
    def run(
        handler: Handler, held: Any = None, *, path: str = RELAY_PATH, seconds: float = 5, idle_s: float = 0.4,
        allow_loopback: bool = True, transport: Any = None, host: str = "127.0.0.1", **said: Any,
    ) -> Run:  # fmt: skip
        made = Run()

        async def handle(connection: ServerConnection) -> None:
            assert connection.request is not None
            made.asked.append({k: v[0] for k, v in parse_qs(urlsplit(connection.request.path).query).items()})
            made.headers.append(dict(connection.request.headers))
            await handler(connection)

        async def follow() -> None:
            quiet = logging.Logger("quiet")  # noqa: LOG001 (the server's own, not the client's)
            quiet.disabled = True
            settings = Settings(allow_loopback=allow_loopback, contact="tests@listening.example")
            async with serve(handle, "127.0.0.1", 0, logger=quiet, compression=None) as server:
                made.port = next(iter(server.sockets)).getsockname()[1]
                address = f"ws://{host}:{made.port}{path}"
                limits, sender = Limits(seconds, idle_s), transport or FakeTransport()
                stream = Stream(address, make_entry("atproto", **said), sender, settings, limits, clock=lambda: NOW_S)
                began = asyncio.get_running_loop().time()
                try:
                    async for each in stream.deletions(held):
                        made.found.append(each)
                except (SourceFailed, PermissionRefused) as failure:
                    made.failure = failure
                made.seconds = asyncio.get_running_loop().time() - began

        asyncio.run(follow())
        return made

    return run


def test_a_relay_is_read_until_it_is_idle_and_on_from_there_the_next_time(read: Read) -> None:
    first = read(sending(deleted(11, "3k1"), account(12), commit(13, ("create", f"{POST}/3k2"))))
    assert (first.gone, first.gone_authors, first.skipped) == ([uri("3k1")], [BO], {})
    assert (first.failure, first.seq, first.asked) == (None, 13, [{}])
    second = read(sending(deleted(14, "3k2")), {"seq": 13})
    assert (second.gone, second.asked, second.seq) == ([uri("3k2")], [{"cursor": "13"}], 14)
    assert first.headers[0]["user-agent"].endswith("(+tests@listening.example)")
    assert first.headers[0]["host"] == f"127.0.0.1:{first.port}"


def test_a_jetstream_is_read_on_from_some_seconds_before_where_it_was_left(read: Read) -> None:
    at = NOW_US - 60_000_000
    first = read(sending(line(at), account_line(at + 1), line(at + 2, "create")), path=JETSTREAM_PATH)
    assert (first.gone, first.gone_authors, first.seq) == ([uri("3k1")], [BO], at + 2)
    assert first.asked == [{"wantedCollections": POST}]
    second = read(sending(), first.found[-1].position | {"of": None}, path=JETSTREAM_PATH)
    assert second.asked == [{"wantedCollections": POST, "cursor": str(at + 2 - 5_000_000)}]
    assert second.seq == at + 2


def test_a_jetstream_that_says_nothing_is_read_on_from_now_and_a_relay_has_no_position(read: Read) -> None:
    assert read(sending(), path=JETSTREAM_PATH).seq == NOW_US
    silent = read(sending())
    assert (silent.seq, silent.skipped) == (None, {"stream_unplaced": 1})


def test_the_time_limit_ends_a_stream_that_never_rests_and_is_counted(read: Read) -> None:
    async def endless(connection: ServerConnection) -> None:
        for seq in range(1_000_000):
            await connection.send(deleted(seq, f"3k{seq}"))
            await asyncio.sleep(0.01)

    found = read(endless, seconds=0.4, idle_s=0.3)
    assert found.failure is None
    assert found.skipped == {"stream_unfinished": 1}
    assert 0 < len(found.gone) < 50
    assert found.seq == len(found.gone) - 1
    assert 0.4 <= found.seconds < 3


def test_garbage_is_counted_and_what_stands_around_it_is_read(read: Read) -> None:
    found = read(sending(deleted(1, "3k1"), b"\xff\xff", "text", b"", deleted(2, "3k2")))
    assert (found.gone, found.skipped, found.failure) == ([uri("3k1"), uri("3k2")], {"bad_frame": 3}, None)


def test_an_account_that_comes_back_in_the_same_run_is_not_named(read: Read) -> None:
    found = read(sending(account(1, IDA), account(2, BO), account(3, IDA, active=True)))
    assert found.gone_authors == [BO]


@pytest.mark.parametrize(
    ("messages", "seq", "gone"),
    [
        ((error("FutureCursor"),), None, []),
        ((frame("#info", name="OutdatedCursor"), deleted(4, "3k1")), 4, [uri("3k1")]),
    ],
)
def test_a_position_that_does_not_hold_is_dropped_and_counted(
    read: Read, messages: tuple[bytes, ...], seq: int | None, gone: list[str]
) -> None:
    found = read(sending(*messages), {"seq": 99})
    assert (found.failure, found.seq, found.gone) == (None, seq, gone)
    assert found.skipped["stream_reset"] == 1


def test_a_position_of_another_stream_is_not_used(read: Read) -> None:
    found = read(sending(deleted(4, "3k1")), {"seq": 99, "of": "another"})
    assert (found.asked, found.seq, found.skipped) == ([{}], 4, {"stream_reset": 1})


@pytest.mark.parametrize("held", [None, 7, {}, {"seq": "7"}, {"seq": -1}, {"seq": True}, []])
def test_a_stored_position_of_an_odd_form_is_none(read: Read, held: Any) -> None:
    assert read(sending(deleted(4, "3k1")), held).asked == [{}]


def test_pages_are_bounded_and_each_position_stands_before_what_was_not_given(read: Read) -> None:
    batch = [deleted(seq, *(f"{seq}-{n}" for n in range(300))) for seq in range(1, 6)]
    found = read(sending(*batch, account(6)))
    assert [len(each.gone) for each in found.found] == [900, 600]
    assert [each.position["seq"] for each in found.found if each.position] == [3, 6]
    assert (len(set(found.gone)), found.gone_authors) == (1500, [BO])


def test_a_frame_of_more_names_than_a_page_is_split_and_its_position_comes_last(read: Read) -> None:
    found = read(sending(deleted(1, "3k1"), deleted(2, *(f"k{n}" for n in range(2500)))))
    assert [len(each.gone) for each in found.found] == [1, MAX_NAMES, MAX_NAMES, 500]
    assert [each.position["seq"] for each in found.found if each.position] == [1, 1, 1, 2]


async def _break_off(connection: ServerConnection) -> None:
    await connection.send(deleted(5, "3k1"))
    connection.transport.abort()


async def _say_goodbye(connection: ServerConnection) -> None:
    await connection.send(deleted(5, "3k1"))


@pytest.mark.parametrize("handler", [_break_off, _say_goodbye, sending(deleted(5, "3k1"), error("ConsumerTooSlow"))])
def test_a_stream_that_breaks_off_is_unavailable_and_what_it_said_stays_valid(read: Read, handler: Handler) -> None:
    found = read(handler)
    assert type(found.failure) is SourceUnavailable
    assert (found.gone, found.seq) == ([uri("3k1")], 5)
    _says_nothing(found)


def test_a_frame_that_is_too_big_does_not_stop_every_run_at_the_same_place(read: Read) -> None:
    found = read(sending(deleted(5, "3k1"), b"\x00" * (MAX_MESSAGE + 1)))
    assert (found.failure, found.gone, found.seq) == (None, [uri("3k1")], None)
    assert found.skipped == {"frame_too_big": 1, "stream_reset": 1, "stream_unplaced": 1}


def _says_nothing(found: Run) -> None:
    assert found.failure is not None
    assert found.failure.__context__ is None
    assert found.failure.__cause__ is None
    for never in ("127.0.0.1", str(found.port), "localhost", RELAY_PATH, IDA, "STRANGER"):
        assert never not in str(found.failure)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_private_address_is_refused_before_anything_is_sent(read: Read, host: str) -> None:
    found = read(sending(deleted(5, "3k1")), allow_loopback=False, host=host)
    assert type(found.failure) is SourceFailed
    assert (found.asked, found.found) == ([], [])
    _says_nothing(found)


def test_a_host_of_which_one_address_is_private_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve(loop: Any, _host: str, port: int, **_said: Any) -> list[Any]:
        return [(2, 1, 6, "", ("127.0.0.1", port)), (2, 1, 6, "", ("10.0.0.1", port))]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    found = read(sending(deleted(5, "3k1")), host="localhost")
    assert type(found.failure) is SourceFailed
    assert found.asked == []


def test_what_cannot_be_reached_is_unavailable(make_entry: Callable[..., Entry]) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/STRANGER\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async def follow() -> list[Run]:
        made = []
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            for port in (server.sockets[0].getsockname()[1], 1):
                run = Run()
                run.port = port if port > 1 else 40_000
                stream = Stream(
                    f"ws://127.0.0.1:{port}{RELAY_PATH}", make_entry("atproto"), FakeTransport(),  # type: ignore[arg-type]
                    Settings(allow_loopback=True), Limits(1, 0.1),
                )  # fmt: skip
                try:
                    async for _ in stream.deletions(None):
                        raise AssertionError
                except SourceFailed as failure:
                    run.failure = failure
                made.append(run)
        return made

    for run in asyncio.run(follow()):
        assert type(run.failure) is SourceUnavailable
        _says_nothing(run)


def test_nothing_is_logged_of_an_address_or_a_frame(read: Read, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    found = read(sending(deleted(5, "3k1"), account(6)))
    assert found.gone
    for never in (str(found.port), IDA, BO, "subscribeRepos", "3k1"):
        assert never not in caplog.text


@pytest.mark.parametrize(("robots", "status"), [(b"User-agent: *\nDisallow: /xrpc/", 200), (b"", 503)])
def test_a_robots_txt_that_disallows_is_obeyed_where_the_entry_says_so(read: Read, robots: bytes, status: int) -> None:
    transport = FakeTransport(robots, status)
    found = read(sending(deleted(5, "3k1")), transport=transport, robots="obey")
    assert type(found.failure) is PermissionRefused
    assert (found.asked, [urlsplit(url).path for url in transport.asked]) == ([], ["/robots.txt"])
    allowed = read(sending(deleted(5, "3k1")), transport=FakeTransport(b"User-agent: *\nAllow: /"), robots="obey")
    assert allowed.gone == [uri("3k1")]


@pytest.mark.parametrize(
    ("address", "is_right"),
    [
        (f"wss://relay.example{RELAY_PATH}", True),
        (f"wss://relay.example:8443{JETSTREAM_PATH}", True),
        (f"ws://127.0.0.1:2583{RELAY_PATH}", True),
        (f"ws://[::1]:2583{JETSTREAM_PATH}", True),
        (f"ws://relay.example{RELAY_PATH}", False),
        (f"https://relay.example{RELAY_PATH}", False),
        (f"wss://relay.example{RELAY_PATH}?cursor=0", False),
        (f"wss://{'name:word'}@relay.example{RELAY_PATH}", False),
        (f"wss://relay.example:99999{RELAY_PATH}", False),
        ("wss://relay.example/other", False),
        ("wss://relay.example", False),
    ],
)
def test_the_query_takes_only_addresses_of_a_known_dialect_over_tls(address: str, is_right: bool) -> None:
    said = {"service": "https://sky.example", "actors": [IDA], "stream": address}
    if is_right:
        assert AtprotoQuery.model_validate(said).stream == address
    else:
        with pytest.raises(ValidationError) as raised:
            AtprotoQuery.model_validate(said)
        assert "word@" not in str(raised.value)


class FakeStream:
    """Gives two pages."""

    def __init__(self, *_said: Any) -> None:
        pass

    async def deletions(self, held: Any) -> Any:
        assert held == {"seq": 4}
        yield Deletions((uri("3k1"),), (), {"seq": 5}, {})
        yield Deletions((), (BO,), None, {"stream_reset": 1})


class FakeService:
    """Has one author, without posts."""

    async def get(self, url: str, _entry: Entry, **_said: Any) -> Answer:
        return Answer(200, {}, b'{"feed": []}', url)


def test_the_stream_comes_last_and_its_position_rests_beside_the_listings(
    make_entry: Callable[..., Entry], window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atproto_stream.Stream, "__init__", FakeStream.__init__)
    monkeypatch.setattr(atproto_stream.Stream, "deletions", FakeStream.deletions)

    def pages(**said: Any) -> list[Page]:
        query = AtprotoQuery.model_validate({"service": "https://sky.example", "actors": [IDA], **said})
        collector = AtprotoCollector(make_entry("atproto"), query, FakeService())  # type: ignore[arg-type]

        async def collect() -> list[Page]:
            return [page async for page in collector.pages(window, {"stream": {"seq": 4}})]

        return asyncio.run(collect())

    listed, gone, closed = pages(stream=f"wss://relay.example{RELAY_PATH}")
    assert [page.cursor.get("stream") for page in (listed, gone, closed)] == [{"seq": 4}, {"seq": 5}, None]
    assert all(page.cursor["listings"] == listed.cursor["listings"] != {} for page in (gone, closed))
    assert (gone.gone, closed.gone_authors, closed.skipped) == ((uri("3k1"),), (BO,), {"stream_reset": 1})
    (only,) = pages()
    assert set(only.cursor) == {"listings"}
