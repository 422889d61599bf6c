"""What `listening collectors new` writes holds in a copy of the checkout: linted, typed, and its tests pass."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from listening.collect.scaffold import MAX_NAME, draft_collector, write_scaffold

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("a", "zulip", "nostr_relay", "abcdefgh_ijklmnop_qrstuv")
"""Short and long, and on both sides of the other modules in an import list."""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("checkout")
    shutil.copy(ROOT / "pyproject.toml", copy)
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "tests" / "unit" / "collect").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "unit" / "collect" / "conftest.py", copy / "tests" / "unit" / "collect")
    assert len(NAMES[-1]) == MAX_NAME
    for name in NAMES:
        write_scaffold(copy, draft_collector(name))
    return copy


def files(name: str) -> list[str]:
    return list(draft_collector(name).files)


def run(checkout: Path, *words: str) -> None:
    # The copy's package, not the installed one.
    env = {**os.environ, "PYTHONPATH": str(checkout / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-m", *words], cwd=checkout, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_files_are_formatted_and_linted(checkout: Path) -> None:
    made = [file for name in NAMES for file in files(name)]
    run(checkout, "ruff", "format", "--check", "--no-cache", *made)
    run(checkout, "ruff", "check", "--no-cache", *made)


def test_the_modules_are_strictly_typed(checkout: Path) -> None:
    made = [file for file in files("zulip") if file.startswith("src")]
    run(checkout, "mypy", "--strict", "--cache-dir", str(checkout / ".mypy"), *made)


def test_the_contract_tests_pass_as_they_stand(checkout: Path) -> None:
    made = [file for name in ("a", NAMES[-1]) for file in files(name) if file.startswith("tests")]
    run(checkout, "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", *made)
