"""Writes a sample to disk as a licensed drop and as static feeds."""

import csv
import hashlib
import io
import json
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from listening.samples.feeds import FeedKind, render_feed
from listening.samples.identifiers import Planter
from listening.samples.model import PlantedIdentifier, SamplePost, SampleSet
from listening.samples.people import Person

LICENCE_ID = "DEMO-HCP-EXCHANGE-01"
FEED_COUNT = 20
BROKEN_LINES: tuple[bytes, ...] = (
    b'{"post_id": "hcpx-broken-1", "body": "cut off in the mid',
    b'{"post_id": "hcpx-broken-2", "body": "not \xff\xfe UTF-8", "posted_at": "2026-01-01T00:00:00Z", "member": "x"}',
    b'["hcpx-broken-3", "an array"]',
    b'{"post_id": "hcpx-broken-4", "body": "no member and no date"}',
    b'{"post_id": "hcpx-broken-5", "body": "a bad date", "posted_at": "the day before yesterday", "member": "x"}',
)
"""Records of the first NDJSON file that no reader may pass on: cut off, not UTF-8, no object, incomplete, undated."""

COLUMNS = {
    "post_id": "native_id",
    "body": "text",
    "posted_at": "created_at",
    "member": "author_handle",
    "member_name": "author_name",
    "member_bio": "author_bio",
    "permalink": "url",
    "lang": "language_hint",
    "member_role": "role_hint",
    "member_specialty": "specialty_hint",
    "member_country": "country_hint",
    "shared_links": "links",
    "hashtags": "tags",
    "is_reply": "is_reply",
    "reply_count": "replies",
    "reshare_count": "reposts",
    "like_count": "likes",
}
"""Column of the drop → field of a post. The column `internal_note` is mapped to nothing: no reader may look at it."""


_KINDS: tuple[FeedKind, ...] = ("rss", "atom", "json")
_COUNT_COLUMNS = ("reply_count", "reshare_count", "like_count")


def write_export(
    sample_set: SampleSet, folder: Path, *, licence_id: str = LICENCE_ID, expires_on: date | None = None
) -> tuple[PlantedIdentifier, ...]:
    """Write the export posts as NDJSON, CSV and Parquet files with `manifest.toml`.

    Two NDJSON files, of which one is named after a person and the other begins with `BROKEN_LINES`, one CSV file, one Parquet
    file. The licence runs for a year from the sample's `now` unless said otherwise.

    Returns:
        What this planted on top of the sample's truth: the column that nobody may read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    planter = Planter(random.Random(f"{sample_set.seed}:export"), _named_people(sample_set))
    rows = [_row(post, planter) for post in sample_set.of_channel("export")]
    quarter = -(-len(rows) // 4)
    parts = [rows[start : start + quarter] for start in range(0, 4 * quarter, quarter)]
    person = next(post.author.full_name for post in sample_set.of_channel("export"))
    files: list[tuple[str, str, bytes]] = [
        ("posts-1.ndjson", "ndjson", b"\n".join(BROKEN_LINES) + b"\n" + _ndjson(parts[0])),
        (f"review by Dr {person}.ndjson", "ndjson", _ndjson(parts[1])),
        ("posts-3.csv", "csv", _csv(parts[2])),
        ("posts-4.parquet", "parquet", _parquet(parts[3])),
    ]
    for name, _, content in files:
        (folder / name).write_bytes(content)
    ends = expires_on or (sample_set.now + timedelta(days=365)).date()
    (folder / "manifest.toml").write_text(_manifest(licence_id, ends, files), encoding="utf-8")
    return tuple(planter.planted.values())


def write_feeds(sample_set: SampleSet, folder: Path) -> list[str]:
    """Write the feed posts as static RSS, Atom and JSON feeds, and `robots.txt`.

    Returns:
        The paths a server shall serve them under, such as `/feeds/01-oncology.xml`.
    """
    posts = sample_set.of_channel("feed")
    authors = list(dict.fromkeys(post.author for post in posts))
    # Authors of one specialty share a feed where there are enough of them, as journals and group blogs do.
    authors.sort(key=lambda author: (author.specialty, author.handle))
    count = min(FEED_COUNT, len(authors))
    (folder / "feeds").mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        members = authors[number * len(authors) // count : (number + 1) * len(authors) // count]
        own = [post for post in reversed(posts) if post.author in members]
        kind = _KINDS[number % len(_KINDS)]
        name = f"{number + 1:02d}-{members[0].specialty}.{'json' if kind == 'json' else 'xml'}"
        (folder / "feeds" / name).write_bytes(render_feed(kind, members[0].specialty, own, sample_set.now))
        paths.append(f"/feeds/{name}")
    (folder / "robots.txt").write_text("User-agent: *\nDisallow: /private/\n", encoding="utf-8")
    return paths


def write_ndjson(sample_set: SampleSet, path: Path) -> None:
    """Write every post as one NDJSON line with `id` and `text` first: what `listening redact` and `tag` read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for post in sample_set.posts:
            file.write(json.dumps(_record(post), ensure_ascii=False) + "\n")


