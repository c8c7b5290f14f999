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

    from deskcollect.desk.cards.lessons import Lessons
    from deskcollect.scoring.card import Card

    Numbers = NDArray[np.float64]


def chances(card: Card, of: Lessons) -> Numbers:
    """Return the chance of default of each row: by the card and by what was recorded."""
    return 1.0 / (1.0 + np.exp(-log_odds(card, of)))


def log_odds(card: Card, of: Lessons) -> Numbers:
    """Return the log odds of default of each row: by the card and by what was recorded."""
    odds = of_card(card, of.features)
    if of.written is None:
        return odds
    policies = feedback.learnt(of.written, card)
    weights = np.array([effect.weight for effect in policies.effects], np.float64)
    summed: Numbers = of.recorded.select(effect.id for effect in policies.effects).to_numpy() @ weights
    found: Numbers = odds - summed.clip(-policies.effect_bound, policies.effect_bound)
    return found


def of_card(card: Card, features: pl.DataFrame) -> Numbers:
    """Return the log odds of default that a card gives each row."""
    milli = points(card, Features(features.lazy())).select("card_milli").collect().to_series()
    return milli.to_numpy().astype(np.float64) / 1000


def weighed(card: Card, learn: Lessons) -> Card:
    """Return the card with the weights that the outcomes speak for, and its level moved by what they leave.

    The card's points are held fixed; each weight begins from the one in effects.toml. A fact that never stood on an
    account keeps that weight and is not on the card. Where no ledger was kept the card is as it was.
    """
    if learn.written is None:
        return card
    from deskcollect.scoring import weights  # loads scipy, which a desk does not need

    stood = {name: int((learn.recorded[name] > 0).sum()) for name in learn.recorded.columns}
    told = [effect for effect in learn.written.effects if stood.get(effect.id)]
    if not told:
        return sealed(replace(card, effects=()))
    found = weights.fit(
        of_card(card, learn.features),
        learn.recorded.select(effect.id for effect in told).to_numpy(),
        learn.bad.to_numpy().astype(np.float64),
        [effect.weight for effect in told],
        bound=learn.written.effect_bound,
    )
    learnt = tuple(
        Learnt(effect.id, feedback.milli(weight), feedback.milli(effect.weight), stood[effect.id])
        for effect, weight in zip(told, found.weights, strict=True)
    )
    return sealed(replace(card, intercept=card.intercept + round(1000 * found.level), effects=learnt))
