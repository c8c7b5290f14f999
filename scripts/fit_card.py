"""Fit the bundled card on sample_data/taiwan and write it with its model card. Seeded: the same bytes each time.

python -m scripts.fit_card            fit, judge five-fold with five seeds (some minutes), write both files
python -m scripts.fit_card --check    fit only, and say whether the bundled card has the same points
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import sklearn

from deskcollect import frames, resources
from deskcollect.frames import Accounts, Cycles, Features, Statements
from deskcollect.policy.load import load as load_policies
from deskcollect.portfolio.cycles import cycles
from deskcollect.scoring import validate
from deskcollect.scoring.card import Card, dump, load, sealed
from deskcollect.scoring.features import BY_NAME, FEATURES, features
from deskcollect.scoring.score import points, probability, score_of
from deskcollect.scoring.train import DEFAULT_RECIPE, SEED, fit, folds

if TYPE_CHECKING:
    from collections.abc import Mapping

SEEDS = (SEED, 1, 2, 3, 4)
TAIWAN = resources.sample_data() / "taiwan"
NEWEST = date(2005, 9, 30)  # of all statements
TARGET = "default in the month after the newest statement"
LIMITED = "limit_use"
TRAINED_ON = {
    "data": "Default of credit card clients, UCI Machine Learning Repository, doi 10.24432/C55S3H",
    "author": "I-Cheng Yeh",
    "licence": "CC BY 4.0",
    "where": "sample_data/taiwan, 20,064 of the 30,000 accounts",
    "months": "April to September 2005",
}


@dataclass(frozen=True, slots=True)
class Book:
    """The accounts to learn from, whole and as a lender with less data would see them."""

    whole: pl.DataFrame
    bad: pl.Series
    seen: Mapping[str, pl.DataFrame]


def main() -> int:
    """Fit, judge, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="fit only and compare with the bundled card")
    chosen = parser.parse_args()
    book = read_book()
    card = fit(book.whole, book.bad, name="default", version="1.0", target=TARGET, trained_on=trained_on(book)).card
    if chosen.check:
        same = replace(load(), figures={}, hash="") == replace(card, figures={}, hash="")
        print("The bundled card has these points." if same else "The bundled card differs.")
        return 0 if same else 1
    figures, chances = judge(book)
    card = sealed(replace(card, figures=figures))
    resources.models().mkdir(exist_ok=True)
    (resources.models() / "default.json").write_bytes(dump(card))
    (resources.models() / "default.md").write_text(model_card(card, book, chances), "utf-8")
    print(f"{card.stamp}: {len(card.characteristics)} characteristics, {card.row_count} bins")
    for name, value in figures["mean"].items():
        print(f"  {name:20} {value:.4f}")
    return 0


def trained_on(book: Book) -> dict[str, Any]:
    """Say what the card was fitted on."""
    recipe = f"L1 logistic, C {DEFAULT_RECIPE.strength}, {DEFAULT_RECIPE.cuts} cuts, seed {SEED}"
    return TRAINED_ON | {"accounts": len(book.bad), "bad": int(book.bad.sum()), "recipe": recipe}


def read_book() -> Book:
    """Read the accounts in the order of the file."""
    outcomes = pl.read_parquet(TAIWAN / "outcomes.parquet")
    accounts = Accounts(declared("accounts", frames.ACCOUNTS))
    wide = cycles(accounts, Statements(declared("statements", frames.STATEMENTS)), as_of=NEWEST)
    whole = features(wide).collect()
    bad = whole.join(outcomes, on="account_id", how="left", maintain_order="left")["defaulted_next_month"]
    unlimited = whole.with_columns(
        pl.lit(None, pl.Float64).alias(feature.name)
        for feature in FEATURES
        if feature.family == LIMITED or feature.name.startswith("paid_to_limit")
    )
    seen = {"no credit limit in the book": unlimited}
    for count in (3, 1):
        seen[f"only the newest {count} statement{'s' if count > 1 else ''}"] = features(newest(wide, count)).collect()
    return Book(whole, bad, seen)


