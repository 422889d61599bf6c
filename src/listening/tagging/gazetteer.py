"""Component `listening_gazetteer`: every form of the vocabulary in the text, whether or not it will count."""

from spacy.language import Language
from spacy.tokens import Doc

from listening.tagging.draft import draft_of
from listening.vocabulary.matcher import POST_KINDS, Matcher, open_matcher


class Gazetteer:
    """Puts the candidates into the draft."""

    def __init__(self, matcher: Matcher) -> None:
        """Take a compiled vocabulary."""
        self._matcher = matcher

    def __call__(self, doc: Doc) -> Doc:
        """Find the candidates of one document."""
        draft_of(doc).candidates = self._matcher.find(doc.text)
        return doc


@Language.factory("listening_gazetteer")
def make_gazetteer(nlp: Language, name: str) -> Gazetteer:  # noqa: ARG001 spaCy hands both over by name
    """Make the component over the shipped vocabulary."""
    return Gazetteer(open_matcher(*POST_KINDS))
