"""`listening audit`: what compliance checks."""

from typing import Annotated, Literal

from cyclopts import App, Parameter
from cyclopts.validators import Number

from listening.cli.console import emit_json, note, say
from listening.cli.runs import Home, Json
from listening.errors import UsageError
from listening.settings import load_settings

Event = Literal["span", "post", "run", "publication", "permission", "torn_tail"]

app = App(help="The audit chain: verify it, read it.", result_action="return_value")


@app.command
def verify(*, home: Home = None, as_json: Json = False) -> None:
    """Walk the whole chain and compare it with the heads the store remembers.

    Exit code 15 names the first entry that was edited, removed or moved, or the place where the chain was cut off.
    """
    from listening import daily
    from listening.errors import StoreLocked

    settings = load_settings(home=home)
    if not settings.audit_dir.exists() and not settings.restricted_path.exists():
        raise UsageError(
            problem="There is no audit chain in this data home", remedy="Name the right one with --home, or run first."
        )
    try:
        anchors = daily.anchors(settings)
    except StoreLocked:
        anchors = []
        note("The store is in use, so the chain is verified by itself, without the heads the store remembers.")
    if not settings.restricted_path.exists():
        note("There is no store to compare with: a tail that was cut off would not be found.")
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
    say(
        f"The chain holds: {seen.entries:,} entries in {seen.segments} {'segment' if seen.segments == 1 else 'segments'}, {len(anchors)} anchors met."
    )
    say(f"Head: {seen.head.hash}")
    if seen.torn_bytes:
        say(
            f"An append was cut short: {seen.torn_bytes} bytes of an unfinished line; the next run removes and records it."
        )


@app.command
def show(
    *,
    post: Annotated[str | None, Parameter(help="Keep to one post, by the first digits of its reference.")] = None,
    event: Annotated[Event | None, Parameter(help="Keep to one kind of entry.")] = None,
    last: Annotated[int, Parameter(help="How many of the newest entries to show.", validator=Number(gte=1))] = 50,
    home: Home = None,
) -> None:
    """Show entries of the chain, one JSON object a line."""
    from collections import deque

    import orjson

    from listening.audit.chain import AuditChain

    kept: deque[dict[str, object]] = deque(maxlen=last)
    for entry in AuditChain(load_settings(home=home).audit_dir).entries():
        if event is not None and entry["event"] != event:
            continue
        if post is not None and not str(entry.get("post_ref") or "").startswith(post):
            continue
        kept.append(entry)
    for entry in kept:
        say(orjson.dumps(entry).decode())
    if not kept:
        note("No entry matches.")
