"""What the components of the pipeline hand on to one another with a document."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, cast

from spacy.tokens import Doc

from listening.posts import Kind, Link, Mention
from listening.vocabulary.matcher import Candidate

Assertion = Literal["stated", "negated", "hypothetical", "asked", "treated", "family"]
"""How a condition or an adverse event is told; `treated`: as what a product is for, `family`: of a relative."""


@dataclass(slots=True)
class Found:
    """A candidate that counts."""

    candidate: Candidate
    score: float
    evidence: str
    assertion: Assertion = "stated"


@dataclass(slots=True)
class Draft:
    """The work on one document.

    `year` is the post's, or `None` where it is not known. `links` and `content_hints` are those of the post. `topics`
    maps topic id to score, 0 to 1.
    """

    year: int | None = None
    links: tuple[Link, ...] = ()
    content_hints: tuple[str, ...] = ()
    candidates: list[Candidate] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    topics: dict[str, float] = field(default_factory=dict)
    has_adverse_event: bool = False

    def of(self, *kinds: Kind) -> list[Found]:
        """Give what was found of some kinds, in text order."""
        return [found for found in self.found if found.candidate.kind in kinds]


if not Doc.has_extension("draft"):
    Doc.set_extension("draft", default=None)


def draft_of(doc: Doc) -> Draft:
    """Give a document's draft, a fresh one where it has none."""
    if doc._.draft is None:
        doc._.draft = Draft()
    return cast("Draft", doc._.draft)


def unique(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Keep one mention per (kind, concept, start), the surest, in text order; those without a place come last."""
    best: dict[tuple[str, str, int | None], Mention] = {}
    for mention in mentions:
        place = (mention.kind, mention.concept_id, mention.start)
        if place not in best or best[place].score < mention.score:
            best[place] = mention
    return tuple(sorted(best.values(), key=lambda m: (m.start is None, m.start or 0, m.end or 0, m.kind, m.concept_id)))
