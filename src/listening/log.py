"""The log: JSON lines of allowed keys only, in the data home. What is not on the list is dropped and counted."""

import logging
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

ALLOWED_KEYS = frozenset(
    "event level timestamp run_id source_id batch_id stage error_type exit_code seen stored refused seconds cells_published"
    " cells_suppressed sources version".split()
)
"""The keys a log line may have. Their values are ids, fixed words, counts and durations."""

NOISY_LOGGERS = (
    "httpx",
    "httpcore",
    "presidio-analyzer",
    "presidio-anonymizer",
    "decision_process",
    "tldextract",
    "filelock",
)
"""Libraries that log URLs or words of a text; none of their lines is wanted."""


def allow_listed(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Keep the allowed keys whose values are short scalars; count the rest in `dropped`."""
    kept = {
        key: value
        for key, value in event.items()
        if key in ALLOWED_KEYS and (value is None or isinstance(value, int | float | str)) and len(str(value)) <= 200
    }
    if dropped := len(event) - len(kept):
        kept["dropped"] = dropped
    return kept


def silence_libraries() -> None:
    """Keep libraries that quote URLs or text from logging at all."""
    for name in NOISY_LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
        logger.setLevel(logging.CRITICAL)


@contextmanager
def open_log(home: Path, *, run_id: str) -> Iterator[structlog.typing.FilteringBoundLogger]:
    """Open the log of the month in `home/logs`, bound to a run."""
    silence_libraries()
    folder = home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{datetime.now(tz=UTC):%Y-%m}.ndjson"
    with path.open("ab", buffering=0) as file:
        logger: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
            structlog.BytesLogger(file),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                allow_listed,
                structlog.processors.JSONRenderer(serializer=_to_json),
            ],
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
            run_id=run_id,
        )
        yield logger


def _to_json(value: Any, **_options: Any) -> bytes:
    import orjson

    return orjson.dumps(value)
