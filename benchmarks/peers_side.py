"""The peers' side of benchmarks/peers.py; run by the interpreter that has them. Prints one line of JSON last."""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 3


def quality(file: str, *seeds: str) -> dict[str, dict[str, float]]:
    """Return the pooled five-fold figures of LightGBM, seed by seed."""
    import lightgbm
    from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve
    from sklearn.model_selection import StratifiedKFold

    frame = pl.read_parquet(file)
    bad, values = frame["bad"].to_numpy().astype(int), frame.drop("bad").to_numpy()
    late = (frame["cycles_now"] >= 1).to_numpy()
    found: dict[str, dict[str, float]] = {}
    for seed in map(int, seeds):
        chances = np.zeros(len(bad))
        for learn, judge in StratifiedKFold(5, shuffle=True, random_state=seed).split(values, bad):
            model = lightgbm.LGBMClassifier(
                n_estimators=400,
                learning_rate=0.025,
                num_leaves=15,
                min_child_samples=80,
                subsample=0.8,
                subsample_freq=1,
                colsample_bytree=0.5,
                reg_lambda=5.0,
                random_state=seed,
                verbose=-1,
                n_jobs=2,
            ).fit(values[learn], bad[learn])
            chances[judge] = model.predict_proba(values[judge])[:, 1]
        false, true, _ = roc_curve(bad, chances)
        found[str(seed)] = {
            "auc": float(roc_auc_score(bad, chances)),
            "ks": float((true - false).max()),
            "brier": float(brier_score_loss(bad, chances)),
            "past_due_auc": float(roc_auc_score(bad[late], chances[late])),
        }
    return found


def speed(file: str, learn: str) -> dict[str, dict[str, float]]:
    """Return how long toad and optbinning take to score a file with a card on the same characteristics."""
    rows = pl.read_parquet(file).to_pandas()
    known = pl.read_parquet(learn).select(*rows.columns, "bad").to_pandas()
    return {"toad": _toad(known, rows), "optbinning": _optbinning(known, rows)}


def _toad(known: Any, rows: Any) -> dict[str, float]:
    """Fit and time a card of toad."""
    import toad

    combiner = toad.transform.Combiner()
    combiner.fit(known, y="bad", method="quantile", n_bins=5)
    woe = toad.transform.WOETransformer()
    woe.fit(combiner.transform(known), known["bad"], exclude=["bad"])
    card = toad.ScoreCard(combiner=combiner, transer=woe, pdo=20, base_odds=20, base_score=600)
    card.fit(woe.transform(combiner.transform(known)).drop(columns="bad"), known["bad"])
    bins = sum(len(each["scores"]) for each in card.rules.values())
    return {"seconds": _median(lambda: card.predict(rows)), "characteristics": len(card.rules), "bins": bins}


def _optbinning(known: Any, rows: Any) -> dict[str, float]:
    """Fit and time a card of optbinning."""
    from optbinning import BinningProcess, Scorecard
    from sklearn.linear_model import LogisticRegression

    names = list(rows.columns)
    card = Scorecard(
        binning_process=BinningProcess(names, max_n_bins=5),
        estimator=LogisticRegression(),
        scaling_method="pdo_odds",
        scaling_method_params={"pdo": 20, "odds": 20, "scorecard_points": 600},
    )
    card.fit(known[names], known["bad"])
    return {"seconds": _median(lambda: card.score(rows)), "characteristics": len(names), "bins": len(card.table())}


def _median(step: Callable[[], object]) -> float:
    """Return the median seconds of a step."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        step()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


if __name__ == "__main__":
    task, *words = sys.argv[1:]
    print(json.dumps(quality(*words) if task == "quality" else speed(*words)))
