"""What recorded outcomes add to a card: weights learnt with the card held fixed, beside none, the priors and naive WoE.

    python benchmarks/feedback.py

No public contact log of a collections desk exists. This takes the real accounts of sample_data/taiwan and real
outcomes, and calls what a customer did in the months after the book a promise: whoever was past due promised to pay all
of it; the next statement shows it kept (not past due), partly kept (not further behind, and something paid) or broken, as
a desk infers it from a book without payments. What is real is how much later conduct says beyond the score; what is
not is that anybody was called.

Accounts are in five folds by account. Of the accounts outside a fold half fit the card, half the weights; the fold is
judged by both. A book some months old is scored, the promises since then are what was recorded, and the state after them
is foretold. The difference of AUC has a standard error from the paired bootstrap of accounts.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import polars as pl

from deskcollect import frames
from deskcollect.frames import Accounts, Features, Statements
from deskcollect.policy.load import load as load_policies
from deskcollect.portfolio.cycles import cycles
from deskcollect.scoring import validate, weights
from deskcollect.scoring.score import points
from deskcollect.scoring.train import fit
from scripts.cards.lessons import NEWEST, SEEDS, TAIWAN, declared, earlier, known

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deskcollect.policy.model import Effect
    from deskcollect.scoring.card import Card

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]

FOLDS = 5
RESAMPLES = 500
STATES = ("kept", "partial", "broken")
AGE_DAYS = 5  # from the day a promise is judged to the day of scoring
RULES = ("none", "priors", "learnt", "naive WoE")


@dataclass(frozen=True)
class Question:
    """Accounts past due at a book, the promises since, and what became of them.

    `now` are the features that a card is fitted on with `target`, `then` those of the old book that is scored; `facts` has
    one column a month since the book and state of a promise, 1 where it came about. Rows of one account share `group`.
    """

    name: str
    now: pl.DataFrame
    target: Numbers
    then: pl.DataFrame
    facts: Numbers
    became: Numbers
    group: NDArray[np.intp]
    chosen: Flags


def main() -> None:
    """Ask every question with every seed."""
    accounts = Accounts(declared("accounts", frames.ACCOUNTS))
    wide = cycles(accounts, Statements(declared("statements", frames.STATEMENTS)), as_of=NEWEST).collect()
    outcomes = pl.read_parquet(TAIWAN / "outcomes.parquet")
    defaulted = wide.join(outcomes, on="account_id", how="left", maintain_order="left")["defaulted_next_month"]
    effects = {effect.promise: effect for effect in load_policies().effects if effect.promise in STATES}
    print(f"load {os.getloadavg()[0]:.1f}")
    for question in (
        next_default(wide, defaulted.to_numpy(), months=2),
        next_default(wide, defaulted.to_numpy(), months=1),
        still_late(wide),
    ):
        ask(question, [effects[state] for state in STATES])


# --- the questions -------------------------------------------------------------------------------------------------------


def next_default(wide: pl.DataFrame, defaulted: Numbers, *, months: int) -> Question:
    """Ask who defaults after the newest statement, by a book so many months older and the promises since."""
    return Question(
        f"default in the month after, book {months} month{'s' if months > 1 else ''} old",
        known(wide),
        defaulted.astype(np.float64),
        known(earlier(wide, months)),
        np.hstack([promised(wide, month) for month in range(months)]),
        defaulted.astype(np.float64),
        np.arange(wide.height),
        late(wide, months),
    )


def still_late(wide: pl.DataFrame) -> Question:
    """Ask who is past due two months after a book, by it and the promises of the month between; not of September."""
    parts = [_still_late(wide, month) for month in (4, 3)]
    joined = (np.concatenate([getattr(each, name) for each in parts]) for name in ("target", "facts", "became"))
    target, facts, became = joined
    return Question(
        "past due two months after the book, April to August",
        pl.concat([each.now for each in parts]),
        target,
        pl.concat([each.then for each in parts]),
        facts,
        became,
        np.concatenate([each.group for each in parts]),
        np.concatenate([each.chosen for each in parts]),
    )


def _still_late(wide: pl.DataFrame, month: int) -> Question:
    """Ask it of one month's book."""
    then = known(earlier(wide, month))
    soon, later = (late(wide, each).astype(np.float64) for each in (month - 1, month - 2))
    return Question("", then, soon, then, promised(wide, month - 1), later, np.arange(wide.height), late(wide, month))


def late(wide: pl.DataFrame, month: int) -> Flags:
    """Tell who was past due at a statement."""
    return (wide[f"cycles_{month}"] >= 1).fill_null(value=False).to_numpy()


def promised(wide: pl.DataFrame, month: int) -> Numbers:
    """Return what became by a statement of the promise to pay all that was past due at the one before."""
    now, before = (wide[f"cycles_{each}"].cast(pl.Float64).fill_null(0.0).to_numpy() for each in (month, month + 1))
    paid = wide[f"paid_{month}"].cast(pl.Float64).fill_null(0.0).to_numpy()
    kept = now < 1
    partial = ~kept & (now <= before) & (paid > 0)
    return np.column_stack([kept, partial, ~kept & ~partial]).astype(np.float64) * (before >= 1)[:, None]


# --- the answer ----------------------------------------------------------------------------------------------------------


