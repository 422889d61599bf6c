"""Component `listening_assertion`: whether a condition or an adverse event is stated, negated, feared, asked, treated, or a relative's.

Rules in the manner of ConText: a trigger reaches forward (or back) over a few tokens and stops at the end of its clause.
A denial counts where a person denies, and a relative's finding is marked negated, with evidence `family`.
Products are left alone: "No pancreatitis on tirzepatide" says nothing against tirzepatide.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from listening.posts import Kind
from listening.tagging.draft import Assertion, Found, draft_of

NEGATES = (
    "no", "not", "never", "without", "denies", "denied", "deny", "negative for", "no evidence of", "no sign of",
    "no signs of", "free of", "absence of", "ruled out", "rules out", "rule out", "didn't", "did n't", "don't", "do n't",
    "doesn't", "does n't", "haven't", "have n't", "hasn't", "has n't", "wasn't", "was n't", "isn't", "is n't", "' t", "dont", "doesnt", "didnt", "nor",
    "none of", "no longer", "zero", "lack of", "no more", "resolved", "gone",
)  # fmt: skip
"""Before a finding, these deny it."""
DENIALS = frozenset({"denies", "denied", "deny"})
"""Deny a finding where a person says it; what an insurer denies is a payment."""
SUBJECT = 8
"""How many tokens before a denial its subject is looked for in."""
PERSONS = frozenset(
    """patient patients pt pts he she they i we who woman man lady gentleman male female boy girl child mother father
    husband wife client resident person yo y/o old mr mrs ms""".split()
)
"""Who denies a finding."""
HISTORY = frozenset({("history", "of"), ("hx", "of")})
"""Suppose a finding, but leave a denial before them as it is: "no history of"."""
RELATIVES = (
    "mother", "father", "mum", "mom", "dad", "sister", "brother", "aunt", "uncle", "grandmother", "grandfather",
    "grandma", "grandpa", "grandparent", "cousin", "parent", "parents", "relative", "relatives",
)  # fmt: skip
FAMILY = (
    "family history of", "family hx of", "family h/o", "family history", "family hx", "fhx of", "fhx", "fh of",
    *(f"{who} {had}" for who in RELATIVES for had in ("had", "has", "have", "died of", "died from")),
)  # fmt: skip
"""Before a finding, these tell it of somebody else in the family."""
NEW_SUBJECT = frozenset({"she", "he", "i", "we", "patient", "pt", "they"})
"""After "and" or a comma, these begin a clause of their own."""
KEEPS = ("not only", "no doubt", "not just", "not sure", "no wonder", "no change in", "not improved", "no better")
"""Look like a negation and are none."""
DENIES_BACK = (
    "was ruled out",
    "were ruled out",
    "ruled out",
    "unlikely",
    "was negative",
    "free",
    "went away",
    "is gone",
    "has resolved",
)
"""After a finding, these deny it."""
SUPPOSES = (
    "if", "risk of", "risks of", "could", "may", "might", "to prevent", "prevent", "prevents", "prevention of",
    "worried about", "afraid of", "fear of", "concern for", "potential", "possible", "in case of", "watch for",
    "monitor for", "screen for", "screening for", "rule out", "r/o", "unless", "history of", "hx of", "avoid", "warned",
    "incidence of", "rates of", "rate of",
)  # fmt: skip
"""Before a finding, these suppose it."""
TREATS = (
    "for", "treat", "treats", "treating", "treatment of", "treated for", "to treat", "therapy for", "prescribed for",
    "indicated for", "helps", "helped", "helped with", "relieves", "reduces", "reduced", "improves", "improved",
    "diagnosed with", "works for", "control my", "cured", "stopped my",
    "due to my", "cures", "controls", "controlled", "alleviated", "eased", "manage",
)  # fmt: skip
"""Before a finding, these tell it as what a product is for."""
ENDS_CLAUSE = frozenset(
    {".", ";", "!", "?", "but", "however", "although", "though", "except", "yet", "because", "until"}
)
"""Where a trigger's reach ends."""
NEAR = 3
"""How many tokens before a finding "for" still tells what a product is for."""
LONGEST_SENTENCE = 60
"""How many tokens after a finding its question mark may stand."""
KINDS: tuple[Kind, ...] = ("condition", "adverse_event")


