"""Writes the operator's catalogue entries for the demo's three sources."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from listening.samples.compose import DEMO_TAGS
from listening.samples.write import COLUMNS, LICENCE_ID

_POST_FIELDS = ("native_id", "text", "created_at", "author_handle", "author_name", "url", "links", "tags")
_STATUS_FIELDS = (
    *_POST_FIELDS, "author_bio", "edited_at", "language_hint", "engagement", "content_hints", "is_reply", "is_repost", "is_quote",
)  # fmt: skip


def write_catalogue(
    folder: Path, base_url: str, drop_folder: Path, feed_paths: Sequence[str], *, today: date, days: int = 60
) -> list[str]:
    """Write `demo-export.toml`, `demo-feeds.toml` and `demo-mastodon.toml`.

    Args:
        folder: The operator's catalogue folder, `settings.catalogue_dir`.
        base_url: The running `DemoServer`'s.
        drop_folder: What `write_export` wrote.
        feed_paths: What `write_feeds` gave.
        today: The day the terms count as reviewed; the entries expire a year later.
        days: The days of the sample: how far a first run reaches back, with a day to spare.

    Returns:
        The three source ids.
    """
    folder.mkdir(parents=True, exist_ok=True)
    export_fields = sorted({_field(target) for target in COLUMNS.values()})
    entries: dict[str, tuple[str, str, str, dict[str, Any], str, Sequence[str], float]] = {
        "demo-export": ("hcp-exchange", "export", "licence", {"drop": str(drop_folder.resolve())}, "not-applicable", export_fields, 43),
        "demo-feeds": ("blogs", "feed", "open-feed", {"urls": [base_url + path for path in feed_paths]}, "obey", _POST_FIELDS, 10),
        "demo-mastodon": (
            "mastodon", "mastodon", "api-terms", {"instances": [base_url], "tags": list(DEMO_TAGS)}, "obey", _STATUS_FIELDS, 37,
        ),
    }  # fmt: skip
    for source_id, (network, collector, basis, query, robots, fields, expected) in entries.items():
        head = {
            "source_id": source_id,
            "title": f"Synthetic posts of the demo: {source_id.removeprefix('demo-')}",
            "network": network,
            "collector": collector,
            "basis": basis,
            "purpose": "Demonstration of listening with synthetic posts",
            "fields": list(fields),
            "robots": robots,
            "retention_days": 400,
            "sponsored": False,
            "expected_posts_a_day": expected,
            "enabled_by_default": True,
            "lookback_days": days + 1,
        }
        if basis == "licence":
            head["licence_reference"] = LICENCE_ID
        lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in head.items()]
        lines += [f"expires_on = {(today + timedelta(days=365)).isoformat()}", "", "[query]"]
        lines += [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in query.items()]
        lines += ["", "[terms]", 'url = "https://example.org/demo-terms"', f"reviewed_on = {today.isoformat()}"]
        lines += ['reviewed_by_role = "demo"', "", "[rate]", "requests_per_second = 50", "concurrency = 4"]
        lines += ["", "[deletion]", 'duty = "none: nobody wrote these posts"', "deadline_hours = 24"]
        (folder / f"{source_id}.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return list(entries)


def _field(target: str) -> str:
    return "engagement" if target in {"replies", "reposts", "likes"} else target
