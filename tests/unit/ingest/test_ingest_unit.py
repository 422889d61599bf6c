"""One unit of work: batches commit with their cursor, failures carry no text, a unit cut anywhere ends the same."""

import contextlib
import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from units import CANARY, SOURCE, FakeCollector, ingest, make_tools, raw_post

from listening.errors import GateRefusedTooMuch, SourceUnavailable, StageFailed, StoreFull
from listening.store.store import Store


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
