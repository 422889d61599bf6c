"""The published file, and what analysts do with it."""

import random
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
import sqlglot
from published import KINDS, NOW, publish_posts
from sqlglot import expressions
from tagged import MONDAY, VERSIONS, batch, post

from listening.assets import asset
from listening.drivers.chart import write_chart
from listening.drivers.marts import build_marts
from listening.errors import QueryRefused, SharingRefused, UsageError
from listening.settings import Settings
from listening.sharing.drivers import DriverRanking, top_drivers
from listening.sharing.publish import publish
from listening.sharing.query import query
from listening.store.store import Store

LATEST = date(2026, 11, 16)
QUESTIONS = sorted(asset("sql/analysis").glob("*.sql"))


def conversation():
    """Six weeks of forty authors a week, and a shortage that everybody speaks of in the last one."""
    chance = random.Random(5)
    concepts = [(kind, concept) for concept, kind in KINDS.items()] + [("product", "pembrolizumab")]
    for week in range(6):
        for author in range(48):
            about = chance.sample(concepts, 3)
            if week == 5:
                about = [("topic", "drug-shortage"), ("product", "nivolumab"), *about[:1]]
            yield post(
                (week, author),
                author=author,
                day=LATEST - timedelta(weeks=5 - week) + timedelta(days=author % 2),
                about=about,
                specialty=["oncology", "icu"][author % 2],
                country=["DE", "US"][author // 2 % 2],
                role=["physician", "nurse"][author % 3 == 0],
                likes=author,
            )


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    publish_posts(folder, list(conversation()))
    return folder


@pytest.fixture(scope="module")
def chosen(home: Path) -> Settings:
    return Settings(home=home)


def test_the_file_says_when_how_and_how_much(chosen: Settings) -> None:
    published = query(chosen, "select k, policy_version, published_at from publication").as_records()
    assert published == [{"k": 11, "policy_version": "p1", "published_at": "2026-11-30T06:00:00"}]
    for mart, shown, _ in query(chosen, "from publication_count").rows:
        assert query(chosen, f"select count(*) from {mart}").rows == [(shown,)]
    health = query(chosen, "select posts, refused_share from source_health order by period_day").rows
    assert [posts for posts, _ in health] == [48] * 6
    assert {share for _, share in health} == {None}


def test_k_is_a_constraint_of_the_file(home: Path) -> None:
    with duckdb.connect(str(home / "insights.duckdb")) as connection:
        for table in ("driver_daily", "driver_weekly", "cohort_daily", "cohort_weekly", "source_health"):
            with pytest.raises(duckdb.ConstraintException):
                connection.execute(f"update {table} set authors = 10")


def test_every_published_table_and_column_has_a_comment(chosen: Settings) -> None:
    assert (
        query(
            chosen,
            "select table_name from duckdb_columns() where comment is null and not internal",
        ).rows
        == []
    )
    bare = "select table_name from duckdb_tables() where not internal and comment is null"
    assert (
        query(
            chosen, f"{bare} union all select view_name from duckdb_views() where not internal and comment is null"
        ).rows
        == []
    )


def test_a_pseudonym_is_nowhere_in_the_file(chosen: Settings) -> None:
    names = {row[0] for row in query(chosen, "select column_name from duckdb_columns() where not internal").rows}
    assert not {name for name in names if name.endswith("_key") or "author_" in name}


def test_the_shortage_leads_and_rises(chosen: Settings) -> None:
    top = query(chosen, "select concept_id, is_rising from top_driver where kind = 'topic' order by place").rows
    assert top[0] == ("drug-shortage", True)
    ranking = top_drivers(chosen, week="2026-W47", limit=3, only_rising=True)
    assert "drug-shortage" in [row["concept_id"] for row in ranking.as_records()]
    assert (ranking.period, ranking.cohort, ranking.k) == ("2026-W47", "all HCPs", 11)


def test_a_ranking_may_be_of_a_cohort_a_kind_or_a_day(chosen: Settings) -> None:
    of_kind = top_drivers(chosen, kind="product", cohort={"specialty": "oncology", "country": None})
    assert {row["kind"] for row in of_kind.as_records()} == {"product"}
    assert of_kind.cohort == "specialty oncology"
    assert top_drivers(chosen, day="2026-11-16").rows
    assert (
        top_drivers(chosen, cohort={"country": "DE", "specialty": "oncology"}).cohort
        == "country DE, specialty oncology"
    )


def test_a_cohort_nobody_published_is_told_with_those_that_are(chosen: Settings) -> None:
    with pytest.raises(UsageError, match=r"the country nowhere\. Published are: DE, US"):
        top_drivers(chosen, cohort={"country": "nowhere"})


def test_a_published_cohort_without_such_a_driver_gives_an_empty_ranking(chosen: Settings) -> None:
    assert top_drivers(chosen, kind="procedure", cohort={"country": "DE"}).rows == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"week": "2026-W01"}, "There are 6, from 2026-W42 to 2026-W47"),
        ({"week": "47"}, "ISO week such as"),
        ({"week": "2026-W60"}, "ISO week such as"),
        ({"day": "2026-11-18"}, "Nothing is published for 2026-11-18"),
        ({"day": "2026-11-16", "week": "2026-W47"}, "Both"),
        ({"cohort": {"role": "nurse", "country": "DE"}}, "not published together"),
        ({"cohort": {"posts > 0 or role": "nurse"}}, "not published together"),
        ({"limit": 0}, "below 1"),
    ],
)
def test_a_wrong_question_is_answered_with_help(chosen: Settings, asked, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        top_drivers(chosen, **asked)


def test_before_the_first_run_there_is_nothing_to_ask(tmp_path: Path) -> None:
    with pytest.raises(QueryRefused, match="listening run"):
        query(Settings(home=tmp_path), "select 1")


def test_where_everything_is_held_back_the_file_is_empty_and_says_so(tmp_path: Path) -> None:
    counts = publish_posts(tmp_path, [post(1, about=[("topic", "workload")])])
    assert set(counts.published.values()) == {0}
    assert sum(counts.suppressed.values()) == 28
    with pytest.raises(QueryRefused, match="No whole week"):
        top_drivers(Settings(home=tmp_path))


def test_publishing_nothing_at_all_works(tmp_path: Path) -> None:
    assert publish_posts(tmp_path, []).published == {}


@pytest.mark.parametrize(
    "statement",
    [
        "select 1; select 2",
        "",
        "insert into concept values ('a', 'b', 'c', null)",
        "drop table concept",
        "copy concept to 'out.csv'",
        "attach 'other.duckdb'",
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "set enable_external_access = true",
        "install httpfs",
        "select * from 'https://example.invalid/x.parquet'",
        "explain analyze drop table concept",
        "selec",
    ],
)
def test_only_one_statement_that_reads_may_run(chosen: Settings, statement: str) -> None:
    with pytest.raises(QueryRefused):
        query(chosen, statement)


def test_duckdb_s_own_reading_statements_run(chosen: Settings) -> None:
    for statement in ("from concept", "show all tables", "describe concept", "explain select 1", "select 1;"):
        assert query(chosen, statement).columns


def test_rows_and_time_are_limited(chosen: Settings) -> None:
    cut = query(chosen, "from range(20)", most_rows=7)
    assert (len(cut.rows), cut.is_cut) == (7, True)
    assert not query(chosen, "from range(7)", most_rows=7).is_cut
    with pytest.raises(QueryRefused, match="longer than"):
        query(chosen, "select count(*) from range(10000000) a, range(10000000) b", most_seconds=0.3)


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "insights.duckdb").write_bytes(b"x" * 9000)
    with pytest.raises(Exception, match="Store insights"):
        query(Settings(home=tmp_path), "select 1")


