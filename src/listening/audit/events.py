"""What the chain records: one entry per span and per decision, built from fields on an allow-list, never a value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from listening.posts import PostKey, RedactedSpan, Refusal, SafePost

Field = str | int | float | bool | None
"""All a field may be: there is no room for a nested structure that nobody looked at."""

POST_REF_DIGITS = 32
"""Digits of a post key that stand in the chain: `left(post_key, 32)` joins it to the restricted store."""

FIELDS: Mapping[str, frozenset[str]] = {
    "span": frozenset(
        "post_ref start end length_bucket entity_type recognizer pattern score score_before_context operator".split()
    ),
    "post": frozenset(
        "post_ref source_id run_id decision reason span_count language policy_version gate_version"
        " vocabulary_version tagger_version content_tag".split()
    ),
    "run": frozenset("run_id state exit_code code_version policy_version gate_version tagger_version".split()),
    "publication": frozenset(
        "run_id publication_id k marts cells_published cells_suppressed policy_version vocabulary_version file_sha256".split()
    ),
    "objection": frozenset("run_id sources post_count".split()),
    "reconciliation": frozenset("run_id source_id walked_count removed_count".split()),
    "permission": frozenset("source_id action role entry_sha256 terms_reviewed_on".split()),
    "torn_tail": frozenset(["torn_bytes"]),
}
"""The fields each event may have, beside `seq`, `at` and `event`."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One thing that happened. Refuses a field that is not on its event's list.

    Raises:
        ValueError: An unknown event or field. The message names it, not its value.
    """

    event: str
    fields: Mapping[str, Field]

    def __post_init__(self) -> None:
        """Hold the allow-list."""
        allowed = FIELDS.get(self.event)
        if allowed is None:
            raise ValueError(f"no such audit event: {self.event}")
        if strangers := sorted(set(self.fields) - allowed):
            raise ValueError(f"audit event {self.event} has no field {strangers[0]}")


def hour_of(instant: datetime) -> str:
    """Write an aware UTC instant to the hour, as the chain keeps it: `2026-11-22T08Z`."""
    return instant.strftime("%Y-%m-%dT%HZ")


def length_bucket(length: int) -> str:
    """Coarsen the length of a hidden value, in code points: 1-4, 5-8, 9-16, 17+ (an exact length narrows a name)."""
    for last, name in ((4, "1-4"), (8, "5-8"), (16, "9-16")):
        if length <= last:
            return name
    return "17+"


def _span_event(post_ref: str, span: RedactedSpan) -> AuditEvent:
    return AuditEvent(
        "span",
        {
            "post_ref": post_ref,
            "start": span.stored_start,
            "end": span.stored_end,
            "length_bucket": length_bucket(span.end - span.start),
            "entity_type": span.entity_type,
            "recognizer": span.recognizer,
            "pattern": span.pattern,
            "score": round(span.score, 3),
            "score_before_context": round(span.score_before_context, 3),
            "operator": span.operator,
        },
    )


def stored(
    posts: Iterable[SafePost], *, run_id: str, vocabulary_version: str, tagger_version: str
) -> Iterable[AuditEvent]:
    """Give the entries of posts that gate 1 let pass: each span, then the decision."""
    for post in posts:
        post_ref = post.post_key[:POST_REF_DIGITS]
        for span in post.spans:
            yield _span_event(post_ref, span)
        yield AuditEvent(
            "post",
            {
                "post_ref": post_ref,
                "source_id": post.source_id,
                "run_id": run_id,
                "decision": "stored",
                "reason": None,
                "span_count": len(post.spans),
                "language": post.language,
                "policy_version": post.policy_version,
                "gate_version": post.gate_version,
                "vocabulary_version": vocabulary_version,
                "tagger_version": tagger_version,
                "content_tag": post.content_tag,
            },
        )


def removed(keys: Iterable[PostKey], *, source_id: str, run_id: str, reason: str) -> Iterable[AuditEvent]:
    """Give the entries of stored posts that are removed."""
    for key in keys:
        yield AuditEvent(
            "post",
            {
                "post_ref": key[:POST_REF_DIGITS],
                "source_id": source_id,
                "run_id": run_id,
                "decision": "removed",
                "reason": reason,
            },
        )


def refused(
    refusals: Sequence[Refusal], *, source_id: str, run_id: str, policy_version: str, gate_version: str
) -> Iterable[AuditEvent]:
    """Give the entries of posts that gate 1 refused."""
    for refusal in refusals:
        yield AuditEvent(
            "post",
            {
                "post_ref": refusal.post_key[:POST_REF_DIGITS] if refusal.post_key else None,
                "source_id": source_id,
                "run_id": run_id,
                "decision": "refused",
                "reason": refusal.reason,
                "policy_version": policy_version,
                "gate_version": gate_version,
            },
        )
