"""The chain finds every edit, removal and move, names the first bad entry, and survives a crash in mid-append."""

from datetime import UTC, datetime
from threading import Thread

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listening.audit.chain import AuditChain, Head, segments
from listening.audit.events import AuditEvent, length_bucket
from listening.errors import AuditBroken

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


def run_event(number):
    return AuditEvent("run", {"run_id": f"run-{number}", "state": "done", "exit_code": 0})


@pytest.fixture
def chain(tmp_path):
    made = AuditChain(tmp_path / "audit")
    made.append([run_event(number) for number in range(1, 11)], now=NOW)
    return made


def lines_of(chain):
    (path,) = segments(chain.folder)
    return path, path.read_bytes().splitlines(keepends=True)


def test_an_untouched_chain_verifies_and_gives_its_head(chain):
    seen = chain.verify()
    assert (seen.entries, seen.torn_bytes, seen.head) == (10, 0, chain.head())


def test_an_empty_chain_verifies(tmp_path):
    assert AuditChain(tmp_path).verify().entries == 0


@given(position=st.integers(0, 10_000), flip=st.integers(1, 255))
@settings(max_examples=200, deadline=None)
def test_any_changed_byte_is_found(tmp_path_factory, position, flip):
    chain = AuditChain(tmp_path_factory.mktemp("audit"))
    head = chain.append([run_event(number) for number in range(5)], now=NOW)
    (path,) = segments(chain.folder)
    content = bytearray(path.read_bytes())
    content[position % len(content)] ^= flip
    path.write_bytes(bytes(content))
    with pytest.raises(AuditBroken):
        chain.verify([head])


def test_an_edited_entry_is_named(chain):
    path, lines = lines_of(chain)
    lines[3] = lines[3].replace(b"run-4", b"run-9")
    path.write_bytes(b"".join(lines))
    with pytest.raises(AuditBroken, match=r"entry 4 .*edited"):
        chain.verify()


def test_an_edited_entry_with_a_recomputed_hash_is_still_found(chain):
    import hashlib

    path, lines = lines_of(chain)
    record = orjson.loads(lines[3])
    record["entry"]["run_id"] = "forged"
    body = orjson.dumps(record["entry"], option=orjson.OPT_SORT_KEYS)
    digest = hashlib.sha256(record["prev"].encode() + body).hexdigest()
    lines[3] = b'{"entry":%b,"hash":"%b","prev":"%b"}\n' % (body, digest.encode(), record["prev"].encode())
    path.write_bytes(b"".join(lines))
    with pytest.raises(AuditBroken, match=r"entry 5 "):
        chain.verify()


def test_a_removed_entry_is_named(chain):
    path, lines = lines_of(chain)
    del lines[5]
    path.write_bytes(b"".join(lines))
    with pytest.raises(AuditBroken, match=r"entry 6 .*missing"):
        chain.verify()


def test_two_swapped_entries_are_named(chain):
    path, lines = lines_of(chain)
    lines[2], lines[6] = lines[6], lines[2]
    path.write_bytes(b"".join(lines))
    with pytest.raises(AuditBroken, match=r"entry 3 "):
        chain.verify()


def test_a_cut_tail_is_found_against_a_remembered_head(chain):
    head = chain.head()
    path, lines = lines_of(chain)
    path.write_bytes(b"".join(lines[:7]))
    assert chain.verify().entries == 7
    with pytest.raises(AuditBroken, match=r"entry 8 .*entry 10 is remembered"):
        chain.verify([head])


def test_a_chain_rewritten_whole_is_found_against_a_remembered_head(chain, tmp_path):
    forged = AuditChain(tmp_path / "forged")
    forged.append([run_event(number) for number in range(21, 31)], now=NOW)
    with pytest.raises(AuditBroken, match=r"entry 10 .*differs"):
        forged.verify([chain.head()])


def test_a_torn_tail_is_told_healed_and_recorded(chain):
    path, lines = lines_of(chain)
    path.write_bytes(b"".join(lines) + lines[-1][:40])
    assert chain.verify().torn_bytes == 40
    head = chain.append([run_event(11)], now=NOW)
    assert head.seq == 12
    assert chain.verify([head]).torn_bytes == 0
    assert [entry["event"] for entry in chain.entries()][-2:] == ["torn_tail", "run"]


def test_appending_from_many_threads_keeps_one_chain(tmp_path):
    chain = AuditChain(tmp_path)
    threads = [Thread(target=lambda: [chain.append([run_event(0)] * 3, now=NOW) for _ in range(10)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert chain.verify().entries == 120


def test_a_long_chain_goes_on_in_a_new_segment(tmp_path, monkeypatch):
    monkeypatch.setattr("listening.audit.chain.ENTRIES_PER_SEGMENT", 4)
    chain = AuditChain(tmp_path)
    for number in range(10):
        chain.append([run_event(number)], now=NOW)
    assert len(segments(tmp_path)) == 3
    assert chain.verify([chain.head()]).entries == 10
    segments(tmp_path)[1].unlink()
    with pytest.raises(AuditBroken, match=r"entry 5 .*missing"):
        chain.verify()


def test_an_unreadable_last_line_stops_an_append_and_is_not_quoted(chain):
    path, lines = lines_of(chain)
    path.write_bytes(b"".join(lines[:-1]) + b"canary\n")
    with pytest.raises(AuditBroken) as caught:
        chain.append([run_event(1)], now=NOW)
    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None


def test_an_event_refuses_a_field_that_is_not_on_its_list():
    with pytest.raises(ValueError, match="no field value"):
        AuditEvent("span", {"value": "Jane"})
    with pytest.raises(ValueError, match="no such audit event"):
        AuditEvent("rumour", {})


@pytest.mark.parametrize(
    ("length", "bucket"), [(1, "1-4"), (4, "1-4"), (5, "5-8"), (9, "9-16"), (17, "17+"), (900, "17+")]
)
def test_lengths_are_coarsened(length, bucket):
    assert length_bucket(length) == bucket


def test_anchor_zero_asks_for_nothing(chain):
    assert chain.verify([Head(0, "0" * 64)]).entries == 10
