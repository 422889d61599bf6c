"""Reads catalogue entries: those that ship with the package, and over them the operator's own."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from listening.assets import asset
from listening.catalogue.entry import Entry
from listening.errors import PermissionRefused, SettingsError
from listening.posts import SourceId
from listening.settings import Settings


def parse_entry(content: bytes, *, file: str) -> Entry:
    """Read one entry.

    Args:
        content: TOML.
        file: Name of the file, for messages; catalogue files are the operator's own words.

    Raises:
        SettingsError: It is no TOML, a key is unknown, missing or wrong. The message names file, key and remedy.
    """
    try:
        said = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        said = None
    if said is None:
        raise SettingsError(
            setting=f"catalogue file {file}", problem="not readable as TOML", remedy="Compare it with data/catalogue."
        )
    try:
        return Entry.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    where = ".".join(map(str, first["loc"])) or "entry"
    raise SettingsError(
        setting=f"catalogue file {file}, key {where}",
        problem=_problem(str(first["type"]), str(first["msg"])),
        remedy=_remedy(str(first["type"])),
    )


def load_folder(folder: Path) -> dict[SourceId, Entry]:
    """Read all `*.toml` of a folder; a missing folder holds none.

    Raises:
        SettingsError: An entry does not read, or two share an id.
    """
    found: dict[SourceId, Entry] = {}
    for path in sorted(folder.glob("*.toml")):
        entry = parse_entry(path.read_bytes(), file=path.name)
        if entry.id in found:
            raise SettingsError(
                setting=f"catalogue file {path.name}, key source_id",
                problem=f"{entry.source_id} stands in two files of the folder",
                remedy="Keep one file a source.",
            )
        found[entry.id] = entry
    return found


def load_catalogue(settings: Settings, *, shipped: Path | None = None) -> Mapping[SourceId, Entry]:
    """Give all entries by id, sorted; the operator's own file wins over a shipped one of the same id.

    Args:
        settings: Says where the operator's entries lie.
        shipped: Folder of the shipped entries; by default the package's.

    Raises:
        SettingsError: An entry does not read.
    """
    merged = load_folder(shipped or asset("data/catalogue")) | load_folder(settings.catalogue_dir)
    return dict(sorted(merged.items()))


def find_entry(settings: Settings, source_id: str) -> Entry:
    """Give one entry.

    Raises:
        PermissionRefused: There is none of this id.
        SettingsError: An entry does not read.
    """
    entry = load_catalogue(settings).get(SourceId(source_id))
    if entry is None:
        raise PermissionRefused(
            source_id=source_id,
            problem="it has no catalogue entry",
            remedy="See `listening sources`, or add a TOML file to the catalogue folder.",
        )
    return entry


def _problem(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "no such key"
    return message.removeprefix("Value error, ")


def _remedy(kind: str) -> str:
    match kind:
        case "extra_forbidden":
            return "Look for a typo, or remove it."
        case "missing":
            return "Add it; data/catalogue has examples."
        case _:
            return "Correct it; data/catalogue has examples."
