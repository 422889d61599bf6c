"""The command line. Each command imports what it needs inside itself, so that `listening --help` is there at once."""

import sys
from typing import Any

from cyclopts import App, CycloptsError

from listening import __version__
from listening.cli import audit, collectors, insights, policy, records, removals, runs, sources
from listening.errors import ListeningError, UsageError

EXIT_CODES = """
Exit codes: 0 done · 1 unforeseen · 2 usage · 10 settings or key missing · 11 no permission on file, or expired ·
12 gate 1 refused more than the allowed share · 13 a source answered in an unknown form · 14 a data check found bad rows ·
15 the audit chain does not verify · 16 store locked, full, or its schema too new · 17 gate 2 refused to publish ·
18 a query failed or is not allowed · 70 a stage failed · 75 transient, try again later · 130 interrupted
"""

app = App(
    name="listening",
    version=__version__,
    help="Open HCP social listening: what drives what healthcare professionals say, without holding personal data.",
    help_epilogue=EXIT_CODES,
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)

app.command(runs.run)
app.command(runs.schedule)
app.command(runs.check)
app.command(runs.samples)
app.command(removals.reconcile)
app.command(removals.forget)
app.command(records.redact)
app.command(records.tag)
app.command(insights.drivers)
app.command(insights.sql)
app.command(sources.app, name="sources")
app.command(collectors.app, name="collectors")
app.command(audit.app, name="audit")
app.command(policy.app, name="policy")


def main(tokens: list[str] | None = None) -> None:
    """Run the command line and end the process with the exit code of what happened."""
    sys.exit(outcome(tokens))


def outcome(tokens: list[str] | None) -> int:
    """Run the command line and give its exit code; say what went wrong on standard error, never quoting post text."""
    message: str
    code: int
    try:
        result: Any = app(tokens, exit_on_error=False, print_error=True)
    except CycloptsError:
        # Already told, in the command line's own words, which are the user's.
        return UsageError.exit_code
    except ListeningError as error:
        message, code = str(error), error.exit_code
    except KeyboardInterrupt:
        message, code = "Interrupted. What was committed stays; run again to go on from there.", 130
    except BrokenPipeError:
        # The reader of our output (head, less) has gone: that is no failure of ours.
        sys.stderr.close()
        return 0
    except Exception as error:  # noqa: BLE001 - the message of an unforeseen error may hold anything
        message = (
            f"Unforeseen {type(error).__name__} in {_place(error)}; its message is withheld, since it may hold post text."
            " Please report the type and the place."
        )
        code = 1
    else:
        return result if isinstance(result, int) else 0
    sys.stderr.write(f"listening: {message}\n")
    return code


def _place(error: BaseException) -> str:
    """Say where in this package an error came from: module and line."""
    place = "an unknown place"
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if name.startswith("listening"):
            place = f"{name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
