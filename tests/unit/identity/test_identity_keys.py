"""Pseudonyms are stable where they must be, unlinkable where they must be, and the key never shows."""

import pickle
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.errors import KeyMissing, SettingsError
from listening.identity.keys import Keys, load_keys, rotation_period
from listening.posts import SourceId

KEYS = Keys(b"a" * 32)
SOURCE = SourceId("source")


@given(day=st.dates())
def test_an_iso_week_never_straddles_two_rotation_periods(day):
    monday = day - timedelta(days=min(day.weekday(), (day - date.min).days))
    if monday.weekday() == 0:
        assert rotation_period(monday) == rotation_period(day)


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2026, 1, 1), "2026-P1"),
        (date(2026, 3, 30), "2026-P2"),
        (date(2027, 1, 1), "2026-P4"),  # the 53rd week of 2026
    ],
)
def test_periods_are_quarters_of_iso_years(day, period):
    assert rotation_period(day) == period


def test_an_author_is_one_pseudonym_in_a_period_and_another_in_the_next():
    first = KEYS.author_key(SOURCE, "@Jane", date(2026, 1, 5))
    assert first == KEYS.author_key(SOURCE, "@jane", date(2026, 2, 5))
    assert first != KEYS.author_key(SOURCE, "@jane", date(2026, 7, 5))
    assert first != KEYS.author_key(SourceId("other"), "@jane", date(2026, 1, 5))


@given(a=st.text(), b=st.text(), c=st.text(), d=st.text())
def test_two_posts_share_a_key_only_if_source_and_id_are_the_same(a, b, c, d):
    same = KEYS.post_key(SourceId(a), b) == KEYS.post_key(SourceId(c), d)
    clean = tuple(part.encode("utf-8", "replace") for part in (a, b, c, d))
    assert same == (clean[:2] == clean[2:])


def test_keys_show_nothing_and_are_not_pickled():
    assert "61" * 4 not in repr(KEYS)
    with pytest.raises(TypeError):
        pickle.dumps(KEYS)


def test_a_key_file_is_made_once_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "home" / "keys.json"
    made = load_keys(path, from_environment=None, may_create=True)
    again = load_keys(path, from_environment=None, may_create=False)
    assert made.fingerprint == again.fingerprint
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_missing_key_beside_data_is_an_error_and_no_new_key_is_made(tmp_path):
    with pytest.raises(KeyMissing, match=r"Put keys\.json back"):
        load_keys(tmp_path / "keys.json", from_environment=None, may_create=False)
    assert not (tmp_path / "keys.json").exists()


def test_a_key_file_that_others_may_read_is_refused(tmp_path):
    path = tmp_path / "keys.json"
    load_keys(path, from_environment=None, may_create=True)
    path.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        load_keys(path, from_environment=None, may_create=True)


@pytest.mark.parametrize("content", ["", "{}", '{"master": "zz"}', '{"master": "00"}', '{"master": 5}', "[]"])
def test_a_damaged_key_file_is_refused_and_not_quoted(tmp_path, content):
    path = tmp_path / "keys.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="damaged"):
        load_keys(path, from_environment=None, may_create=True)


def test_a_key_from_the_environment_wins_and_a_bad_one_is_not_quoted(tmp_path):
    assert load_keys(tmp_path / "none", from_environment="ab" * 32, may_create=False).fingerprint
    with pytest.raises(SettingsError) as caught:
        load_keys(tmp_path / "none", from_environment="s3cret", may_create=True)
    assert "s3cret" not in str(caught.value)
