"""What the rooms beside the store need of a database, so that they need not know which one it is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Sql(Protocol):
    """A database that runs statements. Its errors are typed and quote no values."""

    def rows(
        self, statement: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> list[tuple[Any, ...]]:
        """Run statements, give the rows of the last."""
        ...

    def atomically(self, work: Callable[[], T]) -> T:
        """Run `work` in one transaction: all of it is kept, or nothing."""
        ...

    def load(self, statement: str, **tables: Any) -> list[tuple[Any, ...]]:
        """Run a statement that reads Arrow tables by the names given."""
        ...
