"""Answers of a Mastodon 4.6.4 server for public tag timelines, as values: no socket here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from listening.samples.html import INSTANCE, mentions_in, status_html
from listening.samples.model import Author, SamplePost

DEFAULT_LIMIT, MAX_LIMIT = 20, 40


@dataclass(frozen=True, slots=True)
class Timelines:
    """Statuses by id, newest first, and the ids under each hashtag."""

    statuses: Mapping[int, dict[str, Any]]
    by_tag: Mapping[str, Sequence[int]]


def make_timelines(posts: Sequence[SamplePost]) -> Timelines:
    """Build the timelines of a server that holds `posts`."""
    accounts: dict[str, dict[str, Any]] = {}
    statuses: dict[int, dict[str, Any]] = {}
    by_tag: dict[str, list[int]] = {}
    for post in posts:
        handle = post.author.handle
        account = accounts.setdefault(handle, _account(post.author, len(accounts)))
        status_id = int(post.native_id.rpartition("/")[2])
        statuses[status_id] = _status(post, status_id, account)
        for tag in post.tags:
            by_tag.setdefault(tag.lower(), []).append(status_id)
    return Timelines(statuses, {tag: sorted(set(ids), reverse=True) for tag, ids in by_tag.items()})


def tag_timeline(
    timelines: Timelines, tag: str, params: Mapping[str, str], base_url: str
) -> tuple[list[dict[str, Any]], str | None]:
    """Answer `/api/v1/timelines/tag/:tag`: a page, newest first, and its `Link` header.

    `min_id` gives the page just after an id, `since_id` the newest page that stops before it, `max_id` the page just before.
    `limit` is 20 unless said, and 40 at most. A parameter that is no number counts as not given.
    """
    limit = min(max(_number(params.get("limit")) or DEFAULT_LIMIT, 1), MAX_LIMIT)
    low, high, since = (_number(params.get(name)) for name in ("min_id", "max_id", "since_id"))
    ids = [
        status_id
        for status_id in timelines.by_tag.get(tag.lower(), ())
        if (high is None or status_id < high) and status_id > max(low or 0, since or 0)
    ]
    page = ids[-limit:] if low is not None else ids[:limit]
    if not page:
        return [], None
    url = f"{base_url}/api/v1/timelines/tag/{tag}"
    older = urlencode({"limit": limit, "max_id": page[-1]})
    newer = urlencode({"limit": limit, "min_id": page[0]})
    return [timelines.statuses[number] for number in page], f'<{url}?{older}>; rel="next", <{url}?{newer}>; rel="prev"'


def instance(base_url: str, user_count: int) -> dict[str, Any]:
    """Answer `/api/v2/instance`, cut down to what a reader of public timelines looks at."""
    return {
        "domain": base_url.partition("://")[2],
        "title": "med-social, a demonstration",
        "version": "4.6.4",
        "description": "Synthetic clinicians. Nobody real.",
        "usage": {"users": {"active_month": user_count}},
        "languages": ["en"],
        "configuration": {
            "timelines_access": {
                "live_feeds": {"local": "public", "remote": "public"},
                "hashtag_feeds": {"local": "public", "remote": "public"},
                "trending_link_feeds": {"local": "public", "remote": "public"},
            },
            "statuses": {"max_characters": 500, "max_media_attachments": 4, "characters_reserved_per_url": 23},
        },
        "api_versions": {"mastodon": 7},
        "rules": [],
    }


def _number(value: str | None) -> int | None:
    return int(value) if value is not None and value.isascii() and value.isdigit() else None


def instant(moment: datetime) -> str:
    """Write an instant as Mastodon does: milliseconds and `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _account(author: Author, number: int) -> dict[str, Any]:
    # The three ways to opt out in turn; everybody else has never touched the third.
    way = number % 3 if author.is_opted_out else None
    url = f"{INSTANCE}/@{author.handle}"
    picture = f"{INSTANCE}/avatars/{author.handle}.png"
    return {
        "id": str(110_000_000_000_000_000 + number),
        "username": author.handle,
        "acct": author.handle,
        "display_name": author.display_name,
        "locked": False,
        "bot": False,
        "discoverable": False if way == 2 else (True if number % 2 else None),
        "indexable": way != 1,
        "noindex": way == 0,
        "group": False,
        "created_at": "2022-11-06T00:00:00.000Z",
        "note": f"<p>{author.bio}</p>",
        "url": url,
        "uri": f"{INSTANCE}/users/{author.handle}",
        "avatar": picture,
        "avatar_static": picture,
        "header": f"{INSTANCE}/headers/original/missing.png",
        "header_static": f"{INSTANCE}/headers/original/missing.png",
        "followers_count": number % 900,
        "following_count": number % 300,
        "statuses_count": number % 5000,
        "last_status_at": "2026-11-01",
        "hide_collections": None,
        "emojis": [],
        "roles": [],
        "fields": [{"name": "Web", "value": f'<a href="{url}" rel="me">{url}</a>', "verified_at": None}],
    }


def _status(post: SamplePost, status_id: int, account: dict[str, Any]) -> dict[str, Any]:
    tags = dict.fromkeys(tag.lower() for tag in post.tags)
    return {
        "id": str(status_id),
        "created_at": instant(post.created_at),
        "in_reply_to_id": str(status_id - 1) if post.is_reply else None,
        "in_reply_to_account_id": account["id"] if post.is_reply else None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": post.language,
        "uri": post.native_id,
        "url": post.url,
        "replies_count": post.replies,
        "reblogs_count": post.reposts,
        "favourites_count": post.likes,
        "quotes_count": 0,
        "edited_at": None,
        "content": status_html(post),
        "reblog": None,
        "quote": None,
        "account": account,
        "media_attachments": _pictures(post, status_id),
        "mentions": [
            {"id": str(index), "username": user, "url": f"https://{host}/@{user}", "acct": f"{user}@{host}"}
            for index, (user, host) in enumerate(mentions_in(post.text), 1)
        ],
        "tags": [{"name": tag, "url": f"{INSTANCE}/tags/{tag}"} for tag in tags],
        "emojis": [],
        "card": _card(post.links[0]) if post.links else None,
        "poll": None,
    }


def _pictures(post: SamplePost, status_id: int) -> list[dict[str, Any]]:
    if not post.image_alt:
        return []
    url = f"{INSTANCE}/media/{status_id}.jpg"
    return [{"id": str(status_id), "type": "image", "url": url, "preview_url": url, "description": post.image_alt}]


def _card(url: str) -> dict[str, Any]:
    return {"url": url, "title": "A paper", "description": "", "type": "link", "author_name": "", "provider_name": ""}
