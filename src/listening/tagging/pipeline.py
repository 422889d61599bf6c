"""Build the pipeline from its configuration, and name exactly what it is made of."""

import hashlib
from functools import cache
from pathlib import Path

from spacy.language import Language
from spacy.util import load_config, load_model_from_config

from listening.assets import asset

# Importing the modules registers their factories with spaCy.
from listening.tagging import abbreviations, adverse_event, assertion, gazetteer, resolver, rules, topics

COMPONENTS = (gazetteer, resolver, abbreviations, assertion, rules, adverse_event, topics)
CONFIG = "models/tagging/config.cfg"


def build_pipeline() -> Language:
    """Give the pipeline of `models/tagging/config.cfg`, its vocabulary compiled."""
    return load_model_from_config(load_config(asset(CONFIG)), auto_fill=True)


@cache
def pipeline_version() -> str:
    """Give 12 hex digits of the SHA-256 of the configuration and of the code that a tag depends on."""
    here = Path(__file__).resolve().parent
    sources = [*sorted(here.glob("*.py")), *sorted((here.parent / "vocabulary").glob("*.py")), asset(CONFIG)]
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
