"""Component `listening_topics`: topics by their own words, and by roll-up of products, conditions and congresses."""

from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

from listening.tagging.draft import Draft, draft_of
from listening.vocabulary import Vocabulary, load_vocabulary

SCORE_BY_ROLL_UP = {"product": 0.6, "condition": 0.6, "procedure": 0.5, "event": 0.5}
"""How sure a therapy area is by what rolls up to it; a fixed scale, no probability."""
SCORE_OF_PARENT = 0.8
SCORE_OF_SAFETY = 0.7
TOO_WIDE = frozenset({"topic:general-medicine"})
"""Areas that a symptom alone does not make a topic."""


class Topics:
    """Scores topics; the surest evidence of each counts, evidence does not add up."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Read the tree: a root of it, such as "Care delivery", is a heading and never a topic of a post."""
        self._vocabulary = vocabulary
        self._roots = {c.concept_id for c in vocabulary.of_kind("topic") if c.parent is None}

    def __call__(self, doc: Doc) -> Doc:
        """Score one document's topics."""
        draft = draft_of(doc)
        for topic_id, score in (*self._stated(draft), *self._rolled_up(draft)):
            if topic_id not in self._roots:
                draft.topics[topic_id] = max(score, draft.topics.get(topic_id, 0.0))
        return doc

    def _stated(self, draft: Draft) -> Iterator[tuple[str, float]]:
        for found in draft.of("topic"):
            topic_id = found.candidate.concept_id
            yield topic_id, found.score
            for above in self._vocabulary.ancestors(topic_id):
                yield above, found.score * SCORE_OF_PARENT

    def _rolled_up(self, draft: Draft) -> Iterator[tuple[str, float]]:
        for mention in draft.mentions:
            score = SCORE_BY_ROLL_UP.get(mention.kind)
            if score is None or mention.is_negated:
                continue
            area = next((a for a in self._vocabulary.ancestors(mention.concept_id) if a.startswith("topic:")), None)
            if area and area not in TOO_WIDE:
                yield area, score * mention.score
        if draft.has_adverse_event and any(mention.kind == "product" for mention in draft.mentions):
            yield "topic:drug-safety", SCORE_OF_SAFETY


@Language.factory("listening_topics")
def make_topics(nlp: Language, name: str) -> Topics:  # noqa: ARG001 spaCy hands both over by name
    """Make the component over the shipped vocabulary."""
    return Topics(load_vocabulary())
