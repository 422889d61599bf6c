"""Component `listening_adverse_event`: does the text tell that somebody was harmed on a product, and how."""

from spacy.language import Language
from spacy.tokens import Doc

from listening.posts import Mention
from listening.tagging.draft import Draft, draft_of
from listening.vocabulary import Vocabulary, load_vocabulary


class AdverseEvent:
    """Decides for the text as a whole, then mentions what was told."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Take the vocabulary for labels."""
        self._vocabulary = vocabulary

    def __call__(self, doc: Doc) -> Doc:
        """Judge one document."""
        draft = draft_of(doc)
        draft.has_adverse_event = tells_harm(doc.text, draft)
        if draft.has_adverse_event:
            draft.mentions += [
                Mention(
                    "adverse_event",
                    found.candidate.concept_id,
                    self._vocabulary.concepts[found.candidate.concept_id].label,
                    found.candidate.start,
                    found.candidate.end,
                    found.score,
                    found.assertion == "negated",
                    found.evidence,
                )
                for found in draft.of("adverse_event")
                if found.assertion in {"stated", "negated"}
            ]
        return doc


def tells_harm(text: str, draft: Draft) -> bool:
    """Say whether the text reports an adverse event."""
    return any(found.assertion == "stated" for found in draft.of("adverse_event"))


@Language.factory("listening_adverse_event")
def make_adverse_event(nlp: Language, name: str) -> AdverseEvent:  # noqa: ARG001 spaCy hands both over by name
    """Make the component over the shipped vocabulary."""
    return AdverseEvent(load_vocabulary())
