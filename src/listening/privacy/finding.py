"""`Finding`: one span that a recogniser reports, as gate 1 passes it from layer to layer, without its value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A span `[start, end)` of the normalised text, its type, and which rule found it with what score (0 to 1)."""

    start: int
    end: int
    entity_type: str
    score: float
    score_before_context: float
    recognizer: str
    pattern: str | None = None
