"""Measure what RESULTS.md states, and print it as a table.

    python benchmarks/run.py [--accounts N] [--folder DIR]

Each figure is the median of several runs in fresh processes or of many steps in one. Absolute times depend on the
machine; the last column is the ratio to a floor measured in the same run.
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

from benchmarks.books import repeated

ROUNDS = 5


def median(step: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median seconds of a step."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        step()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def process(*words: str) -> float:
    """Return the median seconds of a fresh process."""
    command = [sys.executable, *words]
    return median(lambda: subprocess.run(command, check=True, capture_output=True), 9)


def show(name: str, seconds: float, floor: tuple[str, float] | None = None) -> None:
    """Print one row."""
    ratio = f"{seconds / floor[1]:6.1f} x {floor[0]}" if floor else ""
    print(f"{name:<58}{seconds * 1000:>10.1f} ms   {ratio}", flush=True)


def start_up() -> None:
    """Measure the start of the program."""
    bare = process("-c", "pass")
    show("python, nothing imported", bare)
    show("deskcollect --help", process("-m", "deskcollect", "--help"), ("bare python", bare))
    show("deskcollect --version", process("-m", "deskcollect", "--version"), ("bare python", bare))


def scoring(folder: Path, accounts: int) -> None:
    """Measure a book from Parquet to a scored file."""
    import polars as pl

    book = repeated(folder, accounts)
    read = median(lambda: [pl.read_parquet(path) for path in book.iterdir()], 3)
    show(f"read the Parquet files of {accounts:,} accounts", read)
    target = folder / "scored.parquet"
    words = ["-m", "deskcollect", "score", str(book), "-o", str(target)]
    seconds = median(lambda: subprocess.run([sys.executable, *words], check=True, capture_output=True), 3)
    show(f"score {accounts:,} accounts, reasons included, to Parquet", seconds, ("reading", read))


STEPS = {
    "import": "import what a desk needs",
    "load": "load and conclude, first time",
    "load_again": "the same again",
    "lens": "order by the risk lens",
    "lens_recovery": "order by the recovery lens",
    "sort": "sort by past due",
    "sort_text": "sort by account number",
    "filter": "filter a queue by a word",
    "summary": "count tiers, queues and levels",
    "record": "record an outcome durably and rescore its customer",
    "preview": "preview an outcome",
}


def desk(folder: Path, accounts: int) -> None:
    """Measure opening a desk, ordering its list and recording, in a fresh process."""
    book = repeated(folder, accounts)
    command = [sys.executable, "-m", "benchmarks.desk_steps", str(book), str(folder / f"desk-{accounts}")]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout)
    floor = ("one-column sort", found["floor"])
    for key, text in STEPS.items():
        show(
            f"{accounts:,} accounts: {text}",
            found[key],
            floor if key in {"lens", "lens_recovery", "sort", "sort_text"} else None,
        )


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "deskcollect-bench")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    start_up()
    for accounts in (100_000, given.accounts):
        desk(given.folder, accounts)
    scoring(given.folder, given.accounts)


if __name__ == "__main__":
    main()
