"""What the accounts that a card learns from say of its bins: how many fell into each, and the mean of the points."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from deskcollect.scoring.card import Bin

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Places = NDArray[np.intp]


def cuts(known: Numbers, count: int, few_values: int) -> list[float]:
    """Return where to cut a column: between all its values if they are few, else at quantiles."""
    distinct = np.unique(known)
    if len(distinct) <= few_values:
        return [float(cut) for cut in (distinct[1:] + distinct[:-1]) / 2.0]
    inner = np.quantile(known, np.linspace(0.0, 1.0, count + 1)[1:-1])
    rounded = np.unique(np.round(inner, 4))
    return [float(cut) for cut in rounded if distinct[0] < cut <= distinct[-1]]


def own_cuts(known: Numbers, count: int, few_values: int) -> list[float]:
    """Return where to cut a lender's own column, of which nobody says whether its numbers are whole: at whole ones if they are."""
    found = cuts(known, count, few_values)
    whole = bool((known == np.round(known)).all())
    return [float(cut) for cut in np.unique(np.ceil(found))] if whole else found


def places(bins: Sequence[Bin], column: Numbers) -> Places:
    """Return the number of the bin that each value falls into; an unknown one is in the last."""
    cuts = np.array([each.start for each in bins[1:]], np.float64)
    return np.searchsorted(cuts, column, side="right")


def neutral(bins: Sequence[Bin], column: Numbers, late: Flags) -> tuple[int, int]:
    """Return the mean points of the accounts whose value is known, one a segment."""
    means = []
    for which in (0, 1):
        group = column[(late == bool(which)) & ~np.isnan(column)]
        table = np.array([each.points[which] for each in bins])
        means.append(round(float(table[places(bins, group)].mean())) if len(group) else 0)
    return means[0], means[1]


def counted(bins: Sequence[Bin], column: Numbers, late: Flags, bad: Numbers) -> tuple[Bin, ...]:
    """Return the bins with the accounts that fell into each, and the bad ones among them."""
    known = ~np.isnan(column)
    where = places(bins, column)
    found = []
    for number, each in enumerate(bins):
        inside = [known & (where == number) & (late == bool(which)) for which in (0, 1)]
        counts, bads = ([int(of[group].sum()) for group in inside] for of in (np.ones(len(column)), bad))
        found.append(replace(each, counts=(counts[0], counts[1]), bads=(bads[0], bads[1])))
    return tuple(found)
