"""The policy: one documented file with a version, explained in words, and refused where it is wrong."""

import tomllib
from importlib.resources import files

import pytest

from listening.errors import SettingsError
from listening.privacy.explain import explain, languages
from listening.privacy.policy import load_policy, read_policy, shipped_policy
from listening.privacy.recognizers import recogniser_classes


def test_the_version_changes_with_every_byte_of_the_file():
    shipped = shipped_policy()
    assert read_policy(shipped.encode()).policy_version == load_policy().policy_version
    assert read_policy((shipped + "\n").encode()).policy_version != load_policy().policy_version


def test_every_table_and_setting_of_the_file_is_documented():
    shipped = shipped_policy()
    for table in ("default_deny", "randomise", "languages", "recognizers", "entities"):
        before = shipped.split(f"[{table}]")[0].rstrip().splitlines()
        assert before[-1].startswith("#"), table


def test_every_recogniser_is_explained_under_its_entity():
    lines = {line.entity: line for line in explain(load_policy())}
    for recogniser in recogniser_classes():
        entity = load_policy().recognizers[recogniser.__name__].entity
        assert recogniser.__name__ in lines[entity].detected_by
    assert lines["UNKNOWN_WORD"].detected_by == ("default_deny",)
    assert "narrows" in lines["AGE"].when
    assert lines["PERSON"].stored_as == "<PERSON>"
    assert "en" in lines["PERSON"].languages


def test_a_language_without_its_base_model_is_told():
    told = languages(load_policy())
    assert told["en"]
    assert set(told) == {"en", "fr", "de", "es", "it", "pt"}


def test_a_policy_of_ones_own_is_read_from_its_file(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text(shipped_policy().replace("version = 2", "version = 7"))
    assert load_policy(path).version == 7


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read"),
        ("version = [", "no TOML"),
        ("version = 1\nthreshold = 7", "threshold"),
        ('secret = "Okonkwo"', "version"),
    ],
)
def test_a_wrong_policy_is_refused_without_quoting_it(tmp_path, content, problem):
    path = tmp_path / "policy.toml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SettingsError) as caught:
        load_policy(path)
    assert problem in str(caught.value)
    assert "Okonkwo" not in str(caught.value)
    assert caught.value.__context__ is None


def test_default_deny_is_on_for_all_but_the_sources_policy_names():
    policy = load_policy()
    assert policy.denies_by_default(None)
    assert policy.denies_by_default("demo")
    named = policy.model_copy(update={"default_deny": policy.default_deny.model_copy(update={"off_for": ("demo",)})})
    assert not named.denies_by_default("demo")
    assert named.denies_by_default("other")


def test_every_list_has_a_provenance_and_a_licence_and_none_is_named_in_vain():
    folder = files("listening.privacy.data")
    provenance = tomllib.loads(folder.joinpath("PROVENANCE.toml").read_text("utf-8"))
    lists = {item.name.removesuffix(".txt") for item in folder.iterdir() if item.name.endswith(".txt")}
    assert lists == set(provenance)
    assert all(entry["sources"] and entry["licence"] for entry in provenance.values())
