"""Between trainings: the level of a desk's chances, and with more outcomes their spread, moved to what came of its accounts.

The order of the accounts stays, and with it every reason. It is judged on the newest outcomes, which it did not see.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from deskcollect.desk.cards import challenger, training, weighing
from deskcollect.desk.cards.model import bundled_names
from deskcollect.errors import BadUse
from deskcollect.scoring import gate, recalibrate, validate
from deskcollect.scoring.card import sealed

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from deskcollect.desk.cards.challenger import Challenger
    from deskcollect.desk.cards.lessons import Lessons
    from deskcollect.desk.desk import Desk
    from deskcollect.scoring.card import Card


def _mean(bad: ArrayLike, chance: ArrayLike) -> float:
    """Return the mean chance, whatever came."""
    del bad
    return float(np.mean(np.asarray(chance, np.float64)))


_FIGURES = {"chance": _mean, "brier": validate.brier, "log_loss": validate.log_loss}


def of_desk(desk: Desk, *, say: Callable[[str], None]) -> Challenger:
    """Return the desk's card with its chances moved to the desk's own outcomes; nothing is kept or promoted.

    Errors: BadUse when the books teach too little; BadBook when a snapshot is damaged.
    """
    taught = training.taught_by(desk)
    return recalibrated(desk.card, taught, f"{desk.clock.today():%Y.%m.%d}", say=say)


def recalibrated(champion: Card, taught: Lessons, day: str, *, say: Callable[[str], None]) -> Challenger:
    """Return a card with its chances moved, and what the gate says of it.

    Errors: BadUse when there are too few outcomes to learn from or to judge with.
    """
    taught = _not_learnt_yet(champion, taught)
    learn, judge = taught.split()
    if min(len(learn), len(judge)) < challenger.LEAST:
        raise BadUse(
            f"{len(taught):,} outcomes are too few to move the chances by and to judge that.",
            f"It takes {challenger.LEAST} to learn from and {challenger.LEAST} others to judge.",
        )
    challenger.tell_split(learn, judge, say)
    by = recalibrate.shift(weighing.log_odds(champion, learn), learn.bad.to_numpy().astype(np.float64))
    if by.outcomes < recalibrate.SPREAD_FROM:
        say(f"Below {recalibrate.SPREAD_FROM} outcomes only the level moves.")
    how = f"{champion.stamp} {challenger.recalibration(by)}"
    told: dict[str, Any] = {
        "recipe": how,
        "champion": champion.stamp,
        "recalibrated_on": f"{len(learn):,} rows, {learn.bads:,} bad, {challenger.days_of(learn)}",
        **challenger.learnt_until(learn),
    }
    version = f"{champion.version.partition('-')[0]}-{day}"
    card = recalibrate.recalibrated(champion, by, version=version, trained_on=told)
    card = replace(card, id=challenger.NAME if champion.id in bundled_names() else champion.id)
    judged = challenger.holdout(champion, card, learn, judge)
    card = sealed(replace(card, figures=challenger.figures(judged, _FIGURES)))
    return challenger.gated(card, how, gate.level_conditions(judged, card), learn, judge)


def _not_learnt_yet(champion: Card, taught: Lessons) -> Lessons:
    """Return the outcomes that the card has not learnt from: counted twice they would move it farther than they bear out.

    Errors: BadUse when there are none.
    """
    try:
        until = date.fromisoformat(champion.trained_on.get(challenger.LEARNT_UNTIL, ""))
    except (TypeError, ValueError):  # the card does not say it
        return taught
    left = taught.on(taught.seen_on > until)
    if not len(left):
        raise BadUse(
            f"The card {champion.stamp} has learnt from all outcomes that there are, until {until}.",
            "Recalibrate when the next book says what became of the accounts.",
        )
    return left


def promote(desk: Desk, made: Challenger, *, by: str) -> None:
    """Let a recalibrated card score from now on, in the name of a person.

    Errors: BadUse when the gate refused it; LedgerError; OSError.
    """
    if not made.passes:
        refused = ", ".join(each.name for each in made.conditions if not each.met)
        raise BadUse(f"The gate refuses the card {made.card.stamp}: {refused}.", "The present card goes on scoring.")
    told = {each.name: each.told for each in made.conditions}
    desk.shelf.promote(made.card, by=by, now=desk.clock.now(), gated=told)
