"""The policy of gate 1, typed: which recognisers run, what is done to each entity, and the version that names it all."""

import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from listening.errors import SettingsError

Operator = Literal["replace", "year", "band", "region"]
"""`hash`, `encrypt` and `keep` are no choices: they can be reversed, guessed, or hide nothing."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class RecognizerPolicy(_Strict):
    """Whether a recogniser runs, the entity it reports, and whether the medical protector may drop what it finds.

    `languages` names those it reads; `*` is every language that the policy lets in.
    """

    on: bool
    entity: str
    protectable: bool
    languages: tuple[str, ...] = ("en",)

    def reads(self, language: str) -> bool:
        """Say whether it is on for a language."""
        return self.on and ("*" in self.languages or language in self.languages)


class EntityPolicy(_Strict):
    """What stands in the place of an entity, and how much of it is left (`gone`, `year`, `band`, `region`, `role`).

    `when`: `always`, or `identified`: only where the post holds something else that narrows down whom it is about.
    """

    operator: Operator
    placeholder: str = Field(pattern=r"^(?:<[A-Z]+(?::90\+)?>|\[…\])$")
    level: Literal["gone", "year", "band", "region", "role"]
    when: Literal["always", "identified"] = "always"


class LanguagePolicy(_Strict):
    """A language that may pass, and the spaCy pipeline of its base model: without one installed its posts are refused."""

    base_model: str = Field(pattern=r"^[a-z][a-z0-9_]*$")


class DefaultDeny(_Strict):
    """Layer 7. `off_for` names sources whose licence allows text to be stored without it."""

    on: bool = True
    off_for: tuple[str, ...] = ()


class Cohorts(_Strict):
    """Which cohorts are kept beside healthcare professionals; `unknown` are authors of whom no role was found."""

    keep: tuple[Literal["researcher", "organisation", "other", "unknown"], ...] = ()


class Randomise(_Strict):
    """What is randomised at collection; all off by default.

    `surrogates`: fake names and shifted dates, consistent within a post, in place of placeholders. `day_jitter`: the
    stored day moves by up to so many days. `specialty_flip`, `country_flip`: the share of authors (0 to 1) whose label
    is a fair draw among all labels instead of their own.
    """

    surrogates: bool = False
    date_shift_days: int = Field(default=30, ge=1, le=365)
    day_jitter: int = Field(default=0, ge=0, le=30)
    specialty_flip: float = Field(default=0.0, ge=0, lt=1)
    country_flip: float = Field(default=0.0, ge=0, lt=1)


class Policy(_Strict):
    """`policy.toml`. `policy_version` is "version-hash": it changes with every byte of the file."""

    version: int
    threshold: float = Field(ge=0, le=1)
    oldest_year: int = Field(ge=1900)
    newest_year: int = Field(default=2026, ge=2000)
    base_model: Literal["doubt", "always", "never"] = "doubt"
    rare_disease_drops_place: bool = True
    languages: Mapping[str, LanguagePolicy]
    default_deny: DefaultDeny = DefaultDeny()
    cohorts: Cohorts = Cohorts()
    randomise: Randomise = Randomise()
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

    def denies_by_default(self, source_id: str | None) -> bool:
        """Say whether layer 7 is on for a source, or for text that comes from none."""
        return self.default_deny.on and (source_id is None or source_id not in self.default_deny.off_for)


def read_policy(content: bytes) -> Policy:
    """Read a policy.

    Raises:
        ValueError: It is no TOML, or a line is missing or wrong.
    """
    table = tomllib.loads(content.decode("utf-8"))
    digest = hashlib.sha256(content).hexdigest()[:12]
    return Policy(**table, policy_version=f"{table.get('version', 0)}-{digest}")


def shipped_policy() -> str:
    """Give the text of the policy that ships with the package."""
    return files("listening.privacy").joinpath("policy.toml").read_text(encoding="utf-8")


@cache
def _shipped() -> Policy:
    return read_policy(shipped_policy().encode())


def load_policy(path: Path | None = None) -> Policy:
    """Give the policy of a file, or the one that ships with the package.

    Raises:
        SettingsError: The file cannot be read, or is no policy.
    """
    if path is None:
        return _shipped()
    problem: str
    try:
        return read_policy(path.read_bytes())
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        problem = f"{'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}"
    except OSError:
        problem = "the file cannot be read"
    except ValueError:
        problem = "the file is no TOML"
    raise SettingsError(
        setting="policy",
        problem=problem,
        remedy="Start from a copy of the shipped one: listening policy show > policy.toml",
    )
