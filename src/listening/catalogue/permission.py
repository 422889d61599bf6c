"""Permission comes before the first request: the check every collector passes, and how a source is enabled."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from listening.catalogue.confirmations import Confirmation, read_confirmations, write_confirmation
from listening.catalogue.entry import ESSENTIAL_FIELDS, Entry
from listening.catalogue.load import find_entry, load_catalogue
from listening.errors import PermissionRefused, SettingsError
from listening.settings import Settings

State = Literal["ready", "disabled", "expired", "unreviewed", "refused"]


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source and whether it may be read today; `reason` says why not, and what to do, and is empty when ready."""

    entry: Entry
    state: State
    reason: str


@dataclass(frozen=True, slots=True)
class _Finding:
    state: State
    problem: str
    remedy: str


def _find(  # noqa: PLR0911 (one return a rule, in the order they are told)
    entry: Entry, confirmation: Confirmation | None, today: date
) -> _Finding | None:
    enable = f"Run `listening sources enable {entry.source_id}`"
    if finding := _find_for_good(entry, today):
        return finding
    if confirmation is None and entry.enabled_by_default:
        return None
    if confirmation is None:
        if entry.terms.reviewed_on is None:
            return _Finding("unreviewed", "nobody has reviewed its terms", f"Read {entry.terms.url}. {enable}.")
        return _Finding("disabled", "nobody has confirmed it", f"{enable}.")
    if not confirmation.is_enabled:
        return _Finding("disabled", "it was disabled", f"{enable}.")
    if confirmation.entry_digest != entry.digest:
        return _Finding(
            "refused", "its entry was changed after it was confirmed", f"Look at the change. {enable} again."
        )
    if entry.terms.reviewed_on is None and confirmation.terms_reviewed_on is None:
        return _Finding("unreviewed", "nobody has reviewed its terms", f"Read {entry.terms.url}. {enable}.")
    return None


def _find_for_good(entry: Entry, today: date) -> _Finding | None:
    """Give what no confirmation can heal: no lawful route, no licence on file, expired, no post to be made."""
    if entry.closed is not None:
        return _Finding(
            "refused",
            f"there is no lawful route to it: {entry.closed.rstrip('.')}",
            "Use another source. Only where its owner has since opened a route, or permitted it in writing, write your"
            " own entry without `closed` (`listening sources add`).",
        )
    if entry.lacks_licence:
        return _Finding(
            "refused",
            f"its basis is {entry.basis}, and it needs a licence on file",
            "Copy its entry into your data home's catalogue folder and set licence_reference: `listening sources add"
            f" {entry.source_id} --licence-reference ...`.",
        )
    if today > entry.expires_on:
        return _Finding(
            "expired",
            f"its permission expired on {entry.expires_on.isoformat()}",
            "Review its terms again and set a new expires_on in its catalogue entry.",
        )
    if missing := [name for name in ESSENTIAL_FIELDS if name not in entry.fields]:
        return _Finding(
            "refused",
            f"its entry does not allow the field {missing[0]} to be read, and without it there is no post",
            "Add it to fields, if the terms allow it.",
        )
    return None


def check(entry: Entry, confirmation: Confirmation | None, today: date) -> None:
    """Pass if the source may be read today.

    Raises:
        PermissionRefused: It may not; the message says why and what to do.
    """
    if finding := _find(entry, confirmation, today):
        raise PermissionRefused(source_id=entry.source_id, problem=finding.problem, remedy=finding.remedy)


def check_reviewed(entry: Entry, confirmation: Confirmation | None, today: date) -> None:
    """Pass if a source may be looked at, though not yet read: its terms were reviewed, and nothing rules it out.

    A confirmation counts as a review while it holds, that is for the entry as it stands.

    Raises:
        PermissionRefused: It is closed, expired or without its licence, or nobody has reviewed its terms.
    """
    finding = _find_for_good(entry, today)
    reviewed_on = entry.terms.reviewed_on
    if confirmation is not None and confirmation.is_enabled and confirmation.entry_digest == entry.digest:
        reviewed_on = reviewed_on or confirmation.terms_reviewed_on
    if finding is None and reviewed_on is None:
        finding = _Finding(
            "unreviewed",
            "nobody has reviewed its terms, and without that not one request is made",
            f"Read {entry.terms.url}. Run `listening sources enable {entry.source_id}`, or put your review into an entry"
            " of your own (terms.reviewed_on).",
        )
    if finding is not None:
        raise PermissionRefused(source_id=entry.source_id, problem=finding.problem, remedy=finding.remedy)


def enable(settings: Settings, source_id: str, *, confirmed_by_role: str, now: datetime) -> Confirmation:
    """Confirm a source's entry as it stands; where it states no review of the terms, this is their review.

    Args:
        settings: Says where confirmations lie.
        source_id: The source.
        confirmed_by_role: Who confirms, as a role (`compliance reviewer`), never a name.
        now: Aware.

    Raises:
        PermissionRefused: No such source, or its entry could not be read even when confirmed (expired, …).
        SettingsError: The role is empty, or a file does not read.
    """
    role = confirmed_by_role.strip()
    if not role:
        raise SettingsError(setting="role", problem="empty", remedy="Say in which role you confirm the terms.")
    entry = find_entry(settings, source_id)
    confirmation = Confirmation(
        source_id=entry.source_id,
        is_enabled=True,
        by_role=role,
        at=now,
        entry_digest=entry.digest,
        terms_reviewed_on=entry.terms.reviewed_on or now.date(),
    )
    check(entry, confirmation, now.date())
    write_confirmation(settings, confirmation)
    return confirmation


def disable(settings: Settings, source_id: str, *, confirmed_by_role: str, now: datetime) -> Confirmation:
    """Take a source out of every run until it is enabled again. Arguments and errors as `enable`, but expiry is fine."""
    entry = find_entry(settings, source_id)
    confirmation = Confirmation(
        source_id=entry.source_id,
        is_enabled=False,
        by_role=confirmed_by_role.strip(),
        at=now,
        entry_digest=entry.digest,
    )
    write_confirmation(settings, confirmation)
    return confirmation


def list_sources(settings: Settings, today: date) -> list[SourceState]:
    """Give every source of the catalogue with its state today, by id.

    Raises:
        SettingsError: An entry or the confirmations do not read.
    """
    confirmations = read_confirmations(settings)
    states = []
    for source_id, entry in load_catalogue(settings).items():
        finding = _find(entry, confirmations.get(source_id), today)
        if finding is None:
            states.append(SourceState(entry, "ready", ""))
        else:
            states.append(SourceState(entry, finding.state, f"{finding.problem}. {finding.remedy}"))
    return states
