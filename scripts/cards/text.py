"""What the model card of a bundled card says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import sklearn

from deskcollect.policy.load import load as load_policies
from deskcollect.scoring import explain, validate
from deskcollect.scoring.card import load
from deskcollect.scoring.features import BY_NAME
from deskcollect.scoring.train import SEED, fit
from scripts.cards.judge import chance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deskcollect.scoring.card import Card
    from scripts.cards.lessons import Lesson

HERE = Path(__file__).parent


def model_card(card: Card, lesson: Lesson, chances: np.ndarray) -> str:
    """Return the model card as Markdown."""
    template = (HERE / f"{lesson.name}.md").read_text("utf-8")
    return template.format_map(common(card, lesson) | OWN[lesson.name](lesson, chances))


def common(card: Card, lesson: Lesson) -> dict[str, Any]:
    """Return what every model card says."""
    return {
        "stamp": card.stamp,
        "count": f"{len(lesson.bad):,}",
        "bad": f"{lesson.bad.to_numpy().mean():.1%}",
        "sklearn": sklearn.__version__,
        "characteristics": len(card.characteristics),
        "bins": card.row_count,
        "figures": "\n".join(figures(card.figures)),
        "less": "\n".join(less(card.figures)),
        **{f"mean_{name}": value for name, value in card.figures["mean"].items()},
        "averages": averages(card),
        "members": "\n".join(ranges(card)),
        "recipe": card.trained_on["recipe"],
    }


def of_default(lesson: Lesson, chances: np.ndarray) -> dict[str, Any]:
    """Return what the card of default says besides."""
    return {"tiers": "\n".join(tiers(lesson, chances)), "late": int(lesson.groups["past_due"].sum())}


def of_amounts(lesson: Lesson, chances: np.ndarray) -> dict[str, Any]:
    """Return what the card with amounts says besides: what they add to the default card on the same folds."""
    beside = load("default").figures["mean"]
    return of_default(lesson, chances) | {f"plain_{name}": value for name, value in beside.items()}


def of_cure(lesson: Lesson, chances: np.ndarray) -> dict[str, Any]:
    """Return what the card of cure says besides: how it judges within a month, and how one of the earlier months the newest."""
    newest = lesson.groups["newest_month"]
    learn, bad = lesson.whole.filter(~newest), lesson.bad.filter(~newest)
    card = fit(learn, bad, name="early", version="0", target="", segment=lesson.segment).card
    found, stayed = chance(card, lesson.whole.filter(newest)), lesson.bad.filter(newest).to_numpy()
    return {
        "within_month": within(lesson, chances),
        "late_auc": validate.auc(stayed, found),
        "late_chance": 1.0 - found.mean(),
        "late_rate": 1.0 - stayed.mean(),
    }


def within(lesson: Lesson, chances: np.ndarray) -> float:
    """Return the mean AUC within each month, weighted by its rows."""
    months = [lesson.months == month for month in np.unique(lesson.months)]
    bad = lesson.bad.to_numpy()
    return float(
        np.average([validate.auc(bad[rows], chances[rows]) for rows in months], weights=[rows.sum() for rows in months])
    )


OWN = {"default": of_default, "cure": of_cure, "amounts": of_amounts}


def figures(found: Mapping[str, Any]) -> list[str]:
    """Return a table row a seed, and their mean."""
    names = list(found["mean"])
    table = ["| seed | " + " | ".join(name.replace("_", " ") for name in names) + " |", "|---" * (len(names) + 1) + "|"]
    for seed, row in [*found["seeds"].items(), ("**mean**", found["mean"])]:
        table.append(f"| {seed} | " + " | ".join(f"{row[name]:.4f}" for name in names) + " |")
    return table


def less(found: Mapping[str, Any]) -> list[str]:
    """Return how well the card judges where the book lacks something."""
    table = ["| what the book lacks | AUC |", "|---|---|", f"| nothing | {found['seeds'][str(SEED)]['auc']:.4f} |"]
    return table + [f"| {name} | {value:.4f} |" for name, value in found["auc_with_less"].items()]


def tiers(lesson: Lesson, chances: np.ndarray) -> list[str]:
    """Return accounts and bad rate a tier, by the shipped cuts and out-of-fold chances."""
    rows = ["| tier | rule | accounts | share | bad rate |", "|---|---|---|---|---|"]
    frame = pl.DataFrame({"prob_default": chances, "bad": lesson.bad})
    for cut in load_policies().cuts:
        matched = frame.filter(cut.when.expr)
        frame = frame.filter(~cut.when.expr)
        share, rate = matched.height / len(lesson.bad), float(matched["bad"].to_numpy().mean())
        rows.append(f"| {cut.tier} | `{cut.when.text}` | {matched.height:,} | {share:.1%} | {rate:.1%} |")
    return rows


def averages(card: Card) -> str:
    """Say the score of the average account of each segment."""
    return ", ".join(f"{name} {score}" for name, score in zip(card.segment.names, explain.averages(card), strict=True))


def ranges(card: Card) -> list[str]:
    """Return a table row a characteristic: its formula, bins and how far its points reach in each segment."""
    rows = ["| characteristic | what it is | bins | reach, not past due | reach, past due |", "|---|---|---|---|---|"]
    for characteristic in card.characteristics:
        spans = []
        for which in (0, 1):
            millis = [each.points[which] for each in characteristic.bins]
            spans.append(f"{(max(millis) - min(millis)) / 1000:.2f}")
        formula = BY_NAME[characteristic.name].formula
        rows.append(f"| {characteristic.name} | {formula} | {len(characteristic.bins)} | {spans[0]} | {spans[1]} |")
    return rows
