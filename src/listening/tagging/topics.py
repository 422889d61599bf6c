"""Component `listening_topics`: topics by their own words, and by roll-up of products, conditions and congresses."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

from listening.tagging.draft import Draft, draft_of
from listening.vocabulary import Vocabulary, load_vocabulary

SCORE_BY_ROLL_UP = {"product": 0.6, "condition": 0.6, "procedure": 0.5, "event": 0.5}
"""How sure a therapy area is by what rolls up to it; a fixed scale, no probability."""
SCORE_OF_PARENT = 0.8
SCORE_OF_SAFETY = 0.7
SCORE_OF_SHORTAGE = 0.8
SHORT_WITHIN = 6
"""How many tokens may lie between a product and the word shortage."""
SHORT_OF_OTHERS = frozenset(
    "staff staffing nurse nurses nursing doctor doctors physician physicians gp workforce bed beds labour labor".split()
)
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
        for topic_id, score in (*self._stated(draft), *_short(doc, draft), *self._rolled_up(draft)):
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


def _short(doc: Doc, draft: Draft) -> Iterator[tuple[str, float]]:
    places = [token.i for token in doc if token.lower_ in {"shortage", "shortages"}]
    # "Staff shortage" is of the staff, whatever product stands near.
    places = [place for place in places if not place or doc[place - 1].lower_ not in SHORT_OF_OTHERS]
    if places:
        starts = [token.idx for token in doc]
        for found in draft.of("product"):
            first = bisect_right(starts, found.candidate.start) - 1
            last = bisect_left(starts, found.candidate.end) - 1
            if any(first - SHORT_WITHIN <= place <= last + SHORT_WITHIN for place in places):
                yield "topic:drug-shortage", SCORE_OF_SHORTAGE


@Language.factory("listening_topics")
def make_topics(nlp: Language, name: str) -> Topics:  # noqa: ARG001 spaCy hands both over by name
    """Make the component over the shipped vocabulary."""
    return Topics(load_vocabulary())
