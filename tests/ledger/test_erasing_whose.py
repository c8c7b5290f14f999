"""What an erasure takes and leaves: only what it names, at the word of whoever may say so, and nothing that a hold keeps."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from deskcollect.errors import Damaged, NotRecorded
from deskcollect.ledger.privacy import erasing, rewriting
from deskcollect.ledger.privacy.holds import HOLD
from deskcollect.ledger.privacy.vault import Vault
from deskcollect.ledger.upkeep.repair import repair
from tests.ledger.builders import NOW, event, event_id, files, ids, opened, record
from tests.ledger.desks import desk, pass_on
from tests.ledger.erasures import SEGMENT_BYTES, author, erase, erased_elsewhere, finish, hold, nameless, of, segments

if TYPE_CHECKING:
    from deskcollect.ledger.store import Ledger


def hashes(ledger: Ledger) -> dict[str, str]:
    """Return the hash of the line of each event."""
    return {str(each.document().get("event_id")): each.hash for each in ledger.backend.lines.records()}


def customers(ledger: Ledger) -> list[str]:
    """Return of whom outcomes tell, in order."""
    return [each.customer_id for each in ledger.of_kinds("outcome")]


def waits(ledger: Ledger) -> int:
    """Return how many records wait to be erased."""
    return erasing.waiting(ledger)


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


def test_what_a_desk_erased_of_others_is_known_to_all_of_them_by_the_line_it_was_first_written_on(
    tmp_path: Path,
) -> None:
    north, south, front = (desk(tmp_path, name, of(number, 1)) for number, name in enumerate(("n", "s", "f"), 1))
    for sender, to in ((north, south), (front, south), (south, front), (south, north)):
        pass_on(sender, to, tmp_path)
    assert erase(front, "C1") == 3
    pass_on(front, south, tmp_path)
    assert (waits(south), finish(south)) == (3, 3)
    pass_on(south, north, tmp_path, after=2)
    assert (waits(north), finish(north)) == (3, 3)
    for each in (north, south, front):
        assert each.verify().ok
        assert each.history(customer="C1") == []
        assert (each.verify().erased, waits(each)) == (3, 0)


def test_a_plan_says_at_whose_word_a_record_goes(folder: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, of(1, 1), hold(2, "C3", HOLD), of(3, 3))
        record(ledger, erased_elsewhere(hashes(ledger)))
        plan = erasing.unfinished(ledger)
        (word,) = (each.word for each in plan.going)
        assert word is not None
        assert (word.desk, word.by, word.reason) == ("desk-b", "ana", "asked there")
        assert [(kept.customer_id, each.seq) for each, kept in plan.kept] == [("C3", 2), ("C3", 3)]
        assert erasing.carry_out(ledger, plan, author()) == 1
        own = list(ledger.select(code=erasing.CODE))[-1]
        assert (own.by, own.elsewhere, own.data["reason"]) == ("mei", False, "asked there")


def test_what_was_put_on_hold_or_erased_since_the_plan_was_made_stays_as_it_is(folder: Path) -> None:
    with opened(folder) as ledger, opened(folder) as other:
        record(ledger, of(1, 1), of(2, 2))
        one, two = erasing.of_customer(ledger, "C1"), erasing.of_customer(ledger, "C2")
        erase(other, "C1")
        record(other, hold(3, "C2", HOLD))
        head = other.head()
        assert [erasing.carry_out(ledger, each, author(), reason="late") for each in (one, two)] == [0, 0]
        assert ledger.head() == head
        assert customers(ledger) == ["C2"]


# --- the keys of notes -----------------------------------------------------------------------------------------------------


def sealing(folder: Path) -> Ledger:
    """Open a ledger that seals notes."""
    ledger = opened(folder)
    ledger.vault, ledger.seals = Vault(folder.parent / "keys", passphrase=lambda: "four words"), True
    if not ledger.vault.exists:
        ledger.vault.make("four words")
    return ledger


def keys(folder: Path) -> int:
    """Return how many keys there are."""
    return sum(len(json.loads(path.read_bytes())) for path in (folder.parent / "keys").glob("??.json"))


def test_a_key_goes_with_the_last_note_that_it_seals(folder: Path) -> None:
    with sealing(folder) as ledger:
        record(ledger, of(1, 1), of(2, 1))
        record(ledger, erased_elsewhere({event_id(1): hashes(ledger)[event_id(1)]}))
        assert (finish(ledger), keys(folder)) == (1, 1)
        assert [each.note for each in ledger.history(customer="C1")] == ["secret of C1"], "nobody erased that one"
        record(ledger, erased_elsewhere({event_id(2): hashes(ledger)[event_id(2)]}, 901))
        assert (finish(ledger), keys(folder)) == (1, 0)


def test_a_hold_keeps_the_key_of_the_account_too(folder: Path) -> None:
    with sealing(folder) as ledger:
        record(ledger, of(1, 1), event(2, account_id="A1", customer_id="C2"), nameless(3, 1))
        ledger.seals = False
        record(ledger, hold(4, "C2", HOLD))
        assert (keys(folder), erase(ledger, "C1"), keys(folder)) == (2, 1, 1)
        assert ledger.history(account="A1")[-1].note == "secret of C1"


def test_the_keys_are_gone_before_the_first_record_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sealing(folder) as ledger:
        record(ledger, of(1, 1), nameless(2, 1))
        with monkeypatch.context() as patch:
            patch.setattr(rewriting, "_rewrite", full)
            with pytest.raises(NotRecorded, match="is not finished"):
                erase(ledger, "C1")
        assert (keys(folder), ledger.verify().unfinished) == (0, 2)


def full(*_: object) -> None:
    """Be a disk that is full."""
    raise OSError(28, "No space left on device")


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
