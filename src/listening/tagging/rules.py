"""Component `listening_rules`: content types by link, hint and form; congresses by acronym and year; everything else as found."""

import re
from collections.abc import Iterator
from dataclasses import replace

from spacy.language import Language
from spacy.tokens import Doc

from listening.posts import Kind, Mention
from listening.tagging.cues import UNITS
from listening.tagging.draft import Draft, draft_of
from listening.tagging.sites import TYPE_BY_HINT, type_of_link
from listening.vocabulary import Vocabulary, load_vocabulary
from listening.vocabulary.spelling import hide

FIRST_YEAR, LAST_YEAR = 2010, 2035
"""Years a congress is believed to be of, where the post's own year is not known."""
YEARS_APART = 1
"""How far a congress's year may lie from the post's."""
SCORE_BY_LINK = 1.0
SCORE_BY_FORM = 0.8

_URL = re.compile(r"(?:https?://)?(?:www\.)?(?P<host>[\w-]+(?:\.[\w-]+)+)(?P<path>/\S*)?", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_PMID = re.compile(r"pubmed(?:\.ncbi\.nlm\.nih\.gov)?/\d+|ncbi\.nlm\.nih\.gov/pubmed|PMID:?\s?\d{5,}", re.IGNORECASE)
_NCT = re.compile(r"\bNCT\d{8}\b")
_CASE = re.compile(r"\b\d{1,2}[\s-]?(?:y/?o|yr[\s-]?old|year[\s-]old|[MF])\b", re.IGNORECASE)
_THREAD = re.compile(r"(?:^|\s)\(?1/(?:\d{1,2}|n|x)?\)?(?=\s|$)|🧵")
_ASKS = re.compile(
    r"(?:^|[.!?\n]\s*)(?:who|what|when|where|why|how|which|does|do|did|is|are|can|could|should|would|any|anyone|has|have)\b"
    r"[^.!?\n]{5,300}\?",
    re.IGNORECASE,
)
_FORMS = (
    (_CASE, "content_type:patient-case"),
    (_THREAD, "content_type:thread"),
    (_ASKS, "content_type:question"),
)


class Rules:
    """Turns what was found into mentions, and adds what needs a rule of its own."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Build the congress pattern from the vocabulary's acronyms, blocked ones too: a year settles what they mean."""
        self._vocabulary = vocabulary
        events = {c.concept_id for c in vocabulary.of_kind("event")}
        self._event_by_acronym = {
            t.text: t.concept_id for t in vocabulary.terms if t.concept_id in events and t.form == "abbr"
        }
        names = "|".join(map(re.escape, sorted(self._event_by_acronym, key=lambda n: (-len(n), n))))
        self._congress = re.compile(
            rf"(?<![\w@])(?P<name>{names})(?P<gap>[\s'\u2019-]{{0,2}})(?P<year>(?:20)?\d\d)(?!\w)"
        )

    def __call__(self, doc: Doc) -> Doc:
        """Write one document's mentions, adverse events and topics left out."""
        draft = draft_of(doc)
        for found in draft.found:
            if found.candidate.kind in {"adverse_event", "topic"}:
                continue
            candidate = found.candidate
            mention = self._mention(
                candidate.kind, candidate.concept_id, candidate.start, candidate.end, found.score, found.evidence
            )
            if found.assertion == "family":
                mention = replace(mention, is_negated=True, evidence="family")
            elif found.assertion == "negated":
                mention = replace(mention, is_negated=True)
            draft.mentions.append(mention)
        text = doc.text
        shown = hide(text, text)
        draft.mentions += self._congresses(shown, draft)
        draft.mentions += self._forms(shown)
        draft.mentions += self._content_types(text, draft)
        return doc

    def _mention(
        self, kind: str, concept_id: str, start: int | None, end: int | None, score: float, evidence: str
    ) -> Mention:
        known: Kind = kind  # type: ignore[assignment]  # the vocabulary's kinds are these
        return Mention(
            known, concept_id, self._vocabulary.concepts[concept_id].label, start, end, score, evidence=evidence
        )

    def _congresses(self, text: str, draft: Draft) -> Iterator[Mention]:
        for match in self._congress.finditer(text):
            year = int(match["year"][-2:]) + 2000
            near = abs(year - draft.year) <= YEARS_APART if draft.year else FIRST_YEAR <= year <= LAST_YEAR
            following = re.match(r"\s*([A-Za-z%]+)", text[match.end() :])
            measured = len(match["year"]) == 2 and following is not None and following[1].lower() in UNITS
            if near and not measured:
                concept_id = self._event_by_acronym[match["name"]]
                yield self._mention("event", concept_id, match.start(), match.end(), 1.0, "congress-year")

    def _content_types(self, text: str, draft: Draft) -> Iterator[Mention]:
        for link in draft.links:
            known = type_of_link(
                link.domain, has_doi=link.doi is not None, has_pmid=link.pmid is not None, has_nct=link.nct is not None
            )
            if known:
                yield self._mention("content_type", known, None, None, SCORE_BY_LINK, "link")
        for hint in draft.content_hints:
            if hint in TYPE_BY_HINT:
                yield self._mention("content_type", TYPE_BY_HINT[hint], None, None, SCORE_BY_LINK, "hint")
        if "." in text or "NCT" in text:
            yield from self._written_links(text)

    def _forms(self, text: str) -> Iterator[Mention]:
        for pattern, concept_id in _FORMS:
            if match := pattern.search(text):
                start = match.start() + len(match[0]) - len(match[0].lstrip(".!?\n "))
                yield self._mention("content_type", concept_id, start, match.end(), SCORE_BY_FORM, "form")

    def _written_links(self, text: str) -> Iterator[Mention]:
        for match in _URL.finditer(text):
            whole, host = match[0], match["host"].lower()
            known = type_of_link(
                ".".join(host.split(".")[-3 if host.endswith(".co.uk") else -2 :]),
                has_doi=bool(_DOI.search(whole)),
                has_pmid=bool(_PMID.search(whole)),
                has_nct=bool(_NCT.search(whole)),
            )
            if known:
                yield self._mention("content_type", known, match.start(), match.end(), SCORE_BY_LINK, "link")
        if trial := _NCT.search(text):
            concept_id = "content_type:trial-registration"
            yield self._mention("content_type", concept_id, trial.start(), trial.end(), SCORE_BY_LINK, "identifier")


@Language.factory("listening_rules")
def make_rules(nlp: Language, name: str) -> Rules:  # noqa: ARG001 spaCy hands both over by name
    """Make the component over the shipped vocabulary."""
    return Rules(load_vocabulary())
