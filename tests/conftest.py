"""What holds for all tests, and the server that those of several rooms share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ledger.servers import Database, PostgreSQL

# A busy machine is no defect of the code, and a run that cannot be repeated is no test.
settings.register_profile("deskcollect", deadline=None, derandomize=True)
settings.load_profile("deskcollect")

# What these drive is proved by what a person sees and finds on the disk; to trace every line meanwhile takes half as long again.
UNTRACED = ("tui", "privacy")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure no coverage where whole programs are driven."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and item.path.relative_to(here).parts[0] in UNTRACED:
            item.add_marker("no_cover")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """Start a PostgreSQL. Where none can be started the test fails."""
    from tests.ledger import servers  # tests that need no server do not wait for its driver

    with servers.running() as started:
        yield started


@pytest.fixture
def database(postgresql: PostgreSQL) -> Iterator[Database]:
    """Return the ledger of a team that holds nothing yet."""
    with postgresql.database() as made:
        yield made
