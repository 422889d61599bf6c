from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import pytest

from listening.samples.compose import DEMO_TAGS
from listening.samples.html import status_html
from listening.samples.server import DemoServer
from listening.samples.write import write_feeds


@pytest.fixture(scope="module")
def feeds(sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("feeds")
    return folder, write_feeds(sample, folder)


@pytest.fixture
def client(sample, feeds):
    with DemoServer(sample, feeds[0]) as server, httpx.Client(base_url=server.base_url) as client:
        client.demo = server
        yield client


def has_tag(post, tag):
    return tag in {name.lower() for name in post.tags}


def walk_forward(client, tag, limit=40):
    newest = "0"
    while page := client.get(f"/api/v1/timelines/tag/{tag}", params={"min_id": newest, "limit": limit}).json():
        yield page
        newest = page[0]["id"]


def test_paging_forward_meets_every_post_of_a_tag_exactly_once(client, sample):
    for tag in DEMO_TAGS:
        met = [status["uri"] for page in walk_forward(client, tag) for status in page]
        wanted = {post.native_id for post in sample.of_channel("mastodon") if has_tag(post, tag)}
        assert len(met) == len(wanted)
        assert set(met) == wanted


def test_the_demo_tags_together_hold_every_post(client, sample):
    met = {status["uri"] for tag in DEMO_TAGS for page in walk_forward(client, tag) for status in page}
    assert met == {post.native_id for post in sample.of_channel("mastodon")}


def test_pages_are_newest_first_and_hold_at_most_forty(client):
    pages = list(walk_forward(client, "foamed", limit=400))
    assert all(len(page) <= 40 for page in pages)
    for page in pages:
        ids = [int(status["id"]) for status in page]
        assert ids == sorted(ids, reverse=True)


def test_the_next_link_walks_back_through_everything(client, sample):
    url, met = "/api/v1/timelines/tag/wardlife?limit=40", []
    while True:
        answer = client.get(url)
        if not answer.json():
            break
        met += [status["uri"] for status in answer.json()]
        url = answer.links["next"]["url"]
        assert "max_id=" in url
        assert "min_id=" in answer.links["prev"]["url"]
    assert len(met) == len(set(met)) == sum(has_tag(post, "wardlife") for post in sample.of_channel("mastodon"))


def test_since_id_gives_the_newest_page_and_skips_the_gap(client):
    whole = [status["id"] for page in walk_forward(client, "foamed") for status in page]
    oldest, newest = min(whole, key=int), max(whole, key=int)
    since = client.get("/api/v1/timelines/tag/foamed", params={"since_id": oldest, "limit": 5}).json()
    after = client.get("/api/v1/timelines/tag/foamed", params={"min_id": oldest, "limit": 5}).json()
    assert since[0]["id"] == newest
    assert sorted(map(int, whole))[1:6] == sorted(int(status["id"]) for status in after)


def test_a_status_has_the_shape_of_mastodon_4_6(client):
    status = client.get("/api/v1/timelines/tag/foamed", params={"limit": 1}).json()[0]
    assert status["created_at"].endswith("Z")
    assert status["created_at"][-5] == "."
    assert status["content"].startswith("<p>")
    assert {"note", "indexable", "noindex", "discoverable", "acct", "display_name", "fields"} <= set(status["account"])
    assert status["visibility"] == "public"
    assert status["uri"].endswith(status["id"])


def test_opt_outs_come_in_all_three_forms_and_unset_stays_null(client):
    accounts = [s["account"] for tag in DEMO_TAGS for page in walk_forward(client, tag) for s in page]
    assert any(account["noindex"] is True for account in accounts)
    assert any(account["indexable"] is False for account in accounts)
    assert {account["discoverable"] for account in accounts} == {True, False, None}


def test_rate_limit_headers_count_down_to_an_iso_reset(client):
    first, second = (client.get("/api/v2/instance") for _ in range(2))
    assert int(first.headers["x-ratelimit-remaining"]) - int(second.headers["x-ratelimit-remaining"]) == 1
    reset = datetime.fromisoformat(first.headers["x-ratelimit-reset"])
    assert first.headers["x-ratelimit-reset"].endswith("Z")
    assert 0 < (reset - datetime.now(UTC)).total_seconds() <= 300


def test_past_the_limit_the_answer_is_429(sample, feeds):
    with DemoServer(sample, feeds[0], rate_limit=2) as server:
        codes = [httpx.get(f"{server.base_url}/api/v2/instance").status_code for _ in range(3)]
        assert httpx.get(f"{server.base_url}/robots.txt").status_code == 200
    assert codes == [200, 200, 429]


def test_the_instance_says_that_hashtags_are_public(client):
    access = client.get("/api/v2/instance").json()["configuration"]["timelines_access"]
    assert access["hashtag_feeds"] == {"local": "public", "remote": "public"}


def test_feeds_answer_304_to_their_own_validators(client, feeds):
    for path in feeds[1]:
        first = client.get(path)
        assert first.status_code == 200
        by_tag = client.get(path, headers={"If-None-Match": first.headers["etag"]})
        by_date = client.get(path, headers={"If-Modified-Since": first.headers["last-modified"]})
        other = client.get(
            path, headers={"If-None-Match": '"other"', "If-Modified-Since": first.headers["last-modified"]}
        )
        assert (by_tag.status_code, by_date.status_code, other.status_code) == (304, 304, 200)
        assert by_tag.content == b""
    assert parsedate_to_datetime(first.headers["last-modified"])


def test_robots_allows_and_strangers_get_404(client):
    assert "User-agent: *" in client.get("/robots.txt").text
    for path in ("/feeds/none.xml", "/api/v1/accounts/1", "/feeds/../robots.txt%00", "/etc/passwd"):
        assert client.get(path).status_code == 404


def test_a_head_request_has_no_body(client, feeds):
    answer = client.head(feeds[1][0])
    assert answer.status_code == 200
    assert answer.content == b""


def test_the_server_writes_nothing_and_counts_requests(client, capfd):
    before = client.demo.requests
    client.get("/robots.txt")
    assert client.demo.requests == before + 1
    assert capfd.readouterr() == ("", "")


def test_a_server_that_does_not_run_has_no_address(sample, feeds):
    with pytest.raises(RuntimeError, match="not running"):
        _ = DemoServer(sample, feeds[0]).base_url


def test_links_and_names_in_a_status_are_escaped(sample):
    for post in sample.of_channel("mastodon"):
        assert "<script" not in status_html(post)
        assert all(f"tags/{tag.lower()}" in status_html(post) for tag in post.tags)
