"""The manifest of a licensed drop: what the supplier allows, and the proof that the files are the ones it speaks of.

Which column holds what is said by the manifest, or, where it says nothing, by the catalogue entry (`query.columns`). No message names a file: suppliers' file names can hold people's names. It says "file 2 of 3".
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from listening.catalogue.entry import ESSENTIAL_FIELDS, Entry, FieldName
from listening.errors import ManifestInvalid, PermissionRefused

MANIFEST_NAME = "manifest.toml"
COUNTS = ("replies", "reposts", "likes", "quotes")
"""Columns may also be mapped to one of these; together they are the field `engagement`."""

Target = FieldName | Literal["replies", "reposts", "likes", "quotes"]


class ManifestFile(BaseModel):
    """One file of the drop. `path` is relative to the manifest."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    path: Annotated[str, StringConstraints(min_length=1)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")]
    format: Literal["ndjson", "csv", "parquet", "xlsx"]
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    sheet: Annotated[str, StringConstraints(min_length=1)] | None = None
    """Which sheet of a workbook is read; needed where it has several."""


class TombstoneFile(BaseModel):
    """The supplier's list of posts that are gone: a native id a line, or NDJSON objects with the key `native_id`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    path: Annotated[str, StringConstraints(min_length=1)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")]
    format: Literal["lines", "ndjson"] = "lines"


class Manifest(BaseModel):
    """What `manifest.toml` says. `columns` maps the source's column names to fields of a `RawPost`.

    A drop may hold tombstones only, and then no `files`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    licence_id: Annotated[str, StringConstraints(min_length=1)]
    purpose: Annotated[str, StringConstraints(min_length=1)]
    expires_on: date
    fields: tuple[FieldName, ...] = Field(min_length=1)
    columns: dict[str, Target] | None = None
    text_format: Literal["plain", "html"] = "plain"
    files: tuple[ManifestFile, ...] = ()
    tombstones: TombstoneFile | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """A manifest that was read, and what it comes to.

    `digest` is 64 hex digits of the manifest, and of the columns where the entry names them. `paths` are the files in
    order, `tombstones` the list of what is gone. The `repr` shows no path.
    """

    manifest: Manifest
    digest: str
    paths: tuple[Path, ...]
    columns: Mapping[str, Target]
    tombstones: Path | None

    def __repr__(self) -> str:
        return f"<Drop of {len(self.paths)} files>"


def read_drop(folder: Path, entry: Entry, today: date, columns: Mapping[str, Target] | None = None) -> Drop:
    """Read the manifest and hold it against the entry; the files themselves are checked by `verify_files`.

    Args:
        folder: Where the drop lies.
        entry: The source's.
        today: The day the licence must hold.
        columns: The entry's own, used where the manifest names none.

    Raises:
        ManifestInvalid: It is missing or damaged, of another licence, expired, or maps a field it does not allow.
        PermissionRefused: It maps a field that the catalogue entry does not allow.
    """
    content = _content(folder, entry)
    manifest = _parse(content, entry)
    if manifest.licence_id != entry.licence_reference:
        raise _invalid(entry, "the manifest is of another licence", "Ask the supplier, or correct licence_reference.")
    if today > manifest.expires_on:
        raise _invalid(entry, f"the licence expired on {manifest.expires_on.isoformat()}", "Ask for a new drop.")
    if not manifest.files and manifest.tombstones is None:
        raise _invalid(entry, f"{MANIFEST_NAME} names no files", "Add [[files]], or [tombstones].")
    used = manifest.columns if manifest.columns is not None else columns
    if manifest.files:
        _check_fields(used, manifest, entry)
    names = [f"file {index} of {len(manifest.files)}" for index in range(1, len(manifest.files) + 1)]
    paths = [_inside(folder, file.path, name, entry) for file, name in zip(manifest.files, names, strict=True)]
    gone = manifest.tombstones
    return Drop(
        manifest=manifest,
        digest=_digest(content, manifest, columns),
        paths=tuple(paths),
        columns=dict(used or {}),
        tombstones=_inside(folder, gone.path, "the list of tombstones", entry) if gone else None,
    )


