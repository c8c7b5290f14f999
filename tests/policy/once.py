"""Policies are loaded by the hundred in tests, nearly all of whose conditions are the shipped ones: each is compiled once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from deskcollect.policy import load
from deskcollect.policy.condition import compile_condition


@pytest.fixture(scope="package", autouse=True)
def conditions_are_compiled_once() -> Iterator[None]:
    """Keep what was compiled; what was refused is refused anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "compile_condition", cache(compile_condition))
        yield
