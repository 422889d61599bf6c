"""Component `listening_abbreviations`: short forms that the text itself explains, as in "valproic acid (VPA)"."""

import re
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

from listening.posts import Kind
from listening.tagging.draft import Found, draft_of
from listening.vocabulary.matcher import Candidate

KINDS: tuple[Kind, ...] = ("product", "condition")
SCORE = 0.9
_SHORT = re.compile(r"\s?\(\s?(?P<short>[A-Z][A-Za-z0-9-]{1,7})\s?[);,]")


class Abbreviations:
    """Finds the short form wherever it stands in the text."""

    def __call__(self, doc: Doc) -> Doc:
        """Add one document's short forms."""
        draft = draft_of(doc)
        text = doc.text
        if "(" in text:
            taken = {(f.candidate.start, f.candidate.end) for f in draft.of(*KINDS)}
            explained: dict[str, Found] = {}
            for long in draft.of(*KINDS):
                if short := _short_of(text, long):
                    explained.setdefault(short, long)
            for short, long in explained.items():
                draft.found += [
                    f for f in _everywhere(text, short, long) if (f.candidate.start, f.candidate.end) not in taken
                ]
        return doc


def _short_of(text: str, long: Found) -> str | None:
    match = _SHORT.match(text, long.candidate.end)
    explains = match and _stands_for(match["short"], text[long.candidate.start : long.candidate.end])
    return match["short"] if match and explains else None


def _everywhere(text: str, short: str, long: Found) -> Iterator[Found]:
    term, kind = long.candidate.term, long.candidate.kind
    for place in re.finditer(rf"(?<!\w){re.escape(short)}(?!\w)", text):
        yield Found(
            Candidate(place.start(), place.end(), term, kind, is_hashtag=False, has_own_case=True),
            SCORE,
            "abbreviation",
        )


def _stands_for(short: str, long: str) -> bool:
    # Each letter of the short form stands in the long one, in order, the first at the beginning (Schwartz and Hearst).
    letters = iter(long.lower())
    wanted = [c for c in short.lower() if c.isalpha()]
    return (
        len(wanted) >= 2
        and sum(c.isupper() for c in short) >= 2
        and long.lower().startswith(wanted[0])
        and all(letter in letters for letter in wanted)
    )


@Language.factory("listening_abbreviations")
def make_abbreviations(nlp: Language, name: str) -> Abbreviations:  # noqa: ARG001 spaCy hands both over by name
    """Make the component."""
    return Abbreviations()
