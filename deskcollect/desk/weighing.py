"""What recorded facts weigh at a desk: learnt from its own outcomes, and counted into what a card foretells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from deskcollect.frames import Features
from deskcollect.scoring import feedback
from deskcollect.scoring.card import Learnt, sealed
from deskcollect.scoring.score import points

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from deskcollect.desk.lessons import Lessons
    from deskcollect.policy.model import Policies
    from deskcollect.scoring.card import Card

    Numbers = NDArray[np.float64]


def chances(card: Card, of: Lessons, written: Policies | None = None) -> Numbers:
    """Return the chance of default of each row: by the card, and by what was recorded if policies are given."""
    odds = _log_odds(card, of.features)
    if written is not None and of.recorded.width:
        odds = odds - _recorded(of.recorded, feedback.learnt(written, card))
    return 1.0 / (1.0 + np.exp(-odds))


def weighed(card: Card, learn: Lessons, written: Policies) -> Card:
    """Return the card with the weights that the outcomes speak for, and its level moved by what they leave.

    The card's points are held fixed; each weight begins from the one in effects.toml. A fact that never stood on an
    account keeps that weight and is not on the card.
    """
    from deskcollect.scoring import weights  # loads scipy, which a desk does not need

    stood = {name: int((learn.recorded[name] > 0).sum()) for name in learn.recorded.columns}
    told = [effect for effect in written.effects if stood.get(effect.id)]
    if not told:
        return sealed(replace(card, effects=()))
    found = weights.fit(
        _log_odds(card, learn.features),
        learn.recorded.select(effect.id for effect in told).to_numpy(),
        learn.bad.to_numpy().astype(np.float64),
        [effect.weight for effect in told],
        bound=written.effect_bound,
    )
    learnt = tuple(
        Learnt(effect.id, feedback.milli(weight), feedback.milli(effect.weight), stood[effect.id])
        for effect, weight in zip(told, found.weights, strict=True)
    )
    return sealed(replace(card, intercept=card.intercept + round(1000 * found.level), effects=learnt))


def _log_odds(card: Card, features: pl.DataFrame) -> Numbers:
    """Return what the card gives each row."""
    milli = points(card, Features(features.lazy())).select("card_milli").collect().to_series()
    return milli.to_numpy().astype(np.float64) / 1000


def _recorded(strengths: pl.DataFrame, policies: Policies) -> Numbers:
    """Return what the recorded facts of each row add to the log odds of paying, within the bound."""
    weights = np.array([effect.weight for effect in policies.effects], np.float64)
    summed: Numbers = strengths.select(effect.id for effect in policies.effects).to_numpy() @ weights
    return summed.clip(-policies.effect_bound, policies.effect_bound)
