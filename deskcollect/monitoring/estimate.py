"""How long restrictions lasted at this desk."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import quantiles
from typing import TYPE_CHECKING

from deskcollect.vocabulary import RestrictionState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deskcollect.monitoring.restrictions import Restriction

LEAST = 10
"""Lifted cases below which no number is told: the quartiles of nine cases are two of them."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Days from coming into force to the lift: median and quartiles; None below `LEAST` cases.

    `count` are the lifted cases of the reason, `running` those still in force: where they are many, the lifted ones are
    the quick ones, and the days are too few.
    """

    count: int
    running: int
    median: int | None = None
    low: int | None = None
    high: int | None = None


def estimate(known: Iterable[Restriction], reason: str) -> Estimate:
    """Return how long the desk's own cases of a reason lasted."""
    like = [each for each in known if each.reason == reason]
    lifted = [each for each in like if each.state is RestrictionState.LIFTED and each.since and each.lifted_on]
    running = sum(each.in_force for each in like)
    if len(lifted) < LEAST:
        return Estimate(len(lifted), running)
    days = [(each.lifted_on - each.since).days for each in lifted if each.since and each.lifted_on]
    low, middle, high = (round(value) for value in quantiles(days, n=4, method="inclusive"))
    return Estimate(len(lifted), running, middle, low, high)
