"""Turns listings of Reddit's API into posts. Pure. Crossposts, parents and flair are not read: not this author's words."""

import contextlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from listening.catalogue.entry import Entry
from listening.collect.build import make_post, parse_instant, parse_json, shared_links
from listening.collect.html import Anchor, HtmlTooComplex, html_to_text
from listening.collect.mastodon_parse import BOT_ROLE, Instant
from listening.collect.newest_first import BAD_RECORD, Listed, Read
from listening.posts import Engagement
from listening.raw import RawPost

_SITE = "https://www.reddit.com"
_DELETED = frozenset({"[deleted]", "[removed]", "[removed by reddit]", "[ removed by reddit ]"})
"""What stands where an author or a body was."""
_OPEN = frozenset({"public", "restricted", "archived"})
"""Kinds of subreddits that everybody may read; a restricted one limits who may post."""
_BOTS = frozenset({"AutoModerator"})
_PROFILE = re.compile(r"https?://([a-z]+\.)?reddit\.com/u(ser)?/", re.IGNORECASE)


def _edited(value: Any) -> datetime | None:
    # `false` where it never was, `true` on very old ones.
    return None if isinstance(value, bool) else parse_instant(value)


class _Thing(BaseModel):
    """A post (`t3`) or comment (`t1`). What is not named is dropped: the thread's title, flair, awards, the crossposted."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)
    name: str
    author: str
    created_utc: Instant
    edited: Annotated[datetime | None, BeforeValidator(_edited)] = None
    title: str = ""
    selftext: str | None = ""
    selftext_html: str | None = ""
    body: str | None = ""
    body_html: str | None = ""
    permalink: str = ""
    url: str | None = None
    is_self: bool = True
    is_video: bool | None = False
    post_hint: str | None = None
    crosspost_parent: str | None = None
    removed_by_category: str | None = None
    subreddit_type: str | None = None
    score: int | None = 0
    num_comments: int | None = 0
    num_crossposts: int | None = 0


def parse_listing(content: bytes, entry: Entry) -> Listed | None:
    """Read a page of a listing, in the order it came; `None` where it is no listing at all.

    It must have been asked for with `raw_json=1`: else the HTML in it is escaped once more.
    """
    try:
        said = parse_json(content)
    except ValueError:
        return None
    data = said.get("data") if isinstance(said, dict) and said.get("kind") == "Listing" else None
    children = data.get("children") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(children, list):
        return None
    after = data.get("after")
    return Listed([_read(child, entry) for child in children], after if isinstance(after, str) and after else None)


def _read(child: Any, entry: Entry) -> Read:
    kind = child.get("kind") if isinstance(child, Mapping) else None
    data = child.get("data") if isinstance(child, Mapping) else None
    raw = data if isinstance(data, Mapping) else {}
    thing: _Thing | None = None
    with contextlib.suppress(ValidationError):
        thing = _Thing.model_validate(raw)
    if thing is None or kind not in {"t1", "t3"}:
        return Read(parse_instant(raw.get("created_utc")), BAD_RECORD)
    if _is_deleted(thing):
        return Read(thing.created_utc, "deleted", gone=thing.name)
    if thing.subreddit_type is not None and thing.subreddit_type not in _OPEN:
        return Read(thing.created_utc, "not_public")
    if thing.crosspost_parent is not None:
        return Read(thing.created_utc, "repost")
    return Read(thing.created_utc, _post(thing, entry, is_comment=kind == "t1"))


def _is_deleted(thing: _Thing) -> bool:
    said = (thing.author, thing.body or "", thing.selftext or "")
    return thing.removed_by_category is not None or any(part.strip().lower() in _DELETED for part in said)


def _post(thing: _Thing, entry: Entry, *, is_comment: bool) -> RawPost | str:
    try:
        body = html_to_text((thing.body_html if is_comment else thing.selftext_html) or "")
    except HtmlTooComplex:
        return "too_complex"
    shared = [] if is_comment or thing.is_self else [thing.url or ""]
    return make_post(
        entry,
        native_id=thing.name,
        text="\n\n".join(filter(None, ("" if is_comment else thing.title, body.text))),
        created_at=thing.created_utc,
        edited_at=thing.edited,
        author_handle=thing.author,
        author_name=thing.author,
        url=_SITE + thing.permalink if thing.permalink else "",
        engagement=Engagement(
            replies=max(0, thing.num_comments or 0),
            reposts=max(0, thing.num_crossposts or 0),
            likes=max(0, thing.score or 0),
        ),
        links=shared_links([*shared, *_own_links(body.anchors)]),
        content_hints=_hints(thing, is_comment=is_comment),
        is_reply=is_comment,
        role_hint=BOT_ROLE if thing.author in _BOTS else None,
    )


def _own_links(anchors: Iterable[Anchor]) -> list[str]:
    """Leave out profiles; those of mentions and subreddits are relative, and no links for that reason."""
    return [anchor.href for anchor in anchors if not _PROFILE.match(anchor.href)]


def _hints(thing: _Thing, *, is_comment: bool) -> tuple[str, ...]:
    if is_comment:
        return ("comment",)
    found = {"image": "image", "hosted:video": "video", "rich:video": "video"}.get(thing.post_hint or "")
    return ("video",) if thing.is_video else ((found,) if found else ())
