"""One spaCy pass and one Presidio analysis over it: texts in, findings out. Raw text stays in the memory of the call."""

import threading
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from time import perf_counter
from typing import Any

from listening.privacy.finding import Finding
from listening.privacy.pipeline import MODEL, OWN, is_doubtful, open_pipeline
from listening.privacy.policy import Policy
from listening.privacy.recognizers import recogniser_classes
from listening.privacy.recognizers.base import Facts
from listening.privacy.recognizers.own_spans import BASE_SPANS, OWN_SPANS
from listening.privacy.timing import Timings, book

_ID_KEY = "recognizer_identifier"
_SURE = 0.5
_BATCH = 64
_WINDOW = 6_000
_OVERLAP = 300
"""Long texts are read in windows: Presidio's context search is quadratic in the length of a text."""


def build_analyzer(policy: Policy, language: str) -> Any:
    """Build a Presidio `AnalyzerEngine` with exactly the recognisers that the policy switches on for a language.

    To Presidio every engine is an English one: which language it reads is decided by its pipeline and its recognisers.
    """
    import tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine

    # Without this the first e-mail or URL makes tldextract fetch the suffix list from the network.
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    engine = SpacyNlpEngine(
        models=[{"lang_code": "en", "model_name": MODEL}],
        ner_model_configuration=NerModelConfiguration(labels_to_ignore=[], model_to_presidio_entity_mapping={}),
    )
    engine.nlp = {"en": open_pipeline(policy.languages[language].base_model)}  # type: ignore[assignment]  # Presidio declares it as None
    registry = RecognizerRegistry(supported_languages=["en"])
    for recogniser in recogniser_classes():
        if policy.recognizers[recogniser.__name__].reads(language):
            registry.add_recognizer(recogniser())

    # `log_decision_process` would log every token of a post; it is off by default and stays off.
    class FixedAnalyzer(AnalyzerEngine):
        """Presidio's analyzer over a fixed set: lists nothing anew for each text, and asks no recogniser for context."""

        def get_supported_entities(self, language: str | None = None) -> list[str]:
            del language
            return supported

        def _enhance_using_context(
            self, text: str, raw_results: list[Any], nlp_artifacts: Any, recognizers: list[Any], context: Any = None
        ) -> list[Any]:
            if not raw_results:
                return raw_results
            enhancer = self.context_aware_enhancer
            return list(enhancer.enhance_using_context(text, raw_results, nlp_artifacts, recognizers, context))

    supported = sorted({line.entity for line in policy.recognizers.values() if line.reads(language)})
    return FixedAnalyzer(
        registry=registry,
        nlp_engine=engine,
        supported_languages=["en"],
        default_score_threshold=policy.threshold,
        context_aware_enhancer=_enhancer(),
    )


def _enhancer() -> Any:
    """Give Presidio's context search, kept to the results it can change: it copies each one deeply."""
    from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer

    class SparseEnhancer(LemmaContextAwareEnhancer):
        def enhance_using_context(
            self, text: str, raw_results: list[Any], nlp_artifacts: Any, recognizers: list[Any], context: Any = None
        ) -> list[Any]:
            with_context = {recogniser.id for recogniser in recognizers if recogniser.context}
            weak = [r for r in raw_results if r.score < _SURE and r.recognition_metadata[_ID_KEY] in with_context]
            if not weak:
                return raw_results
            rest = [r for r in raw_results if r.score >= _SURE or r.recognition_metadata[_ID_KEY] not in with_context]
            enhanced = super().enhance_using_context(text, weak, nlp_artifacts, recognizers, context)
            return [*rest, *enhanced]

    return SparseEnhancer()


def artifacts_of(analyzer: Any, doc: Any, language: str = "en") -> Any:
    """Wrap a spaCy `Doc` as Presidio's `NlpArtifacts`.

    Lower-case tokens stand for lemmas: the lemmatiser is dropped, and with empty lemmas no context word would ever lift
    a score. The entities stay out, since the base-model recognisers read them from the `Doc`.
    """
    return _artifacts_class()(doc, analyzer.nlp_engine, language)


