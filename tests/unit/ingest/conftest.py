import pytest
from units import make_tools

from listening.store.store import Store


@pytest.fixture
def tools(tmp_path):
    with Store.open(tmp_path / "restricted.duckdb") as store:
        yield make_tools(store, tmp_path)
