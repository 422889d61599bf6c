"""`listening audit`: what compliance checks."""

from typing import Annotated

from cyclopts import App, Parameter

from listening.cli.console import emit_json, note, say
from listening.cli.runs import Home, Json
from listening.settings import load_settings

app = App(help="The audit chain: verify it, read it.", result_action="return_value")


@app.command
def verify(*, home: Home = None, as_json: Json = False) -> None:
    """Walk the whole chain and compare it with the heads the store remembers.

    Exit code 15 names the first entry that was edited, removed or moved, or the place where the chain was cut off.
    """
    from listening import daily
    from listening.errors import StoreLocked

    settings = load_settings(home=home)
    try:
        anchors = daily.anchors(settings)
    except StoreLocked:
        anchors = []
        note("The store is in use, so the chain is verified by itself, without the heads the store remembers.")
    seen = daily.chain_of(settings).verify(anchors)
    if as_json:
        emit_json(
            {
                "verified": True,
                "entries": seen.entries,
                "head": seen.head.hash,
                "segments": seen.segments,
                "anchors": len(anchors),
                "torn_bytes": seen.torn_bytes,
            }
        )
        return
    say(f"The chain holds: {seen.entries:,} entries in {seen.segments} segments, {len(anchors)} anchors met.")
    say(f"Head: {seen.head.hash}")
    if seen.torn_bytes:
        say(
            f"An append was cut short: {seen.torn_bytes} bytes of an unfinished line; the next run removes and records it."
        )


@app.command
def show(
    *,
    post: Annotated[str | None, Parameter(help="Keep to one post, by the first digits of its reference.")] = None,
    event: Annotated[str | None, Parameter(help="Keep to one kind: span, post, run, publication, permission.")] = None,
    last: Annotated[int, Parameter(help="How many of the newest entries to show.")] = 50,
    home: Home = None,
) -> None:
    """Show entries of the chain, one JSON object a line."""
    from collections import deque

    import orjson

    from listening.audit.chain import AuditChain

    kept: deque[dict[str, object]] = deque(maxlen=max(last, 1))
    for entry in AuditChain(load_settings(home=home).audit_dir).entries():
        if event is not None and entry["event"] != event:
            continue
        if post is not None and not str(entry.get("post_ref") or "").startswith(post):
            continue
        kept.append(entry)
    for entry in kept:
        say(orjson.dumps(entry).decode())
