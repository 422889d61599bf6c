"""Turns the lists of WordPress's REST API into posts. Pure. The gravatar hash of a commenter's e-mail is never read."""

import contextlib
import html
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from listening.catalogue.entry import Entry
from listening.collect.build import make_post, parse_instant, parse_json, shared_links
from listening.collect.html import HtmlText, HtmlTooComplex, html_to_text
from listening.raw import RawPost

Kind = Literal["posts", "comments"]

FIELDS: Mapping[Kind, str] = {
    "posts": "id,author,date,date_gmt,modified,modified_gmt,link,title.rendered,content.rendered,content.protected",
    # Comments know no `content.rendered`: WordPress 6.1 then sends no content at all.
    "comments": "id,parent,author,author_name,date,date_gmt,link,content",
}
"""What is asked for, and nothing else: no avatars, no e-mail, no address of an author."""

# A server's own clock, as it sends it back and takes it again: without a zone.
_Local = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$")]


class _Model(BaseModel):
    """What is not named is dropped."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Rendered(_Model):
    rendered: str
    protected: bool = False


class _Record(_Model):
    id: int = Field(gt=0)
    author: int = Field(default=0, ge=0)
    date: _Local
    date_gmt: _Local
    link: str = ""
    content: _Rendered


class _Article(_Record):
    title: _Rendered = _Rendered(rendered="")
    modified: _Local
    modified_gmt: _Local


class _Comment(_Record):
    parent: int = 0
    author_name: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Read:
    """One record: where it stands in the server's order, and the post or the reason there is none.

    `local` holds the record's `date` and, of a post, its `modified` by the site's own clock, as naive instants: the
    server sorts and filters by these. `at` holds the same in UTC. Both are empty where the record could not be read.
    """

    local: Mapping[str, datetime]
    at: Mapping[str, datetime]
    made: RawPost | str


def parse_list(content: bytes, entry: Entry, *, kind: Kind, base: str) -> list[Read] | None:
    """Read a page of posts or comments, in the order it came; `None` where it is no list.

    Args:
        content: The body as it came.
        entry: Says which fields may be read.
        kind: Which list it is.
        base: Host and path of the site, without scheme: stands in ids and handles.
    """
    try:
        records = parse_json(content)
    except ValueError:
        return None
    if not isinstance(records, list):
        return None
    return [_read(record, entry, kind, base) for record in records]


def error_code(content: bytes) -> str:
    """Give WordPress's own word for an error, such as `rest_no_route`; empty where the body is none."""
    with contextlib.suppress(ValueError):
        said = parse_json(content)
        if isinstance(said, Mapping) and isinstance(said.get("code"), str):
            return str(said["code"])
    return ""


def _read(record: Any, entry: Entry, kind: Kind, base: str) -> Read:
    found: _Article | _Comment | None = None
    with contextlib.suppress(ValidationError):
        found = (_Article if kind == "posts" else _Comment).model_validate(record)
    local = _instants(found, "") if found else None
    at = _instants(found, "_gmt") if found else None
    if found is None or local is None or at is None:
        return Read({}, {}, "bad_record")
    if found.content.protected:
        return Read(local, at, "password_protected")
    return Read(local, at, _post(found, entry, base, at))


def _instants(record: _Article | _Comment, suffix: str) -> dict[str, datetime] | None:
    found: dict[str, datetime] = {}
    for name in ("date", "modified") if isinstance(record, _Article) else ("date",):
        moment = parse_instant(getattr(record, name + suffix))
        if moment is None:
            return None
        # The site's clock has no zone; the one `parse_instant` adds would claim to know it.
        found[name] = moment if suffix else moment.replace(tzinfo=None)
    return found


def _post(record: _Article | _Comment, entry: Entry, base: str, at: Mapping[str, datetime]) -> RawPost | str:
    is_article = isinstance(record, _Article)
    try:
        title = html_to_text(record.title.rendered).text if isinstance(record, _Article) else ""
        body = html_to_text(record.content.rendered)
    except HtmlTooComplex:
        return "too_complex"
    name = "" if isinstance(record, _Article) else " ".join(html.unescape(record.author_name).split())
    return make_post(
        entry,
        native_id=f"{base}/{'posts' if is_article else 'comments'}/{record.id}",
        text="\n\n".join(filter(None, (title, body.text))),
        created_at=at["date"],
        edited_at=at["modified"] if is_article and at["modified"] > at["date"] else None,
        author_handle=_handle(record.author, name, base),
        author_name=name,
        url=record.link,
        links=shared_links(anchor.href for anchor in body.anchors),
        content_hints=_hints("article" if is_article else "comment", body),
        is_reply=isinstance(record, _Comment) and record.parent != 0,
    )


def _handle(author: int, name: str, base: str) -> str:
    """Name an account by its number. A guest has only the name they gave; the nameless count as one author."""
    return f"{author or name or 'anonymous'}@{base}"


def _hints(kind: str, body: HtmlText) -> tuple[str, ...]:
    return (kind, *body.media)
