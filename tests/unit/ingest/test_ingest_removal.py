"""What vanished at a source goes here too; who objects is erased, and stays away."""

import contextlib
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from units import CANARY, NOW, SOURCE, WINDOW, FakeCollector, FakeGate, ingest, make_tools, raw_post

from listening.collect.base import Page, Window
from listening.errors import SourceFailed, SourceUnavailable, StageFailed, UsageError
from listening.ingest import ingest_unit
from listening.posts import AuthorLabels, Refusal
from listening.removal import forget_author, reconcile_source


class Pages:
    """Gives what it is handed, and can be walked whole."""

    walks_whole = True

    def __init__(self, *pages, error=None):
        self._pages, self._error = pages, error

    async def pages(self, window, cursor):
        for page in self._pages:
            yield page
        if self._error is not None:
            raise self._error


def aged(number, days, **said):
    return raw_post(number, created_at=NOW - timedelta(days=days), **said)


def stored(store):
    return {key for (key,) in store.sql.rows("select post_key from post")}


def key_of(tools, number):
    return tools.keys.post_key(SOURCE, f"native-{number}")


def reconcile(collector, tools, *, share=0.5, days=60):
    return reconcile_source(
        lambda: contextlib.nullcontext(collector),
        Window(NOW - timedelta(days=days), NOW),
        source_id=SOURCE,
        margin_days=0,
        allowed_share=share,
        keys=tools.keys,
        store=tools.store,
        chain=tools.chain,
        run_id="run-2",
        now=NOW,
    )


def test_a_post_the_source_says_is_deleted_goes_with_its_children_and_its_day_is_counted_anew(tools):
    ingest(Pages(Page(tuple(aged(n, 3) for n in range(4)), {"at": 1})), tools)
    tools.store.sql.rows("delete from changed_day")
    counts = ingest(Pages(Page((), {"at": 2}, gone=("native-2", "native-77"))), tools)
    assert counts.removed == Counter({"deleted": 1})
    assert stored(tools.store) == {key_of(tools, n) for n in (0, 1, 3)}
    for table in ("mention", "post_entity"):
        assert tools.store.sql.rows(f"select count(*) from {table} where post_key = ?", [key_of(tools, 2)]) == [(0,)]
    assert tools.store.sql.rows("select day from changed_day") == [((NOW - timedelta(days=3)).date(),)]
    assert tools.store.sql.rows("select reason, post_count from removal") == [("deleted", 1)]


def test_a_post_that_is_read_and_gone_in_one_batch_is_gone(tools):
    counts = ingest(Pages(Page((raw_post(1), raw_post(2)), {"at": 1}), Page((), {"at": 2}, gone=("native-1",))), tools)
    assert stored(tools.store) == {key_of(tools, 2)}
    assert (counts.stored, counts.removed) == (2, Counter({"deleted": 1}))


def test_a_closed_account_takes_its_posts_of_every_quarter_along(tools):
    # Author 0 wrote in two rotation periods; author 1 stays.
    ingest(Pages(Page((aged(0, 2), aged(5, 150), aged(1, 2)), {"at": 1})), tools)
    counts = ingest(Pages(Page((), {"at": 2}, gone_authors=(f"author-0-{CANARY}",))), tools)
    assert counts.removed == Counter({"account_closed": 2})
    assert stored(tools.store) == {key_of(tools, 1)}


def test_the_chain_tells_each_removal_and_names_nobody(tools, tmp_path):
    ingest(Pages(Page((raw_post(1),), {"at": 1})), tools)
    ingest(Pages(Page((), {"at": 2}, gone=("native-1",))), tools)
    chained = b"".join(path.read_bytes() for path in (tmp_path / "audit").rglob("*") if path.is_file())
    removed = [entry for entry in tools.chain.entries() if entry.get("decision") == "removed"]
    assert [(entry["reason"], entry["post_ref"]) for entry in removed] == [("deleted", key_of(tools, 1)[:32])]
    assert CANARY.encode() not in chained
    assert b"native-1" not in chained


def test_an_author_of_no_kept_cohort_is_dropped_and_counted(tools):
    picky = replace(
        tools,
        label=lambda raw: AuthorLabels(role="nurse" if raw.native_id == "native-1" else "other"),
        keeps=lambda labels: labels.role == "nurse",
    )
    counts = ingest(FakeCollector([raw_post(1), raw_post(2), raw_post(3)]), picky)
    assert counts.stored == 1
    assert counts.refused["collect:not_of_a_kept_cohort"] == 2


class RefusesWithoutLabels(FakeGate):
    """Refuses a post whose author cannot be labelled, as gate 1 does."""

    def one(self, raw, keys, label, screen):
        try:
            return super().one(raw, keys, label, screen)
        except ValueError:
            return Refusal(keys.post_key(raw.source_id, raw.native_id), "label_error")


