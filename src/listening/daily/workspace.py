"""What a run works with: the store, the keys, the chain, and the models, loaded once per process."""

import contextlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from listening import __version__
from listening.audit.chain import AuditChain, Head
from listening.identity.keys import Keys, load_keys
from listening.settings import Settings
from listening.store.store import Store


def open_keys(settings: Settings, *, has_data: bool) -> Keys:
    """Read the HMAC keys, or make them while there is no data yet.

    Raises:
        SettingsError, KeyMissing: See `identity.keys.load_keys`.
    """
    from_environment = settings.hmac_key.get_secret_value() if settings.hmac_key else None
    return load_keys(settings.keys_path, from_environment=from_environment, may_create=not has_data)


@contextlib.contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """Open the restricted store for writing; typed errors only."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with Store.open(settings.restricted_path) as store:
        yield store


@cache
def loaded(policy: Path | None = None) -> tuple[Any, ...]:
    """Load the models once per process and policy: gate 1, the tagger, the author labels, the safety screen."""
    from listening.identity.labels import label
    from listening.privacy.gate import open_gate
    from listening.safety.screen import open_screen
    from listening.tagging.tagger import open_tagger

    return open_gate(policy), open_tagger(), label, open_screen()


def warm_up(policy: Path | None = None) -> None:
    """Load the models now, so that the wait can be told apart from the work."""
    gate, *_ = loaded(policy)
    gate.engine()


def versions(settings: Settings) -> dict[str, str]:
    """Name the versions that every row of a run carries."""
    gate, tagger, _, _ = loaded(settings.policy)
    return {
        "code": __version__,
        "policy": gate.policy_version,
        "gate": gate.gate_version,
        "vocabulary": tagger.vocabulary_version,
        "tagger": tagger.tagger_version,
    }


def chain_of(settings: Settings) -> AuditChain:
    """Give the audit chain of a data home."""
    return AuditChain(settings.audit_dir)


def anchors(settings: Settings) -> list[Head]:
    """Give the heads of the chain that the restricted store remembers, if it can be opened now."""
    if not settings.restricted_path.exists():
        return []
    with Store.open(settings.restricted_path) as store:
        return [Head(seq, digest) for seq, digest in store.audit_heads()]


def every_text(settings: Settings) -> Iterator[str]:
    """Give every value of both databases as text, for leak scans."""
    from listening.store import text

    for path in (settings.restricted_path, settings.insights_path):
        if path.exists():
            yield from text.every_text(path)
