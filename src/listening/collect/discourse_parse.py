"""Turns Discourse's JSON into topics and posts. Pure. Names and usernames make the handle; avatars are never read."""

import contextlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from listening.catalogue.entry import Entry
from listening.collect.build import make_post, parse_instant, parse_json, shared_links
from listening.collect.html import Anchor, HtmlTooComplex, html_to_text
from listening.posts import Engagement
from listening.raw import RawPost

_REGULAR = 1
"""`post_type` of what people write. 2 is a moderator's action, 3 a small one such as "closed", 4 a whisper of the staff."""
_LIKE = 2
"""Id of the like among `actions_summary`."""
_NOT_SHARED = frozenset({"mention", "mention-group", "hashtag", "hashtag-cooked", "lightbox", "anchor"})
_QUOTE = re.compile(r"""<aside[^>]{0,200}\bclass=["'][^"']{0,200}\bquote\b""")


def _instant(value: Any) -> datetime:
    if (moment := parse_instant(value)) is None:
        raise ValueError("no date")
    return moment


Instant = Annotated[datetime, BeforeValidator(_instant)]


class _Model(BaseModel):
    """What is not named is dropped: avatars, titles, flairs and groups of users, and who is answered."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Action(_Model):
    id: int = 0
    count: int = 0


class _Post(_Model):
    id: int = Field(gt=0)
    username: str = Field(min_length=1)
    name: str | None = None
    created_at: Instant
    updated_at: Instant | None = None
    version: int = 1
    cooked: str
    post_type: int = _REGULAR
    post_number: int = 1
    topic_id: int = 0
    topic_title: str | None = None
    reply_to_post_number: int | None = None
    reply_count: int | None = 0
    quote_count: int | None = 0
    actions_summary: tuple[_Action, ...] = ()
    hidden: bool = False
    user_deleted: bool = False
    # `Any`: a date where it is deleted, and nothing that is read.
    deleted_at: Any = None


class _Topic(_Model):
    id: int = Field(gt=0)
    bumped_at: Instant


@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """One post of an answer: its id and instant where it has them, and the post or the reason there is none.

    `gone` is its native id where the forum shows it as deleted or hidden.
    """

    post_id: int | None
    created_at: datetime | None
    made: RawPost | str
    gone: str | None = None


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic of a list, and when something last was said in it."""

    topic_id: int
    bumped_at: datetime


@dataclass(frozen=True, slots=True)
class TopicList:
    """A page of a list of topics. `bad_count` rows could not be read; `has_more` says that there is a next page."""

    topics: tuple[TopicRow, ...]
    bad_count: int
    has_more: bool


@dataclass(frozen=True, slots=True, repr=False)
class TopicPosts:
    """Posts of a topic, and the ids of all of its posts, oldest first; the latter stand in the topic's own answer only."""

    records: tuple[Record, ...]
    stream: tuple[int, ...]


def site_base(site: str) -> str:
    """Give host and path of a site, without scheme: they stand in ids and handles."""
    parts = urlsplit(site)
    return parts.netloc.lower() + parts.path.rstrip("/")


def parse_posts(content: bytes, entry: Entry, *, site: str) -> list[Record] | None:
    """Read `/posts.json`, newest first; `None` where it is no list of posts."""
    posts = _mapping(content).get("latest_posts")
    return [_read(record, entry, site, None, ()) for record in posts] if isinstance(posts, list) else None


def parse_topic(content: bytes, entry: Entry, *, site: str) -> TopicPosts | None:
    """Read `/t/ID.json` or `/t/ID/posts.json`; `None` where it is no topic."""
    said = _mapping(content)
    stream = said.get("post_stream")
    posts = stream.get("posts") if isinstance(stream, Mapping) else None
    if not isinstance(stream, Mapping) or not isinstance(posts, list):
        return None
    title = said.get("title") if isinstance(said.get("title"), str) else None
    tags = _tags(said.get("tags"))
    ids = stream.get("stream") if isinstance(stream.get("stream"), list) else []
    return TopicPosts(
        tuple(_read(record, entry, site, title, tags) for record in posts),
        tuple(i for i in ids or () if isinstance(i, int) and not isinstance(i, bool) and i > 0),
    )