def ask(question: Question, effects: list[Effect]) -> None:
    """Print every seed and the mean."""
    inside = question.chosen
    print(f"\n{question.name}: {inside.sum():,} past due, {question.became[inside].mean():.1%} of them bad")
    print(f"{'seed':>10}" + "".join(f"{rule:>20}" for rule in RULES) + f"{'gain':>10}{'SE':>8}{'gain / SE':>11}")
    rows = []
    for seed in SEEDS:
        odds = foretold(question, effects, seed)
        bad = question.became[inside]
        found = [(validate.auc(bad, chance(odds[rule])), validate.log_loss(bad, chance(odds[rule]))) for rule in RULES]
        gain, error = paired(bad, odds["none"], odds["learnt"], question.group[inside], seed)
        rows.append([*(value for pair in found for value in pair), gain, error])
        print(f"{seed:>10}" + told(rows[-1]), flush=True)
    print(f"{'mean':>10}" + told(list(np.mean(rows, axis=0))))


def told(row: list[float]) -> str:
    """Return AUC and log-loss of every rule, then the gain."""
    *pairs, gain, error = row
    cells = [f"{pairs[k]:.4f} {pairs[k + 1]:.4f}" for k in range(0, len(pairs), 2)]
    return "".join(f"{cell:>20}" for cell in cells) + f"{gain:>+10.4f}{error:>8.4f}{gain / error:>11.1f}"


def foretold(question: Question, effects: list[Effect], seed: int) -> dict[str, Numbers]:
    """Return the log odds of the chosen rows by every rule, each row judged by what did not see its account."""
    chosen = question.chosen
    found = {rule: np.zeros(len(chosen)) for rule in RULES}
    priors = np.array([effect.weight for effect in effects])
    strengths = _strengths(question.facts, effects)
    for learn, weigh, judge in parts(question.group, seed):
        card = fit(
            question.now.filter(pl.Series(learn)),
            pl.Series("bad", question.target[learn].astype(np.int8)),
            name="x",
            version="1",
            target="",
        ).card
        offset = _log_odds(card, question.then)
        own, bad = weigh & chosen, question.became
        nothing = weights.fit(offset[own], np.zeros((own.sum(), 0)), bad[own], (), bound=2.0)
        learnt = weights.fit(offset[own], strengths[own], bad[own], list(priors), bound=2.0)
        woe = _woe(question.facts[own], bad[own])
        level = offset + nothing.level
        found["none"][judge] = level[judge]
        found["priors"][judge] = (level - bounded(strengths @ priors))[judge]
        found["learnt"][judge] = (offset + learnt.level - bounded(strengths @ np.array(learnt.weights)))[judge]
        found["naive WoE"][judge] = (level - question.facts @ woe)[judge]
    return {rule: odds[chosen] for rule, odds in found.items()}


def parts(group: NDArray[np.intp], seed: int) -> Iterator[tuple[Flags, Flags, Flags]]:
    """Go through the folds: who fits the card, who the weights, who is judged."""
    drawn = np.random.default_rng(seed).permutation(group.max() + 1)
    fold, half = drawn % FOLDS, (drawn // FOLDS) % 2
    for number in range(FOLDS):
        judge = fold[group] == number
        yield ~judge & (half[group] == 0), ~judge & (half[group] == 1), judge


def paired(bad: Numbers, one: Numbers, other: Numbers, group: NDArray[np.intp], seed: int) -> tuple[float, float]:
    """Return by how much the second AUC is higher, and its standard error when accounts are drawn again."""
    rng = np.random.default_rng(seed)
    names, place = np.unique(group, return_inverse=True)
    rows = [np.flatnonzero(place == k) for k in range(len(names))] if len(names) < len(group) else None
    gains = []
    for _ in range(RESAMPLES):
        drawn = rng.integers(0, len(names), len(names))
        at = drawn if rows is None else np.concatenate([rows[k] for k in drawn])
        gains.append(validate.auc(bad[at], other[at]) - validate.auc(bad[at], one[at]))
    return validate.auc(bad, other) - validate.auc(bad, one), float(np.std(gains))


def bounded(added: Numbers) -> Numbers:
    """Keep what was recorded within the bound, as a score does."""
    return np.clip(added, -2.0, 2.0)


def chance(odds: Numbers) -> Numbers:
    """Return chances."""
    return 1.0 / (1.0 + np.exp(-odds))


def _strengths(facts: Numbers, effects: list[Effect]) -> Numbers:
    """Return what is left of each state of a promise, summed over the months."""
    total = np.zeros((len(facts), len(STATES)))
    for month in range(facts.shape[1] // len(STATES)):
        age = AGE_DAYS + 30 * month
        left = np.array([2.0 ** (-age / effect.half_life_days) for effect in effects])
        total += facts[:, month * len(STATES) : (month + 1) * len(STATES)] * left
    return total


def _woe(facts: Numbers, bad: Numbers) -> Numbers:
    """Return the weight of evidence of each fact by itself, as if it were the only one."""
    good = 1.0 - bad
    good_share, bad_share = ((facts.T @ rows + 0.5) / rows.sum() for rows in (good, bad))
    evidence: Numbers = np.log(good_share / bad_share)
    return evidence


def _log_odds(card: Card, features: pl.DataFrame) -> Numbers:
    """Return what a card gives each row."""
    milli = points(card, Features(features.lazy())).select("card_milli").collect().to_series()
    return milli.to_numpy().astype(np.float64) / 1000


if __name__ == "__main__":
    main()
