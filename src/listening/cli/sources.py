"""`listening sources`: what may be read, and the confirmations behind it."""

from datetime import date
from typing import Annotated

from cyclopts import App, Parameter

from listening.audit.events import AuditEvent
from listening.cli.console import emit_json, instant, say, table
from listening.cli.runs import Home, Json, Now
from listening.settings import Settings, load_settings

app = App(help="The catalogue: list sources, look at one, enable or disable it.", result_action="return_value")


@app.default
def list_all(*, home: Home = None, as_json: Json = False) -> None:
    """List every source of the catalogue with its state and the reason."""
    from listening.catalogue.load import list_sources

    states = list_sources(load_settings(home=home), instant(None).date())
    rows = [
        [one.entry.source_id, one.state, one.entry.collector, one.entry.network, one.entry.basis, one.reason]
        for one in states
    ]
    columns = ["source", "state", "collector", "network", "basis", "reason"]
    if as_json:
        emit_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        table(columns, rows)


@app.command
def show(name: str, *, home: Home = None, as_json: Json = False) -> None:
    """Show one entry of the catalogue whole."""
    from listening.catalogue.load import find_source

    found = find_source(load_settings(home=home), name, instant(None).date())
    fields = {"state": found.state, "reason": found.reason, **found.entry.model_dump(mode="json")}
    if as_json:
        emit_json(fields)
        return
    for key, value in fields.items():
        say(f"{key:22} {value}")


@app.command
def enable(
    name: str,
    *,
    role: Annotated[str, Parameter(help="Role of whoever confirms, such as `compliance`; never a person's name.")],
    terms_reviewed_on: Annotated[date | None, Parameter(help="Day the terms were read; today by default.")] = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Confirm that the terms of a source were read and allow it to be collected; the confirmation is chained.

    A changed entry must be confirmed again.
    """
    from listening.catalogue.permission import enable as confirm

    settings, moment = load_settings(home=home), instant(now)
    confirmation = confirm(settings, name, role=role, terms_reviewed_on=terms_reviewed_on or moment.date(), now=moment)
    _record(settings, name, "enabled", role=role, entry_sha256=confirmation.entry_sha256, now=moment.isoformat())
    say(f"{name} is enabled. It is read by the next `listening run`.")


@app.command
def disable(
    name: str,
    *,
    role: Annotated[str, Parameter(help="Role of whoever decides, such as `compliance`.")],
    home: Home = None,
    now: Now = None,
) -> None:
    """Withdraw the confirmation of a source: it is not read any more. What was stored stays until its retention ends."""
    from listening.catalogue.permission import disable as withdraw

    settings, moment = load_settings(home=home), instant(now)
    withdraw(settings, name, role=role, now=moment)
    _record(settings, name, "disabled", role=role, entry_sha256=None, now=moment.isoformat())
    say(f"{name} is disabled.")


def _record(settings: Settings, source_id: str, action: str, *, role: str, entry_sha256: str | None, now: str) -> None:
    """Chain who, by role, confirmed or withdrew what."""
    from listening.audit.chain import AuditChain

    AuditChain(settings.audit_dir).append(
        [
            AuditEvent(
                "permission", {"source_id": source_id, "action": action, "role": role, "entry_sha256": entry_sha256}
            )
        ],
        now=instant(now),
    )
