"""All recognisers of gate 1, one file each; `policy.toml` has a line for every one and switches it."""

from listening.privacy.recognizers.registry import recogniser_classes

__all__ = ["recogniser_classes"]
