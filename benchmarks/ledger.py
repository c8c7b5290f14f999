"""How quick the ledger is at a million events, beside SQLite (WAL, synchronous=FULL) on the same disk in the same run.

    python benchmarks/ledger.py [EVENTS] [--folder DIR]

A smaller number of events (20000) is for a try. Everything is made in a folder of its own below DIR and removed at the
end; the events are invented from a fixed seed. What is recorded one by one is recorded in turns by the ledger, by SQLite
and as a bare line with an fsync (the floor), so that all three meet the same disk at the same time. Opening and memory
are measured in fresh processes, with the files still in the system's cache.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tinydb import where

from deskcollect.ledger import document
from deskcollect.ledger.files.storage import LedgerStorage
from deskcollect.ledger.files.table import LedgerDB
from deskcollect.ledger.ids import Ids
from deskcollect.ledger.replication import bundle, merging
from deskcollect.ledger.store import Ledger, open_ledger
from deskcollect.records import Decided, Event
from deskcollect.vocabulary import Channel, EventKind

EVENTS = 1_000_000
BATCH = 5_000
ROUNDS = 3_000
LOOKUPS = 500
WRITERS, EACH = (2, 8), 500
MERGED = 100_000
SEED = 7
NOW = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)
MS = round(NOW.timestamp() * 1000)
DESK = "bench"
CODES = ("NA", "NA", "NA", "LM", "PTP", "RTP", "WN", "CB")
TABLE = (
    "CREATE TABLE event (event_id TEXT PRIMARY KEY, account_id TEXT, customer_id TEXT, doc TEXT) WITHOUT ROWID",
    "CREATE INDEX by_account ON event (account_id)",
    "CREATE INDEX by_customer ON event (customer_id)",
)
AIMS = {
    "ratio": "aim <= 1.3",
    "p99": "aim < 5 ms",
    "open": "aim < 500 ms",
    "history": "aim < 2 ms",
    "memory": "aim < 150 MB",
}


# --- what is recorded ----------------------------------------------------------------------------------------------


def invented(count: int, seed: int, first_ms: int = MS) -> Iterator[Event]:
    """Return so many events of count / 10 customers; every eighth is a promise."""
    dice = random.Random(seed)
    ids = Ids(dice.getrandbits)
    customers = max(count // 10, 1)
    for number in range(count):
        account = dice.randrange(customers)
        code = CODES[dice.randrange(len(CODES))]
        told: dict[str, Any] = {}
        if code == "PTP":
            told = {"amount": Decimal(dice.randrange(100, 90_000)), "currency": "TWD", "due_date": date(2026, 10, 7)}
        yield Event(
            event_id=ids.next(first_ms + number),
            kind=EventKind.OUTCOME,
            account_id=f"A{account:07}",
            customer_id=f"C{account:07}",
            occurred_at=NOW + timedelta(milliseconds=number),
            by=f"agent{dice.randrange(20)}",
            code=code,
            channel=Channel.PHONE,
            contact_point="mobile",
            note="asked to be called after work" if number % 3 == 0 else "",
            decided=Decided("3f1c9a5e7b2d4086", "first call", "behaviour-2", 612),
            **told,
        )


def opened(folder: Path) -> Ledger:
    """Open the ledger."""
    return open_ledger(folder / "ledger", DESK, lock_timeout=60)


def row(event: Event) -> tuple[str, str, str, str]:
    """Return an event as SQLite keeps it here: the same JSON, and the same fields indexed."""
    text = document.canonical(document.write(event, recorded_at=NOW, desk=DESK))
    return event.event_id, event.account_id, event.customer_id, text


def sqlite(folder: Path) -> sqlite3.Connection:
    """Open the table in SQLite, durable at each commit."""
    found = sqlite3.connect(folder / "events.sqlite", isolation_level=None)
    found.execute("PRAGMA journal_mode=WAL")
    found.execute("PRAGMA synchronous=FULL")
    return found


# --- words and figures ---------------------------------------------------------------------------------------------


def show(what: str, figure: str, beside: str = "", aim: str = "") -> None:
    """Print one row."""
    print(f"{what:<56}{figure:>22}   {beside:<34}{AIMS.get(aim, '')}".rstrip(), flush=True)


def seconds(step: Callable[[], object]) -> float:
    """Return how long a step takes."""
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


def percentiles(taken: list[float]) -> tuple[float, float]:
    """Return p50 and p99 in milliseconds."""
    cuts = statistics.quantiles(taken, n=100, method="inclusive")
    return 1000 * cuts[49], 1000 * cuts[98]


def child(folder: Path, what: str, *words: str) -> dict[str, float]:
    """Return what a fresh process measures."""
    command = [sys.executable, "-m", "benchmarks.ledger", "--child", what, str(folder), *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, float] = json.loads(done.stdout)
    return found


# --- steps ---------------------------------------------------------------------------------------------------------


def bulk(folder: Path, count: int) -> list[Event]:
    """Import all events in batches, into the ledger and into SQLite; return some of them from all over."""
    taken = dict.fromkeys(("ledger", "sqlite"), 0.0)
    some: list[Event] = []
    with opened(folder) as ledger:
        table = sqlite(folder)
        for statement in TABLE:
            table.execute(statement)
        batch: list[Event] = []
        for number, event in enumerate(invented(count, SEED), 1):
            batch.append(event)
            some += [event] if number % max(count // LOOKUPS, 1) == 0 else []
            if len(batch) == BATCH or number == count:
                taken["ledger"] += seconds(partial(ledger.record_many, batch, recorded_at=NOW))
                taken["sqlite"] += seconds(partial(insert_all, table, batch))
                batch = []
        table.close()
    size = sum(path.stat().st_size for path in (folder / "ledger").iterdir()) / 1e6
    other = (folder / "events.sqlite").stat().st_size / 1e6
    show(f"bulk import, {BATCH:,} a batch", f"{taken['ledger']:.1f} s", f"SQLite {taken['sqlite']:.1f} s")
    show("size with indexes", f"{size:.0f} MB", f"SQLite {other:.0f} MB")
    return some


def insert_all(table: sqlite3.Connection, batch: list[Event]) -> None:
    """Insert a batch in one transaction."""
    table.execute("BEGIN")
    table.executemany("INSERT INTO event VALUES (?, ?, ?, ?)", map(row, batch))
    table.execute("COMMIT")


def insert(table: sqlite3.Connection, event: Event) -> None:
    """Insert one event in a transaction of its own."""
    table.execute("INSERT INTO event VALUES (?, ?, ?, ?)", row(event))


def one_by_one(folder: Path, count: int) -> None:
    """Record events one by one, in turns with SQLite and with a bare line and its fsync."""
    taken: dict[str, list[float]] = {"ledger": [], "SQLite": [], "a line and its fsync": []}
    bare = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def line(event: Event) -> None:
        os.write(bare, row(event)[3].encode())
        os.fsync(bare)

    with opened(folder) as ledger:
        table = sqlite(folder)
        gc.collect()
        for event in invented(ROUNDS, SEED + 1, MS + 10 * count):
            taken["ledger"].append(seconds(partial(ledger.record, event, recorded_at=NOW)))
            taken["SQLite"].append(seconds(partial(insert, table, event)))
            taken["a line and its fsync"].append(seconds(partial(line, event)))
        table.close()
    os.close(bare)
    figures = {name: percentiles(each) for name, each in taken.items()}
    for name, (half, most) in figures.items():
        show(
            f"record one event durably, {name}: p50 / p99",
            f"{half:.2f} / {most:.2f} ms",
            "",
            "p99" * (name == "ledger"),
        )
    ratio = figures["ledger"][0] / figures["SQLite"][0]
    show("  the ledger's p50 to SQLite's", f"{ratio:.2f} x", "", "ratio")


def openings(folder: Path) -> None:
    """Open the ledger in fresh processes: without indexes, and with them."""
    for path in (folder / "ledger").glob("*.idx"):
        path.unlink()
    first = child(folder, "open")
    later = [child(folder, "open") for _ in range(5)]
    show("open, the first time, indexes made", f"{1000 * first['open']:.0f} ms")
    show("open, median of 5", f"{1000 * statistics.median(each['open'] for each in later):.0f} ms", "", "open")
    told = later[0]
    show("memory: Python with TinyDB, Polars and the ledger loaded", f"{told['imports']:.0f} MB")
    own = told["opened"] - told["imports"]
    show("memory: opened, peak", f"{told['opened']:.0f} MB", f"the ledger itself {own:.0f} MB", "memory")
    scanned = child(folder, "scan")
    own = scanned["scanned"] - scanned["imports"]
    show(
        "memory: all scanned by a Query, peak",
        f"{scanned['scanned']:.0f} MB",
        f"the ledger itself {own:.0f} MB",
        "memory",
    )
    show("the first scan, indexes checked", f"{scanned['first']:.2f} s", f"{scanned['found']:.0f} found")
    show("a full scan by a TinyDB Query", f"{scanned['scan']:.2f} s")
    show("the same by select()", f"{scanned['select']:.2f} s")


def read(table: sqlite3.Connection, field: str, value: str) -> list[object]:
    """Return the documents that have a value in a field."""
    found = table.execute(f"SELECT doc FROM event WHERE {field} = ? ORDER BY event_id", (value,))
    return [json.loads(doc) for (doc,) in found]


def lookups(folder: Path, wanted: list[Event]) -> None:
    """Ask for customers and events, in turns with SQLite."""
    random.Random(SEED + 2).shuffle(wanted)
    taken: dict[str, list[float]] = {"history": [], "history SQLite": [], "get": [], "get SQLite": []}
    with opened(folder) as ledger:
        table = sqlite(folder)
        for event in wanted:
            customer, event_id = event.customer_id, event.event_id
            taken["history"].append(seconds(partial(ledger.history, customer=customer)))
            taken["history SQLite"].append(seconds(partial(read, table, "customer_id", customer)))
            taken["get"].append(seconds(partial(ledger.get, event_id)))
            taken["get SQLite"].append(seconds(partial(read, table, "event_id", event_id)))
        table.close()
    for name, what in (("history", "a customer's history"), ("get", "an event by its id")):
        half, most = percentiles(taken[name])
        other = percentiles(taken[f"{name} SQLite"])[0]
        show(f"{what}: p50 / p99", f"{half:.2f} / {most:.2f} ms", f"SQLite {other:.2f} ms, JSON read", "history")


def writers(folder: Path) -> None:
    """Let several programs record at the same time, each opened before all begin."""
    for several in WRITERS:
        command = [sys.executable, "-m", "benchmarks.ledger", "--child", "write", str(folder)]
        begun = [
            subprocess.Popen(
                [*command, str(100 * several + n)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            for n in range(several)
        ]
        for each in begun:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n"
        began = time.perf_counter()
        for each in begun:
            assert each.stdin is not None
            each.stdin.write("go\n")
            each.stdin.flush()
        told = [json.loads(each.communicate()[0]) for each in begun]
        rate = several * EACH / (time.perf_counter() - began)
        half, most = percentiles([taken for each in told for taken in each])
        show(f"{several} programs x {EACH} records", f"{rate:,.0f} a second", f"p50 / p99 {half:.2f} / {most:.1f} ms")


def merges(folder: Path, count: int) -> None:
    """Bring two desks together that each recorded so many events; then once more, where nothing is new."""
    desks = [open_ledger(folder / name, name) for name in ("north", "south")]
    for number, desk in enumerate(desks):
        events = invented(count, SEED + 50 + number, MS + 2_000_000_000 * (number + 1))
        while batch := list(islice(events, BATCH)):
            desk.record_many(batch, recorded_at=NOW)
    north, south = desks
    path = folder / "north.ledger"
    carried = seconds(lambda: bundle.write(north, path, after=0, name="north", made_at=NOW))
    with bundle.opened(path) as given:
        taken = seconds(lambda: merging.merge(south, given, by="bench", at=NOW))
    with bundle.opened(path) as given:
        again = seconds(lambda: merging.merge(south, given, by="bench", at=NOW))
    told = f"{path.stat().st_size / 1e6:.0f} MB written in {carried:.1f} s; again, nothing new: {again:.1f} s"
    show(f"merge 2 x {count:,}", f"{taken:.1f} s", told)
    for desk in desks:
        desk.close()


def check(folder: Path, count: int) -> None:
    """Check the whole chain, and that nothing of all this was lost."""
    with opened(folder) as ledger:
        taken = seconds(ledger.verify)
        report = ledger.verify(full=False)
    expected = count + ROUNDS + sum(WRITERS) * EACH
    show("check every record", f"{taken:.1f} s", f"{report.records:,} records, {expected - report.records} missing")


# --- what a fresh process does -------------------------------------------------------------------------------------


def peak_mb() -> float:
    """Return the most memory that this process has had since its program began.

    Linux tells it apart from what the parent had; other systems do not.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1024


