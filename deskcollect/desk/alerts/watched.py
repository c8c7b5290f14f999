"""What a desk saw of its accounts on earlier days, and what people decided about their cases.

The desk looks on each day that brought something: the date of each book. What was seen then follows from the books and
the ledger up to the end of that book's time, so it is never written down; it is kept in the cache.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import aside, frames
from deskcollect.desk import standings
from deskcollect.desk.alerts.decided import decisions
from deskcollect.desk.decisions.restrictions import folded
from deskcollect.desk.pipeline import Moment, Watched, look
from deskcollect.monitoring import sightings
from deskcollect.portfolio import snapshots

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from deskcollect.desk.desk import Desk
    from deskcollect.desk.pipeline import Standing
    from deskcollect.monitoring.restrictions import Restriction

__all__ = ["decisions", "known_on", "of_accounts", "of_desk", "restricted"]
_PREFIX = "sightings"


@dataclass(frozen=True, slots=True)
class Reign:
    """The time in which a day was the newest of a desk: its last local day, the end of that, and the events up to it."""

    last: date
    end: datetime
    events: pl.LazyFrame

    def moment(self, as_of: date) -> Moment:
        """Return the end of it, by the book of a date."""
        return Moment(as_of, self.last, self.end)


def reign(desk: Desk, events: pl.LazyFrame, day: date, following: date | None) -> Reign:
    """Return the reign of a day of a desk with some events, up to the day that follows; the newest reigns until now."""
    if following is None:
        now = desk.clock.now()
        return Reign(now.date(), now, events)
    last = max(following - timedelta(days=1), day)
    end = datetime.combine(last, time(23, 59), tzinfo=desk.zone)
    return Reign(last, end, events.filter(pl.col("occurred_on") <= last))


def of_desk(desk: Desk, days: Sequence[date], held: Standing | None = None) -> Watched:
    """Return what was seen before the newest of some days, and all decisions.

    Args:
        desk: whose books, ledger and policies.
        days: the days on which it looked, oldest first.
        held: the standing of the newest day, if it was read.
    """
    events = desk.ledger.events(desk.zone)
    known = {day: known_on(desk, day) for day in days}
    whole = Watched(
        known=known,
        decisions=decisions(desk.ledger, desk.zone),
        restrictions=restricted(desk, events, max(days[-1], desk.clock.today())),
    )
    parts = [frames.empty(frames.SIGHTINGS).collect()]
    for day, following in pairwise(days):
        during = reign(desk, events, day, following)
        digest = _digest(f"{standings.key(desk, day)} {known[day]}", during)
        place = desk.folder / standings.CACHE / f"{_PREFIX}-{day.isoformat()}-{digest}.parquet"
        found = _read(place)
        if found is None:
            found = _seen(desk, held, day, during, whole)
            _keep(place, day, found)
        parts.append(found)
    return replace(whole, past=pl.concat(parts))


def _seen(desk: Desk, held: Standing | None, day: date, during: Reign, whole: Watched) -> pl.DataFrame:
    """Return what was seen from a day to the last one before the next."""
    # that of the day before the newest is in the cache, since it was the newest itself; those before it stay out of it
    standing = standings.kept(desk, day, held, keep=day == desk.days[-2])
    then = replace(whole, restrictions=restricted(desk, during.events, during.last))
    found = look(standing, during.events, desk.policies, during.moment(standing.as_of), then)
    seen = found.sightings(desk.policies, day, whole)
    return sightings.kept(found.facts.lazy(), seen, desk.policies)


def restricted(desk: Desk, events: pl.LazyFrame, until: date) -> tuple[Restriction, ...]:
    """Return the restrictions that some events make up to a day."""
    return folded(desk.ledger, desk.zone, until=until, events=events).restrictions


def known_on(desk: Desk, day: date) -> date:
    """Return the local date on which a desk came to know what a day brought.

    A book may come days after its date, in a demo it came on its day; day's files come day by day.
    """
    if desk.settings.demo or day not in desk.dates:
        return day
    return snapshots.imported_at(desk.folder / standings.SNAPSHOTS, day).astimezone(desk.zone).date()


def _digest(key: str, during: Reign) -> str:
    """Return what the sightings of a day depend on: its standing, and the records up to its last day."""
    gone = pl.col("withdrawn").sum().alias("gone")
    counted = during.events.select(pl.len(), pl.col("seq").max(), gone).collect().row(0)
    return hashlib.sha256(f"{key}\0{counted}\0{during.last}".encode()).hexdigest()[:16]


def _read(place: Path) -> pl.DataFrame | None:
    """Return what is kept, None if there is nothing or it is damaged."""
    try:
        found = pl.read_parquet(place)
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return None
    return found if found.schema == frames.polars_schema(frames.SIGHTINGS) else None


def _keep(place: Path, day: date, found: pl.DataFrame) -> None:
    """Keep what was seen on a day; what was kept for it before goes. A folder that cannot be written keeps nothing."""
    with suppress(OSError, pl.exceptions.ComputeError):
        place.parent.mkdir(mode=0o700, exist_ok=True)
        with aside.file(place) as file:
            found.write_parquet(file)
        for old in place.parent.glob(f"{_PREFIX}-{day.isoformat()}-*.parquet"):
            if old != place:
                old.unlink()


def of_accounts(desk: Desk, seen: pl.DataFrame, account_ids: pl.Series, day: date) -> Watched:
    """Return what was seen of some accounts before a day, and decided at any time.

    Args:
        desk: whose ledger.
        seen: frames.SIGHTINGS.
        account_ids: the accounts.
        day: the newest day that the desk looks at.
    """
    before = pl.col("account_id").is_in(account_ids.implode()) & (pl.col("day") < day)
    told = decisions(desk.ledger, desk.zone, frozenset(account_ids))
    events = desk.ledger.events(desk.zone).filter(pl.col("account_id").is_in(account_ids.implode()))
    known = restricted(desk, events, max(day, desk.clock.today()))
    return Watched(seen.filter(before), {day: known_on(desk, day)}, told, known)
