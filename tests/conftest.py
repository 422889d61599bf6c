"""What holds for all tests: the longest go first, so that no core waits for the last one alone; one address for servers."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: "e2e" not in item.keywords)


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    """Pytest-httpserver keeps one server a session: whoever starts it first decides for all, so it is decided here."""
    return ("127.0.0.1", 0)
