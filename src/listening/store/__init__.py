"""The restricted DuckDB store: migrations, idempotent writes."""
