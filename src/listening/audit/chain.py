"""The hash chain on disk: append-only NDJSON segments, each entry carrying the hash of the one before it.

A line is the canonical JSON (sorted keys, no spaces) `{"entry":…,"hash":"…","prev":"…"}` with
`hash = SHA-256(prev ‖ canonical JSON of entry)`. The chain finds an edit, a removal and a reordering by itself; a tail that
was cut off is found against an anchor: a head that the store or a publication remembers.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

from listening.audit.events import AuditEvent, hour_of
from listening.errors import AuditBroken

GENESIS = "0" * 64
ENTRIES_PER_SEGMENT = 200_000
_PREFIX = b'{"entry":'
_SUFFIX_LENGTH = len(b',"hash":"","prev":""}\n') + 2 * 64
_TAIL_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry: its number, from 1 (0: the chain is empty), and its hash."""

    seq: int
    hash: str


EMPTY = Head(0, GENESIS)


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` saw. `torn_bytes` is an unfinished last line, which the next append removes and records."""

    entries: int
    head: Head
    segments: int
    torn_bytes: int


def _digest(prev: str, body: bytes) -> str:
    return hashlib.sha256(prev.encode() + body).hexdigest()


def _line(prev: str, body: bytes) -> tuple[str, bytes]:
    digest = _digest(prev, body)
    return digest, b'%b%b,"hash":"%b","prev":"%b"}\n' % (_PREFIX, body, digest.encode(), prev.encode())


def segments(folder: Path) -> list[Path]:
    """List the chain's files in order."""
    return sorted(folder.glob("chain-*.ndjson"))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _last_line(path: Path) -> tuple[bytes, int]:
    """Give the last whole line and the count of bytes after it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        span = min(size, _TAIL_BYTES)
        while True:
            file.seek(size - span)
            tail = file.read(span)
            end = tail.rfind(b"\n")
            start = tail.rfind(b"\n", 0, max(end, 0))
            if end >= 0 and (start >= 0 or span == size):
                return tail[start + 1 : end + 1], len(tail) - end - 1
            if span == size:
                return b"", size
            span = min(size, span * 4)


class AuditChain:
    """Appends to the chain in a folder and verifies it. Any number of threads and processes may append: a lock orders them."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made at the first append."""
        self.folder = folder

    def head(self) -> Head:
        """Read the newest entry's number and hash."""
        for path in reversed(segments(self.folder)):
            line, _ = _last_line(path)
            if line:
                record = orjson.loads(line)
                return Head(record["entry"]["seq"], record["hash"])
        return EMPTY

    def append(self, events: Iterable[AuditEvent], *, now: datetime) -> Head:
        """Append entries durably (fsync) and give the new head.

        Raises:
            AuditBroken: The last line on disk is no entry of a chain.
            OSError: The disk refuses. What was written of the batch is a torn tail at most, healed by the next append.
        """
        at = hour_of(now)
        with _locked(self.folder):
            torn = self._heal()
            head = self._readable_head()
            queue = [AuditEvent("torn_tail", {"torn_bytes": torn})] if torn else []
            lines = []
            for event in (*queue, *events):
                entry = {"seq": head.seq + 1, "at": at, "event": event.event, **event.fields}
                digest, line = _line(head.hash, orjson.dumps(entry, option=orjson.OPT_SORT_KEYS))
                head = Head(head.seq + 1, digest)
                lines.append(line)
            if lines:
                self._write(lines, first_seq=head.seq - len(lines) + 1)
            return head

    def _readable_head(self) -> Head:
        broken = False
        try:
            return self.head()
        except (ValueError, KeyError, TypeError):
            broken = True
        if broken:
            raise AuditBroken(seq="last", file=segments(self.folder)[-1].name, problem="its last line is no entry")
        return EMPTY

    def _heal(self) -> int:
        """Cut an unfinished last line off and give its length in bytes."""
        files = segments(self.folder)
        if not files:
            return 0
        _, torn = _last_line(files[-1])
        if torn:
            os.truncate(files[-1], files[-1].stat().st_size - torn)
        return torn

    def _write(self, lines: Sequence[bytes], *, first_seq: int) -> None:
        number = (first_seq - 1) // ENTRIES_PER_SEGMENT + 1
        path = self.folder / f"chain-{number:06d}.ndjson"
        # A batch stays in one segment: a file holds a few entries more rather than a batch torn over two.
        newest = segments(self.folder)[-1:] or [path]
        with max(path, newest[0]).open("ab") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())

    def verify(self, anchors: Iterable[Head] = ()) -> Verification:
        """Walk the whole chain.

        Args:
            anchors: Heads remembered elsewhere; the chain must hold each of them.

        Raises:
            AuditBroken: An entry was edited, removed or moved, or the chain ends before an anchor. Names the first bad one.
        """
        wanted = {anchor.seq: anchor.hash for anchor in anchors if anchor.seq}
        head, torn, files = EMPTY, 0, segments(self.folder)
        for path in files:
            with path.open("rb") as file:
                for line in file:
                    if not line.endswith(b"\n") and path == files[-1]:
                        torn = len(line)
                        break
                    head = _follow(head, line, path.name)
                    if wanted and wanted.pop(head.seq, head.hash) != head.hash:
                        raise AuditBroken(
                            seq=head.seq,
                            file=path.name,
                            problem="it differs from the head remembered outside the chain",
                        )
        if wanted:
            raise AuditBroken(
                seq=head.seq + 1,
                file=files[-1].name if files else "no file",
                problem=f"the chain ends here, but entry {max(wanted)} is remembered outside it",
            )
        return Verification(head.seq, head, len(files), torn)

    def entries(self) -> Iterator[dict[str, object]]:
        """Give every entry, oldest first, without checking it."""
        for path in segments(self.folder):
            with path.open("rb") as file:
                for line in file:
                    if line.endswith(b"\n"):
                        yield orjson.loads(line)["entry"]


def _follow(head: Head, line: bytes, file: str) -> Head:
    """Check that `line` is the entry after `head`, and give its head."""
    seq = head.seq + 1
    body, suffix = line[len(_PREFIX) : -_SUFFIX_LENGTH], line[-_SUFFIX_LENGTH:]
    digest = _digest(head.hash, body)
    expected = b',"hash":"%b","prev":"%b"}\n' % (digest.encode(), head.hash.encode())
    if suffix == expected and line.startswith(_PREFIX):
        return Head(seq, digest)
    raise AuditBroken(seq=seq, file=file, problem=_diagnose(seq, head, line))


def _diagnose(seq: int, head: Head, line: bytes) -> str:
    """Say in words what is wrong with the line that should hold entry `seq`."""
    try:
        record = orjson.loads(line)
        found, prev = int(record["entry"]["seq"]), str(record["prev"])
    except (ValueError, KeyError, TypeError):
        return "the line is no entry"
    if found == seq and prev == head.hash:
        return "its content was edited after it was written"
    if found > seq:
        return f"it is missing or was moved; entry {found} stands in its place"
    if found < seq:
        return f"entry {found} stands here a second time or was moved"
    return "it does not follow the entry before it, which was edited or replaced"
