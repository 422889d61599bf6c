"""Prefect flows: they name steps and compute nothing."""
