"""HMAC keys and the pseudonyms made with them. Keys live outside both databases: a file of mode 0600, or the environment."""

import hashlib
import hmac
import json
import os
import re
import secrets
from datetime import date, timedelta
from pathlib import Path

from listening.errors import KeyMissing, SettingsError
from listening.posts import AuthorKey, PostKey, SourceId

WEEKS_PER_PERIOD = 13
"""Author keys turn each quarter of an ISO year, so that no ISO week (the grain of the marts) has one author under two
pseudonyms; the 53rd week belongs to the fourth quarter."""


def rotation_period(day: date) -> str:
    """Name the rotation period of a day: `2026-P4`."""
    year, week, _ = day.isocalendar()
    return f"{year}-P{min((week - 1) // WEEKS_PER_PERIOD, 3) + 1}"


class Keys:
    """Makes pseudonyms. Its `repr` shows no key, and it cannot be pickled."""

    __slots__ = ("_master",)

    def __init__(self, master: bytes) -> None:
        """Hold the master key, 32 bytes."""
        self._master = master

    def __repr__(self) -> str:
        return "<Keys withheld>"

    def __reduce_ex__(self, protocol: object) -> str | tuple[object, ...]:
        raise TypeError("keys cannot be pickled")

    def _digest(self, purpose: str, *parts: str) -> str:
        key = hmac.digest(self._master, purpose.encode(), "sha256")
        # Length-prefixed, so that ("ab", "c") and ("a", "bc") differ.
        message = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (p.encode("utf-8", "replace") for p in parts))
        return hmac.digest(key, message, "sha256").hex()

    def post_key(self, source_id: SourceId, native_id: str) -> PostKey:
        """Pseudonym of a post; the same for ever, so that a repeat or a deletion is recognised."""
        return PostKey(self._digest("post", source_id, native_id))

    def author_key(self, source_id: SourceId, author: str, day: date) -> AuthorKey:
        """Pseudonym of an author in the rotation period of `day`; not linkable across periods or sources."""
        return AuthorKey(self._digest(f"author:{rotation_period(day)}", source_id, author.casefold()))

    def author_keys(self, source_id: SourceId, author: str, first: date, last: date) -> list[AuthorKey]:
        """Give the pseudonyms an author had or has in all rotation periods from `first` to `last`."""
        days = [first + timedelta(weeks=week) for week in range((last - first).days // 7 + 1)]
        return list(dict.fromkeys(self.author_key(source_id, author, day) for day in (*days, last)))

    def objection_tag(self, source_id: SourceId, author: str) -> str:
        """Tag of an author who objected: the same for ever, so that what comes again is known; 64 hex digits."""
        return self._digest("objection", source_id, author.removeprefix("@").casefold())

    def content_tag(self, *parts: str) -> str:
        """Tag of what is stored, to know an unchanged repeat: 32 hex digits."""
        return self._digest("content", *parts)[:32]

    def text_tag(self, author_key: AuthorKey, *parts: str) -> str:
        """Tag of a text, or of a part of its signature, within one author: 16 hex digits."""
        return self._digest("text", author_key, *parts)[:16]

    def draw(self, purpose: str, *parts: str) -> bytes:
        """Give 32 bytes that look random and are the same for the same parts: what randomising at collection draws from."""
        return bytes.fromhex(self._digest(f"draw:{purpose}", *parts))

    def span_tag(self, day: date, value: str) -> str:
        """Tag of a hidden value, to see a day's repeats: 16 hex digits; it changes with the day."""
        return self._digest(f"span:{day.isoformat()}", value.casefold())[:16]

    @property
    def fingerprint(self) -> str:
        """Names the key without telling it: 16 hex digits."""
        return hashlib.sha256(b"listening-key" + self._master).hexdigest()[:16]


def load_keys(path: Path, *, from_environment: str | None, may_create: bool) -> Keys:
    """Read the keys, or make them at first start.

    Args:
        path: The key file.
        from_environment: 64 hex digits that win over the file.
        may_create: Whether a missing file may be made: only while no data exists that was made under another key.

    Raises:
        SettingsError: The key is no 64 hex digits, or others may read its file.
        KeyMissing: There is no key, and there is data.
    """
    if from_environment is not None:
        if not re.fullmatch(r"[0-9a-fA-F]{64}", from_environment):
            raise SettingsError(
                setting="hmac_key", problem="not 64 hex digits", remedy="Make one with `openssl rand -hex 32`."
            )
        return Keys(bytes.fromhex(from_environment))
    if not path.exists():
        if not may_create:
            raise KeyMissing(
                setting="hmac_key",
                problem="the key file is gone, and the store holds pseudonyms made with it",
                remedy="Put keys.json back, or move the store away to begin anew.",
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump({"master": secrets.token_hex(32)}, file)
            file.flush()
            os.fsync(file.fileno())
    if path.stat().st_mode & 0o077:
        raise SettingsError(
            setting="hmac_key", problem="others may read the key file", remedy=f"Run `chmod 600 {path.name}`."
        )
    try:
        master = bytes.fromhex(json.loads(path.read_text())["master"])
    except (ValueError, KeyError, TypeError):
        master = b""
    if len(master) != hashlib.sha256().digest_size:
        raise SettingsError(
            setting="hmac_key", problem="the key file is damaged", remedy="Restore keys.json from its backup."
        )
    return Keys(master)
