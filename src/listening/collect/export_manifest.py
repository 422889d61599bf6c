"""The manifest of a licensed drop: what the supplier allows, and the proof that the files are the ones it speaks of.

No message names a file: suppliers' file names can hold people's names. It says "file 2 of 3".
"""

import hashlib
import tomllib
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
    format: Literal["ndjson", "csv", "parquet"]
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","


class Manifest(BaseModel):
    """What `manifest.toml` says. `columns` maps the source's column names to fields of a `RawPost`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    licence_id: Annotated[str, StringConstraints(min_length=1)]
    purpose: Annotated[str, StringConstraints(min_length=1)]
    expires_on: date
    fields: tuple[FieldName, ...] = Field(min_length=1)
    columns: dict[str, Target]
    text_format: Literal["plain", "html"] = "plain"
    files: tuple[ManifestFile, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Drop:
    """A manifest that was read, its digest (64 hex digits), and its files in order. The `repr` shows no path."""

    manifest: Manifest
    digest: str
    paths: tuple[Path, ...]

    def __repr__(self) -> str:
        return f"<Drop of {len(self.paths)} files>"


def read_drop(folder: Path, entry: Entry, today: date) -> Drop:
    """Read the manifest and hold it against the entry; the files themselves are checked by `verify_files`.

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
    _check_fields(manifest, entry)
    root = folder.resolve()
    paths = []
    for index, file in enumerate(manifest.files, 1):
        path = (root / file.path).resolve()
        if not path.is_relative_to(root):
            raise _invalid(entry, f"file {index} of {len(manifest.files)} lies outside the drop", "Correct its path.")
        paths.append(path)
    return Drop(manifest, hashlib.sha256(content).hexdigest(), tuple(paths))


def verify_files(drop: Drop, entry: Entry) -> None:
    """Hold every file against its SHA-256: one that fails refuses the whole drop.

    Raises:
        ManifestInvalid: A file is missing or is not the one the manifest speaks of.
    """
    for index, (path, file) in enumerate(zip(drop.paths, drop.manifest.files, strict=True), 1):
        digest = None
        try:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            pass
        name = f"file {index} of {len(drop.paths)}"
        if digest is None:
            raise _invalid(entry, f"{name} is missing or cannot be read", "Complete the drop.")
        if digest != file.sha256.lower():
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


def _check_fields(manifest: Manifest, entry: Entry) -> None:
    mapped: set[str] = {"engagement" if target in COUNTS else target for target in manifest.columns.values()}
    if len(set(manifest.columns.values())) < len(manifest.columns):
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
