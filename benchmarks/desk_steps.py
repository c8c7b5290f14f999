"""The steps of a desk, timed in one process: `python -m benchmarks.desk_steps BOOK FOLDER` prints seconds as JSON."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

START = time.perf_counter()

from deskcollect.desk.desk import Desk, open_desk
from deskcollect.desk.make import create, new_settings
from deskcollect.desk.pipeline import arrange
from deskcollect.desk.summary import summary
from deskcollect.portfolio.book import read_book
from deskcollect.records import Entry
from deskcollect.vocabulary import Lens

IMPORTED = time.perf_counter() - START


def took(step: Callable[[], object], rounds: int) -> float:
    """Return the median seconds of a step."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main(book: Path, folder: Path) -> None:
    """Make the desk if it is not there, take the steps, print the seconds."""
    if not (folder / "desk.toml").exists():
        told = new_settings(folder, by="ana", currency="TWD", columns={}, date_format="")
        create(folder, read_book(book, today=date(2026, 1, 1)), told).close()
    desk = open_desk(folder)
    print(json.dumps({"import": IMPORTED} | steps(desk)))


def steps(desk: Desk) -> dict[str, float]:
    """Return the seconds of each step."""
    start = time.perf_counter()
    day = desk.load()
    found = {"load": time.perf_counter() - start, "load_again": took(desk.load, 2)}
    table = day.table
    key = table["account_id"][table.height // 2]
    entry = Entry(key, "RP", "ana")
    return found | {
        "floor": took(lambda: table.select("past_due").with_row_index().sort("past_due"), 5),
        "lens": took(lambda: arrange(table, queue="all", lens=Lens.RISK), 5),
        "lens_recovery": took(lambda: arrange(table, queue="all", lens=Lens.RECOVERY), 5),
        "sort": took(lambda: arrange(table, queue="all", sort=("past_due", True)), 5),
        "sort_text": took(lambda: arrange(table, queue="all", sort=("account_id", False)), 3),
        "filter": took(lambda: arrange(table, queue="to-call", text="tw123"), 5),
        "summary": took(lambda: summary(table, "TWD", desk.policies), 3),
        "preview": took(lambda: desk.preview(day, entry), 15),
        "record": took(lambda: desk.record(day, Entry(key, "NA", "ana")), 15),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
