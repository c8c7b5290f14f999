"""How well chances separate and match what happened, and how far two groups differ; one formula a function, in numpy."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

TINY = 1e-15
_SINGULAR = 1e12


def auc(bad: ArrayLike, chance: ArrayLike) -> float:
    """Return the chance that a bad account ranks above a good one, ties counted half (Mann-Whitney)."""
    labels, chances = checked(bad, chance)
    _, place, counts = np.unique(chances, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2.0
    bads = labels.sum()
    goods = len(labels) - bads
    return float((middle[place][labels == 1].sum() - bads * (bads + 1) / 2.0) / (bads * goods))


def gini(bad: ArrayLike, chance: ArrayLike) -> float:
    """Return 2 AUC - 1."""
    return 2.0 * auc(bad, chance) - 1.0


def ks(bad: ArrayLike, chance: ArrayLike) -> float:
    """Return the largest distance between the cumulative shares of bad and good accounts (Kolmogorov-Smirnov)."""
    labels, chances = checked(bad, chance)
    values, place = np.unique(chances, return_inverse=True)
    bads = np.bincount(place, weights=labels, minlength=len(values))
    goods = np.bincount(place, weights=1.0 - labels, minlength=len(values))
    return float(np.abs(np.cumsum(bads) / bads.sum() - np.cumsum(goods) / goods.sum()).max())


def brier(bad: ArrayLike, chance: ArrayLike) -> float:
    """Return the mean squared distance between chance and outcome."""
    labels, chances = np.asarray(bad, np.float64), np.asarray(chance, np.float64)
    return float(np.mean((chances - labels) ** 2))


def log_loss(bad: ArrayLike, chance: ArrayLike) -> float:
    """Return the mean of -ln(chance given to what happened)."""
    labels, chances = np.asarray(bad, np.float64), np.clip(np.asarray(chance, np.float64), TINY, 1.0 - TINY)
    return float(-np.mean(labels * np.log(chances) + (1.0 - labels) * np.log1p(-chances)))


def calibration(bad: ArrayLike, chance: ArrayLike) -> tuple[float, float]:
    """Return slope and intercept of the outcome on the log odds of the chance; (1, 0) is perfect.

    Source: Cox (1958); logit P(bad) = intercept + slope · logit(chance).
    """
    found = recalibrated(bad, chance)
    return found.slope, found.intercept


@dataclass(frozen=True, slots=True)
class Recalibration:
    """A straight line through log odds. `variances` are those of slope and intercept, None where none can be told."""

    slope: float
    intercept: float
    variances: tuple[float, float] | None


def recalibrated(bad: ArrayLike, chance: ArrayLike) -> Recalibration:
    """Fit the outcome on the log odds of the chance by Newton's method.

    Nulls: no variances where all chances are one, or where some chance parts the good from the bad without a mistake:
    then no slope is better than a steeper one.
    """
    labels, chances = checked(bad, chance)
    clipped = np.clip(chances, TINY, 1.0 - TINY)
    design = np.column_stack([np.log(clipped / (1.0 - clipped)), np.ones(len(labels))])
    rate = labels.mean()  # from slope 0 the steps lead to the line, however far off the chances are
    beta, step = np.array([0.0, math.log(rate / (1.0 - rate))]), np.ones(2)
    hessian = np.zeros((2, 2))
    for _ in range(50):
        fitted = 1.0 / (1.0 + np.exp(-np.clip(design @ beta, -40.0, 40.0)))
        gradient = design.T @ (labels - fitted)
        hessian = (design * (fitted * (1.0 - fitted))[:, None]).T @ design
        step = np.linalg.lstsq(hessian, gradient, rcond=None)[0]
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
    settled = np.abs(step).max() < 1e-6 and np.linalg.cond(hessian) < _SINGULAR
    spread = np.diag(np.linalg.inv(hessian)) if settled else None
    variances = None if spread is None else (float(spread[0]), float(spread[1]))
    return Recalibration(float(beta[0]), float(beta[1]), variances)


def calibration_error(bad: ArrayLike, chance: ArrayLike, bands: int = 10) -> float:
    """Return the mean distance between chance and bad rate over bands of equal size (expected calibration error)."""
    labels, chances = checked(bad, chance)
    order = np.argsort(chances, kind="stable")
    parts = [part for part in np.array_split(order, bands) if len(part)]
    return float(sum(len(part) * abs(labels[part].mean() - chances[part].mean()) for part in parts) / len(labels))


def lift(bad: ArrayLike, chance: ArrayLike, share: float = 0.1) -> float:
    """Return how many times as many bad accounts stand among the riskiest share as among all.

    Accounts of one chance at the edge of the share count in part, so that the order of the file means nothing.
    """
    labels, chances = checked(bad, chance)
    return float((riskiest(chances, share) * labels).sum() / labels.sum() / share)


def riskiest(chances: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Return 1 for an account within the riskiest share, 0 for one outside; those of one chance at its edge share."""
    room = share * len(chances)
    edge = np.sort(chances)[::-1][min(math.ceil(room), len(chances)) - 1]
    above, level = chances > edge, chances == edge
    weights: NDArray[np.float64] = above + level * ((room - above.sum()) / level.sum())
    return weights


def gains(bad: ArrayLike, chance: ArrayLike, points: int = 101) -> NDArray[np.float64]:
    """Return the share of bad accounts found among the riskiest 0 % to 100 %, in steps of equal size.

    Accounts of one chance are found evenly.
    """
    labels, chances = checked(bad, chance)
    _, place, counts = np.unique(-chances, return_inverse=True, return_counts=True)
    seen = np.concatenate([[0.0], np.cumsum(counts) / len(labels)])
    found = np.concatenate([[0.0], np.cumsum(np.bincount(place, weights=labels)) / labels.sum()])
    curve: NDArray[np.float64] = np.interp(np.linspace(0.0, 1.0, points), seen, found)
    return curve


def psi(expected: ArrayLike, actual: ArrayLike) -> float:
    """Return the population stability index of two lists of counts per bin, half a count added to each bin.

    Formula: Σ (q - p) ln(q / p).
    Errors: ValueError when the lists differ in length or are empty.
    """
    before, after = np.asarray(expected, np.float64) + 0.5, np.asarray(actual, np.float64) + 0.5
    if before.shape != after.shape or before.size == 0:
        raise ValueError("PSI needs two lists of the same bins")
    p, q = before / before.sum(), after / after.sum()
    return float(np.sum((q - p) * np.log(q / p)))


def checked(bad: ArrayLike, chance: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both as arrays, or refuse a group that nothing can be measured on."""
    labels, chances = np.asarray(bad, np.float64), np.asarray(chance, np.float64)
    if labels.shape != chances.shape or not 0.0 < labels.sum() < labels.size:
        raise ValueError("judging needs as many chances as outcomes, and both outcomes among them")
    if not np.isfinite(chances).all():
        raise ValueError("judging needs a chance for every account")
    return labels, chances
