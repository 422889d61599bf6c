"""The marts: rows given, rows expected; and a build in parts equals a build at once."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tagged import MONDAY, VERSIONS, batch, post, vocabulary

from listening.drivers.marts import build_marts, read_marts, run_checks
from listening.drivers.statistics import log_odds
from listening.drivers.windows import Days, in_pieces, stale_weeks
from listening.errors import CheckFailed, StoreError
from listening.settings import Settings
from listening.store.store import Store

NOW = datetime(2026, 11, 30, tzinfo=UTC)
WORDS = vocabulary(
    {"pembrolizumab": "pd1", "nivolumab": "pd1", "pd1": "oncology-drugs", "oncology-drugs": None, "workload": None},
    kinds={"workload": "topic", "oncology-drugs": "topic"},
)
PEMBRO, NIVO, WORK = ("product", "pembrolizumab"), ("product", "nivolumab"), ("topic", "workload")
MARTS = ["cohort_daily", "cohort_weekly", "driver_daily", "driver_weekly"]


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "restricted.duckdb") as opened:
        yield opened


def build(store: Store, *, versions=VERSIONS, **changes) -> dict[str, int]:
    chosen = Settings(home=Path("unused"), **changes)
    return build_marts(store, settings=chosen, versions=versions, now=NOW, vocabulary=WORDS)


def weekly(store: Store, columns: str, where: str) -> list[tuple]:
    return store.sql.rows(f"select {columns} from driver_weekly where {where} order by all")


def content(store: Store) -> dict[str, list[tuple]]:
    return {mart: store.sql.rows(f"select * from {mart} order by all") for mart in MARTS}


def test_a_post_counts_once_per_concept_and_for_what_it_rolls_up_to(store: Store) -> None:
    store.commit_batch(batch(1, [post(1, about=[PEMBRO, PEMBRO, NIVO, WORK])]))
    build(store)
    assert weekly(store, "kind, concept_id, posts", "cohort_level = 'all'") == [
        ("product", "nivolumab", 1),
        ("product", "pd1", 1),
        ("product", "pembrolizumab", 1),
        ("topic", "workload", 1),
    ]


def test_an_authors_repeated_text_counts_once_a_week_and_on_its_first_day(store: Store) -> None:
    tuesday, next_week = MONDAY + timedelta(days=1), MONDAY + timedelta(weeks=1)
    posts = [
        post(1, about=[WORK], day=tuesday, text_tags=("whole", "near-1")),
        post(2, about=[WORK], day=MONDAY, text_tags=("whole", "near-1")),
        post(3, about=[WORK], day=tuesday, text_tags=("other", "near-1")),
        post(4, about=[WORK], day=next_week, text_tags=("whole", "near-1")),
        post(5, about=[WORK], day=tuesday, author=2, text_tags=("whole", "near-1")),
        post(6, about=[WORK], day=tuesday, text_tags=("different",)),
        post(7, about=[WORK], day=tuesday),
    ]
    store.commit_batch(batch(1, posts))
    build(store)
    run_checks(store)
    assert weekly(store, "period_day, posts, authors", "cohort_level = 'all'") == [(MONDAY, 4, 2), (next_week, 1, 1)]
    days = store.sql.rows("select period_day, posts from cohort_daily where cohort_level = 'all' order by all")
    assert days == [(MONDAY, 1), (tuesday, 3), (next_week, 1)]


def test_a_topic_that_only_groups_others_counts_where_it_is_mentioned_itself(store: Store) -> None:
    words = vocabulary(
        {"areas": None, "oncology": "areas", "breast": "oncology", "class": None, "drug": "class"},
        kinds={"areas": "topic", "oncology": "topic", "breast": "topic"},
    )
    about = [("topic", "breast"), ("product", "drug")]
    store.commit_batch(batch(1, [post(1, about=about), post(2, author=2, about=[("topic", "areas")])]))
    build_marts(store, settings=Settings(home=Path("unused")), versions=VERSIONS, now=NOW, vocabulary=words)
    assert weekly(store, "concept_id, posts", "cohort_level = 'all'") == [
        ("areas", 1),
        ("breast", 1),
        ("class", 1),
        ("drug", 1),
        ("oncology", 1),
    ]


def test_a_vocabulary_that_rolls_up_otherwise_rebuilds_whole(store: Store) -> None:
    store.commit_batch(batch(1, [post(1, about=[PEMBRO], day=MONDAY - timedelta(weeks=30)), post(2, about=[NIVO])]))
    build(store)
    flat = vocabulary({"pembrolizumab": None, "nivolumab": "pd1", "pd1": None})
    build_marts(store, settings=Settings(home=Path("unused")), versions=VERSIONS, now=NOW, vocabulary=flat)
    assert weekly(store, "concept_id", "cohort_level = 'all'") == [("nivolumab",), ("pd1",), ("pembrolizumab",)]
    assert store.sql.rows("select concept_id, parent_id from concept order by all") == [
        ("nivolumab", "pd1"),
        ("pd1", None),
        ("pembrolizumab", None),
    ]


def test_weeks_whose_posts_are_what_they_were_are_not_done_again(store: Store) -> None:
    posts = [post(week, author=week, day=MONDAY + timedelta(weeks=week), about=[WORK]) for week in range(5)]
    store.commit_batch(batch(1, posts))
    build(store, mart_lookback_days=400)
    store.sql.rows("update driver_weekly set engagement = 7")  # Whatever is done again loses the mark.
    store.sql.rows("insert into changed_day select distinct day from post")
    build(store, mart_lookback_days=400)
    assert weekly(store, "count(*)", "engagement = 7 and cohort_level = 'all'") == [(5,)]
    late = post("late", author=9, day=MONDAY + timedelta(weeks=2), about=[WORK])
    store.commit_batch(batch(2, [late]))
    build(store, mart_lookback_days=1)
    assert weekly(store, "count(*)", "engagement = 7 and cohort_level = 'all'") == [(2,)]


def test_what_a_post_denies_does_not_count(store: Store) -> None:
    store.commit_batch(batch(1, [post(1, denies=[WORK]), post(2, author=2, about=[WORK])]))
    build(store)
    assert weekly(store, "posts, cohort_posts, voice_share", "cohort_level = 'all'") == [(1, 2, 0.5)]


def test_authors_are_counted_once_and_weigh_only_so_much(store: Store) -> None:
    loud = [post(n, author="loud", about=[WORK], likes=1_000_000) for n in range(9)]
    store.commit_batch(batch(1, [*loud, post("calm", author="calm", about=[WORK], likes=0)]))
    build(store)
    assert weekly(store, "posts, authors, engagement", "cohort_level = 'all'") == [(10, 2, 20.0)]


def test_cohorts_are_everybody_each_label_and_specialty_by_country(store: Store) -> None:
    store.commit_batch(batch(1, [post(1, about=[WORK], specialty=None, country="FR", role="nurse")]))
    build(store)
    assert weekly(store, "cohort_level, source_id, role, specialty, country, language", "true") == [
        ("all", "all", "all", "all", "all", "all"),
        ("country", "all", "all", "all", "FR", "all"),
        ("language", "all", "all", "all", "all", "en"),
        ("role", "all", "nurse", "all", "all", "all"),
        ("source", "med-mastodon", "all", "all", "all", "all"),
        ("specialty", "all", "all", "unknown", "all", "all"),
        ("specialty_country", "all", "all", "unknown", "FR", "all"),
    ]


def test_a_week_begins_on_monday_and_a_change_looks_at_the_weeks_before(store: Store) -> None:
    sunday = MONDAY - timedelta(days=1)
    posts = [post(("then", n), author=n, day=sunday, about=[WORK][: n % 2]) for n in range(10)]
    posts += [post(("now", n), author=n, about=[WORK][: int(n < 6)]) for n in range(8)]
    posts += [post("long ago", day=MONDAY - timedelta(weeks=20), about=[WORK])]
    store.commit_batch(batch(1, posts))
    build(store)
    columns = "period_day, posts, cohort_posts, baseline_posts, baseline_periods, log_odds, log_odds_z"
    *_, now = weekly(store, columns, "cohort_level = 'all'")
    delta, z = log_odds(6, 8, 5, 10)
    assert now == (MONDAY, 6, 8, 5, 1, pytest.approx(float(delta)), pytest.approx(float(z)))
    first = weekly(
        store, "log_odds, is_rising", "cohort_level = 'all' and baseline_periods is null or baseline_posts = 0"
    )
    assert (None, False) in first


def test_the_baseline_of_a_day_is_the_days_of_those_weeks(store: Store) -> None:
    days = [0, 1, 55, 56, 57]
    store.commit_batch(batch(1, [post(d, author=d, day=MONDAY + timedelta(days=d), about=[WORK]) for d in days]))
    build(store)
    rows = store.sql.rows(
        "select period_day, baseline_posts from driver_daily where cohort_level = 'all' order by period_day"
    )
    assert rows == [(MONDAY + timedelta(days=d), n) for d, n in zip(days, [0, 1, 2, 3, 3], strict=True)]


def test_a_change_of_version_or_baseline_rebuilds_whole(store: Store) -> None:
    store.commit_batch(batch(1, [post(n, author=n, day=MONDAY - timedelta(weeks=n), about=[WORK]) for n in range(20)]))
    build(store)
    whole = content(store)
    for change in ({"versions": VERSIONS | {"policy": "p2"}}, {"versions": VERSIONS | {"tagger": "t2"}}):
        store.sql.rows("delete from driver_weekly")
        build(store, **change)
        assert content(store) == whole
    build(store, baseline_weeks=2)
    assert content(store) != whole


def test_a_late_post_far_back_is_counted(store: Store) -> None:
    store.commit_batch(batch(1, [post(1, about=[WORK])]))
    build(store, mart_lookback_days=1)
    back = MONDAY - timedelta(weeks=30)
    store.commit_batch(batch(2, [post(2, author=2, day=back, about=[WORK])]))
    build(store, mart_lookback_days=1)
    assert weekly(store, "period_day, posts", "cohort_level = 'all'") == [(back, 1), (MONDAY, 1)]


histories = st.lists(
    st.tuples(
        st.integers(0, 8),  # Number: a repeat is an edit.
        st.integers(-90, 20),  # Day, from Monday on.
        st.sets(st.sampled_from([PEMBRO, NIVO, WORK]), max_size=2),
        st.sampled_from(["oncology", "icu", None]),
        st.integers(0, 30),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories, cut=st.integers(0, 14))
def test_a_build_after_each_batch_equals_a_build_at_the_end(tmp_path_factory, history, cut) -> None:
    posts = [
        post(
            n,
            author=n % 3,
            day=MONDAY + timedelta(days=day),
            about=sorted(about),
            specialty=who,
            likes=likes,
            content=f"{i}",
        )
        for i, (n, day, about, who, likes) in enumerate(history)
    ]
    folder = tmp_path_factory.mktemp("marts")
    with Store.open(folder / "parts.duckdb") as parts, Store.open(folder / "whole.duckdb") as whole:
        for number, some in enumerate((posts[:cut], posts[cut:])):
            parts.commit_batch(batch(number, some))
            whole.commit_batch(batch(number, some))
            build(parts, mart_lookback_days=1)
        build(whole)
        assert content(parts) == content(whole)
        assert [one for one in run_checks(parts) if one.row_count] == []


def test_an_empty_store_has_empty_marts(store: Store) -> None:
    assert build(store) == dict.fromkeys(MARTS, 0)
    assert all(one.row_count == 0 for one in run_checks(store))


def test_a_check_that_must_hold_stops_and_one_that_warns_does_not(store: Store) -> None:
    store.commit_batch(batch(1, [post(1, about=[("topic", "unheard-of")])]))
    build(store)
    warned = [one for one in run_checks(store) if one.row_count]
    assert {(one.level, one.claim) for one in warned} == {("warn", "every concept is in the vocabulary")}
    store.sql.rows("delete from driver_weekly where cohort_level = 'source'")
    with pytest.raises(CheckFailed, match="add up"):
        run_checks(store)
    assert any(one.level == "fail" and one.row_count for one in run_checks(store, raise_on_failure=False))


def test_a_build_that_fails_leaves_the_marts_as_they_were(store: Store) -> None:
    store.commit_batch(batch(1, [post(1, about=[WORK])]))
    build(store)
    before = content(store)
    store.commit_batch(batch(2, [post(2, author=2, about=[WORK])]))
    store.sql.rows("alter table driver_weekly rename to elsewhere")
    with pytest.raises(StoreError):
        build(store)
    store.sql.rows("alter table elsewhere rename to driver_weekly")
    assert content(store) == before
    build(store)
    assert weekly(store, "posts", "cohort_level = 'all'") == [(2,)]


KILLED = """
import os, sys
sys.path.insert(0, sys.argv[2])
from datetime import UTC, datetime
from pathlib import Path
from tagged import *
from listening.drivers.marts import build_marts
from listening.settings import Settings
from listening.store.store import Store
store = Store.open(Path(sys.argv[1]))
store.commit_batch(batch(1, [post(1, about=[("topic", "workload")])]))
build_marts(store, settings=Settings(), versions=VERSIONS, now=datetime(2026, 11, 30, tzinfo=UTC), vocabulary=vocabulary({}))
os._exit(9)
"""


def test_a_builder_killed_after_the_build_leaves_marts_that_open(tmp_path: Path) -> None:
    path = tmp_path / "restricted.duckdb"
    helpers = str(Path(__file__).parents[1] / "store")
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), helpers], capture_output=True, text=True, env=os.environ
    )
    assert ended.returncode == 9, ended.stderr
    with Store.open(path) as store:
        assert weekly(store, "posts", "cohort_level = 'all'") == [(1,)]


def test_every_mart_says_its_grain_and_has_comments_and_a_check(store: Store) -> None:
    build(store)
    for mart in read_marts():
        assert mart.query.startswith("-- Grain: one row per ")
        assert "-- Owner: " in mart.query
        assert "Late data: " in mart.query
        assert mart.checks
        assert all(check.startswith(("-- fail: ", "-- warn: ")) for check in mart.checks)
    bare = store.sql.rows("select table_name from duckdb_columns() where not internal and comment is null")
    assert bare == []


def test_stale_weeks_are_whole_and_joined() -> None:
    week = timedelta(weeks=1)
    sunday = MONDAY + timedelta(days=6)
    assert stale_weeks([], baseline_weeks=2) == []
    assert stale_weeks([sunday], baseline_weeks=2) == [Days(MONDAY, MONDAY + 3 * week)]
    assert stale_weeks([MONDAY + 3 * week, MONDAY], baseline_weeks=2) == [Days(MONDAY, MONDAY + 6 * week)]
    assert len(stale_weeks([MONDAY, MONDAY + 9 * week], baseline_weeks=2)) == 2


def test_long_spans_are_cut_and_nothing_falls_between() -> None:
    week = timedelta(weeks=1)
    spans = [Days(MONDAY, MONDAY + 5 * week), Days(MONDAY + 9 * week, MONDAY + 10 * week)]
    pieces = list(in_pieces(spans, weeks=2))
    assert [(piece.end - piece.start) // week for piece in pieces] == [2, 2, 1, 1]
    assert (
        list(
            stale_weeks(
                (p.start + n * week for p in pieces for n in range((p.end - p.start) // week)), baseline_weeks=0
            )
        )
        == spans
    )
