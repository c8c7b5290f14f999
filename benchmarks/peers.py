"""Compare the bundled card with other libraries: how it judges, and how fast it is applied.

    python benchmarks/peers.py PYTHON

PYTHON is the interpreter of an environment of its own that has lightgbm, toad, optbinning, polars and pyarrow. The
project needs none of them. Folds, features and accounts are the same for all; speed is of 1,000,000 rows in memory.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import polars as pl

from deskcollect.frames import Features
from deskcollect.scoring.card import Card, load
from deskcollect.scoring.score import points
from scripts.cards.lessons import SEEDS, Lesson, lessons

ROWS = 1_000_000
ROUNDS = 7


def median(step: Callable[[], object]) -> float:
    """Return the median seconds of a step."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        step()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def other(python: str, task: str, *words: str) -> dict[str, dict[str, float]]:
    """Return what the peers' side says of a task."""
    command = [python, "-W", "ignore", str(ROOT / "benchmarks" / "peers_side.py"), task, *words]
    found: dict[str, dict[str, float]] = json.loads(
        subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
    )
    return found


def quality(python: str, folder: Path, learnt: Lesson, card: Card) -> None:
    """Print the figures of the card and of LightGBM, seed by seed, on the same folds."""
    file = folder / "features.parquet"
    learnt.whole.drop("account_id", "statements_count").with_columns(learnt.bad.alias("bad")).write_parquet(file)
    theirs = other(python, "quality", str(file), *map(str, SEEDS))
    names = ("auc", "ks", "brier", "past_due_auc")
    print(f"{'':<24}" + "".join(f"{name:>14}" for name in names))
    for who, seeds in ((card.stamp, card.figures["seeds"]), ("LightGBM", theirs)):
        for seed, row in seeds.items():
            print(f"{who:<14}{seed:>10}" + "".join(f"{row[name]:>14.4f}" for name in names))
        mean = {name: statistics.mean(row[name] for row in seeds.values()) for name in names}
        print(f"{who:<14}{'mean':>10}" + "".join(f"{mean[name]:>14.4f}" for name in names), flush=True)


def speed(python: str, folder: Path, learnt: Lesson, card: Card) -> None:
    """Print how long a million rows take, beside the sum of the same columns."""
    names = [each.name for each in card.characteristics]
    times = -(-ROWS // len(learnt.whole))
    whole = pl.concat([learnt.whole] * times).head(ROWS).rechunk()
    file = folder / "rows.parquet"
    whole.select(names).write_parquet(file)
    known = Features(whole.lazy())
    floor = median(lambda: whole.lazy().select(pl.sum_horizontal(names)).collect(engine="streaming"))
    ours = median(lambda: points(card, known).select("card_milli").collect(engine="streaming"))
    theirs = other(python, "speed", str(file), str(folder / "features.parquet"))
    print(f"{'sum of the same columns (floor)':<44}{floor * 1000:>9.0f} ms")
    print(f"{'points of the card':<44}{ours * 1000:>9.0f} ms   {ours / floor:.1f} x the floor")
    for who, told in theirs.items():
        name = f"{who}, {told['characteristics']:.0f} characteristics, {told['bins']:.0f} bins"
        print(f"{name:<44}{told['seconds'] * 1000:>9.0f} ms   {told['seconds'] / ours:.1f} x the card", flush=True)


def main() -> None:
    """Fit and time the peers beside the bundled card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("python", help="interpreter of the environment with the peers")
    chosen = parser.parse_args()
    learnt, card = lessons()[0], load()
    with tempfile.TemporaryDirectory() as folder:
        quality(chosen.python, Path(folder), learnt, card)
        speed(chosen.python, Path(folder), learnt, card)


if __name__ == "__main__":
    main()
