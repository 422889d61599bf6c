"""`listening collectors`: what a contributor does who adds a protocol."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from listening.cli.console import emit_json, say
from listening.cli.runs import Json

app = App(help="Collectors: start a new one in a checkout.", result_action="return_value")


@app.command
def new(
    name: str,
    *,
    checkout: Annotated[Path | None, Parameter(help="The checkout; by default the one you are in.")] = None,
    as_json: Json = False,
) -> None:
    """Start a collector for a new protocol: a module, its parser and its contract tests, which pass as they stand.

    They read a plain JSON interface. Change the address, the query, the record's model and the tests' records to those of
    the protocol. Nothing that exists is overwritten.
    """
    from listening.collect.scaffold import draft_collector, find_checkout, write_scaffold

    root = find_checkout(checkout or Path.cwd())
    made = draft_collector(name)
    paths = write_scaffold(root, made)
    if as_json:
        emit_json({"files": [str(path) for path in paths], "registry": made.registry})
        return
    for path in paths:
        say(f"Wrote {path.relative_to(root)}")
    say()
    say("Now make src/listening/collect/registry.py know it:")
    say()
    say(made.registry.rstrip())
    say()
    say(f"Then give it an entry (`listening sources add NAME --collector {name}`), a row in QUERIES of")
    say("tests/unit/collect/test_collect_registry.py, and run its tests.")
