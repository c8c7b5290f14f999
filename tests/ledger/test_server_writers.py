"""Many desks at one server: nothing lost, nothing twice, nothing skipped by whoever follows, also when it dies."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Self

import pytest

from deskcollect.errors import LedgerError
from deskcollect.ledger.postgres import opening
from deskcollect.ledger.postgres.claims import ServerClaims
from deskcollect.records import Claim
from tests.ledger.builders import NOW, ZONE, all_ids, event, event_id, record
from tests.ledger.servers import Database

REPOSITORY = Path(__file__).parents[2]
WRITER = """
import sys
from deskcollect.ledger.postgres import opening
from tests.ledger.builders import NOW, event

address, start, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with opening.open_server(address, lock_timeout=30) as ledger:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(start, start + count):
        print(ledger.record(event(number), recorded_at=NOW).seq, flush=True)
"""


def begin(database: Database, start: int, count: int) -> subprocess.Popen[str]:
    """Start a program that says when it is ready, waits for a line and then records."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, database.address, str(start), str(count)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def together(database: Database, starts: list[int], count: int) -> list[list[int]]:
    """Let programs record at the same time and return the numbers each of them was given."""
    writers = [begin(database, start, count) for start in starts]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    told = [writer.communicate(timeout=120) for writer in writers]
    assert [error for _, error in told] == [""] * len(writers)
    return [[int(number) for number in out.split()] for out, _ in told]


class Follower:
    """Follows a ledger with its cursor, page by page, as the rescoring does, until all writers are done."""

    def __init__(self, database: Database) -> None:
        self.seen: list[str] = []
        self.numbers: list[int] = []
        self._done = Event()
        self._ledger = database.opened()
        self._thread = Thread(target=self._follow)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        self._ledger.close()

    def _follow(self) -> None:
        """Read what is new again and again, and once more behind the end."""
        cursor: str | None = None
        is_last = False
        while not is_last:
            is_last = self._done.is_set()
            for reached, each in self._ledger.since(cursor):
                cursor = reached
                assert each.origin is not None
                self.seen.append(each.event_id)
                self.numbers.append(each.origin.seq)


def expect(database: Database, follower: Follower, starts: list[int], count: int) -> None:
    """See that everything is there once, in one chain, and was followed in its order without a gap."""
    with database.opened() as ledger:
        got = all_ids(ledger)
        report = ledger.verify()
    assert report.ok
    assert report.head.seq == len(got) == len(starts) * count
    for start in starts:
        wanted = [event_id(start + n) for n in range(count)]
        mine = set(wanted)
        assert [each for each in got if each in mine] == wanted
    assert follower.seen == got
    assert follower.numbers == list(range(1, len(got) + 1))


def test_programs_that_record_at_once_lose_and_skip_nothing(database: Database) -> None:
    starts = [1000, 2000, 3000, 4000]
    with Follower(database) as follower:
        told = together(database, starts, 60)
    assert sorted(number for numbers in told for number in numbers) == list(range(1, 4 * 60 + 1))
    expect(database, follower, starts, 60)


@pytest.mark.parametrize("batch", [1, 7])
def test_eight_connections_that_record_at_once_lose_and_skip_nothing(database: Database, batch: int) -> None:
    starts, count = [1000 * n for n in range(1, 9)], 70
    barrier = Barrier(len(starts))

    def work(start: int) -> None:
        with database.opened(lock_timeout=60) as ledger:
            barrier.wait()
            for number in range(start, start + count, batch):
                ledger.record_many([event(number + n) for n in range(batch)], recorded_at=NOW)

    with Follower(database) as follower, ThreadPoolExecutor(len(starts)) as threads:
        list(threads.map(work, starts))
    expect(database, follower, starts, count)


def test_connections_with_the_same_events_record_each_once(database: Database) -> None:
    barrier = Barrier(4)

    def work(_: int) -> int:
        with database.opened(lock_timeout=60) as ledger:
            barrier.wait()
            return sum(not ledger.record(event(n), recorded_at=NOW).replayed for n in range(40))

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(work, range(4))) == 40
    with database.opened() as ledger:
        assert all_ids(ledger) == [event_id(n) for n in range(40)]


def test_threads_of_one_program_share_a_connection(database: Database) -> None:
    with database.opened() as ledger, ThreadPoolExecutor(4) as threads:

        def work(start: int) -> int:
            for number in range(start, start + 30):
                ledger.record(event(number), recorded_at=NOW)
                assert ledger.get(event_id(number)) is not None
                ledger.health()
            return len(ledger.events(ZONE).collect())

        assert max(threads.map(work, (1000, 2000, 3000))) == 90
        assert ledger.verify().ok


