"""Book time on layers, where somebody measures."""

from time import perf_counter

Timings = dict[str, float]
"""Seconds by layer."""


def book(timings: Timings | None, layer: str, started: float) -> float:
    """Add the time since `started` to a layer, unless nobody measures, and give the instant."""
    now = perf_counter()
    if timings is not None:
        timings[layer] = timings.get(layer, 0.0) + now - started
    return now