_AGED = re.compile(r"\d{1,3}[mf]")


@dataclass(frozen=True, slots=True)
class _Trigger:
    words: tuple[str, ...]
    assertion: Assertion


def _triggers(phrases: tuple[str, ...], assertion: Assertion) -> list[_Trigger]:
    return [_Trigger(tuple(phrase.split()), assertion) for phrase in phrases]


_FORWARD = sorted(
    [
        *_triggers(KEEPS, "stated"),
        *_triggers(NEGATES, "negated"),
        *_triggers(SUPPOSES, "hypothetical"),
        *_triggers(TREATS, "treated"),
        *_triggers(FAMILY, "family"),
    ],
    key=lambda trigger: -len(trigger.words),
)
_BY_FIRST: dict[str, list[_Trigger]] = {}
for _trigger in _FORWARD:
    _BY_FIRST.setdefault(_trigger.words[0], []).append(_trigger)
_BACK = _triggers(DENIES_BACK, "negated")


class AssertionRules:
    """Sets each finding's assertion."""

    def __init__(self, reach: int) -> None:
        """Let a trigger reach over `reach` tokens."""
        self._reach = reach

    def __call__(self, doc: Doc) -> Doc:
        """Judge one document's findings."""
        findings = draft_of(doc).of(*KINDS)
        if findings:
            words = [token.lower_.replace("\u2019", "'") for token in doc]
            starts = [token.idx for token in doc]
            for finding in findings:
                finding.assertion = self._judge(finding, words, starts)
        return doc

    def _judge(self, finding: Found, words: list[str], starts: list[int]) -> Assertion:
        first = max(0, bisect_right(starts, finding.candidate.start) - 1)
        last = bisect_left(starts, finding.candidate.end)
        before = _clause_before(words[max(0, first - self._reach) : first])
        after = _clause_after(words[last : last + self._reach])
        nearest: Assertion = "stated"
        place = 0
        while place < len(before):
            trigger = next(
                (t for t in _BY_FIRST.get(before[place], ()) if tuple(before[place : place + len(t.words)]) == t.words),
                None,
            )
            away = len(before) - place
            if trigger is not None and _reaches(trigger, away, nearest, words[: first - away]):
                nearest = trigger.assertion
            place += len(trigger.words) if trigger else 1
        if nearest == "stated" and any(tuple(after[: len(t.words)]) == t.words for t in _BACK):
            return "negated"
        if nearest == "stated" and _is_asked(words[last : last + LONGEST_SENTENCE]):
            return "asked"
        return nearest


def _reaches(trigger: _Trigger, away: int, nearest: Assertion, said_before: list[str]) -> bool:
    if trigger.words == ("for",):
        return away <= NEAR
    if trigger.words in HISTORY:
        return nearest != "negated"
    return trigger.words[0] not in DENIALS or _is_personal(_clause_before(said_before[-SUBJECT:]))


def _is_personal(subject: list[str]) -> bool:
    while subject and subject[-1] in {"also", "currently", "still", "and", "adamantly", "repeatedly"}:
        subject = subject[:-1]
    if not subject or subject[-1] in {",", ":", "-", "("}:
        return True
    return any(word.strip("<>") in PERSONS or _AGED.fullmatch(word) for word in subject[-3:])


def _clause_before(words: list[str]) -> list[str]:
    for place in range(len(words) - 1, -1, -1):
        if words[place] in ENDS_CLAUSE:
            return words[place + 1 :]
        if words[place] in NEW_SUBJECT and place and words[place - 1] in {"and", ","}:
            return words[place:]
    return words


def _clause_after(words: list[str]) -> list[str]:
    for place, word in enumerate(words):
        if word in ENDS_CLAUSE:
            return words[:place]
    return words


def _is_asked(rest: list[str]) -> bool:
    return next((word == "?" for word in rest if word in {".", "!", "?"}), False)


@Language.factory("listening_assertion", default_config={"reach": 6})
def make_assertion(nlp: Language, name: str, reach: int) -> AssertionRules:  # noqa: ARG001 spaCy hands both over by name
    """Make the component."""
    return AssertionRules(reach)
