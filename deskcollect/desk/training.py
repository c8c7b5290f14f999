"""Make a challenger from what a desk's books, or a book with its outcomes, teach; and judge it against the champion."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import polars as pl

from deskcollect import aside
from deskcollect.desk import lessons, weighing
from deskcollect.desk.champion import MODELS
from deskcollect.errors import BadCard, BadUse
from deskcollect.frames import Features
from deskcollect.scoring import gate, recalibrate, validate
from deskcollect.scoring.card import dump, load, sealed
from deskcollect.scoring.score import points, probability

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

    from deskcollect.desk.desk import Desk
    from deskcollect.desk.lessons import Lessons
    from deskcollect.policy.model import Policies
    from deskcollect.scoring.card import Card
    from deskcollect.scoring.gate import Condition

LEAST = 20  # outcomes that any change of a card needs
ADAPT_FROM, ADAPT_OF_EACH = 300, 50
SCRATCH_FROM = 10_000
LEAKAGE_AUC = 0.95
_SHARE_KEPT = 0.3  # of the accounts, to judge on where all outcomes are of one day
_SEED = 20261122
_FIGURES = {"auc": validate.auc, "ks": validate.ks, "brier": validate.brier, "log_loss": validate.log_loss}


@dataclass(frozen=True, slots=True)
class Challenger:
    """A card that wants to score: how it was made, what the gate says, and how both cards judge the same accounts."""

    card: Card
    how: str
    conditions: tuple[Condition, ...]
    learnt: int
    judged: int

    @property
    def passes(self) -> bool:
        """Whether every condition of the gate is met."""
        return all(each.met for each in self.conditions)


def path(desk: Desk) -> Path:
    """Return where a desk keeps the card that wants to score."""
    return desk.folder / MODELS / "challenger.json"


def of_desk(desk: Desk, *, say: Callable[[str], None]) -> Challenger:
    """Make a challenger from the desk's own books, and keep it beside the card that scores.

    Errors: BadUse when the books teach too little; BadBook when a snapshot is damaged; OSError.
    """
    found = lessons.of_desk(desk)
    if not len(found):
        raise BadUse(
            "The books of this desk do not say what became of its accounts.",
            f"It takes two books that are {lessons.LEAST_DAYS} to {lessons.MOST_DAYS} days apart.",
        )
    days = found.seen_on.unique().sort()
    version = f"{desk.clock.today():%Y.%m.%d}"
    source = f"the desk's own books, outcomes of {days[0]} to {days[-1]}"
    made = challenge(
        desk.card,
        found,
        name="own",
        version=version,
        source=source,
        target=lessons.TARGET,
        say=say,
        written=desk.written,
    )
    path(desk).parent.mkdir(exist_ok=True)
    with aside.file(path(desk)) as stream:
        stream.write(dump(made.card))
    return made


def waiting(desk: Desk) -> Card:
    """Return the card that wants to score.

    Errors: BadUse when there is none; BadCard when it is damaged, or was judged against another card than the present.
    """
    if not path(desk).is_file():
        raise BadUse("No card waits to be promoted.", "Make one with  deskcollect train")
    card = load(path(desk))
    if card.trained_on.get("champion") != desk.card.stamp:
        raise BadCard(
            f"The card {card.stamp} was judged against another card than the one that scores now.",
            "Judge it anew with  deskcollect train",
        )
    return card


def promote(desk: Desk, *, by: str) -> Card:
    """Let the card that waits score from now on, in the name of a person.

    Errors: BadUse when none waits or the gate refused it; BadCard; LedgerError; OSError.
    """
    card = waiting(desk)
    gated = card.figures.get("gate", [])
    refused = [each["name"] for each in gated if not each["met"]]
    if refused or not gated:
        raise BadUse(
            f"The gate refuses the card {card.stamp}: {', '.join(refused) or 'it was not judged'}.",
            "The present card goes on scoring. Train again when there are more outcomes.",
        )
    desk.shelf.promote(card, by=by, now=desk.clock.now(), gated={each["name"]: each["told"] for each in gated})
    path(desk).unlink(missing_ok=True)
    return card


def challenge(
    champion: Card,
    taught: Lessons,
    *,
    name: str,
    version: str,
    source: str,
    target: str,
    say: Callable[[str], None],
    written: Policies | None = None,
) -> Challenger:
    """Make a card from lessons and judge it on outcomes that it did not see.

    Few outcomes move the level only, more of them the points, very many may make a card of their own.

    Args:
        champion: The card that scores now.
        taught: What became of accounts.
        name: Id of the new card.
        version: Its version.
        source: Where the outcomes are from, for the card.
        target: What going bad means, for the card.
        say: Told of each step, since fitting takes a while.
        written: Policies whose weights of recorded facts are learnt too, if the lessons know what was recorded.

    Errors: BadUse when there are too few outcomes, all of one kind, or such that only leakage explains them.
    """
    learn, judge = _parted(taught)
    if len(learn) < LEAST or not 0 < learn.bads < len(learn) or not 0 < judge.bads < len(judge):
        raise BadUse(
            f"{len(taught):,} outcomes, {taught.bads:,} bad, are too few to learn from and to judge with.",
            f"A card needs at least {LEAST} to learn from, and both kinds among them and among those that judge.",
        )
    say(f"Learning from {len(learn):,} outcomes ({learn.bads:,} bad), judging on {len(judge):,} ({judge.bads:,} bad).")
    card, how = _made(champion, learn, name, version, say)
    card = replace(card, effects=champion.effects)
    if written is not None and learn.recorded.width:
        card = weighing.weighed(card, learn, written)
        say(f"Learnt what recorded facts weigh: {len(card.effects)} kinds of them stood on these accounts.")
    told = {
        "where": source,
        "accounts": len(learn),
        "bad": learn.bads,
        "recipe": how,
        "champion": champion.stamp,
    }
    before, after = weighing.chances(champion, judge, written), weighing.chances(card, judge, written)
    bad = judge.bad.to_numpy().astype(np.float64)
    if (found := validate.auc(bad, after)) > LEAKAGE_AUC:
        raise BadUse(
            f"The new card judges with an AUC of {found:.3f}, which no honest card reaches.",
            "The book very likely holds what was known only after the outcome: use a book of an earlier day.",
        )
    judged = gate.Holdout(bad, before, after, _first(judge), _last(learn))
    card = sealed(replace(card, target=target, trained_on=told, figures=_figures(bad, before, after)))
    conditions = gate.conditions(judged, card)
    gated = [{"name": each.name, "met": each.met, "told": each.told} for each in conditions]
    card = sealed(replace(card, figures=dict(card.figures) | {"gate": gated}))
    return Challenger(card, how, conditions, len(learn), len(judge))


def chances(card: Card, features: pl.DataFrame) -> NDArray[np.float64]:
    """Return the chance of default that a card gives each row."""
    found = points(card, Features(features.lazy())).select(probability(pl.col("card_milli"))).collect()
    return found.to_series().to_numpy()


def _parted(taught: Lessons) -> tuple[Lessons, Lessons]:
    """Return what to learn from and what to judge on: the newest outcomes, or a part of the accounts of one day."""
    learn, judge = taught.split()
    if len(learn):
        return learn, judge
    ids = taught.features["account_id"].unique().sort()
    kept = ids.sample(fraction=_SHARE_KEPT, seed=_SEED)
    chosen = taught.features["account_id"].is_in(kept.implode())
    return taught.on(~chosen), taught.on(chosen)


def _made(champion: Card, learn: Lessons, name: str, version: str, say: Callable[[str], None]) -> tuple[Card, str]:
    """Return the card that so many outcomes allow, and how it was made."""
    bad = learn.bad.to_numpy().astype(np.float64)
    if len(bad) < ADAPT_FROM or min(learn.bads, len(bad) - learn.bads) < ADAPT_OF_EACH:
        say("These are few: only the level of the chances is moved.")
        odds = chances(champion, learn.features)
        by = recalibrate.shift(np.log(odds / (1.0 - odds)), bad)
        card = recalibrate.recalibrated(champion, by, version=version)
        return replace(card, id=name), f"recalibrated by {by.intercept:+.3f}, slope {by.slope:.3f}"
    from deskcollect.scoring.adapt import RIDGE, adapt

    say("Moving the points of the present card.")
    adapted = adapt(champion, learn.features, learn.bad, name=name, version=version)
    how = f"points of {champion.stamp} moved, ridge {RIDGE:g}"
    if len(bad) < SCRATCH_FROM:
        return adapted, how
    from deskcollect.scoring.train import fit

    say("Fitting a card from scratch beside it.")
    sample = learn.features["account_id"].hash(seed=_SEED) % 5 == 0
    rest, part = learn.on(~sample), learn.on(sample)
    rivals = (
        adapt(champion, rest.features, rest.bad, name=name, version=version),
        fit(rest.features, rest.bad, name=name, version=version, target="", segment=champion.segment).card,
    )
    losses = [validate.log_loss(part.bad.to_numpy(), chances(card, part.features)) for card in rivals]
    if losses[1] >= losses[0]:
        return adapted, how
    whole = fit(learn.features, learn.bad, name=name, version=version, target=champion.target, segment=champion.segment)
    return whole.card, "fitted from scratch"


def _figures(bad: NDArray[np.float64], before: NDArray[np.float64], after: NDArray[np.float64]) -> dict[str, Any]:
    """Return how the new card and the one before it judge the same accounts."""

    def told(found: NDArray[np.float64]) -> dict[str, float]:
        return {name: round(measure(bad, found), 4) for name, measure in _FIGURES.items()}

    return {"how": "outcomes that the card did not see", "mean": told(after), "champion": told(before)}


def _first(judge: Lessons) -> date | None:
    """Return the first day on which the outcomes that judge were seen."""
    return cast("date | None", judge.seen_on.min())


def _last(learn: Lessons) -> date | None:
    """Return the last day on which an outcome that was learnt from was seen."""
    return cast("date | None", learn.seen_on.max())
