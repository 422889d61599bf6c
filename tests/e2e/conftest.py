import pytest
from desk import Desk


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path / "home", capsys)
