"""A ledger put back from a backup: what is beyond it is said, the ledger before is kept, and a crash leaves a usable desk."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from errno import EACCES, ENOSPC
from pathlib import Path
from typing import Any

import pytest

from deskcollect import desk_toml, settings
from deskcollect.desk.upkeep import copies, erasure, repairing
from deskcollect.desk.upkeep.keeping import keeping
from deskcollect.errors import BadData, BadUse, Busy, LedgerError
from deskcollect.ledger.files.disk import Disk
from deskcollect.ledger.privacy import erasing
from deskcollect.ledger.replication.adoptions import adoptions, owner
from deskcollect.ledger.store import open_ledger
from deskcollect.ledger.upkeep import restoring, retention
from deskcollect.settings import Settings
from deskcollect.vocabulary import EventKind
from tests.ledger.builders import NOW, all_ids, event, event_id, files, record

FAR = NOW + timedelta(days=9)
OLD = "0123456789ab"
WANTED = [event_id(n) for n in (1, 2, 3)]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Return a desk with three records and a backup of them."""
    folder = tmp_path / "desk"
    folder.mkdir()
    settings.write(folder, Settings(name="North", desk_id=OLD, time_zone="Asia/Taipei", me="mei"))
    with keeping(folder) as kept:
        record(kept.ledger, event(1), event(2), event(3))
        copies.back_up(kept, backup_of(folder))
    return folder


def backup_of(desk: Path) -> Path:
    """Return where the backup of a desk is."""
    return desk.parent / "b.tar"


def restored(desk: Path, disk: Disk | None = None) -> copies.Restored:
    """Restore the backup."""
    with copies.opened(backup_of(desk)) as told, keeping(desk) as kept:
        return copies.restore(kept, told, by="mei", disk=disk)


def beyond(desk: Path) -> copies.Beyond:
    """Say what the backup lacks."""
    with copies.opened(backup_of(desk)) as told, keeping(desk) as kept:
        return copies.beyond(kept, told)


def works(desk: Path) -> list[str]:
    """Check that a desk can be opened, is whole and can be written; return its events before that."""
    with keeping(desk) as kept:
        report = kept.ledger.verify()
        assert report.ok
        there = all_ids(kept.ledger)
        record(kept.ledger, event(70))
        return there


def desk_id(desk: Path) -> str:
    """Return the id of a desk."""
    return settings.read(desk).desk_id


def test_a_ledger_that_ends_as_its_backup_keeps_its_id(desk: Path) -> None:
    assert not beyond(desk).is_something
    assert beyond(desk).same
    done = restored(desk)
    assert (done.desk_id, desk_id(desk)) == ("", OLD)
    assert works(desk) == WANTED


def test_what_was_recorded_since_is_counted_and_kept_aside_and_the_desk_takes_a_new_id(desk: Path) -> None:
    with keeping(desk) as kept:
        record(kept.ledger, event(4), event(5))
    told = beyond(desk)
    assert (told.count, told.unread, told.same) == (2, False, False)
    assert told.first is not None
    done = restored(desk)
    assert done.desk_id == desk_id(desk) != OLD
    assert done.kept_as is not None
    assert done.kept_as.name.startswith("ledger-before-restore-")
    with open_ledger(done.kept_as, OLD) as before:
        assert all_ids(before) == [*WANTED, event_id(4), event_id(5)]
    with keeping(desk) as kept:
        adopted = adoptions(kept.ledger.backend.lines)
        assert [owner(OLD, seq, adopted) for seq in (3, 4)] == [OLD, done.desk_id]
    assert works(desk) == WANTED


def test_a_ledger_of_another_history_is_compared_by_what_it_holds(desk: Path) -> None:
    for path in (desk / "ledger").iterdir():
        path.unlink()
    with keeping(desk) as kept:
        record(kept.ledger, event(2), event(9))
    assert beyond(desk).count == 1
    restored(desk)
    assert works(desk) == WANTED


def test_a_damaged_ledger_is_put_back(desk: Path) -> None:
    path = desk / "ledger" / "00000001.jsonl"
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    assert beyond(desk).unread
    restored(desk)
    assert works(desk) == WANTED


