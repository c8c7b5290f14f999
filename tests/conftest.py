"""What holds for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import settings

from deskcollect.policy import load
from deskcollect.policy.condition import compile_condition

# A busy machine is no defect of the code, and a run that cannot be repeated is no test.
settings.register_profile("deskcollect", deadline=None, derandomize=True)
settings.load_profile("deskcollect")


@pytest.fixture(scope="session", autouse=True)
def _conditions_are_compiled_once() -> Iterator[None]:
    """Keep what was compiled; what was refused is refused anew.

    Tests load policies by the thousand, nearly all of whose conditions are the shipped ones, and compiling them takes longer
    than most of what is done with them.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "compile_condition", cache(compile_condition))
        yield
