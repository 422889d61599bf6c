"""Tagged posts as Arrow tables, one per table of the store."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from listening.posts import PostKey, TaggedPost

_POST = {
    "post_key": "string",
    "author_key": "string",
    "source_id": "string",
    "day": "date32",
    "hour": "int8",
    "is_day_clamped": "bool",
    "redacted_text": "string",
    "language": "string",
    "role": "string",
    "specialty": "string",
    "country": "string",
    "label_evidence": "string",
    "reply_count": "int64",
    "repost_count": "int64",
    "like_count": "int64",
    "quote_count": "int64",
    "content_hints": "strings",
    "is_reply": "bool",
    "is_repost": "bool",
    "is_quote": "bool",
    "has_adverse_event": "bool",
    "has_patient_element": "bool",
    "has_reporter_element": "bool",
    "has_product_element": "bool",
    "has_event_element": "bool",
    "content_tag": "string",
    "policy_version": "string",
    "gate_version": "string",
    "vocabulary_version": "string",
    "tagger_version": "string",
    "batch_id": "string",
    "text_tags": "strings",
    "label_confidence": "float64",
}
_ENTITY = {"post_key": "string", "entity_type": "string", "span_count": "int32"}
_LINK = {"post_key": "string", "domain": "string", "doi": "string", "pmid": "string", "nct": "string"}
_MENTION = {
    "post_key": "string",
    "day": "date32",
    "kind": "string",
    "concept_id": "string",
    "start_offset": "int32",
    "end_offset": "int32",
    "score": "float64",
    "is_negated": "bool",
    "evidence": "string",
    "vocabulary_version": "string",
    "tagger_version": "string",
}

POST_COLUMNS = tuple(_POST)
"""Columns of `post`, in the order of `post_table`."""


def _table(columns: dict[str, str], rows: Iterable[tuple[Any, ...]]) -> Any:
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "strings": pa.list_(pa.string()),
        "bool": pa.bool_(),
        "date32": pa.date32(),
        "int8": pa.int8(),
        "int32": pa.int32(),
        "int64": pa.int64(),
        "float64": pa.float64(),
    }
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [pa.array(column, types[kind]) for column, kind in zip(values, columns.values(), strict=True)]
    return pa.table(arrays, names=list(columns))


def _post_row(tagged: TaggedPost, batch_id: str) -> tuple[Any, ...]:
    post, labels, engagement, safety = tagged.post, tagged.post.labels, tagged.post.engagement, tagged.post.safety
    return (
        post.post_key,
        post.author_key,
        post.source_id,
        post.day,
        post.hour,
        post.is_day_clamped,
        post.text,
        post.language,
        labels.role,
        labels.specialty,
        labels.country,
        labels.evidence,
        engagement.replies,
        engagement.reposts,
        engagement.likes,
        engagement.quotes,
        list(post.content_hints),
        post.is_reply,
        post.is_repost,
        post.is_quote,
        tagged.has_adverse_event,
        safety.has_patient,
        safety.has_reporter,
        safety.has_product,
        safety.has_event,
        post.content_tag,
        post.policy_version,
        post.gate_version,
        tagged.vocabulary_version,
        tagged.tagger_version,
        batch_id,
        list(post.text_tags),
        labels.confidence,
    )


def post_table(posts: Sequence[TaggedPost], batch_id: str) -> Any:
    """Give the rows of `post`."""
    return _table(_POST, (_post_row(tagged, batch_id) for tagged in posts))


def entity_table(posts: Sequence[TaggedPost]) -> Any:
    """Give the rows of `post_entity`; types without a span have none."""
    return _table(
        _ENTITY,
        (
            (tagged.post.post_key, entity_type, count)
            for tagged in posts
            for entity_type, count in tagged.post.entity_counts.items()
            if count
        ),
    )


def link_table(posts: Sequence[TaggedPost]) -> Any:
    """Give the rows of `post_link`."""
    return _table(
        _LINK,
        (
            (tagged.post.post_key, link.domain, link.doi, link.pmid, link.nct)
            for tagged in posts
            for link in tagged.post.links
        ),
    )


def mention_table(posts: Sequence[TaggedPost], days: Mapping[PostKey, date]) -> Any:
    """Give the rows of `mention`; `days` are those of the stored posts, which an edit need not move."""
    return _table(
        _MENTION,
        (
            (
                tagged.post.post_key,
                days[tagged.post.post_key],
                mention.kind,
                mention.concept_id,
                mention.start,
                mention.end,
                mention.score,
                mention.is_negated,
                mention.evidence,
                tagged.vocabulary_version,
                tagged.tagger_version,
            )
            for tagged in posts
            for mention in tagged.mentions
        ),
    )
