"""A folder for one ledger, and folder and server as places where the same must hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deskcollect.ledger.store import Ledger
from tests.ledger.builders import opened
from tests.ledger.servers import Database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a ledger that does not exist yet."""
    return tmp_path / "desk" / "ledger"


@dataclass(frozen=True)
class Place:
    """Where a ledger is kept; each opening is one more program that works on it."""

    opened: Callable[..., Ledger]


@pytest.fixture(params=["files", "server"])
def place(request: pytest.FixtureRequest) -> Place:
    """Return a place for a ledger, once in files and once on a server."""
    if request.param == "files":
        folder: Path = request.getfixturevalue("folder")

        def there(**fields: Any) -> Ledger:
            return opened(folder, **fields)

        return Place(there)
    made: Database = request.getfixturevalue("database")
    return Place(made.opened)
