"""What it takes to bring a day's file of 300,000 transactions to a desk of a million accounts with ten million behind it.

Run it as  python benchmarks/stream.py FOLDER  where some GB are free; it makes its book there once. Each step is a
command of its own; `user` and `system` are its processor's seconds, which other programs on the machine disturb less.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree

import numpy as np
import polars as pl

from benchmarks.books import repeated

ACCOUNTS, BEHIND, OF_A_DAY = 1_000_000, 10_000_000, 300_000
BOOK_DAY = datetime(2005, 9, 30)  # noqa: DTZ001 - a lender's times are local and carry no zone
KINDS = ("purchase", "purchase", "purchase", "purchase", "cash_advance", "transfer", "fee")


def spent(ids: pl.Series, count: int, first: datetime, days: int, seed: int) -> pl.DataFrame:
    """Return invented transactions of some accounts in the order of account and time."""
    dice = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "account_id": ids.gather(dice.integers(0, len(ids), count)),
            "at": pl.Series(dice.integers(0, days * 86_400, count)).cast(pl.Duration("ms")) * 1000 + first,
            "amount": pl.Series(dice.integers(10, 5_000, count)).cast(pl.Decimal(20, 4)),
            "kind": pl.Series(KINDS).gather(dice.integers(0, len(KINDS), count)),
            "merchant": pl.Series([f"Shop {n}" for n in range(200)]).gather(dice.integers(0, 200, count)),
        }
    ).sort("account_id", "at")


def timed(label: str, *words: str | Path) -> None:
    """Run one command and print what it took."""
    before, began = os.times(), time.perf_counter()
    command = [sys.executable, "-m", "deskcollect", *map(str, words)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after, took = os.times(), time.perf_counter() - began
    user, system = after.children_user - before.children_user, after.children_system - before.children_system
    print(f"{label:45} {took:6.1f} s   user {user:6.1f}   system {system:6.1f}   load {os.getloadavg()[0]:.1f}")


def book_of(folder: Path) -> Path:
    """Return the book with its transactions; it is made once."""
    book = repeated(folder, ACCOUNTS)
    if not (book / "transactions.parquet").is_file():
        ids = pl.read_parquet(book / "accounts.parquet")["account_id"]
        spent(ids, BEHIND, BOOK_DAY - timedelta(days=180), 180, 1).write_parquet(book / "transactions.parquet")
    return book


def main(folder: Path) -> None:
    """Make the book and the files once, then a desk, and bring the files to it."""
    book = book_of(folder)
    ids = pl.read_parquet(book / "accounts.parquet")["account_id"]
    files = [folder / "day-1.csv", folder / "day-2.parquet"]
    spent(ids, OF_A_DAY, BOOK_DAY + timedelta(days=1), 1, 2).write_csv(files[0])
    spent(ids, OF_A_DAY, BOOK_DAY + timedelta(days=2), 1, 3).write_parquet(files[1])
    desk = folder / "desk"
    rmtree(desk, ignore_errors=True)
    timed("init", "init", desk, "--book", book, "--as-of", BOOK_DAY.date().isoformat(), "--by", "ana")
    timed("worklist, first time", "worklist", "--limit", "1", "--desk", desk)
    timed("import of the first file, CSV, only looked at", "import", files[0], "--dry-run", "--desk", desk)
    timed("import of the first file, CSV", "import", files[0], "--desk", desk)
    timed("import of the second file, Parquet", "import", files[1], "--desk", desk)
    timed("worklist", "worklist", "--limit", "1", "--desk", desk)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
