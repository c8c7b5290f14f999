"""What an erasure takes and leaves: only what it names, at the word of whoever may say so, and nothing that a hold keeps."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from deskcollect.errors import Damaged
from deskcollect.ledger.privacy import erasing
from deskcollect.ledger.privacy.holds import HOLD
from deskcollect.ledger.upkeep.repair import repair
from tests.ledger.builders import NOW, event, event_id, files, ids, opened, record
from tests.ledger.erasures import SEGMENT_BYTES, erase, erased_elsewhere, finish, hold, nameless, of, segments

if TYPE_CHECKING:
    from deskcollect.ledger.store import Ledger


def hashes(ledger: Ledger) -> dict[str, str]:
    """Return the hash of the line of each event."""
    return {str(each.document().get("event_id")): each.hash for each in ledger.backend.lines.records()}


def customers(ledger: Ledger) -> list[str]:
    """Return of whom outcomes tell, in order."""
    return [each.customer_id for each in ledger.of_kinds("outcome")]


# --- only what was asked for ---------------------------------------------------------------------------------------------


def test_erasing_one_customer_leaves_alone_what_another_desk_erased(folder: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, of(1, 1), of(2, 2), of(3, 2), of(4, 3))
        told = hashes(ledger)
        record(ledger, erased_elsewhere({each: told[each] for each in (event_id(2), event_id(3))}))
        assert erase(ledger, "C1") == 1
        assert customers(ledger) == ["C2", "C2", "C3"]
        assert erase(ledger, "C7") == 0
        assert customers(ledger) == ["C2", "C2", "C3"]
        assert ledger.verify().unfinished == 2
        assert finish(ledger) == 2
        assert (customers(ledger), ledger.verify().unfinished) == (["C3"], 0)


# --- holds ---------------------------------------------------------------------------------------------------------------


def test_a_hold_keeps_what_is_recorded_on_the_account_without_saying_of_whom(folder: Path) -> None:
    with opened(folder) as ledger:
        joint = event(2, account_id="A1", customer_id="C2")
        record(ledger, of(1, 1), joint, nameless(3, 1), hold(4, "C2", HOLD))
        assert erase(ledger, "C1") == 1
        assert ids(ledger.history(account="A1")) == [event_id(2), event_id(3)]
        assert (ledger.verify().unfinished, ledger.verify().ok) == (0, True)
        record(ledger, erased_elsewhere({event_id(3): hashes(ledger)[event_id(3)]}))
        assert finish(ledger) == 0
        assert ids(ledger.history(account="A1")) == [event_id(2), event_id(3)]


@settings(max_examples=60)
@given(
    told=some.lists(some.tuples(some.integers(0, 3), some.integers(0, 3)), min_size=1, max_size=12),
    on_hold=some.sets(some.integers(1, 3)),
    gone=some.integers(1, 3),
)
def test_nothing_that_a_hold_protects_ever_goes(told: list[tuple[int, int]], on_hold: set[int], gone: int) -> None:
    on_hold = on_hold - {gone}
    with TemporaryDirectory() as home, opened(Path(home) / "ledger", segment_bytes=SEGMENT_BYTES) as ledger:
        for number, (customer, account) in enumerate(told, 1):
            whose = f"C{customer}" if customer else ""
            record(ledger, event(number, customer_id=whose, account_id=f"A{account}"))
        for customer in on_hold:
            record(ledger, hold(100 + customer, f"C{customer}", HOLD))
        mine = {account for customer, account in told if customer == gone}
        kept = {account for customer, account in told if customer in on_hold}
        wanted = [
            event_id(number)
            for number, (customer, account) in enumerate(told, 1)
            if not (customer == gone or (not customer and account in mine - kept))
        ]
        assert erase(ledger, f"C{gone}") == len(told) - len(wanted)
        assert ids(ledger.of_kinds("outcome")) == wanted
        assert ledger.verify().ok


# --- at whose word -------------------------------------------------------------------------------------------------------


def test_a_word_of_another_desk_counts_only_with_the_hash_of_the_record(folder: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, of(1, 1), of(2, 2))
        record(ledger, erased_elsewhere({event_id(1): "c" * 64, event_id(2): hashes(ledger)[event_id(2)]}))
        assert ledger.verify().unfinished == 1
        assert finish(ledger) == 1
        assert customers(ledger) == ["C1"]


# --- a ledger that was repaired ------------------------------------------------------------------------------------------


def harmed(folder: Path, number: int, line: int) -> None:
    """Flip a byte in a line of a segment."""
    path = segments(folder)[number]
    lines = path.read_bytes().splitlines(keepends=True)
    lines[line] = lines[line].replace(b'"code":"NA"', b'"code":"XX"')
    path.write_bytes(b"".join(lines))


def test_after_a_repair_what_stands_beside_the_hole_can_be_erased(folder: Path) -> None:
    with opened(folder, segment_bytes=SEGMENT_BYTES) as ledger:
        record(ledger, *(of(number, number % 3) for number in range(1, 13)))
    harmed(folder, 0, 1)
    with opened(folder, segment_bytes=SEGMENT_BYTES) as ledger:
        repair(files(ledger), by="mei", at=NOW)
        left = customers(ledger)
        for customer in ("C0", "C1", "C2"):
            assert erase(ledger, customer) == left.count(customer)
            assert ledger.verify().ok
        assert customers(ledger) == []


def test_where_a_file_is_damaged_nothing_is_announced(folder: Path) -> None:
    with opened(folder, segment_bytes=SEGMENT_BYTES) as ledger:
        record(ledger, *(of(number, number % 3) for number in range(1, 13)))
    with opened(folder, segment_bytes=SEGMENT_BYTES) as ledger:
        head, waiting = ledger.head(), erasing.waiting(ledger)
        harmed(folder, 0, 1)  # behind the back of the program, which has read the file
        with pytest.raises(Damaged):
            erase(ledger, "C1")
        assert (ledger.head(), waiting) == (head, 0)
        assert list(ledger.select(code=erasing.CODE)) == []
