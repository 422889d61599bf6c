"""Read a redacted text again until nothing new is found, so that redacting twice changes nothing more.

A model guesses anew where placeholders stand around a word. Only texts in which it still could are read again: those with
a word beside a placeholder that is kept though a list of names has it.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from listening.posts import RedactedSpan
from listening.privacy.anonymise import anonymise, outside_placeholders
from listening.privacy.finding import Finding
from listening.privacy.lexicon import is_never_a_name, words
from listening.privacy.normalise import Normalised
from listening.privacy.operators import PLACEHOLDER
from listening.privacy.policy import Policy
from listening.privacy.protector import is_medical_word

_ROUNDS = 4
_REACH = 80
"""Code points: some fifteen tokens; a model sees four to each side."""
_WORD = re.compile(r"(?<![\w'<])[^\W\d_]{3,}")

Decide = Callable[[Sequence[str], Sequence[bool]], list[list[Finding]]]
"""Gives what is hidden in each text; the flags say for each whether layer 7 is on."""


def settle(texts: Sequence[str], denied: Sequence[bool], decide: Decide, policy: Policy) -> list[list[Finding]]:
    """Give what is hidden in each text, with what later readings add; `texts` are normalised, findings refer to them."""
    settled = decide(texts, denied)
    open_ = [index for index, findings in enumerate(settled) if findings]
    for _ in range(_ROUNDS):
        redactions = {
            index: anonymise(texts[index], Normalised(texts[index]), settled[index], policy, "en") for index in open_
        }
        open_ = [index for index in open_ if _may_change(redactions[index].text)]
        if not open_:
            break
        again = decide([redactions[index].text for index in open_], [denied[index] for index in open_])
        still_open = []
        for index, findings in zip(open_, again, strict=True):
            text = redactions[index].text
            new = [_moved(finding, redactions[index].spans) for finding in outside_placeholders(text, findings)]
            if new:
                settled[index].extend(new)
                still_open.append(index)
        open_ = still_open
    return settled


def _may_change(text: str) -> bool:
    """Say whether a word is left beside a placeholder that a recogniser may take for a name."""
    return any(
        not is_never_a_name(match.group())
        and match.group().casefold() not in words("regions")
        and not is_medical_word(match.group().casefold())
        for part in _near_placeholders(text)
        for match in _WORD.finditer(part)
    )


def _near_placeholders(text: str) -> Iterator[str]:
    """Give the stretches beside placeholders."""
    edge = 0
    spots = [match.span() for match in PLACEHOLDER.finditer(text)]
    for (start, end), following in zip(spots, [*(spot[0] for spot in spots[1:]), len(text)], strict=True):
        yield text[max(edge, start - _REACH) : start]
        yield text[end : min(following, end + _REACH)]
        edge = min(following, end + _REACH)


def _moved(finding: Finding, spans: Sequence[RedactedSpan]) -> Finding:
    """Move a finding from the redacted text to the text before it."""
    shift = 0
    for span in spans:
        if span.stored_end <= finding.start:
            shift = span.end - span.stored_end
    return Finding(
        finding.start + shift,
        finding.end + shift,
        finding.entity_type,
        finding.score,
        finding.score_before_context,
        finding.recognizer,
        finding.pattern,
    )
