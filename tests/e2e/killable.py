"""Runs the daily job many times over in forked children and kills them at random; prints what the homes ended with.

A process of its own, because it forks: the models load once, in the parent, and no database is open there.

    killable.py FOLDER CATALOGUE KILLS SEED
"""

import json
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from listening import daily
from listening.settings import Settings
from listening.store.store import Store

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
PATIENCE_S = 120


def settings_of(home):
    return Settings(home=home, batch_size=25)


def run_to_the_end(home):
    summary = daily.run(settings_of(home), now=NOW, clock=lambda: NOW)
    if summary.exit_code:
        os._exit(summary.exit_code)


def in_child(work, home):
    """Fork and do `work`; give the child's pid."""
    pid = os.fork()
    if pid == 0:
        try:
            work(home)
        except BaseException as error:  # the child must not return into the parent's code
            sys.stderr.write(f"child: {type(error).__name__}: {error}\n")
            os._exit(99)
        os._exit(0)
    return pid


def wait(pid, patience):
    """Give the exit status within `patience` seconds, or `None`."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        time.sleep(0.005)
    return None


def complete(home):
    started = time.monotonic()
    status = wait(in_child(run_to_the_end, home), PATIENCE_S)
    assert status == 0, f"a run that nobody killed ended with {status}"
    return time.monotonic() - started


def state_of(home):
    """Read, in a child, what a home ended with."""
    out, into = os.pipe()

    def tell(folder):
        settings = settings_of(folder)
        with Store.open(settings.restricted_path) as store:
            state = {
                "rows": store.rows_digest(),
                "posts": store.sql.rows("select count(*) from post")[0][0],
                "marts": str(store.sql.rows("select count(*), sum(posts), sum(authors) from driver_daily")),
                "refusals_last_run": store.last_runs(1)[0].summary is not None,
            }
        seen = daily.chain_of(settings).verify(daily.anchors(settings))
        state["chain_entries"] = seen.entries
        state["insights"] = settings.insights_path.stat().st_size > 0
        state["left_over"] = sorted(
            path.name for path in folder.iterdir() if path.name.endswith((".next.duckdb", ".tmp", ".wal"))
        )
        os.write(into, json.dumps(state).encode())

    pid = in_child(tell, home)
    assert wait(pid, PATIENCE_S) == 0
    os.close(into)
    with os.fdopen(out) as pipe:
        return json.loads(pipe.read())


def main():
    folder, catalogue, kills, seed = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    chance = random.Random(seed)
    daily.warm_up()

    def new_home(name):
        home = folder / name
        home.mkdir()
        (home / "catalogue").symlink_to(catalogue, target_is_directory=True)
        # One key for all, so that equal posts have equal keys.
        (home / "keys.json").write_text(json.dumps({"master": "5a" * 32}))
        (home / "keys.json").chmod(0o600)
        return home

    calm = new_home("calm")
    duration = complete(calm)
    results = {"calm": state_of(calm), "duration": duration, "killed": [], "kills_that_hit": 0}
    while results["kills_that_hit"] < kills:
        home = new_home(f"killed-{len(results['killed'])}")
        for _ in range(chance.randint(1, 3)):
            pid = in_child(run_to_the_end, home)
            status = wait(pid, chance.uniform(0.02, 1.05) * duration)
            if status is None:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                results["kills_that_hit"] += 1
        complete(home)
        results["killed"].append(state_of(home))
    print(json.dumps(results))


if __name__ == "__main__":
    main()
