"""Starting a collector: what is written where, and when nothing is. That the outcome works is shown in integration."""

import json
from pathlib import Path

import pytest

from listening.cli import outcome
from listening.collect.scaffold import MAX_NAME, draft_collector, find_checkout, write_scaffold
from listening.errors import UsageError

FILES = [
    "src/listening/collect/lemmy_posts.py",
    "src/listening/collect/lemmy_posts_parse.py",
    "tests/unit/collect/test_collect_lemmy_posts.py",
]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "listening"\n')
    return tmp_path


def test_a_collector_is_a_module_its_parser_and_its_tests(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["collectors", "new", "lemmy_posts", "--checkout", str(checkout)]) == 0
    assert sorted(str(path.relative_to(checkout)) for path in checkout.rglob("*.py")) == FILES
    assert "class LemmyPostsCollector:" in (checkout / FILES[0]).read_text()
    assert all("$" not in (checkout / file).read_text().replace('/?$"', "") for file in FILES)
    assert '"lemmy_posts": _over_http(LemmyPostsQuery, LemmyPostsCollector),' in capsys.readouterr().out


def test_the_outcome_can_be_had_as_json(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["collectors", "new", "lemmy_posts", "--checkout", str(checkout), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["files"] == [str(checkout / file) for file in FILES]
    assert "LemmyPostsQuery" in said["registry"]


def test_the_checkout_is_found_from_within_and_no_other_project_is_one(checkout: Path) -> None:
    inner = checkout / "src" / "deep"
    inner.mkdir(parents=True)
    assert find_checkout(inner) == checkout.resolve()
    (inner / "pyproject.toml").write_text("[broken")
    assert find_checkout(inner) == checkout.resolve()


def test_outside_a_checkout_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "another"\n')
    assert outcome(["collectors", "new", "lemmy", "--checkout", str(tmp_path)]) == 2
    assert "no checkout of listening" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["pyproject.toml"]


@pytest.mark.parametrize("file", FILES)
def test_nothing_is_overwritten_and_no_half_is_left(checkout: Path, file: str) -> None:
    (checkout / file).parent.mkdir(parents=True)
    (checkout / file).write_text("mine")
    with pytest.raises(UsageError, match="there already"):
        write_scaffold(checkout, draft_collector("lemmy_posts"))
    assert [path.read_text() for path in checkout.rglob("*.py")] == ["mine"]


@pytest.mark.parametrize(
    "name",
    ["", "Lemmy", "4chan", "lemmy-posts", "../lemmy", "class", "a__b", "lemmy_", "lemmy_parse", "x" * (MAX_NAME + 1)],
)
def test_what_cannot_name_a_module_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="lower case letters"):
        draft_collector(name)