def _digest(content: bytes, manifest: Manifest, columns: Mapping[str, Target] | None) -> str:
    """Name a drop: where its columns are the entry's, a correction of those makes it a new one, to be read again."""
    said = hashlib.sha256(content)
    if manifest.columns is None and columns is not None:
        said.update(json.dumps(dict(columns), sort_keys=True).encode())
    return said.hexdigest()


def _inside(folder: Path, said: str, name: str, entry: Entry) -> Path:
    root = folder.resolve()
    path = (root / said).resolve()
    if not path.is_relative_to(root):
        raise _invalid(entry, f"{name} lies outside the drop", "Correct its path.")
    return path


def verify_files(drop: Drop, entry: Entry) -> None:
    """Hold every file against its SHA-256: one that fails refuses the whole drop.

    Raises:
        ManifestInvalid: A file is missing or is not the one the manifest speaks of.
    """
    for index, (path, file) in enumerate(zip(drop.paths, drop.manifest.files, strict=True), 1):
        _verify(path, file.sha256, f"file {index} of {len(drop.paths)}", entry)
    if drop.tombstones is not None and drop.manifest.tombstones is not None:
        _verify(drop.tombstones, drop.manifest.tombstones.sha256, "the list of tombstones", entry)


def _verify(path: Path, sha256: str, name: str, entry: Entry) -> None:
    digest = None
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        pass
    if digest is None:
        raise _invalid(entry, f"{name} is missing or cannot be read", "Complete the drop.")
    if digest != sha256.lower():
        raise _invalid(entry, f"{name} does not have the manifest's sha256", "Fetch the drop again.")


def _content(folder: Path, entry: Entry) -> bytes:
    try:
        return (folder / MANIFEST_NAME).read_bytes()
    except OSError:
        pass
    raise _invalid(
        entry, f"the drop folder has no readable {MANIFEST_NAME}", "Correct query.drop, or ask for the drop."
    )


def _parse(content: bytes, entry: Entry) -> Manifest:
    problem = "is not readable as TOML"
    try:
        return Manifest.model_validate(tomllib.loads(content.decode("utf-8")))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        known = first["loc"][0] if first["loc"] and first["loc"][0] in Manifest.model_fields else "an unknown key"
        problem = f"is wrong at {known}" + ("" if first["type"] != "missing" else ", which is missing")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        pass
    raise _invalid(entry, f"{MANIFEST_NAME} {problem}", "Correct it; the README shows one.")


def _check_fields(columns: Mapping[str, Target] | None, manifest: Manifest, entry: Entry) -> None:
    if columns is None:
        raise _invalid(
            entry, "neither the manifest nor the catalogue entry says which column holds what", "Add columns to either."
        )
    mapped: set[str] = {"engagement" if target in COUNTS else target for target in columns.values()}
    if len(set(columns.values())) < len(columns):
        raise _invalid(entry, "two columns are mapped to one field", "Map one column a field.")
    for name in ESSENTIAL_FIELDS:
        if name not in mapped:
            raise _invalid(entry, f"no column is mapped to {name}", "Add it to columns.")
    for field in sorted(mapped):
        if field not in manifest.fields:
            raise _invalid(entry, f"a column is mapped to {field}, which the manifest's fields leave out", "Unmap it.")
        if field not in entry.fields:
            raise PermissionRefused(
                source_id=entry.source_id,
                problem=f"its manifest maps the field {field}, which the catalogue entry does not allow",
                remedy="Unmap it, or add it to the entry's fields if the licence allows it.",
            )


def _invalid(entry: Entry, problem: str, remedy: str) -> ManifestInvalid:
    return ManifestInvalid(source_id=entry.source_id, problem=problem, remedy=remedy)
