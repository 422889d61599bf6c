"""`listening sources`: what may be read, and the confirmations behind it."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from listening.audit.events import AuditEvent
from listening.cli.console import counts_line, emit_json, instant, note, say, table
from listening.cli.runs import Home, Json, Now
from listening.errors import UsageError
from listening.settings import Settings, load_settings

if TYPE_CHECKING:
    from listening.catalogue.confirmations import Confirmation
    from listening.catalogue.draft import Question
    from listening.catalogue.permission import SourceState

Role = Literal["operator", "compliance", "legal", "privacy", "safety", "medical", "data-protection-officer"]
"""A closed list: what stands in the chain stands there for good, so there is no room for a name."""
State = Literal["ready", "disabled", "expired", "unreviewed", "refused"]

app = App(
    help="The catalogue: list sources, look at one, check it, add one, enable or disable it.",
    result_action="return_value",
)


@app.default
def list_all(
    *,
    state: Annotated[State | None, Parameter(help="Only sources in this state.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """List every source of the catalogue with its state and the reason."""
    from listening.catalogue.permission import list_sources

    states = list_sources(load_settings(home=home), instant(None).date())
    rows = [
        [one.entry.source_id, one.state, one.entry.collector, one.entry.network, one.entry.basis, one.reason]
        for one in states
        if state in {None, one.state}
    ]
    columns = ["source", "state", "collector", "network", "basis", "reason"]
    if as_json:
        emit_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        table(columns, rows, optional=("network", "basis", "collector"))


@app.command
def show(name: str, *, home: Home = None, as_json: Json = False) -> None:
    """Show one entry of the catalogue whole."""
    settings = load_settings(home=home)
    found = _state(settings, name, instant(None))
    fields = {"state": found.state, "reason": found.reason, **found.entry.model_dump(mode="json")}
    if as_json:
        emit_json(fields)
        return
    for key, value in _flat(fields):
        say(f"{key:28} {value}")


@app.command
def enable(
    name: str,
    *,
    role: Annotated[
        Role, Parameter(help="Role of whoever confirms; it stands in the audit chain for good.")
    ] = "operator",
    home: Home = None,
    now: Now = None,
    as_json: Json = False,
) -> None:
    """Confirm that the terms of a source were read and allow it to be collected; the confirmation is chained.

    A changed entry must be confirmed again. A source without a lawful route, or without its licence, cannot be enabled.
    """
    from listening.catalogue.permission import enable as confirm

    settings, moment = load_settings(home=home), instant(now)
    is_new = _confirmed(settings, name, moment) != "ready"
    if is_new:
        _record(settings, confirm(settings, name, confirmed_by_role=role, now=moment), "enabled", now=moment)
    if as_json:
        _tell(settings, name, moment, is_changed=is_new)
    elif is_new:
        say(f"{name} is enabled. It is read by the next `listening run`.")
    else:
        say(f"{name} is enabled already.")


@app.command
def disable(
    name: str,
    *,
    role: Annotated[
        Role, Parameter(help="Role of whoever decides; it stands in the audit chain for good.")
    ] = "operator",
    home: Home = None,
    now: Now = None,
    as_json: Json = False,
) -> None:
    """Withdraw the confirmation of a source: it is not read any more. What was stored stays until its retention ends."""
    from listening.catalogue.permission import disable as withdraw

    settings, moment = load_settings(home=home), instant(now)
    is_new = _confirmed(settings, name, moment) != "disabled"
    if is_new:
        _record(settings, withdraw(settings, name, confirmed_by_role=role, now=moment), "disabled", now=moment)
    if as_json:
        _tell(settings, name, moment, is_changed=is_new)
    else:
        say(f"{name} is disabled{'' if is_new else ' already'}.")


@app.command
def check(name: str, *, home: Home = None, now: Now = None, as_json: Json = False) -> int:
    """Look at a source before it is read: one request to each host, and nothing is stored.

    Tells whether each host answers, what its robots.txt says, which rate limits it states, what the first page would
    give, and the names of the fields in it, never their values. A licensed drop is checked against its manifest, and its
    columns are named. The terms must have been reviewed. Exit code: of the first thing that went wrong.
    """
    from listening.collect.inventory import inspect_source

    found = inspect_source(load_settings(home=home), name, now=instant(now))
    if as_json:
        emit_json(found.as_json())
        return found.exit_code
    table(
        ["place", "status", "robots.txt", "crawl delay", "rate limit", "form", "fields", "problem"],
        [
            [
                place.name,
                place.status,
                place.robots,
                place.crawl_delay_s or None,
                " ".join(f"{header}={value}" for header, value in place.rate_limit.items()) or None,
                place.form or None,
                len(place.fields),
                place.problem or None,
            ]
            for place in found.places
        ],
        optional=("crawl delay", "rate limit"),
    )
    for place in found.places:
        if place.fields:
            more = f" ({place.withheld} more are not shown: they may be values)" if place.withheld else ""
            say(f"Fields of {place.name}: {', '.join(place.fields)}{more}")
    say(f"First page: {found.posts} posts; left out: {counts_line(found.skipped)}")
    if found.problem:
        note(f"listening: {found.problem}")
    return found.exit_code


Said = Annotated[list[str] | None, Parameter(negative="", help="Another key of the entry, KEY=VALUE; may repeat.")]
Query = Annotated[
    list[str] | None, Parameter(negative="", help="A key of the collector's query, KEY=VALUE; lists by repeating it.")
]


@app.command
def add(
    name: str | None = None,
    *,
    from_file: Annotated[Path | None, Parameter(name="--from", help="Take the entry from this TOML file.")] = None,
    title: Annotated[str | None, Parameter(help="Title, as it is shown.")] = None,
    network: Annotated[str | None, Parameter(help="Network, such as mastodon or web.")] = None,
    collector: Annotated[str | None, Parameter(help="Collector: the protocol it is read by.")] = None,
    basis: Annotated[str | None, Parameter(help="api-terms, open-feed, licence or written-permission.")] = None,
    terms_url: Annotated[str | None, Parameter(help="Address of the terms.")] = None,
    licence_reference: Annotated[str | None, Parameter(help="Contract or letter that permits it.")] = None,
    purpose: Annotated[str | None, Parameter(help="Why it is read.")] = None,
    expires_on: Annotated[str | None, Parameter(help="Last day on which it may be read, YYYY-MM-DD.")] = None,
    query: Query = None,
    set_: Annotated[Said, Parameter(name="--set")] = None,
    force: Annotated[bool, Parameter(negative="", help="Replace your own entry of the same name.")] = False,
    home: Home = None,
    now: Now = None,
    as_json: Json = False,
) -> None:
    """Add a source: write a checked entry into the catalogue folder of the data home. It still waits to be enabled.

    Where the catalogue has an entry of this name, yours begins as its copy: name the contract with
    `--licence-reference`. On a terminal, what is missing is asked for; elsewhere, options or `--from FILE` say it.
    """
    settings, moment = load_settings(home=home), instant(now)
    options = {
        "title": title,
        "network": network,
        "collector": collector,
        "basis": basis,
        "terms.url": terms_url,
        "licence_reference": licence_reference,
        "purpose": purpose,
        "expires_on": expires_on,
    }
    said = {key: value for key, value in options.items() if value is not None}
    if from_file is not None and (said or query or set_):
        raise UsageError(problem="--from says all of an entry", remedy="Give the file, or options, not both.")
    content = (
        _file(from_file)
        if from_file is not None
        else _composed(settings, name, said, set_ or [], query or [], moment, is_forced=force)
    )
    _add(settings, name, content, moment, is_forced=force, as_json=as_json)


def _composed(
    settings: Settings,
    name: str | None,
    said: Mapping[str, str],
    assignments: Sequence[str],
    query: Sequence[str],
    now: datetime,
    *,
    is_forced: bool,
) -> bytes:
    from listening.catalogue.draft import compose
    from listening.catalogue.load import load_catalogue
    from listening.catalogue.save import refuse_overwrite
    from listening.posts import SourceId

    if name is None:
        raise UsageError(problem="The source has no name", remedy="Name it, or give --from FILE.")
    if (settings.catalogue_dir / f"{name}.toml").exists() and not is_forced:
        refuse_overwrite(name)
    return compose(
        name,
        held=load_catalogue(settings).get(SourceId(name)),
        options=said,
        assignments=assignments,
        query=query,
        ask=_answer,
        today=now.date(),
    ).encode()


def _answer(question: "Question") -> str:
    """Ask at a terminal; elsewhere the default is the answer."""
    if not sys.stdin.isatty():
        if question.default is not None:
            return question.default
        option = f"--query {question.key.removeprefix('query.')}=..." if question.key.startswith("query.") else ""
        raise UsageError(
            problem=f"Nothing says {question.key}",
            remedy=f"Give {option or '--' + question.key.replace('.', '-').replace('_', '-')}, or run this on a terminal.",
        )
    hint = f" [{question.default}]" if question.default else ""
    hint += " (several: with commas)" if question.is_list else ""
    while True:
        sys.stderr.write(f"{question.text}{hint}: ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise UsageError(problem="The input ended before all was said", remedy="Nothing was written.")
        if said := line.strip() or question.default:
            return said


def _file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        pass
    raise UsageError(problem="The file of --from cannot be read", remedy="Check its path and your rights.")


def _add(
    settings: Settings, name: str | None, content: bytes, now: datetime, *, is_forced: bool, as_json: bool
) -> None:
    """Check the entry whole, its query too, before anything is written."""
    from listening.catalogue.load import parse_entry
    from listening.catalogue.save import save_entry
    from listening.collect.inventory import validate_query

    file = f"{name or 'given'}.toml"
    entry = parse_entry(content, file=file)
    if name is not None and entry.source_id != name:
        raise UsageError(problem="The file speaks of another source than the one named", remedy="Leave the name out.")
    if entry.closed is None:
        validate_query(entry, settings, now=now)
    entry, path = save_entry(settings, content, file=file, overwrite=is_forced)
    found = _state(settings, entry.source_id, now)
    if as_json:
        emit_json({"source": entry.source_id, "file": str(path), "state": found.state, "reason": found.reason})
        return
    say(f"{entry.source_id} is in {path}: {found.state}. {found.reason}".rstrip(". ") + ".")


def _state(settings: Settings, name: str, now: datetime) -> "SourceState":
    from listening.catalogue.load import find_entry
    from listening.catalogue.permission import list_sources

    entry = find_entry(settings, name)
    return next(state for state in list_sources(settings, now.date()) if state.entry.source_id == entry.source_id)


def _tell(settings: Settings, name: str, now: datetime, *, is_changed: bool) -> None:
    """Write what holds for a source now as JSON."""
    from listening.catalogue.confirmations import read_confirmations

    found = _state(settings, name, now)
    held = read_confirmations(settings)[found.entry.id]
    reviewed = found.entry.terms.reviewed_on or held.terms_reviewed_on
    emit_json(
        {
            "source": name,
            "state": found.state,
            "reason": found.reason,
            "changed": is_changed,
            "role": held.by_role,
            "at": held.at.isoformat(),
            "terms_reviewed_on": reviewed.isoformat() if reviewed else None,
        }
    )


def _flat(fields: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Give nested keys with dots, and lists with commas."""
    for key, value in fields.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, list):
            yield f"{prefix}{key}", ", ".join(map(str, value))
        else:
            yield f"{prefix}{key}", "" if value is None else str(value)


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
