"""Desks of one team and their server: what one records all have, and nobody waits for the server to record."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from errno import ENOSPC
from typing import TYPE_CHECKING, Any

import pytest

from deskcollect.errors import BadUse, Fork, LedgerError
from deskcollect.ledger.replication import adoptions, merging
from deskcollect.ledger.replication.team import Synced, Team
from deskcollect.ledger.store import Ledger, open_ledger
from deskcollect.ledger.upkeep.repair import repair
from tests.ledger.builders import NOW, all_ids, event, event_id, files, ids, record
from tests.ledger.test_lost_and_brought_back import harm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.ledger.servers import Database


class Member:
    """A desk of the team."""

    def __init__(self, folder: Path, name: str, address: str) -> None:
        self.name = name
        self.ledger: Ledger = open_ledger(folder / name, f"id-{name}")
        self.team = Team(self.ledger, address, folder)

    def sync(self, **fields: object) -> Synced:
        """Send and take."""
        return self.team.sync(name=self.name, by="ana", at=NOW, **fields)  # type: ignore[arg-type]  # skip alone

    @property
    def has(self) -> set[str]:
        """Return the ids of the events that this desk has."""
        return set(all_ids(self.ledger))

    def close(self) -> None:
        """Leave."""
        self.team.close()
        self.ledger.close()


@pytest.fixture
def north(tmp_path: Path, database: Database) -> Iterator[Member]:
    with closing(Member(tmp_path, "north", database.address)) as member:
        yield member


@pytest.fixture
def south(tmp_path: Path, database: Database) -> Iterator[Member]:
    with closing(Member(tmp_path, "south", database.address)) as member:
        yield member


def test_what_one_records_the_other_has_after_both_have_synchronised(north: Member, south: Member) -> None:
    record(north.ledger, event(1), event(2))
    record(south.ledger, event(3))
    assert north.sync() == Synced(2, 0)
    assert south.sync() == Synced(1, 2)
    assert north.sync() == Synced(0, 1)
    assert north.has == south.has == set(ids([event(1), event(2), event(3)]))
    for member in (north, south):
        assert member.ledger.verify().ok
        assert member.team.waiting() == 0


def test_once_all_is_known_everywhere_nothing_is_written_any_more(
    north: Member, south: Member, database: Database
) -> None:
    record(north.ledger, event(1))
    for member in (north, south, north, south):
        member.sync()
    with database.opened() as server:
        before = [north.ledger.head(), south.ledger.head(), server.head()]
        for member in (north, south, north):
            assert member.sync() == Synced(0, 0)
        assert [north.ledger.head(), south.ledger.head(), server.head()] == before


def test_what_is_recorded_without_the_server_waits_and_goes_there_later(
    tmp_path: Path, database: Database, south: Member
) -> None:
    away = Member(tmp_path, "north", "postgresql://desk@localhost:1/none")
    record(away.ledger, event(1), event(2))
    with pytest.raises(LedgerError):
        away.sync()
    assert away.team.waiting() == 2
    assert away.has == set(ids([event(1), event(2)]))
    away.close()
    back = Member(tmp_path, "north", database.address)
    assert back.sync() == Synced(2, 0)
    assert back.team.waiting() == 0
    assert south.sync() == Synced(0, 2)
    back.close()


def test_a_server_that_goes_and_comes_back_is_found_again(north: Member, database: Database) -> None:
    record(north.ledger, event(1))
    north.sync()
    database.run(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database.name}' "
        "AND pid <> pg_backend_pid()"
    )
    record(north.ledger, event(2))
    sent = 0
    for _ in range(2):  # the first may find the wire cut
        try:
            sent += north.sync().sent
        except LedgerError:
            assert north.team.waiting() == 1
    assert sent == 1


def test_another_program_at_the_desk_may_have_synchronised(tmp_path: Path, north: Member, database: Database) -> None:
    other = Member(tmp_path, "north", database.address)
    record(north.ledger, event(1))
    assert other.sync() == Synced(1, 0)
    assert north.sync() == Synced(0, 0)
    record(other.ledger, event(2))
    assert north.sync() == Synced(1, 0)
    assert other.sync() == Synced(0, 0)
    other.close()


def test_two_entries_under_one_id_are_named_and_left_where_they_are(north: Member, south: Member) -> None:
    record(north.ledger, event(1))
    record(south.ledger, event(1, code="VM"), event(2))
    north.sync()
    with pytest.raises(BadUse, match=event_id(1)) as refused:
        south.sync()
    assert f"sync --skip {event_id(1)}" in refused.value.remedy
    south.sync(skip=[event_id(1)])
    north.sync()
    assert north.has == south.has == {event_id(1), event_id(2)}
    own = south.ledger.get(event_id(1))
    assert own is not None
    assert own.code == "VM"


def test_claims_of_the_team_are_seen_by_every_desk(north: Member, south: Member) -> None:
    mine = north.team.claims().take("C1", "ana", now=NOW)
    assert south.team.claims().take("C1", "ben", now=NOW).by == mine.by == "ana"


def test_what_a_repair_lost_comes_back_with_the_next_visit_once(north: Member, south: Member, tmp_path: Path) -> None:
    record(north.ledger, event(1), event(2))
    record(south.ledger, event(3), event(4))
    for member in (north, south, north):
        member.sync()
    harm(tmp_path / "north", 1, 3)
    north.ledger.head()
    repair(files(north.ledger), by="mei", at=NOW)
    assert north.has == {event_id(2)}, "what south recorded came in one batch, which is lost whole"
    assert north.sync() == Synced(0, 3)
    assert north.has == south.has
    assert north.ledger.verify().ok
    head = north.ledger.head()
    for _ in range(2):
        assert (north.sync(), south.sync()) == (Synced(0, 0), Synced(0, 0))
    assert north.ledger.head() == head


def test_a_repair_that_lost_nothing_of_the_server_is_asked_about_once(
    north: Member, south: Member, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(north.ledger, event(1))
    record(south.ledger, event(2))
    for member in (north, south, north):
        member.sync()
    record(north.ledger, event(9))
    harm(tmp_path / "north", 9)
    north.ledger.head()
    repair(files(north.ledger), by="mei", at=NOW)
    looked: list[int] = []
    merge = merging.merge

    def looking(*given: Any, **more: Any) -> Any:
        looked.append(1)
        return merge(*given, **more)

    monkeypatch.setattr(merging, "merge", looking)
    for _ in range(3):
        assert north.sync() == Synced(0, 0)
    assert len(looked) == 1


# --- a server that is put back from an older copy -----------------------------------------------------------------------------


def put_back(database: Database, last: int) -> None:
    """Take the newest lines off a server, as one does who restores an older copy of it."""
    database.run_unguarded(f"DELETE FROM deskcollect.line WHERE seq > {last}")


@pytest.mark.parametrize("written_on", [False, True])
@pytest.mark.parametrize("opened_before", [False, True])
def test_a_server_put_back_from_an_older_copy_is_noticed(
    tmp_path: Path, north: Member, south: Member, database: Database, *, written_on: bool, opened_before: bool
) -> None:
    record(south.ledger, event(1))
    south.sync()
    with database.opened() as server:
        older = server.head().seq
    record(south.ledger, event(2), event(3))
    south.sync()
    north.sync()
    put_back(database, older)
    if not opened_before:
        north.team.close()
    if written_on:
        with closing(Member(tmp_path, "third", database.address)) as third:
            record(third.ledger, *(event(n) for n in range(11, 19)))
            third.sync()
    record(north.ledger, event(4))
    heads = [north.ledger.head()]
    with pytest.raises(Fork, match="put back from an older copy") as error:
        north.sync()
    assert "deskcollect help team" in error.value.remedy
    assert [north.ledger.head()] == heads
    with database.opened() as server:
        assert event_id(4) not in all_ids(server), "nothing is sent to a server that lost something"


def test_a_server_put_back_and_given_another_id_gets_back_what_it_lost(
    north: Member, south: Member, database: Database
) -> None:
    for n, member in enumerate((north, south), 1):
        record(member.ledger, event(n))
        member.sync()
    north.sync()
    with database.opened() as server:
        older = server.head().seq
    record(north.ledger, event(3))
    north.sync()
    south.sync()
    put_back(database, older)
    database.run("UPDATE deskcollect.desk SET id = left(replace(gen_random_uuid()::text, '-', ''), 12)")
    for member in (south, north, south, north):
        member.team.close()
        member.sync()
    wanted = {event_id(n) for n in (1, 2, 3)}
    with database.opened() as server:
        assert set(all_ids(server)) == wanted
        before = [north.ledger.head(), south.ledger.head(), server.head()]
        for member in (north, south, north):
            assert member.sync() == Synced(0, 0)
        assert [north.ledger.head(), south.ledger.head(), server.head()] == before
        assert server.verify().ok
    assert north.has == south.has == wanted


# --- what lies on the disk meanwhile ------------------------------------------------------------------------------------------


def test_what_goes_to_and_fro_lies_nowhere_where_a_killed_program_would_leave_it(
    tmp_path: Path, north: Member, south: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    ledgers = {tmp_path / member.name for member in (north, south)}
    record(north.ledger, event(1, note="says Friday"))
    seen: list[Path] = []
    merge = merging.merge

    def looking(*given: Any, **more: Any) -> Any:
        seen.extend(each for each in tmp_path.rglob("*") if each.is_file() and each.parent not in ledgers)
        return merge(*given, **more)

    monkeypatch.setattr(merging, "merge", looking)
    assert (north.sync().sent, south.sync().taken) == (1, 1)
    assert seen == []


def test_a_disk_without_room_for_it_is_told_in_words(north: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(ENOSPC, "No space left on device")

    record(north.ledger, event(1))
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(LedgerError, match="No space left on device"):
        north.sync()
    assert north.team.waiting() == 1


@pytest.fixture
def copy(tmp_path: Path, north: Member, south: Member, database: Database) -> Iterator[Member]:
    """Return a copy of the north's folder; both went on behind their second entry, the north with others' entries too."""
    record(north.ledger, event(1), event(2))
    north.sync()
    shutil.copytree(tmp_path / "north", tmp_path / "copy" / "north")
    record(south.ledger, event(3), event(4))
    for member in (south, north):
        member.sync()
    record(north.ledger, event(5))
    north.sync()
    with closing(Member(tmp_path / "copy", "north", database.address)) as member:
        record(member.ledger, event(6))
        yield member


def rename(member: Member, desk_id: str, after: int) -> None:
    """Give a desk another id, also for its lines above a number."""
    adoptions.adopt(member.ledger, desk_id, by="ana", at=NOW, after=after)
    member.ledger.desk_id = desk_id


def assert_parts_behind(member: Member, number: int) -> None:
    """See that the server tells where two copies part."""
    with pytest.raises(Fork) as told:
        member.sync()
    assert f"--after {number}" in told.value.remedy


def test_what_a_copy_of_a_desk_records_reaches_the_team(copy: Member, north: Member, south: Member) -> None:
    assert_parts_behind(copy, 2)
    rename(copy, "id-copy", after=2)
    for member in (copy, south, north, copy):
        member.sync()
    assert copy.has == south.has == north.has == set(ids([event(n) for n in range(1, 7)]))
    record(copy.ledger, event(7))
    assert copy.sync() == Synced(1, 0)


def test_a_copy_that_took_another_id_too_late_is_told_where_it_parts(
    copy: Member, north: Member, south: Member
) -> None:
    rename(copy, "id-copy", after=copy.ledger.head().seq)
    record(copy.ledger, event(7))
    assert_parts_behind(copy, 2)
    rename(copy, "id-third", after=2)
    for member in (copy, south, north, copy):
        member.sync()
    assert copy.has == south.has == north.has == set(ids([event(n) for n in range(1, 8)]))
