"""What all early-warning rules take over a million accounts with ten million transactions behind them, from Parquet.

Run it as  python -m benchmarks.rules FOLDER  where some GB are free; the book is that of benchmarks/stream.py. What the
book and the score say of the accounts is made once and kept, as a desk keeps a book that it took; measured is what the
rules add: conduct, signals, levels.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from datetime import UTC
from pathlib import Path
from statistics import median

import polars as pl

from benchmarks.stream import BOOK_DAY, book_of
from deskcollect import frames
from deskcollect.desk import make, pipeline
from deskcollect.monitoring import conduct, levels, signals
from deskcollect.policy.load import load
from deskcollect.scoring import card as cards

RUNS, CONDITIONS, GB = 5, 30, 2**20
FACTS, CYCLES, PAYMENTS, TRANSACTIONS = (
    f"known/{name}.parquet" for name in ("facts", "cycles", "payments", "transactions")
)


def prepare(book: Path) -> None:
    """Keep what the rules are fed with besides payments and transactions: score, tier and all that the book says."""
    (book / FACTS).parent.mkdir(exist_ok=True)
    policies, read = load(), make.read_book(book, as_of=BOOK_DAY.date())
    at = pipeline.Moment(read.as_of, read.as_of, BOOK_DAY.replace(tzinfo=UTC))
    standing = pipeline.stand(read, policies, cards.load("default"), before=None)
    nothing = frames.empty(frames.EVENTS)
    look = pipeline.look(standing, nothing, policies, at, pipeline.Watched())
    look.facts.drop(column.name for column in frames.CONDUCT[1:]).write_parquet(book / FACTS)
    standing.cycles.write_parquet(book / CYCLES)
    read.payments.sink_parquet(book / PAYMENTS)
    read.transactions.sink_parquet(book / TRANSACTIONS)


def once(book: Path) -> dict[str, float]:
    """Run all rules once; seconds by step."""
    policies, took = load(), {}
    began = last = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal last
        took[name], last = time.perf_counter() - last, time.perf_counter()

    told = conduct.conduct(
        frames.Cycles(pl.scan_parquet(book / CYCLES)),
        frames.Payments(pl.scan_parquet(book / PAYMENTS)),
        frames.Transactions(pl.scan_parquet(book / TRANSACTIONS)),
        as_of=BOOK_DAY.date(),
    )
    facts = pipeline.beside(pl.scan_parquet(book / FACTS), told).lazy()
    lap("conduct, beside the facts")
    fired = signals.signals(facts, policies).collect()
    lap("signals")
    levelled = levels.levels(facts, frames.Signals(fired.lazy()), policies).collect()
    lap("levels")
    took["all rules"] = time.perf_counter() - began
    conditions = [rule.when.expr.fill_null(value=False) for rule in policies.signals][:CONDITIONS]
    last = time.perf_counter()
    facts.select(expr.alias(str(n)) for n, expr in enumerate(conditions)).collect()
    lap(f"{len(conditions)} conditions")
    took["peak GB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GB
    took["accounts"], took["signals fired"] = levelled.height, fired.height
    return took


def main(folder: Path) -> None:
    """Prepare once, then run each time in a process of its own."""
    book = book_of(folder)
    if not (book / FACTS).is_file():
        prepare(book)
    if os.environ.get("ONCE"):
        print("\n".join(f"{name}\t{value}" for name, value in once(book).items()))
        return
    runs = []
    for _ in range(RUNS):
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.rules", folder],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "ONCE": "1"},
        )
        runs.append({name: float(value) for name, value in (row.split("\t") for row in told.stdout.splitlines())})
    for name in runs[0]:
        values = [run[name] for run in runs]
        print(f"{name:28} median {median(values):12,.2f}   least {min(values):12,.2f}   most {max(values):12,.2f}")
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
