"""What is damaged in a desk's ledger, and its repair."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from deskcollect.desk.upkeep.copies import in_files
from deskcollect.errors import LedgerError
from deskcollect.ledger.files.segment import name
from deskcollect.ledger.upkeep import repair as room

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from deskcollect.desk.upkeep.keeping import Keeping, Report
    from deskcollect.ledger.line import Record
    from deskcollect.ledger.report import Break, Gap


@dataclass(frozen=True, slots=True)
class Loss:
    """Records `first` to `last` that are lost, none where `last` is below, and when those beside them were recorded.

    Where none is lost but something was cut out, or two records do not fit, it says so with `last` below `first`.
    """

    first: int
    last: int
    after: datetime | None
    before: datetime | None
    bytes: int = 0
    by: str = ""
    repaired_at: datetime | None = None
    is_tied: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """What a repair would do: the losses it would declare, and the files it would write anew; `damage` says why."""

    losses: tuple[Loss, ...]
    files: tuple[str, ...]
    damage: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did, and where the copy of the damaged ledger is."""

    losses: tuple[Loss, ...]
    copy: Path


def look(kept: Keeping) -> Plan | None:
    """Say what a repair would do, None where nothing is damaged. Errors: BadUse, LedgerError."""
    files = in_files(kept)
    try:
        made = room.inventory(files.lines)
    except OSError as error:
        raise LedgerError(
            f"The ledger cannot be read: {error.strerror or error}.", "Check the disk and the rights of its folder."
        ) from error
    if not made.harmed:
        return None
    losses = tuple(
        _loss(kept, each.between, each.sides, sum(len(piece.data) for piece in each.pieces)) for each in made.holes
    )
    why = tuple(each.sentence() for each in files.lines.damage())
    return Plan(losses, tuple(name(number) for number in made.rewrites), why)


def repair(kept: Keeping, *, by: str) -> Repaired:
    """Repair the ledger. Errors: BadUse, LedgerError."""
    done = room.repair(in_files(kept), by=by, at=kept.clock.now())
    return Repaired(gaps(kept, done.gaps), done.copy)


def declared(kept: Keeping, report: Report) -> tuple[Loss, ...]:
    """Return the losses that earlier repairs declared."""
    return gaps(kept, report.gaps)


def gaps(kept: Keeping, found: Iterable[Gap]) -> tuple[Loss, ...]:
    """Return gaps as losses."""
    at = kept.ledger.backend.lines.at
    return tuple(
        _loss(kept, gap.hole, (at(gap.hole.after.seq), at(gap.hole.seq)), gap.bytes, gap.by, gap.repaired_at)
        for gap in found
    )


def _loss(
    kept: Keeping,
    hole: Break,
    sides: tuple[Record | None, Record | None],
    size: int,
    by: str = "",
    repaired_at: str = "",
) -> Loss:
    """Return what a hole between two records means."""
    return Loss(
        hole.after.seq + 1,
        hole.seq - 1,
        _recorded(kept, sides[0]),
        _recorded(kept, sides[1]),
        size,
        by,
        _local(kept, repaired_at),
        hole.missing > 0 or hole.prev == hole.after.hash,
    )


def _recorded(kept: Keeping, record: Record | None) -> datetime | None:
    """Return when a record was written, as far as it says so."""
    return _local(kept, record.document().get("recorded_at")) if record else None


def _local(kept: Keeping, text: object) -> datetime | None:
    """Return a time in the desk's zone."""
    try:
        return datetime.fromisoformat(str(text)).astimezone(kept.settings.zone)
    except ValueError:
        return None
