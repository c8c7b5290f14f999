"""Measure `deskcollect score BOOK -o FILE.parquet`: time, processor time and memory of a whole process.

    python benchmarks/score_file.py [--accounts N] [--larger N] [--folder DIR] [--rounds N]

The book is in order, then its statements are mixed, then its accounts; what each takes is put beside reading the same files,
in turns. `--larger` scores a book of so many accounts too (0 leaves it out) and tells how its memory compares. Then come
the points alone beside the sum of the same columns, and the reasons of a screen of 50 accounts.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.books import copied, mixed, repeated

READ = "import sys, polars; [polars.read_parquet(path) for path in sys.argv[1:]]"


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds on the clock, seconds of the processors, and the most memory that was held, in megabytes."""

    wall: float
    processor: float
    memory: float


def run(*words: str) -> Took:
    """Run a process to its end."""
    start = time.perf_counter()
    child = subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    _, status, used = os.wait4(child.pid, 0)
    assert status == 0, words
    return Took(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)


def show(name: str, found: list[Took], reads: list[Took]) -> None:
    """Print one row: median and least of the clock, the others' medians, and the ratio to reading."""
    wall, processor, memory = (statistics.median(getattr(t, f) for t in found) for f in ("wall", "processor", "memory"))
    ratio = statistics.median(mine.wall / read.wall for mine, read in zip(found, reads, strict=True))
    least = min(took.wall for took in found)
    print(
        f"{name:<44}{wall:7.1f} s {least:7.1f} s {processor:7.1f} s {memory:7.0f} MB {ratio:6.1f} x reading", flush=True
    )


def files(folder: Path, accounts: int, larger: int, rounds: int) -> None:
    """Measure the books."""
    ordered = repeated(folder, accounts)
    books = {f"{accounts:,} accounts in order": (ordered, rounds)}
    for table in ("statements", "accounts"):
        books[f"{accounts:,} accounts, {table} mixed"] = (mixed(ordered, table), rounds)
    if larger:
        books[f"{larger:,} accounts in order"] = (copied(ordered, larger // accounts), 1)
    print(f"load {os.getloadavg()[0]:.1f}; {'':<34}median     least   processor    memory")
    for name, (book, times) in books.items():
        found, reads = [], []
        for _ in range(times):
            found.append(run("-m", "deskcollect", "score", str(book), "-o", str(folder / "scored.parquet")))
            reads.append(run("-c", READ, *map(str, book.glob("*.parquet"))))
        show(name, found, reads)


def paired(step: Callable[[], object], floor: Callable[[], object], rounds: int = 15) -> tuple[float, float]:
    """Return the least seconds of two steps taken in turns."""
    found: list[tuple[float, float]] = []
    for _ in range(rounds):
        begun = time.perf_counter()
        step()
        between = time.perf_counter()
        floor()
        found.append((between - begun, time.perf_counter() - between))
    return min(took for took, _ in found), min(took for _, took in found)


def memory(folder: Path, accounts: int) -> None:
    """Measure points and reasons of what is in memory."""
    import polars as pl

    from deskcollect import frames
    from deskcollect.portfolio import cycles
    from deskcollect.portfolio.book import read_book
    from deskcollect.scoring import card as cards
    from deskcollect.scoring import explain, features, score

    read = read_book(repeated(folder, accounts), today=date.max)
    wide = cycles.cycles(read.accounts, read.statements, as_of=read.as_of)
    made = features.features(wide).collect().rechunk()
    card, known = cards.load(), frames.Features(made.lazy())
    names = [each.name for each in card.characteristics]
    took, floor = paired(
        lambda: score.points(card, known).select("card_milli").collect(engine="streaming"),
        lambda: made.lazy().select(pl.sum_horizontal(names)).collect(engine="streaming"),
    )
    print(
        f"points of {accounts:,} rows {took * 1000:.0f} ms, sum of the columns {floor * 1000:.0f} ms: {took / floor:.1f} x"
    )
    rows = list(made.head(50).iter_rows(named=True))
    took, _ = paired(lambda: [explain.reasons(card, row) for row in rows], lambda: None)
    print(f"reasons of 50 rows {took * 1000:.1f} ms")


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--larger", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "deskcollect-bench")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    files(given.folder, given.accounts, given.larger, given.rounds)
    memory(given.folder, given.accounts)


if __name__ == "__main__":
    main()
