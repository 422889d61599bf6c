"""Find every written form of the vocabulary in a text: one automaton, whole words, offsets into the text as it is."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from listening.vocabulary import Term, Vocabulary, load_vocabulary
from listening.vocabulary.spelling import Folded, aliases, fold, fold_term, squeeze

_HASHTAG = re.compile(r"(?<![\w#])#(?P<body>\w*[^\W\d_]\w*)")
_YEAR = re.compile(r"(?P<stem>.*?[^\W\d])_?(?P<year>(?:20)?[1-3]\d)$")
_PLURAL_FORMS = frozenset({"name", "class", "lay", "abbr"})


POST_KINDS = ("product", "condition", "topic", "event", "content_type", "adverse_event", "procedure")
"""The kinds that are looked for in a post; specialties and roles are an author's, not a post's."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One form found in a text. `start`, `end` are half-open code points of the text.

    `has_own_case` says that it is written with the capitals of the vocabulary, or all in capitals.
    """

    start: int
    end: int
    term: Term
    kind: str
    is_hashtag: bool
    has_own_case: bool

    @property
    def concept_id(self) -> str:
        """The concept it may name."""
        return self.term.concept_id


class Matcher:
    """The compiled vocabulary of some kinds. Blocked forms are not in it."""

    def __init__(self, vocabulary: Vocabulary, kinds: Iterable[str]) -> None:
        """Compile the forms of `kinds`; an own form wins over another's plural or spelling variant."""
        wanted = set(kinds)
        kind_of = {concept.concept_id: concept.kind for concept in vocabulary.concepts.values()}
        forms: dict[str, dict[str, Term]] = {}
        hashtags: dict[str, dict[str, Term]] = {}
        terms = [t for t in vocabulary.terms if t.tier != "block" and kind_of[t.concept_id] in wanted]
        blocked = {(kind_of[t.concept_id], fold_term(t.text)) for t in vocabulary.terms if t.tier == "block"}
        for term in terms:
            kind = kind_of[term.concept_id]
            hashtags.setdefault(squeeze(term.text), {}).setdefault(kind, term)
            if term.match != "hashtag":
                forms.setdefault(fold_term(term.text), {})[kind] = term
        for term in terms:
            kind = kind_of[term.concept_id]
            if term.match == "ci" and term.form != "brand":
                for alias in aliases(fold_term(term.text)):
                    if (kind, alias) not in blocked:
                        forms.setdefault(alias, {}).setdefault(kind, term)
        self._terms: list[list[tuple[str, Term]]] = [list(by_kind.items()) for by_kind in forms.values()]
        self._hashtags = hashtags
        self._automaton = AhoCorasick(
            list(forms), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
        )

    def find(self, text: str) -> list[Candidate]:
        """Give all candidates, overlapping ones too, in no fixed order."""
        folded = fold(text)
        found = list(self._words(text, folded))
        if "#" in text:
            found += self._tags(text)
        return found

    def _words(self, text: str, folded: Folded) -> Iterable[Candidate]:
        line = folded.text
        size = len(line)
        for index, start, end in self._automaton.find_matches_as_indexes(line, overlapping=True):
            if start and (line[start - 1].isalnum() or line[start - 1] in "_@"):
                continue
            plural = 0
            if end < size and (line[end].isalnum() or line[end] == "_"):
                plural = _plural_length(line, end)
                if not plural:
                    continue
            first, last = folded.original(start), folded.original(end + plural - 1) + 1
            for kind, term in self._terms[index]:
                if plural and (end - start < 4 or term.form not in _PLURAL_FORMS):
                    continue
                written = text[first : last - plural]
                is_hashtag = first > 0 and text[first - 1] == "#"
                yield Candidate(first, last, term, kind, is_hashtag, is_hashtag or _own_case(written, term.text))

    def _tags(self, text: str) -> Iterable[Candidate]:
        for match in _HASHTAG.finditer(text):
            body, start = match["body"], match.start("body")
            known = self._hashtags.get(squeeze(body))
            end = match.end("body")
            if known is None and (dated := _YEAR.match(body)):
                known = self._hashtags.get(squeeze(dated["stem"]))
            for kind, term in (known or {}).items():
                if len(body) >= 4 or term.match == "hashtag" or term.tier == "free":
                    yield Candidate(start, end, term, kind, is_hashtag=True, has_own_case=True)


def _plural_length(line: str, end: int) -> int:
    for ending in ("s", "es"):
        after = end + len(ending)
        if line.startswith(ending, end) and (after == len(line) or not (line[after].isalnum() or line[after] == "_")):
            return len(ending)
    return 0


def _own_case(written: str, form: str) -> bool:
    return written == form or squeeze(written, keep_case=True) == squeeze(form, keep_case=True) or written.isupper()


def longest(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Keep the longest of those that overlap, the leftmost of equals, and all that share one span; in text order."""
    taken = bytearray(max((c.end for c in candidates), default=0))
    spans: set[tuple[int, int]] = set()
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda c: (c.start - c.end, c.start, c.kind)):
        span = (candidate.start, candidate.end)
        if span in spans:
            kept.append(candidate)
        elif taken.find(1, *span) < 0:
            taken[candidate.start : candidate.end] = b"\1" * (candidate.end - candidate.start)
            spans.add(span)
            kept.append(candidate)
    return sorted(kept, key=lambda c: (c.start, c.end, c.kind))


@cache
def open_matcher(*kinds: str) -> Matcher:
    """Give the matcher of the shipped vocabulary for some kinds, compiled once a process."""
    return Matcher(load_vocabulary(), kinds)
