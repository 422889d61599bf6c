"""Drafts a catalogue entry from what an operator says, and writes it as TOML. Pure: it asks nobody and writes no file."""

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from listening.catalogue.entry import ESSENTIAL_FIELDS, Entry
from listening.errors import PermissionRefused, UsageError

PURPOSE = "Aggregate statistics of what healthcare professionals talk about; no individual is looked at."
_VALID = timedelta(days=365)
_WEB_PAGES = frozenset({"feed", "wordpress", "discourse", "html_forum"})
"""Collectors that fetch what a site publishes as pages or feeds, where robots.txt is obeyed; the others speak an API."""
_BASIS = {
    "feed": "open-feed",
    "wordpress": "open-feed",
    "discourse": "open-feed",
    "html_forum": "written-permission",
    "export": "licence",
    "reddit": "licence",
    "x": "licence",
}
_CONTRACTS = frozenset({"licence", "written-permission"})
_QUERY: Mapping[str, tuple[str, ...]] = {
    "feed": ("urls",),
    "wordpress": ("sites",),
    "discourse": ("sites",),
    "mastodon": ("instances", "tags"),
    "atproto": ("service", "searches"),
    "export": ("drop",),
    "reddit": ("subreddits", "client_id_variable", "client_secret_variable"),
    "x": ("queries", "token_variable"),
    "stackexchange": ("site",),
    "youtube": ("channels", "key_variable"),
}
"""What has to be asked of a collector's query; the collector's own model says the rest."""
_LISTS = frozenset(
    "urls sites kinds instances tags searches actors repos lists starter_packs feeds subreddits queries channels videos categories".split()
)
_FIELDS = (*ESSENTIAL_FIELDS, "edited_at", "author_name", "author_bio", "url", "language_hint", "engagement", "links", "tags",
           "content_hints", "is_reply", "is_quote")  # fmt: skip
