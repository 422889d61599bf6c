"""The policy of gate 1, typed: which recognisers run, what is done to each entity, and the version that names it all."""

import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Operator = Literal["replace", "year"]
"""`hash`, `encrypt` and `keep` are no choices: they can be reversed, guessed, or hide nothing."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RecognizerPolicy(_Strict):
    """Whether a recogniser runs, the entity it reports, and whether the medical protector may drop what it finds."""

    on: bool
    entity: str
    protectable: bool


class EntityPolicy(_Strict):
    """What stands in the place of an entity, and how much of it is left (`gone`, `year`, `band`)."""

    operator: Operator
    placeholder: str = Field(pattern=r"^<[A-Z]+(?::90\+)?>$")
    level: Literal["gone", "year", "band"]


class Policy(_Strict):
    """`policy.toml`. `policy_version` is "version-hash": it changes with every byte of the file."""

    version: int
    threshold: float = Field(ge=0, le=1)
    oldest_year: int = Field(ge=1900)
    newest_year: int = Field(default=2026, ge=2000)
    base_model: Literal["doubt", "always", "never"] = "doubt"
    recognizers: Mapping[str, RecognizerPolicy]
    entities: Mapping[str, EntityPolicy]
    policy_version: str

    @model_validator(mode="after")
    def _every_entity_has_an_operator(self) -> "Policy":
        missing = {line.entity for line in self.recognizers.values()} - set(self.entities)
        if missing:
            raise ValueError(f"entities without an operator: {', '.join(sorted(missing))}")
        return self

    def is_protectable(self, recognizer: str) -> bool:
        """Say whether the medical protector may drop a finding of this recogniser."""
        return self.recognizers[recognizer].protectable


def read_policy(content: bytes) -> Policy:
    """Read a policy.

    Raises:
        ValueError: It is no TOML, or a line is missing or wrong.
    """
    table = tomllib.loads(content.decode("utf-8"))
    digest = hashlib.sha256(content).hexdigest()[:12]
    return Policy(**table, policy_version=f"{table.get('version', 0)}-{digest}")


@cache
def load_policy() -> Policy:
    """Give the policy that ships with the package, read once."""
    return read_policy(files("listening.privacy").joinpath("policy.toml").read_bytes())
