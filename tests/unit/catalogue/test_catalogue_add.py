"""An entry of one's own: what is asked, what is composed, and how it gets into the catalogue folder."""

import io
import json
import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.assets import asset
from listening.catalogue.draft import Question, compose, read_assignments, to_toml
from listening.catalogue.entry import Entry
from listening.catalogue.load import load_folder, parse_entry
from listening.catalogue.save import save_entry
from listening.cli import outcome
from listening.errors import PermissionRefused, SettingsError, UsageError
from listening.posts import SourceId
from listening.settings import Settings

TODAY = date(2026, 11, 24)
NOW = "2026-11-24T08:00:00Z"
SHIPPED = load_folder(asset("data/catalogue"))


def answers(**said: str) -> Callable[[Question], str]:
    """Answer by key, or with the default; a question nobody expected fails the test."""

    def ask(question: Question) -> str:
        answer = said.get(question.key.replace(".", "_"), question.default)
        assert answer is not None, question
        return answer

    return ask


def drafted(source_id: str = "my-blog", held: Entry | None = None, **said: Any) -> Entry:
    plain: dict[str, Any] = {"options": {}, "assignments": (), "query": (), "ask": answers()}
    return parse_entry(compose(source_id, held=held, today=TODAY, **{**plain, **said}).encode(), file="x.toml")


def test_what_is_not_asked_has_a_careful_default() -> None:
    made = drafted(
        ask=answers(terms_url="https://b.example/terms", query_urls="https://b.example/a, https://b.example/b")
    )
    assert (made.collector, made.basis, made.robots) == ("feed", "open-feed", "obey")
    assert made.query == {"urls": ["https://b.example/a", "https://b.example/b"]}
    assert made.expires_on == date(2027, 11, 24)
    assert (made.enabled_by_default, made.terms.reviewed_on, made.retention_days) == (False, None, 90)


@pytest.mark.parametrize(
    ("collector", "asked", "basis"),
    [
        ("mastodon", ["query.instances", "query.tags"], "api-terms"),
        ("export", ["licence_reference", "query.drop"], "licence"),
        ("atproto", ["query.service", "query.searches"], "api-terms"),
        ("gopher", [], "api-terms"),
    ],
)
def test_what_is_asked_depends_on_what_was_answered(collector: str, asked: list[str], basis: str) -> None:
    seen: dict[str, str | None] = {}

    def ask(question: Question) -> str:
        seen[question.key] = question.default
        return collector if question.key == "collector" else question.default or "https://x.example/"

    drafted(ask=ask)
    assert [key for key in seen if key == "licence_reference" or key.startswith("query.")] == asked
    assert seen["basis"] == basis


def test_options_win_over_the_entry_that_a_new_one_begins_as() -> None:
    held = SHIPPED[SourceId("sermo-export")]
    made = drafted("sermo-export", held, options={"licence_reference": "C-17"}, assignments=["retention_days=30"])
    assert (made.licence_reference, made.retention_days) == ("C-17", 30)
    assert made.query == held.query
    assert not made.lacks_licence


@pytest.mark.parametrize("held", [one for one in SHIPPED.values() if one.closed is None], ids=lambda one: one.source_id)
def test_a_copy_of_a_shipped_entry_says_what_it_says(held: Entry) -> None:
    made = drafted(held.source_id, held, options={"licence_reference": "C-17"} if held.lacks_licence else {})
    assert made.model_copy(update={"licence_reference": held.licence_reference}) == held


def test_no_copy_is_made_of_a_closed_entry() -> None:
    with pytest.raises(PermissionRefused, match="no lawful route"):
        drafted("quora", SHIPPED[SourceId("quora")])


def test_assignments_are_read_as_toml_or_as_text() -> None:
    said = read_assignments(["sponsored=true", "deletion.deadline_hours=24", "title=Dr = doctor", "contact=1\nx=2"])
    assert said == {"sponsored": True, "deletion.deadline_hours": 24, "title": "Dr = doctor", "contact": "1\nx=2"}
    said = read_assignments(["tags=a", "tags=b", "service=https://x.example"], prefix="query.")
    assert said == {"query.tags": ["a", "b"], "query.service": "https://x.example"}
    assert read_assignments(['urls=["a", "b"]'], prefix="query.") == {"query.urls": ["a", "b"]}


@pytest.mark.parametrize("assignment", ["language", "=en", " = "])
def test_what_is_no_assignment_is_a_usage_error(assignment: str) -> None:
    with pytest.raises(UsageError, match="KEY=VALUE"):
        read_assignments([assignment])


