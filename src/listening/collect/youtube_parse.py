"""Turns comment threads of the YouTube Data API into posts. Pure. Replies are other people's: they are counted, not read."""

import contextlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from listening.catalogue.entry import Entry
from listening.collect.build import make_post, parse_instant, parse_json, shared_links
from listening.collect.html import Anchor, HtmlTooComplex, html_to_text
from listening.collect.mastodon_parse import Instant
from listening.collect.newest_first import BAD_RECORD, Listed, Read
from listening.posts import Engagement
from listening.raw import RawPost

_PROFILE = re.compile(r"https?://([a-z]+\.)?youtube\.com/(@|channel/|user/|c/)", re.IGNORECASE)


class _Model(BaseModel):
    """What is not named is dropped: pictures, ratings, and the `replies` that come along with a thread."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Channel(_Model):
    value: str


class _Words(_Model):
    textDisplay: str  # noqa: N815 (the API's names)
    authorDisplayName: str = ""  # noqa: N815
    authorChannelId: _Channel | None = None  # noqa: N815
    likeCount: int | None = 0  # noqa: N815
    publishedAt: Instant  # noqa: N815
    updatedAt: Annotated[datetime | None, BeforeValidator(parse_instant)] = None  # noqa: N815


class _Comment(_Model):
    id: str
    snippet: _Words


class _Snippet(_Model):
    videoId: str | None = None  # noqa: N815
    topLevelComment: _Comment  # noqa: N815
    totalReplyCount: int | None = 0  # noqa: N815
    isPublic: bool | None = None  # noqa: N815


class _Thread(_Model):
    snippet: _Snippet


def parse_threads(content: bytes, entry: Entry) -> Listed | None:
    """Read a page of comment threads, in the order it came; `None` where it is none."""
    try:
        said = parse_json(content)
    except ValueError:
        return None
    items = said.get("items") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(items, list):
        return None
    threads = [_thread(item) for item in items]
    replies = sum(max(0, thread.snippet.totalReplyCount or 0) for thread in threads if thread)
    token = said.get("nextPageToken")
    return Listed(
        [_read(item, thread, entry) for item, thread in zip(items, threads, strict=True)],
        token if isinstance(token, str) and token else None,
        {"reply": replies} if replies else {},
    )


def refusal_in(content: bytes) -> str | None:
    """Give the API's own word for why it refused, such as `quotaExceeded` or `commentsDisabled`."""
    try:
        said = parse_json(content)
    except ValueError:
        return None
    error = said.get("error") if isinstance(said, dict) else None
    errors = error.get("errors") if isinstance(error, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    reason = first.get("reason") if isinstance(first, dict) else None
    return reason if isinstance(reason, str) else None


def _thread(item: Any) -> _Thread | None:
    with contextlib.suppress(ValidationError):
        return _Thread.model_validate(item)
    return None


def _read(item: Any, thread: _Thread | None, entry: Entry) -> Read:
    if thread is None:
        return Read(_instant_in(item), BAD_RECORD)
    words = thread.snippet.topLevelComment.snippet
    if thread.snippet.isPublic is False:
        return Read(words.publishedAt, "not_public")
    if words.authorChannelId is None:
        return Read(words.publishedAt, "author_gone")
    return Read(words.publishedAt, _post(thread.snippet, words.authorChannelId.value, entry))


def _instant_in(item: Any) -> datetime | None:
    for name in ("snippet", "topLevelComment", "snippet"):
        item = item.get(name) if isinstance(item, Mapping) else None
    return parse_instant(item.get("publishedAt")) if isinstance(item, Mapping) else None


def _post(thread: _Snippet, author: str, entry: Entry) -> RawPost | str:
    comment, words = thread.topLevelComment, thread.topLevelComment.snippet
    try:
        body = html_to_text(words.textDisplay)
    except HtmlTooComplex:
        return "too_complex"
    return make_post(
        entry,
        native_id=comment.id,
        text=body.text,
        created_at=words.publishedAt,
        edited_at=words.updatedAt if words.updatedAt != words.publishedAt else None,
        author_handle=author,
        author_name=words.authorDisplayName,
        url=f"https://www.youtube.com/watch?v={thread.videoId}&lc={comment.id}" if thread.videoId else "",
        engagement=Engagement(replies=max(0, thread.totalReplyCount or 0), likes=max(0, words.likeCount or 0)),
        links=shared_links(_own_links(body.anchors)),
        content_hints=("comment",),
        is_reply=True,
    )


def _own_links(anchors: Iterable[Anchor]) -> list[str]:
    return [anchor.href for anchor in anchors if not _PROFILE.match(anchor.href)]
