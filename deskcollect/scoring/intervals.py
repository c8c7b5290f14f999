"""How sure each measure is: intervals of 95 % by formula, so that the same accounts always give the same interval.

An interval speaks of accounts like those judged, drawn by chance. It knows nothing of another year or another lender.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from deskcollect.records import Band, Figure
from deskcollect.scoring import validate

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]

Z = 1.959963984540054  # of the normal distribution, 2.5 % on either side
TOP = 0.1  # the share of accounts that the lift looks at
BANDS = 10
_FINE = 1e-12


def measured(bad: ArrayLike, chance: ArrayLike) -> dict[str, Figure | None]:
    """Return every measure of one group with its interval; `bad` is 0 or 1, `chance` the predicted probability of 1.

    Nulls: slope and intercept where no line can be told, as where all chances are one.
    Errors: ValueError when the group is empty or holds one outcome only.
    """
    slope, intercept = calibration(bad, chance)
    area = auc(bad, chance)
    return {
        "auc": area,
        "gini": Figure(*(2.0 * edge - 1.0 for edge in (area.value, area.low, area.high))),
        "ks": ks(bad, chance),
        "lift": lift(bad, chance),
        "brier": _mean(_squares(bad, chance)),
        "log_loss": _mean(losses(bad, chance)),
        "slope": slope,
        "intercept": intercept,
    }


def differences(bad: ArrayLike, first: ArrayLike, second: ArrayLike) -> dict[str, Figure]:
    """Return what the first card has more than the second on the same accounts: AUC, Brier, log-loss.

    Each account is its own yardstick, so the interval is far smaller than those of two groups.

    Source: DeLong, DeLong & Clarke-Pearson, Biometrics 44:837 (1988) for the area; else the mean of the differences of
    single accounts with its standard error.
    """
    labels, one = validate.checked(bad, first)
    _, other = validate.checked(bad, second)
    area = validate.auc(labels, one) - validate.auc(labels, other)
    ours, theirs = _placements(labels, one), _placements(labels, other)
    error = math.sqrt(sum(_variance(mine - its) for mine, its in zip(ours, theirs, strict=True)))
    return {
        "auc": Figure(area, area - Z * error, area + Z * error),
        "brier": _difference(_squares(labels, one) - _squares(labels, other)),
        "log_loss": _difference(losses(labels, one) - losses(labels, other)),
    }


def auc(bad: ArrayLike, chance: ArrayLike) -> Figure:
    """Return the area under the curve; its interval is taken on the log odds, so that it stays within 0 and 1.

    Source: DeLong et al. (1988); the log odds as in Pepe, Statistical Evaluation of Medical Tests (2003), 5.2. Where the
    area is 0 or 1, or an outcome stands there once, DeLong knows no spread: then Newcombe, Statistics in Medicine
    25:559 (2006), method 5.
    """
    labels, chances = validate.checked(bad, chance)
    area = validate.auc(labels, chances)
    bads = int(labels.sum())
    goods = len(labels) - bads
    spread = sum(_variance(places) for places in _placements(labels, chances))
    if min(bads, goods) == 1 or spread < _FINE or not 0.0 < area < 1.0:
        return _newcombe(area, bads, goods)
    return _on_log_odds(area, math.sqrt(spread))


def ks(bad: ArrayLike, chance: ArrayLike) -> Figure:
    """Return the Kolmogorov-Smirnov distance; the cut at which it is largest is taken as given.

    Source: Newcombe, Statistics in Medicine 17:873 (1998), method 10, for the difference of two shares; for this measure
    Shan, PLoS ONE 10:e0127272 (2015). Small groups show too large a distance: the cut is chosen after the fact.
    """
    labels, chances = validate.checked(bad, chance)
    values, place = np.unique(chances, return_inverse=True)
    bads, goods = (np.bincount(place, weights=of, minlength=len(values)).cumsum() for of in (labels, 1.0 - labels))
    apart = goods / goods[-1] - bads / bads[-1]
    at = int(np.abs(apart).argmax())
    upper, lower = (goods, bads) if apart[at] >= 0.0 else (bads, goods)
    high, low = (wilson(float(of[at]), float(of[-1])) for of in (upper, lower))
    found = abs(float(apart[at]))
    down = math.hypot(high.value - high.low, low.high - low.value)
    up = math.hypot(high.high - high.value, low.value - low.low)
    return Figure(found, max(0.0, found - down), min(1.0, found + up))


def lift(bad: ArrayLike, chance: ArrayLike, share: float = TOP) -> Figure:
    """Return the lift among the riskiest share.

    The edge of the share moves with the accounts; an account there counts as much as it is likely to be bad.

    Source: Jiang & Zhao, Journal of the American Statistical Association 110:1717 (2015); Ash & Hughes-Oliver, Journal of Cheminformatics 14:50 (2022).
    """
    labels, chances = validate.checked(bad, chance)
    within = validate.riskiest(chances, share)
    bads = labels.sum()
    found = float((within * labels).sum() / bads)
    around = validate.riskiest(chances, min(1.0, 1.5 * share)) - validate.riskiest(chances, 0.5 * share)
    local = float((around * labels).sum() / around.sum())
    parts = (labels * (within - found) - local * (within - share)) / labels.mean()
    error = math.sqrt(float((parts**2).sum())) / len(labels)
    if 0.0 < found < 1.0 and error > _FINE:
        caught = _on_log_odds(found, error)
    else:
        caught = wilson(found * float(bads), float(bads))
    return Figure(*(min(edge / share, 1.0 / share) for edge in (caught.value, caught.low, caught.high)))


def calibration(bad: ArrayLike, chance: ArrayLike) -> tuple[Figure | None, Figure | None]:
    """Return slope and intercept of `validate.calibration`, with the standard errors of maximum likelihood."""
    found = validate.recalibrated(bad, chance)
    if found.variances is None:
        return None, None
    pairs = zip((found.slope, found.intercept), map(math.sqrt, found.variances), strict=True)
    slope, intercept = (Figure(value, value - Z * error, value + Z * error) for value, error in pairs)
    return slope, intercept


def bands(bad: ArrayLike, chance: ArrayLike, count: int = BANDS) -> tuple[Band, ...]:
    """Return groups of about equal size in rising order of chance; accounts of one chance stay together."""
    labels, chances = validate.checked(bad, chance)
    which = ((_midranks(chances) - 0.5) / len(chances) * count).astype(int)
    found = []
    for number in np.unique(which):
        inside = which == number
        size = int(inside.sum())
        found.append(Band(size, float(chances[inside].mean()), wilson(float(labels[inside].sum()), float(size))))
    return tuple(found)


def wilson(part: float, whole: float) -> Figure:
    """Return a share with its score interval.

    Source: Wilson, Journal of the American Statistical Association 22:209 (1927).
    """
    share = part / whole
    middle = (share + Z * Z / (2.0 * whole)) / (1.0 + Z * Z / whole)
    half = Z * math.sqrt(share * (1.0 - share) / whole + Z * Z / (4.0 * whole * whole)) / (1.0 + Z * Z / whole)
    return Figure(share, min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half)))


def _placements(labels: Numbers, chances: Numbers) -> tuple[Numbers, Numbers]:
    """Return for each bad account the share of good ones it ranks above, for each good one that of bad ones above it."""
    bads, goods = chances[labels == 1.0], chances[labels == 0.0]
    whole = _midranks(np.concatenate([bads, goods]))
    above = (whole[: len(bads)] - _midranks(bads)) / len(goods)
    below = 1.0 - (whole[len(bads) :] - _midranks(goods)) / len(bads)
    return above, below


def _midranks(values: Numbers) -> Numbers:
    """Return ranks from 1; equal values share the middle of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle: Numbers = (np.cumsum(counts) - (counts - 1) / 2.0)[place]
    return middle


