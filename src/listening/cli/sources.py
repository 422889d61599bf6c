"""`listening sources`: what may be read, and the confirmations behind it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from listening.audit.events import AuditEvent
from listening.cli.console import emit_json, instant, say, table
from listening.cli.runs import Home, Json, Now
from listening.settings import Settings, load_settings

if TYPE_CHECKING:
    from listening.catalogue.confirmations import Confirmation

Role = Literal["operator", "compliance", "legal", "privacy", "safety", "medical", "data-protection-officer"]
"""A closed list: what stands in the chain stands there for good, so there is no room for a name."""

app = App(help="The catalogue: list sources, look at one, enable or disable it.", result_action="return_value")


@app.default
def list_all(*, home: Home = None, as_json: Json = False) -> None:
    """List every source of the catalogue with its state and the reason."""
    from listening.catalogue.permission import list_sources

    states = list_sources(load_settings(home=home), instant(None).date())
    rows = [
        [one.entry.source_id, one.state, one.entry.collector, one.entry.network, one.entry.basis, one.reason]
        for one in states
    ]
    columns = ["source", "state", "collector", "network", "basis", "reason"]
    if as_json:
        emit_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        table(columns, rows, optional=("network", "basis", "collector"))


@app.command
def show(name: str, *, home: Home = None, as_json: Json = False) -> None:
    """Show one entry of the catalogue whole."""
    from listening.catalogue.load import find_entry
    from listening.catalogue.permission import list_sources

    settings = load_settings(home=home)
    entry = find_entry(settings, name)
    states = list_sources(settings, instant(None).date())
    found = next(state for state in states if state.entry.source_id == entry.source_id)
    fields = {"state": found.state, "reason": found.reason, **entry.model_dump(mode="json")}
    if as_json:
        emit_json(fields)
        return
    for key, value in fields.items():
        say(f"{key:22} {value}")


@app.command
def enable(
    name: str,
    *,
    role: Annotated[
        Role, Parameter(help="Role of whoever confirms; it stands in the audit chain for good.")
    ] = "operator",
    home: Home = None,
    now: Now = None,
) -> None:
    """Confirm that the terms of a source were read and allow it to be collected; the confirmation is chained.

    A changed entry must be confirmed again.
    """
    from listening.catalogue.permission import enable as confirm

    settings, moment = load_settings(home=home), instant(now)
    if _confirmed(settings, name, moment) == "ready":
        say(f"{name} is enabled already.")
        return
    confirmation = confirm(settings, name, confirmed_by_role=role, now=moment)
    _record(settings, confirmation, "enabled", now=moment)
    say(f"{name} is enabled. It is read by the next `listening run`.")


@app.command
def disable(
    name: str,
    *,
    role: Annotated[
        Role, Parameter(help="Role of whoever decides; it stands in the audit chain for good.")
    ] = "operator",
    home: Home = None,
    now: Now = None,
) -> None:
    """Withdraw the confirmation of a source: it is not read any more. What was stored stays until its retention ends."""
    from listening.catalogue.permission import disable as withdraw

    settings, moment = load_settings(home=home), instant(now)
    if _confirmed(settings, name, moment) == "disabled":
        say(f"{name} is disabled already.")
        return
    confirmation = withdraw(settings, name, confirmed_by_role=role, now=moment)
    _record(settings, confirmation, "disabled", now=moment)
    say(f"{name} is disabled.")


def _confirmed(settings: Settings, source_id: str, now: datetime) -> str:
    """Say what the operator last said of a source, and still holds: `ready`, `disabled`, or nothing."""
    from listening.catalogue.confirmations import read_confirmations
    from listening.catalogue.permission import list_sources
    from listening.posts import SourceId

    said = read_confirmations(settings).get(SourceId(source_id))
    if said is None:
        return ""
    states = {state.entry.source_id: state.state for state in list_sources(settings, now.date())}
    return states.get(source_id, "")


def _record(settings: Settings, confirmation: "Confirmation", action: str, *, now: datetime) -> None:
    """Chain who, by role, confirmed or withdrew what."""
    from listening.audit.chain import AuditChain

    reviewed = confirmation.terms_reviewed_on
    fields = {
        "source_id": confirmation.source_id,
        "action": action,
        "role": confirmation.by_role,
        "entry_sha256": confirmation.entry_digest,
        "terms_reviewed_on": reviewed.isoformat() if reviewed else None,
    }
    AuditChain(settings.audit_dir).append([AuditEvent("permission", fields)], now=now)
