"""Attacks on the published file, by somebody who adds and subtracts; they know which cells are empty.

The truth is worked out here from the posts themselves, in Python, apart from the SQL that gate 2 decides with.
"""

import random
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from published import WORDS, publish_posts
from tagged import MONDAY, post

K = 5
LABELS = ("source_id", "role", "specialty", "country", "language")
SETS = [(), *((name,) for name in LABELS), ("specialty", "country")]
KEY = "period_day, kind, concept_id, source_id, role, specialty, country, language"


def made_up(seed: int, size: int, people: int):
    """Skewed on purpose: some labels, days and concepts are rare, some authors post a lot."""
    chance = random.Random(seed)
    authors = [
        {
            "specialty": chance.choices(["oncology", "icu", None], [6, 3, 2])[0],
            "country": chance.choices(["DE", "US", None], [5, 4, 2])[0],
            "role": chance.choices(["physician", "nurse"], [7, 2])[0],
            "source": chance.choices(["one", "two"], [3, 2])[0],
        }
        for _ in range(people)
    ]
    concepts = [("product", "pembrolizumab"), ("product", "nivolumab"), ("product", "pd1"), ("topic", "workload")]
    weights = [chance.random() for _ in concepts]
    for number in range(size):
        author = (
            min(int(chance.paretovariate(0.9)) - 1, people - 1) if chance.random() < 0.3 else chance.randrange(people)
        )
        labels = authors[author]
        if chance.random() < 0.05:
            labels = labels | {"specialty": chance.choice(["oncology", "icu", None])}
        yield post(
            number,
            author=author,
            day=MONDAY + timedelta(days=chance.choices([0, 2, 6, 8], [6, 4, 1, 3])[0]),
            about=[c for c, weight in zip(concepts, weights, strict=True) if chance.random() < weight],
            **labels,
        )


def truth(posts):
    """Give each cell, by table and key, as the set of (post, author) behind it."""
    cells = defaultdict(set)
    for one in posts:
        safe, labels = one.post, one.post.labels
        values = {
            "source_id": safe.source_id,
            "role": labels.role or "unknown",
            "specialty": labels.specialty or "unknown",
            "country": labels.country or "unknown",
            "language": safe.language,
        }
        about = {(m.kind, m.concept_id) for m in one.mentions}
        about |= {(kind, parent) for kind, concept in about for parent in WORDS.ancestors(concept)}
        monday = safe.day - timedelta(days=safe.day.weekday())
        for names in SETS:
            cohort = tuple(values[name] if name in names else "all" for name in LABELS)
            for kind, concept in {*about, ("", "")}:
                cells["daily", safe.day, kind, concept, cohort].add((safe.post_key, safe.author_key))
                cells["weekly", monday, kind, concept, cohort].add((safe.post_key, safe.author_key))
    return cells


def published(home: Path):
    with duckdb.connect(str(home / "insights.duckdb"), read_only=True) as connection:
        for grain in ("daily", "weekly"):
            drivers = f"select {KEY}, posts, authors, cohort_posts from driver_{grain}"
            cohorts = f"select {KEY.replace('kind, concept_id', chr(39) * 2 + ',' + chr(39) * 2)}, posts, authors, null from cohort_{grain}"
            for day, kind, concept, *cohort, posts, authors, cohort_posts in connection.execute(
                f"{drivers} union all {cohorts}"
            ).fetchall():
                yield (grain, day, kind, concept, tuple(cohort)), posts, authors, cohort_posts


def authors_of(pairs) -> int:
    return len({author for _, author in pairs})


def partitions(cells):
    """Give each parent with the parts that add up to it."""
    alike = defaultdict(list)
    for key in cells:
        alike[key[:4]].append(key)
    for key in cells:
        grain, day, kind, concept, cohort = key
        for name in LABELS:
            place = LABELS.index(name)
            if cohort[place] != "all" or any(
                value != "all" and other not in {"specialty", "country"}
                for other, value in zip(LABELS, cohort, strict=True)
            ):
                continue
            parts = [
                other
                for other in alike[key[:4]]
                if other[4][place] != "all" and all(other[4][i] == cohort[i] for i in range(5) if i != place)
            ]
            if parts:
                yield key, parts
        if grain == "weekly":
            days = [("daily", day + timedelta(days=n), kind, concept, cohort) for n in range(7)]
            yield key, [other for other in days if other in cells]


