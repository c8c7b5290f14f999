"""The shipped policies, read once."""

from __future__ import annotations

import pytest

from deskcollect.policy.load import load
from deskcollect.policy.model import Policies


@pytest.fixture(scope="session")
def policies() -> Policies:
    """Return the shipped policies."""
    return load()
