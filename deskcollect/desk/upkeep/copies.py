"""Backups of a desk's ledger, and a ledger put back from one."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from deskcollect import __version__, aside, desk_toml, settings
from deskcollect.clock import read_instant, utc_milliseconds
from deskcollect.desk.desk import LEDGER
from deskcollect.errors import BadData, BadUse, LedgerError
from deskcollect.ledger.files.chain import Chain
from deskcollect.ledger.files.disk import Disk
from deskcollect.ledger.files.files import Files
from deskcollect.ledger.privacy import erasing
from deskcollect.ledger.privacy.holds import holds
from deskcollect.ledger.replication import adoptions
from deskcollect.ledger.store import open_ledger
from deskcollect.ledger.tables import EVENTS
from deskcollect.ledger.upkeep import backup, restoring
from deskcollect.ledger.upkeep.repair import beside
from deskcollect.records import Head

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from deskcollect.desk.upkeep.keeping import Keeping
    from deskcollect.ledger.line import Record

Backup = backup.Backup
Manifest = backup.Manifest


@dataclass(frozen=True, slots=True)
class Beyond:
    """What the present ledger holds and a backup does not: how many entries, recorded from when to when.

    `unread` says that nobody can tell, since the present ledger is damaged; it counts what can be read. The other way
    round, `erased` records of the backup were erased here since, and `dropped` were dropped as kept long enough.
    """

    count: int
    first: datetime | None
    last: datetime | None
    unread: bool
    same: bool
    erased: int = 0
    dropped: int = 0

    @property
    def is_something(self) -> bool:
        """Say whether something goes out of sight, or comes back."""
        return self.count > 0 or self.unread or self.erased > 0 or self.dropped > 0


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the head now, where the ledger before is, and the desk's new id, if it took one.

    `erased` records that were erased since the backup was made were erased in it again, before it took its place.
    """

    head: Head
    kept_as: Path | None
    desk_id: str
    erased: int = 0


def in_files(kept: Keeping) -> Files:
    """Return the files of a ledger. Errors: BadUse where it is on a server."""
    if not isinstance(kept.ledger.backend, Files):
        raise BadUse(
            "The ledger of this desk is on a server, so there are no files of it here.",
            "Ask whoever looks after the server: it has backups of its own.",
        )
    return kept.ledger.backend


def back_up(kept: Keeping, target: Path, *, replace: bool = False) -> tuple[Path, Manifest]:
    """Write a backup of the ledger as it is now, checked whole; return where it is. A folder gives it a name by the day.

    Errors: BadUse, Damaged, LedgerError.
    """
    files, now = in_files(kept), kept.clock.now()
    path = target / f"ledger-{now:%Y-%m-%d}.tar" if target.is_dir() else target
    kept.outside(path)
    if path.exists() and not replace:
        raise BadUse(
            f"{path} is there already, and was left as it is.",
            "Give another name; on the command line  --replace  writes over it.",
        )
    if not path.parent.is_dir():
        raise BadUse(f"There is no folder {path.parent}.", "Make it, or give another one.")
    made = backup.write(files, path, desk=kept.settings.desk_id, called=kept.settings.name, at=now, version=__version__)
    return path, made


@contextmanager
def opened(path: Path) -> Iterator[Backup]:
    """Check a backup whole and open it for reading. Errors: BadUse, BadData."""
    with ExitStack() as stack:
        try:
            fd = os.open(path, os.O_RDONLY | aside.BINARY)
            stack.callback(os.close, fd)
            found = backup.checked(fd, path.name)
        except OSError as error:
            raise BadData(
                f"{path} cannot be read: {error.strerror or error}.", "Check the name and the disk."
            ) from error
        yield found


def unfinished(folder: Path) -> tuple[str, ...]:
    """Name what lies in a desk's folder of a restore that did not come to its end."""
    return tuple(path.name for path in restoring.left(folder / LEDGER))


def is_own(kept: Keeping, told: Backup) -> bool:
    """Say whether a backup was made at this desk, under its id or an earlier one, as far as the present ledger knows."""
    return told.manifest.desk in adoptions.ids(kept.ledger)


