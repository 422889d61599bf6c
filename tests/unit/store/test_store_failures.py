"""A store that is locked, damaged, full, too new, or whose writer was killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from tagged import batch, post

from listening.errors import StoreError, StoreFull, StoreLocked, StoreSchemaTooNew
from listening.store.migrations import Migration, migrate, read_migrations
from listening.store.store import Store

HERE = Path(__file__).parent


def start(code: str, *arguments: object) -> "subprocess.Popen[str]":
    program = f"import sys; sys.path.insert(0, {str(HERE)!r})\n{code}"
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


HOLD = """
from pathlib import Path
from listening.store.store import Store
with Store.open(Path(sys.argv[1])):
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_store_that_another_process_writes_is_locked(tmp_path: Path) -> None:
    path = tmp_path / "restricted.duckdb"
    with subprocess.Popen(
        [sys.executable, "-c", f"import sys\n{HOLD}", str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(StoreLocked) as caught:
            Store.open(path)
        assert str(tmp_path) not in str(caught.value)
        assert caught.value.__context__ is None
        holder.communicate("")
    Store.open(path).close()


KILLED = """
import os, time
from pathlib import Path
from tagged import batch, post
from listening.store.store import Store
from listening.store import store as module
store = Store.open(Path(sys.argv[1]))
store.commit_batch(batch(1, [post(n) for n in range(50)]))
store._write_batch = lambda *_: (print("half way", flush=True), time.sleep(60))
store.commit_batch(batch(2, [post(n) for n in range(50, 400)]))
"""


def test_a_writer_killed_inside_a_transaction_leaves_the_batch_before(tmp_path: Path) -> None:
    path = tmp_path / "restricted.duckdb"
    with start(KILLED, path) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "half way\n"
        writer.send_signal(signal.SIGKILL)
    with Store.open(path) as store:
        assert store.sql.rows("select count(*) from post") == [(50,)]
        assert store.cursor("med-mastodon") == {"since": 1}
        assert store.commit_batch(batch(2, [post(n) for n in range(50, 400)])).new == 350


FIRST = """
import os
from pathlib import Path
from listening.store.store import Store
Store.open(Path(sys.argv[1]))
os._exit(9)
"""


def test_a_writer_killed_right_after_the_migrations_leaves_a_store_that_opens(tmp_path: Path) -> None:
    path = tmp_path / "restricted.duckdb"
    with start(FIRST, path) as writer:
        writer.communicate()
    with Store.open(path) as store:
        assert not store.has_posts()


STEADY = """
from pathlib import Path
from tagged import batch, post
from listening.store.store import Store
with Store.open(Path(sys.argv[1])) as store:
    done = store.cursor("med-mastodon")
    for index in range(done["since"] + 1 if done else 0, 30):
        store.commit_batch(batch(index, [post((index, n), about=[("topic", "workload")]) for n in range(20)]))
        print(index, flush=True)
"""


def test_a_writer_killed_anywhere_and_started_again_gives_the_same_rows(tmp_path: Path) -> None:
    calm, torn = tmp_path / "calm.duckdb", tmp_path / "torn.duckdb"
    with start(STEADY, calm) as writer:
        writer.communicate()
    for line in range(0, 12, 3):
        with start(STEADY, torn) as writer:
            assert writer.stdout is not None
            for _ in range(line):
                writer.stdout.readline()
            time.sleep(0.013 * line)
            writer.kill()
    with start(STEADY, torn) as writer:
        writer.communicate()
    with Store.open(calm) as one, Store.open(torn) as other:
        assert one.sql.rows("select count(*) from post") == [(600,)]
        assert one.rows_digest() == other.rows_digest()


FULL = """
import resource
from pathlib import Path
from tagged import batch, post
from listening.store.store import Store
from listening.errors import StoreFull
path = Path(sys.argv[1])
with Store.open(path) as store:
    store.commit_batch(batch(1, [post(1)]))
size = max(file.stat().st_size for file in path.parent.iterdir())
store = Store.open(path)
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 200_000, size + 200_000))
try:
    for index in range(2, 50):
        store.commit_batch(batch(index, [post((index, n), text=f"{index} {n} " * 500) for n in range(200)]))
except StoreFull as error:
    print("full", error.__context__, index, flush=True)
import os
os._exit(0)
"""


def test_a_full_disk_is_said_and_leaves_whole_batches(tmp_path: Path) -> None:
    path = tmp_path / "restricted.duckdb"
    with start(FULL, path) as writer:
        said, errors = writer.communicate()
    assert said.startswith("full None"), errors
    with Store.open(path) as store:
        batches = store.sql.rows("select batch_id, new_count from batch")
        assert ("batch-1", 1) in batches
        assert store.sql.rows("select count(*) from post") == [(sum(new for _, new in batches),)]


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "restricted.duckdb"
    path.write_bytes(b"canary" * 4096)
    with pytest.raises(StoreError) as caught:
        Store.open(path)
    assert "canary" not in str(caught.value)


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(StoreError) as caught:
        Store.open(tmp_path / "home" / "restricted.duckdb")
    assert str(tmp_path) not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_folder_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        target = Path("/proc/listening/restricted.duckdb")  # No mode keeps root out; a kernel file system does.
    else:
        tmp_path.chmod(0o500)
        target = tmp_path / "restricted.duckdb"
    with pytest.raises(StoreError) as caught:
        Store.open(target)
    assert caught.value.__context__ is None


def test_a_schema_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "restricted.duckdb"
    with Store.open(path) as store:
        store.sql.rows("insert into schema_migration values (9999, 'of tomorrow', 'x')")
    with pytest.raises(StoreSchemaTooNew):
        Store.open(path)


def test_a_migration_changed_after_it_was_applied_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "restricted.duckdb"
    with Store.open(path) as store:
        store.sql.rows("update schema_migration set sha256 = 'x' where number = 2")
    with pytest.raises(StoreError, match="migration 2 was changed"):
        Store.open(path)
    with duckdb.connect(str(path)) as free:  # The refusal let go of the file.
        assert free.execute("select count(*) from schema_migration").fetchone()


def test_a_migration_is_applied_once_and_as_a_whole(tmp_path: Path) -> None:
    with Store.open(tmp_path / "restricted.duckdb") as store:
        known = read_migrations()
        assert migrate(store.sql, known, store="restricted") == 0
        good = Migration(len(known) + 1, "good", "create table added (id integer)")
        bad = Migration(len(known) + 2, "bad", "create table half (id integer); select no_such_function()")
        with pytest.raises(StoreError):
            migrate(store.sql, [*known, good, bad], store="restricted")
        tables = {row[0] for row in store.sql.rows("select table_name from duckdb_tables()")}
        assert "added" in tables
        assert "half" not in tables


def test_disk_and_lock_errors_are_told_apart() -> None:
    assert StoreFull.exit_code == StoreLocked.exit_code == StoreSchemaTooNew.exit_code == 16
