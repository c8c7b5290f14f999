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

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

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


def desk(folder: Path, accounts: int) -> None:
    """Measure opening a desk, ordering its list and recording."""
    code = f"""
import json, statistics, sys, time
from pathlib import Path
from tempfile import mkdtemp
from datetime import date
start = time.perf_counter()
from deskcollect.desk.desk import open_desk
from deskcollect.desk.make import create, new_settings
from deskcollect.desk.pipeline import arrange
from deskcollect.desk.summary import summary
from deskcollect.portfolio.book import read_book
from deskcollect.records import Entry
from deskcollect.vocabulary import Lens
out = {{"import": time.perf_counter() - start}}
folder = Path({str(folder)!r}) / "desk-{accounts}"
if not (folder / "desk.toml").exists():
    read = read_book(Path({str(repeated(folder, accounts))!r}), today=date(2026, 1, 1))
    create(folder, read, new_settings(folder, by="ana", currency="TWD", columns={{}}, date_format="")).close()
def took(step, rounds):
    times = []
    for _ in range(rounds):
        start = time.perf_counter(); step(); times.append(time.perf_counter() - start)
    return statistics.median(times)
desk = open_desk(folder)
start = time.perf_counter(); day = desk.load(); out["load"] = time.perf_counter() - start
out["load_again"] = took(desk.load, 2)
table = day.table
out["floor_sort"] = took(lambda: table.select("past_due").with_row_index().sort("past_due"), 5)
out["lens"] = took(lambda: arrange(table, queue="all", lens=Lens.RISK), 5)
out["sort"] = took(lambda: arrange(table, queue="all", sort=("past_due", True)), 5)
out["sort_text"] = took(lambda: arrange(table, queue="all", sort=("account_id", False)), 3)
out["filter"] = took(lambda: arrange(table, queue="to-call", text="tw123"), 5)
out["summary"] = took(lambda: summary(table, "TWD", desk.policies), 3)
key = table["account_id"][table.height // 2]
times = []
for _ in range(15):
    start = time.perf_counter(); day = desk.record(day, Entry(key, "NA", "ana")).day; times.append(time.perf_counter() - start)
out["record"] = statistics.median(times)
out["preview"] = took(lambda: desk.preview(day, Entry(key, "RP", "ana")), 15)
print(json.dumps(out))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    names = {
        "import": "import what a desk needs",
        "load": "load and conclude, first time",
        "load_again": "the same again",
        "lens": "order by the risk lens",
        "sort": "sort by past due",
        "sort_text": "sort by account number",
        "filter": "filter a queue by a word",
        "summary": "count tiers, queues and levels",
        "record": "record an outcome durably and rescore its customer",
        "preview": "preview an outcome",
    }
    floor = ("one-column sort", found["floor_sort"])
    for key, text in names.items():
        show(f"{accounts:,} accounts: {text}", found[key], floor if key in {"lens", "sort", "sort_text"} else None)


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
