"""Open HCP social listening: what drives what healthcare professionals say, without holding personal data."""

__version__ = "0.1.0"
