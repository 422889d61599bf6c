"""Tagging posts: links and hints of the post count, its year bounds a congress, topics are mentions without a place."""

from datetime import date

import pytest

from listening.posts import (
    NO_ENGAGEMENT,
    AuthorKey,
    AuthorLabels,
    Link,
    PostKey,
    RedactedText,
    SafePost,
    SourceId,
)
from listening.tagging.tagger import open_tagger


def post(text, *, year=2026, links=(), hints=(), key="a" * 64):
    return SafePost(
        post_key=PostKey(key),
        author_key=AuthorKey("b" * 64),
        source_id=SourceId("test"),
        day=date(year, 6, 1),
        hour=9,
        is_day_clamped=False,
        text=RedactedText(text),
        language="en",
        labels=AuthorLabels(),
        engagement=NO_ENGAGEMENT,
        links=links,
        content_hints=hints,
        is_reply=False,
        is_repost=False,
        is_quote=False,
        policy_version="1",
        gate_version="1",
        content_tag="c" * 32,
    )


def tag(*args, **kwargs):
    return open_tagger().tag_posts([post(*args, **kwargs)])[0]


def ids(tagged, kind):
    return {m.concept_id for m in tagged.mentions if m.kind == kind}


@pytest.mark.parametrize(
    ("link", "content_type"),
    [
        (Link("nejm.org", doi="10.1056/x"), "paper"),
        (Link("ncbi.nlm.nih.gov", pmid="123456"), "paper"),
        (Link("medrxiv.org", doi="10.1101/x"), "preprint"),
        (Link("clinicaltrials.gov", nct="NCT01234567"), "trial-registration"),
        (Link("youtube.com"), "video"),
        (Link("spotify.com"), "podcast"),
        (Link("statnews.com"), "news"),
    ],
)
def test_a_link_shows_its_content_type(link, content_type):
    tagged = tag("see this", links=(link,))
    assert ids(tagged, "content_type") == {f"content_type:{content_type}"}
    assert [m.start for m in tagged.mentions if m.kind == "content_type"] == [None]


def test_an_unknown_link_shows_nothing():
    assert ids(tag("see this", links=(Link("example.org"),)), "content_type") == set()


@pytest.mark.parametrize(
    ("hint", "content_type"), [("poll", "poll"), ("image", "image"), ("video", "video"), ("audio", "podcast")]
)
def test_what_a_post_is_made_of_shows_its_content_type(hint, content_type):
    assert ids(tag("see this", hints=(hint, "card", "comment")), "content_type") == {f"content_type:{content_type}"}


def test_a_congress_of_another_year_is_not_believed():
    assert ids(tag("ESC 2026", year=2026), "event") == {"event:esc"}
    assert ids(tag("ESC 26", year=2027), "event") == {"event:esc"}
    assert ids(tag("ESC 26", year=2031), "event") == set()


def test_topics_are_mentions_without_a_place():
    mentions = [m for m in tag("prior auth again").mentions if m.kind == "topic"]
    assert [(m.concept_id, m.start, m.end) for m in mentions] == [("topic:prior-authorisation", None, None)]


def test_posts_keep_their_order_and_carry_the_versions():
    posts = [post(text, key=f"{i:064x}") for i, text in enumerate(["Keytruda", "", "today", "Ozempic"])]
    tagger = open_tagger()
    tagged = tagger.tag_posts(posts)
    assert [t.post for t in tagged] == posts
    assert [sorted(ids(t, "product")) for t in tagged] == [["DB09037"], [], [], ["DB13928"]]
    assert {(t.vocabulary_version, t.tagger_version) for t in tagged} == {
        (tagger.vocabulary_version, tagger.tagger_version)
    }
    assert len(tagger.vocabulary_version) == 16
    assert len(tagger.tagger_version) == 12


def test_no_posts_are_no_work():
    assert open_tagger().tag_posts([]) == []
