"""Turns the JSON of AT Protocol listings into posts. Pure.

Parents, quoted posts and reposts ride along with another author's whole profile and text: of those only the fact is kept.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from listening.catalogue.entry import Entry
from listening.collect.atproto_facets import Facets, items, mapping, plain_tags, read_facets
from listening.collect.build import make_post, parse_instant, shared_links
from listening.posts import Engagement
from listening.raw import RawPost

OPT_OUT = "!no-unauthenticated"
"""Label of who does not want to be shown to the logged-out: servers send their posts all the same."""
BOT_LABEL = "bot"
"""Label that automated accounts give themselves."""
BOT_ROLE = "other"
UNPROVED_HANDLE = "handle.invalid"
"""Shown in place of a handle whose domain does not name the account."""

_POST = "app.bsky.feed.post"
_MEDIA = {"app.bsky.embed.images": "image", "app.bsky.embed.video": "video", "app.bsky.embed.external": "card"}
_RECORD, _RECORD_WITH_MEDIA = "app.bsky.embed.record", "app.bsky.embed.recordWithMedia"
_PIN = "app.bsky.feed.defs#reasonPin"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_TID = re.compile(r"[2-7a-j][2-7a-z]{12}")
_TID_DIGITS = {digit: value for value, digit in enumerate("234567abcdefghijklmnopqrstuvwxyz")}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COUNT_LIMIT = 2**31 - 1

Instant = Annotated[datetime, BeforeValidator(parse_instant)]
Did = Annotated[str, StringConstraints(pattern=r"^did:[a-z0-9]+:[^/\s]+$")]
PostUri = Annotated[str, StringConstraints(pattern=r"^at://did:[a-z0-9]+:[^/\s]+/app\.bsky\.feed\.post/[^/\s]+$")]


class _Model(BaseModel):
    """What is not named is dropped: avatars, handles, viewers, and other people's posts.

    What a post can do without is `Any`, so that an odd form of it costs that part and not the post.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, alias_generator=to_camel)


_M = TypeVar("_M", bound=_Model)


class _Author(_Model):
    did: Did
    handle: Any = None
    display_name: Any = None
    description: Any = None
    labels: Any = None
    verification: Any = None


class _Record(_Model):
    text: str
    created_at: Instant
    langs: Any = None
    tags: Any = None
    facets: Any = None
    embed: Any = None
    # Never looked into: it names other people's posts.
    reply: Any = None
    labels: Any = None


class _View(_Model):
    """A post as an AppView shows it."""

    uri: PostUri
    author: _Author
    record: _Record
    indexed_at: Instant
    labels: Any = None
    reply_count: Any = None
    repost_count: Any = None
    like_count: Any = None
    quote_count: Any = None


class _Stored(_Model):
    """A post as its author's repository holds it."""

    uri: PostUri
    value: _Record


@dataclass(frozen=True, slots=True, repr=False)
class Profile:
    """Whose repository is read. In memory only, like the posts."""

    did: str
    name: str = ""
    bio: str = ""
    labels: frozenset[str] = frozenset()
    proof: tuple[str, ...] = ()

    @property
    def is_opted_out(self) -> bool:
        """They do not want to be shown to the logged-out."""
        return OPT_OUT in self.labels

    @classmethod
    def of(cls, did: str, record: Any) -> Self:
        """Read a profile record; what has another form is left empty."""
        said = mapping(record)
        return cls(
            did, _text(said.get("displayName")), _text(said.get("description")), label_values(said.get("labels"))
        )


@dataclass(frozen=True, slots=True, repr=False)
class Read:
    """One record of a listing.

    `at` is when it arrived, whatever date the post gives itself; `sort_at` is what the listing is ordered by. `made` is
    the post or the reason there is none; `notes` are fixed words for parts that were left out.
    """

    key: str | None
    at: datetime | None
    sort_at: datetime | None
    made: RawPost | str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class _Embed:
    hints: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    is_quote: bool = False
    notes: tuple[str, ...] = ()


def parse_views(body: Any, entry: Entry) -> list[Read] | None:
    """Read what an AppView lists (`feed` or `posts`), in the order it came; `None` where it is no listing."""
    said = mapping(body)
    if isinstance(feed := said.get("feed"), list):
        return [_read_item(item, entry) for item in feed]
    if isinstance(posts := said.get("posts"), list):
        return [_read_view(post, entry) for post in posts]
    return None


def parse_records(body: Any, entry: Entry, author: Profile) -> list[Read] | None:
    """Read what a repository lists, in the order it came; `None` where it is no listing.

    A repository holds no instant of arrival. The record key stands for it where it is a TID, which counts microseconds.
    """
    records = mapping(body).get("records")
    if not isinstance(records, list):
        return None
    return [_read_stored(record, entry, author) for record in records]


def label_values(labels: Any) -> frozenset[str]:
    """Give the labels that hold: a list as a server shows it, or an author's own in `values`. Negated ones do not."""
    listed = items(labels) or items(mapping(labels).get("values"))
    said = (mapping(label) for label in listed)
    return frozenset(
        label["val"] for label in said if isinstance(label.get("val"), str) and label.get("neg") is not True
    )


def tid_instant(key: str) -> datetime | None:
    """Give the instant a TID was made at; `None` for any other record key."""
    if not _TID.fullmatch(key):
        return None
    number = 0
    for digit in key:
        number = number << 5 | _TID_DIGITS[digit]
    return _EPOCH + timedelta(microseconds=number >> 10)


