"""How well chances separate and match what happened, and how far two groups differ; one formula a function, in numpy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deskcollect.records import Quality

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_TINY = 1e-15


def quality(bad: ArrayLike, chance: ArrayLike) -> Quality:
    """Return all measures of one group; `bad` is 0 or 1, `chance` the predicted probability of 1.

    Errors: ValueError when the group is empty or holds one outcome only.
    """
    labels, chances = _checked(bad, chance)
    return Quality(
        n=len(labels),
        bad_rate=float(labels.mean()),
        auc=auc(labels, chances),
        ks=ks(labels, chances),
        brier=brier(labels, chances),
        log_loss=log_loss(labels, chances),
    )


def auc(bad: ArrayLike, chance: ArrayLike) -> float:
    """Return the chance that a bad account ranks above a good one, ties counted half (Mann-Whitney)."""
    labels, chances = _checked(bad, chance)
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
    labels, chances = _checked(bad, chance)
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
    labels, chances = np.asarray(bad, np.float64), np.clip(np.asarray(chance, np.float64), _TINY, 1.0 - _TINY)
    return float(-np.mean(labels * np.log(chances) + (1.0 - labels) * np.log1p(-chances)))


def calibration(bad: ArrayLike, chance: ArrayLike) -> tuple[float, float]:
    """Return slope and intercept of the outcome on the log odds of the chance; (1, 0) is perfect.

    Source: Cox (1958); logit P(bad) = intercept + slope · logit(chance), by Newton's method.
    """
    labels, chances = _checked(bad, chance)
    clipped = np.clip(chances, _TINY, 1.0 - _TINY)
    design = np.column_stack([np.log(clipped / (1.0 - clipped)), np.ones(len(labels))])
    beta = np.array([1.0, 0.0])
    for _ in range(50):
        fitted = 1.0 / (1.0 + np.exp(-np.clip(design @ beta, -40.0, 40.0)))
        gradient = design.T @ (labels - fitted)
        hessian = (design * (fitted * (1.0 - fitted))[:, None]).T @ design
        step = np.linalg.lstsq(hessian, gradient, rcond=None)[0]
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
    return float(beta[0]), float(beta[1])


def calibration_error(bad: ArrayLike, chance: ArrayLike, bands: int = 10) -> float:
    """Return the mean distance between chance and bad rate over bands of equal size (expected calibration error)."""
    labels, chances = _checked(bad, chance)
    order = np.argsort(chances, kind="stable")
    parts = [part for part in np.array_split(order, bands) if len(part)]
    return float(sum(len(part) * abs(labels[part].mean() - chances[part].mean()) for part in parts) / len(labels))


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


def _checked(bad: ArrayLike, chance: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both as arrays, or refuse a group that nothing can be measured on."""
    labels, chances = np.asarray(bad, np.float64), np.asarray(chance, np.float64)
    if labels.shape != chances.shape or not 0.0 < labels.sum() < labels.size:
        raise ValueError("judging needs as many chances as outcomes, and both outcomes among them")
    if not np.isfinite(chances).all():
        raise ValueError("judging needs a chance for every account")
    return labels, chances
