"""Read a redacted text again until nothing new is found, so that redacting twice changes nothing more.

The base model guesses anew where placeholders stand around a word. Only texts in which it still could are read again.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from listening.posts import RedactedSpan
from listening.privacy.anonymise import anonymise, outside_placeholders
from listening.privacy.finding import Finding
from listening.privacy.lexicon import words
from listening.privacy.normalise import Normalised
from listening.privacy.operators import PLACEHOLDER
from listening.privacy.policy import Policy
from listening.privacy.protector import is_medical_word

_ROUNDS = 3
_REACH = 80
"""Code points: some fifteen tokens."""
_CAPITAL = re.compile(r"(?<![\w'<])[^\W\d_a-z][^\W\d_]{2,}")

Decide = Callable[[Sequence[str]], list[list[Finding]]]
"""Analyses texts and gives the findings that stand after protection and propagation."""


def settle(texts: Sequence[str], found: list[list[Finding]], policy: Policy, decide: Decide) -> list[list[Finding]]:
    """Give `found` with what later readings add; `texts` are normalised, findings refer to them."""
    settled = [list(findings) for findings in found]
    open_ = [index for index, findings in enumerate(settled) if findings]
    for _ in range(_ROUNDS):
        redactions = {
            index: anonymise(texts[index], Normalised(texts[index]), settled[index], policy, "en") for index in open_
        }
        open_ = [index for index in open_ if _may_hold_names(redactions[index].text)]
        again = decide([redactions[index].text for index in open_])
        still_open = []
        for index, findings in zip(open_, again, strict=True):
            text = redactions[index].text
            new = [_moved(finding, redactions[index].spans) for finding in outside_placeholders(text, findings)]
            if new:
                settled[index].extend(new)
                still_open.append(index)
        open_ = still_open
        if not open_:
            break
    return settled


def _may_hold_names(text: str) -> bool:
    """Say whether a capitalised word that is no English one is left outside the placeholders."""
    english = words("english_words")
    left = (match.group().casefold() for part in _near_placeholders(text) for match in _CAPITAL.finditer(part))
    return any(word not in english and word not in words("regions") and not is_medical_word(word) for word in left)


def _near_placeholders(text: str) -> Iterator[str]:
    """Give the stretches beside placeholders: the model sees four tokens to each side, so nothing else reads anew."""
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
