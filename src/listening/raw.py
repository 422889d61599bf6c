"""`RawPost`: a post as its source wrote it. Memory only; never stored, printed, pickled or logged.

Only `collect`, `privacy`, `identity`, `safety` and `ingest` may import this module (import-linter holds it).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NoReturn

from listening.errors import RawTextWithheld
from listening.posts import NO_ENGAGEMENT, Engagement, SourceId


class RawPost:
    """One public contribution by one author, before gate 1.

    A plain class with slots on purpose: `dataclasses.asdict`, pydantic, FastAPI's encoder and Prefect's parameter
    serialiser take a dataclass apart in spite of a withheld `repr`; this class they refuse or write as a type name.
    """

    __slots__ = (
        "author_bio",
        "author_handle",
        "author_name",
        "author_proof",
        "content_hints",
        "country_hint",
        "created_at",
        "edited_at",
        "engagement",
        "is_quote",
        "is_reply",
        "is_repost",
        "language_hint",
        "links",
        "native_id",
        "role_hint",
        "source_id",
        "specialty_hint",
        "tags",
        "text",
        "url",
    )

    def __init__(
        self,
        *,
        source_id: SourceId,
        native_id: str,
        text: str,
        created_at: datetime,
        author_handle: str,
        author_name: str = "",
        author_bio: str = "",
        author_proof: Iterable[str] = (),
        url: str = "",
        edited_at: datetime | None = None,
        language_hint: str | None = None,
        engagement: Engagement = NO_ENGAGEMENT,
        links: Iterable[str] = (),
        tags: Iterable[str] = (),
        content_hints: Iterable[str] = (),
        is_reply: bool = False,
        is_repost: bool = False,
        is_quote: bool = False,
        role_hint: str | None = None,
        specialty_hint: str | None = None,
        country_hint: str | None = None,
    ) -> None:
        """Hold the post.

        Args:
            source_id: The catalogue entry it was read under.
            native_id: The source's own id, stable over edits; only its HMAC is ever stored.
            text: Plain text (collectors turn HTML into text), content warning first where there is one.
            created_at: Aware, as the source says; may lie in year 1 or in 2099.
            author_handle: What identifies the author at the source; only its HMAC is ever stored.
            author_name: Display name, read for a role and dropped.
            author_bio: Profile text, read for a role and dropped.
            author_proof: What the network proved of the author, read for the evidence and dropped: `domain:<host>` (the
                handle is this host, or a link to it was verified), `instance:<host>` (the server of the account),
                `verified:trusted` or `verified:valid` (a verifier attests the identity), `list` (a vetted list or
                starter pack).
            url: Address of the post; dropped.
            edited_at: Aware instant of the last edit, where the source tells.
            language_hint: BCP 47 tag the source states.
            engagement: Public counts.
            links: Absolute URLs the post shares, not those of mentions and hashtags.
            tags: Hashtags without the sign.
            content_hints: Any of `poll`, `image`, `video`, `audio`, `card`, `article`, `comment`: what the post is made of.
            is_reply: It answers another post.
            is_repost: It passes another post on unchanged.
            is_quote: It passes another post on with words of its own.
            role_hint: Role by the supplier's verified column, or by the catalogue entry.
            specialty_hint: Specialty, likewise.
            country_hint: ISO 3166-1 alpha-2, likewise.
        """
        self.source_id = source_id
        self.native_id = native_id
        self.text = text
        self.created_at = created_at
        self.author_handle = author_handle
        self.author_name = author_name
        self.author_bio = author_bio
        self.author_proof = tuple(author_proof)
        self.url = url
        self.edited_at = edited_at
        self.language_hint = language_hint
        self.engagement = engagement
        self.links = tuple(links)
        self.tags = tuple(tags)
        self.content_hints = tuple(content_hints)
        self.is_reply = is_reply
        self.is_repost = is_repost
        self.is_quote = is_quote
        self.role_hint = role_hint
        self.specialty_hint = specialty_hint
        self.country_hint = country_hint

    def __repr__(self) -> str:
        return "<RawPost withheld>"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise RawTextWithheld

    def __getstate__(self) -> NoReturn:
        raise RawTextWithheld
