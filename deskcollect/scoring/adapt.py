"""Fit a lender's own card from the one it uses: the same bins, points moved as far as its own outcomes bear out.

The champion's log odds are the offset; every step between neighbouring bins may move, held to where it was by a ridge.
With few outcomes little moves, with many the lender's own accounts decide. Bins, reasons and drift counts survive.

Source: measured on a card fitted on accounts of low limits and adapted to accounts of high limits: from 300 outcomes
on it was never worse than the champion or a recalibration, and up to 3,000 better than a card fitted on them alone.
How hard the ridge holds is measured by benchmarks/ridge.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import optimize, sparse, special

from deskcollect.scoring.card import Bin, Card, Characteristic, sealed
from deskcollect.scoring.features import direction
from deskcollect.scoring.tally import counted, places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]

RIDGE = 100.0
LOOSER = (30.0, 10.0)  # ridges that are tried where the champion may be far from right
_FOLDS = 5
_SURE = 2.0  # standard errors by which a looser ridge must be better
_ROUGH = 1e-7  # of the loss: far below what tells ridges apart
_SEED = 20261122


@dataclass(frozen=True, slots=True)
class _Table:
    """The accounts to learn from: values of each characteristic in the card's order, the second segment, the outcome."""

    values: Numbers
    late: Flags
    bad: Numbers


@dataclass(frozen=True, slots=True)
class _Step:
    """The step from one bin to the next in one segment; `weight` is what the champion gives it, in log odds."""

    characteristic: int
    bin: int
    segment: int
    weight: float
    direction: int


def adapt(
    champion: Card,
    features: pl.DataFrame,
    bad: pl.Series,
    *,
    name: str,
    version: str,
    trained_on: Mapping[str, Any] | None = None,
    ridge: float = RIDGE,
) -> Card:
    """Return the champion with its points moved towards what became of these accounts, given in the same order.

    The same input gives the same bytes. No step gets a sign that contradicts its declared direction. Counts and neutral
    points are those of these accounts; an unknown value moves as the known ones do on average.

    Errors: ValueError when all accounts went the same way.
    """
    table = _table(champion, features, bad)
    _require_both(table)
    steps = _steps(champion)
    level, moves = _solve(_log_odds(champion, table), _matrix(champion, table, steps), table.bad, steps, ridge)
    found = tuple(_moved(champion, k, table, steps, moves) for k in range(len(champion.characteristics)))
    card = replace(
        champion,
        id=name,
        version=version,
        intercept=champion.intercept + round(1000 * level),
        characteristics=found,
        trained_on=dict(trained_on or {}),
        figures={},
    )
    return sealed(card)


def ridge(champion: Card, features: pl.DataFrame, bad: pl.Series) -> float:
    """Return how hard the points are to be held: RIDGE, or less where accounts left out of the fit clearly say so.

    A champion that is far from right makes RIDGE too timid. Accounts are in five folds by their number. A looser ridge is
    taken if it lowers the log loss of the folds left out by more than two standard errors, else none is tried further.

    Errors: ValueError when all accounts went the same way.
    """
    table, steps = _table(champion, features, bad), _steps(champion)
    _require_both(table)
    offset, matrix = _log_odds(champion, table), _matrix(champion, table, steps)
    account = features["account_id"].rank("dense").to_numpy() - 1
    fold = (features["account_id"].hash(seed=_SEED) % _FOLDS).to_numpy()
    if not all(0 < table.bad[fold != left].sum() < (fold != left).sum() for left in range(_FOLDS)):
        return RIDGE

    def losses(held: float) -> Numbers:
        """Return the loss of each account by what was fitted without it."""
        z = offset.copy()
        for left in range(_FOLDS):
            out = fold == left
            level, moves = _solve(offset[~out], matrix[~out], table.bad[~out], steps, held, _ROUGH)
            z[out] += level + matrix[out] @ moves
        told: Numbers = np.bincount(account, np.logaddexp(0.0, z) - table.bad * z).astype(np.float64)
        return told

    best, least = RIDGE, losses(RIDGE)
    for looser in LOOSER:
        tried = losses(looser)
        gain = least - tried
        if not gain.mean() > _SURE * gain.std() / np.sqrt(len(gain)):
            break
        best, least = looser, tried
    return best


def _require_both(table: _Table) -> None:
    """Refuse accounts of one kind.

    Errors: ValueError.
    """
    if not 0.0 < table.bad.sum() < len(table.bad):
        raise ValueError("a card learns from good and bad accounts; these are all of one kind")


def _table(card: Card, features: pl.DataFrame, bad: pl.Series) -> _Table:
    """Return features as numbers, NaN where a value is not known."""
    values = features.select(c.name for c in card.characteristics).to_numpy()
    deciding = features[card.segment.characteristic].to_numpy()
    return _Table(values, deciding >= card.segment.start, bad.to_numpy().astype(np.float64))


