"""The log-odds of the marts, held against the paper's formula written out anew and against the SQL."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.assets import asset
from listening.drivers.statistics import is_rising, log_odds
from listening.store.connection import Connection


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int, int, int]:
    cohort, before = draw(st.integers(1, 5000)), draw(st.integers(1, 40_000))
    return draw(st.integers(0, cohort)), cohort, draw(st.integers(0, before)), before


def by_the_paper(y: int, n: int, h: int, size: int) -> tuple[float, float]:
    """Monroe et al. 2008, eq. 15, 16, 20, 22, for one word against all others, with plain floats and odds."""
    alpha = {"word": 500 * (h + 0.5) / (size + 1), "others": 500 * (1 - (h + 0.5) / (size + 1))}
    odds_now = (y + alpha["word"]) / (n - y + alpha["others"])
    odds_before = (h + alpha["word"]) / (size - h + alpha["others"])
    delta = math.log(odds_now / odds_before)
    return delta, delta / math.sqrt(1 / (y + alpha["word"]) + 1 / (h + alpha["word"]))


@given(counts())
def test_the_log_odds_are_those_of_the_paper(case) -> None:
    delta, z = log_odds(*case)
    assert (float(delta), float(z)) == pytest.approx(by_the_paper(*case), abs=1e-9)


@given(counts())
def test_more_posts_weigh_more(case) -> None:
    posts, cohort, before, size = case
    if posts < cohort:
        assert log_odds(posts + 1, cohort, before, size)[0] > log_odds(posts, cohort, before, size)[0]


def test_an_unchanged_share_is_no_change() -> None:
    delta, z = log_odds(100, 1000, 800, 8000)
    assert abs(float(delta)) < 0.01
    assert abs(float(z)) < 0.1


def test_without_a_baseline_nothing_is_said() -> None:
    delta, z = log_odds([3, 3], [10, 10], [0, 5], [0, 80])
    assert np.isnan(delta).tolist() == np.isnan(z).tolist() == [True, False]
    assert is_rising([math.nan, 1.97, 1.97, 1.95], [9, 5, 4, 9]).tolist() == [False, True, False, False]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    connection = Connection(tmp_path_factory.mktemp("macros") / "macros.duckdb", name="macros")
    text = (asset("sql/marts") / "macros.sql").read_text(encoding="utf-8")
    connection.rows(text[: text.index("-- One row per cell and author")])
    yield connection
    connection.close()


@given(counts())
def test_the_marts_hold_the_same_formula(database, case) -> None:
    (in_sql,) = database.rows("select log_odds($1, $2, $3, $4), log_odds_z($1, $2, $3, $4)", list(case))
    assert in_sql == pytest.approx(tuple(float(value) for value in log_odds(*case)), abs=1e-9)


def test_the_marts_call_the_same_rise_a_rise() -> None:
    for name in ("driver_daily", "driver_weekly"):
        query = (Path(asset("sql/marts")) / name / "query.sql").read_text(encoding="utf-8")
        assert "log_odds_z > 1.96 and posts >= 5" in query
