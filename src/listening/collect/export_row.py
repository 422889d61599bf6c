"""What a row of an export's file is, and how a file says that it cannot be read."""

from collections.abc import Mapping
from typing import Any

LACKS_COLUMN = "lacks a mapped column"

Row = Mapping[str, Any] | str
"""Column to value, mapped columns only; or the fixed word that says why the row cannot be read."""


class Unreadable(Exception):
    """The file as a whole cannot be read. `problem` says why in fixed words, and quotes nothing of it."""

    def __init__(self, problem: str) -> None:
        """Hold the reason."""
        super().__init__(problem)
        self.problem = problem
