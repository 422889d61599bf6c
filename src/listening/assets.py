"""Where the files that belong to the package lie: `data/`, `sql/`, `models/`.

In a checkout they stand beside `src/`; in a wheel they are inside the package, under `_assets/`.
"""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def asset(relative: str) -> Path:
    """Give the path of a shipped file or folder, such as `sql/schema` or `data/catalogue`.

    Raises:
        FileNotFoundError: The installation is incomplete.
    """
    for root in (_PACKAGE / "_assets", _PACKAGE.parents[1]):
        path = root / relative
        if path.exists():
            return path
    raise FileNotFoundError(f"asset {relative} is missing from this installation of listening")