def declared(table: str, columns: frames.Columns) -> pl.LazyFrame:
    """Return a table of the book, null where it lacks a column."""
    frame = pl.read_parquet(TAIWAN / f"{table}.parquet")
    absent = [pl.lit(None).alias(column.name) for column in columns if column.name not in frame.columns]
    return frames.stamp(frame.lazy().with_columns(absent), columns)


def newest(wide: Cycles, count: int) -> Cycles:
    """Return the cycles with all but the newest forgotten."""
    old = [
        pl.lit(None).alias(column.name)
        for column in frames.CYCLES
        if column.name[-2:-1] == "_" and column.name[-1].isdigit() and int(column.name[-1]) >= count
    ]
    return Cycles(frames.stamp(wide.with_columns(old), frames.CYCLES))


def judge(book: Book) -> tuple[dict[str, Any], np.ndarray]:
    """Return the five-fold figures of every seed, their mean, and the chances of the first seed."""
    rows: dict[str, dict[str, float]] = {}
    kept = np.zeros(0)
    views = {"": book.whole} | dict(book.seen)
    less: dict[str, float] = {}
    for seed in SEEDS:
        chances = {name: np.zeros(len(book.bad)) for name in views}
        for card, rows_judged in folds(book.whole, book.bad, seed=seed):
            for name, view in views.items():
                chances[name][rows_judged] = chance(card, view[rows_judged])
        rows[str(seed)] = measured(book, chances[""])
        print(f"seed {seed}: {rows[str(seed)]}", flush=True)
        if seed == SEED:
            kept = chances[""]
            less = {name: round(validate.auc(book.bad, chances[name]), 4) for name in book.seen}
    mean = {name: round(float(np.mean([row[name] for row in rows.values()])), 4) for name in rows[str(SEED)]}
    how = "five-fold, stratified, shuffled; pooled out-of-fold chances of cards after rounding"
    return {"how": how, "mean": mean, "seeds": rows, "auc_with_less": less}, kept


def chance(card: Card, view: pl.DataFrame) -> np.ndarray:
    """Return the chances that a card gives."""
    return (
        points(card, Features(view.lazy())).select(probability(pl.col("card_milli"))).collect().to_series().to_numpy()
    )


def measured(book: Book, chances: np.ndarray) -> dict[str, float]:
    """Return all measures, to four decimals."""
    bad = book.bad.to_numpy()
    late = (book.whole["cycles_now"] >= 1).to_numpy()
    slope, intercept = validate.calibration(bad, chances)
    found = {
        "auc": validate.auc(bad, chances),
        "gini": validate.gini(bad, chances),
        "ks": validate.ks(bad, chances),
        "brier": validate.brier(bad, chances),
        "log_loss": validate.log_loss(bad, chances),
        "past_due_auc": validate.auc(bad[late], chances[late]),
        "calibration_slope": slope,
        "calibration_intercept": intercept,
        "calibration_error": validate.calibration_error(bad, chances),
    }
    return {name: round(value, 4) for name, value in found.items()}


def tiers(book: Book, chances: np.ndarray) -> list[tuple[str, str, int, float]]:
    """Return tier, rule, accounts and bad rate, by the shipped cuts and out-of-fold chances."""
    frame = pl.DataFrame({"prob_default": chances, "bad": book.bad})
    found = []
    for cut in load_policies().cuts:
        matched = frame.filter(cut.when.expr)
        frame = frame.filter(~cut.when.expr)
        found.append((cut.tier, cut.when.text, matched.height, float(matched["bad"].to_numpy().mean())))
    return found


