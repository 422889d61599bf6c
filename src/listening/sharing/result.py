"""Rows with the names of their columns, as analysts get them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Result:
    """What a query gave. `is_cut` says that there were more rows than the limit lets through."""

    columns: Sequence[str]
    rows: Sequence[tuple[Any, ...]]
    is_cut: bool = False

    def as_records(self) -> list[dict[str, Any]]:
        """Give each row by column name; days and instants as ISO 8601."""
        return [
            {
                name: value.isoformat() if hasattr(value, "isoformat") else value
                for name, value in zip(self.columns, row, strict=True)
            }
            for row in self.rows
        ]
