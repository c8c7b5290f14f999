"""Records dropped when they were kept long enough: whole files of the ledger, the oldest first, and what keeps a file.

A file stays, and with it all behind it, while it holds a record of a customer on hold or of something that is in force.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, NamedTuple

from deskcollect.desk.desk import CACHE
from deskcollect.desk.upkeep.copies import in_files
from deskcollect.desk.upkeep.in_force import InForce, Why
from deskcollect.desk.upkeep.keeping import Keeping
from deskcollect.errors import BadUse, Damaged
from deskcollect.ledger import document
from deskcollect.ledger.files.files import Files
from deskcollect.ledger.privacy.erasing import records_of
from deskcollect.ledger.privacy.holds import holds
from deskcollect.ledger.tables import EVENTS
from deskcollect.ledger.upkeep import retention

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk
    from deskcollect.ledger.line import Link
    from deskcollect.ledger.upkeep.retention import Piece, Told

__all__ = ["Plan", "Stay", "Why", "dropped", "plan", "retire"]
_LONGEST = 100
_LEAP = (2, 29)


@dataclass(frozen=True, slots=True)
class Stay:
    """Why old files stay, and how many: `ids` are customers of a hold or a number, else accounts where there are any.

    `first` are the records that keep the first of these files, each with its number and whom it is about: what is to come to
    its end before that file can go.
    """

    why: Why
    ids: tuple[str, ...]
    files: int
    first: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be dropped: everything in the pieces `going`, all of it older than `before`, and what stays nevertheless.

    `files` is how many there are in all. `accounts` of the newest book have records among those that go. `unfinished` files
    were to be dropped by an earlier retention and are still there. `seen` is the end of the ledger that it was made from.
    """

    years: int
    before: datetime
    files: int
    going: tuple[Piece, ...]
    stays: tuple[Stay, ...]
    stay_files: int
    accounts: int
    unfinished: int
    seen: Link

    @property
    def records(self) -> int:
        """Return how many records go."""
        return sum(len(each.records) for each in self.going)

    @property
    def oldest(self) -> datetime | None:
        """Return when the first of it happened."""
        return min((each.oldest for each in self.going if each.oldest), default=None)

    @property
    def newest(self) -> datetime | None:
        """Return when the last of it was recorded."""
        return max((each.newest for each in self.going if each.newest), default=None)


def plan(desk: Desk, years: int | None = None) -> Plan:
    """Say what would be dropped of a desk's ledger as kept longer than some years, by default those of desk.toml.

    Errors: BadUse where nobody says how long, or the ledger is on a server; Damaged; LedgerError.
    """
    many = _years(desk, years)
    files = _files(desk)
    day = desk.load()
    seen = files.lines.last
    damage = files.lines.damage()
    if damage:
        raise Damaged(
            f"The ledger is damaged, so nothing is dropped. {damage[0].sentence()}", "Run  deskcollect ledger repair"
        )
    before = datetime.combine(_ago(desk.clock.today(), many), time(), tzinfo=desk.zone)
    unfinished = retention.left(files)
    old = list(retention.older(files, before))[unfinished:]
    stays, going = _kept(desk, day, old)
    accounts = frozenset(_about(going)) & InForce(desk, day).accounts
    return Plan(
        many,
        before,
        files.lines.segment_count - unfinished,
        going,
        stays,
        len(old) - len(going),
        len(accounts),
        unfinished,
        seen,
    )


def retire(desk: Desk, wanted: Plan, *, by: str) -> int:
    """Drop what a plan says, and what the desk keeps to open faster; return how many records were dropped.

    Errors: BadUse where something was recorded since; LedgerError.
    """
    files, now = _files(desk), desk.clock.now()
    if wanted.unfinished:
        retention.finish(files)
    if wanted.going:
        told = retention.words(desk.ledger, wanted.going, years=wanted.years, before=wanted.before)
        retention.retire(files, wanted.going[-1].number, by=by, at=now, told=told, seen=wanted.seen)
    shutil.rmtree(desk.folder / CACHE, ignore_errors=True)
    return wanted.records


