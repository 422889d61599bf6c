"""Collectors: one module per protocol, all speaking `Collector` (`listening.collect.base`)."""
