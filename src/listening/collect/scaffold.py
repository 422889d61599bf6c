"""Starts a new collector in a checkout: a module that works, its parser, and the tests of the contract, from templates.

What comes out reads a plain JSON interface. It is meant to be changed: the query, the address, the record's model, and
the records that the tests feed it.
"""

import keyword
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from string import Template

from listening.assets import asset
from listening.errors import UsageError

MAX_NAME = 24
"""Longer names would make lines that the formatter breaks."""
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_COLLECTOR_IMPORTS = {
    "listening.catalogue.entry": "Entry",
    "listening.collect.base": "Page, Window",
    "listening.collect.build": "parse_instant",
    "listening.collect.transport": "Transport",
    "listening.errors": "SourceFailed",
    "listening.raw": "RawPost",
}
_TEST_IMPORTS = {
    "listening.catalogue.entry": "Entry",
    "listening.collect.base": "Page, Window",
    "listening.collect.transport": "Answer",
    "listening.errors": "SourceFailed",
    "listening.raw": "RawPost",
}


@dataclass(frozen=True, slots=True)
class Scaffold:
    """The files to write, by path within the checkout, and the lines that make the registry know the collector."""

    files: dict[str, str]
    registry: str


def find_checkout(start: Path) -> Path:
    """Give the nearest folder from `start` upwards whose `pyproject.toml` is this project's.

    Raises:
        UsageError: There is none.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        try:
            project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8")).get("project", {})
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            continue
        if project.get("name") == "listening":
            return folder
    raise UsageError(problem="This is no checkout of listening", remedy="Run it in one, or name it with --checkout.")


def draft_collector(name: str) -> Scaffold:
    """Fill the templates.

    Args:
        name: The catalogue's word for the protocol, such as `lemmy`.

    Raises:
        UsageError: It cannot be a module's name.
    """
    if not _NAME.fullmatch(name) or keyword.iskeyword(name) or len(name) > MAX_NAME or name.endswith("_parse"):
        raise UsageError(
            problem="A collector is named in lower case letters, digits and single underscores",
            remedy=f"Name it for its protocol, in at most {MAX_NAME} characters, such as lemmy.",
        )
    words = name.split("_")
    class_name = "".join(word.capitalize() for word in words)
    own = f"listening.collect.{name}"
    values = {"name": name, "class_name": class_name, "title": " ".join(words).capitalize()}
    collector = _filled("collector", values, {**_COLLECTOR_IMPORTS, f"{own}_parse": "Read, parse_page"})
    parser = _filled("collector_parse", values, {})
    tests = _filled(
        "test_collector",
        values,
        {**_TEST_IMPORTS, own: f"{class_name}Collector, {class_name}Query", f"{own}_parse": "Read, parse_page"},
    )
    return Scaffold(
        {
            f"src/listening/collect/{name}.py": collector,
            f"src/listening/collect/{name}_parse.py": parser,
            f"tests/unit/collect/test_collect_{name}.py": tests,
        },
        _registry(name, class_name),
    )


def write_scaffold(checkout: Path, made: Scaffold) -> list[Path]:
    """Write the files; none is written where one is there already.

    Raises:
        UsageError: One is there, or the folder cannot be written.
    """
    paths = [checkout / relative for relative in made.files]
    held = [path.name for path in paths if path.exists()]
    if held:
        raise UsageError(problem=f"{held[0]} is there already", remedy="Choose another name, or move it away.")
    is_written = False
    try:
        for path, content in zip(paths, made.files.values(), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        is_written = True
    except OSError:
        pass
    if not is_written:
        raise UsageError(problem="The checkout cannot be written", remedy="Check your rights.")
    return paths


def _filled(template: str, values: dict[str, str], imports: dict[str, str]) -> str:
    text = asset(f"data/templates/collector/{template}.py.txt").read_text(encoding="utf-8")
    lines = [f"from {module} import {names}" for module, names in sorted(imports.items())]
    return Template(text).substitute(values, imports="\n".join(lines))


def _registry(name: str, class_name: str) -> str:
    return (
        f"from listening.collect.{name} import {class_name}Collector, {class_name}Query\n\n"
        f'    "{name}": _over_http({class_name}Query, {class_name}Collector),  # in COLLECTORS\n'
    )
