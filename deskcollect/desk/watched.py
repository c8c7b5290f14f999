"""What a desk saw of its accounts on earlier days, and what people decided about their cases.

The desk looks on each day that brought something: the date of each book. What was seen then follows from the books and
the ledger up to the end of that book's time, so it is never written down; it is kept in the cache.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import aside, frames
from deskcollect.desk.pipeline import Moment, Standing, Watched, look
from deskcollect.monitoring import cases
from deskcollect.vocabulary import EventKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from deskcollect.case import Decision
    from deskcollect.ledger.store import Ledger
    from deskcollect.policy.model import Policies

_PREFIX = "sightings"


def decisions(ledger: Ledger, zone: ZoneInfo) -> dict[str, tuple[Decision, ...]]:
    """Return what people decided about alert cases and did not take back, by account."""
    events = ledger.of_kinds(EventKind.ALERT.value)
    if not events:
        return {}
    withdrawn = frozenset(ledger.events(zone).filter("withdrawn").collect()["event_id"])
    found: dict[str, list[Decision]] = {}
    for event in events:
        told = None if event.event_id in withdrawn else cases.decision(event, zone)
        if told is not None:
            found.setdefault(event.account_id, []).append(told)
    return {account_id: tuple(told) for account_id, told in found.items()}


def watched(
    days: Sequence[date],
    stand: Callable[[date], Standing],
    ledger: Ledger,
    policies: Policies,
    *,
    cache: Path,
    key: Callable[[date], str],
    zone: ZoneInfo,
) -> Watched:
    """Return what was seen before the newest day, and all decisions.

    Args:
        days: the days on which the desk looks, oldest first.
        stand: what the book of a day says; asked only where nothing is kept.
        ledger: the desk's ledger.
        policies: rules and levels.
        cache: the folder that keeps what was seen.
        key: what the standing of a day depends on.
        zone: the desk's time zone.
    """
    told = decisions(ledger, zone)
    events = ledger.events(zone)
    parts = [frames.empty(frames.SIGHTINGS).collect()]
    for day, following in pairwise(days):
        last = max(following - timedelta(days=1), day)
        until = events.filter(pl.col("occurred_on") <= last)
        place = cache / f"{_PREFIX}-{day.isoformat()}-{_digest(key(day), until, last)}.parquet"
        found = _read(place)
        if found is None:
            at = Moment(day, last, datetime.combine(last, time(23, 59), tzinfo=zone))
            found = look(stand(day), until, policies, at, Watched(decisions=told)).sightings(policies, day)
            _keep(place, day, found)
        parts.append(found)
    return Watched(pl.concat(parts), told)


def _digest(key: str, events: pl.LazyFrame, last: date) -> str:
    """Return what the sightings of a day depend on: its standing, and the records up to its last day."""
    counted = events.select(pl.len(), pl.col("seq").max(), pl.col("withdrawn").sum().alias("gone")).collect().row(0)
    return hashlib.sha256(f"{key}\0{counted}\0{last}".encode()).hexdigest()[:16]


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


def of_accounts(seen: Watched, account_ids: pl.Series, before: date) -> Watched:
    """Return what was seen and decided of some accounts before a day."""
    mine = pl.col("account_id").is_in(account_ids.implode()) & (pl.col("day") < before)
    wanted = set(account_ids)
    told: Mapping[str, Sequence[Decision]] = {name: each for name, each in seen.decisions.items() if name in wanted}
    return Watched(seen.past.filter(mine), told)
