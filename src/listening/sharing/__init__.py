"""Gate 2: small cells suppressed, insights published by atomic rename, read-only queries."""
