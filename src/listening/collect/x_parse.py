"""Turns answers of X's API v2 into posts. Pure. Of reposts, quoted and answered posts only the fact is kept, not a word."""

import contextlib
import html
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from listening.catalogue.entry import Entry
from listening.collect.build import make_post, parse_instant, parse_json, shared_links
from listening.collect.mastodon_parse import Instant
from listening.collect.newest_first import BAD_RECORD, Listed, Read
from listening.posts import Engagement
from listening.raw import RawPost

_NO_LANGUAGE = frozenset("und qam qct qht qme qst zxx art".split())
"""What X writes where a post has no words of a language: only tags, only media, and so on."""
_ORGANISATION, _ORGANISATIONS = "organisation", frozenset({"business", "government"})
"""Role of accounts that X verified as no person's."""
_OWN = re.compile(r"https?://([a-z]+\.)?(twitter|x)\.com(/|$)", re.IGNORECASE)
"""Addresses of posts, profiles and pictures on X itself: they name people and are no sources."""


class _Model(BaseModel):
    """What is not named is dropped: places, annotations, pictures, other people's posts and profiles."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Address(_Model):
    url: str
    expanded_url: str | None = None
    unwound_url: str | None = None


class _Hashtag(_Model):
    tag: str


class _Mention(_Model):
    username: str


class _Entities(_Model):
    urls: tuple[_Address, ...] = ()
    hashtags: tuple[_Hashtag, ...] = ()
    mentions: tuple[_Mention, ...] = ()


class _Note(_Model):
    text: str
    entities: _Entities | None = None


class _Reference(_Model):
    type: str


class _Metrics(_Model):
    retweet_count: int | None = 0
    reply_count: int | None = 0
    like_count: int | None = 0
    quote_count: int | None = 0


class _Attachments(_Model):
    poll_ids: tuple[str, ...] = ()


class _Tweet(_Model):
    id: str
    text: str
    author_id: str
    created_at: Instant
    lang: str | None = None
    entities: _Entities | None = None
    note_tweet: _Note | None = None
    referenced_tweets: tuple[_Reference, ...] = ()
    public_metrics: _Metrics | None = None
    attachments: _Attachments | None = None
    edit_history_tweet_ids: tuple[str, ...] = ()
    # `Any`, and never looked into: which countries may not see it.
    withheld: Any = None


class _User(_Model):
    id: str
    name: str = ""
    description: str | None = ""
    protected: bool | None = None
    verified_type: str | None = None


def parse_search(content: bytes, entry: Entry) -> Listed | None:
    """Read a page of a search, in the order it came; `None` where it is no page of a search at all."""
    try:
        said = parse_json(content)
    except ValueError:
        return None
    meta = said.get("meta") if isinstance(said, dict) else None
    tweets = said.get("data", []) if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(meta, dict) or not isinstance(tweets, list):
        return None
    users = _users(said.get("includes"))
    token = meta.get("next_token")
    return Listed([_read(tweet, users, entry) for tweet in tweets], token if isinstance(token, str) and token else None)


def _users(includes: Any) -> dict[str, _User]:
    """Give the profiles that came along, by id: the quoted and mentioned are among them, and only an author is looked up."""
    found = includes.get("users") if isinstance(includes, Mapping) else None
    users: dict[str, _User] = {}
    for raw in found if isinstance(found, list) else ():
        with contextlib.suppress(ValidationError):
            user = _User.model_validate(raw)
            users[user.id] = user
    return users


def _read(record: Any, users: Mapping[str, _User], entry: Entry) -> Read:
    tweet: _Tweet | None = None
    with contextlib.suppress(ValidationError):
        tweet = _Tweet.model_validate(record)
    if tweet is None:
        return Read(parse_instant(record.get("created_at")) if isinstance(record, Mapping) else None, BAD_RECORD)
    author = users.get(tweet.author_id) or _User(id=tweet.author_id)
    return Read(tweet.created_at, _refused(tweet, author) or _post(tweet, author, entry))


def _refused(tweet: _Tweet, author: _User) -> str | None:
    if any(reference.type == "retweeted" for reference in tweet.referenced_tweets):
        return "repost"
    if author.protected is True:
        return "not_public"
    return "withheld" if tweet.withheld is not None else None


def _post(tweet: _Tweet, author: _User, entry: Entry) -> RawPost:
    long = tweet.note_tweet
    entities = (long.entities if long else tweet.entities) or tweet.entities or _Entities()
    metrics = tweet.public_metrics or _Metrics()
    kinds = {reference.type for reference in tweet.referenced_tweets}
    return make_post(
        entry,
        # An edit has an id of its own, and the first of the history stays.
        native_id=tweet.edit_history_tweet_ids[0] if tweet.edit_history_tweet_ids else tweet.id,
        text=_plain(long.text if long else tweet.text, entities),
        created_at=tweet.created_at,
        edited_at=tweet.created_at if len(tweet.edit_history_tweet_ids) > 1 else None,
        author_handle=tweet.author_id,
        author_name=author.name,
        author_bio=author.description or "",
        url=f"https://x.com/i/web/status/{tweet.id}",
        language_hint=None if tweet.lang in _NO_LANGUAGE else tweet.lang,
        engagement=Engagement(
            replies=max(0, metrics.reply_count or 0),
            reposts=max(0, metrics.retweet_count or 0),
            likes=max(0, metrics.like_count or 0),
            quotes=max(0, metrics.quote_count or 0),
        ),
        links=shared_links(
            target for address in entities.urls if (target := _target(address)) and not _OWN.match(target)
        ),
        tags=tuple(dict.fromkeys(hashtag.tag for hashtag in entities.hashtags if hashtag.tag)),
        content_hints=("poll",) if tweet.attachments and tweet.attachments.poll_ids else (),
        is_reply="replied_to" in kinds,
        is_quote="quoted" in kinds,
        role_hint=_ORGANISATION if author.verified_type in _ORGANISATIONS else None,
    )


def _target(address: _Address) -> str:
    return address.unwound_url or address.expanded_url or ""


def _plain(text: str, entities: _Entities) -> str:
    """Write links out, drop mentions and links to X, and decode `&amp;`, `&lt;` and `&gt;`.

    By the words, not by the entities' offsets: a shortened link stands for itself wherever it is, and the offsets of a
    text with `&amp;` in it do not say which of the two forms they count in.
    """
    for address in entities.urls:
        target = _target(address)
        if address.url:
            text = text.replace(address.url, "" if _OWN.match(target) else target)
    names = [re.escape(mention.username) for mention in entities.mentions if mention.username]
    if names:
        text = re.sub(rf"(?<!\w)[@＠](?:{'|'.join(names)})(?!\w)", "", text, flags=re.IGNORECASE)
    return re.sub(r"[ \t]{2,}", " ", html.unescape(text)).strip()