def _steps(card: Card) -> list[_Step]:
    """Return every step of a card."""
    return [
        _Step(k, number, segment, (right.points[segment] - left.points[segment]) / 1000, direction(c.name))
        for k, c in enumerate(card.characteristics)
        for number, (left, right) in enumerate(pairwise(c.bins), 1)
        for segment in (0, 1)
    ]


def _log_odds(card: Card, table: _Table) -> Numbers:
    """Return what the card gives each account."""
    late = table.late.astype(np.intp)
    total = np.full(len(late), float(card.intercept))
    for k, each in enumerate(card.characteristics):
        column = table.values[:, k]
        points = np.array([found.points for found in each.bins])[places(each.bins, column), late]
        total += np.where(np.isnan(column), np.array(each.missing)[late], points)
    return total / 1000


def _matrix(card: Card, table: _Table, steps: Sequence[_Step]) -> sparse.csr_matrix:
    """Return one column a step: 1 where an account has taken it, 0 where not.

    Whose value is unknown takes as much of it as the known ones of the segment do on average: nothing where there are none.
    """
    where = [places(c.bins, table.values[:, k]) for k, c in enumerate(card.characteristics)]
    known = [~np.isnan(table.values[:, k]) for k in range(len(card.characteristics))]
    columns = []
    for step in steps:
        inside = table.late == bool(step.segment)
        taken = (where[step.characteristic] >= step.bin) & known[step.characteristic] & inside
        column = taken.astype(np.float64)
        column[inside & ~known[step.characteristic]] = _share(taken, inside & known[step.characteristic])
        columns.append(sparse.csc_matrix(column[:, None]))
    return sparse.hstack(columns, format="csr")


def _share(taken: Flags, among: Flags) -> float:
    """Return the share of some accounts that have taken a step, 0 of none."""
    return float(taken[among].mean()) if among.any() else 0.0


def _solve(
    offset: Numbers,
    matrix: sparse.csr_matrix,
    bad: Numbers,
    steps: Sequence[_Step],
    ridge: float,
    exact: float = 1e-13,
) -> tuple[float, Numbers]:
    """Return how far the level and each step move: least log loss + ridge / 2 · Σ move², within the bounds.

    It stops where a step of the search gains less than `exact` of the loss.
    """

    def loss(moves: Numbers) -> tuple[float, Numbers]:
        """Return the loss and its gradient; the first move is the level, which nothing holds."""
        z = offset + moves[0] + matrix @ moves[1:]
        wrong = special.expit(z) - bad
        value = float((np.logaddexp(0.0, z) - bad * z).sum() + ridge / 2 * (moves[1:] ** 2).sum())
        return value, np.concatenate([[wrong.sum()], matrix.T @ wrong + ridge * moves[1:]])

    found = optimize.minimize(
        loss,
        np.zeros(len(steps) + 1),
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, None), *(_bounds(step) for step in steps)],
        options={"maxiter": 2000, "ftol": exact, "gtol": 1e-8},
    )
    return float(found.x[0]), found.x[1:]


def _bounds(step: _Step) -> tuple[float | None, float | None]:
    """Return how far a step may move without a sign that contradicts its direction."""
    if step.direction > 0:
        return -step.weight, None
    return (None, -step.weight) if step.direction < 0 else (None, None)


def _moved(card: Card, which: int, table: _Table, steps: Sequence[_Step], moves: Numbers) -> Characteristic:
    """Return a characteristic with its points moved; the sum of the moves up to a bin is rounded once.

    No bin falls back behind its neighbour by that rounding, where a direction is declared.
    """
    old = card.characteristics[which]
    by_place = {(s.bin, s.segment): move for s, move in zip(steps, moves, strict=True) if s.characteristic == which}
    in_turn = {1: max, -1: min}.get(direction(old.name))
    bins: list[Bin] = []
    for number, each in enumerate(old.bins):
        first, second = (
            each.points[segment] + round(1000 * sum(by_place[at, segment] for at in range(1, number + 1)))
            for segment in (0, 1)
        )
        if in_turn and bins:
            first, second = (in_turn(new, last) for new, last in zip((first, second), bins[-1].points, strict=True))
        bins.append(replace(each, points=(first, second)))
    column = table.values[:, which]
    first, second = (_unknown(old, bins, column[table.late == bool(segment)], segment) for segment in (0, 1))
    told = counted(bins, column, table.late, table.bad)
    return replace(old, neutral=(first[0], second[0]), missing=(first[1], second[1]), bins=told)


def _unknown(old: Characteristic, bins: Sequence[Bin], column: Numbers, segment: int) -> tuple[int, int]:
    """Return neutral points and those of an unknown value in a segment, of whose accounts `column` holds the values.

    An unknown value moves as the known ones do on average, which is what the fit took it for. Where none is known,
    nothing moves.
    """
    known = places(bins, column[~np.isnan(column)])
    if not len(known):
        return old.neutral[segment], old.missing[segment]
    now, before = (np.array([each.points[segment] for each in found])[known].mean() for found in (bins, old.bins))
    return round(float(now)), old.missing[segment] + round(float(now - before))