def test_a_ledger_that_lost_its_end_gets_it_back(desk: Path) -> None:
    path = desk / "ledger" / "00000001.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:1]))
    assert not beyond(desk).is_something
    assert restored(desk).desk_id
    assert works(desk) == WANTED


class Dying(Disk):
    """A disk whose program dies at its n-th call that changes something: nothing it does after that comes about."""

    def __init__(self, dies_at: int) -> None:
        self.calls = 0
        self.dies_at = dies_at

    def _is_due(self) -> bool:
        self.calls += 1
        return self.calls >= self.dies_at

    def _fail(self) -> None:
        raise KeyboardInterrupt

    def _call(self) -> None:
        if self._is_due():
            self._fail()

    def makedirs(self, folder: Path) -> None:
        """Make a folder."""
        self._call()
        super().makedirs(folder)

    def create(self, path: Path, mode: int) -> int:
        """Make a file."""
        self._call()
        return super().create(path, mode)

    def write(self, fd: int, data: bytes, offset: int) -> int:
        """Write half before the end."""
        if self._is_due():
            super().write(fd, data[: len(data) // 2], offset)
            self._fail()
        return super().write(fd, data, offset)

    def fsync(self, fd: int) -> None:
        """Sync."""
        self._call()
        super().fsync(fd)

    def fsync_dir(self, folder: Path) -> None:
        """Sync names."""
        self._call()
        super().fsync_dir(folder)

    def replace(self, source: Path, target: Path) -> None:
        """Give another name."""
        self._call()
        super().replace(source, target)

    def remove(self, path: Path) -> None:
        """Remove."""
        self._call()
        super().remove(path)


class Failing(Dying):
    """A disk that refuses its n-th call that changes something, and that one alone."""

    def _is_due(self) -> bool:
        self.calls += 1
        return self.calls == self.dies_at

    def _fail(self) -> None:
        raise OSError(ENOSPC, "No space left on device")


@pytest.mark.parametrize("kind", [Dying, Failing])
def test_a_crash_at_any_call_leaves_a_desk_that_works_and_can_be_restored(
    desk: Path, tmp_path: Path, kind: type[Dying]
) -> None:
    with keeping(desk) as kept:
        record(kept.ledger, event(4))
    seen: set[tuple[str, ...]] = set()
    for call in range(1, 200):
        trial = tmp_path / f"trial-{call}" / "desk"
        shutil.copytree(desk, trial)
        shutil.copy(backup_of(desk), backup_of(trial))
        disk = kind(call)
        with suppress(KeyboardInterrupt, LedgerError):
            restored(trial, disk)
        if disk.calls < call:
            break
        there = works(trial)
        assert there in (WANTED, [*WANTED, event_id(4)])
        seen.add(tuple(there))
        restored(trial)
        assert works(trial) == WANTED
    else:
        raise AssertionError("the calls never end")
    assert call > 14
    assert len(seen) == 2


# --- what was erased or dropped since ----------------------------------------------------------------------------------------

SECRET = "in hospital"


@pytest.fixture
def erased(tmp_path: Path) -> Path:
    """Return a desk whose customer C2 was erased after its backup was made; another one is on hold."""
    folder = tmp_path / "desk"
    folder.mkdir()
    settings.write(folder, Settings(name="North", desk_id=OLD, time_zone="Asia/Taipei", me="mei"))
    with keeping(folder) as kept:
        record(kept.ledger, event(1), event(2, note=SECRET), event(3), event(12, customer_id="C2", account_id="A2"))
        copies.back_up(kept, backup_of(folder))
        wanted = erasure.plan(kept, "C2", "asked for it")
        assert erasure.carry_out(kept, wanted, by="mei") == 2
    return folder


def holds_secret(desk: Path) -> list[str]:
    """Return which files of the ledger that counts hold what was erased."""
    return [path.name for path in (desk / "ledger").glob("*") if SECRET.encode() in path.read_bytes()]


def test_what_was_erased_since_the_backup_is_said_and_does_not_come_back(erased: Path) -> None:
    assert SECRET.encode() in backup_of(erased).read_bytes()
    told = beyond(erased)
    assert (told.erased, told.dropped, told.is_something) == (2, 0, True)
    done = restored(erased)
    assert done.erased == 2
    assert holds_secret(erased) == []
    with keeping(erased) as kept:
        report = kept.ledger.verify()
        assert (report.ok, report.erased, report.unfinished) == (True, 2, 0)
        words = (word for each in erasing.named(kept.ledger).values() for word in each.values())
        assert {word.reason for word in words} == {"asked for it"}
    assert beyond(erased).erased == 2, "the backup holds it still"
    assert restored(erased).erased == 2, "and the next restore knows of it, too"
    assert holds_secret(erased) == []


def test_a_crash_at_any_call_does_not_bring_it_back(erased: Path, tmp_path: Path) -> None:
    for call in range(1, 300):
        trial = tmp_path / f"trial-{call}" / "desk"
        shutil.copytree(erased, trial)
        shutil.copy(backup_of(erased), backup_of(trial))
        disk = Dying(call)
        with suppress(KeyboardInterrupt, LedgerError):
            restored(trial, disk)
        if disk.calls < call:
            break
        works(trial)
        assert holds_secret(trial) == []
        restored(trial)
        assert holds_secret(trial) == []
    else:
        raise AssertionError("the calls never end")


def test_who_is_on_hold_is_not_erased_again(erased: Path) -> None:
    with keeping(erased) as kept:
        held = replace(event(50, customer_id="C2", account_id=""), kind=EventKind.SYSTEM, code="HOLD", note="lawsuit")
        record(kept.ledger, held)
    assert beyond(erased).erased == 0


def test_nobody_can_tell_what_was_erased_where_the_present_ledger_cannot_be_read(erased: Path) -> None:
    for path in (erased / "ledger").iterdir():
        path.unlink()
    assert beyond(erased).erased == 0
    assert restored(erased).erased == 0


def test_what_was_dropped_since_the_backup_is_said(desk: Path) -> None:
    with open_ledger(desk / "ledger", OLD, segment_bytes=500) as ledger:
        record(ledger, event(4), event(5), event(6))
        told = retention.words(ledger, list(retention.older(files(ledger), FAR)), years=1, before=FAR)
        retention.retire(files(ledger), 1, by="mei", at=NOW, told=told)
        gone = ledger.verify().begins - 1
    assert gone >= 3
    assert (beyond(desk).dropped, beyond(desk).is_something) == (3, True)
    with keeping(desk) as kept:
        copies.back_up(kept, backup_of(desk), replace=True)
    assert beyond(desk).dropped == 0


def test_after_a_crash_before_desk_toml_the_lines_belong_to_the_new_id(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with keeping(desk) as kept:
        record(kept.ledger, event(4))

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(desk_toml, "rename_desk", dies)
    with suppress(KeyboardInterrupt):
        restored(desk)
    assert desk_id(desk) == OLD
    assert works(desk) == WANTED
    with keeping(desk) as kept:
        adopted = adoptions(kept.ledger.backend.lines)
        assert owner(OLD, 5, adopted) == adopted[0].now != OLD


def test_a_desk_toml_that_cannot_be_written_is_said_with_the_new_id(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with keeping(desk) as kept:
        record(kept.ledger, event(4))

    def refused(*_: Any) -> None:
        raise PermissionError(EACCES, "Permission denied")

    monkeypatch.setattr(desk_toml, "rename_desk", refused)
    with pytest.raises(LedgerError, match="restored, but desk") as error:
        restored(desk)
    assert 'desk_id = "' in error.value.remedy
    assert works(desk) == WANTED


def test_a_disk_that_gives_back_other_bytes_restores_nothing(desk: Path) -> None:
    class Lying(Disk):
        def write(self, fd: int, data: bytes, offset: int) -> int:
            return super().write(fd, data.replace(b"A2", b"A9"), offset)

    with pytest.raises(BadData, match="does not give back what was written"):
        restored(desk, Lying())
    assert works(desk) == WANTED


def test_another_open_program_goes_on_in_the_restored_ledger(desk: Path) -> None:
    with keeping(desk) as other:
        record(other.ledger, event(4))
        generation = files(other.ledger).lines.generation
        restored(desk)
        record(other.ledger, event(5))
        assert all_ids(other.ledger) == [*WANTED, event_id(5)]
        assert files(other.ledger).lines.generation > generation
    assert works(desk) == [*WANTED, event_id(5)]


def test_nothing_is_exchanged_while_somebody_writes(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskcollect.ledger.upkeep.restoring._LOCK_SECONDS", 0.0)
    with keeping(desk) as other:
        with files(other.ledger).journal.writing(), pytest.raises(Busy):
            restored(desk)
        assert all_ids(other.ledger) == WANTED
    assert works(desk) == WANTED


def test_what_is_recorded_while_a_restore_is_prepared_stops_it(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out = restoring.lay_out

    def meanwhile(*given: Any) -> Path:
        fresh = lay_out(*given)
        with keeping(desk) as other:
            record(other.ledger, event(4))
        return fresh

    monkeypatch.setattr(restoring, "lay_out", meanwhile)
    with pytest.raises(BadData, match="Something was recorded while the restore was prepared"):
        restored(desk)
    assert desk_id(desk) == OLD
    assert [path.name for path in desk.iterdir() if path.name.startswith("ledger.")] == [], "no second copy lies about"
    assert works(desk) == [*WANTED, event_id(4)]


def test_a_program_that_comes_between_the_renames_lets_the_restored_ledger_take_its_place(desk: Path) -> None:
    with keeping(desk) as other:
        record(other.ledger, event(4))
        restored(desk)
        (desk / "ledger").rename(desk / "ledger.restored")
        record(other.ledger, event(5))
        assert all_ids(other.ledger) == [*WANTED, event_id(5)]
    assert works(desk) == [*WANTED, event_id(5)]


@pytest.mark.parametrize("name", ["ledger/00000001.jsonl", "desk.toml", "state.json", "snapshots/b.tar", "ledger.tar"])
def test_a_backup_is_never_written_over_what_is_the_desks_own(desk: Path, name: str) -> None:
    before = (desk / "desk.toml").read_bytes()
    with keeping(desk) as kept, pytest.raises(BadUse, match="lies among the desk's own files"):
        copies.back_up(kept, desk / name, replace=True)
    assert (desk / "desk.toml").read_bytes() == before
    assert works(desk) == WANTED


def test_a_backup_beside_the_desks_own_files_is_written(desk: Path) -> None:
    with keeping(desk) as kept:
        assert copies.back_up(kept, desk / "mine.tar")[1].records == len(WANTED)


def test_an_error_behind_the_opening_is_not_put_on_the_backup(desk: Path) -> None:
    with pytest.raises(PermissionError), copies.opened(backup_of(desk)):
        raise PermissionError(EACCES, "Permission denied")


def test_a_backup_is_named_by_its_day_in_a_folder_and_never_written_over_unasked(desk: Path, tmp_path: Path) -> None:
    with keeping(desk) as kept:
        path, _ = copies.back_up(kept, tmp_path)
        assert path.name == f"ledger-{kept.clock.today()}.tar"
        with pytest.raises(BadUse, match="is there already"):
            copies.back_up(kept, tmp_path)
        copies.back_up(kept, tmp_path, replace=True)
        with pytest.raises(BadUse, match="There is no folder"):
            copies.back_up(kept, tmp_path / "nowhere" / "b.tar")


def test_a_ledger_on_a_server_has_no_files_here(desk: Path) -> None:
    with keeping(desk) as kept:
        kept.ledger.backend, was = object(), kept.ledger.backend  # type: ignore[assignment]  # any that is no folder
        with pytest.raises(BadUse, match="on a server"):
            copies.in_files(kept)
        kept.ledger.backend = was


def test_what_a_repair_would_do_is_said_before_and_its_losses_after(desk: Path) -> None:
    path = desk / "ledger" / "00000001.jsonl"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with keeping(desk) as kept:
        plan = repairing.look(kept)
        assert plan is not None
        (loss,) = plan.losses
        assert (loss.first, loss.last, plan.files) == (2, 2, (path.name,))
        assert loss.after is not None
        assert loss.before is not None
        done = repairing.repair(kept, by="mei")
        assert [replace(each, by="", repaired_at=None) for each in done.losses] == [loss]
        assert repairing.look(kept) is None
        assert repairing.declared(kept, kept.ledger.verify()) == done.losses
