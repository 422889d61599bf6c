"""What a committed batch leaves behind."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tagged import MONDAY, batch, key, post

from listening.errors import StoreError
from listening.posts import Link
from listening.store.store import BatchCounts, Store

ABOUT = [("product", "pembrolizumab"), ("topic", "workload")]
SLOW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "home" / "restricted.duckdb") as opened:
        yield opened


def count(store: Store, table: str) -> int:
    return store.sql.rows(f"select count(*) from {table}")[0][0]


def test_a_new_store_is_empty(store: Store) -> None:
    assert not store.has_posts()
    assert store.cursor("med-mastodon") is None
    assert store.last_runs(5) == []


def test_only_the_owner_may_read_the_file(store: Store, tmp_path: Path) -> None:
    assert (tmp_path / "home" / "restricted.duckdb").stat().st_mode & 0o077 == 0


def test_a_post_is_stored_with_its_children(store: Store) -> None:
    one = post(
        1, about=ABOUT, denies=[("condition", "asthma")], entities={"PERSON": 2}, links=(Link("nejm.org", "10.1/x"),)
    )
    assert store.commit_batch(batch(1, [one])) == BatchCounts(new=1, updated=0, unchanged=0)
    assert store.has_posts()
    assert store.sql.rows("select post_key, day, specialty from post") == [(one.post.post_key, MONDAY, "oncology")]
    assert store.sql.rows("select entity_type, span_count from post_entity") == [("PERSON", 2)]
    assert store.sql.rows("select domain, doi, pmid from post_link") == [("nejm.org", "10.1/x", None)]
    assert store.sql.rows("select concept_id, is_negated, day from mention order by all") == [
        ("asthma", True, MONDAY),
        ("pembrolizumab", False, MONDAY),
        ("workload", False, MONDAY),
    ]


def test_the_cursor_and_the_audit_head_move_with_the_batch(store: Store) -> None:
    store.commit_batch(batch(1, [post(1)], cursor={"since": "a"}, audit_last=4, audit_head="h4"))
    store.commit_batch(batch(2, [], cursor={"since": "b"}, audit_first=None, audit_last=None, audit_head="h4"))
    assert store.cursor("med-mastodon") == {"since": "b"}
    assert store.audit_heads() == [(4, "h4")]


def test_a_repeat_changes_nothing(store: Store) -> None:
    posts = [post(n, about=ABOUT) for n in range(5)]
    store.commit_batch(batch(1, posts))
    before = store.rows_digest()
    assert store.commit_batch(batch(2, posts)) == BatchCounts(new=0, updated=0, unchanged=5)
    assert store.rows_digest() == before


def test_an_edit_replaces_the_row_and_its_children(store: Store) -> None:
    store.commit_batch(batch(1, [post(1, about=ABOUT, entities={"PERSON": 1}), post(2, about=ABOUT)]))
    edited = post(1, about=[("topic", "burnout")], content="b", text="Another redacted post.")
    assert store.commit_batch(batch(2, [edited])) == BatchCounts(new=0, updated=1, unchanged=0)
    assert store.sql.rows("select redacted_text from post where content_tag = 'b'") == [("Another redacted post.",)]
    assert store.sql.rows("select concept_id from mention where post_key = ?", [edited.post.post_key]) == [("burnout",)]
    assert (count(store, "post"), count(store, "mention"), count(store, "post_entity")) == (2, 3, 0)


@pytest.mark.parametrize("change", [{"policy": "p2"}, {"tagger": "t2"}])
def test_a_new_version_is_an_update(store: Store, change: dict[str, str]) -> None:
    store.commit_batch(batch(1, [post(1)]))
    assert store.commit_batch(batch(2, [post(1, **change)])) == BatchCounts(new=0, updated=1, unchanged=0)


def test_unchanged_names_the_posts_that_are_stored_as_they_are(store: Store) -> None:
    store.commit_batch(batch(1, [post(n) for n in range(3)]))
    asked = [post(0).post, post(1, content="b").post, post(2, policy="p2").post, post(9).post]
    assert store.unchanged(asked, vocabulary_version="v1", tagger_version="t1") == {asked[0].post_key}
    assert store.unchanged(asked, vocabulary_version="v1", tagger_version="t2") == set()
    assert store.unchanged([], vocabulary_version="v1", tagger_version="t1") == set()


def test_what_a_run_committed_of_a_source_is_told(store: Store) -> None:
    store.commit_batch(batch(1, [post(n) for n in range(3)], refusals={("gate", "language"): 2}))
    store.commit_batch(batch(2, [post(2, content="b")], refusals={("gate", "language"): 1, ("collect", "bad_date"): 1}))
    told = store.committed("run-1", "med-mastodon")
    assert told == {
        "new": 3,
        "updated": 1,
        "unchanged": 0,
        "batches": 2,
        "refused": {"collect:bad_date": 1, "gate:language": 3},
        "removed": {},
    }
    assert store.committed("run-1", "nobody")["batches"] == 0


def test_a_clamped_day_stays_that_of_the_first_collection(store: Store) -> None:
    later = MONDAY + timedelta(days=9)
    store.commit_batch(batch(1, [post(1, is_day_clamped=True, about=ABOUT)]))
    store.commit_batch(batch(2, [post(1, is_day_clamped=True, about=ABOUT, day=later, content="b")]))
    assert store.sql.rows("select day, is_day_clamped from post") == [(MONDAY, True)]
    assert store.sql.rows("select distinct day from mention") == [(MONDAY,)]


def test_a_day_the_source_corrects_replaces_a_clamped_one(store: Store) -> None:
    later = MONDAY + timedelta(days=9)
    store.commit_batch(batch(1, [post(1, is_day_clamped=True)]))
    store.commit_batch(batch(2, [post(1, day=later, content="b")]))
    assert store.sql.rows("select day, is_day_clamped from post") == [(later, False)]


def test_of_duplicates_in_a_batch_the_last_wins(store: Store) -> None:
    counts = store.commit_batch(batch(1, [post(1, content="a", text="first"), post(1, content="b", text="last")]))
    assert counts == BatchCounts(new=1, updated=0, unchanged=0)
    assert store.sql.rows("select redacted_text from post") == [("last",)]


def test_refusals_add_up_over_the_batches_of_a_run(store: Store) -> None:
    store.commit_batch(batch(1, [], refusals={("gate", "language"): 2, ("collect", "opt_out"): 0}))
    store.commit_batch(batch(2, [], refusals={("gate", "language"): 3}))
    assert store.sql.rows("select stage, reason, post_count from refusal") == [("gate", "language", 5)]


def test_a_batch_that_fails_half_way_leaves_nothing(store: Store) -> None:
    store.commit_batch(batch(1, [post(1)], cursor={"since": 1}))
    before = store.rows_digest()
    with pytest.raises(StoreError):
        store.commit_batch(batch(2, [post(2), post(3, day=date(1999, 1, 1))], cursor={"since": 2}))
    with pytest.raises(StoreError):  # The batch's own row comes last; its id is taken.
        store.commit_batch(batch(1, [post(4)], cursor={"since": 3}))
    assert store.rows_digest() == before
    assert store.cursor("med-mastodon") == {"since": 1}
    assert store.commit_batch(batch(3, [post(2)])).new == 1


def test_an_error_quotes_no_value_and_keeps_no_other_error(store: Store) -> None:
    with pytest.raises(StoreError) as caught:
        store.commit_batch(batch(1, [post(1, country="canary-1234", text="canary-5678", day=date(1999, 1, 1))]))
    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_runs_are_remembered_the_last_first(store: Store) -> None:
    start = datetime(2026, 11, 2, 6, tzinfo=UTC)
    store.begin_run("run-1", started_at=start, versions={"policy": "p1"})
    store.finish_run("run-1", {"seen": 7}, ended_at=start + timedelta(minutes=1))
    store.begin_run("run-2", started_at=start + timedelta(days=1), versions={})
    second, first = store.last_runs(5)
    assert (second.run_id, second.ended_at, second.summary) == ("run-2", None, None)
    assert (first.summary, first.versions) == ({"seen": 7}, {"policy": "p1"})
    assert first.ended_at == "2026-11-02T06:01:00+00:00"
    assert len(store.last_runs(1)) == 1


def test_threads_may_share_the_store(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda n: store.commit_batch(batch(n, [post((n, i)) for i in range(20)])), range(8)))
    assert sum(one.new for one in counts) == 160
    assert count(store, "post") == 160
    assert count(store, "batch") == 8


def test_reopening_gives_the_same_rows(tmp_path: Path) -> None:
    path = tmp_path / "restricted.duckdb"
    with Store.open(path) as first:
        first.commit_batch(batch(1, [post(n, about=ABOUT) for n in range(9)]))
        digest = first.rows_digest()
    with Store.open(path) as again:
        assert again.rows_digest() == digest
        assert json.loads(again.sql.rows("select cursor from source_cursor")[0][0]) == {"since": 1}


versions = st.lists(st.tuples(st.integers(0, 6), st.sampled_from("abc"), st.integers(0, 20)), max_size=24)


@SLOW
@given(history=versions, cuts=st.lists(st.integers(0, 24), max_size=4))
def test_cutting_the_posts_into_batches_anywhere_gives_the_same_rows(tmp_path_factory, history, cuts) -> None:
    posts = [
        post(number, content=f"{content}{day}", text=content, day=MONDAY + timedelta(days=day), about=ABOUT[: day % 3])
        for number, content, day in history
    ]
    digests = set()
    for edges in ([0, len(posts)], sorted({0, len(posts), *(min(cut, len(posts)) for cut in cuts)})):
        with Store.open(tmp_path_factory.mktemp("store") / "restricted.duckdb") as store:
            for index, (start, end) in enumerate(pairwise(edges)):
                store.commit_batch(batch(index, posts[start:end]))
            digests.add(store.rows_digest())
    assert len(digests) == 1


def test_the_digest_sees_a_change_of_any_table(store: Store) -> None:
    seen = {store.rows_digest()}
    for number, one in enumerate(
        [post(1), post(1, content="b"), post(1, content="c", about=ABOUT), post(1, content="d", entities={"PERSON": 1})]
    ):
        store.commit_batch(batch(number, [one]))
        seen.add(store.rows_digest())
    assert len(seen) == 5


def test_keys_are_made_of_hex_digits_only() -> None:
    assert len(key("x")) == 64
    assert date(2026, 11, 2).isoweekday() == 1 == MONDAY.isoweekday()


def test_stores_opened_by_several_threads_take_turns(tmp_path: Path) -> None:
    """A source a thread, each with a store of its own: they change the same days, and no transaction fails for it."""
    path = tmp_path / "restricted.duckdb"
    with Store.open(path):
        pass

    def write(source: int) -> int:
        with Store.open(path) as own:
            for number in range(15):
                posts = [post(1000 * source + 10 * number + n, about=ABOUT) for n in range(5)]
                own.commit_batch(batch(f"{source}-{number}", posts))
        return source

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(write, range(4))) == [0, 1, 2, 3]
    with Store.open(path) as store:
        assert count(store, "post") == 4 * 15 * 5
