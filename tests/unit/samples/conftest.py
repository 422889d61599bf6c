from datetime import UTC, datetime

import pytest

from listening.samples.generate import generate


@pytest.fixture(scope="session")
def sample():
    """A middle-sized sample: large enough for every driver, small enough to be made once in a second."""
    return generate(seed=11, posts=2400, days=60, now=datetime(2026, 11, 22, 9, 30, tzinfo=UTC))
