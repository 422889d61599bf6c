"""Looks at a source without reading it: one request to each host, what came of it, and the names of the fields.

Nothing is stored. Of what is fetched only counts, statuses, rate-limit headers and field names get out. A login, where
the collector needs one, and robots.txt come before the one request.
"""

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

from listening.catalogue.confirmations import read_confirmations
from listening.catalogue.entry import HTTP, Entry
from listening.catalogue.load import find_entry
from listening.catalogue.permission import check_reviewed
from listening.collect.base import Collector, Window
from listening.collect.export import ExportQuery
from listening.collect.export_files import read_columns
from listening.collect.export_manifest import read_drop, verify_files
from listening.collect.export_row import Unreadable
from listening.collect.field_names import FieldNames, column_names, field_names
from listening.collect.registry import COLLECTORS, read_query
from listening.collect.transport import Answer, Transport, Validators
from listening.errors import ListeningError, ManifestInvalid, PermissionRefused, SettingsError
from listening.settings import Settings

RobotsVerdict = Literal["allowed", "disallowed", "unreadable", "not-applicable"]
_RATE_HEADER = re.compile(r"(x-)?rate-?limit-.+|ratelimit|retry-after")
_RATE_VALUE = re.compile(r"[\w ,;:=.+-]{1,80}")
_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Place:
    """A host that was asked, or a file of a drop that was opened, and what came of it.

    `problem` is empty where it answered as it should. `status` is `None` where nothing came, and for files.
    """

    name: str
    status: int | None = None
    robots: RobotsVerdict = "not-applicable"
    crawl_delay_s: float = 0.0
    rate_limit: Mapping[str, str] = field(default_factory=dict)
    form: str = ""
    fields: tuple[str, ...] = ()
    withheld: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a look at a source found. `posts` and `skipped` count what the first page would have given.

    `exit_code` is that of the first thing that went wrong, 0 where nothing did.
    """

    source_id: str
    places: tuple[Place, ...]
    posts: int
    skipped: Mapping[str, int]
    problem: str
    exit_code: int

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


class _Enough(Exception):
    """A host was to be asked a second time."""


class _Probe(Transport):
    """Lets one request to each host through, notes what came of it, and ends the collector at the next."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, attempts=1, timeout_s=_TIMEOUT_S)
        self.places: dict[str, Place] = {}
        self.failure: ListeningError | None = None

    async def get(
        self, url: str, entry: Entry, *, headers: Mapping[str, str] | None = None, validators: Validators | None = None
    ) -> Answer:
        """Ask once, or end."""
        host = urlsplit(url).netloc
        if host in self.places:
            raise _Enough
        self.places[host] = Place(host)
        try:
            answer = await super().get(url, entry, headers=headers, validators=validators)
        except ListeningError as error:
            self.failure = self.failure or error
            self.places[host] = replace(self._with_robots(Place(host), url, entry), problem=str(error.problem))
            raise
        place = self._with_robots(Place(host, answer.status, rate_limit=_rate_limit(answer.headers)), url, entry)
        self.places[host] = _with_names(place, field_names(answer.body, answer.headers.get("content-type", "")))
        return answer

    def _with_robots(self, place: Place, url: str, entry: Entry) -> Place:
        origin = urljoin(url, "/robots.txt")
        if entry.robots != "obey" or origin not in self._robots:
            return place
        robots = self._robots[origin]
        if robots is None:
            return replace(place, robots="unreadable")
        return replace(
            place, robots="allowed" if robots.allows(url) else "disallowed", crawl_delay_s=robots.crawl_delay_s
        )


def inspect_source(settings: Settings, source_id: str, *, now: datetime) -> Inspection:
    """Look at a source: `inspect` with its entry and confirmation as they lie in the data home.

    Raises:
        PermissionRefused: It has no entry, or `inspect` refuses it.
        SettingsError: A file does not read, or as `inspect`.
    """
    entry = find_entry(settings, source_id)
    confirmation = read_confirmations(settings).get(entry.id)
    check_reviewed(entry, confirmation, now.date())
    return asyncio.run(_inspect(entry, settings, now))


def validate_query(entry: Entry, settings: Settings, *, now: datetime) -> None:
    """Hold an entry's query against its collector; nothing is requested.

    Raises:
        SettingsError: There is no such collector, or a key of the query is unknown, missing or wrong.
    """

    async def build() -> None:
        async with Transport(settings) as transport:
            _open(entry, settings, now, transport)

    # A collector that asks for a contract says so again when it is opened.
    with contextlib.suppress(PermissionRefused):
        asyncio.run(build())


