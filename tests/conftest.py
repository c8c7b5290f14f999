"""What holds for all tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import settings

if TYPE_CHECKING:
    import pytest

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
