"""How quick the lists of alert cases and of restrictions are beside the worklist, at a desk of a million accounts.

Run it as  python -m benchmarks.triage DESK [CASES]  with the desk that benchmarks/stream.py made; of its alert cases so many
stay open (50,000). Each figure is the median of eleven in one run; the last column is the ratio to the worklist's own.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import polars as pl

from deskcollect.clock import Clock
from deskcollect.desk.alerts import triage
from deskcollect.desk.alerts.cases import of_account
from deskcollect.desk.decisions import reviews
from deskcollect.desk.desk import open_desk
from deskcollect.desk.pipeline import arrange
from deskcollect.present.alerts import columns
from deskcollect.tui.session import Session

RUNS, CASES, SHOWN, WIDTH = 11, 50_000, 30, 119


def taken(what: Callable[[], object]) -> float:
    """Return milliseconds, the median of some runs."""
    told = []
    for _ in range(RUNS):
        began = time.perf_counter()
        what()
        told.append(1000 * (time.perf_counter() - began))
    return median(told)


def main(folder: Path, cases: int) -> None:
    """Open the desk, and time what a key does on either screen."""
    desk = open_desk(folder)
    desk.clock = Clock(desk.zone, Clock.pinned(desk.dates[-1], desk.zone).starts_at)
    day = desk.load()
    kept = (pl.col("case_number").is_not_null()).cum_sum() <= cases
    told = ("case_number", "case_state", "alert_level")
    table = day.table.with_columns(pl.when(kept).then(pl.col(name)).alias(name) for name in told)
    viewer = triage.Viewer("ana", day.moment.today)
    first = next(iter(desk.policies.queues)).id
    session = Session(lambda: desk, by="ana")
    session.start(desk, day, 0)
    words = session.rows()
    opened = triage.order(table, viewer)
    work = arrange(table, queue=first)
    account = table["account_id"][int(opened[0])]

    def rows(order: pl.Series, shown: tuple) -> None:  # type: ignore[type-arg]  # columns of either list
        page = table[order.head(SHOWN)]
        for row in page.iter_rows(named=True):
            for column in shown:
                column.cell(row)

    pairs = [
        ("order", lambda: arrange(table, queue=first), lambda: triage.order(table, viewer)),
        ("order, filtered", lambda: arrange(table, queue=first, text="r001"), lambda: triage.order(table, viewer, levels=["red"])),
        ("a page of rows", lambda: rows(work, words.columns(WIDTH)), lambda: rows(opened, columns(words, WIDTH))),
    ]  # fmt: skip
    print(f"{table.height:,} accounts, {len(work):,} in the first queue, {len(opened):,} open cases")
    print(f"{'':24}{'worklist':>10}{'triage':>10}{'ratio':>8}   milliseconds")
    for name, one, other in pairs:
        a, b = taken(one), taken(other)
        print(f"{name:24}{a:10.1f}{b:10.1f}{b / a:8.2f}")
    print(f"{'counts of the lists':24}{'':10}{taken(lambda: triage.counts(table, viewer)):10.1f}")
    print(f"{'one case, its steps':24}{'':10}{taken(lambda: of_account(desk, day, account)):10.1f}")
    print(f"{'restrictions, measures':24}{'':10}{taken(lambda: reviews.reviews(desk, day)):10.1f}")
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else CASES)
