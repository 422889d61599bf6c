"""The daily run over running servers of every kind at once: exact rows, twice in a row, with faults, and after deletions."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from test_atproto_pds import Pds, node_modules, pds  # noqa: F401
from test_atproto_pds import now as written
from test_forum_spirit import SELECTORS, Forum, forum, installed  # noqa: F401
from test_mastodon_mock import Instance, instance  # noqa: F401
from test_wordpress import Site, wordpress  # noqa: F401

from listening import daily
from listening.catalogue.draft import to_toml
from listening.catalogue.entry import Entry
from listening.settings import Settings
from listening.store.store import Store

pytestmark = pytest.mark.integration

NAME, PHONE = "Thaddeus Okonkwo-Canary", "020 7946 0991"
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Blog</title>{items}</channel></rss>"""
ITEM = "<item><guid>{n}</guid><title>Case {n}</title><description>{text}</description><author>a{n}@x.example</author><pubDate>{at}</pubDate></item>"
FIELDS = (
    "native_id", "text", "created_at", "edited_at", "author_handle", "author_name", "author_bio", "links", "tags",
    "content_hints", "is_reply", "is_quote", "engagement",
)  # fmt: skip


def words(number: int, drug: str = "tirzepatide") -> str:
    """A post with a name and a phone number in it, in English enough for gate 1."""
    return (
        f"Saw Mr {NAME} ({PHONE}) in clinic today, week {number} on {drug}, his nausea is better and the HbA1c is down."
    )


@dataclass
class Field:
    """All servers, seeded, and a data home whose catalogue names them."""

    settings: Settings
    pds: Pds
    site: Site
    forum: Forum
    instance: Instance
    editable: dict[str, Callable[[], object]]
    removable: dict[str, Callable[[], object]]
    tag: str

    def run(self) -> daily.Summary:
        moment = datetime.now(UTC)
        return daily.run(self.settings, now=moment, clock=lambda: datetime.now(UTC))

    def rows(self) -> dict[str, int]:
        with Store.open(self.settings.restricted_path) as store:
            return dict(store.sql.rows("select source_id, count(*) from post group by all order by all"))

    def digest(self) -> str:
        with Store.open(self.settings.restricted_path) as store:
            return store.rows_digest()


