"""What is known of every desk: read from the newest records of merges, the same as from all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect.ledger.fields import TABLE
from deskcollect.ledger.line import Link
from deskcollect.ledger.replication import heads as heads_room
from deskcollect.ledger.replication.adoptions import adopt
from deskcollect.ledger.replication.heads import heads, whole
from deskcollect.ledger.tables import EVENTS, MERGES
from tests.ledger.builders import NOW, event, event_id, opened, promise, record
from tests.ledger.desks import desk, pass_on
from tests.ledger.disks import MemoryDisk

if TYPE_CHECKING:
    from pathlib import Path

    from deskcollect.ledger.line import Record
    from deskcollect.ledger.replication.heads import Heads
    from deskcollect.ledger.store import Ledger
    from tests.ledger.conftest import Place

Known = tuple[dict[str, Link], dict[str, int], set[str]]


def of_all(ledger: Ledger) -> Known:
    """Return what all records of merges say together, each read without what it says of those before it."""
    known: dict[str, Link] = {}
    told: dict[str, int] = {}
    skipped: set[str] = set()
    for each in ledger.backend.lines.find(TABLE, MERGES):
        merged = each.document()
        further = {merged["desk"]: [merged["seq"], merged["hash"]], **merged["heads"]}
        for name, link in further.items():
            known[name] = max(known.get(name, Link(0, "")), Link(*link), key=lambda each: each.seq)
        if "knew" in merged:
            told[merged["desk"]] = max(merged["knew"], told.get(merged["desk"], 0))
        skipped.update(merged.get("skipped", ()))
    return known, told, skipped


def told_of(found: Heads) -> Known:
    """Return the same of what was read."""
    return dict(found.known), dict(found.told), set(found.skipped)


def merged(name: str, seq: int, **more: Any) -> dict[str, Any]:
    """Return the record of a merge, as an older version wrote it."""
    told = {"desk": name, "seq": seq, "hash": f"{seq:064x}", "heads": {}, "new": 0, "here": 1, "own_seq": 0}
    return {**told, "by": "mei", "merged_at": NOW.isoformat(), **more}


NAMES = st.sampled_from(["north", "front", "south", "west"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.integers(0, 2)),
        st.tuples(
            st.sampled_from(["merge", "merge as before"]),
            st.integers(0, 2),
            NAMES,
            st.integers(1, 99),
            st.dictionaries(NAMES, st.integers(1, 99), max_size=2),
            st.integers(0, 9),
        ),
        st.tuples(st.just("record"), st.integers(1, 3)),
        st.tuples(st.just("adopt"), st.integers(0, 9)),
    ),
    max_size=25,
)


@given(steps=STEPS, files=st.sampled_from([900, 4_000_000]), few=st.sampled_from([2, 8]))
@settings(max_examples=150, deadline=None)
def test_whoever_merged_at_once_the_newest_records_tell_what_all_do(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Any, ...]], files: int, few: int
) -> None:
    folder = tmp_path_factory.mktemp("desk")
    with (
        pytest.MonkeyPatch.context() as patch,
        opened(folder, MemoryDisk(), segment_bytes=files) as ledger,
    ):
        patch.setattr(heads_room, "_FEW", few)
        programs = [heads(ledger)] * 3  # what each of three programs last read
        made = 0
        for what, *told in steps:
            if what == "read":
                programs[told[0]] = heads(ledger)
            elif what == "record":
                record(ledger, *(event(made + n) for n in range(told[0])))
                made += told[0]
            elif what == "adopt":
                adopt(ledger, f"id-{told[0]}", after=ledger.head().seq // 2, by="mei", at=NOW)
            else:
                program, name, seq, further, knew = told
                links = {other: [n, f"{n:064x}"] for other, n in further.items() if other != name}
                more = {"skipped": [event_id(knew)]} if knew > 6 else {"knew": knew} if knew else {}
                document = merged(name, seq, heads=links, **more)
                if what == "merge":
                    document["whole"] = whole(programs[program], document)
                ledger.backend.append(MERGES, [document])
        assert told_of(heads(ledger)) == of_all(ledger)


def test_only_the_newest_records_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    north, front = desk(tmp_path, "north"), desk(tmp_path, "front")
    for n in range(1, 31):
        record(north, event(n))
        pass_on(north, front, tmp_path, after=n - 1)
    asked: list[int] = []
    newest = front.backend.lines.newest

    def asking(table: str, count: int) -> list[Record]:
        asked.append(count)
        return newest(table, count)

    monkeypatch.setattr(front.backend.lines, "newest", asking)
    assert heads(front).known["north"].seq == 30
    assert len(asked) == 1
    assert asked[0] < 30


def test_where_too_many_desks_are_known_for_one_record_all_are_read(tmp_path: Path) -> None:
    north, front = desk(tmp_path, "north", event(1)), desk(tmp_path, "front")
    for part in range(3):
        many = {f"desk-{part}-{n}": [n + 1, "f" * 64] for n in range(300)}
        front.backend.append(MERGES, [merged("south", part + 1, heads=many)])
    assert pass_on(north, front, tmp_path).new == 1
    (last,) = front.backend.lines.newest(MERGES, 1)
    assert "whole" not in last.document()
    assert len(heads(front).known) == 902


def test_the_newest_records_of_a_table_come_first(place: Place) -> None:
    with place.opened() as ledger:
        assert ledger.backend.lines.newest(MERGES, 3) == []
        for n in range(1, 6):
            record(ledger, promise(n))
            ledger.backend.append(MERGES, [merged("north", n)])
        lines = ledger.backend.lines
        lines.refresh()
        assert [each.document()["seq"] for each in lines.newest(MERGES, 3)] == [5, 4, 3]
        assert [each.document()["seq"] for each in lines.newest(MERGES, 9)] == [5, 4, 3, 2, 1]
        assert [each.document()["event_id"] for each in lines.newest(EVENTS, 2)] == [event_id(5), event_id(4)]
        assert {each.table for each in lines.newest(EVENTS, 9)} == {EVENTS}
    with place.opened() as again:
        again.backend.lines.refresh()
        assert [each.seq for each in again.backend.lines.newest(MERGES, 1)] == [10]
