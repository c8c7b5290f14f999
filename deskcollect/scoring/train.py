"""Fit a two-segment points card; the only place that imports scikit-learn.

The form: steps `value >= cut` for every feature, the same steps for the accounts past due only and for the others
only, one L1 logistic regression over all of them. L1 on steps merges neighbouring bins by itself; the steps of one
segment are the one interaction that matters. Steps whose sign contradicts the declared direction are dropped until
none is left, so that paying more never costs points. The result is exactly a table of points per bin and segment.

Pitfalls met: `penalty="l1"` is deprecated, `l1_ratio=1.0` is its successor; liblinear is random and penalises the
intercept, hence `random_state`, a high `intercept_scaling` and a last fit of the intercept alone; quantile cuts on a
column with few values collapse, hence midpoints there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from deskcollect.scoring.card import PAST_DUE, Bin, Card, Characteristic, Segment, sealed
from deskcollect.scoring.features import BY_NAME, FEATURES, direction
from deskcollect.scoring.tally import counted, cuts, neutral, own_cuts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import polars as pl
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]

SEED = 20261122
_NAMES = list(BY_NAME)
_SCALE_FREE = tuple(feature.name for feature in FEATURES)
_EVERYONE, _FIRST, _SECOND = -1, 0, 1


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the fit may choose: cuts per column, cuts per column within a segment, inverse strength of L1."""

    cuts: int = 24
    segment_cuts: int = 24
    strength: float = 0.08
    few_values: int = 16
    seed: int = SEED


DEFAULT_RECIPE = Recipe()


@dataclass(frozen=True, slots=True)
class Step:
    """One thermometer step: `feature` >= `cut`, among everyone (-1) or in one segment (0, 1)."""

    feature: int
    cut: float
    where: int


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted card and the estimator it was read from; `steps` are the estimator's columns."""

    card: Card
    estimator: LogisticRegression
    steps: tuple[Step, ...]


def fit(
    features: pl.DataFrame,
    bad: pl.Series,
    *,
    name: str,
    version: str,
    target: str,
    segment: Segment = PAST_DUE,
    trained_on: Mapping[str, Any] | None = None,
    recipe: Recipe = DEFAULT_RECIPE,
    only: Collection[str] = _SCALE_FREE,
    own: Mapping[str, str] | None = None,
) -> Fit:
    """Fit a card on features and what became of the accounts, in the same order.

    The same input gives the same bytes. Unknown values stand at the mean of their segment. Of the features `only` those
    named become characteristics; the segments stay what they are. `own` are the headers of the lender's own columns among
    the features, by their names.

    Errors: ValueError when no feature tells the bad from the good in its declared direction.
    """
    headers = dict.fromkeys(_NAMES, "") | dict(own or {})
    names = list(headers)
    values = features.select(names).to_numpy()
    labels = bad.to_numpy().astype(np.float64)
    late = _second(values, segment)
    every = [step for step in _steps(values, recipe) if names[step.feature] in only]
    offered, matrix = _varying(every, _columns(values, late, every))
    directions = np.array([direction(names[step.feature]) for step in offered])
    estimator, steps, used = _signed(matrix, labels, offered, directions, recipe)
    if not estimator.coef_.any():
        raise ValueError("no feature tells the bad from the good in its declared direction")
    estimator.intercept_ = np.array([_level(used @ estimator.coef_[0], labels, float(estimator.intercept_[0]))])
    card = Card(
        id=name,
        version=version,
        target=target,
        segment=segment,
        intercept=round(float(estimator.intercept_[0]) * 1000),
        characteristics=_characteristics(_Table(values, late, labels), headers, steps, estimator.coef_[0]),
        trained_on=dict(trained_on or {}),
    )
    return Fit(sealed(_with_unknown_state(card, values, late)), estimator, steps)


def columns(features: pl.DataFrame, steps: Sequence[Step], segment: Segment = PAST_DUE) -> sparse.csr_matrix:
    """Return the estimator's input for some accounts, to compare it with the card."""
    values = features.select(_NAMES).to_numpy()
    return _columns(values, _second(values, segment), steps)


def folds(
    features: pl.DataFrame,
    bad: pl.Series,
    *,
    seed: int,
    count: int = 5,
    segment: Segment = PAST_DUE,
    recipe: Recipe = DEFAULT_RECIPE,
    only: Collection[str] = _SCALE_FREE,
) -> Iterator[tuple[Card, NDArray[np.intp]]]:
    """Give for each fold a card that was fitted without it, and the rows that it may judge.

    An account that stands in several rows is on one side only.
    """
    ids = features["account_id"]
    if ids.is_unique().all():
        split = StratifiedKFold(count, shuffle=True, random_state=seed).split(np.zeros(len(bad)), bad.to_numpy())
    else:
        whole = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
        split = whole.split(np.zeros(len(bad)), bad.to_numpy(), ids.rank("dense").to_numpy())
    for learn, judge in split:
        rows = features[learn], bad[learn]
        yield fit(*rows, name="fold", version="0", target="", segment=segment, recipe=recipe, only=only).card, judge


@dataclass(frozen=True, slots=True)
class _Table:
    """The accounts that a card learns from: features, the second segment told, what became of them."""

    values: Numbers
    late: Flags
    bad: Numbers


def _second(values: Numbers, segment: Segment) -> Flags:
    """Tell the accounts of the second segment."""
    late: Flags = values[:, _NAMES.index(segment.characteristic)] >= segment.start
    return late