def _read_item(item: Any, entry: Entry) -> Read:
    said = mapping(item)
    reason = said.get("reason")
    if reason is None or mapping(reason).get("$type") == _PIN:
        return _read_view(said.get("post"), entry)
    # Somebody else's post: not even its place in the feed is this author's.
    at = parse_instant(mapping(reason).get("indexedAt"))
    return Read(None, at, at, "repost")


def _read_view(post: Any, entry: Entry) -> Read:
    view = None
    if _is_post(mapping(post).get("record")):
        view = _validated(_View, post)
    if view is None or not view.uri.startswith(f"at://{view.author.did}/"):
        at = parse_instant(mapping(post).get("indexedAt"))
        uri = mapping(post).get("uri")
        return Read(uri if isinstance(uri, str) else None, at, at, "bad_record")
    author = Profile(
        view.author.did,
        _text(view.author.display_name),
        _text(view.author.description),
        label_values(view.author.labels),
        _proof(view.author),
    )
    engagement = Engagement(
        replies=_count(view.reply_count),
        reposts=_count(view.repost_count),
        likes=_count(view.like_count),
        quotes=_count(view.quote_count),
    )
    # An AppView lists by the earlier of both dates, and shows that one as `indexedAt` unless it is set up otherwise (seen
    # on the reference server): of a post dated back, only the record key tells when it was written.
    sort_at = min(view.record.created_at, view.indexed_at)
    at = max(view.indexed_at, tid_instant(view.uri.rpartition("/")[2]) or view.indexed_at)
    return _made(view.uri, at, sort_at, view.record, author, entry, engagement, label_values(view.labels))


def _read_stored(record: Any, entry: Entry, author: Profile) -> Read:
    uri = mapping(record).get("uri")
    key = uri if isinstance(uri, str) else None
    at = tid_instant(key.rpartition("/")[2]) if key else None
    stored = None
    if _is_post(mapping(record).get("value")):
        stored = _validated(_Stored, record)
    if stored is None or not stored.uri.startswith(f"at://{author.did}/"):
        return Read(key, at, at, "bad_record")
    return _made(stored.uri, at, at, stored.value, author, entry, Engagement(), frozenset())


def _made(
    uri: str,
    at: datetime | None,
    sort_at: datetime | None,
    record: _Record,
    author: Profile,
    entry: Entry,
    engagement: Engagement,
    labels: frozenset[str],
) -> Read:
    if author.is_opted_out or OPT_OUT in labels | label_values(record.labels):
        return Read(uri, at, sort_at, "author_no_unauthenticated")
    facets = read_facets(record.text, record.facets)
    embed = _read_embed(record.embed)
    post = make_post(
        entry,
        native_id=uri,
        text=record.text,
        created_at=record.created_at,
        author_handle=author.did,
        author_name=author.name,
        author_bio=author.bio,
        author_proof=author.proof,
        language_hint=_language(record.langs),
        engagement=engagement,
        links=shared_links((*facets.links, *embed.links)),
        tags=_tags(facets, record),
        content_hints=embed.hints,
        is_reply=record.reply is not None,
        is_quote=embed.is_quote,
        role_hint=BOT_ROLE if BOT_LABEL in author.labels else None,
    )
    return Read(uri, at, sort_at, post, (*facets.notes, *embed.notes))


def _proof(author: _Author) -> tuple[str, ...]:
    """Tell what the network proved of an author: the domain that is their handle, and a verifier's attestation."""
    found = []
    if isinstance(author.handle, str) and "." in author.handle and author.handle != UNPROVED_HANDLE:
        found.append(f"domain:{author.handle.lower()}")
    if mapping(author.verification).get("verifiedStatus") == "valid":
        found.append("verified:valid")
    return tuple(found)


def _read_embed(embed: Any) -> _Embed:
    """Read what a post carries; of a post it quotes only that it does."""
    if embed is None:
        return _Embed()
    said = mapping(embed)
    kind = said.get("$type")
    if kind == _RECORD:
        return _Embed(is_quote=_is_quote(said.get("record")))
    if kind == _RECORD_WITH_MEDIA:
        media = _read_media(mapping(said.get("media")))
        return _Embed(media.hints, media.links, _is_quote(mapping(said.get("record")).get("record")), media.notes)
    return _read_media(said)


def _read_media(media: Mapping[str, Any]) -> _Embed:
    kind = media.get("$type")
    hint = _MEDIA.get(kind) if isinstance(kind, str) else None
    if hint is None:
        return _Embed(notes=("unknown_embed",))
    uri = mapping(media.get("external")).get("uri")
    return _Embed((hint,), (uri,) if isinstance(uri, str) else ())


def _is_quote(reference: Any) -> bool:
    """Tell a quoted post from a list, a feed or a starter pack that is shown."""
    return f"/{_POST}/" in _text(mapping(reference).get("uri"))


def _is_post(record: Any) -> bool:
    return mapping(record).get("$type") == _POST


def _validated(model: type[_M], value: Any) -> _M | None:
    try:
        return model.model_validate(value)
    except (ValidationError, RecursionError):
        return None


def _tags(facets: Facets, record: _Record) -> tuple[str, ...]:
    return plain_tags((*facets.tags, *items(record.tags)))


def _language(langs: Any) -> str | None:
    first = next(iter(items(langs)), None)
    return first if isinstance(first, str) and _LANGUAGE.fullmatch(first) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int:
    return min(max(0, value), _COUNT_LIMIT) if type(value) is int else 0
