"""Merge findings and write the redacted text. The one place where `RedactedText` is minted."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from listening.posts import RedactedSpan, RedactedText
from listening.privacy.finding import Finding
from listening.privacy.normalise import Normalised
from listening.privacy.operators import OPERATORS, PLACEHOLDER
from listening.privacy.policy import EntityPolicy, Policy
from listening.privacy.quasi import names_rare_disease
from listening.privacy.ranges import Ranges


@dataclass(frozen=True, slots=True)
class Redaction:
    """A text after gate 1, what was hidden where, its language (ISO 639), and how many spans of each type."""

    text: RedactedText
    spans: tuple[RedactedSpan, ...]
    language: str
    entity_counts: Mapping[str, int]


def merge(findings: Iterable[Finding]) -> list[Finding]:
    """Unite overlapping findings: the union of the ranges, under the name of the longest, then the surest of them."""
    merged: list[tuple[Finding, int, int]] = []
    for finding in sorted(findings):
        if merged and finding.start < merged[-1][2]:
            best, start, end = merged[-1]
            best = max(best, finding, key=lambda item: (item.end - item.start, item.score, item.recognizer))
            merged[-1] = (best, start, max(end, finding.end))
        else:
            merged.append((finding, finding.start, finding.end))
    return [
        Finding(start, end, best.entity_type, best.score, best.score_before_context, best.recognizer, best.pattern)
        for best, start, end in merged
    ]


def outside_placeholders(text: str, findings: Iterable[Finding]) -> list[Finding]:
    """Cut findings at placeholders that stand in the text already, so that redacting twice changes nothing more."""
    fixed = Ranges(match.span() for match in PLACEHOLDER.finditer(text))
    if not fixed:
        return list(findings)
    pieces: list[Finding] = []
    for finding in findings:
        position = finding.start
        for start, end in [
            *fixed.within(finding.start, finding.end),
            (finding.end, finding.end),
        ]:
            if position < start and any(map(str.isalnum, text[position:start])):
                pieces.append(
                    Finding(
                        position, start, finding.entity_type, finding.score, finding.score_before_context,
                        finding.recognizer, finding.pattern,
                    )
                )  # fmt: skip
            position = max(position, end)
    return pieces


def anonymise(
    original: str, normalised: Normalised, findings: Iterable[Finding], policy: Policy, language: str
) -> Redaction:
    """Replace every finding in the original text.

    Args:
        original: The text as it came.
        normalised: Its canonical form, on which `findings` were made.
        findings: Spans of the canonical form, in any order; overlaps are united.
        policy: Which operator an entity gets.
        language: ISO 639 code, passed on.
    """
    pieces: list[str] = []
    spans: list[RedactedSpan] = []
    position = length = 0
    parameters: dict[str, Any] = {"oldest_year": policy.oldest_year, "newest_year": policy.newest_year}
    for finding in merge(outside_placeholders(normalised.text, findings)):
        start, end = normalised.original(finding.start, finding.end)
        start = max(start, position)
        if start >= end:
            continue
        rule = policy.entities[finding.entity_type]
        replacement = OPERATORS[rule.operator].operate(
            normalised.text[finding.start : finding.end],
            _parameters(parameters, rule, normalised.text, policy),
        )
        pieces.append(original[position:start])
        length += start - position
        spans.append(
            RedactedSpan(
                start=start,
                end=end,
                stored_start=length,
                stored_end=length + len(replacement),
                entity_type=finding.entity_type,
                score=finding.score,
                score_before_context=finding.score_before_context,
                recognizer=finding.recognizer,
                pattern=finding.pattern,
                operator=rule.operator,
                replacement=replacement,
            )
        )
        pieces.append(replacement)
        length += len(replacement)
        position = end
    pieces.append(original[position:])
    return Redaction(
        text=RedactedText("".join(pieces)),
        spans=tuple(spans),
        language=language,
        entity_counts=dict(sorted(Counter(span.entity_type for span in spans).items())),
    )


def rewritten(original: str, redaction: Redaction, spans: Sequence[RedactedSpan]) -> Redaction:
    """Give a redaction anew with other replacements; `spans` are its own, with their place in the stored text worked out."""
    pieces: list[str] = []
    placed: list[RedactedSpan] = []
    position = length = 0
    for span in spans:
        length += span.start - position
        pieces += (original[position : span.start], span.replacement)
        placed.append(replace(span, stored_start=length, stored_end=length + len(span.replacement)))
        length += len(span.replacement)
        position = span.end
    pieces.append(original[position:])
    return replace(redaction, text=RedactedText("".join(pieces)), spans=tuple(placed))


def _parameters(shared: dict[str, Any], rule: EntityPolicy, text: str, policy: Policy) -> dict[str, Any]:
    """Give an operator what it asks for; whether a rare disease is named is looked up once a text, and only for places."""
    if rule.operator == "region" and "is_region_kept" not in shared:
        shared["is_region_kept"] = not (policy.rare_disease_drops_place and names_rare_disease(text))
    return {**shared, "placeholder": rule.placeholder}