def _steps(values: Numbers, recipe: Recipe) -> list[Step]:
    """Return all steps that the fit may use."""
    found: list[Step] = []
    for feature in range(values.shape[1]):
        known = values[:, feature][~np.isnan(values[:, feature])]
        cut_at = cuts if feature < len(_NAMES) else own_cuts
        found.extend(Step(feature, cut, _EVERYONE) for cut in cut_at(known, recipe.cuts, recipe.few_values))
        for cut in cut_at(known, recipe.segment_cuts, recipe.few_values):
            found.extend((Step(feature, cut, _FIRST), Step(feature, cut, _SECOND)))
    return found


def _columns(values: Numbers, late: Flags, steps: Sequence[Step]) -> sparse.csr_matrix:
    """Return one column a step; an unknown value stands at the mean of its segment."""
    found = []
    for step in steps:
        value = values[:, step.feature]
        column = (value >= step.cut).astype(np.float64)
        unknown = np.isnan(value)
        for which in (False, True):
            group = late == which
            if (unknown & group).any():
                known = column[group & ~unknown]
                column[group & unknown] = known.mean() if len(known) else 0.0
        if step.where != _EVERYONE:
            column = column * (late == bool(step.where))
        found.append(sparse.csc_matrix(column[:, None]))
    return sparse.hstack(found, format="csr") if found else sparse.csr_matrix((len(values), 0))


def _varying(steps: Sequence[Step], matrix: sparse.csr_matrix) -> tuple[list[Step], sparse.csr_matrix]:
    """Drop the steps that no account or every account has taken."""
    share = np.asarray(matrix.mean(axis=0)).ravel() if steps else np.zeros(0)
    kept = [k for k in range(len(steps)) if 0.0 < share[k] < 1.0]
    return [steps[k] for k in kept], matrix[:, kept]


def _signed(
    matrix: sparse.csr_matrix, labels: Numbers, steps: Sequence[Step], directions: NDArray[np.int_], recipe: Recipe
) -> tuple[LogisticRegression, tuple[Step, ...], sparse.csr_matrix]:
    """Fit, drop the steps of a wrong sign, and again until there is none.

    Errors: ValueError when no step is left.
    """
    kept = np.arange(len(steps))
    while len(kept):
        estimator = LogisticRegression(
            l1_ratio=1.0,
            solver="liblinear",
            C=recipe.strength,
            random_state=recipe.seed,
            intercept_scaling=30.0,
            max_iter=1000,
        )
        estimator.fit(matrix[:, kept], labels)
        wrong = estimator.coef_[0] * directions[kept] < 0.0
        if not wrong.any():
            return estimator, tuple(steps[int(k)] for k in kept), matrix[:, kept]
        kept = kept[~wrong]
    raise ValueError("no feature tells the bad from the good in its declared direction")


def _level(log_odds: Numbers, labels: Numbers, start: float) -> float:
    """Return the intercept at which the mean chance is the bad rate, by Newton's method."""
    level = start
    for _ in range(50):
        chance = 1.0 / (1.0 + np.exp(-(log_odds + level)))
        level -= float((chance - labels).sum() / (chance * (1.0 - chance)).sum())
    return level


def _characteristics(
    table: _Table, headers: Mapping[str, str], steps: Sequence[Step], weights: Numbers
) -> tuple[Characteristic, ...]:
    """Read points per bin and segment from the weights of the steps."""
    found = []
    for feature, (name, header) in enumerate(headers.items()):
        own = [(step, float(w)) for step, w in zip(steps, weights, strict=True) if step.feature == feature and w != 0.0]
        bins = _bins(own)
        if len(bins) > 1:
            mean = neutral(bins, table.values[:, feature], table.late)
            told = counted(bins, table.values[:, feature], table.late, table.bad)
            found.append(Characteristic(name, mean, mean, told, header))
    return tuple(found)


def _bins(own: Sequence[tuple[Step, float]]) -> tuple[Bin, ...]:
    """Return the bins of one characteristic; each sum is rounded once."""
    starts: list[float | None] = [None]
    points_at: list[tuple[int, int]] = [(0, 0)]
    for cut in sorted({step.cut for step, _ in own}):
        reached = [(step, w) for step, w in own if step.cut <= cut]
        first, second = (
            round(1000 * sum(w for step, w in reached if step.where in {_EVERYONE, which})) for which in (0, 1)
        )
        if (first, second) != points_at[-1]:
            starts.append(cut)
            points_at.append((first, second))
    return tuple(Bin(start, end, pair) for start, end, pair in zip(starts, [*starts[1:], None], points_at, strict=True))


def _with_unknown_state(card: Card, values: Numbers, late: Flags) -> Card:
    """Put an account of which nothing is known at the average of all, not at that of the accounts not past due.

    The characteristic that decides the segment carries the difference: the mean log odds over both segments less
    those of the first.
    """
    means = [card.intercept + sum(c.neutral[which] for c in card.characteristics) for which in (0, 1)]
    known = late[~np.isnan(values[:, 0])]
    share = float(known.mean()) if len(known) else 0.0
    shift = round(share * (means[1] - means[0]))
    found = [
        replace(c, missing=(c.neutral[0] + shift, c.neutral[1])) if c.name == card.segment.characteristic else c
        for c in card.characteristics
    ]
    return replace(card, characteristics=tuple(found))
