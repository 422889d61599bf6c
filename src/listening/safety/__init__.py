"""Adverse events: the screen on raw text, booleans out."""
