"""`Tagger`: posts in, tagged posts out, by batches, in order."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from spacy.language import Language

from listening.posts import Mention, SafePost, TaggedPost
from listening.tagging.draft import Draft, draft_of, unique
from listening.tagging.pipeline import build_pipeline, pipeline_version
from listening.vocabulary import Vocabulary, load_vocabulary

LONGEST_TEXT: Final = 1_000_000
"""Longest text tagged, in characters: spaCy's own limit. What stands behind it is not looked at."""


@dataclass(frozen=True, slots=True)
class Tags:
    """What one text is about. `topics` are (concept id, score 0 to 1), surest first."""

    mentions: tuple[Mention, ...]
    topics: tuple[tuple[str, float], ...]
    has_adverse_event: bool


class Tagger:
    """The pipeline, with the versions that say which one."""

    def __init__(self, nlp: Language, vocabulary: Vocabulary, tagger_version: str) -> None:
        """Hold a pipeline; `open_tagger` makes the shipped one."""
        self._nlp = nlp
        self._lock = threading.Lock()
        self._vocabulary = vocabulary
        self.vocabulary_version = vocabulary.version
        self.tagger_version = tagger_version

    def tag_posts(self, posts: Sequence[SafePost]) -> list[TaggedPost]:
        """Tag posts, one result a post, in order. Topics are mentions without a place."""
        drafts = [Draft(post.day.year, post.links, post.content_hints) for post in posts]
        texts: list[str] = [post.text for post in posts]
        return [
            TaggedPost(
                post=post,
                mentions=unique((*tags.mentions, *self._topic_mentions(tags))),
                has_adverse_event=tags.has_adverse_event,
                vocabulary_version=self.vocabulary_version,
                tagger_version=self.tagger_version,
            )
            for post, tags in zip(posts, self._run(texts, drafts), strict=True)
        ]

    def tag_texts(self, texts: Sequence[str]) -> list[Tags]:
        """Tag texts of which nothing else is known, one result a text, in order."""
        return list(self._run(texts, [Draft() for _ in texts]))

    def _run(self, texts: Sequence[str], drafts: Iterable[Draft]) -> Iterator[Tags]:
        # Inside the zone spaCy's string store is freed at its end, so that a long run does not grow.
        # Threads take turns: the store is the whole pipeline's, and a zone that ends frees another's strings.
        with self._lock, self._nlp.memory_zone():
            docs = [self._nlp.make_doc(text[:LONGEST_TEXT]) for text in texts]
            for doc, draft in zip(docs, drafts, strict=True):
                doc._.draft = draft
            results = [_tags(draft_of(doc)) for doc in self._nlp.pipe(docs)]
        yield from results

    def _topic_mentions(self, tags: Tags) -> Iterator[Mention]:
        for topic_id, score in tags.topics:
            yield Mention("topic", topic_id, self._vocabulary.concepts[topic_id].label, None, None, score)


def _tags(draft: Draft) -> Tags:
    topics = sorted(((t, round(s, 3)) for t, s in draft.topics.items()), key=lambda pair: (-pair[1], pair[0]))
    return Tags(unique(draft.mentions), tuple(topics), draft.has_adverse_event)


@cache
def open_tagger() -> Tagger:
    """Give the shipped tagger, built once a process."""
    return Tagger(build_pipeline(), load_vocabulary(), pipeline_version())