def beyond(kept: Keeping, told: Backup) -> Beyond:
    """Say what the present ledger holds that a backup does not."""
    lines = in_files(kept).lines
    try:
        report = kept.ledger.verify(expected=told.manifest.head)
    except LedgerError:
        return Beyond(0, None, None, unread=True, same=False)
    if report.as_expected:
        records = [each for each in lines.records(told.manifest.head.seq) if each.table == EVENTS]
    else:
        there = Chain(told.disk, backup.FOLDER)
        records = [each for each in lines.records() if each.table == EVENTS and not there.find("event_id", _id(each))]
    times = sorted(filter(None, map(_recorded, records)))
    first, last = (times[0], times[-1]) if times else (None, None)
    same = report.head == told.manifest.head and not report.damage
    erased, dropped = len(_erased_since(kept, told)), _dropped_since(kept, told)
    return Beyond(len(records), first, last, bool(report.damage), same, erased, dropped)


def _erased_since(kept: Keeping, told: Backup) -> dict[str, erasing.Word]:
    """Return the ids of records that have their content in a backup and were erased here, each with whose word that is."""
    if kept.ledger.head() == told.manifest.head:
        return {}
    there, held = Chain(told.disk, backup.FOLDER), holds(kept.ledger)
    found: dict[str, erasing.Word] = {}
    for event_id, reasons in erasing.named(kept.ledger).items():
        for record in there.find("event_id", event_id):
            document = record.document()
            is_it = record.table == EVENTS and document.get("event_id") == event_id
            if is_it and document.get("customer_id") not in held:
                found[event_id] = next(iter(reasons.values()))
    return found


def _dropped_since(kept: Keeping, told: Backup) -> int:
    """Return how many records of a backup were dropped here since, as kept long enough."""
    start, there = in_files(kept).lines.start, Chain(told.disk, backup.FOLDER)
    ends_before = told.manifest.head.seq <= start.seq and told.manifest.desk == kept.settings.desk_id
    is_ours = ends_before or there.holds(Head("", start.seq, start.hash))
    return max(min(start.seq, told.manifest.head.seq) - there.start.seq, 0) if is_ours else 0


def _id(record: Record) -> str:
    """Return the id of an event."""
    return str(record.document().get("event_id", ""))


def _recorded(record: Record) -> datetime | None:
    """Return when an event was recorded."""
    return read_instant(record.document().get("recorded_at"))


def restore(kept: Keeping, told: Backup, *, by: str, disk: Disk | None = None) -> Restored:
    """Put a backup in the place of the desk's ledger, which is moved aside; `kept` is closed by it.

    Entries made after the backup may live on at other desks or on paper, under numbers that would be given again. So
    the desk takes a new id, unless the present ledger ends exactly as the backup does. What was erased since is erased
    again in the copy before it takes its place, so that at no moment it is back.

    Errors: BadData, LedgerError.
    """
    gone: dict[str, erasing.Word] = {}
    with suppress(LedgerError):  # the present ledger cannot be read, as was said before
        gone = _erased_since(kept, told)
    disk, manifest, now = disk or Disk(), told.manifest, kept.clock.now()
    folder = kept.folder / LEDGER
    is_same = kept.ledger.head() == manifest.head
    end = in_files(kept).lines.last
    desk_id = manifest.desk if is_same else settings.new_desk_id()
    kept.ledger.close()
    kept_as = beside(disk, folder, f"before-restore-{now:%Y-%m-%d-%H%M}")
    is_there = folder.exists()
    with restoring.left_nowhere(folder):
        fresh = restoring.lay_out(told, folder, disk)
        if not is_same:
            with open_ledger(fresh, manifest.desk, disk=disk) as ledger:
                adoptions.adopt(ledger, desk_id, after=manifest.head.seq, by=by, at=now)
        if gone:
            with open_ledger(fresh, desk_id, disk=disk) as ledger:
                new_id = partial(ledger.next_id, utc_milliseconds())
                erasing.again(ledger, gone, erasing.Author(by, now, new_id))
        restoring.exchange(fresh, folder, kept_as, disk, end=end)
    if desk_id != kept.settings.desk_id:
        _rename(kept.folder, desk_id)
    with open_ledger(folder, desk_id, disk=disk) as ledger:
        return Restored(ledger.head(), kept_as if is_there else None, "" if is_same else desk_id, len(gone))


def _rename(folder: Path, desk_id: str) -> None:
    """Give the desk its new id. Errors: LedgerError; what is recorded meanwhile belongs to the new id all the same."""
    try:
        desk_toml.rename_desk(folder, desk_id)
    except OSError as error:
        raise LedgerError(
            f"The ledger was restored, but desk.toml cannot be written: {error.strerror or error}.",
            f'Write  desk_id = "{desk_id}"  into it.',
        ) from error