def model_card(card: Card, book: Book, chances: np.ndarray) -> str:
    """Return the model card as Markdown."""
    figures = card.figures
    names = list(figures["mean"])
    table = ["| seed | " + " | ".join(name.replace("_", " ") for name in names) + " |", "|---" * (len(names) + 1) + "|"]
    for seed, row in [*figures["seeds"].items(), ("**mean**", figures["mean"])]:
        table.append(f"| {seed} | " + " | ".join(f"{row[name]:.4f}" for name in names) + " |")
    shares = ["| tier | rule | accounts | share | bad rate |", "|---|---|---|---|---|"]
    for tier, rule, count, rate in tiers(book, chances):
        shares.append(f"| {tier} | `{rule}` | {count:,} | {count / len(book.bad):.1%} | {rate:.1%} |")
    less = ["| what the book lacks | AUC |", "|---|---|", f"| nothing | {figures['seeds'][str(SEED)]['auc']:.4f} |"]
    less += [f"| {name} | {value:.4f} |" for name, value in figures["auc_with_less"].items()]
    return TEXT.format(
        stamp=card.stamp,
        count=f"{len(book.bad):,}",
        bad=f"{book.bad.to_numpy().mean():.1%}",
        sklearn=sklearn.__version__,
        characteristics=len(card.characteristics),
        bins=card.row_count,
        figures="\n".join(table),
        tiers="\n".join(shares),
        less="\n".join(less),
        averages=averages(card),
        members="\n".join(ranges(card)),
        recipe=card.trained_on["recipe"],
        late=int((book.whole["cycles_now"] >= 1).sum()),
    )


def averages(card: Card) -> str:
    """Say the score of the average account of each segment."""
    scores = [score_of(card.intercept + sum(c.neutral[which] for c in card.characteristics)) for which in (0, 1)]
    return ", ".join(f"{name} {score}" for name, score in zip(card.segment.names, scores, strict=True))


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


TEXT = """# Model card: {stamp}

Written by scripts/fit_card.py together with default.json; do not edit by hand.

## What it does
Gives each account the chance that it defaults in the month after its newest statement, and the score of that chance
(600 at 20 good to 1 bad, 20 points double the odds, higher is safer). A points table with two columns, one for accounts
past due now and one for the others: {characteristics} characteristics, {bins} bins, whole thousandths of log odds.
Average scores: {averages}.

## What it was fitted on
{count} credit-card accounts of one bank in Taiwan, six statements each (April to September 2005), {bad} of which
defaulted in October 2005; {late:,} are past due at the newest statement. Source: I-Cheng Yeh, "Default of credit card
clients", UCI Machine Learning Repository, doi 10.24432/C55S3H, licence CC BY 4.0; attribution in NOTICE. The copy in
sample_data/taiwan is all that the script reads. The bank's other accounts were never seen by it.

No sex, age, marriage or education; no name, address, language or number of contacts. No amounts: only ratios, counts
and months, so that another currency or another size of loan means the same.

Form: steps on 27 features, L1 logistic regression (scikit-learn {sklearn}; {recipe}), steps of a wrong sign
dropped: against the same bills, paying more never costs points within a segment, and being later never gains any. Fitting
twice gives the same bytes.

## How well it judges
Five-fold, pooled out-of-fold, each account judged by a card that did not see it, rounding included. "Past due AUC" is
measured among the accounts past due only: those are the ones a collector sees.

{figures}

Shipped tier cuts, first seed, out of fold:

{tiers}

With less to go by (first seed, out of fold; the unknown counts as average):

{less}

A figure well above .80 on these data would be leakage, not skill.

## Limits
- One bank, one product, one country, one summer, during a credit-card crisis. At another lender the order of the
  accounts will hold better than the level: compare the chances with what happens before trusting them.
- One cycle past due is practically not coded before the last month in these data; the card leans on the newest month.
- The share of the limit in use is free to go either way, and in these data an account that is used less and less is a
  little riskier than one used as before. A what-if that lowers the billed balance can therefore lower the score; one that
  raises only what was paid cannot.
- "Default next month" is not "will pay if called": it ranks risk, not the use of a call.
- No values were missing in the data. An unknown value counts as the average of its segment; an account of which
  nothing is known stands at the average of all. Read the coverage beside the score.
- Recorded outcomes are not in the card. They are added by effects.toml: stated, bounded weights, not fitted ones.

## What it must not be used for
- Granting, pricing or refusing credit, employment, insurance or housing; reporting to a credit bureau.
- Any decision about a person that no person looks at. The score orders work; a treatment also looks at amount, stage
  and circumstances.
- Deciding whether somebody may be contacted, or how hard. Holds and contact rules come first, whatever the score.
- Consumer adverse-action notices: its reasons are written for the collector.

## Characteristics
Reach: largest less smallest log odds over the bins.

{members}
"""


if __name__ == "__main__":
    raise SystemExit(main())