@cache
def _artifacts_class() -> type[Any]:
    from presidio_analyzer.nlp_engine import NlpArtifacts

    class LazyArtifacts(NlpArtifacts):
        """Lists tokens only when the context search asks for them: most texts hold no weak result."""

        def __init__(self, doc: Any, nlp_engine: Any, language: str) -> None:
            self.entities: list[Any] = []
            self.scores: list[float] = []
            self.tokens = doc
            self.nlp_engine = nlp_engine
            self.language = language

        @cached_property
        def facts(self) -> Facts:
            return Facts(self.tokens.text, self.language)

        @cached_property
        def tokens_indices(self) -> list[int]:  # type: ignore[override]  # lazy on purpose
            return [token.idx for token in self.tokens]

        @cached_property
        def lemmas(self) -> list[str]:  # type: ignore[override]
            return [token.lower_ for token in self.tokens]

        @cached_property
        def keywords(self) -> list[str]:  # type: ignore[override]
            return list(self.set_keywords(self.nlp_engine, self.lemmas, "en"))

    return LazyArtifacts


class Engine:
    """Analyses batches. Safe to share between threads: spaCy's string store is not, so one lock guards the pass."""

    def __init__(self, policy: Policy, language: str = "en") -> None:
        """Load the models and the recognisers of a language."""
        self._analyzer = build_analyzer(policy, language)
        self._nlp = self._analyzer.nlp_engine.nlp["en"]
        self._language = language
        self._has_own = self._nlp.has_pipe(OWN)
        self._base = self._nlp.get_pipe("ner")
        self._ask = policy.base_model
        self._lock = threading.Lock()

    def analyse(self, texts: Sequence[str], timings: Timings | None = None) -> list[list[Finding]]:
        """Give the findings of each text, sorted by place; `texts` are normalised. Time is booked in `timings`.

        Words of posts live in spaCy's string store only while the call runs (`memory_zone`).
        """
        windows = [(index, start, part) for index, text in enumerate(texts) for start, part in _windows(text)]
        found: list[list[Finding]] = [[] for _ in texts]
        with self._lock, self._nlp.memory_zone():
            started = perf_counter()
            docs = list(self._nlp.pipe((part for _, _, part in windows), batch_size=_BATCH))
            started = book(timings, "tokens, own model", started)
            self._second_opinion(docs)
            started = book(timings, "base model", started)
            for (index, offset, part), doc in zip(windows, docs, strict=True):
                found[index].extend(self._findings(part, doc, offset))
            book(timings, "recognisers", started)
        return [sorted(set(findings)) for findings in found]

    def _second_opinion(self, docs: Sequence[Any]) -> None:
        """Put the own model's entities aside and let the base model read the same tokens where a doubt is left."""
        if not self._has_own:
            for doc in docs:
                doc.spans[BASE_SPANS] = list(doc.ents)
            return
        asked = []
        for doc in docs:
            doc.spans[OWN_SPANS] = list(doc.ents)
            if self._ask == "always" or (self._ask == "doubt" and is_doubtful(doc)):
                doc.set_ents([], default="missing")
                asked.append(doc)
        if asked:
            self._base.set_annotations(asked, self._base.predict(asked))
            for doc in asked:
                doc.spans[BASE_SPANS] = list(doc.ents)

    def _findings(self, text: str, doc: Any, offset: int) -> Iterator[Finding]:
        results = self._analyzer.analyze(
            text,
            language="en",
            nlp_artifacts=artifacts_of(self._analyzer, doc, self._language),
            return_decision_process=True,
        )
        for result in results:
            explanation = result.analysis_explanation
            yield Finding(
                start=result.start + offset,
                end=result.end + offset,
                entity_type=result.entity_type,
                score=round(min(float(result.score), 1.0), 4),
                score_before_context=round(float(explanation.original_score), 4),
                recognizer=explanation.recognizer,
                pattern=explanation.pattern_name,
            )


def _windows(text: str) -> Iterator[tuple[int, str]]:
    """Cut a long text at white space into overlapping windows: (offset, part)."""
    if len(text) <= _WINDOW:
        yield 0, text
        return
    start = 0
    while start < len(text):
        end = min(start + _WINDOW, len(text))
        if end < len(text):
            end = (
                max(text.rfind(" ", start + _WINDOW // 2, end), text.rfind("\n", start + _WINDOW // 2, end)) + 1 or end
            )
        yield start, text[start:end]
        if end == len(text):
            return
        back = text.find(" ", max(start + 1, end - _OVERLAP), end)
        start = back + 1 if back > start else end
