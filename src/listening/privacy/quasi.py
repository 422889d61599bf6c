"""Quasi-identifiers decided together: what alone says little and beside something else singles somebody out."""

from collections.abc import Iterable, Sequence
from functools import cache

from listening.privacy.finding import Finding
from listening.privacy.lexicon import words
from listening.privacy.operators import PLACEHOLDER
from listening.privacy.policy import Policy
from listening.vocabulary.matcher import longest, open_matcher

_SAY_NOTHING = frozenset({"HANDLE", "URL", "AGE"})
"""Entities that say nothing of whom a post is about: whom it answers, what it links to, and an age itself."""


def needed(text: str, findings: Sequence[Finding], policy: Policy) -> list[Finding]:
    """Drop the findings that policy hides only where the post is `identified`, if it is not.

    Args:
        text: The normalised text; placeholders in it count like what they stand for.
        findings: What the recognisers found, protected and propagated.
        policy: Says which entities are decided this way.
    """
    waiting = [finding for finding in findings if policy.entities[finding.entity_type].when == "identified"]
    if not waiting or _is_identified(text, findings):
        return list(findings)
    return [finding for finding in findings if policy.entities[finding.entity_type].when == "always"]


def _is_identified(text: str, findings: Iterable[Finding]) -> bool:
    if any(finding.entity_type not in _SAY_NOTHING for finding in findings):
        return True
    quiet = {f"<{name}>" for name in _SAY_NOTHING} | {"[…]"}
    return any(match.group() not in quiet for match in PLACEHOLDER.finditer(text))


def names_rare_disease(text: str) -> bool:
    """Say whether a text names a condition that is not on the list of common ones.

    The list is short on purpose: a condition that nobody listed counts as rare, and a place beside it is hidden whole.
    """
    return any(
        not {candidate.term.text.casefold(), text[candidate.start : candidate.end].casefold()} & common_conditions()
        for candidate in longest(open_matcher("condition").find(text))
        if candidate.term.tier == "free" or candidate.has_own_case
    )


@cache
def common_conditions() -> frozenset[str]:
    """Written forms of conditions that many people have."""
    return words("common_conditions")