_DELETION = {"duty": "A post taken down at the source is removed", "deadline_hours": 48}
_TEXTS = {
    "title": "Title, as it is shown",
    "network": "Network (lower case, such as mastodon or web)",
    "collector": "Collector (the protocol: feed, mastodon, atproto, wordpress, discourse, export, ...)",
    "basis": "Basis (api-terms, open-feed, licence or written-permission)",
    "licence_reference": "Number of the contract, or reference of the letter, that permits it",
    "terms.url": "Address of the terms",
    "purpose": "Purpose",
    "expires_on": "Last day on which it may be read",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is still to be said. `default` is `None` where only the operator knows; `is_list` takes several answers."""

    key: str
    text: str
    default: str | None = None
    is_list: bool = False


def next_question(known: Mapping[str, Any], source_id: str, today: date) -> Question | None:
    """Give the first thing an entry needs and `known` does not say, with a default where there is one.

    Args:
        known: The entry so far, nested as in its file.
        source_id: Of the entry.
        today: For the day it expires.

    Returns:
        The question, or `None` where nothing is left to ask. What it asks depends on the answers before it.
    """
    collector = str(known.get("collector", ""))
    defaults: dict[str, str | None] = {
        "title": source_id.replace("-", " ").capitalize(),
        "collector": "feed",
        "network": collector if collector in {"mastodon", "discourse", "reddit", "x", "youtube"} else "web",
        "basis": _BASIS.get(collector, "api-terms"),
        "terms.url": None,
        "purpose": PURPOSE,
        "expires_on": (today + _VALID).isoformat(),
    }
    if known.get("basis") in _CONTRACTS:
        defaults["licence_reference"] = None
    for key, default in defaults.items():
        if _held(known, key) is None:
            return Question(key, _TEXTS[key], default)
    for name in _QUERY.get(collector, ()):
        if _held(known, f"query.{name}") is None:
            default = f"drops/{source_id}" if name == "drop" else None
            return Question(f"query.{name}", f"{collector}: {name}", default, name in _LISTS)
    return None


def with_answer(known: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    """Give `known` with one more key, which may be dotted (`terms.url`)."""
    head, _, rest = key.partition(".")
    inner = known.get(head)
    said = with_answer(inner if isinstance(inner, Mapping) else {}, rest, value) if rest else value
    return {**known, head: said}


def compose(
    source_id: str,
    *,
    held: Entry | None,
    options: Mapping[str, Any],
    assignments: Sequence[str],
    query: Sequence[str],
    ask: Callable[[Question], str],
    today: date,
) -> str:
    """Compose an entry from what the catalogue holds, what was said, and what has to be asked.

    Args:
        source_id: Of the new entry.
        held: The catalogue's entry of this id, which the new one begins as.
        options: Values by dotted key.
        assignments: More of them, as `KEY=VALUE`.
        query: Keys of the collector's query, as `KEY=VALUE`.
        ask: Answers a question.
        today: For the day it expires.

    Returns:
        TOML, not validated yet.

    Raises:
        PermissionRefused: The entry held says that there is no lawful route: no copy is made of that.
        UsageError: An assignment is none.
    """
    known: dict[str, Any] = {}
    if held is not None:
        if held.closed is not None:
            raise PermissionRefused(
                source_id=source_id,
                problem=f"there is no lawful route to it: {held.closed.rstrip('.')}",
                remedy="Where its owner has since permitted it in writing, give the whole entry with --from FILE.",
            )
        known = held.model_dump(mode="python", exclude_unset=True)
    said = {key: _value(value) if key == "expires_on" else value for key, value in options.items()}
    for key, value in {**said, **read_assignments(assignments), **read_assignments(query, prefix="query.")}.items():
        known = with_answer(known, key, value)
    while (question := next_question(known, source_id, today)) is not None:
        known = with_answer(known, question.key, read_answer(question, ask(question)))
    return to_toml(completed(known, source_id))


def read_assignments(assignments: Sequence[str], *, prefix: str = "") -> dict[str, Any]:
    """Read `KEY=VALUE` words into values by dotted key; a value is TOML where it reads as such, and otherwise text.

    A query key that holds a list may stand several times, once for each item.

    Raises:
        UsageError: One is no assignment.
    """
    said: dict[str, Any] = {}
    for assignment in assignments:
        key, sign, text = assignment.partition("=")
        if not sign or not key.strip():
            raise UsageError(problem="An assignment is not of the form KEY=VALUE", remedy="Write it like language=en.")
        name = prefix + key.strip()
        value = _value(text.strip())
        if name.removeprefix("query.") in _LISTS and name.startswith("query.") and not isinstance(value, list):
            value = [*said.get(name, []), value]
        said[name] = value
    return said


def read_answer(question: Question, answer: str) -> Any:
    """Turn what was typed into a value: items of a list stand between commas."""
    if question.is_list:
        return [item.strip() for item in answer.split(",") if item.strip()]
    return _value(answer.strip()) if question.key == "expires_on" else answer.strip()


def completed(known: Mapping[str, Any], source_id: str) -> dict[str, Any]:
    """Give `known` with the defaults of what nobody is asked: fields, robots policy, retention, duty to delete."""
    plain = {
        "source_id": source_id,
        "fields": list(_FIELDS),
        "robots": "obey" if known.get("collector") in _WEB_PAGES else "not-applicable",
        "retention_days": 90,
        "sponsored": False,
        "query": {},
        "expected_posts_a_day": 1,
    }
    said = {**plain, **known, "source_id": source_id}
    said["deletion"] = {**_DELETION, **said.get("deletion", {})}
    order = {name: place for place, name in enumerate(Entry.model_fields)}
    # A key that is none goes last, where the check of the whole names it.
    return dict(sorted(said.items(), key=lambda item: order.get(item[0], len(order))))


def to_toml(said: Mapping[str, Any]) -> str:
    """Write an entry: plain keys first, then its tables."""
    return "\n".join(_lines(said, "")).strip() + "\n"


def _lines(said: Mapping[str, Any], name: str) -> list[str]:
    tables = {key: value for key, value in said.items() if isinstance(value, Mapping)}
    lines = ["", f"[{name}]"] if name else []
    lines += [f"{_key(key)} = {_toml(value)}" for key, value in said.items() if key not in tables and value is not None]
    for key, value in tables.items():
        lines += _lines(value, f"{name}.{_key(key)}" if name else _key(key))
    return lines


def _key(key: str) -> str:
    is_bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if is_bare else _toml(key)


def _toml(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_toml(inner)}" for key, inner in value.items()) + " }"
    # JSON's text, number and boolean are TOML's, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _held(known: Mapping[str, Any], key: str) -> Any:
    value: Any = known
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _value(text: str) -> Any:
    try:
        said = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return said["value"] if len(said) == 1 else text
