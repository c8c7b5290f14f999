"""How much a recorded fact weighs, learnt from what became of the accounts with the card's log odds held fixed.

Added one by one from their bad rates, facts that go together, or that the card knows already, count twice: on real call
outcomes that was worse than doing nothing. With the card as offset each says only what it adds.

Source: maximum a posteriori logistic regression, each weight N(prior, 0.5²), none against the sign of its prior.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, special

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

SPREAD = 0.5
"""Standard deviation of a weight around its prior, and of the level around 0, in log odds."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What the facts weigh, in log odds of paying, and by how much the level of the chances moves, in log odds of default."""

    level: float
    weights: tuple[float, ...]


def fit(offset: Numbers, strengths: Numbers, bad: Numbers, priors: Sequence[float], *, bound: float) -> Weights:
    """Return the weights that the outcomes speak for; without outcomes the priors.

    Log odds of default are offset + level - strengths · weights. A weight keeps the sign of its prior, one of 0 stays 0.

    Args:
        offset: The card's log odds of default, one an outcome.
        strengths: What was left of each fact when the outcome was foretold, one row an outcome, one column a fact.
        bad: 1 where the account went bad, else 0.
        priors: The weights to begin from.
        bound: The largest weight.
    """
    held = np.asarray(priors, np.float64)
    centre = np.concatenate([[0.0], held])
    design = np.column_stack([np.ones(len(offset)), -strengths.reshape(len(offset), len(held))])

    def loss(found: Numbers) -> tuple[float, Numbers]:
        """Return minus the log of the posterior and its gradient."""
        z = offset + design @ found
        away = (found - centre) / SPREAD**2
        value = float((np.logaddexp(0.0, z) - bad * z).sum() + (away * (found - centre)).sum() / 2)
        return value, design.T @ (special.expit(z) - bad) + away

    bounds = [(None, None), *((min(0.0, np.sign(w)) * bound, max(0.0, np.sign(w)) * bound) for w in held)]
    options = {"maxiter": 1000, "ftol": 1e-13, "gtol": 1e-9}
    found = optimize.minimize(loss, centre, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x
    return Weights(float(found[0]), tuple(float(w) for w in found[1:]))