@pytest.fixture
def field(request: pytest.FixtureRequest, tmp_path: Path, source: Callable[..., Entry], nginx: Any) -> Field:
    got = request.getfixturevalue
    network, site, board, mastodon = got("pds"), got("wordpress"), got("forum"), got("instance")
    home, tag = tmp_path / "home", f"t{hashlib.sha256(str(tmp_path).encode()).hexdigest()[:12]}"
    site.do("reset")
    recent = datetime.now(UTC) - timedelta(days=3)

    ida, eve = network.account(displayName="Ida Invented, RN"), network.account(displayName="Eve Invented, MD")
    skies = [network.post(ida, words(n)) for n in range(3)] + [network.post(eve, words(9, "ramipril"))]
    network.post(eve, words(10, "ramipril"), createdAt="2016-02-03T04:05:06.000Z")  # back-dated: it is met all the same
    network.post(eve, words(12, "ramipril"), createdAt="2099-12-31T23:59:59.000Z")  # its day is that of collection
    shy = network.account(
        displayName="Shy Invented, MD",
        labels={"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "!no-unauthenticated"}]},
    )
    network.post(shy, words(11))

    articles = [site.post(words(n, "semaglutide"), recent + timedelta(minutes=n)) for n in range(4)]
    site.post(words(5), recent, post_password="closed")
    topic = board.topic("Clinic")
    comments = [board.comment(topic, words(n, "warfarin"), by=f"nurse{n % 2}") for n in range(5)]
    statuses = [mastodon.post(f"{words(n, 'dupilumab')} #{tag}") for n in range(6)]
    mastodon.post(f"{words(8)} #{tag}", visibility="unlisted")
    items = "".join(
        ITEM.format(n=n, text=words(n, "apixaban"), at=f"{recent:%a, %d %b %Y %H:%M:%S} GMT") for n in range(7)
    )
    feed = nginx.root / f"{tag}.rss"
    feed.write_text(FEED.format(items=items))
    drop = tmp_path / "drop"
    drop.mkdir()
    content = b"".join(
        json.dumps({"id": n, "body": words(n, "infliximab"), "at": recent.isoformat(), "who": f"member{n}"}).encode()
        + b"\n"
        for n in range(8)
    )
    (drop / "posts.ndjson").write_bytes(content)
    (drop / "manifest.toml").write_text(
        'licence_id = "L-1"\npurpose = "tests"\nexpires_on = 2030-01-01\n'
        'fields = ["native_id", "text", "created_at", "author_handle"]\n'
        '[columns]\nid = "native_id"\nbody = "text"\nat = "created_at"\nwho = "author_handle"\n'
        f'[[files]]\npath = "posts.ndjson"\nformat = "ndjson"\nsha256 = "{hashlib.sha256(content).hexdigest()}"\n'
    )
    sources = {
        "sky": ("atproto", {"service": network.url, "repos": [ida.did, eve.did, shy.did]}),
        "press": ("wordpress", {"sites": [site.url], "overlap_hours": 0}),
        "board": (
            "html_forum",
            {"start": [f"{board.url}/topic/active/"], "timezone": "UTC", "selectors": SELECTORS, "overlap_hours": 0},
        ),
        "toots": ("mastodon", {"instances": [mastodon.url], "tags": [tag]}),
        "blog": ("feed", {"urls": [f"{nginx.url}/{tag}.rss"]}),
        "drop": ("export", {"drop": str(drop)}),
    }
    (home / "catalogue").mkdir(parents=True)
    for name, (collector, query) in sources.items():
        basis = {"robots": "obey", "basis": "written-permission"} if collector == "html_forum" else {}
        entry = source(
            collector, query, source_id=name, fields=FIELDS, lookback_days=400, retention_days=400,
            author={"role": "nurse"}, **basis,
        )  # fmt: skip
        said = entry.model_dump(mode="python", exclude_unset=True)
        (home / "catalogue" / f"{name}.toml").write_text(to_toml(said))
    return Field(
        Settings(home=home, allow_loopback=True, contact="tests@listening.example"),
        network,
        site,
        board,
        mastodon,
        {
            "sky": lambda: network.put(
                ida, "app.bsky.feed.post", skies[0].rpartition("/")[2], text=words(90, "metformin"), createdAt=written()
            ),
            "press": lambda: site.do("edit", ID=int(articles[0].rsplit("/", 1)[1]), post_content=words(91)),
            "board": lambda: board.do(
                "edit", comment=int(comments[0].rsplit("/", 1)[1]), text=words(92), at=board.now()
            ),
            "toots": lambda: mastodon.ask(
                "PUT", f"/api/v1/statuses/{statuses[2]['id']}", json={"status": f"{words(93)} #{tag}"}
            ),
            "blog": lambda: feed.write_text(FEED.format(items=items.replace("week 3 on", "week 94 on"))),
        },
        {
            "sky": lambda: network.delete(ida, skies[1]),
            "press": lambda: site.do("trash", id=int(articles[2].rsplit("/", 1)[1])),
            "board": lambda: board.do("remove", comment=int(comments[3].rsplit("/", 1)[1])),
            "toots": lambda: mastodon.ask("DELETE", f"/api/v1/statuses/{statuses[4]['id']}"),
        },
        tag,
    )


EXPECTED = {"blog": 7, "board": 5, "drop": 8, "press": 4, "sky": 6, "toots": 6}


def test_the_daily_run_over_every_kind_of_server(field: Field) -> None:
    first = field.run()
    assert first.failures == []
    assert first.totals["clamped_days"] == 1
    assert field.rows() == EXPECTED
    assert first.totals["refused"] == {
        "collect:author_no_unauthenticated": 1, "collect:password_protected": 1,
    }  # fmt: skip
    stored = field.digest()

    # Twice in a row: nothing new, nothing changed.
    second = field.run()
    assert (second.failures, second.totals["stored"], second.totals["updated"]) == ([], 0, 0)
    assert field.digest() == stored

    # An edit replaces the row, at the one edited post of each source and nowhere else.
    for edit in field.editable.values():
        edit()
    edited = field.run()
    assert (edited.failures, edited.totals["stored"]) == ([], 0)
    assert {one["source_id"]: one["updated"] for one in edited.sources if one["updated"]} == dict.fromkeys(
        field.editable, 1
    )
    assert field.rows() == EXPECTED
    stored = field.digest()

    # Faults of one source fail that source, lose nothing, and keep no other from being read.
    for kind, effect in (("malformed", {}), ("status", {"status": 503}), ("ratelimit", {})):
        field.instance.fault(kind, count=10, **effect)
        broken = field.run()
        assert [failure["source_id"] for failure in broken.failures] == ["toots"], kind
        assert broken.exit_code in {13, 75}
        assert field.digest() == stored
        field.instance.ask("DELETE", "/api/v1/_mock/faults")
    assert field.run().failures == []
    assert field.digest() == stored

    # What is deleted at the sources is found by walks and goes; the others keep what they have.
    for remove in field.removable.values():
        remove()
    done = daily.reconcile(field.settings, now=datetime.now(UTC) + timedelta(days=2))
    assert done.failures == ()
    assert {one.source_id: one.removed for one in done.reconciled} == dict.fromkeys(field.removable, 1)
    assert field.rows() == {name: count - (name in field.removable) for name, count in EXPECTED.items()}

    # Not a byte of a name, a number, a handle or an id was written.
    files = [path for path in field.settings.home.rglob("*") if path.is_file() and path.parent.name != "catalogue"]
    written_bytes = b"".join(path.read_bytes() for path in files)
    for raw in (*NAME.split(), PHONE, "member3", "did:plc"):
        assert raw.encode() not in written_bytes, raw
