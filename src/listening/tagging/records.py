"""`listening tag`: NDJSON in, NDJSON out, one record per record, in the same order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson

from listening.posts import Mention
from listening.tagging.tagger import Tagger, Tags

NOT_JSON = "not_json"
NO_ID = "no_id"
NO_TEXT = "no_text"


@dataclass(frozen=True, slots=True)
class _Record:
    record_id: Any
    text: str
    refused: str | None


def tag_lines(lines: Iterable[bytes], tagger: Tagger, batch_size: int = 256) -> Iterator[bytes]:
    """Tag records `{"id", "text"}`; other fields are ignored, blank lines are skipped.

    Gives `{"id", "text", "mentions", "topics", "adverse_event"}` with the text unchanged and mentions in half-open code
    points of it, or `{"id", "refused"}` with one of `not_json`, `no_id`, `no_text`. The id is null where none was read.
    Each line ends with a line feed. Nothing is raised for a bad line, and nothing of it is quoted but its id.
    """
    records = (_read(line) for line in lines if line.strip())
    while batch := list(islice(records, batch_size)):
        tags = iter(tagger.tag_texts([record.text for record in batch if record.refused is None]))
        for record in batch:
            answer = (
                {"id": record.record_id, "refused": record.refused} if record.refused else _tagged(record, next(tags))
            )
            yield orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE)


def _read(line: bytes) -> _Record:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        return _Record(None, "", NOT_JSON)
    record_id = value.get("id")
    if not isinstance(record_id, str | int) or isinstance(record_id, bool):
        return _Record(None, "", NO_ID)
    text = value.get("text")
    return _Record(record_id, text, None) if isinstance(text, str) else _Record(record_id, "", NO_TEXT)


def _tagged(record: _Record, tags: Tags) -> dict[str, Any]:
    return {
        "id": record.record_id,
        "text": record.text,
        "mentions": [_mention(mention) for mention in tags.mentions if mention.start is not None],
        "topics": [{"concept_id": concept_id, "score": score} for concept_id, score in tags.topics],
        "adverse_event": tags.has_adverse_event,
    }


def _mention(mention: Mention) -> dict[str, Any]:
    return {
        "start": mention.start,
        "end": mention.end,
        "kind": mention.kind,
        "concept_id": mention.concept_id,
        "label": mention.label,
        "negated": mention.is_negated,
        "score": mention.score,
    }
