"""Posts made up for tests of the store, the marts and gate 2."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from listening.posts import (
    AuthorKey,
    AuthorLabels,
    Engagement,
    Link,
    Mention,
    PostKey,
    RedactedText,
    SafePost,
    SourceId,
    TaggedPost,
)
from listening.store.store import Batch
from listening.vocabulary import Concept, Vocabulary

MONDAY = date(2026, 11, 2)
VERSIONS = {"code": "0", "policy": "p1", "gate": "g1", "vocabulary": "v1", "tagger": "t1"}


def key(*parts: object) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def post(
    number: object,
    *,
    author: object = 0,
    day: date = MONDAY,
    about: Sequence[tuple[str, str]] = (),
    denies: Sequence[tuple[str, str]] = (),
    source: str = "med-mastodon",
    role: str | None = "physician",
    specialty: str | None = "oncology",
    country: str | None = "DE",
    language: str = "en",
    likes: int = 0,
    content: str = "a",
    is_day_clamped: bool = False,
    policy: str = "p1",
    tagger: str = "t1",
    entities: Mapping[str, int] | None = None,
    text: str = "A redacted post.",
    links: tuple[Link, ...] = (),
    text_tags: tuple[str, ...] = (),
) -> TaggedPost:
    mentions = [Mention(kind, concept, concept, 0, 5, 0.9) for kind, concept in about]  # type: ignore[arg-type]
    mentions += [Mention(kind, concept, concept, 0, 5, 0.9, is_negated=True) for kind, concept in denies]  # type: ignore[arg-type]
    safe = SafePost(
        post_key=PostKey(key("post", source, number)),
        author_key=AuthorKey(key("author", source, author)),
        source_id=SourceId(source),
        day=day,
        hour=12,
        is_day_clamped=is_day_clamped,
        text=RedactedText(text),
        language=language,
        labels=AuthorLabels(role, specialty, country, "bio"),
        engagement=Engagement(likes=likes),
        links=links,
        content_hints=(),
        is_reply=False,
        is_repost=False,
        is_quote=False,
        policy_version=policy,
        gate_version="g1",
        content_tag=content,
        entity_counts=entities or {},
        text_tags=text_tags,
    )
    return TaggedPost(safe, tuple(mentions), has_adverse_event=False, vocabulary_version="v1", tagger_version=tagger)


def batch(number: object, posts: Sequence[TaggedPost], **changes: Any) -> Batch:
    values: dict[str, Any] = {
        "batch_id": f"batch-{number}",
        "run_id": "run-1",
        "source_id": SourceId("med-mastodon"),
        "posts": posts,
        "cursor": {"since": number},
        "refusals": {},
        "audit_first": 0,
        "audit_last": 1,
        "audit_head": "head",
    }
    return Batch(**values | changes)


def vocabulary(parents: Mapping[str, str | None], *, kinds: Mapping[str, str] | None = None) -> Vocabulary:
    """Make a vocabulary from `{concept: parent}`; all are products unless `kinds` says so."""
    concepts = [
        Concept(concept, (kinds or {}).get(concept, "product"), concept.title(), parent, "test", ())
        for concept, parent in parents.items()
    ]
    return Vocabulary(concepts, [], [], "v1")
