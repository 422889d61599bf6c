"""What holds for all tests: the longest go first, so that no core waits for the last one alone."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: "e2e" not in item.keywords)
