"""`listening reconcile` and `forget`: what takes stored posts out again."""

import sys
from typing import Annotated

from cyclopts import Parameter

from listening.cli.console import emit_json, instant, note, progress, say, table
from listening.cli.runs import Home, Json, Now
from listening.errors import UsageError
from listening.settings import load_settings

Sources = Annotated[
    list[str] | None, Parameter(name="--source", help="Keep to this source; may stand several times.", negative="")
]


def reconcile(
    *,
    source: Sources = None,
    due: Annotated[
        bool, Parameter(negative="", help="Only sources whose last walk is older than half their deletion deadline.")
    ] = False,
    max_share: Annotated[
        float, Parameter(help="Share of a source's stored posts that may be missing before nothing of it is removed.")
    ] = 0.5,
    home: Home = None,
    now: Now = None,
    as_json: Json = False,
    quiet: Annotated[bool, Parameter(negative="", help="No progress on standard error.")] = False,
) -> int:
    """Walk each source whole and remove the stored posts that were deleted there; publish the corrected numbers.

    Only sources whose collector can list every post that still exists are walked (accounts, lists, tag timelines,
    WordPress, forums): a capped search or a feed's window proves nothing. Run it by the clock, with --due.
    """
    from listening import daily

    if not 0 <= max_share <= 1:
        raise UsageError(problem="--max-share lies outside 0 to 1", remedy="Give a share such as 0.5.")
    settings = load_settings(home=home)
    with progress(quiet=quiet) as shown:
        done = daily.reconcile(
            settings,
            now=instant(now),
            only=source or (),
            is_due=due,
            max_share=max_share,
            report=lambda source_id: shown.stage(f"Walking {source_id}"),
        )
    if as_json:
        emit_json(done.as_json())
    else:
        table(["source", "met", "removed"], [[one.source_id, one.walked, one.removed] for one in done.reconciled])
        for failure in done.failures:
            note(f"Failed: {failure.message}")
    return done.exit_code


def forget(
    *,
    author: Annotated[
        bool, Parameter(negative="", help="Read the author's handle from standard input (never an argument).")
    ] = False,
    source: Sources = None,
    home: Home = None,
    now: Now = None,
    as_json: Json = False,
) -> None:
    """Erase an author who objects: their posts go, the numbers are published anew, and nothing of theirs comes back.

    printf '%s' "$HANDLE" | listening forget --author. The handle is hashed in memory; what stays is a tag by which later
    posts are dropped. The audit chain is told how many posts went, not whose.
    """
    from listening import daily

    if not author:
        raise UsageError(problem="What is to be forgotten is not said", remedy="Use --author, and pipe the handle in.")
    done = daily.forget(load_settings(home=home), author=sys.stdin.read(), only=source or (), now=instant(now))
    if as_json:
        emit_json(done.as_json())
    else:
        say(f"Removed {done.removed} posts. Later ones will be dropped and counted as author_objected.")