def test_an_author_whose_labels_fail_is_refused_and_keeps_no_other_out(tmp_path, tools):
    def label(raw):
        if raw.native_id == "native-2":
            raise ValueError(CANARY)
        return AuthorLabels(role="nurse")

    odd = replace(
        make_tools(tools.store, tmp_path, gate=RefusesWithoutLabels()),
        label=label,
        keeps=lambda labels: labels.role == "nurse",
    )
    counts = ingest(FakeCollector([raw_post(1), raw_post(2), raw_post(3)]), odd, share=1.0)
    assert (counts.stored, counts.refused["gate:label_error"]) == (2, 1)


def test_many_tombstones_do_not_pile_up_in_memory(tools):
    pages = [Page((), {"at": n}, gone=tuple(f"native-{n}-{i}" for i in range(10))) for n in range(5)]
    assert ingest(Pages(*pages), tools, batch_size=10).batches == 5


def test_a_walk_that_cannot_read_what_it_meets_removes_nothing(tools):
    ingest(Pages(Page(tuple(aged(n, 10) for n in range(6)), {"at": 1})), tools)
    drifted = Pages(Page((aged(1, 10), aged(2, 10)), {}, {"bad_record": 4, "repost": 9}))
    with pytest.raises(SourceFailed, match="could not read 4 records"):
        reconcile(drifted, tools)
    assert len(stored(tools.store)) == 6
    assert reconcile(drifted, tools, share=0.7).removed == 4


def test_a_walk_removes_what_it_no_longer_meets_and_leaves_the_edges_alone(tools):
    # 7 lies before the window, 8 on its first day, 9 on its last, 6 under a day that only stands in.
    everything = [*(aged(n, 10 + n) for n in range(6)), aged(7, 200), aged(8, 60), aged(9, 0)]
    ingest(Pages(Page(tuple(everything), {"at": 1})), tools)
    before = tools.store.cursor(SOURCE)
    done = reconcile(Pages(Page(tuple(aged(n, 10 + n) for n in (0, 1, 2, 4)), {})), tools)
    assert (done.walked, done.removed) == (4, 2)
    assert stored(tools.store) == {key_of(tools, n) for n in (0, 1, 2, 4, 7, 8, 9)}
    assert tools.store.cursor(SOURCE) == before
    assert list(tools.store.reconciled_at()) == [SOURCE]


def test_a_walk_that_breaks_off_removes_nothing(tools):
    ingest(Pages(Page(tuple(aged(n, 10) for n in range(6)), {"at": 1})), tools)
    gone = SourceUnavailable(source_id=SOURCE, problem="it is down", remedy="Wait.")
    with pytest.raises(SourceUnavailable):
        reconcile(Pages(Page((aged(1, 10),), {}), error=gone), tools)
    with pytest.raises(StageFailed) as caught:
        reconcile(Pages(error=ValueError(CANARY)), tools)
    assert CANARY not in f"{caught.value!r}{caught.value.__context__!r}"
    assert len(stored(tools.store)) == 6


def test_a_walk_that_misses_too_much_removes_nothing_unless_it_is_allowed(tools):
    ingest(Pages(Page(tuple(aged(n, 10) for n in range(30)), {"at": 1})), tools)
    walked = Pages(Page((aged(1, 10),), {}))
    with pytest.raises(SourceFailed, match="29 of 30"):
        reconcile(walked, tools)
    assert len(stored(tools.store)) == 30
    assert reconcile(walked, tools, share=1.0).removed == 29


def test_a_source_that_cannot_be_walked_whole_is_not_held_against_the_store(tools):
    capped = Pages()
    capped.walks_whole = False
    with pytest.raises(UsageError, match="cannot be walked whole"):
        reconcile(capped, tools)


@pytest.mark.parametrize("said", [f"author-0-{CANARY}", f"@AUTHOR-0-{CANARY}"])
def test_who_objects_is_erased_and_never_comes_back(tools, said):
    posts = tuple(aged(n, n * 20) for n in range(10))  # authors 0 to 4, two posts each, over three quarters
    ingest(Pages(Page(posts, {"at": 1})), tools)
    removed = forget_author(
        said, [SOURCE], keys=tools.keys, store=tools.store, chain=tools.chain, run_id="run-2", now=NOW
    )
    assert removed == 2
    counts = ingest(Pages(Page((*posts, raw_post(20)), {"at": 2})), tools)
    assert counts.refused["collect:author_objected"] == 3
    assert not {key_of(tools, n) for n in (0, 5, 20)} & stored(tools.store)
    assert len(stored(tools.store)) == 8


def test_a_source_whose_form_changed_fails_loudly_and_keeps_what_could_be_read(tools):
    pages = Pages(Page(tuple(raw_post(n) for n in range(10)), {"at": 1}, {"bad_record": 15, "repost": 40}))

    def run(share):
        return ingest_unit(
            lambda: contextlib.nullcontext(pages), WINDOW, tools, source_id=SOURCE, run_id="run-1", now=NOW,
            batch_size=10, allowed_refused_share=1.0, allowed_unread_share=share,
        )  # fmt: skip

    with pytest.raises(SourceFailed, match="15 of 65 records"):
        run(0.2)
    assert len(stored(tools.store)) == 10
    assert run(0.3).unchanged == 10