def _record(post: SamplePost) -> dict[str, Any]:
    return {
        "id": post.native_id,
        "text": post.text,
        "title": post.title,
        "channel": post.channel,
        "created_at": post.created_at.isoformat(timespec="milliseconds"),
        "author": post.author.handle,
        "author_name": post.author.display_name,
        "author_bio": post.author.bio,
        "language": post.language,
        "links": list(post.links),
        "plants": list(post.plants),
        "edge": post.edge,
    }


def _named_people(sample_set: SampleSet) -> list[Person]:
    names = dict.fromkeys(post.author.full_name.partition(" ")[::2] for post in sample_set.of_channel("export"))
    return [Person(given, surname, "US") for given, surname in names]


def _row(post: SamplePost, planter: Planter) -> dict[str, Any]:
    author = post.author
    return {
        "post_id": post.native_id,
        "body": post.text,
        "posted_at": post.created_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "member": author.handle,
        "member_name": author.display_name,
        "member_bio": author.bio,
        "permalink": post.url,
        "lang": post.language,
        "member_role": author.role,
        "member_specialty": author.specialty,
        "member_country": author.country,
        "shared_links": " ".join(post.links),
        "hashtags": " ".join(post.tags),
        "is_reply": "true" if post.is_reply else "false",
        "reply_count": post.replies,
        "reshare_count": post.reposts,
        "like_count": post.likes,
        "internal_note": planter.remark(),
    }


def _ndjson(rows: Sequence[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def _csv(rows: Sequence[dict[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [*COLUMNS, "internal_note"])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _parquet(rows: Sequence[dict[str, Any]]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    typed = [{**row, "posted_at": datetime.fromisoformat(row["posted_at"])} for row in rows]
    own = {"posted_at": pa.timestamp("us", tz="UTC")} | dict.fromkeys(_COUNT_COLUMNS, pa.int64())
    schema = pa.schema([(name, own.get(name, pa.string())) for name in [*COLUMNS, "internal_note"]])
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(typed, schema=schema), sink)
    return sink.getvalue()


def _manifest(licence_id: str, expires_on: date, files: Sequence[tuple[str, str, bytes]]) -> str:
    fields = sorted({"engagement" if name in {"replies", "reposts", "likes"} else name for name in COLUMNS.values()})
    lines = [
        "# Made by `listening samples`: synthetic posts, nobody's words.",
        f"licence_id = {json.dumps(licence_id)}",
        'purpose = "Demonstration and tests of listening"',
        f"expires_on = {expires_on.isoformat()}",
        f"fields = {json.dumps(fields)}",
        "",
        "[columns]",
        *(f"{column} = {json.dumps(field)}" for column, field in COLUMNS.items()),
    ]
    for name, kind, content in files:
        digest = hashlib.sha256(content).hexdigest()
        path = json.dumps(name, ensure_ascii=False)
        lines += ["", "[[files]]", f"path = {path}", f'sha256 = "{digest}"', f'format = "{kind}"']
    return "\n".join(lines) + "\n"
