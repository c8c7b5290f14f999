"""What the ledger of a team on a PostgreSQL server costs: recording, reading, claiming, filling and following it.

Run it as  python benchmarks/postgres.py [postgresql://ADDRESS]  with the address of a ledger that may be filled; without
one it starts a server of its own that waits for its disk. A desk connects as a desk, with a desk's rights.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import quantiles

from deskcollect.ledger.postgres import opening
from tests.ledger import servers
from tests.ledger.builders import NOW, ZONE, event

MANY, BATCH, SINGLE, CLAIMED = 100_000, 5_000, 1_000, 2_000


@contextmanager
def place() -> Iterator[str]:
    """Give the address of a ledger."""
    if len(sys.argv) > 1:
        yield sys.argv[1]
        return
    with servers.running() as server, server.database() as database:
        server.run("ALTER SYSTEM SET fsync = on")
        server.crash()
        server.start_again()
        yield database.address


def each(label: str, count: int, act: Callable[[int], object]) -> None:
    """Print the median and the slowest hundredth of many times."""
    took = []
    for number in range(count):
        began = time.perf_counter()
        act(number)
        took.append(time.perf_counter() - began)
    cuts = quantiles(took, n=100)
    print(f"{label:38} p50 {1000 * cuts[49]:7.2f} ms   p99 {1000 * cuts[98]:7.2f} ms")


def once(label: str, act: Callable[[], object]) -> None:
    """Print how long one thing takes."""
    began = time.perf_counter()
    act()
    print(f"{label:38} {time.perf_counter() - began:7.2f} s")


def race(address: str) -> int:
    """Let four desks claim every customer; return how many claims were won."""

    def work(desk: int) -> int:
        there = opening.connection(address)
        claims = opening.claims(there, f"desk-{desk}")
        customers = (f"R{number}" for number in range(CLAIMED))
        won = sum(claims.take(customer, "ana", now=NOW).desk == f"desk-{desk}" for customer in customers)
        there.close()
        return won

    with ThreadPoolExecutor(4) as threads:
        return sum(threads.map(work, range(4)))


def main() -> None:
    """Measure."""
    with place() as address, opening.open_server(address) as ledger:
        there = opening.connection(address)
        print(
            f"fsync {there.rows('SHOW fsync')[0][0]}, synchronous_commit {there.rows('SHOW synchronous_commit')[0][0]}"
        )

        def fill() -> None:
            for start in range(0, MANY, BATCH):
                ledger.record_many([event(start + n) for n in range(BATCH)], recorded_at=NOW)

        once(f"fill with {MANY:,}, {BATCH:,} a batch", fill)
        each("record one, confirmed", SINGLE, lambda n: ledger.record(event(MANY + n), recorded_at=NOW))
        each("history of a customer", SINGLE, lambda n: ledger.history(customer=f"C{n * 97}"))
        with opening.open_server(address) as other:
            once(f"follow {MANY:,} from the start", lambda: sum(1 for _ in other.since(None)))
            once(f"table of {MANY:,} events", lambda: other.events(ZONE).collect())
            once("prove every record", other.verify)
        claims = opening.claims(there, "desk-a")
        each("claim a customer", SINGLE, lambda n: claims.take(f"C{n}", "ana", now=NOW))
        there.close()
        once(f"four desks race for {CLAIMED:,} customers", lambda: print(f"won: {race(address):,}"))
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
