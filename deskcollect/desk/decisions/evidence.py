"""What a restriction rests on and what its release needs, gathered from the day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect import frames
from deskcollect.clock import read_day
from deskcollect.desk.alerts.decided import decisions
from deskcollect.monitoring import release, sightings
from deskcollect.monitoring.told import amount

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk
    from deskcollect.monitoring.release import Checklist
    from deskcollect.monitoring.restrictions import Folded, Restriction


def as_it_was(desk: Desk, day: Day, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of an account now, for the event that restricts it.

    The signals with the day of their newest fact and the values that their sentences name; level, past due, score, tier.
    """
    fired = day.conclusion.signals.filter(pl.col("account_id") == row["account_id"])
    rules = {rule.id: rule for rule in desk.policies.signals}
    return {
        "signals": [
            {
                "rule": rule,
                "seen_on": seen_on,
                "values": {name: row[name] for name in rules[rule].evidence.columns if row[name] is not None},
            }
            for rule, seen_on in fired.select("rule", "seen_on").rows()
        ],
        "level": row["alert_level"],
        "past_due": row["past_due"],
        "score": row["score"],
        "tier": row["tier"],
        "large_amount": row["purchase_largest"],
    }


def known_of(desk: Desk, day: Day, ids: Sequence[str], found: Folded, today: date) -> release.Known:
    """Return where the facts of some accounts come from."""
    mine = pl.col("account_id").is_in(ids)
    told = decisions(desk.ledger, desk.zone, frozenset(ids))
    return release.Known(
        rows=day.table.filter(mine),
        cycles=day.standing.cycles.filter(mine),
        promises=day.conclusion.promises.filter(mine),
        newest=sightings.newest(day.conclusion.seen.filter(mine), told),
        proofs=found.proofs,
        today=today,
    )


def looked_at(desk: Desk, day: Day, asked: Sequence[Restriction], found: Folded) -> tuple[Checklist, ...]:
    """Return the checklists of restrictions whose accounts are in the book, in their order."""
    here = [each for each in asked if day.find(each.account_id) is not None]
    today = desk.clock.now().date()
    known = known_of(desk, day, [each.account_id for each in here], found, today)
    return of(desk, here, known)


def of(desk: Desk, asked: Sequence[Restriction], known: release.Known) -> tuple[Checklist, ...]:
    """Return the checklists of restrictions, from facts that may be supposed."""
    if not asked:
        return ()
    made = release.facts(asked, known)
    return release.checklists(asked, made, desk.policies.restrictions, today=known.today)


def planned(desk: Desk, restriction: Restriction, found: Checklist | None) -> date:
    """Return the policy's day of review for a restriction."""
    if found is None:
        return restriction.review_on
    return release.planned(restriction, found.release, desk.policies.restrictions)


_TYPES: dict[str, Any] = {column.name: column.dtype for column in frames.MEASURED}


def typed(name: str, value: Any) -> Any:
    """Return a value that an event holds as text in the type of its column; what cannot be read stays text."""
    dtype = _TYPES.get(name)
    if not isinstance(value, str) or dtype is None:
        return value
    read = amount(value) if isinstance(dtype, pl.Decimal) else read_day(value) if dtype == pl.Date else None
    return value if read is None else read
