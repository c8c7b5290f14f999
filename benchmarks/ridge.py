"""How hard moved points are to be held: a ridge of 100 always, or a looser one where left-out accounts clearly ask for it.

    python benchmarks/ridge.py

The real accounts of sample_data/taiwan, five seeds. A champion is fitted or made, its points are moved by the outcomes of
n other accounts, and the card is judged on accounts that neither saw:

- low: fitted on accounts of low limits, moved by and judged on those of high limits
- half: fitted on one half, moved by and judged on the other: it is right already
- timid: the same with its log odds times .6, and .5 lower
- weak: five characteristics of it, times .3, as a card made elsewhere may be
- other: the bundled card, and accounts that go bad by another rule (outcomes are drawn, the rest is real)

Recalibrating the moved card by accounts left out of the fit (the other cure for a card that is too timid) is beside them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import polars as pl

from deskcollect import frames
from deskcollect.desk.cards.weighing import of_card
from deskcollect.frames import Accounts, Statements
from deskcollect.portfolio.cycles import cycles
from deskcollect.scoring import adapt, validate
from deskcollect.scoring.card import Card, load
from deskcollect.scoring.narrow import narrowed
from deskcollect.scoring.recalibrate import Shift, recalibrated, shift
from deskcollect.scoring.train import fit
from scripts.cards.lessons import NEWEST, SEEDS, TAIWAN, declared, known

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Rows = NDArray[np.intp]

OUTCOMES = (300, 1000, 3000)
FEW = ("use_now", "use_max", "status_now", "cycles_now", "unpaid_months")
FOLDS = 5


class Task(NamedTuple):
    """A champion, what became of all accounts, the rows that may teach in their order, and the rows that judge."""

    champion: Card
    bad: Numbers
    teach: Rows
    judge: Rows


def main() -> None:
    """Print every task."""
    print(f"load {os.getloadavg()[0]:.1f}; log loss, Brier, then calibration slope of each seed")
    for name, task in TASKS.items():
        for n in OUTCOMES:
            ask(name, task, n)


def ask(name: str, task: Callable[[int], Task], n: int) -> None:
    """Print how each way does, and in how many seeds its log loss is above that of the ridge of 100."""
    found: dict[str, list[tuple[float, float, float]]] = {}
    ridges = []
    for seed in SEEDS:
        champion, bad, teach, judge = task(seed)
        whole, _ = accounts()
        seen, told = whole[teach[:n]], pl.Series("bad", bad[teach[:n]].astype(np.int8))
        held = adapt.ridge(champion, seen, told)
        ridges.append(held)
        always = moved(champion, seen, told, adapt.RIDGE)
        cards = {
            "champion": champion,
            "ridge 100": always,
            "and recalibrated": recalibrated(always, left_out(champion, seen, told), version="1"),
            "ridge chosen": always if held == adapt.RIDGE else moved(champion, seen, told, held),
        }
        for way, card in cards.items():
            chance = 1.0 / (1.0 + np.exp(-of_card(card, whole[judge])))
            loss, brier = validate.log_loss(bad[judge], chance), validate.brier(bad[judge], chance)
            slope, _ = validate.calibration(bad[judge], chance)
            found.setdefault(way, []).append((loss, brier, slope))
    print(f"\n{name}, {n:,} outcomes; ridges chosen {', '.join(f'{each:g}' for each in ridges)}")
    usual = np.array(found["ridge 100"])
    for way, rows in found.items():
        table = np.array(rows)
        worse = int((table[:, 0] > usual[:, 0] + 1e-9).sum())
        slopes = " ".join(f"{each:.2f}" for each in table[:, 2])
        print(f"{way:<18}{table[:, 0].mean():.4f} {table[:, 1].mean():.4f}  worse in {worse}  {slopes}", flush=True)


def moved(champion: Card, seen: pl.DataFrame, told: pl.Series, held: float) -> Card:
    """Return the champion with its points moved."""
    return adapt.adapt(champion, seen, told, name="own", version="1", ridge=held)


def left_out(champion: Card, seen: pl.DataFrame, told: pl.Series) -> Shift:
    """Return the shift that accounts left out of the fit ask for."""
    fold = np.arange(len(told)) % FOLDS
    z = np.zeros(len(told))
    for number in range(FOLDS):
        rest = pl.Series(fold != number)
        z[fold == number] = of_card(moved(champion, seen.filter(rest), told.filter(rest), 100.0), seen.filter(~rest))
    return shift(z, told.to_numpy().astype(np.float64))


# --- the tasks -----------------------------------------------------------------------------------------------------------


@cache
def accounts() -> tuple[pl.DataFrame, Numbers]:
    """Return the features of all accounts, and their limits."""
    book = Accounts(declared("accounts", frames.ACCOUNTS))
    wide = cycles(book, Statements(declared("statements", frames.STATEMENTS)), as_of=NEWEST).collect()
    return known(wide), wide["limit_0"].cast(pl.Float64).to_numpy()


@cache
def defaulted() -> Numbers:
    """Return what became of them."""
    told = pl.read_parquet(TAIWAN / "outcomes.parquet")
    whole, _ = accounts()
    joined = whole.select("account_id").join(told, on="account_id", how="left", maintain_order="left")
    return joined["defaulted_next_month"].to_numpy().astype(np.float64)


def fitted(rows: Rows) -> Card:
    """Return a card fitted on some accounts."""
    whole, _ = accounts()
    told = pl.Series("bad", defaulted()[rows].astype(np.int8))
    return fit(whole[rows], told, name="champion", version="1", target="").card


@cache
def of_low_limits() -> tuple[Card, Rows]:
    """Return a card of the accounts with low limits, and the rows of the others."""
    _, limits = accounts()
    low = limits <= np.median(limits)
    return fitted(np.flatnonzero(low)), np.flatnonzero(~low)


@cache
def of_half(seed: int) -> tuple[Card, Rows]:
    """Return a card of half of the accounts, and the rows of the others."""
    drawn = np.random.default_rng(seed).permutation(len(defaulted()))
    middle = len(drawn) // 2
    return fitted(np.sort(drawn[:middle])), drawn[middle:]


def low(seed: int) -> Task:
    """Bring a card to accounts of another kind."""
    card, others = of_low_limits()
    drawn = np.random.default_rng(seed).permutation(others)
    return Task(card, defaulted(), drawn[:5000], drawn[5000:])


def half(seed: int) -> Task:
    """Bring a card to accounts of the same kind."""
    card, others = of_half(seed)
    return Task(card, defaulted(), others[:5000], others[5000:])


def timid(seed: int) -> Task:
    """Bring a card with chances that are too much alike."""
    made = half(seed)
    return made._replace(champion=recalibrated(made.champion, Shift(-0.5, 0.6, 0), version="1"))


def weak(seed: int) -> Task:
    """Bring a card that knows little."""
    made = half(seed)
    few = narrowed(made.champion, FEW)
    return made._replace(champion=recalibrated(few, Shift(0.0, 0.3, 0), version="1"))


def other(seed: int) -> Task:
    """Bring the bundled card to accounts that go bad by another rule."""
    whole, _ = accounts()
    z = -2.5 + 0.7 * whole["unpaid_months"].to_numpy() + 1.2 * (whole["cycles_now"].to_numpy() >= 1)
    random = np.random.default_rng(seed)
    drawn = random.permutation(len(z))
    bad = (random.random(len(z)) < 1.0 / (1.0 + np.exp(-z))).astype(np.float64)
    return Task(load(), bad, drawn[:5000], drawn[5000:])


TASKS = {"low": low, "half": half, "timid": timid, "weak": weak, "other": other}


if __name__ == "__main__":
    main()
