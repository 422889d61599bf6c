"""Turns answers of the Stack Exchange API into posts. Pure."""

import contextlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from listening.catalogue.entry import Entry
from listening.collect.build import make_post, parse_instant, parse_json, shared_links
from listening.collect.html import Anchor, HtmlTooComplex, html_to_text
from listening.collect.mastodon_parse import Instant
from listening.collect.newest_first import BAD_RECORD, Read
from listening.posts import Engagement
from listening.raw import RawPost

_PROFILE = re.compile(r"https?://([a-z0-9-]+\.)*(stackexchange|stackoverflow)\.com/users/", re.IGNORECASE)


class _Model(BaseModel):
    """What is not named is dropped: the licence line, reputation, pictures, who closed or migrated it."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Owner(_Model):
    user_id: int | None = None
    display_name: str = ""


class _Item(_Model):
    question_id: int
    answer_id: int | None = None
    title: str = ""
    body: str
    owner: _Owner | None = None
    creation_date: Instant
    last_activity_date: Instant
    last_edit_date: Annotated[datetime | None, BeforeValidator(parse_instant)] = None
    tags: tuple[str, ...] = ()
    score: int | None = 0
    answer_count: int | None = 0
    link: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Batch:
    """A page: its records, the activity of the last one, and whether the source has more."""

    reads: list[Read]
    last_activity_at: datetime | None
    has_more: bool


def parse_page(content: bytes, entry: Entry, *, site: str) -> Batch | None:
    """Read a page of questions or answers, in the order it came; `None` where it is no page of either."""
    try:
        said = parse_json(content)
    except ValueError:
        return None
    items = said.get("items") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(items, list):
        return None
    reads = [_read(item, entry, site) for item in items]
    return Batch(reads, reads[-1].ordered_at if reads else None, said.get("has_more") is True)


def is_throttled(content: bytes) -> bool:
    """Say whether an error means that we asked too much."""
    try:
        said = parse_json(content)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("error_name") == "throttle_violation"


def _read(record: Any, entry: Entry, site: str) -> Read:
    item: _Item | None = None
    with contextlib.suppress(ValidationError):
        item = _Item.model_validate(record)
    if item is None:
        raw = record if isinstance(record, Mapping) else {}
        return Read(parse_instant(raw.get("last_activity_date")), BAD_RECORD)
    if item.owner is None or item.owner.user_id is None:
        # A deleted account's posts stay, under a name that may still be the person's.
        return Read(item.last_activity_date, "author_gone")
    return Read(item.last_activity_date, _post(item, item.owner, entry, site))


def _post(item: _Item, owner: _Owner, entry: Entry, site: str) -> RawPost | str:
    is_answer = item.answer_id is not None
    try:
        title = "" if is_answer else html_to_text(item.title).text
        body = html_to_text(item.body)
        name = html_to_text(owner.display_name).text
    except HtmlTooComplex:
        return "too_complex"
    return make_post(
        entry,
        # Questions and answers share one row of ids.
        native_id=f"{site}/{item.answer_id if is_answer else item.question_id}",
        text="\n\n".join(filter(None, (title, body.text))),
        created_at=item.creation_date,
        edited_at=item.last_edit_date,
        author_handle=str(owner.user_id),
        author_name=name,
        url=item.link,
        engagement=Engagement(
            replies=0 if is_answer else max(0, item.answer_count or 0), likes=max(0, item.score or 0)
        ),
        links=shared_links(_own_links(body.anchors)),
        tags=() if is_answer else item.tags,
        content_hints=(*(("comment",) if is_answer else ()), *body.media),
        is_reply=is_answer,
    )


def _own_links(anchors: Iterable[Anchor]) -> list[str]:
    return [anchor.href for anchor in anchors if not _PROFILE.match(anchor.href)]
