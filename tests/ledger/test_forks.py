"""One desk id on two machines: found at the first entry that differs, and the way out of it."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from deskcollect.errors import Fork
from deskcollect.ledger.replication.adoptions import adopt
from deskcollect.ledger.store import Ledger, open_ledger
from tests.ledger.builders import NOW, event, event_id, record
from tests.ledger.desks import contents, desk, export, merge, pass_on

if TYPE_CHECKING:
    from pathlib import Path

AFTER = re.compile(r"adopt --after (\d+)")


@pytest.fixture
def copied(tmp_path: Path) -> tuple[Ledger, Ledger, Ledger]:
    """Return north, a copy of it that went on too, and front that knows nothing yet. They part after two entries."""
    north = desk(tmp_path, "north", event(1), event(2))
    shutil.copytree(tmp_path / "north", tmp_path / "copy" / "north")
    copy = desk(tmp_path / "copy", "north", event(31), event(32), event(33))
    record(north, event(21), event(22))
    return north, copy, desk(tmp_path, "front")


def with_another_id(ledger: Ledger, folder: Path, now: str, after: int) -> Ledger:
    """Give a desk another id and open its ledger with it."""
    adopt(ledger, now, after=after, by="mei", at=NOW)
    ledger.close()
    return open_ledger(folder, now)


def asked(error: pytest.ExceptionInfo[Fork]) -> int:
    """Return the number that the remedy names."""
    found = AFTER.search(error.value.remedy)
    assert found is not None, error.value.remedy
    return int(found[1])


def test_two_copies_of_a_desk_are_found_where_they_part(copied: tuple[Ledger, Ledger, Ledger], tmp_path: Path) -> None:
    north, copy, front = copied
    pass_on(north, front, tmp_path)
    head = front.head()
    with pytest.raises(Fork, match="up to number 2 and not on those after it") as error:
        pass_on(copy, front, tmp_path)
    assert asked(error) == 2
    assert front.head() == head


def test_a_copy_that_wrote_less_is_found_too(copied: tuple[Ledger, Ledger, Ledger], tmp_path: Path) -> None:
    north, copy, front = copied
    pass_on(copy, front, tmp_path)
    with pytest.raises(Fork, match="up to number 2 and not on those after it"):
        pass_on(north, front, tmp_path)


def test_another_id_solves_it_and_everything_comes_together(
    copied: tuple[Ledger, Ledger, Ledger], tmp_path: Path
) -> None:
    north, copy, front = copied
    pass_on(north, front, tmp_path)
    south = with_another_id(copy, tmp_path / "copy" / "north", "south", after=2)
    told = pass_on(south, front, tmp_path)
    assert told.of == (("south", 3),)
    pass_on(front, north, tmp_path)
    pass_on(front, south, tmp_path)
    assert set(contents(north)) == {event_id(n) for n in (1, 2, 21, 22, 31, 32, 33)}
    assert set(contents(south)) == set(contents(front)) == set(contents(north))
    assert all(each.verify().ok for each in (north, south, front))
    kept = front.get(event_id(31))
    assert kept is not None
    assert kept.origin is not None
    assert (kept.origin.desk, kept.origin.written_as) == ("south", "north")


def test_the_two_copies_find_one_another(copied: tuple[Ledger, Ledger, Ledger], tmp_path: Path) -> None:
    north, copy, _ = copied
    with pytest.raises(Fork, match="of this desk up to number 2 and not on those after it") as error:
        pass_on(copy, north, tmp_path)
    assert asked(error) == 2
    south = with_another_id(north, tmp_path / "north", "south", after=2)
    assert pass_on(copy, south, tmp_path).new == 3


def test_a_bundle_of_ones_own_is_nothing_new(tmp_path: Path) -> None:
    north = desk(tmp_path, "north", event(1))
    path = export(north, tmp_path)
    record(north, event(2))
    assert merge(north, path).new == 0
    assert north.head().seq == 2


def test_where_they_part_before_the_bundle_begins_it_is_told(
    copied: tuple[Ledger, Ledger, Ledger], tmp_path: Path
) -> None:
    north, copy, front = copied
    record(north, event(23))
    pass_on(north, front, tmp_path)
    with pytest.raises(Fork, match="before the bundle begins") as error:
        pass_on(copy, front, tmp_path, after=3)
    assert "without --after" in error.value.remedy


def test_a_ledger_put_back_from_an_older_copy_gets_its_lost_entries_back(tmp_path: Path) -> None:
    north, front = desk(tmp_path, "north", event(1), event(2)), desk(tmp_path, "front", event(9))
    shutil.copytree(tmp_path / "north", tmp_path / "backup")
    record(north, event(3), event(4))
    pass_on(north, front, tmp_path)
    restored = open_ledger(tmp_path / "backup", "north")
    with pytest.raises(Fork, match="put back from an older copy") as error:
        pass_on(front, restored, tmp_path)
    back = with_another_id(restored, tmp_path / "backup", "north-2", after=asked(error))
    assert pass_on(front, back, tmp_path).new == 3
    record(back, event(5))
    assert pass_on(back, front, tmp_path).new == 1
    assert contents(back).keys() == contents(front).keys() == {event_id(n) for n in (1, 2, 3, 4, 5, 9)}


def test_a_ledger_put_back_and_written_on_is_found_where_it_parts(tmp_path: Path) -> None:
    north, front = desk(tmp_path, "north", event(1), event(2)), desk(tmp_path, "front")
    shutil.copytree(tmp_path / "north", tmp_path / "backup")
    record(north, event(3), event(4))
    pass_on(north, front, tmp_path)
    restored = open_ledger(tmp_path / "backup", "north")
    record(restored, event(5))
    with pytest.raises(Fork, match="up to number 2 and not on those after it") as error:
        pass_on(front, restored, tmp_path)
    back = with_another_id(restored, tmp_path / "backup", "north-2", after=asked(error))
    assert pass_on(front, back, tmp_path).new == 2
    assert pass_on(back, front, tmp_path).new == 1


def test_an_id_taken_too_late_can_be_taken_again(tmp_path: Path) -> None:
    north, front = desk(tmp_path, "north", event(1), event(2)), desk(tmp_path, "front")
    shutil.copytree(tmp_path / "north", tmp_path / "backup")
    record(north, event(3), event(4))
    pass_on(north, front, tmp_path)
    restored = open_ledger(tmp_path / "backup", "north")
    record(restored, event(5))
    late = with_another_id(restored, tmp_path / "backup", "late", after=3)
    with pytest.raises(Fork, match="up to number 2 and not on those after it") as error:
        pass_on(late, front, tmp_path)
    right = with_another_id(late, tmp_path / "backup", "right", after=asked(error))
    assert pass_on(right, front, tmp_path).of == (("right", 1),)
    assert pass_on(front, right, tmp_path).new == 2


def test_two_copies_that_reach_a_desk_by_others_are_found_and_can_be_told_apart(
    copied: tuple[Ledger, Ledger, Ledger], tmp_path: Path
) -> None:
    north, copy, front = copied
    other = desk(tmp_path, "other", event(9))
    pass_on(north, front, tmp_path)
    pass_on(copy, other, tmp_path)
    head = front.head()
    with pytest.raises(Fork, match="Two desks recorded under the id north"):
        pass_on(other, front, tmp_path)
    assert front.head() == head
    south = with_another_id(copy, tmp_path / "copy" / "north", "south", after=2)
    pass_on(south, front, tmp_path)
    assert pass_on(other, front, tmp_path).new == 1
    assert set(contents(front)) == {event_id(n) for n in (1, 2, 9, 21, 22, 31, 32, 33)}


def test_a_copy_whose_entries_come_by_a_third_desk_is_found_below_what_is_known(tmp_path: Path) -> None:
    north = desk(tmp_path, "north", event(21), event(22), event(23))
    copy = desk(tmp_path / "copy", "north", event(31))
    front, third = desk(tmp_path, "front"), desk(tmp_path, "third")
    pass_on(north, front, tmp_path)
    pass_on(copy, third, tmp_path)
    with pytest.raises(Fork, match="part at entry 1") as error:
        pass_on(third, front, tmp_path)
    assert set(contents(front)) == {event_id(n) for n in (21, 22, 23)}
    south = with_another_id(copy, tmp_path / "copy" / "north", "south", after=asked(error))
    pass_on(south, front, tmp_path)
    assert pass_on(third, front, tmp_path).new == 0
    assert set(contents(front)) == {event_id(n) for n in (21, 22, 23, 31)}


def test_an_older_bundle_of_a_known_desk_is_no_fork(tmp_path: Path) -> None:
    north, front = desk(tmp_path, "north", event(1), event(2)), desk(tmp_path, "front")
    old = export(north, tmp_path)
    record(north, event(3))
    pass_on(north, front, tmp_path)
    head = front.head()
    assert merge(front, old).new == 0
    assert front.head() == head


def test_a_desk_that_never_had_an_id_takes_its_first_one_along(tmp_path: Path) -> None:
    nameless, front = open_ledger(tmp_path / "n", ""), desk(tmp_path, "front")
    record(nameless, event(1))
    named = with_another_id(nameless, tmp_path / "n", "north", after=0)
    assert pass_on(named, front, tmp_path).of == (("north", 1),)
    assert front.verify().ok
