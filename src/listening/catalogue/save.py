"""Puts an entry of the operator's own into the data home's catalogue folder."""

import os
import tempfile
from pathlib import Path

from listening.catalogue.entry import Entry
from listening.catalogue.load import load_folder, parse_entry
from listening.errors import UsageError
from listening.settings import Settings


def save_entry(settings: Settings, content: bytes, *, file: str, overwrite: bool = False) -> tuple[Entry, Path]:
    """Check an entry and write it as it stands, comments and all, as `<source_id>.toml`.

    Args:
        settings: Says where entries lie.
        content: TOML.
        file: What the content is called in messages.
        overwrite: Whether an entry of the operator's own for the same source may be replaced.

    Returns:
        The entry, and the path it was written to.

    Raises:
        SettingsError: It does not read as an entry, or another file of the folder does not.
        UsageError: There is one already.
    """
    entry = parse_entry(content, file=file)
    path = settings.catalogue_dir / f"{entry.source_id}.toml"
    is_held = entry.id in load_folder(settings.catalogue_dir)
    if is_held and not path.exists():
        raise UsageError(
            problem=f"Your catalogue folder holds {entry.source_id} in a file of another name",
            remedy="Change that file, or move it away.",
        )
    if path.exists() and not overwrite:
        refuse_overwrite(entry.source_id)
    settings.catalogue_dir.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=settings.catalogue_dir, prefix=".entry-", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)  # noqa: PTH105 (the atomic rename, by its own name)
    except BaseException:
        os.unlink(temporary)  # noqa: PTH108
        raise
    return entry, path


def refuse_overwrite(source_id: str) -> None:
    """Say that an entry is there already.

    Raises:
        UsageError: Always.
    """
    raise UsageError(
        problem=f"Your catalogue folder already has an entry {source_id}",
        remedy="Change that file, or give --force to replace it.",
    )
