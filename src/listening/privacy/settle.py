"""See to it that redacting twice changes nothing more, though a model guesses anew where placeholders stand around a word.

With default deny on, a model's guess beside a placeholder that stood in the text already is not believed: all that is left
there are words of the vocabulary, and it was read once without the placeholder. With default deny off the redacted text is
read again until nothing new is found.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from listening.posts import RedactedSpan
from listening.privacy.anonymise import anonymise, outside_placeholders
from listening.privacy.finding import Finding
from listening.privacy.lexicon import is_never_a_name, words
from listening.privacy.normalise import Normalised
from listening.privacy.operators import PLACEHOLDER
from listening.privacy.policy import Policy
from listening.privacy.protector import is_medical_word
from listening.privacy.ranges import Ranges

_ROUNDS = 4
_REACH = 120
"""Code points: a model sees four tokens to each side, and an entity is a few tokens long."""
_WORD = re.compile(r"(?<![\w'<])[^\W\d_]{3,}")
_GUESSES = re.compile(r"(?:Own|Base)Model")

Decide = Callable[[Sequence[int], Sequence[str]], list[list[Finding]]]
"""Gives what is hidden in each text; the numbers say which of the batch they come from."""


def away_from_placeholders(text: str, findings: Sequence[Finding]) -> list[Finding]:
    """Drop the models' guesses within reach of a placeholder that stands in `text`."""
    if "<" not in text and "[" not in text:
        return list(findings)
    spots = Ranges((max(0, match.start() - _REACH), match.end() + _REACH) for match in PLACEHOLDER.finditer(text))
    return [
        finding
        for finding in findings
        if not _GUESSES.match(finding.recognizer) or not spots.touch(finding.start, finding.end)
    ]


def settle(
    texts: Sequence[str], found: list[list[Finding]], indexes: Iterable[int], decide: Decide, policy: Policy
) -> None:
    """Add to `found` what further readings of the redacted texts find.

    Args:
        texts: The normalised texts that `found` refers to.
        found: What is hidden in each.
        indexes: Which of them to read again.
        decide: Reads texts.
        policy: Which operator an entity gets.
    """
    open_ = [index for index in indexes if found[index]]
    for _ in range(_ROUNDS):
        redactions = {
            index: anonymise(texts[index], Normalised(texts[index]), found[index], policy, "en") for index in open_
        }
        open_ = [index for index in open_ if _may_change(redactions[index].text)]
        if not open_:
            return
        again = decide(open_, [redactions[index].text for index in open_])
        still_open = []
        for index, findings in zip(open_, again, strict=True):
            text = redactions[index].text
            new = [_moved(finding, redactions[index].spans) for finding in outside_placeholders(text, findings)]
            if new:
                found[index].extend(new)
                still_open.append(index)
        open_ = still_open


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
