"""One unit of work: batches commit with their cursor, failures carry no text, a unit cut anywhere ends the same."""

import contextlib
import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listening.audit.chain import AuditChain
from listening.collect.base import Page, Window
from listening.errors import GateRefusedTooMuch, SourceUnavailable, StageFailed, StoreFull
from listening.identity.keys import Keys
from listening.ingest import Tools, ingest_unit
from listening.posts import (
    NO_ENGAGEMENT,
    AuthorLabels,
    Mention,
    Randomisation,
    RedactedSpan,
    RedactedText,
    Refusal,
    SafePost,
    SafetyElements,
    SourceId,
    TaggedPost,
)
from listening.raw import RawPost
from listening.store.store import Store

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
WINDOW = Window(NOW - timedelta(days=7), NOW)
SOURCE = SourceId("fake-source")
CANARY = "canary-3391"


def raw_post(number, *, text=None, created_at=NOW):
    return RawPost(
        source_id=SOURCE,
        native_id=f"native-{number}",
        text=text or f"post {number} by {CANARY}",
        created_at=created_at,
        author_handle=f"author-{number % 5}-{CANARY}",
    )


class FakeCollector:
    """Serves posts in pages of five; the cursor is the count of those served. Can break off where it is told."""

    def __init__(self, posts, *, page=5, break_after=None, error=None):
        self.posts, self.page, self.break_after, self.error = posts, page, break_after, error

    async def pages(self, window, cursor):
        at = cursor["served"] if cursor else 0
        while at < len(self.posts):
            if self.break_after is not None and at >= self.break_after:
                raise self.error
            batch = self.posts[at : at + self.page]
            at += len(batch)
            yield Page(tuple(batch), {"served": at}, {"repost": 1})


class FakeGate:
    """Passes every post with one span, but refuses texts that begin with `refuse:`."""

    policy_version = "policy-1"
    gate_version = "gate-1"
    randomisation = Randomisation("policy-1")

    def pass_posts(self, raws, *, keys, collected_at, label, screen):
        return [self.one(raw, keys, label, screen) for raw in raws]

    def one(self, raw, keys, label, screen):
        post_key = keys.post_key(raw.source_id, raw.native_id)
        if raw.text.startswith("refuse:"):
            return Refusal(post_key, raw.text.split(":")[1])
        span = RedactedSpan(8, 20, 8, 16, "PERSON", 0.9, 0.5, "Fake", None, "replace", "<PERSON>")
        return SafePost(
            post_key=post_key,
            author_key=keys.author_key(raw.source_id, raw.author_handle, raw.created_at.date()),
            source_id=raw.source_id,
            day=raw.created_at.date(),
            hour=raw.created_at.hour,
            is_day_clamped=False,
            text=RedactedText(raw.text.replace(CANARY, "<PERSON>")),
            language="en",
            labels=label(raw),
            engagement=NO_ENGAGEMENT,
            links=(),
            content_hints=(),
            is_reply=False,
            is_repost=False,
            is_quote=False,
            policy_version=self.policy_version,
            gate_version=self.gate_version,
            content_tag=keys.content_tag(raw.text),
            spans=(span,),
            entity_counts={"PERSON": 1},
            safety=screen(raw),
        )


class FakeTagger:
    vocabulary_version = "vocabulary-1"
    tagger_version = "tagger-1"

    def tag_posts(self, posts):
        mention = Mention("topic", "topic:workload", "Workload", None, None, 1.0)
        return [TaggedPost(post, (mention,), False, self.vocabulary_version, self.tagger_version) for post in posts]


@pytest.fixture
def tools(tmp_path):
    with Store.open(tmp_path / "restricted.duckdb") as store:
        yield make_tools(store, tmp_path)


def make_tools(store, folder, *, gate=None, tagger=None):
    return Tools(
        gate=gate or FakeGate(),
        tagger=tagger or FakeTagger(),
        keys=Keys(b"k" * 32),
        label=lambda raw: AuthorLabels(role="nurse"),
        screen=lambda raw: SafetyElements(),
        store=store,
        chain=AuditChain(folder / "audit"),
    )


def ingest(collector, tools, *, batch_size=10, share=0.5, report=lambda counts: None):
    return ingest_unit(
        lambda: contextlib.nullcontext(collector),
        WINDOW,
        tools,
        source_id=SOURCE,
        run_id="run-1",
        now=NOW,
        batch_size=batch_size,
        allowed_refused_share=share,
        report=report,
    )


def test_posts_are_stored_counted_and_chained(tools):
    posts = [raw_post(number) for number in range(23)] + [raw_post(99, text="refuse:language")]
    counts = ingest(FakeCollector(posts), tools)
    assert (counts.seen, counts.stored, counts.updated, counts.unchanged) == (29, 23, 0, 0)
    assert counts.refused == Counter({"collect:repost": 5, "gate:language": 1})
    assert (counts.entities["PERSON"], counts.mentions["topic"], counts.batches) == (23, 23, 3)
    entries = list(tools.chain.entries())
    assert Counter((entry["event"], entry.get("decision")) for entry in entries) == {
        ("span", None): 23,
        ("post", "stored"): 23,
        ("post", "refused"): 1,
    }
    assert tools.chain.verify().entries == 47
    told = counts.as_json()
    assert json.loads(json.dumps(told)) == told
    assert told["refused"] == {"collect:repost": 5, "gate:language": 1}


def test_every_seen_post_is_accounted_for(tools):
    posts = [raw_post(number % 9) for number in range(20)] + [raw_post(40, text="refuse:empty")]
    counts = ingest(FakeCollector(posts), tools)
    assert counts.seen == counts.stored + counts.updated + counts.unchanged + sum(counts.refused.values())


