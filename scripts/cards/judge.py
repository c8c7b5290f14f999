"""How a card judges accounts that it did not see: five-fold, five seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from deskcollect.frames import Features
from deskcollect.scoring import validate
from deskcollect.scoring.score import points, probability
from deskcollect.scoring.train import SEED, folds
from scripts.cards.lessons import SEEDS

if TYPE_CHECKING:
    from deskcollect.scoring.card import Card
    from scripts.cards.lessons import Lesson


def judge(lesson: Lesson) -> tuple[dict[str, Any], np.ndarray]:
    """Return the five-fold figures of every seed, their mean, and the chances of the first seed."""
    rows: dict[str, dict[str, float]] = {}
    kept = np.zeros(0)
    views = {"": lesson.whole} | dict(lesson.seen)
    less: dict[str, float] = {}
    for seed in SEEDS:
        chances = {name: np.zeros(len(lesson.bad)) for name in views}
        for card, judged in folds(lesson.whole, lesson.bad, seed=seed, segment=lesson.segment, only=lesson.names):
            for name, view in views.items():
                chances[name][judged] = chance(card, view[judged])
        rows[str(seed)] = measured(lesson, chances[""])
        print(f"{lesson.name}, seed {seed}: {rows[str(seed)]}", flush=True)
        if seed == SEED:
            kept = chances[""]
            less = {name: round(validate.auc(lesson.bad, chances[name]), 4) for name in lesson.seen}
    mean = {name: round(float(np.mean([row[name] for row in rows.values()])), 4) for name in rows[str(SEED)]}
    how = "five-fold, stratified, shuffled, an account on one side only; pooled chances of cards after rounding"
    return {"how": how, "mean": mean, "seeds": rows, "auc_with_less": less}, kept


def chance(card: Card, view: pl.DataFrame) -> np.ndarray:
    """Return the chances that a card gives."""
    of = points(card, Features(view.lazy())).select(probability(pl.col("card_milli")))
    return of.collect().to_series().to_numpy()


def measured(lesson: Lesson, chances: np.ndarray) -> dict[str, float]:
    """Return all measures, to four decimals."""
    bad = lesson.bad.to_numpy()
    slope, intercept = validate.calibration(bad, chances)
    found = {
        "auc": validate.auc(bad, chances),
        "gini": validate.gini(bad, chances),
        "ks": validate.ks(bad, chances),
        "brier": validate.brier(bad, chances),
        "log_loss": validate.log_loss(bad, chances),
        **{f"{name}_auc": validate.auc(bad[rows], chances[rows]) for name, rows in lesson.groups.items()},
        "calibration_slope": slope,
        "calibration_intercept": intercept,
        "calibration_error": validate.calibration_error(bad, chances),
    }
    return {name: round(value, 4) for name, value in found.items()}
