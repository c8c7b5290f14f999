"""May a challenger take the champion's place? Every condition is told with its figure; one that fails keeps it out.

A person decides in the end: the gate can only refuse. Both cards are judged on the same accounts, which neither learnt
from: outcomes later than everything that the challenger saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from deskcollect.scoring import intervals, validate
from deskcollect.scoring.features import direction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from deskcollect.scoring.card import Card

    Numbers = NDArray[np.float64]

LEAST_OUTCOMES = 300
LEAST_OF_EACH = 50
LEAST_AUC_CHANGE = -0.01
SLOPES = (0.8, 1.25)
SIGNIFICANCE = 0.05
RESAMPLES = 2000
SEED = 20261122


@dataclass(frozen=True, slots=True)
class Holdout:
    """Accounts that judge two cards: what became of them, both chances, and from when on the outcomes are.

    `learnt_until` is the last day of which the challenger saw an outcome; None says that nobody knows.
    """

    bad: Numbers
    champion: Numbers
    challenger: Numbers
    seen_from: date | None = None
    learnt_until: date | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the gate: its name, whether it is met, and the figure behind it in words."""

    name: str
    met: bool
    told: str


def conditions(judged: Holdout, challenger: Card) -> tuple[Condition, ...]:
    """Return every condition in a fixed order; the challenger may be promoted only if all are met."""
    bad = judged.bad
    enough = _enough(bad)
    if not 0 < bad.sum() < len(bad):
        return (enough, _later(judged), _signs(challenger))
    return (
        enough,
        _later(judged),
        _log_loss(judged),
        _auc(judged),
        _slope(judged),
        _signs(challenger),
        _scores(judged),
    )


def level_conditions(judged: Holdout, challenger: Card) -> tuple[Condition, ...]:
    """Return the conditions for a card of which only level and spread moved: the order of the accounts is what it was.

    A prior holds few outcomes back, so that they may move a level too; then its log loss only has to be lower. That the
    outcomes are not later than those learnt from is told and does not refuse: nothing but two numbers was learnt.
    """
    later = _later(judged)
    told = later.told if later.met else f"{later.told}; shown, not judged"
    first = (Condition(later.name, True, told), _mean(judged))
    if _enough(judged.bad).met:
        return (*first, _log_loss(judged), _slope(judged), _signs(challenger), _scores(judged))
    return (*first, _loss_alone(judged), _signs(challenger), _scores(judged))


def _mean(judged: Holdout) -> Condition:
    """Ask that the mean chance comes no farther from what came."""
    came, before, now = (float(each.mean()) for each in (judged.bad, judged.champion, judged.challenger))
    told = f"{100 * before:.1f} % → {100 * now:.1f} %; {100 * came:.1f} % went bad"
    return Condition("mean chance nearer to what came", abs(now - came) <= abs(before - came), told)


def _loss_alone(judged: Holdout) -> Condition:
    """Ask for a lower log loss where outcomes are too few to say that it is no chance."""
    before, now = (validate.log_loss(judged.bad, each) for each in (judged.champion, judged.challenger))
    told = f"{before:.4f} → {now:.4f}; {len(judged.bad)} outcomes, too few to be sure"
    return Condition("lower log loss", now < before, told)


def _enough(bad: Numbers) -> Condition:
    """Ask for enough outcomes of both kinds."""
    n, bads = len(bad), int(bad.sum())
    met = n >= LEAST_OUTCOMES and min(bads, n - bads) >= LEAST_OF_EACH
    least = f"must be {LEAST_OUTCOMES} or more, and {LEAST_OF_EACH} of each kind"
    told = f"{n:,} outcomes, {bads:,} bad and {n - bads:,} good; {least}"
    return Condition("enough outcomes", met, told)


def _later(judged: Holdout) -> Condition:
    """Ask that the outcomes come after all that the challenger learnt from."""
    name = "outcomes later than the training"
    if judged.seen_from is None or judged.learnt_until is None:
        return Condition(name, False, "the outcomes have no dates, so nobody can tell")
    told = f"judged from {judged.seen_from} on, learnt until {judged.learnt_until}"
    return Condition(name, judged.seen_from > judged.learnt_until, told)


def _log_loss(judged: Holdout) -> Condition:
    """Ask for a lower log loss, one-sided, by a paired bootstrap."""
    losses = [intervals.losses(judged.bad, chances) for chances in (judged.champion, judged.challenger)]
    gains = losses[0] - losses[1]
    random = np.random.default_rng(SEED)
    means = np.array([gains[random.integers(0, len(gains), len(gains))].mean() for _ in range(RESAMPLES)])
    chance = float((np.count_nonzero(means <= 0.0) + 1) / (RESAMPLES + 1))
    told = (
        f"{losses[0].mean():.4f} → {losses[1].mean():.4f}, chance of no gain {chance:.3f}; must be below {SIGNIFICANCE}"
    )
    return Condition("lower log loss", chance < SIGNIFICANCE, told)


def _auc(judged: Holdout) -> Condition:
    """Ask that the order is not worse, by the lower end of the interval of the difference."""
    change = intervals.differences(judged.bad, judged.challenger, judged.champion)["auc"]
    told = f"{change.value:+.4f}, at worst {change.low:+.4f}; must be above {LEAST_AUC_CHANGE}"
    return Condition("AUC not worse", change.low > LEAST_AUC_CHANGE, told)


def _slope(judged: Holdout) -> Condition:
    """Ask that chances mean what they say."""
    slope, _ = validate.calibration(judged.bad, judged.challenger)
    told = f"{slope:.2f}; must be {SLOPES[0]} to {SLOPES[1]}"
    return Condition("calibration slope", SLOPES[0] <= slope <= SLOPES[1], told)


def _signs(card: Card) -> Condition:
    """Ask that no characteristic goes against its declared direction."""
    wrong = [c.name for c in card.characteristics if _against(c.name, [each.points for each in c.bins])]
    return Condition("no sign against its direction", not wrong, ", ".join(wrong) or "none")


def _against(name: str, points: Sequence[tuple[int, int]]) -> bool:
    """Tell whether points fall where they must rise, or the other way."""
    steps = [right[which] - left[which] for left, right in pairwise(points) for which in (0, 1)]
    return any(step * direction(name) < 0 for step in steps)


def _scores(judged: Holdout) -> Condition:
    """Tell how far the scores move: shown to the person who decides, never a reason to refuse."""
    cuts = np.quantile(judged.champion, np.linspace(0.1, 0.9, 9))
    counts = [np.bincount(np.searchsorted(cuts, c), minlength=10) for c in (judged.champion, judged.challenger)]
    return Condition("PSI of the scores", True, f"{validate.psi(*counts):.3f}; shown, not judged")
