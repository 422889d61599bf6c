"""Scan the files that git tracks for secrets, package registries' addresses and paths of a machine."""

import re
import subprocess
import sys
from pathlib import Path

from detect_secrets.core.scan import scan_file
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).resolve().parents[1]
FORBIDDEN = {
    "a package registry's address": re.compile(
        rb"(?:pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian\.org|/simple/[a-z])", re.IGNORECASE
    ),
    "a path of a machine": re.compile(rb"(?<![\w.~-])/(?:home|root|Users|work)/[a-z][\w.-]*", re.IGNORECASE),
    "a private key": re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
}
PLUGINS = [
    {"name": name}
    for name in (
        "AWSKeyDetector",
        "AzureStorageKeyDetector",
        "BasicAuthDetector",
        "DiscordBotTokenDetector",
        "GitHubTokenDetector",
        "GitLabTokenDetector",
        "JwtTokenDetector",
        "NpmDetector",
        "OpenAIDetector",
        "PrivateKeyDetector",
        "PypiTokenDetector",
        "SendGridDetector",
        "SlackDetector",
        "StripeDetector",
        "TwilioKeyDetector",
    )
]
LEFT_BEHIND = {".venv", ".git", "var", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "listening-home"}
WORD_LISTS = {".csv", ".txt"}
"""Vocabularies and word lists, 200,000 lines of plain words: scanned for addresses and paths, not for tokens."""
ALLOWED_LINE = b"tree-scan: allow"
"""A line that says this is meant, with its reason beside it."""


def tracked() -> list[Path]:
    """List the files git tracks or would track; in an unpacked archive, every file but those that runs leave behind."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout  # noqa: S603 - as above
    except (OSError, subprocess.CalledProcessError):
        ours = [path for path in ROOT.iterdir() if path.name == ".ci" or path.name not in LEFT_BEHIND]
        found = [inner for path in ours for inner in (path.rglob("*") if path.is_dir() else [path])]
        return [path for path in found if "__pycache__" not in path.parts]
    return [ROOT / name.decode() for name in listing.split(b"\0") if name]


def main() -> int:
    """Print each finding without its value; the exit code is their presence."""
    findings = []
    for path in tracked():
        if not path.is_file() or path == Path(__file__).resolve():
            continue
        place = path.relative_to(ROOT)
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            if ALLOWED_LINE in line:
                continue
            findings += [f"{place}:{number}: {what}" for what, pattern in FORBIDDEN.items() if pattern.search(line)]
        if path.name != "requirements.lock" and path.suffix not in WORD_LISTS:
            with transient_settings({"plugins_used": PLUGINS}):
                findings += [f"{place}:{found.line_number}: {found.type}" for found in scan_file(str(path))]
    if findings:
        sys.stdout.write("\n".join(findings) + "\n")
    return bool(findings)


if __name__ == "__main__":
    sys.exit(main())
