"""The values of a sample: authors, posts, and the truth about what was planted."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Channel = Literal["export", "mastodon", "feed"]
Expectation = Literal["rises", "steady"]


@dataclass(frozen=True, slots=True)
class Author:
    """A synthetic member of a network.

    `full_name` is given name and surname; `display_name` adds credentials, or hides the name behind a nickname.
    `country` is ISO 3166-1 alpha-2; `role` and `specialty` are ids without prefix. `is_opted_out` says that the
    profile forbids indexing, so that a collector must leave the posts alone.
    """

    channel: Channel
    handle: str
    full_name: str
    display_name: str
    bio: str
    role: str
    specialty: str
    country: str
    is_opted_out: bool


@dataclass(frozen=True, slots=True)
class SamplePost:
    """One synthetic post as its author wrote it.

    `received_at` orders the network's ids and lies in the sample's days; `created_at` is what the post claims, which for a
    few is 2010 or 2099. `plants` names the planted drivers it counts for. `edge` names what is odd about it, if anything.
    `image_alt` describes an attached picture, and may hold an identifier.
    """

    channel: Channel
    native_id: str
    url: str
    author: Author
    created_at: datetime
    received_at: datetime
    title: str
    text: str
    language: str
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    replies: int = 0
    reposts: int = 0
    likes: int = 0
    is_reply: bool = False
    image_alt: str = ""
    plants: tuple[str, ...] = ()
    edge: str | None = None


@dataclass(frozen=True, slots=True)
class PlantedDriver:
    """A driver whose counts are known.

    Days are UTC and half-open: `[from_day, to_day)`. `rises` means that its share of posts within those days is `factor` times the
    share before; `steady` that the share never changes (`factor` 1). With `specialty` set only that cohort writes of it.
    `label` is unique, and what `SamplePost.plants` holds.
    """

    kind: str
    concept_id: str
    label: str
    from_day: date
    to_day: date
    expectation: Expectation
    factor: float
    specialty: str | None = None


@dataclass(frozen=True, slots=True)
class PlantedIdentifier:
    """A value whose bytes, found in anything written, prove a leak: at least eight bytes, never a bare age or "Anna"."""

    entity_type: str
    value: str


@dataclass(frozen=True, slots=True)
class Truth:
    """What was planted. Identifiers are unique by value."""

    drivers: tuple[PlantedDriver, ...]
    identifiers: tuple[PlantedIdentifier, ...]


@dataclass(frozen=True, slots=True)
class SampleSet:
    """A sample and the arguments that made it; `days` are the UTC days up to and with that of `now`."""

    seed: int
    now: datetime
    days: int
    posts: tuple[SamplePost, ...]
    truth: Truth

    def of_channel(self, channel: Channel) -> tuple[SamplePost, ...]:
        """Give the posts of one channel, in the order they were received."""
        return tuple(post for post in self.posts if post.channel == channel)
