"""Save a trained pipeline without the words it was trained on."""

import shutil
from pathlib import Path
from typing import Any

import spacy
import srsly


def save(nlp: Any, folder: Path, meta: dict[str, Any]) -> None:
    """Write the weights and labels of `own_ner` alone.

    spaCy writes every string its vocabulary ever saw; here the string store, vectors and look-up tables stay out. The
    base model's tokeniser and vocabulary take their place when it is loaded.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pipe = nlp.get_pipe("own_ner")
    pipe.to_disk(folder, exclude=["vocab"])
    srsly.write_json(
        folder / "meta.json",
        {"labels": sorted(pipe.labels), "moves": list(pipe.move_names), "spacy": spacy.__version__, **meta},
    )
