"""The file of what the operator confirmed, by source."""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from listening.errors import SettingsError
from listening.posts import SourceId
from listening.settings import Settings


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the operator said of a source, and of which version of its entry. A role, never a person's name.

    `terms_reviewed_on` is the day of the confirmation where the entry states no review of its own.
    """

    source_id: str
    is_enabled: bool
    by_role: str
    at: datetime
    entry_digest: str
    terms_reviewed_on: date | None = None


def read_confirmations(settings: Settings) -> Mapping[SourceId, Confirmation]:
    """Read what was confirmed; no file means nothing was.

    Raises:
        SettingsError: The file is damaged. Nothing is then taken as confirmed.
    """
    if not settings.permissions_path.exists():
        return {}
    try:
        said = json.loads(settings.permissions_path.read_text(encoding="utf-8"))
        return {
            SourceId(source_id): Confirmation(
                source_id=source_id,
                is_enabled=row["is_enabled"] is True,
                by_role=str(row["by_role"]),
                at=datetime.fromisoformat(row["at"]),
                entry_digest=str(row["entry_digest"]),
                terms_reviewed_on=date.fromisoformat(row["terms_reviewed_on"]) if row["terms_reviewed_on"] else None,
            )
            for source_id, row in said["confirmations"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    raise SettingsError(
        setting=settings.permissions_path.name,
        problem="the file of confirmed permissions is damaged",
        remedy="Restore it from its backup, or move it away and enable each source again.",
    )


def write_confirmation(settings: Settings, confirmation: Confirmation) -> None:
    """Keep one confirmation beside the others, by atomic rename: a reader sees the old file or the new."""
    confirmations = {**read_confirmations(settings), SourceId(confirmation.source_id): confirmation}
    rows = {
        source_id: {name: value for name, value in asdict(held).items() if name != "source_id"}
        for source_id, held in sorted(confirmations.items())
    }
    settings.home.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=settings.home, prefix=".permissions-", suffix=".json")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"confirmations": rows}, file, indent=2, default=lambda moment: moment.isoformat())
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, settings.permissions_path)  # noqa: PTH105 (the atomic rename, by its own name)
    except BaseException:
        os.unlink(temporary)  # noqa: PTH108
        raise
