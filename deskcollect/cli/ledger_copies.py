"""deskcollect ledger backup, restore and export: the ledger in a file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskcollect.cli import diagnostics, files, place
from deskcollect.cli.ledger_keep import YesOption, confirm
from deskcollect.cli.options import ByOption, DeskOption
from deskcollect.errors import ExitCode, inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.desk.upkeep.copies import Backup, Beyond
    from deskcollect.desk.upkeep.keeping import Keeping

ReplaceOption = Annotated[bool, typer.Option("--replace", help="Write over a file that is there already.")]


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write, or a folder to put it into.")],
    desk: DeskOption = None,
    replace: ReplaceOption = False,
) -> int:
    """Copy the whole ledger into one file, and read that file again before it says so.

    Others may go on recording meanwhile. The keys of sealed notes are not in it.
    """
    from deskcollect.desk.upkeep import copies, keeping
    from deskcollect.present.numbers import several

    with keeping.keeping(place.folder(desk)) as kept:
        path, made = copies.back_up(kept, file, replace=replace)
        ending = copies.in_files(kept).lines.ending()
    size = path.stat().st_size
    records = several(made.records, "record", "records")
    diagnostics.say(f"Backed up and read again: {records}, head {made.head.stamp}, {size:,} bytes in {path}.")
    for text in ending.sentences():
        diagnostics.warn(f"Not in it: {inside(text)}")
    diagnostics.say("Keep it elsewhere than on this disk, where only you can read it.")
    return ExitCode.OK


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup of the ledger.")],
    desk: DeskOption = None,
    by: ByOption = "",
    yes: YesOption = False,
) -> int:
    """Put a backup in the place of the desk's ledger, which is moved aside and kept.

    The backup is checked whole first. It asks where the present ledger holds what the backup does not.
    """
    from deskcollect.desk.upkeep import copies, keeping
    from deskcollect.present.numbers import several

    files.readable(file)
    with copies.opened(file) as found, keeping.keeping(place.folder(desk)) as kept:
        beyond = copies.beyond(kept, found)
        for text in _intent(kept, found, beyond):
            diagnostics.say(text)
        if beyond.is_something or not copies.is_own(kept, found):
            confirm("Put the backup in its place? (y or n)", yes=yes)
        done = copies.restore(kept, found, by=place.who(kept, by))
    before = f" The ledger before is in {done.kept_as}." if done.kept_as else ""
    diagnostics.say(f"Restored: head {done.head.stamp}.{before}")
    if done.erased:
        again = several(done.erased, "record was", "records were")
        diagnostics.say(f"{again} erased in it again, as here since the backup. The file itself holds what was erased.")
    if done.desk_id:
        diagnostics.say(
            f"The desk has a new id, {done.desk_id}: entries made after the backup may still come back from other desks."
        )
    return ExitCode.OK


def _intent(kept: Keeping, found: Backup, beyond: Beyond) -> Iterator[str]:
    """Say what a backup is, and what would go out of sight."""
    from deskcollect.desk.upkeep import copies
    from deskcollect.present.dates import clock_time, short_date
    from deskcollect.present.numbers import several

    told, today = found.manifest, kept.clock.today()
    made_at = told.made_at.astimezone(kept.settings.zone)
    records = several(told.records, "record", "records")
    yield (
        f"A whole backup of {told.name}, made on {short_date(made_at.date(), today)} {clock_time(made_at)}: "
        f"{records}, head {told.head.stamp}."
    )
    if told.desk != kept.settings.desk_id:
        own = copies.is_own(kept, found)
        yield f"It was made {'when the desk had another id' if own else 'at another desk'} ({told.desk})."
    if beyond.count and beyond.first and beyond.last:
        first, last = (each.astimezone(kept.settings.zone) for each in (beyond.first, beyond.last))
        entries = several(beyond.count, "entry", "entries")
        verb = "is" if beyond.count == 1 else "are"
        yield (
            f"{entries} of the present ledger {verb} not in it, recorded from {short_date(first.date(), today)} "
            f"{clock_time(first)} to {short_date(last.date(), today)} {clock_time(last)}."
        )
    elif beyond.count:
        yield f"{several(beyond.count, 'entry', 'entries')} of the present ledger are not in it."
    if beyond.erased:
        told_of = several(beyond.erased, "record of it was", "records of it were")
        yield f"{told_of} erased here since: that is done again in it before it takes its place."
    if beyond.dropped:
        told_of = several(beyond.dropped, "record of it was", "records of it were")
        yield f"{told_of} dropped here since, as kept long enough, and will be back:  deskcollect ledger retain  drops again."
    if beyond.unread:
        yield "The present ledger is damaged: what cannot be read in it may not be in the backup either."
        yield "It may hold what was erased here since: where nobody can tell, nothing of it is erased again."
