"""Runs the real job over sources full of canaries, once to the end and once with a fault in each stage.

A process of its own, so that everything it prints, logs and writes can be read afterwards.

    leak_job.py plain|flow FOLDER
"""

import json
import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
import canaries

MODE, FOLDER = sys.argv[1], Path(sys.argv[2])
os.environ["PREFECT_HOME"] = str(FOLDER / "prefect")
os.environ["PREFECT_LOGGING_LEVEL"] = "DEBUG"
os.environ["LISTENING_ALLOW_LOOPBACK"] = "true"
# Logs to the API are a second lock, closed by default: it is opened here to see that the first one holds.
os.environ["PREFECT_LOGGING_TO_API_ENABLED"] = "true"

from listening import daily
from listening.settings import Settings

ENTRY = """
source_id = "{source_id}"
title = "Leak test"
network = "test"
collector = "{collector}"
basis = "licence"
licence_reference = "licence-1"
purpose = "leak test"
expires_on = 2030-01-01
fields = ["native_id", "text", "created_at", "author_handle", "author_name", "author_bio", "url", "links", "tags",
    "engagement", "content_hints", "language_hint", "edited_at"{more}]
robots = "obey"
retention_days = 30
sponsored = false
expected_posts_a_day = 1
enabled_by_default = true
lookback_days = 30
[query]
{query}
[terms]
url = "https://example.org/terms"
reviewed_on = 2026-01-01
reviewed_by_role = "test"
[rate]
requests_per_second = 50
[deletion]
duty = "none"
deadline_hours = 24
[author]
role = "physician"
"""


class FaultError(Exception):
    """Carries a canary, as a library's error can carry a post."""


def broken(*_args, **_options):
    try:
        raise KeyError(canaries.IN_PROFILE["author name"])
    except KeyError as error:
        raise FaultError(" ".join(value for value, _ in canaries.IN_TEXT.values())) from error


class Fault:
    """Replaces one attribute by something that fails, for the time of a run."""

    def __init__(self, owner, name):
        self.owner, self.name = owner, name

    def __enter__(self):
        self.kept = getattr(self.owner, self.name)
        setattr(self.owner, self.name, broken)

    def __exit__(self, *_):
        setattr(self.owner, self.name, self.kept)


class NoFault:
    def __enter__(self):
        pass

    def __exit__(self, *_):
        pass


class ServerDown:
    """The sources answer with an error page that quotes a post."""

    def __init__(self, server, status):
        self.server, self.status = server, status

    def __enter__(self):
        self.server.broken = self.status

    def __exit__(self, *_):
        self.server.broken = 0


def faults(server):
    from listening.audit.chain import AuditChain
    from listening.collect.export import ExportCollector
    from listening.collect.mastodon import MastodonCollector
    from listening.drivers import marts
    from listening.privacy.gate import Gate
    from listening.sharing import publish
    from listening.store.store import Store
    from listening.tagging.tagger import Tagger

    return {
        "none": NoFault(),
        "server": ServerDown(server, 418),
        "collect": Fault(MastodonCollector, "pages"),
        "export": Fault(ExportCollector, "pages"),
        "gate": Fault(Gate, "pass_posts"),
        "analyser": Fault(Gate, "_redact"),
        "tag": Fault(Tagger, "tag_posts"),
        "audit": Fault(AuditChain, "append"),
        "store": Fault(Store, "commit_batch"),
        "marts": Fault(marts, "build_marts"),
        "publish": Fault(publish, "publish"),
    }


def make_home(home, server):
    (home / "catalogue").mkdir(parents=True)
    drop = FOLDER / "drop"
    if not drop.exists():
        canaries.write_drop(drop)
    sources = {
        "canary-export": ("export", f'drop = "{drop}"', ""),
        "canary-feed": ("feed", f'urls = ["{server.base_url}/feed.xml"]', ""),
        "canary-mastodon": ("mastodon", f'instances = ["{server.base_url}"]\ntags = ["medicine"]', ""),
    }
    for source_id, (collector, query, more) in sources.items():
        text = ENTRY.format(source_id=source_id, collector=collector, query=query, more=more)
        (home / "catalogue" / f"{source_id}.toml").write_text(text)
    return Settings(home=home, allow_loopback=True, k=5)


def run_plain(settings):
    return daily.run(settings, now=canaries.NOW, clock=lambda: datetime.now(UTC)).as_json()


def run_flow(settings):
    from flows.daily import daily as flow

    return flow(home=str(settings.home), now=canaries.NOW)


def main():
    server = canaries.Server()
    results = {}
    daily.warm_up()
    if MODE == "flow":
        from flows.daily import ingest

        # The back-off is for real servers; here it would only be waited for.
        ingest.retry_delay_seconds = [0.1, 0.1, 0.1]
    for name, fault in faults(server).items():
        settings = make_home(FOLDER / "homes" / name, server)
        try:
            with fault:
                done = run_plain(settings) if MODE == "plain" else run_flow(settings)
        except Exception as error:  # what a user would see is part of what is scanned
            traceback.print_exc()
            results[name] = {"error": type(error).__name__}
        else:
            results[name] = {
                "stored": done["totals"]["stored"],
                "refused": done["totals"]["refused"],
                "failures": [failure["error"] for failure in done["failures"]],
            }
    server.close()
    (FOLDER / "results.json").write_text(json.dumps(results))


if __name__ == "__main__":
    main()
