"""One tree of errors, an exit code each. No message quotes a post, a handle, a name, a URL or a wrapped exception.

    ListeningError                 1
    ├── UsageError                 2   the command's words are off
    ├── RawTextWithheld            1   something tried to pickle or copy raw text
    ├── SettingsError             10   a setting, or a key file, is missing or wrong
    │   └── KeyMissing            10
    ├── PermissionRefused         11   no permission on file, not confirmed, or expired
    │   └── NothingPermitted      11   no source at all is enabled and permitted
    ├── GateRefusedTooMuch        12   gate 1 refused more than the allowed share
    ├── SourceFailed              13   a source answered in an unknown form, or not at all
    │   ├── ManifestInvalid       13   an export's manifest does not hold
    │   └── SourceUnavailable     75   try again later (Transient)
    ├── StageFailed               70   a stage of the run failed in an unforeseen way
    ├── CheckFailed               14   a check that must hold found rows
    ├── AuditBroken               15   the audit chain does not verify
    ├── StoreError                16   the store cannot be used
    │   ├── StoreLocked           16   another process has it open
    │   ├── StoreSchemaTooNew     16   written by a newer version
    │   └── StoreFull             16   no space left
    ├── SharingRefused            17   gate 2 refused to publish
    └── QueryRefused              18   an analyst's query failed or is not allowed

Every class is built from keyword arguments only and survives pickling.
"""

import errno
from typing import Any, ClassVar


class Transient:
    """Mixin: the same call may work later."""


class Terminal:
    """Mixin: the same call will fail again."""


class ListeningError(Exception):
    """Base of all. `message_template` is filled from the keyword arguments, which are attributes as well."""

    exit_code: ClassVar[int] = 1
    message_template: ClassVar[str] = "listening failed"

    def __init__(self, **details: Any) -> None:
        self.details = details
        super().__init__(self.message_template.format(**details))

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["details"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.details))


def _rebuild(kind: type[ListeningError], details: dict[str, Any]) -> ListeningError:
    return kind(**details)


class UsageError(ListeningError, Terminal):
    """The command's words are off. Details: `problem`, `remedy`."""

    exit_code = 2
    message_template = "{problem}. {remedy}"


class RawTextWithheld(ListeningError, Terminal):
    """Raw text was about to leave the memory of the process that fetched it."""

    message_template = "Raw posts cannot be pickled or copied. Pass counts and ids instead."


class SettingsError(ListeningError, Terminal):
    """A setting is missing or wrong. Details: `setting`, `problem`, `remedy`."""

    exit_code = 10
    message_template = "Setting {setting}: {problem}. {remedy}"


class KeyMissing(SettingsError):
    """The HMAC keys are gone while data made under them exists. Details as `SettingsError`."""


class PermissionRefused(ListeningError, Terminal):
    """A source may not be read. Details: `source_id`, `problem`, `remedy`."""

    exit_code = 11
    message_template = "Source {source_id} may not be read: {problem}. {remedy}"


class NothingPermitted(PermissionRefused):
    """No source at all may be read. Details: `problem`, `remedy`."""

    message_template = "No source may be read: {problem}. {remedy}"


class GateRefusedTooMuch(ListeningError, Terminal):
    """Gate 1 refused more than policy allows. Details: `source_id`, `refused`, `seen`, `allowed_share`."""

    exit_code = 12
    message_template = (
        "Gate 1 refused {refused} of {seen} posts of source {source_id}, more than the allowed share of"
        " {allowed_share}. Nothing was lost: look at the reasons in the run summary, then raise"
        " gate_refused_share or fix the source."
    )


class SourceFailed(ListeningError, Terminal):
    """A source answered in an unknown form. Details: `source_id`, `problem`, `remedy`."""

    exit_code = 13
    message_template = "Source {source_id}: {problem}. {remedy}"


class ManifestInvalid(SourceFailed):
    """An export's manifest does not hold. Details as `SourceFailed`."""


class SourceUnavailable(SourceFailed, Transient):
    """A source cannot be reached now. Details as `SourceFailed`."""

    exit_code = 75


class StageFailed(ListeningError, Terminal):
    """A stage failed in a way nobody foresaw. Details: `stage`, `source_id`, `error_type`."""

    exit_code = 70
    message_template = (
        "Stage {stage} failed for source {source_id} with {error_type}; its message is withheld, since it may hold"
        " post text. The batch was not written; run again, and report the type and stage if it stays."
    )


class CheckFailed(ListeningError, Terminal):
    """A data check found bad rows. Details: `mart`, `claim`, `row_count`."""

    exit_code = 14
    message_template = "Check of {mart} failed: {claim}; {row_count} rows break it. See `listening check`."


class AuditBroken(ListeningError, Terminal):
    """The audit chain does not verify. Details: `seq`, `file`, `problem`."""

    exit_code = 15
    message_template = "The audit chain breaks at entry {seq} ({file}): {problem}."


class StoreError(ListeningError, Terminal):
    """The store cannot be used. Details: `store`, `problem`, `remedy`."""

    exit_code = 16
    message_template = "Store {store}: {problem}. {remedy}"


class StoreLocked(StoreError, Transient):
    """Another process has the store open for writing. Details as `StoreError`."""


class StoreSchemaTooNew(StoreError):
    """The store was written by a newer version. Details as `StoreError`."""


class StoreFull(StoreError, Transient):
    """No space left on the device. Details as `StoreError`."""


class SharingRefused(ListeningError, Terminal):
    """Gate 2 refused to publish. Details: `problem`, `remedy`."""

    exit_code = 17
    message_template = "Gate 2 refused to publish: {problem}. {remedy}"


class QueryRefused(ListeningError, Terminal):
    """An analyst's query failed or is not allowed. Details: `problem`, `remedy`."""

    exit_code = 18
    message_template = "{problem}. {remedy}"


def failure_of(error: Exception, *, stage: str, source_id: str) -> ListeningError:
    """Give an error that is safe to raise, log and store in place of `error`: typed, without message text or context."""
    if isinstance(error, ListeningError):
        return type(error)(**error.details)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return StoreFull(store=stage, problem="no space left on the device", remedy="Free some space and run again.")
    return StageFailed(stage=stage, source_id=source_id, error_type=type(error).__name__)
