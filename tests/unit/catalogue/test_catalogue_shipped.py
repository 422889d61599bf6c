"""The entries that ship: every network the field names has one, and each says truly whether and how it may be read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from listening.assets import asset
from listening.catalogue.entry import ESSENTIAL_FIELDS, Entry
from listening.catalogue.load import load_folder
from listening.catalogue.permission import enable, list_sources
from listening.errors import PermissionRefused
from listening.posts import SourceId
from listening.settings import Settings

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SHIPPED = load_folder(asset("data/catalogue"))

LICENSED = """
sermo medshr doccheck doccheck-news doctors-net-uk doximity dailyrounds figure-1 coliquio tonicapp g-med esanum
medscape-professional-network medscape-physician-connect m3 linkedin facebook wechat threads instagram tiktok
""".split()
PUBLIC = {
    "bluesky-medsky": "atproto",
    "med-mastodon": "mastodon",
    "clinicians-exchange": "mastodon",
    "first10em": "feed",
    "st-emlyns": "feed",
    "bmj-recent": "feed",
    "nejm-current": "feed",
    "lemmy-clinicians-exchange": "feed",
    "aliem": "wordpress",
    "rebel-em": "wordpress",
    "litfl": "wordpress",
    "ohdsi-forums": "discourse",
    "openehr-discourse": "discourse",
    "openmrs-talk": "discourse",
    "stackexchange-medicalsciences": "stackexchange",
    "youtube-comments": "youtube",
}
CONTRACT = {"reddit-medicine": "reddit", "x-medtwitter": "x"}
CLOSED = """
student-doctor-network allnurses doctorshangout nursezone independent-urologist-blog physicians-entrepreneur-group myspace
google-plus pinterest e-mail feather-share-buttons quora behance stack-overflow researchgate architizer web-search
electronic-health-records peer-reviewed-journals medical-association-sites general-health-sites medical-media-sites
conference-feeds substack pubmed europe-pmc clinicaltrials-gov crossref-event-data altmetric disqus
""".split()
"""All that section 1 of the domain notes and section 2 of the notes on sources name."""


def entry(source_id: str) -> Entry:
    return SHIPPED[SourceId(source_id)]


def state_of(home: Path, source_id: str) -> tuple[str, str]:
    found = list_sources(Settings(home=home), NOW.date())
    return next((state.state, state.reason) for state in found if state.entry.source_id == source_id)


def test_every_network_that_the_field_names_has_an_entry() -> None:
    expected = {*(f"{name}-export" for name in LICENSED), *PUBLIC, *CONTRACT, *CLOSED}
    assert expected - set(SHIPPED) == set()


@pytest.mark.parametrize("source_id", CLOSED)
def test_a_source_without_a_lawful_route_is_refused_for_good_and_says_why(tmp_path: Path, source_id: str) -> None:
    made = entry(source_id)
    state, reason = state_of(tmp_path, source_id)
    assert state == "refused"
    assert made.closed is not None
    assert made.closed in reason
    assert (made.collector, made.query) == ("none", {})
    with pytest.raises(PermissionRefused, match="no lawful route"):
        enable(Settings(home=tmp_path), source_id, confirmed_by_role="operator", now=NOW)
    assert not (tmp_path / "permissions.json").exists()


@pytest.mark.parametrize("source_id", [*(f"{name}-export" for name in LICENSED), *CONTRACT])
def test_a_source_that_needs_a_contract_is_refused_until_one_is_named(tmp_path: Path, source_id: str) -> None:
    assert entry(source_id).collector == CONTRACT.get(source_id, "export")
    state, reason = state_of(tmp_path, source_id)
    assert state == "refused"
    assert "needs a licence on file" in reason
    assert f"listening sources add {source_id} --licence-reference" in reason
    with pytest.raises(PermissionRefused, match="licence on file"):
        enable(Settings(home=tmp_path), source_id, confirmed_by_role="operator", now=NOW)


@pytest.mark.parametrize(("source_id", "collector"), PUBLIC.items())
def test_a_public_source_waits_for_the_operators_review_and_no_more(
    tmp_path: Path, source_id: str, collector: str
) -> None:
    assert entry(source_id).collector == collector
    assert state_of(tmp_path, source_id)[0] == "unreviewed"
    enable(Settings(home=tmp_path), source_id, confirmed_by_role="compliance", now=NOW)
    assert state_of(tmp_path, source_id) == ("ready", "")


@pytest.mark.parametrize("made", SHIPPED.values(), ids=str)
def test_an_entry_allows_what_a_post_needs_and_asks_gently(made: Entry) -> None:
    assert set(ESSENTIAL_FIELDS) <= set(made.fields)
    assert made.rate.requests_per_second <= 2
    assert made.rate.concurrency == 1
    assert made.retention_days <= 90
    assert made.deletion.deadline_hours <= 48


def test_no_two_licensed_sources_share_a_drop() -> None:
    drops = [entry(f"{name}-export").query["drop"] for name in LICENSED]
    assert len(set(drops)) == len(drops)