async def _inspect(entry: Entry, settings: Settings, now: datetime) -> Inspection:
    if entry.collector == "export":
        return _inspect_drop(entry, settings, now)
    window = Window(now - timedelta(days=entry.lookback_days), now)
    posts, skipped, problem, exit_code = 0, Counter[str](), "", 0
    async with _Probe(settings) as probe:
        for part in _parts(entry):
            seen, left_out, failure = await _first(_open(part, settings, now, probe), window)
            posts += seen
            skipped += left_out
            failure = failure or probe.failure
            if failure is not None and not exit_code:
                problem, exit_code = str(failure), failure.exit_code
    return Inspection(entry.source_id, tuple(probe.places.values()), posts, dict(skipped), problem, exit_code)


def _open(entry: Entry, settings: Settings, now: datetime, transport: Transport) -> Collector:
    """Make the collector without the permission to collect, which a look does not need: `check_reviewed` stands before it."""
    make = COLLECTORS.get(entry.collector)
    if make is None:
        raise SettingsError(
            setting=f"catalogue entry {entry.source_id}, key collector",
            problem="no such collector",
            remedy=f"Use one of: {', '.join(COLLECTORS)}.",
        )
    return make(entry, settings, now.date(), transport)


async def _first(collector: Collector, window: Window) -> tuple[int, Counter[str], ListeningError | None]:
    """Count what comes until the collector ends, fails, or wants to ask a host again."""
    posts, skipped = 0, Counter[str]()
    failure: ListeningError | None = None
    pages = collector.pages(window, None)
    try:
        async for page in pages:
            posts += len(page.posts)
            skipped.update(page.skipped)
    except _Enough:
        pass
    except SettingsError:
        raise
    except ListeningError as error:
        failure = error
    finally:
        close = getattr(pages, "aclose", None)
        if close is not None:
            await close()
    return posts, skipped, failure


def _parts(entry: Entry) -> Iterator[Entry]:
    """Give the entry once for each host among its lists, so that no host's end keeps the next from being asked."""
    hosts = entry.hosts
    if len(hosts) < 2:
        yield entry
        return
    seen: list[dict[str, Any]] = []
    for host in hosts:
        query = {key: _of_host(value, host) if isinstance(value, list) else value for key, value in entry.query.items()}
        if query not in seen and all(query[key] or not entry.query[key] for key in query):
            seen.append(query)
            yield entry.model_copy(update={"query": query})


def _of_host(items: list[Any], host: str) -> list[Any]:
    return [
        item for item in items if not isinstance(item, str) or not HTTP.match(item) or urlsplit(item).netloc == host
    ]


def _rate_limit(headers: Mapping[str, str]) -> dict[str, str]:
    found = {name: value for name, value in headers.items() if _RATE_HEADER.fullmatch(name)}
    return {name: value if _RATE_VALUE.fullmatch(value) else "(not shown)" for name, value in sorted(found.items())}


def _with_names(place: Place, found: FieldNames) -> Place:
    return replace(place, form=found.form, fields=found.names, withheld=found.withheld)


def _inspect_drop(entry: Entry, settings: Settings, now: datetime) -> Inspection:
    """Look at a drop: its manifest, its hashes, and the columns of each file. No host is asked."""
    query = read_query(entry, ExportQuery)
    failure: ListeningError | None = None
    places: list[Place] = []
    try:
        drop = read_drop(settings.home / query.drop, entry, now.date(), query.columns)
        verify_files(drop, entry)
    except (ManifestInvalid, PermissionRefused) as error:
        return Inspection(entry.source_id, (), 0, {}, str(error), error.exit_code)
    for index, (path, file) in enumerate(zip(drop.paths, drop.manifest.files, strict=True), 1):
        place = Place(f"file {index} of {len(drop.paths)}", form=file.format)
        problem, columns = "", []
        try:
            columns = read_columns(path, file.format, delimiter=file.delimiter, sheet=file.sheet)
        except Unreadable as error:
            problem = error.problem
        except OSError:
            problem = "cannot be read"
        if not problem and set(drop.columns) - set(columns):
            # Without the mapped columns the first row may be a post, and its cells no names.
            problem = "lacks a mapped column"
        if not problem:
            place = replace(_with_names(place, column_names(columns)), form=file.format)
        elif failure is None:
            failure = ManifestInvalid(
                source_id=entry.source_id,
                problem=f"{place.name} {problem}",
                remedy="Correct format, delimiter, sheet or columns, or fetch the drop again.",
            )
        places.append(replace(place, problem=problem))
    problem, exit_code = (str(failure), failure.exit_code) if failure else ("", 0)
    return Inspection(entry.source_id, tuple(places), 0, {}, problem, exit_code)
