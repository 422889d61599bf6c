"""What is there is documented: every command, every setting, every mart."""

from pathlib import Path

import pytest

from listening.cli import app
from listening.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands():
    for name in app:
        if not name.startswith("-"):
            yield name, app[name]
            for inner in app[name]:
                if not inner.startswith("-"):
                    yield f"{name} {inner}", app[name][inner]


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_a_command_has_help_and_stands_in_the_readme(name, command):
    assert command.help or command.default_command.__doc__
    assert f"listening {name}" in README


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_a_setting_has_a_description_and_stands_in_the_readme(name):
    assert Settings.model_fields[name].description
    assert f"`{name}`" in README


@pytest.mark.parametrize("mart", [path.name for path in (ROOT / "sql" / "marts").iterdir() if path.is_dir()])
def test_a_mart_stands_in_the_readme(mart):
    assert f"`{mart}`" in README


def test_every_changelog_line_is_under_a_heading():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in changelog
