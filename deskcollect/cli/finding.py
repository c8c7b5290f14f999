"""One thing that the doctor looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was found, and what to do where it is not well."""

    check: str
    state: State
    found: str
    remedy: str = ""


def well(check: str, found: str) -> Finding:
    """Return a finding that needs nothing."""
    return Finding(check, "ok", found)


def judged(check: str, found: str, *, good: bool, remedy: str, otherwise: State = "fail") -> Finding:
    """Return a finding that is well or not; the remedy shows only where it is needed."""
    return Finding(check, "ok", found) if good else Finding(check, otherwise, found, remedy)
