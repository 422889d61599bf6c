"""`listening redact`: NDJSON in, NDJSON out, one record for one record, in order, streaming."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import orjson

from listening.posts import RedactedSpan, Refusal
from listening.privacy.anonymise import Redaction
from listening.privacy.gate import Gate

_MAX_LINE = 6_000_000
"""Bytes; a longer line is refused before it is parsed."""


def redact_lines(
    lines: Iterable[bytes], gate: Gate, batch_size: int = 256, *, is_explained: bool = False
) -> Iterator[bytes]:
    """Redact records `{"id", "text"}`; further fields are ignored, blank lines skipped.

    Gives `{"id", "text", "spans"}` or `{"id", "refused": reason}`, each with a newline. Reasons are those of
    `Gate.redact_texts`, and `not_json`, `no_id`, `no_text` for records that cannot be read; their `id` may be null.
    """
    source = iter(lines)
    while batch := list(islice(source, batch_size)):
        yield from _redact_batch(batch, gate, is_explained)


def _redact_batch(batch: list[bytes], gate: Gate, is_explained: bool) -> Iterator[bytes]:
    records = [_read(line) for line in batch if line.strip()]
    outcomes = iter(gate.redact_texts([record["text"] for record in records if "text" in record]))
    for record in records:
        if "text" in record:
            yield orjson.dumps(_written(record["id"], next(outcomes), is_explained)) + b"\n"
        else:
            yield orjson.dumps(record) + b"\n"


def _read(line: bytes) -> dict[str, Any]:
    """Give `{"id", "text"}`, or a refusal record."""
    if len(line) > _MAX_LINE:
        return {"id": None, "refused": "too_long"}
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        record = None
    if not isinstance(record, dict):
        return {"id": None, "refused": "not_json"}
    identity = record.get("id")
    if not isinstance(identity, str | int) or isinstance(identity, bool):
        return {"id": None, "refused": "no_id"}
    text = record.get("text")
    if not isinstance(text, str):
        return {"id": identity, "refused": "no_text"}
    return {"id": identity, "text": text}


def _written(identity: str | int, outcome: Redaction | Refusal, is_explained: bool) -> dict[str, Any]:
    if isinstance(outcome, Refusal):
        return {"id": identity, "refused": outcome.reason}
    return {
        "id": identity,
        "text": outcome.text,
        "spans": [
            {
                "start": span.start,
                "end": span.end,
                "entity_type": span.entity_type,
                "score": span.score,
                "recognizer": span.recognizer,
                "operator": span.operator,
                "replacement": span.replacement,
                **(_decision(span) if is_explained else {}),
            }
            for span in outcome.spans
        ],
    }


def _decision(span: RedactedSpan) -> dict[str, Any]:
    """Tell what decided on a span: never its value, nor the context's words."""
    return {
        "pattern": span.pattern,
        "score_before_context": span.score_before_context,
        "is_lifted_by_context": span.score > span.score_before_context,
    }
