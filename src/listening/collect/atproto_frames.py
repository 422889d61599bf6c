"""Reads the frames of an AT Protocol stream for one thing: which posts and accounts are no longer there. Pure.

Two dialects. A relay or PDS (`com.atproto.sync.subscribeRepos`) sends two DAG-CBOR values a frame, a header and a body;
Jetstream sends a JSON object. Both carry everybody's new posts too: those bytes are passed over. A commit's blocks stay
undecoded, and a record in a JSON line never becomes a value of ours.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeVar

from libipld import decode_dag_cbor_multi
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

POST = "app.bsky.feed.post"
RELAY_PATH, JETSTREAM_PATH = "/xrpc/com.atproto.sync.subscribeRepos", "/subscribe"
_CLOSED = frozenset({None, "deactivated", "deleted", "takendown", "suspended"})
"""Why an account that is not active counts as closed; the other reasons are a relay's own troubles with its server."""
_RESETS = frozenset({"FutureCursor", "OutdatedCursor"})
_KEY = re.compile(r"[A-Za-z0-9._:~-]{1,512}")
_LARGEST = 2**63 - 1

Place = Annotated[int, Field(strict=True, ge=0, le=_LARGEST)]
"""Where in the stream a frame stands: a sequence number, or microseconds since 1970."""
Did = Annotated[str, StringConstraints(pattern=r"^did:[a-z0-9]+:[A-Za-z0-9._:%-]+$", max_length=2048)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


_M = TypeVar("_M", bound=_Model)


class _Header(_Model):
    op: Literal[1, -1]
    t: str = ""


class _Error(_Model):
    error: str


class _Info(_Model):
    name: str


class _Placed(_Model):
    seq: Place | None = None


class _Op(_Model):
    action: str
    path: str


class _Commit(_Model):
    seq: Place
    repo: Did
    ops: tuple[_Op, ...]
    too_big: bool = Field(default=False, alias="tooBig")


class _Account(_Model):
    seq: Place
    did: Did
    active: Annotated[bool, Field(strict=True)]
    status: str | None = None


class _LineCommit(_Model):
    operation: str
    collection: str
    rkey: str


class _LineAccount(_Model):
    active: Annotated[bool, Field(strict=True)]
    status: str | None = None


class _Line(_Model):
    did: Did
    time_us: Place
    kind: str
    commit: _LineCommit | None = None
    account: _LineAccount | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Frame:
    """What a frame says.

    `gone` are at-uris of deleted posts; `closed` is the DID of an account that became inactive, `opened` of one that is
    active (again). `is_reset`: the position we asked for does not hold. `is_last`: the server ends the stream here.
    """

    place: int | None = None
    gone: tuple[str, ...] = ()
    closed: str | None = None
    opened: str | None = None
    notes: tuple[str, ...] = ()
    is_reset: bool = False
    is_last: bool = False


BAD = Frame(notes=("bad_frame",))
"""A frame that cannot be read."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a kind of stream is asked and read.

    `rewind` is how far before the stored place it is asked to begin. `is_clock`: places are microseconds since 1970.
    """

    read: Callable[[str | bytes], Frame]
    params: Mapping[str, str] = field(default_factory=dict)
    rewind: int = 0
    is_clock: bool = False


def read_cbor(message: str | bytes) -> Frame:
    """Read a frame of `subscribeRepos`. Never raises: what cannot be read is `BAD`."""
    try:
        values = decode_dag_cbor_multi(message) if isinstance(message, bytes) else []
    except (ValueError, RecursionError):
        return BAD
    if len(values) != 2 or (header := _read(_Header, values[0])) is None:
        return BAD
    if header.op == -1:
        said = _read(_Error, values[1])
        return Frame(is_reset=said is not None and said.error in _RESETS, is_last=True)
    return _message(header.t, values[1]) or BAD


def read_line(message: str | bytes) -> Frame:
    """Read a line of Jetstream. Never raises: what cannot be read is `BAD`."""
    try:
        line = _Line.model_validate_json(message)
    except ValidationError:
        return BAD
    match line.kind:
        case "account":
            said = line.account
            return BAD if said is None else _account(line.time_us, line.did, said.active, said.status)
        case "commit":
            commit = line.commit
            return BAD if commit is None else _line_commit(line.time_us, line.did, commit)
    return Frame(line.time_us)


DIALECTS: Mapping[str, Dialect] = {
    RELAY_PATH: Dialect(read_cbor),
    # Its instants are not unique, and servers behind one name differ a little: its makers advise to go back some seconds.
    JETSTREAM_PATH: Dialect(read_line, {"wantedCollections": POST}, rewind=5_000_000, is_clock=True),
}
"""By the path of the stream's address."""


def _message(kind: str, body: Any) -> Frame | None:
    match kind:
        case "#commit":
            commit = _read(_Commit, body)
            return None if commit is None else _commit(commit)
        case "#account":
            account = _read(_Account, body)
            return None if account is None else _account(account.seq, account.did, account.active, account.status)
        case "#info":
            info = _read(_Info, body)
            return None if info is None else Frame(is_reset=info.name in _RESETS)
    placed = _read(_Placed, body)
    # A `#sync` says that a repository is now another one, and not which of its posts went.
    notes = ("stream_incomplete",) if kind == "#sync" else ()
    return None if placed is None else Frame(placed.seq, notes=notes)


def _line_commit(place: int, did: str, commit: _LineCommit) -> Frame:
    if commit.operation != "delete" or commit.collection != POST:
        return Frame(place)
    if not _KEY.fullmatch(commit.rkey):
        return Frame(place, notes=BAD.notes)
    return Frame(place, gone=(_uri(did, commit.rkey),))


def _commit(commit: _Commit) -> Frame:
    gone: dict[str, None] = {}
    notes = ["stream_incomplete"] if commit.too_big else []
    for op in commit.ops:
        collection, _, key = op.path.partition("/")
        if collection != POST:
            continue
        if not _KEY.fullmatch(key):
            notes += BAD.notes
        elif op.action == "delete":
            gone[_uri(commit.repo, key)] = None
        else:
            # Deleted and written anew under the same key: it is there.
            gone.pop(_uri(commit.repo, key), None)
    return Frame(commit.seq, tuple(gone), notes=tuple(notes))


def _account(place: int, did: str, active: bool, status: str | None) -> Frame:
    if active:
        return Frame(place, opened=did)
    if status in _CLOSED:
        return Frame(place, closed=did)
    return Frame(place, notes=("account_paused",))


def _uri(did: str, key: str) -> str:
    return f"at://{did}/{POST}/{key}"


def _read(model: type[_M], body: Any) -> _M | None:
    try:
        return model.model_validate(body)
    except ValidationError:
        return None
