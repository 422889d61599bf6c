"""What may be stored: frozen, typed values that hold no raw text, no handle, no name, no URL of a post, no native id."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NewType

SourceId = NewType("SourceId", str)
"""Id of a catalogue entry: lower-case letters, digits and hyphens, such as `med-mastodon`."""
PostKey = NewType("PostKey", str)
"""HMAC-SHA256 of source and native id: 64 hex digits."""
AuthorKey = NewType("AuthorKey", str)
"""HMAC-SHA256 of source and author under the key of the rotation period: 64 hex digits."""
RedactedText = NewType("RedactedText", str)
"""Text that passed gate 1. Minted in one place, `listening.privacy.anonymise`."""

Kind = Literal["product", "condition", "topic", "event", "content_type", "adverse_event", "procedure"]
"""What a mention is of."""


@dataclass(frozen=True, slots=True)
class Engagement:
    """Public counts of a post, each ≥ 0."""

    replies: int = 0
    reposts: int = 0
    likes: int = 0
    quotes: int = 0

    @property
    def total(self) -> int:
        """All interactions together."""
        return self.replies + self.reposts + self.likes + self.quotes


NO_ENGAGEMENT = Engagement()


@dataclass(frozen=True, slots=True)
class AuthorLabels:
    """All that is kept of an author besides the keyed pseudonym. `None` is unknown.

    `role` and `specialty` are ids of `data/vocabulary` (`physician`, `nurse`, …; `oncology`, …); `country` is
    ISO 3166-1 alpha-2; `evidence` names the rule that found the role (`supplier`, `credential`, `bio`, `entry`, …), and
    `confidence`, 0 to 1, how far that kind of evidence is trusted (`listening.identity.ladder`).
    """

    role: str | None = None
    specialty: str | None = None
    country: str | None = None
    evidence: str | None = None
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Randomisation:
    """What a policy randomises at collection, so that an analyst can correct for it.

    A flip is the share of authors, 0 to 1, whose label is a fair draw among so many labels instead of their own.
    """

    policy_version: str
    day_jitter: int = 0
    specialty_flip: float = 0.0
    specialty_labels: int = 1
    country_flip: float = 0.0
    country_labels: int = 1


@dataclass(frozen=True, slots=True)
class RedactedSpan:
    """One span that gate 1 hid, without its value.

    `start`, `end` are offsets into the original text and live in memory only; `stored_start`, `stored_end` are those of
    the replacement in the redacted text. All are half-open, in code points. Scores are 0 to 1.
    """

    start: int
    end: int
    stored_start: int
    stored_end: int
    entity_type: str
    score: float
    score_before_context: float
    recognizer: str
    pattern: str | None
    operator: str
    replacement: str


@dataclass(frozen=True, slots=True)
class Link:
    """A shared link, cut down: registrable domain, and the paper or trial it names."""

    domain: str
    doi: str | None = None
    pmid: str | None = None
    nct: str | None = None


@dataclass(frozen=True, slots=True)
class SafetyElements:
    """Which of the four elements of an adverse event report the raw text held. Booleans only."""

    has_patient: bool = False
    has_reporter: bool = False
    has_product: bool = False
    has_event: bool = False

    @property
    def count(self) -> int:
        """How many of the four, 0 to 4."""
        return self.has_patient + self.has_reporter + self.has_product + self.has_event


@dataclass(frozen=True, slots=True)
class SafePost:
    """A post after gate 1.

    `day` and `hour` are UTC. `is_day_clamped` says that the source's date was out of range (before 2000, or more than a
    day ahead) and the day of collection stands in its place. `content_tag` is the HMAC of what is stored, so that an
    unchanged repeat is known. `entity_counts` maps entity type to spans hidden.
    `text_tags` knows an author's repeats (`listening.identity.repeats`).
    """

    post_key: PostKey
    author_key: AuthorKey
    source_id: SourceId
    day: date
    hour: int
    is_day_clamped: bool
    text: RedactedText
    language: str
    labels: AuthorLabels
    engagement: Engagement
    links: tuple[Link, ...]
    content_hints: tuple[str, ...]
    is_reply: bool
    is_repost: bool
    is_quote: bool
    policy_version: str
    gate_version: str
    content_tag: str
    spans: tuple[RedactedSpan, ...] = ()
    entity_counts: Mapping[str, int] = field(default_factory=dict)
    safety: SafetyElements = SafetyElements()
    text_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A post that gate 1 did not let pass: counted by reason, never stored. The reason is a fixed word, no post text."""

    post_key: PostKey | None
    reason: str


@dataclass(frozen=True, slots=True)
class Mention:
    """One (post, concept) pair.

    `start`, `end` are half-open code points of the redacted text; both are `None` for what the text does not spell
    out (a topic by roll-up, a content type by link). `score` is 0 to 1. `evidence` names the rule.
    """

    kind: Kind
    concept_id: str
    label: str
    start: int | None
    end: int | None
    score: float
    is_negated: bool = False
    evidence: str = "dictionary"


@dataclass(frozen=True, slots=True)
class TaggedPost:
    """A `SafePost` with what it is about, and the versions that said so."""

    post: SafePost
    mentions: tuple[Mention, ...]
    has_adverse_event: bool
    vocabulary_version: str
    tagger_version: str