def nested(cells):
    """Give each pair of a cell and one inside it: a cohort and its driver, a roll-up and what it holds."""
    for key in cells:
        grain, day, kind, concept, cohort = key
        if kind:
            yield (grain, day, "", "", cohort), key
            for parent in WORDS.ancestors(concept):
                yield (grain, day, kind, parent, cohort), key


def attack(home: Path, posts) -> int:
    """Try everything; give how many cells were published."""
    cells = truth(posts)
    shown = {key for key, *_ in published(home)}
    for key, post_count, author_count, cohort_posts in published(home):
        assert (post_count, author_count) == (len(cells[key]), authors_of(cells[key]))
        assert author_count >= K
        assert cohort_posts in {None, len(cells[*key[:2], "", "", key[4]])}
    for outside, inside in nested(cells):
        if outside in shown and inside in shown:
            assert not 0 < authors_of(cells[outside] - cells[inside]) < K, "a nested cell shows a few"
    sums = list(partitions(cells))
    for parent, parts in sums:
        if parent in shown:
            rest = cells[parent].difference(*(cells[part] for part in parts if part in shown))
            assert not 0 < authors_of(rest) < K, "a remainder shows a few"
    solve(cells, shown, sums)
    return len(shown)


def solve(cells, shown, sums) -> None:
    """Solve the equations of each concept: no hidden cell of a few authors may have one value only."""
    groups = defaultdict(list)
    for parent, parts in sums:
        groups[parent[2:4]].append((parent, parts))
    for some in groups.values():
        hidden = {key: n for n, key in enumerate({k for one, parts in some for k in (one, *parts)} - shown)}
        matrix = np.zeros((len(some), len(hidden)))
        for row, (parent, parts) in enumerate(some):
            for key, sign in [*((part, 1.0) for part in parts), (parent, -1.0)]:
                if key in hidden:
                    matrix[row, hidden[key]] = sign
        _, strengths, directions = np.linalg.svd(matrix, full_matrices=False)
        freedom = 1.0 - (directions[strengths > 1e-8] ** 2).sum(axis=0)
        for key, n in hidden.items():
            assert not (freedom[n] < 1e-7 and authors_of(cells[key]) < K), "a cell can be solved for"


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6), size=st.integers(20, 160), people=st.integers(6, 45))
def test_nothing_under_k_can_be_derived(tmp_path_factory, seed: int, size: int, people: int) -> None:
    home = tmp_path_factory.mktemp("home")
    posts = list(made_up(seed, size, people))
    publish_posts(home, posts, k=K)
    attack(home, posts)


def test_the_attack_finds_what_is_left_open(tmp_path: Path) -> None:
    """Without the complementary step, the same posts give small cells away: the attack has teeth."""
    posts = [
        post(n, author=n, specialty="icu" if n < 2 else "oncology", about=[("topic", "workload")]) for n in range(20)
    ]
    publish_posts(tmp_path, posts, k=K)
    attack(tmp_path, posts)
    with duckdb.connect(str(tmp_path / "insights.duckdb")) as connection:
        assert connection.execute("select count(*) from driver_weekly where cohort_level = 'specialty'").fetchone() == (
            0,
        )
        connection.execute(
            "insert into cohort_weekly select period_day, iso_week, 'specialty', 'all', 'all', 'oncology', 'all', 'all',"
            " 18, 18, 0 from cohort_weekly where cohort_level = 'all'"
        )
    with pytest.raises(AssertionError, match="a remainder shows a few"):
        attack(tmp_path, posts)


def test_much_is_shown_where_many_speak(tmp_path: Path) -> None:
    posts = list(made_up(1, 700, 250))
    publish_posts(tmp_path, posts, k=K)
    assert attack(tmp_path, posts) > 150
