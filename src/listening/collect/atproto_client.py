"""Asks an AT Protocol service, logged in where an app password is given, and sorts its refusals.

The session's token is held in memory for one run, is sent to that service alone, and is made anew once when it expired.
"""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from listening.catalogue.entry import Entry
from listening.collect.atproto_facets import mapping
from listening.collect.build import parse_json
from listening.collect.transport import Answer, Transport
from listening.errors import SettingsError, SourceFailed

_CLOSED = frozenset(
    "AccountDeactivated AccountTakedown AccountSuspended AccountDeleted"
    " RepoDeactivated RepoTakendown RepoSuspended RepoDeleted RepoNotFound".split()
)
_CLOSED_MESSAGES = ("profile not found", "could not find repo")
"""Servers say these under the plain `InvalidRequest`, of closed and of unknown accounts alike."""
_BLOCKED = frozenset({"BlockedActor", "BlockedByActor"})


@dataclass(frozen=True, slots=True)
class Login:
    """Which environment variables hold the identifier and the app password."""

    identifier_variable: str
    password_variable: str


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """An answer: its status, its JSON object (empty where there is none), and the refusal it names."""

    status: int
    body: Mapping[str, Any]

    @property
    def error(self) -> str:
        """The protocol's word for what is wrong, or nothing."""
        return str(self.body.get("error", "")) if self.status != 200 else ""

    @property
    def is_closed_account(self) -> bool:
        """The account asked for was closed, or was never there: servers do not tell which."""
        if self.status != 400:
            return False
        said = str(self.body.get("message", "")).lower()
        return self.error in _CLOSED or (self.error == "InvalidRequest" and said.startswith(_CLOSED_MESSAGES))

    @property
    def is_blocked(self) -> bool:
        """The account asked for and the one logged in do not show each other their posts."""
        return self.status == 400 and self.error in _BLOCKED


class Client:
    """One service, for one run."""

    def __init__(self, service: str, entry: Entry, transport: Transport, login: Login | None) -> None:
        """Hold whom to ask; nothing is requested yet."""
        self._base = f"{service.rstrip('/')}/xrpc/"
        self._entry = entry
        self._transport = transport
        self._login = login
        self._token: str | None = None

    async def ask(self, method: str, params: Mapping[str, str | list[str]]) -> Reply:
        """Ask once. Refusals are replies; `unexpected` turns one into an error.

        Raises:
            SettingsError: A variable of the login is not set.
            SourceFailed, SourceUnavailable: As the transport says, or the login is refused.
        """
        reply = await self._get(method, params)
        if reply.error == "ExpiredToken" and self._login is not None:
            self._token = None
            reply = await self._get(method, params)
        return reply

    def unexpected(self, reply: Reply) -> SourceFailed:
        """Say that this reply is none of those that can be worked with, and what can be done about it."""
        if reply.status in {401, 403} or reply.error in {"ExpiredToken", "InvalidToken"}:
            problem = "it shows this to the logged-in only, or refuses the login"
            remedy = "Set query.identifier_variable and query.password_variable to those of an app password."
        elif reply.status == 501:
            problem = "it does not know the method"
            remedy = "Repositories are read from the server that holds them, all else from an AppView."
        elif reply.status == 400:
            problem = "it refuses the question: a name, list, feed or starter pack of the query may be gone"
            remedy = "Correct the query of its entry."
        else:
            problem = f"it answered with status {reply.status} and no listing"
            remedy = "Check that query.service is the base address of an AppView or a PDS."
        return SourceFailed(source_id=self._entry.source_id, problem=problem, remedy=remedy)

    async def _get(self, method: str, params: Mapping[str, str | list[str]]) -> Reply:
        if self._login is not None and self._token is None:
            self._token = await self._log_in(self._login)
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        address = f"{self._base}{method}?{urlencode(params, doseq=True)}"
        return _reply(await self._transport.get(address, self._entry, headers=headers))

    async def _log_in(self, login: Login) -> str:
        said = {
            "identifier": self._variable(login.identifier_variable),
            "password": self._variable(login.password_variable),
        }
        reply = _reply(
            await self._transport.post(f"{self._base}com.atproto.server.createSession", self._entry, json=said)
        )
        token = reply.body.get("accessJwt")
        if reply.status == 200 and isinstance(token, str) and token:
            return token
        raise SourceFailed(
            source_id=self._entry.source_id,
            problem=f"it refuses the login with status {reply.status}",
            remedy=f"Look at {login.identifier_variable} and {login.password_variable}, and make a new app password.",
        )

    def _variable(self, name: str) -> str:
        value = os.environ.get(name)
        if not value:
            raise SettingsError(
                setting=name,
                problem=f"not set, and source {self._entry.source_id} logs in with it",
                remedy="Set it to that of an app password, or leave both variables out of the query.",
            )
        return value


def _reply(answer: Answer) -> Reply:
    body: Any = None
    with contextlib.suppress(ValueError):
        body = parse_json(answer.body)
    return Reply(answer.status, mapping(body))
