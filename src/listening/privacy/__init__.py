"""Gate 1: recognisers, policy, operators; nothing personal gets through, and medicine does."""
