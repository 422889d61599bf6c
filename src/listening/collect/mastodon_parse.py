"""Turns a Mastodon timeline's JSON into posts. Pure. Of boosted and quoted posts only the fact is kept, not a word."""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from listening.catalogue.entry import Entry
from listening.collect.build import make_post, parse_instant, parse_json, shared_links
from listening.collect.html import Anchor, HtmlTooComplex, html_to_text
from listening.posts import Engagement
from listening.raw import RawPost

BOT_ROLE = "other"
"""Role of accounts that say themselves they are automated."""

_MAX_FIELDS = 16
"""Profile fields read for verified links; servers show 4 by default."""
_MEDIA = {"image": "image", "video": "video", "gifv": "video", "audio": "audio"}


def _instant(value: Any) -> datetime:
    if (moment := parse_instant(value)) is None:
        raise ValueError("no date")
    return moment


Instant = Annotated[datetime, BeforeValidator(_instant)]


class _Model(BaseModel):
    """What is not named is dropped: avatars, header images, the application, other people's profiles."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Account(_Model):
    acct: str
    url: str | None = None
    display_name: str = ""
    note: str | None = ""
    bot: bool | None = None
    noindex: bool | None = None
    indexable: bool | None = None
    discoverable: bool | None = None
    # `Any`: a damaged field is no reason to lose the post.
    fields: Any = None


class _Named(_Model):
    name: str = ""
    url: str | None = None


class _Option(_Model):
    title: str = ""


class _Poll(_Model):
    options: tuple[_Option, ...] = ()


class _Media(_Model):
    type: str = ""


class _Card(_Model):
    url: str | None = None


class _Status(_Model):
    id: str
    uri: str
    url: str | None = None
    created_at: Instant
    edited_at: Instant | None = None
    content: str
    spoiler_text: str | None = ""
    visibility: str
    language: str | None = None
    in_reply_to_id: str | None = None
    # `Any`, and never looked into: another author's whole post.
    reblog: Any = None
    quote: Any = None
    account: _Account
    tags: tuple[_Named, ...] = ()
    mentions: tuple[_Named, ...] = ()
    poll: _Poll | None = None
    media_attachments: tuple[_Media, ...] = ()
    card: _Card | None = None
    replies_count: int | None = 0
    reblogs_count: int | None = 0
    favourites_count: int | None = 0
    quotes_count: int | None = 0


@dataclass(frozen=True, slots=True, repr=False)
class Read:
    """One record of a timeline: its paging id and instant where it has them, and the post or the reason there is none."""

    page_id: str | None
    created_at: datetime | None
    made: RawPost | str


def parse_timeline(content: bytes, entry: Entry, *, instance_host: str) -> list[Read] | None:
    """Read a page of a timeline, in the order it came; `None` where it is no timeline at all."""
    try:
        records = parse_json(content)
    except ValueError:
        return None
    if not isinstance(records, list):
        return None
    return [_read(record, entry, instance_host) for record in records]


def parse_account_id(content: bytes) -> str | None:
    """Read the id out of an account's JSON; `None` where it is no account."""
    try:
        said = parse_json(content)
    except ValueError:
        return None
    account_id = said.get("id") if isinstance(said, Mapping) else None
    return account_id if isinstance(account_id, str) and account_id else None


def _read(record: Any, entry: Entry, instance_host: str) -> Read:
    raw = record if isinstance(record, Mapping) else {}
    page_id = raw.get("id") if isinstance(raw.get("id"), str) else None
    status: _Status | None = None
    with contextlib.suppress(ValidationError):
        status = _Status.model_validate(record)
    if status is None:
        return Read(page_id, parse_instant(raw.get("created_at")), "bad_record")
    return Read(status.id, status.created_at, _refused(status) or _post(status, entry, instance_host))


def _refused(status: _Status) -> str | None:
    """Say why this is not to be read: not this author's words, not public, or the author opted out.

    `None` in an opt-out field is "not set", and allowed.
    """
    account = status.account
    if status.reblog is not None:
        return "repost"
    if status.visibility != "public":
        return "not_public"
    if account.noindex is True:
        return "author_noindex"
    if account.indexable is False:
        return "author_not_indexable"
    if account.discoverable is False:
        return "author_not_discoverable"
    return None


def _post(status: _Status, entry: Entry, instance_host: str) -> RawPost | str:
    account = status.account
    try:
        body = html_to_text(status.content)
        bio = html_to_text(account.note or "").text
    except HtmlTooComplex:
        return "too_complex"
    options = [option.title for option in status.poll.options] if status.poll else []
    text = "\n\n".join(filter(None, (status.spoiler_text or "", body.text, "\n".join(options))))
    handle = _handle(account, instance_host)
    links = [*_own_links(body.anchors, status), (status.card.url if status.card else None) or ""]
    return make_post(
        entry,
        native_id=status.uri,
        text=text,
        created_at=status.created_at,
        edited_at=status.edited_at,
        author_handle=handle,
        author_name=account.display_name,
        author_bio=bio,
        author_proof=_proof(account, handle),
        url=status.url or "",
        language_hint=status.language,
        engagement=Engagement(
            replies=max(0, status.replies_count or 0),
            reposts=max(0, status.reblogs_count or 0),
            likes=max(0, status.favourites_count or 0),
            quotes=max(0, status.quotes_count or 0),
        ),
        links=shared_links(links),
        tags=tuple(tag.name for tag in status.tags if tag.name),
        content_hints=_hints(status),
        is_reply=status.in_reply_to_id is not None,
        is_quote=status.quote is not None,
        role_hint=BOT_ROLE if account.bot else None,
    )


def _handle(account: _Account, instance_host: str) -> str:
    """Name the author the same on every instance: `user@host`."""
    if "@" in account.acct:
        return account.acct
    host = None
    with contextlib.suppress(ValueError):  # `http://[` is none
        host = urlsplit(account.url or "").hostname
    return f"{account.acct}@{host or instance_host}"


def _proof(account: _Account, handle: str) -> tuple[str, ...]:
    """Say what the network proved: the server of the account, and the hosts of links it verified (`rel="me"`)."""
    found = [f"instance:{handle.rpartition('@')[2]}"]
    for field in account.fields[:_MAX_FIELDS] if isinstance(account.fields, list) else []:
        is_verified = isinstance(field, Mapping) and bool(field.get("verified_at"))
        value = field.get("value") if is_verified else None
        if not isinstance(value, str):
            continue
        with contextlib.suppress(HtmlTooComplex, ValueError):
            hosts = (urlsplit(anchor.href).hostname for anchor in html_to_text(value).anchors)
            found += [f"domain:{host}" for host in hosts if host]
    return tuple(dict.fromkeys(found))


def _own_links(anchors: Iterable[Anchor], status: _Status) -> list[str]:
    not_shared = {named.url for named in (*status.tags, *status.mentions)}
    return [
        anchor.href
        for anchor in anchors
        if not anchor.classes & {"mention", "hashtag", "u-url"} and "tag" not in anchor.rel
        if anchor.href not in not_shared
    ]


def _hints(status: _Status) -> tuple[str, ...]:
    found = ["poll"] if status.poll else []
    found += [_MEDIA[media.type] for media in status.media_attachments if media.type in _MEDIA]
    if status.card and status.card.url:
        found.append("card")
    return tuple(dict.fromkeys(found))
