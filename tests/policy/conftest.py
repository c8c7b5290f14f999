"""What the tests of policies share."""

from __future__ import annotations

from tests.policy.once import conditions_are_compiled_once

__all__ = ["conditions_are_compiled_once"]