def _variance(values: Numbers) -> float:
    """Return the variance of a mean, 0 where one value cannot tell."""
    return float(values.var(ddof=1)) / len(values) if len(values) > 1 else 0.0


def _on_log_odds(share: float, error: float) -> Figure:
    """Return a share with an interval that is even on its log odds."""
    half = Z * error / (share * (1.0 - share))
    middle = math.log(share / (1.0 - share))
    low, high = (1.0 / (1.0 + math.exp(-min(max(edge, -700.0), 700.0))) for edge in (middle - half, middle + half))
    return Figure(share, low, high)


def _newcombe(area: float, bads: int, goods: int) -> Figure:
    """Return the areas that lie no further from the found one than their own spread allows."""

    def beyond(other: float) -> bool:
        free = (bads + goods) / 2.0 - 1.0
        shape = (1.0 - other) / (2.0 - other) + other / (1.0 + other)
        return (area - other) ** 2 > Z * Z * other * (1.0 - other) * (1.0 + free * shape) / (bads * goods)

    def edge(out: float) -> float:
        within = area
        for _ in range(60):
            middle = (within + out) / 2.0
            within, out = (within, middle) if beyond(middle) else (middle, out)
        return within

    return Figure(area, edge(0.0), edge(1.0))


def _squares(bad: ArrayLike, chance: ArrayLike) -> Numbers:
    """Return each account's part of the Brier score."""
    labels, chances = validate.checked(bad, chance)
    return (chances - labels) ** 2


def losses(bad: ArrayLike, chance: ArrayLike) -> Numbers:
    """Return each account's part of the log-loss."""
    labels, chances = validate.checked(bad, chance)
    found: Numbers = -np.log(np.clip(np.where(labels == 1.0, chances, 1.0 - chances), validate.TINY, 1.0))
    return found


def _mean(parts: Numbers) -> Figure:
    """Return the mean of parts that are never below zero, its interval even on the logarithm."""
    mean = float(parts.mean())
    if mean <= _FINE:
        return Figure(mean, mean, mean)
    wide = math.exp(Z * math.sqrt(_variance(parts)) / mean)
    return Figure(mean, mean / wide, mean * wide)


def _difference(parts: Numbers) -> Figure:
    """Return the mean of differences."""
    mean, half = float(parts.mean()), Z * math.sqrt(_variance(parts))
    return Figure(mean, mean - half, mean + half)
