"""robots.txt by RFC 9309: what a status means, and what the file allows."""

from dataclasses import dataclass
from typing import Any

from protego import Protego

USER_AGENT_TOKEN = "listening"  # noqa: S105 (the product token that robots.txt files name)
MAX_ROBOTS_BYTES = 500 * 1024
"""RFC 9309, 2.5: at least this much must be parsed; what comes after is left."""


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one origin. `rules` is `None` where everything is allowed."""

    rules: Any = None

    def allows(self, url: str) -> bool:
        """Say whether the address may be fetched."""
        return self.rules is None or bool(self.rules.can_fetch(url, USER_AGENT_TOKEN))

    @property
    def crawl_delay_s(self) -> float:
        """Seconds the site wants between requests; 0 where it does not say."""
        return float((self.rules.crawl_delay(USER_AGENT_TOKEN) if self.rules is not None else None) or 0.0)


def read_robots(status: int, body: bytes) -> Robots | None:
    """Read an answer to `/robots.txt`.

    Returns:
        The rules; all is allowed on a 4xx (RFC 9309, 2.3.1.3), except 429, which says nothing about the file.
        `None` where the file is unreachable (5xx, 429, other): then nothing may be fetched.
    """
    if status == 200:
        return Robots(Protego.parse(body[:MAX_ROBOTS_BYTES].decode("utf-8", "replace")))
    if 400 <= status < 500 and status != 429:
        return Robots()
    return None
