"""A day's file at a desk: what a path holds, read and checked against the desk's accounts, and kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.clock import Clock
from deskcollect.desk.desk import SET_ASIDE, SNAPSHOTS, Desk
from deskcollect.desk.pipeline import Moment, Watched, look
from deskcollect.errors import BadUse
from deskcollect.portfolio import day_files, incoming, snapshots

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from deskcollect.desk.pipeline import Look, Standing
    from deskcollect.settings import Settings

DayFile = day_files.DayFile  # the doors speak of a day's file without knowing its room
_SIGNAL = ["account_id", "rule", "seen_on"]


@dataclass(frozen=True, slots=True)
class Given:
    """A path that holds a day's file: its tables and where they are."""

    path: Path
    tables: Mapping[str, Path]


def recognised(path: Path, told: Settings | None, encoding: str = "") -> Given | None:
    """Return the day's file that a path holds; None where it is a book, or nothing that is known.

    Errors: BadBook where a file may be payments as well as transactions, or two files are one table.
    """
    found = incoming.recognised(path, told.columns if told else {}, encoding)
    return Given(path, found) if found else None


def read_day_file(
    folder: Path,
    told: Settings,
    given: Given,
    *,
    as_of: date | None = None,
    encoding: str = "",
    today: date | None = None,
) -> DayFile:
    """Read a day's file against the accounts of the desk in a folder.

    Args:
        folder: the desk.
        told: its settings.
        given: the file.
        as_of: the day of the file if not that of its newest row.
        encoding: of text, if not UTF-8.
        today: the local day if not the clock's; rows after it are set aside.

    Errors: BadBook, BadUse, also when the desk has no book yet.
    """
    books = folder / SNAPSHOTS
    if not snapshots.dates(books):
        raise BadUse("This desk has no book yet.", "Give it one with  deskcollect import BOOK")
    how = incoming.Reading(
        books=books,
        set_aside=folder / SET_ASIDE,
        today=today or Clock(told.zone).today(),
        columns=told.columns,
        date_format=told.date_format,
        encoding=encoding,
        as_of=as_of,
    )
    with snapshots.readable(books):
        return incoming.read(given.tables, given.path, how)


def take(desk: Desk, read: DayFile) -> str:
    """Keep a day's file and say what became of it: new, already_here or late.

    Errors: NotRecorded, Busy: then nothing was kept.
    """
    saved = day_files.save(desk.folder / SNAPSHOTS, read, last=desk.days[-1], imported_at=desk.clock.now())
    return saved.outcome


def kept(folder: Path) -> tuple[Path, ...]:
    """Return the folders of a desk's day's files, damaged or not."""
    return day_files.places(folder / SNAPSHOTS)


def verify(place: Path) -> None:
    """Compare a day's file with what was written.

    Errors: BadBook names what differs.
    """
    day_files.check(place)


def news(desk: Desk, read: DayFile, before: Standing) -> dict[str, int]:
    """Return what a day's file, which was kept, did to the accounts it speaks of.

    How many signals there are of them that were not there `before`, and how many have another alert level. Facts of other
    accounts may have moved too, with the day.
    """
    after = desk.standing(desk.days[-1], before)
    told = pl.concat([read.tables[name].select("account_id") for name in read.present]).unique().collect()
    rows = after.accounts["account_id"].is_in(told["account_id"].implode()).arg_true()
    then, now = (_looked(desk, standing.at(rows)) for standing in (before, after))
    was, is_now = (_signals(each) for each in (then, now))
    levels = [each.levelled["alert_level"].to_physical().cast(pl.Int8).fill_null(-1) for each in (then, now)]
    return {
        "new_signals": is_now.join(was, on=_SIGNAL, how="anti").height,
        "raised": int((levels[1] > levels[0]).sum()),
        "lowered": int((levels[1] < levels[0]).sum()),
    }


def _looked(desk: Desk, standing: Standing) -> Look:
    """Look at some accounts."""
    now = desk.clock.now()
    ids, customers = (standing.accounts[name].implode() for name in ("account_id", "customer_id"))
    mine = pl.col("account_id").is_in(ids) | pl.col("customer_id").is_in(customers)
    events = desk.ledger.events(desk.zone).filter(mine)
    return look(standing, events, desk.policies, Moment(standing.as_of, now.date(), now), Watched())


def _signals(found: Look) -> pl.DataFrame:
    """Return the signals that make a level."""
    flagged = found.levelled.filter(pl.col("alert_level").is_not_null())["account_id"]
    return found.fired.filter(pl.col("account_id").is_in(flagged.implode()))