def test_an_open_reader_keeps_its_file_while_a_new_one_is_published(tmp_path: Path) -> None:
    posts = list(conversation())
    publish_posts(tmp_path, posts[:-48])
    (tmp_path / "reader.duckdb").hardlink_to(tmp_path / "insights.duckdb")  # Another path: a process opens a path once.
    with duckdb.connect(str(tmp_path / "reader.duckdb"), read_only=True) as reader:
        before = reader.execute("select max(period_day) from cohort_weekly").fetchone()
        publish_posts(tmp_path, posts, number=2)
        assert reader.execute("select max(period_day) from cohort_weekly").fetchone() == before
    assert query(Settings(home=tmp_path), "select max(period_day) from cohort_weekly").rows == [(LATEST,)]
    assert before == (LATEST - timedelta(weeks=1),)
    assert not list(tmp_path.glob("insights.next*"))


def test_the_same_data_gives_the_same_numbers(tmp_path: Path, chosen: Settings) -> None:
    publish_posts(tmp_path, list(conversation()))
    for table in ("driver_daily", "driver_weekly", "cohort_daily", "cohort_weekly"):
        statement = f"select * from {table} order by all"
        assert query(Settings(home=tmp_path), statement).rows == query(chosen, statement).rows


def test_marts_older_than_the_posts_are_not_published(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with Store.open(settings.restricted_path) as store:
        store.commit_batch(batch(1, [post(1)]))
        with pytest.raises(SharingRefused, match="older than the posts"):
            publish(store, settings=settings, versions=VERSIONS, run_id="r", now=NOW)
        build_marts(store, settings=settings, versions=VERSIONS, now=NOW)
        low = settings.model_copy(update={"k": 4})
        with pytest.raises(SharingRefused, match="floor"):
            publish(store, settings=low, versions=VERSIONS, run_id="r", now=NOW)
    assert not settings.insights_path.exists()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_a_question_runs_reads_and_knows_only_what_is_published(chosen: Settings, question: Path) -> None:
    text = question.read_text(encoding="utf-8")
    assert text.split("\n", 1)[0].startswith("-- ")
    assert "?" in text.split("\n", 1)[0]
    (parsed,) = sqlglot.parse(text, dialect="duckdb")
    assert isinstance(parsed, expressions.Select)
    steps = {step.alias for step in parsed.find_all(expressions.CTE)}
    known = {row[0] for row in query(chosen, "select name from (show all tables)").rows}
    assert {table.name for table in parsed.find_all(expressions.Table)} - steps <= known
    assert query(chosen, text).rows, "the sample has an answer to every question"


def test_there_are_questions_enough() -> None:
    assert len(QUESTIONS) >= 8


def test_a_chart_is_drawn_as_its_suffix_says(chosen: Settings, tmp_path: Path) -> None:
    ranking = top_drivers(chosen)
    write_chart(ranking, tmp_path / "chart.svg")
    svg = (tmp_path / "chart.svg").read_text(encoding="utf-8")
    assert all(words in svg for words in ("2026-W47", "all HCPs", "at least 11 authors", "Drug-Shortage"))
    write_chart(ranking, tmp_path / "chart.PNG")
    assert (tmp_path / "chart.PNG").read_bytes().startswith(b"\x89PNG")


def test_a_chart_that_cannot_be_is_refused(chosen: Settings, tmp_path: Path) -> None:
    for ranking, name, said in (
        (top_drivers(chosen), "chart.pdf", "svg or a .png"),
        (DriverRanking(["label"], []), "chart.svg", "nothing to draw"),
        (top_drivers(chosen), "missing/chart.svg", "cannot be written"),
    ):
        with pytest.raises(UsageError, match=said):
            write_chart(ranking, tmp_path / name)


def test_a_week_of_the_sample_is_what_it_says() -> None:
    assert (LATEST - MONDAY).days % 7 == 0
    assert LATEST.strftime("%G-W%V") == "2026-W47"