def in_child(what: str, folder: Path, words: list[str]) -> None:
    """Measure one thing in this process and print it as JSON."""
    if what == "write":
        write(folder, int(words[0]))
        return
    told = {"imports": peak_mb()}  # what Python, TinyDB, Polars and this code take by themselves
    began = time.perf_counter()
    with opened(folder) as ledger:
        told["open"] = time.perf_counter() - began
        told["opened"] = peak_mb()
        if what == "scan":
            query = where("account_id").one_of(["A0000003", "A0000004"])  # which no index answers
            table = LedgerDB(folder / "ledger", storage=LedgerStorage)
            told["first"] = seconds(lambda: table.search(query))
            told["scanned"] = peak_mb()
            table.clear_cache()
            told["scan"] = seconds(lambda: table.search(query))
            told["found"] = len(table.search(query))
            table.close()
            told["select"] = seconds(lambda: sum(1 for _ in ledger.select(code="PTP")))
    print(json.dumps(told))


def write(folder: Path, number: int) -> None:
    """Open, wait for the word, record."""
    events = list(invented(EACH, SEED + number, MS + 1_000_000_000 * number))
    with opened(folder) as ledger:
        print("ready", flush=True)
        sys.stdin.readline()
        print(json.dumps([seconds(partial(ledger.record, e, recorded_at=NOW)) for e in events]))


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("events", type=int, nargs="?", default=EVENTS)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--child", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        what, folder, *words = given.child
        in_child(what, Path(folder), words)
        return
    with tempfile.TemporaryDirectory(dir=given.folder, prefix="ledger-bench-") as name:
        folder = Path(name)
        print(f"{given.events:,} events, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        some = bulk(folder, given.events)
        one_by_one(folder, given.events)
        openings(folder)
        lookups(folder, some)
        writers(folder)
        check(folder, given.events)
        merges(folder, min(given.events, MERGED))
        print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