def test_a_second_run_over_an_unchanged_source_stores_nothing(tools):
    posts = [raw_post(number) for number in range(12)]
    ingest(FakeCollector(posts), tools)
    before = tools.store.rows_digest(), tools.chain.head()
    counts = ingest(FakeCollector(posts), tools)
    assert (counts.seen, counts.stored) == (0, 0)
    assert (tools.store.rows_digest(), tools.chain.head()) == before


def test_a_repeat_under_a_lost_cursor_is_known_and_not_tagged_again(tools):
    posts = [raw_post(number) for number in range(12)]
    ingest(FakeCollector(posts), tools)
    head = tools.chain.head()

    class Forgetful(FakeCollector):
        def pages(self, window, cursor):
            return super().pages(window, None)

    counts = ingest(Forgetful(posts), tools)
    assert (counts.stored, counts.updated, counts.unchanged) == (0, 0, 12)
    assert tools.chain.head() == head


def test_an_edit_replaces_the_row(tools):
    ingest(FakeCollector([raw_post(1)]), tools)
    counts = ingest(FakeCollector([raw_post(0), raw_post(1, text=f"edited {CANARY}")]), tools)
    assert (counts.stored, counts.updated) == (0, 1)
    assert tools.store.sql.rows("select redacted_text from post") == [("edited <PERSON>",)]


def test_what_was_committed_before_a_failure_stays_and_the_next_call_goes_on(tools):
    posts = [raw_post(number) for number in range(30)]
    down = SourceUnavailable(source_id=SOURCE, problem="it is down", remedy="Try later.")
    with pytest.raises(SourceUnavailable):
        ingest(FakeCollector(posts, break_after=15, error=down), tools)
    assert tools.store.cursor(SOURCE) == {"served": 15}
    counts = ingest(FakeCollector(posts), tools)
    assert counts.stored == 15


@given(cuts=st.lists(st.integers(0, 40), max_size=4), batch_size=st.integers(1, 50), page=st.integers(1, 12))
@settings(max_examples=12, deadline=None)
def test_a_unit_cut_anywhere_and_repeated_ends_with_the_same_rows(tmp_path_factory, cuts, batch_size, page):
    posts = [raw_post(number) for number in range(40)]
    digests = []
    for breaks in ([], cuts):
        folder = tmp_path_factory.mktemp("home")
        with Store.open(folder / "restricted.duckdb") as store:
            tools = make_tools(store, folder)
            for cut in breaks:
                down = SourceUnavailable(source_id=SOURCE, problem="it is down", remedy="Try later.")
                with contextlib.suppress(SourceUnavailable):
                    ingest(FakeCollector(posts, page=page, break_after=cut, error=down), tools, batch_size=batch_size)
            ingest(FakeCollector(posts, page=page), tools, batch_size=batch_size)
            digests.append(store.rows_digest())
            tools.chain.verify()
    assert digests[0] == digests[1]


class Broken:
    """Stands in for a tool that fails with the post's text in its message."""

    policy_version = gate_version = vocabulary_version = tagger_version = "1"

    def pass_posts(self, raws, **_):
        raise ValueError(raws[0].text)

    def tag_posts(self, posts):
        try:
            raise KeyError(posts[0].text + CANARY)
        except KeyError as error:
            raise RuntimeError(CANARY) from error


@pytest.mark.parametrize(
    ("stage", "parts"), [("gate", {"gate": Broken()}), ("tag", {"tagger": Broken()})], ids=["gate", "tag"]
)
def test_an_unforeseen_failure_names_stage_and_type_and_carries_no_text(tmp_path, stage, parts):
    with Store.open(tmp_path / "restricted.duckdb") as store:
        tools = make_tools(store, tmp_path, **parts)
        with pytest.raises(StageFailed) as caught:
            ingest(FakeCollector([raw_post(1)]), tools)
    assert caught.value.stage == stage
    assert_clean(caught.value)


def test_an_unforeseen_failure_of_a_collector_carries_no_text(tools):
    collector = FakeCollector([raw_post(1)] * 20, break_after=5, error=OSError(CANARY))
    with pytest.raises(StageFailed) as caught:
        ingest(collector, tools)
    assert (caught.value.stage, caught.value.error_type) == ("collect", "OSError")
    assert_clean(caught.value)


def test_a_full_disk_is_told_as_such(tools):
    collector = FakeCollector([raw_post(1)], break_after=0, error=OSError(28, CANARY))
    with pytest.raises(StoreFull) as caught:
        ingest(collector, tools)
    assert_clean(caught.value)


def assert_clean(error):
    while error is not None:
        assert CANARY not in str(error) + repr(error)
        assert error.__context__ is None
        error = error.__cause__


def test_a_gate_that_refuses_too_much_fails_the_unit_after_counting(tools):
    posts = [raw_post(number, text="refuse:analyser_error") for number in range(30)]
    with pytest.raises(GateRefusedTooMuch) as caught:
        ingest(FakeCollector(posts), tools)
    assert (caught.value.refused, caught.value.exit_code) == (30, 12)
    assert tools.store.sql.rows("select sum(post_count) from refusal where stage = 'gate'") == [(30,)]


def test_other_languages_do_not_fail_a_source(tools):
    posts = [raw_post(number, text="refuse:language") for number in range(30)]
    assert ingest(FakeCollector(posts), tools).stored == 0


def test_progress_is_told_after_each_commit(tools):
    told = []
    ingest(FakeCollector([raw_post(n) for n in range(25)]), tools, report=lambda counts: told.append(counts.stored))
    assert told == [10, 20, 25]
