"""The recogniser classes, found by name: `policy.toml` lists `CareXRecognizer`, `care_x.py` holds it and no other."""

import re
from importlib import import_module
from typing import Any

from listening.privacy.policy import load_policy

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def module_name(recogniser: str) -> str:
    """Give the module of a recogniser: `CarePlaceRecognizer` is in `care_place`."""
    return _CAPITAL.sub("_", recogniser.removesuffix("Recognizer")).lower()


def recogniser_classes() -> tuple[type[Any], ...]:
    """Give every class that `policy.toml` names, in its order."""
    return tuple(
        getattr(import_module(f"{__package__}.{module_name(name)}"), name) for name in load_policy().recognizers
    )