def test_what_was_acknowledged_outlives_a_crash_of_the_server(database: Database) -> None:
    starts, count, before_the_crash = [10_000, 20_000, 30_000, 40_000], 2_000, 150
    acknowledged: list[str] = []
    attempted: list[str] = []
    enough = Event()

    def work(start: int) -> None:
        with database.opened(lock_timeout=60) as ledger, suppress(LedgerError):
            for number in range(start, start + count):
                attempted.append(event_id(number))
                ledger.record(event(number), recorded_at=NOW)
                acknowledged.append(event_id(number))
                if len(acknowledged) > before_the_crash:
                    enough.set()

    with ThreadPoolExecutor(len(starts)) as threads:
        done = [threads.submit(work, start) for start in starts]
        assert enough.wait(60)
        database.server.crash()
        for each in done:
            each.result()
        database.server.start_again()
    assert len(attempted) < len(starts) * count, "the crash came in the middle"
    with database.opened() as ledger:
        recovered = all_ids(ledger)
        assert set(acknowledged) <= set(recovered) <= set(attempted)
        assert ledger.verify().ok
        numbers = {event_id(number): number for start in starts for number in range(start, start + count)}
        for doubted in set(attempted) - set(acknowledged):
            receipt = ledger.record(event(numbers[doubted]), recorded_at=NOW)
            assert receipt.replayed is (doubted in recovered)
        assert sorted(all_ids(ledger)) == sorted(attempted), "a retry gives one copy"


# --- claims ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(database: Database) -> Iterator[Callable[[str], ServerClaims]]:
    """Return a function that gives the claims of the team as a desk sees them."""
    opened = []

    def claims(desk_id: str) -> ServerClaims:
        opened.append(database.connection())
        return opening.claims(opened[-1], desk_id)

    yield claims
    for each in opened:
        each.close()


Desks = Callable[[str], ServerClaims]


def owner(claim: Claim) -> tuple[str, str]:
    """Return who holds a claim, and where."""
    return claim.by, claim.desk


def test_of_four_desks_that_claim_every_customer_one_wins_each(desk: Desks) -> None:
    names, customers = ["a", "b", "c", "d"], [f"C{n}" for n in range(300)]
    barrier = Barrier(len(names))

    def work(name: str) -> set[str]:
        claims, mine = desk(name), set()
        for customer in customers:
            barrier.wait()  # all four reach for the same customer at once
            if owner(claims.take(customer, "ana", now=NOW)) == ("ana", name):
                mine.add(customer)
        return mine

    with ThreadPoolExecutor(len(names)) as threads:
        won = list(threads.map(work, names))
    assert sum(map(len, won)) == len(customers)
    assert set().union(*won) == set(customers)


def test_a_claim_is_ones_own_until_it_ends(desk: Desks) -> None:
    ana, ben = desk("a"), desk("b")
    first = ana.take("C1", "ana", now=NOW, minutes=15)
    assert (first.customer_id, owner(first)) == ("C1", ("ana", "a"))
    assert first.until - first.taken_at == timedelta(minutes=15)
    assert owner(ben.take("C1", "ben", now=NOW)) == ("ana", "a")
    assert owner(ana.take("C1", "cem", now=NOW)) == ("ana", "a"), "another person at the same desk is another"
    assert owner(ben.take("C2", "ben", now=NOW)) == ("ben", "b")
    assert [each.customer_id for each in ana.standing(NOW)] == ["C1", "C2"]


def test_a_claim_is_renewed_by_its_owner(desk: Desks) -> None:
    ana = desk("a")
    first = ana.take("C1", "ana", now=NOW, minutes=1)
    again = desk("a").take("C1", "ana", now=NOW, minutes=30)
    assert again.taken_at == first.taken_at
    assert again.until > first.until + timedelta(minutes=28)


def test_a_claim_that_was_given_back_is_free(desk: Desks) -> None:
    ana, ben = desk("a"), desk("b")
    ana.take("C1", "ana", now=NOW)
    assert not ben.release("C1", "ben")
    assert not ben.release("C1", "ana"), "a claim belongs to a person at a desk"
    assert ana.release("C1", "ana")
    assert not ana.release("C1", "ana")
    assert owner(ben.take("C1", "ben", now=NOW)) == ("ben", "b")


def test_the_clock_of_the_server_ends_a_claim_and_no_desks_own(desk: Desks, database: Database) -> None:
    ana, ben = desk("a"), desk("b")
    ana.take("C1", "ana", now=NOW + timedelta(days=400))
    assert owner(ben.take("C1", "ben", now=NOW + timedelta(days=800))) == ("ana", "a")
    database.run("UPDATE deskcollect.claim SET until = now() - interval '1 second'")
    assert ben.standing(NOW - timedelta(days=800)) == ()
    assert not ana.release("C1", "ana"), "it has ended"
    taken = ben.take("C1", "ben", now=NOW)
    assert owner(taken) == ("ben", "b")
    assert taken.until - taken.taken_at == timedelta(minutes=15), "a new claim, not a longer one"


def test_claims_go_on_over_a_lost_connection(desk: Desks, database: Database) -> None:
    ana = desk("a")
    ana.take("C1", "ana", now=NOW)
    database.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'desk'")
    assert owner(ana.take("C1", "ana", now=NOW)) == ("ana", "a")


def test_a_claim_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    away = opening.connection(f"postgresql://desk@/team?host={tmp_path}")
    with pytest.raises(
        LedgerError, match="Nothing was claimed: the server of this machine, database team cannot be reached"
    ):
        opening.claims(away, "a").take("C1", "ana", now=NOW)


def test_recording_and_claiming_share_a_server(database: Database, desk: Desks) -> None:
    with database.opened() as ledger:
        desk("a").take("C1", "ana", now=NOW)
        record(ledger, event(1))
        assert len(desk("b").standing(NOW)) == 1