def parse_topics(content: bytes) -> TopicList | None:
    """Read a list of topics; `None` where it is none."""
    said = _mapping(content).get("topic_list")
    rows = said.get("topics") if isinstance(said, Mapping) else None
    if not isinstance(said, Mapping) or not isinstance(rows, list):
        return None
    found: list[TopicRow] = []
    for row in rows:
        with contextlib.suppress(ValidationError):
            topic = _Topic.model_validate(row)
            found.append(TopicRow(topic.id, topic.bumped_at))
    return TopicList(tuple(found), len(rows) - len(found), has_more=bool(said.get("more_topics_url")))


def _mapping(content: bytes) -> Mapping[str, Any]:
    with contextlib.suppress(ValueError):
        said = parse_json(content)
        if isinstance(said, Mapping):
            return said
    return {}


def _tags(said: Any) -> tuple[str, ...]:
    """Read a topic's tags: their names, or, from Discourse 3.6 on, objects that have one."""
    names = (tag.get("name") if isinstance(tag, Mapping) else tag for tag in (said if isinstance(said, list) else ()))
    return tuple(name for name in names if isinstance(name, str) and name)


def _read(record: Any, entry: Entry, site: str, title: str | None, tags: tuple[str, ...]) -> Record:
    raw = record if isinstance(record, Mapping) else {}
    post: _Post | None = None
    with contextlib.suppress(ValidationError):
        post = _Post.model_validate(record)
    if post is None:
        post_id = raw.get("id")
        is_id = isinstance(post_id, int) and not isinstance(post_id, bool) and post_id > 0
        return Record(post_id if is_id else None, parse_instant(raw.get("created_at")), "bad_record")
    reason = _refused(post)
    if reason is not None:
        gone = _native_id(post, site) if reason in {"deleted", "hidden"} else None
        return Record(post.id, post.created_at, reason, gone)
    return Record(post.id, post.created_at, _post(post, entry, site, title or post.topic_title, tags))


def _refused(post: _Post) -> str | None:
    if post.deleted_at is not None or post.user_deleted:
        return "deleted"
    if post.hidden:
        return "hidden"
    return None if post.post_type == _REGULAR else "action"


def _native_id(post: _Post, site: str) -> str:
    return f"{site_base(site)}/p/{post.id}"


def _post(post: _Post, entry: Entry, site: str, title: str | None, tags: tuple[str, ...]) -> RawPost | str:
    try:
        body = html_to_text(post.cooked)
    except HtmlTooComplex:
        return "too_complex"
    is_first = post.post_number <= 1
    return make_post(
        entry,
        native_id=_native_id(post, site),
        # A topic's title and tags are words of the one who began it, and of nobody else.
        text="\n\n".join(filter(None, (title if is_first else "", body.text))),
        created_at=post.created_at,
        edited_at=post.updated_at if post.version > 1 else None,
        author_handle=f"{post.username}@{site_base(site)}",
        author_name=post.name or "",
        url=f"{site.rstrip('/')}/t/{post.topic_id}/{post.post_number}",
        engagement=Engagement(
            replies=max(0, post.reply_count or 0),
            reposts=0,
            likes=max(0, sum(action.count for action in post.actions_summary if action.id == _LIKE)),
            quotes=max(0, post.quote_count or 0),
        ),
        links=shared_links(_shared(body.anchors)),
        tags=tags if is_first else (),
        content_hints=body.media,
        is_reply=not is_first or post.reply_to_post_number is not None,
        is_quote=_QUOTE.search(post.cooked) is not None,
    )


def _shared(anchors: Iterable[Anchor]) -> list[str]:
    return [anchor.href for anchor in anchors if not anchor.classes & _NOT_SHARED]
