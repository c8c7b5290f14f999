"""A folder for one ledger."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a ledger that does not exist yet."""
    return tmp_path / "desk" / "ledger"
