"""Check that requirements.lock is what pyproject.toml asks for: every direct requirement pinned, in range, with hashes.

Works without network: it compares names, versions and markers, and leaves the resolution itself to `make lock`.
"""

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]


def direct_requirements() -> list[Requirement]:
    """Give all that pyproject.toml names: dependencies, extras and groups."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = list(project["project"]["dependencies"])
    for group in (project["project"].get("optional-dependencies", {}), project["dependency-groups"]):
        for members in group.values():
            named.extend(members)
    return [Requirement(text) for text in named]


def main() -> int:
    """Print each mismatch; the exit code is their presence."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = {
        canonicalize_name(name): Version(version)
        for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock, flags=re.MULTILINE)
    }
    problems = []
    for requirement in direct_requirements():
        pinned = pins.get(canonicalize_name(requirement.name))
        if pinned is None:
            problems.append(f"{requirement.name} is not in the lock")
        elif not requirement.specifier.contains(pinned, prereleases=True):
            problems.append(f"{requirement.name} is locked at {pinned}, outside {requirement.specifier}")
    entries = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)
    problems += [
        f"{entry.split('==')[0]} has no hash" for entry in entries if "==" in entry[:80] and "sha256:" not in entry
    ]
    if "://" in lock:
        problems.append("the lock holds an address")
    if problems:
        sys.stdout.write("\n".join(problems) + "\nRun `make lock`.\n")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
