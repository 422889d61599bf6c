"""A cheap look before one of Presidio's own recognisers reads a text."""

import re
from typing import Any, ClassVar


class Prefiltered:
    """Mix in before a recogniser of Presidio's: a text in which `NEEDS` finds nothing holds nothing for it."""

    NEEDS: ClassVar[re.Pattern[str]]

    def analyze(self, text: str, entities: list[str], *args: Any, **kwargs: Any) -> list[Any]:
        """Report what Presidio finds, in Presidio's form."""
        facts = getattr(args[0] if args else kwargs.get("nlp_artifacts"), "facts", None)
        if not (facts.hold(self.NEEDS) if facts is not None else self.NEEDS.search(text)):
            return []
        return super().analyze(text, entities, *args, **kwargs)  # type: ignore[misc, no-any-return]