SCALARS = st.booleans() | st.integers(-(2**60), 2**60) | st.text(st.characters(exclude_categories=["Cs"])) | st.dates()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3), max_leaves=6)
TABLES = st.recursive(
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), VALUES, max_size=4),
    lambda inner: st.dictionaries(st.text(max_size=4, alphabet='ab. é"\x7f'), VALUES | inner, max_size=4),
    max_leaves=5,
)


@given(said=TABLES)
def test_what_is_written_as_toml_reads_as_the_same(said: dict[str, Any]) -> None:
    assert tomllib.loads(to_toml(said)) == said


ENTRY = compose(
    "my-blog",
    held=None,
    options={"terms.url": "https://b.example/terms"},
    assignments=(),
    query=["urls=https://b.example/feed"],
    ask=answers(),
    today=TODAY,
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def test_an_entry_is_saved_as_it_was_given_and_only_once(settings: Settings) -> None:
    content = b"# mine\n" + ENTRY.encode()
    _, path = save_entry(settings, content, file="x.toml")
    assert path.read_bytes() == content
    with pytest.raises(UsageError, match="already has an entry my-blog"):
        save_entry(settings, ENTRY.encode(), file="x.toml")
    assert path.read_bytes() == content
    save_entry(settings, ENTRY.encode(), file="x.toml", overwrite=True)
    assert path.read_bytes() == ENTRY.encode()
    assert [one.name for one in settings.catalogue_dir.iterdir()] == ["my-blog.toml"]


def test_an_entry_that_does_not_read_is_not_saved(settings: Settings) -> None:
    with pytest.raises(SettingsError):
        save_entry(settings, b"source_id = 'x'", file="x.toml")
    assert not settings.catalogue_dir.exists()


def test_two_files_for_one_source_are_never_made(settings: Settings) -> None:
    settings.catalogue_dir.mkdir(parents=True)
    (settings.catalogue_dir / "other-name.toml").write_text(ENTRY)
    with pytest.raises(UsageError, match="file of another name"):
        save_entry(settings, ENTRY.encode(), file="x.toml", overwrite=True)


def test_a_disk_that_fails_leaves_the_old_entry_whole(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    _, path = save_entry(settings, ENTRY.encode(), file="x.toml")

    def full(*_: object) -> None:
        raise OSError(28, "no space left on device")

    # A full disk cannot be had here without root.
    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="no space"):
        save_entry(settings, b"# new\n" + ENTRY.encode(), file="x.toml", overwrite=True)
    assert path.read_bytes() == ENTRY.encode()
    assert [one.name for one in settings.catalogue_dir.iterdir()] == ["my-blog.toml"]


class Desk:
    """A data home and what commands say in it."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self.capsys = capsys

    def do(self, *words: str) -> tuple[int, str, str]:
        code = outcome(["sources", *words, "--home", str(self.home)])
        said = self.capsys.readouterr()
        return code, said.out, said.err


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return Desk(tmp_path / "home", capsys)


BLOG = ("--terms-url", "https://b.example/terms", "--query", "urls=https://b.example/feed", "--now", NOW)


def test_a_source_is_added_by_options_and_waits_to_be_enabled(desk: Desk) -> None:
    code, out, _ = desk.do("add", "my-blog", *BLOG, "--set", "language=en", "--json")
    said = json.loads(out)
    assert (code, said["state"], said["file"]) == (0, "unreviewed", str(desk.home / "catalogue" / "my-blog.toml"))
    assert parse_entry(Path(said["file"]).read_bytes(), file="x").language == "en"
    code, out, _ = desk.do("enable", "my-blog", "--now", NOW, "--json")
    assert (code, json.loads(out)["state"], json.loads(out)["changed"]) == (0, "ready", True)
    code, out, _ = desk.do("enable", "my-blog", "--now", NOW, "--json")
    assert json.loads(out)["changed"] is False
    code, out, _ = desk.do("disable", "my-blog", "--now", NOW, "--json")
    assert (code, json.loads(out)["state"], json.loads(out)["terms_reviewed_on"]) == (0, "disabled", None)


def test_a_licensed_source_is_opened_by_naming_the_contract(desk: Desk) -> None:
    assert desk.do("enable", "sermo-export", "--now", NOW)[0] == 11
    code, out, _ = desk.do("add", "sermo-export", "--licence-reference", "C-17", "--now", NOW)
    assert (code, "unreviewed" in out) == (0, True)
    assert desk.do("enable", "sermo-export", "--now", NOW)[0] == 0
    code, out, _ = desk.do("--json")
    assert {one["source"]: one["state"] for one in json.loads(out)}["sermo-export"] == "ready"


def test_an_existing_entry_of_ones_own_is_kept_without_force(desk: Desk) -> None:
    assert desk.do("add", "my-blog", *BLOG)[0] == 0
    code, _, err = desk.do("add", "my-blog", *BLOG, "--title", "Another")
    assert (code, "--force" in err) == (2, True)
    assert desk.do("add", "my-blog", *BLOG, "--title", "Another", "--force")[0] == 0
    assert b"Another" in (desk.home / "catalogue" / "my-blog.toml").read_bytes()


def test_a_source_is_added_from_a_file(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "given.toml").write_text("# mine\n" + ENTRY)
    assert desk.do("add", "--from", str(tmp_path / "given.toml"), "--now", NOW)[0] == 0
    assert (desk.home / "catalogue" / "my-blog.toml").read_text().startswith("# mine")


@pytest.mark.parametrize(
    ("words", "code", "problem"),
    [
        (["add"], 2, "no name"),
        (["add", "my-blog"], 2, "Nothing says terms.url. Give --terms-url"),
        (["add", "my-blog", "--terms-url", "https://b.example/t"], 2, "Nothing says query.urls. Give --query urls="),
        (["add", "my-blog", *BLOG, "--set", "retension_days=3"], 10, "key retension_days: no such key"),
        (["add", "my-blog", *BLOG, "--query", "kind=poem"], 10, "key query.kind"),
        (["add", "my-blog", *BLOG, "--collector", "gopher"], 10, "no such collector"),
        (["add", "my-blog", *BLOG, "--set", "language"], 2, "KEY=VALUE"),
        (["add", "My Blog", *BLOG], 10, "key source_id"),
        (["add", "my-blog", "--from", "nowhere.toml"], 2, "cannot be read"),
        (["add", "my-blog", "--from", "nowhere.toml", *BLOG], 2, "not both"),
        (["add", "quora"], 11, "no lawful route"),
        (["enable", "quora"], 11, "no lawful route"),
        (["enable", "nobody-knows-it"], 11, "no catalogue entry"),
        (["show", "nobody-knows-it"], 11, "no catalogue entry"),
        (["check", "nobody-knows-it"], 11, "no catalogue entry"),
        (["check", "quora"], 11, "no lawful route"),
        (["check", "med-mastodon"], 11, "not one request"),
        (["check", "sermo-export"], 11, "licence on file"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_exit_code_and_nothing_is_written(
    desk: Desk, words: list[str], code: int, problem: str
) -> None:
    found, out, err = desk.do(*words)
    assert (found, out) == (code, "")
    assert problem in err
    assert not desk.home.exists()


def test_a_file_of_another_source_than_the_one_named_is_refused(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "given.toml").write_text(ENTRY)
    assert desk.do("add", "other", "--from", str(tmp_path / "given.toml"))[0] == 2


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_what_is_missing_is_asked_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = [
        "An invented instance", "mastodon", "", "api-terms", "", "https://m.example/t", "", "2027-01-31",
        "https://m.example", "medicine, nursing",
    ]  # fmt: skip
    monkeypatch.setattr("sys.stdin", Terminal("\n".join(typed) + "\n"))
    code, _, err = desk.do("add", "invented", "--now", NOW)
    assert code == 0, err
    made = parse_entry((desk.home / "catalogue" / "invented.toml").read_bytes(), file="x")
    assert (made.title, made.network, made.expires_on) == ("An invented instance", "mastodon", date(2027, 1, 31))
    assert made.query == {"instances": ["https://m.example"], "tags": ["medicine", "nursing"]}
    assert err.count("Address of the terms") == 2


def test_a_terminal_that_ends_before_all_was_said_writes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("An invented feed\n"))
    code, _, err = desk.do("add", "invented")
    assert (code, "ended before all was said" in err) == (2, True)
    assert not desk.home.exists()


def test_sources_are_listed_by_state_and_shown_whole(desk: Desk) -> None:
    code, out, _ = desk.do("--state", "refused", "--json")
    found = json.loads(out)
    assert code == 0
    assert {one["state"] for one in found} == {"refused"}
    assert "there is no lawful route to it" in next(one["reason"] for one in found if one["source"] == "quora")
    code, out, _ = desk.do("show", "sermo-export")
    assert (code, "query.columns.post_id" in out, "refused" in out) == (0, True, True)
    code, out, _ = desk.do("show", "sermo-export", "--json")
    assert json.loads(out)["query"]["columns"]["post_id"] == "native_id"


def test_the_moment_is_passed_in(desk: Desk) -> None:
    desk.do("add", "my-blog", *BLOG)
    desk.do("enable", "my-blog", "--now", NOW)
    late = datetime(2028, 1, 1, tzinfo=UTC).isoformat()
    code, _, err = desk.do("check", "my-blog", "--now", late)
    assert (code, "expired" in err) == (11, True)
