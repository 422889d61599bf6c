"""What a company's official API asks for before the first request: a contract on file, and a credential."""

import os
from typing import Annotated

from pydantic import StringConstraints

from listening.catalogue.entry import Entry
from listening.errors import PermissionRefused, SettingsError

Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
"""Name of an environment variable. Secrets stand in the environment, never in an entry."""
Origin = Annotated[str, StringConstraints(pattern=r"^https?://[^/\s?#]+/?$")]
"""Scheme and host of a service."""


def require_licence(entry: Entry) -> None:
    """Let nobody near a paid or approved API without the contract, whatever basis the entry names.

    Raises:
        PermissionRefused: The entry has no `licence_reference`.
    """
    if entry.licence_reference is None:
        raise PermissionRefused(
            source_id=entry.source_id,
            problem="its API may be read under a contract only, and none is on file",
            remedy="Set licence_reference in its entry to the contract or approval that grants it.",
        )


def credential(variable: str, entry: Entry, what: str) -> str:
    """Read a secret from the environment.

    Args:
        variable: The environment variable's name.
        entry: The source that needs it.
        what: What it has to hold, for the message.

    Raises:
        SettingsError: The variable is not set, or empty. The message names it.
    """
    secret = os.environ.get(variable)
    if not secret:
        raise SettingsError(
            setting=variable,
            problem=f"not set, and source {entry.source_id} needs it",
            remedy=f"Set it to {what}.",
        )
    return secret
