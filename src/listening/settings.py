"""Settings: environment over file, typed, secrets never printed."""

import difflib
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from listening.errors import SettingsError

K_FLOOR = 5
"""Gate 2 never publishes below this, whatever is configured. The default of 11 is the CMS cell rule (ResDAC 1506)."""


class Settings(BaseSettings):
    """All settings. Each can stand in `listening.toml` or in the environment as `LISTENING_<NAME>`."""

    model_config = SettingsConfigDict(
        env_prefix="LISTENING_", toml_file="listening.toml", extra="forbid", hide_input_in_errors=True, frozen=True
    )

    home: Path = Field(default=Path("listening-home"), description="Data home: stores, audit chain, keys, logs.")
    k: int = Field(default=11, ge=K_FLOOR, description="Fewest distinct authors behind a published cell.")
    batch_size: int = Field(default=256, ge=1, le=10_000, description="Posts that pass the gate and commit together.")
    policy: Path | None = Field(
        default=None, description="Privacy policy of gate 1; the one that ships, where left out."
    )
    gate_refused_share: float = Field(
        default=0.5, ge=0, le=1, description="Share of a source's posts that gate 1 may refuse before the run fails."
    )
    unread_share: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Share of a source's records that may be unreadable before it counts as changed.",
    )
    baseline_weeks: int = Field(default=8, ge=1, le=52, description="Weeks of history a change is measured against.")
    mart_lookback_days: int = Field(
        default=35, ge=1, le=400, description="Trailing days that late posts and edits can still change in the marts."
    )
    contact: str = Field(
        default="listening-operator@example.invalid", description="Contact in the User-Agent of every request."
    )
    hmac_key: SecretStr | None = Field(
        default=None, description="Master key, 64 hex digits; without it a key file is made in the data home."
    )
    allow_loopback: bool = Field(default=False, description="Let collectors reach 127.0.0.1: demo and tests only.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the environment over the file."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def restricted_path(self) -> Path:
        """The restricted store."""
        return self.home / "restricted.duckdb"

    @property
    def insights_path(self) -> Path:
        """What analysts read."""
        return self.home / "insights.duckdb"

    @property
    def audit_dir(self) -> Path:
        """The audit chain's segments."""
        return self.home / "audit"

    @property
    def keys_path(self) -> Path:
        """The key file, mode 0600."""
        return self.home / "keys.json"

    @property
    def permissions_path(self) -> Path:
        """What the operator confirmed, by source."""
        return self.home / "permissions.json"

    @property
    def catalogue_dir(self) -> Path:
        """The operator's own catalogue entries, over those that ship with the package."""
        return self.home / "catalogue"


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; `overrides` (without `None`) win over environment and file.

    Raises:
        SettingsError: A value is missing or wrong. The value itself is not quoted.
    """
    problem: tuple[str, str, str]
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = ".".join(map(str, first["loc"])) or "listening.toml"
        if first["type"] == "extra_forbidden":
            near = difflib.get_close_matches(name, Settings.model_fields, n=1)
            hint = (
                f"Did you mean {near[0]}?" if near else "Settings stand at the top of listening.toml, without a table."
            )
            problem = (name, "no such setting", hint)
        else:
            problem = (name, str(first["msg"]), "Correct it in listening.toml or in LISTENING_<NAME>.")
    except (OSError, ValueError):
        problem = ("listening.toml", "the file cannot be read as TOML", "Correct it, or move it away.")
    raise SettingsError(setting=problem[0], problem=problem[1], remedy=problem[2])
