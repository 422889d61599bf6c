"""Publishing again: what was decided stands, and is what a publication from scratch would say."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from published import publish_posts
from tagged import MONDAY, VERSIONS, post
from test_gate2_attack import K, attack, made_up

from listening.assets import asset
from listening.settings import Settings
from listening.store.store import Store

TABLES = ("driver_daily", "driver_weekly", "cohort_daily", "cohort_weekly", "publication_count")
WEEK = timedelta(weeks=1)


def told(home: Path) -> dict[str, list[tuple]]:
    with duckdb.connect(str(home / "insights.duckdb"), read_only=True) as connection:
        return {table: connection.execute(f"select * from {table} order by all").fetchall() for table in TABLES}


def rows(home: Path, statement: str) -> list[tuple]:
    with Store.open(Settings(home=home).restricted_path) as store:
        return store.sql.rows(statement)


def speaking(weeks: int):
    """Each week twelve speak of the workload, and twenty post at all."""
    for week in range(weeks):
        for n in range(20):
            yield post((week, n), author=n, day=MONDAY + week * WEEK, about=[("topic", "workload")][: int(n < 12)])


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10**6),
    size=st.integers(40, 200),
    weeks=st.integers(1, 14),
    cuts=st.lists(st.integers(0, 200), min_size=1, max_size=3),
)
def test_to_publish_after_each_batch_says_the_same_as_once_at_the_end(
    tmp_path_factory, seed, size, weeks, cuts
) -> None:
    posts = [
        post(
            number % 150,  # Some are edits, which may move a post to another week.
            author=number % 23,
            day=one.post.day + (number * number % weeks) * WEEK,
            about=[(mention.kind, mention.concept_id) for mention in one.mentions],
            specialty=one.post.labels.specialty,
            country=one.post.labels.country,
            likes=number,
            content=str(number),
        )
        for number, one in enumerate(made_up(seed, size, 30))
    ]
    parts, whole = tmp_path_factory.mktemp("parts"), tmp_path_factory.mktemp("whole")
    edges = [0, *sorted(min(cut, size) for cut in cuts), size]
    for number, (start, end) in enumerate(pairwise(edges), 1):
        publish_posts(parts, posts[start:end], k=K, number=number)
    publish_posts(whole, posts, k=K)
    assert told(parts) == told(whole)
    attack(parts, list({one.post.post_key: one for one in posts}.values()))


def test_a_day_more_costs_its_own_week_only(tmp_path: Path) -> None:
    first = publish_posts(tmp_path, list(speaking(12)), k=K)
    assert [week - MONDAY for week in first.weeks_decided] == [n * WEEK for n in range(12)]
    nothing = publish_posts(tmp_path, [], k=K, number=2)
    assert nothing.weeks_decided == ()
    today = post("today", author=99, day=MONDAY + 12 * WEEK, about=[("topic", "workload")])
    assert publish_posts(tmp_path, [today], k=K, number=3).weeks_decided == (MONDAY + 12 * WEEK,)
    late = post("late", author=99, day=MONDAY + 5 * WEEK, about=[("topic", "workload")])
    assert publish_posts(tmp_path, [late], k=K, number=4).weeks_decided == (MONDAY + 5 * WEEK,)


def test_a_settled_week_is_not_looked_at_again_unless_a_rule_changed(tmp_path: Path) -> None:
    """One cell is taken out of the kept decision behind gate 2's back: as long as it stays out, the decision was reused."""
    posts = list(speaking(4))
    publish_posts(tmp_path, posts, k=K)
    whole = told(tmp_path)
    changes = [
        {"versions": VERSIONS | {name: "another"}} for name in ("code", "policy", "gate", "vocabulary", "tagger")
    ]
    rules = {"k": K}
    for number, change in enumerate([*changes, {"k": K + 1}, {"baseline_weeks": 3}], 2):
        victim = "kind = 'topic' and grain = 'week' and cohort_level = 'role'"
        rows(tmp_path, f"delete from gate_shown where {victim} and week_day = date '{MONDAY}'")
        publish_posts(tmp_path, [], number=number, **rules)
        assert len(told(tmp_path)["driver_weekly"]) < len(whole["driver_weekly"])
        rules = {"k": K} | change
        again = publish_posts(tmp_path, [], number=number, **rules)
        assert len(again.weeks_decided) == 4
        assert len(told(tmp_path)["driver_weekly"]) == len(whole["driver_weekly"])


def test_another_rule_of_gate_2_decides_everything_anew(tmp_path: Path, monkeypatch) -> None:
    publish_posts(tmp_path, list(speaking(3)), k=K)
    text = (asset("sql/gate2") / "hide_remainder.sql").read_text(encoding="utf-8")
    read_text = Path.read_text

    def changed(self, *args, **kwargs):
        return text + "\n-- New." if self.name == "hide_remainder.sql" else read_text(self, *args, **kwargs)

    monkeypatch.setattr(Path, "read_text", changed)
    assert len(publish_posts(tmp_path, [], k=K, number=2).weeks_decided) == 3


def test_a_late_post_moves_the_changes_that_rest_on_its_week_and_no_cell_of_other_weeks(tmp_path: Path) -> None:
    posts = list(speaking(12))
    publish_posts(tmp_path, posts, k=K)
    before = rows(tmp_path, "from gate_shown order by all")
    late = [post(("late", n), author=50 + n, day=MONDAY + 2 * WEEK, about=[("topic", "workload")]) for n in range(9)]
    publish_posts(tmp_path, late, k=K, number=2)
    after = rows(tmp_path, "from gate_shown order by all")
    columns = [row[0] for row in rows(tmp_path, "select column_name from (describe gate_shown)")]
    cells = slice(0, columns.index("baseline_periods"))
    moved = {row[0] for row in set(before) ^ set(after)}
    assert moved == {MONDAY + n * WEEK for n in range(2, 11)}
    assert {row[0] for row in {row[cells] for row in before} ^ {row[cells] for row in after}} == {MONDAY + 2 * WEEK}


def test_a_week_whose_posts_are_gone_is_forgotten(tmp_path: Path) -> None:
    publish_posts(tmp_path, list(speaking(3)), k=K)
    rows(tmp_path, f"insert into changed_day values (date '{MONDAY}')")
    rows(tmp_path, f"delete from mention where day = date '{MONDAY}'; delete from post where day = date '{MONDAY}'")
    publish_posts(tmp_path, [], k=K, number=2)
    assert {row[0] for row in told(tmp_path)["cohort_weekly"]} == {MONDAY + WEEK, MONDAY + 2 * WEEK}
    kept = rows(tmp_path, "select week_day from gate_week union all select week_day from gate_held order by all")
    assert min(kept) == (MONDAY + WEEK,)


@pytest.mark.parametrize("failing", ["change", "fresh"])
def test_a_decision_that_fails_on_the_way_is_made_again(tmp_path: Path, monkeypatch, failing: str) -> None:
    from listening.errors import StoreError
    from listening.sharing import suppression

    statement = suppression._statement
    with monkeypatch.context() as patched:
        patched.setattr(suppression, "_statement", lambda name: "broken" if name == failing else statement(name))
        with pytest.raises(StoreError):
            publish_posts(tmp_path, list(speaking(2)), k=K)
    assert rows(tmp_path, "from gate_shown union all by name from gate_week") == []
    publish_posts(tmp_path, [], k=K, number=2)
    assert told(tmp_path)["driver_weekly"]