def dropped(kept: Keeping) -> tuple[tuple[Told, ...], int]:
    """Return what retentions wrote down, in their order, and how many files one that was cut short left behind."""
    backend = kept.ledger.backend
    return retention.declared(backend.lines), retention.left(backend) if isinstance(backend, Files) else 0


# --- how long, and what keeps ----------------------------------------------------------------------------------------------


def _years(desk: Desk, years: int | None) -> int:
    """Return how long records are kept. Errors: BadUse."""
    many = desk.settings.retain_years if years is None else years
    if years is None and not many:
        raise BadUse(
            "Nobody says how long records are kept, and nothing is ever dropped by itself.",
            "Say it with  --years N  or write  retain_years = N  under [privacy] in desk.toml.",
        )
    if not 1 <= many <= _LONGEST:
        raise BadUse(f"Records cannot be kept for {many} years.", f"Give a number of years from 1 to {_LONGEST}.")
    return many


def _ago(day: date, years: int) -> date:
    """Return the same day some years earlier; of the 29th of February the 28th."""
    is_leap = (day.month, day.day) == _LEAP
    return day.replace(year=day.year - years, day=28 if is_leap else day.day)


def _files(desk: Desk) -> Files:
    """Return the files of a desk's ledger. Errors: BadUse where it is on a server."""
    return in_files(Keeping(desk.folder, desk.settings, desk.ledger, desk.clock))


def _kept(desk: Desk, day: Day, old: Sequence[Piece]) -> tuple[tuple[Stay, ...], tuple[Piece, ...]]:
    """Return why some of the old pieces stay, and those that go."""
    found: dict[Why, list[_Kept]] = {}
    for why, kept in (*_held(desk, old), *_needed(desk, day, old)):
        found.setdefault(why, []).append(kept)
    stays = tuple(_stay(why, found[why], len(old)) for why in Why if why in found)
    return stays, tuple(old[: len(old) - max((each.files for each in stays), default=0)])


class _Kept(NamedTuple):
    """A record that keeps a piece: the place of the piece among the old ones, its own number, and whom it is about."""

    piece: int
    seq: int
    who: str


def _stay(why: Why, kept: Sequence[_Kept], count: int) -> Stay:
    """Return what one reason keeps of so many old pieces."""
    first = min(each.piece for each in kept)
    records = sorted({(each.seq, each.who) for each in kept if each.piece == first})
    return Stay(why, tuple(sorted({each.who for each in kept} - {""})), count - first, tuple(records))


def _held(desk: Desk, old: Sequence[Piece]) -> Iterator[tuple[Why, _Kept]]:
    """Go through the customers on hold with a record in an old piece, each with the first such record."""
    for customer in holds(desk.ledger):
        first = min((each.seq for each in records_of(desk.ledger, customer)), default=None)
        number = next((n for n, each in enumerate(old) if first is not None and first <= each.last.seq), None)
        if first is not None and number is not None:
            yield Why.HOLD, _Kept(number, first, customer)


def _needed(desk: Desk, day: Day, old: Sequence[Piece]) -> Iterator[tuple[Why, _Kept]]:
    """Go through the old records that the present rests on, each with its piece and whom it is about."""
    force = InForce(desk, day)
    for number, piece in enumerate(old):
        for record in piece.records:
            if record.table != EVENTS:
                continue
            event = document.read(record.document(), seq=record.seq, digest=record.hash)
            why = force.why(event)
            if why is not None:
                yield why, _Kept(number, record.seq, event.account_id or event.customer_id)


def _about(going: Sequence[Piece]) -> Iterator[str]:
    """Go through the accounts that records are about."""
    return (str(record.document().get("account_id", "")) for piece in going for record in piece.records)
