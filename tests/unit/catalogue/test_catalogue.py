"""The catalogue: which source may be read, and what it takes."""

import json
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from listening.assets import asset
from listening.catalogue.confirmations import Confirmation, read_confirmations
from listening.catalogue.entry import Entry
from listening.catalogue.load import find_entry, load_catalogue, load_folder, parse_entry
from listening.catalogue.permission import check, check_reviewed, disable, enable, list_sources
from listening.errors import PermissionRefused, SettingsError
from listening.settings import Settings

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TODAY = NOW.date()
ENTRY = """
source_id = "invented-feed"
title = "An invented feed"
network = "web"
collector = "feed"
basis = "open-feed"
purpose = "to test"
expires_on = 2027-06-30
fields = ["native_id", "text", "created_at", "author_handle"]
robots = "obey"
retention_days = 90
sponsored = false
expected_posts_a_day = 3
[terms]
url = "https://feed.example/terms"
[deletion]
duty = "honour removal"
deadline_hours = 24
[query]
urls = ["https://feed.example/feed.xml"]
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(home=tmp_path / "home")
    made.catalogue_dir.mkdir(parents=True)
    (made.catalogue_dir / "invented-feed.toml").write_text(ENTRY)
    return made


def entry(text: str = ENTRY) -> Entry:
    return parse_entry(text.encode(), file="invented-feed.toml")


def state_of(settings: Settings, source_id: str = "invented-feed", today: date = TODAY) -> tuple[str, str]:
    return next((s.state, s.reason) for s in list_sources(settings, today) if s.entry.source_id == source_id)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("sponsored = false", "sponsered = false", "sponsored"),
        ("retention_days = 90", "retention_days = 90\nretention = 90", "retention"),
        ('robots = "obey"', 'robots = "ignore"', "robots"),
        ("retention_days = 90", "retention_days = 0", "retention_days"),
        ('"author_handle"]', '"author_email"]', "fields.3"),
        ('url = "https://feed.example/terms"', 'url = "see website"', "terms.url"),
        ("[terms]", '[terms]\nreviewer = "x"', "terms.reviewer"),
        ("[terms]", "[terms]\nreviewed_on = 2026-01-01", "terms"),
        ("robots", "enabled_by_default = true\nrobots", "entry"),
        ('source_id = "invented-feed"', 'source_id = "Invented Feed"', "source_id"),
        ("expires_on = 2027-06-30", "", "expires_on"),
    ],
)
def test_a_slip_in_an_entry_is_an_error_that_names_file_key_and_remedy(old: str, new: str, key: str) -> None:
    with pytest.raises(SettingsError) as caught:
        entry(ENTRY.replace(old, new, 1))
    assert caught.value.setting == f"catalogue file invented-feed.toml, key {key}"
    assert caught.value.remedy
    assert caught.value.__context__ is None


@pytest.mark.parametrize("content", [b"\xff\xfe", b"source_id = ", b"[[["])
def test_what_is_no_toml_is_a_settings_error(content: bytes) -> None:
    with pytest.raises(SettingsError, match="not readable as TOML"):
        parse_entry(content, file="broken.toml")


def test_two_files_of_one_folder_cannot_share_an_id(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(ENTRY)
    (tmp_path / "b.toml").write_text(ENTRY)
    with pytest.raises(SettingsError, match="two files"):
        load_folder(tmp_path)


def test_the_operators_file_wins_over_the_shipped_one(settings: Settings, tmp_path: Path) -> None:
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "x.toml").write_text(ENTRY.replace("An invented feed", "As shipped"))
    (shipped / "y.toml").write_text(ENTRY.replace("invented-feed", "other-feed"))
    merged = load_catalogue(settings, shipped=shipped)
    assert list(merged) == ["invented-feed", "other-feed"]
    assert merged[entry().id].title == "An invented feed"


def test_a_source_without_an_entry_is_refused(settings: Settings) -> None:
    with pytest.raises(PermissionRefused, match="no catalogue entry"):
        find_entry(settings, "nobody-knows-it")


def test_an_unconfirmed_source_is_refused_until_it_is_enabled(settings: Settings) -> None:
    assert state_of(settings)[0] == "unreviewed"
    with pytest.raises(PermissionRefused, match="nobody has reviewed its terms"):
        check(entry(), None, TODAY)
    confirmation = enable(settings, "invented-feed", confirmed_by_role="compliance reviewer", now=NOW)
    assert confirmation.terms_reviewed_on == TODAY
    check(entry(), read_confirmations(settings)[entry().id], TODAY)
    assert state_of(settings) == ("ready", "")


def test_a_disabled_source_is_refused(settings: Settings) -> None:
    enable(settings, "invented-feed", confirmed_by_role="operator", now=NOW)
    disable(settings, "invented-feed", confirmed_by_role="operator", now=NOW)
    assert state_of(settings)[0] == "disabled"
    with pytest.raises(PermissionRefused, match="disabled"):
        check(entry(), read_confirmations(settings)[entry().id], TODAY)


def test_a_changed_entry_must_be_confirmed_again(settings: Settings) -> None:
    enable(settings, "invented-feed", confirmed_by_role="operator", now=NOW)
    file = settings.catalogue_dir / "invented-feed.toml"
    file.write_text(ENTRY.replace("feed.xml", "everything.xml"))
    assert state_of(settings)[0] == "refused"
    assert "changed" in state_of(settings)[1]
    enable(settings, "invented-feed", confirmed_by_role="operator", now=NOW)
    assert state_of(settings)[0] == "ready"


def test_a_permission_holds_on_its_last_day_and_not_on_the_next(settings: Settings) -> None:
    enable(settings, "invented-feed", confirmed_by_role="operator", now=NOW)
    assert state_of(settings, today=date(2027, 6, 30))[0] == "ready"
    assert state_of(settings, today=date(2027, 7, 1))[0] == "expired"


def test_an_expired_source_cannot_be_enabled_and_nothing_is_written(settings: Settings) -> None:
    late = datetime(2027, 7, 1, tzinfo=UTC)
    with pytest.raises(PermissionRefused, match="expired on 2027-06-30"):
        enable(settings, "invented-feed", confirmed_by_role="operator", now=late)
    assert not settings.permissions_path.exists()


def test_a_role_is_needed_to_confirm(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="role"):
        enable(settings, "invented-feed", confirmed_by_role="  ", now=NOW)


def test_an_entry_that_forbids_the_text_allows_nothing() -> None:
    made = entry(ENTRY.replace('"text", ', ""))
    with pytest.raises(PermissionRefused, match="does not allow the field text"):
        check(made, None, TODAY)


@pytest.mark.parametrize("basis", ["licence", "written-permission"])
def test_an_entry_whose_contract_nobody_named_reads_and_can_never_be_enabled(settings: Settings, basis: str) -> None:
    text = ENTRY.replace('basis = "open-feed"', f'basis = "{basis}"')
    (settings.catalogue_dir / "invented-feed.toml").write_text(text)
    state, reason = state_of(settings)
    assert (state, "needs a licence on file" in reason) == ("refused", True)
    assert "set licence_reference" in reason
    with pytest.raises(PermissionRefused, match="licence on file"):
        enable(settings, "invented-feed", confirmed_by_role="operator", now=NOW)
    assert not settings.permissions_path.exists()
    own = text.replace("[terms]", 'licence_reference = "C-17"\n[terms]', 1)
    (settings.catalogue_dir / "invented-feed.toml").write_text(own)
    enable(settings, "invented-feed", confirmed_by_role="operator", now=NOW)
    assert state_of(settings) == ("ready", "")


def test_own_data_cannot_go_by_default_without_its_licence() -> None:
    text = ENTRY.replace('basis = "open-feed"', 'basis = "licence"\nenabled_by_default = true').replace(
        "[terms]", '[terms]\nreviewed_on = 2026-01-01\nreviewed_by_role = "owner"'
    )
    with pytest.raises(PermissionRefused, match="licence on file"):
        check(entry(text), None, TODAY)


def test_a_closed_source_is_refused_with_its_reason_whatever_was_confirmed(settings: Settings) -> None:
    enable(settings, "invented-feed", confirmed_by_role="operator", now=NOW)
    closed = ENTRY.replace("[terms]", 'closed = "it was shut down."\n[terms]', 1)
    (settings.catalogue_dir / "invented-feed.toml").write_text(closed)
    state, reason = state_of(settings)
    assert state == "refused"
    assert reason.startswith("there is no lawful route to it: it was shut down. Use another source.")
    with pytest.raises(PermissionRefused, match="it was shut down"):
        enable(settings, "invented-feed", confirmed_by_role="operator", now=NOW)
    with pytest.raises(PermissionRefused, match="it was shut down"):
        check(entry(closed), confirmation(entry(closed)), TODAY)


def test_a_closed_source_says_so_before_it_says_that_it_expired(settings: Settings) -> None:
    closed = ENTRY.replace("[terms]", 'closed = "it was shut down"\n[terms]', 1)
    (settings.catalogue_dir / "invented-feed.toml").write_text(closed)
    assert "shut down" in state_of(settings, today=date(2030, 1, 1))[1]


def confirmation(made: Entry, **said: object) -> Confirmation:
    plain = {"source_id": made.source_id, "is_enabled": True, "by_role": "operator", "at": NOW}
    return Confirmation(**{**plain, "entry_digest": made.digest, "terms_reviewed_on": TODAY, **said})  # type: ignore[arg-type]


REVIEWED = ENTRY.replace("[terms]", '[terms]\nreviewed_on = 2026-01-01\nreviewed_by_role = "counsel"')


@pytest.mark.parametrize(
    ("text", "said", "problem"),
    [
        (REVIEWED, None, ""),
        (REVIEWED, {"is_enabled": False}, ""),
        (ENTRY, {}, ""),
        (ENTRY, None, "nobody has reviewed its terms"),
        (ENTRY, {"entry_digest": "of another version"}, "nobody has reviewed its terms"),
        (ENTRY, {"is_enabled": False}, "nobody has reviewed its terms"),
        (REVIEWED.replace("2027-06-30", "2026-06-30"), None, "expired"),
        (REVIEWED.replace("sponsored", 'closed = "shut"\nsponsored'), {}, "no lawful route"),
        (REVIEWED.replace("open-feed", "licence"), {}, "licence on file"),
    ],
)
def test_a_source_may_be_looked_at_once_its_terms_were_reviewed(
    text: str, said: dict[str, object] | None, problem: str
) -> None:
    made = entry(text)
    held = None if said is None else confirmation(made, **said)
    if not problem:
        check_reviewed(made, held, TODAY)
        return
    with pytest.raises(PermissionRefused, match=problem):
        check_reviewed(made, held, TODAY)


def test_own_data_with_reviewed_terms_can_be_enabled_by_default_and_still_be_disabled(settings: Settings) -> None:
    own = ENTRY.replace('robots = "obey"', 'robots = "obey"\nenabled_by_default = true').replace(
        "[terms]", '[terms]\nreviewed_on = 2026-01-01\nreviewed_by_role = "owner"'
    )
    (settings.catalogue_dir / "invented-feed.toml").write_text(own)
    assert state_of(settings)[0] == "ready"
    disable(settings, "invented-feed", confirmed_by_role="operator", now=NOW)
    assert state_of(settings)[0] == "disabled"


def test_reviewed_terms_alone_do_not_enable_a_source(settings: Settings) -> None:
    text = ENTRY.replace("[terms]", '[terms]\nreviewed_on = 2026-01-01\nreviewed_by_role = "counsel"')
    (settings.catalogue_dir / "invented-feed.toml").write_text(text)
    assert state_of(settings)[0] == "disabled"


@pytest.mark.parametrize("damage", ["", "[]", "{", '{"confirmations": {"invented-feed": {}}}', '{"confirmations": 3}'])
def test_a_damaged_file_of_confirmations_confirms_nothing(settings: Settings, damage: str) -> None:
    settings.permissions_path.write_text(damage)
    with pytest.raises(SettingsError, match="damaged"):
        list_sources(settings, TODAY)


def test_confirmations_of_other_sources_stay(settings: Settings) -> None:
    (settings.catalogue_dir / "other.toml").write_text(ENTRY.replace("invented-feed", "other-feed"))
    enable(settings, "invented-feed", confirmed_by_role="operator", now=NOW)
    enable(settings, "other-feed", confirmed_by_role="operator", now=NOW)
    assert set(json.loads(settings.permissions_path.read_text())["confirmations"]) == {"invented-feed", "other-feed"}
    assert [path.name for path in settings.home.iterdir() if path.name.startswith(".permissions")] == []


def test_every_shipped_entry_reads_waits_for_the_operator_and_is_named_for_its_source() -> None:
    folder = asset("data/catalogue")
    shipped = load_folder(folder)
    assert len(shipped) >= 4
    for path in folder.glob("*.toml"):
        made = shipped[parse_entry(path.read_bytes(), file=path.name).id]
        assert path.stem == made.source_id
        assert not made.enabled_by_default
        assert made.terms.reviewed_on is None
        with pytest.raises(PermissionRefused):
            check(made, None, TODAY)
        assert tomllib.loads(path.read_text())["purpose"]


def test_a_confirmation_that_cannot_be_written_leaves_the_old_file_whole(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    enable(settings, "invented-feed", confirmed_by_role="operator", now=NOW)
    before = settings.permissions_path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "no space left on device")

    # A full disk cannot be had here without root.
    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="no space"):
        disable(settings, "invented-feed", confirmed_by_role="operator", now=NOW)
    assert settings.permissions_path.read_bytes() == before
    assert not list(settings.home.glob(".permissions-*"))


def test_a_confirmation_without_a_review_of_the_terms_is_not_enough(settings: Settings) -> None:
    enable(settings, "invented-feed", confirmed_by_role="operator", now=NOW)
    said = json.loads(settings.permissions_path.read_text())
    said["confirmations"]["invented-feed"]["terms_reviewed_on"] = None
    settings.permissions_path.write_text(json.dumps(said))
    assert state_of(settings)[0] == "unreviewed"


def test_a_written_permission_needs_its_reference() -> None:
    text = ENTRY.replace('basis = "open-feed"', 'basis = "written-permission"\nlicence_reference = "letter 7"')
    assert entry(text).licence_reference == "letter 7"


def test_an_entry_knows_the_hosts_it_asks() -> None:
    query = 'urls = ["https://b.example/x", "http://a.example:8080/y"]\nkind = "article"\nnested = { more = ["https://b.example/z"] }'
    made = entry(ENTRY.replace('urls = ["https://feed.example/feed.xml"]', query))
    assert made.hosts == ("a.example:8080", "b.example")
