"""One catalogue entry: a source, why and how it may be read, and for how long. One TOML file a source."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from listening.posts import SourceId

FieldName = Literal[
    "native_id",
    "text",
    "created_at",
    "edited_at",
    "author_handle",
    "author_name",
    "author_bio",
    "author_proof",
    "url",
    "language_hint",
    "engagement",
    "links",
    "tags",
    "content_hints",
    "is_reply",
    "is_repost",
    "is_quote",
    "role_hint",
    "specialty_hint",
    "country_hint",
]
"""What of a `RawPost` an entry can allow to be read; a test holds the two lists equal."""

ESSENTIAL_FIELDS: tuple[FieldName, ...] = ("native_id", "text", "created_at", "author_handle")
"""Without these no `RawPost` can be made: an entry that leaves one out allows nothing."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
HTTP = re.compile(r"https?://")
HttpUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=500)]


class Part(BaseModel):
    """Base of the models here: a key nobody knows is an error, and errors quote no value."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Terms(Part):
    """The terms the source is read under. Without `reviewed_on` the operator's confirmation says who reviewed them."""

    url: HttpUrl
    reviewed_on: date | None = None
    reviewed_by_role: Words | None = None

    @model_validator(mode="after")
    def _review_is_whole(self) -> Self:
        if (self.reviewed_on is None) != (self.reviewed_by_role is None):
            raise ValueError("reviewed_on and reviewed_by_role go together: set both, or neither")
        return self


class Rate(Part):
    """How hard a host may be asked."""

    requests_per_second: float = Field(default=1.0, gt=0, le=50)
    concurrency: int = Field(default=1, ge=1, le=16)


class Deletion(Part):
    """What is owed when a post vanishes at the source, and how soon."""

    duty: Words
    deadline_hours: int = Field(ge=1, le=24 * 90)


class AuthorDefaults(Part):
    """What holds for every author of the source, such as a vetted instance: ids of the vocabulary, ISO 3166-1 alpha-2."""

    role: Slug | None = None
    specialty: Slug | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None


def _texts(value: Any) -> Iterator[str]:
    """Give every text in nested lists and tables."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for inner in value.values() for text in _texts(inner))
    elif isinstance(value, list | tuple):
        yield from (text for inner in value for text in _texts(inner))


class Entry(Part):
    """A source and its permission.

    `fields` is an allow-list: whatever else the source sends is dropped in the parser. `query` is read by the
    collector's own model. `contact` stands in the User-Agent in place of `settings.contact`. `lookback_days` is how far
    a first run reaches back; `expires_on` is the last day on which the source may be read. `language` is a BCP 47 tag
    used where a post states none. `closed` says why no lawful route to the source exists: such an entry is there to be
    found and to refuse, whatever else it says.
    """

    source_id: Slug
    title: Words
    network: Slug
    collector: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    query: dict[str, Any]
    basis: Literal["api-terms", "open-feed", "licence", "written-permission"]
    terms: Terms
    purpose: Words
    expires_on: date
    fields: tuple[FieldName, ...] = Field(min_length=1)
    robots: Literal["obey", "not-applicable"]
    rate: Rate = Rate()
    retention_days: int = Field(ge=1, le=3660)
    deletion: Deletion
    sponsored: bool
    expected_posts_a_day: float = Field(ge=0)
    contact: Words | None = None
    enabled_by_default: bool = False
    lookback_days: int = Field(default=7, ge=1, le=3660)
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None
    author: AuthorDefaults = AuthorDefaults()
    licence_reference: Words | None = None
    closed: Words | None = None

    @property
    def id(self) -> SourceId:
        """The id, typed."""
        return SourceId(self.source_id)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Hosts of the addresses in `query`, sorted: what limits of concurrency are kept for."""
        return tuple(sorted({urlsplit(text).netloc for text in _texts(self.query) if HTTP.match(text)}))

    @property
    def lacks_licence(self) -> bool:
        """Whether its basis is a contract or letter that nobody has named yet: such an entry can't be enabled."""
        return self.basis in {"licence", "written-permission"} and self.licence_reference is None

    @property
    def digest(self) -> str:
        """SHA-256 of what the file says, 64 hex digits: a confirmation holds for exactly this."""
        said = self.model_dump(mode="json", exclude_unset=True)
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    @model_validator(mode="after")
    def _default_is_reviewed(self) -> Self:
        if self.enabled_by_default and self.terms.reviewed_on is None:
            raise ValueError("enabled_by_default is for your own data with reviewed terms: set terms.reviewed_on")
        return self
