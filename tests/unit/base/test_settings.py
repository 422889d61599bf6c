"""Settings: environment over file, typed errors that quote no value."""

import pytest

from listening.errors import SettingsError
from listening.settings import load_settings


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_hold_the_health_data_norm():
    assert load_settings().k == 11


def test_the_environment_wins_over_the_file_and_the_caller_over_both(elsewhere, monkeypatch):
    (elsewhere / "listening.toml").write_text("k = 20\nbatch_size = 7\n")
    monkeypatch.setenv("LISTENING_K", "15")
    assert (load_settings().k, load_settings().batch_size, load_settings(k=30).k) == (15, 7, 30)


@pytest.mark.parametrize(
    ("content", "setting"),
    [("k = 4\n", "k"), ("kk = 11\n", "kk"), ("k = 'many'\n", "k"), ("gate_refused_share = 2\n", "gate_refused_share")],
)
def test_a_wrong_value_names_its_setting(elsewhere, content, setting):
    (elsewhere / "listening.toml").write_text(content)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.setting == setting
    assert caught.value.__context__ is None


def test_a_file_that_is_no_toml_is_told(elsewhere):
    (elsewhere / "listening.toml").write_text("k = = 3")
    with pytest.raises(SettingsError, match="cannot be read as TOML"):
        load_settings()


def test_a_secret_is_neither_shown_nor_quoted(monkeypatch):
    monkeypatch.setenv("LISTENING_HMAC_KEY", "ab" * 32)
    assert "abab" not in repr(load_settings())
