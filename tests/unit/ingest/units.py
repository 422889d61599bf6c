"""A unit of work made of fakes: what the tests of ingest and of removals run."""

import contextlib
from datetime import UTC, datetime, timedelta

from listening.audit.chain import AuditChain
from listening.collect.base import Page, Window
from listening.identity.keys import Keys
from listening.ingest import Tools, ingest_unit
from listening.posts import (
    NO_ENGAGEMENT,
    AuthorLabels,
    Mention,
    Randomisation,
    RedactedSpan,
    RedactedText,
    Refusal,
    SafePost,
    SafetyElements,
    SourceId,
    TaggedPost,
)
from listening.raw import RawPost

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
WINDOW = Window(NOW - timedelta(days=7), NOW)
SOURCE = SourceId("fake-source")
CANARY = "canary-3391"


def raw_post(number, *, text=None, created_at=NOW):
    return RawPost(
        source_id=SOURCE,
        native_id=f"native-{number}",
        text=text or f"post {number} by {CANARY}",
        created_at=created_at,
        author_handle=f"author-{number % 5}-{CANARY}",
    )


class FakeCollector:
    """Serves posts in pages of five; the cursor is the count of those served. Can break off where it is told."""

    def __init__(self, posts, *, page=5, break_after=None, error=None):
        self.posts, self.page, self.break_after, self.error = posts, page, break_after, error

    async def pages(self, window, cursor):
        at = cursor["served"] if cursor else 0
        while at < len(self.posts):
            if self.break_after is not None and at >= self.break_after:
                raise self.error
            batch = self.posts[at : at + self.page]
            at += len(batch)
            yield Page(tuple(batch), {"served": at}, {"repost": 1})


class FakeGate:
    """Passes every post with one span, but refuses texts that begin with `refuse:`."""

    policy_version = "policy-1"
    gate_version = "gate-1"
    randomisation = Randomisation("policy-1")

    def pass_posts(self, raws, *, keys, collected_at, label, screen):
        return [self.one(raw, keys, label, screen) for raw in raws]

    def one(self, raw, keys, label, screen):
        post_key = keys.post_key(raw.source_id, raw.native_id)
        if raw.text.startswith("refuse:"):
            return Refusal(post_key, raw.text.split(":")[1])
        span = RedactedSpan(8, 20, 8, 16, "PERSON", 0.9, 0.5, "Fake", None, "replace", "<PERSON>")
        return SafePost(
            post_key=post_key,
            author_key=keys.author_key(raw.source_id, raw.author_handle, raw.created_at.date()),
            source_id=raw.source_id,
            day=raw.created_at.date(),
            hour=raw.created_at.hour,
            is_day_clamped=False,
            text=RedactedText(raw.text.replace(CANARY, "<PERSON>")),
            language="en",
            labels=label(raw),
            engagement=NO_ENGAGEMENT,
            links=(),
            content_hints=(),
            is_reply=False,
            is_repost=False,
            is_quote=False,
            policy_version=self.policy_version,
            gate_version=self.gate_version,
            content_tag=keys.content_tag(raw.text),
            spans=(span,),
            entity_counts={"PERSON": 1},
            safety=screen(raw),
        )


class FakeTagger:
    vocabulary_version = "vocabulary-1"
    tagger_version = "tagger-1"

    def tag_posts(self, posts):
        mention = Mention("topic", "topic:workload", "Workload", None, None, 1.0)
        return [TaggedPost(post, (mention,), False, self.vocabulary_version, self.tagger_version) for post in posts]


def make_tools(store, folder, *, gate=None, tagger=None):
    return Tools(
        gate=gate or FakeGate(),
        tagger=tagger or FakeTagger(),
        keys=Keys(b"k" * 32),
        label=lambda raw: AuthorLabels(role="nurse"),
        screen=lambda raw: SafetyElements(),
        store=store,
        chain=AuditChain(folder / "audit"),
    )


def ingest(collector, tools, *, batch_size=10, share=0.5, report=lambda counts: None):
    return ingest_unit(
        lambda: contextlib.nullcontext(collector),
        WINDOW,
        tools,
        source_id=SOURCE,
        run_id="run-1",
        now=NOW,
        batch_size=batch_size,
        allowed_refused_share=share,
        report=report,
    )
