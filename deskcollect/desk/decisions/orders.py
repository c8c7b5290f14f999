"""The work order file for the lender's system. The desk recommends and records; that system executes."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.clock import utc_milliseconds
from deskcollect.desk.decisions import restrictions
from deskcollect.desk.files import write_table
from deskcollect.errors import BadUse, LedgerError, Uncertain
from deskcollect.monitoring.orders import orders
from deskcollect.records import Decided, Event
from deskcollect.vocabulary import EventKind

if TYPE_CHECKING:
    from pathlib import Path

    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk

CODE = "restriction-order"
SAYS = "Recommended by the desk; the lender's system executes it."
FORMATS = (".csv", ".parquet", ".json")
_AT_ONCE = 1_000  # ids that one event of the ledger holds


def ordered(desk: Desk, code: str = CODE) -> frozenset[str]:
    """Return the changes that stand in a work order already."""
    mine = (pl.col("kind") == EventKind.SYSTEM.value) & (pl.col("code") == code)
    ids = desk.ledger.events(desk.zone).filter(mine).select("event_id").collect()["event_id"]
    told = (desk.ledger.get(event_id) for event_id in ids)
    named = (event.data.get("events") for event in told if event is not None)
    return frozenset(str(each) for listed in named if isinstance(listed, list | tuple) for each in listed)


def lines(desk: Desk, day: Day, *, everything: bool = False) -> pl.DataFrame:
    """Return the lines of the next work order; with `everything` those of earlier ones too."""
    known = restrictions.known(desk, day).restrictions
    made = orders(known, desk.policies.restrictions, without=() if everything else ordered(desk))
    return pl.DataFrame([asdict(order) | {"note": SAYS} for order in made], schema=frames.polars_schema(frames.ORDERS))


def write(desk: Desk, path: Path, made: pl.DataFrame, *, by: str, code: str = CODE) -> None:
    """Write a work order and record what it holds, so that the next one does not repeat it.

    The file comes first: an order that is recorded but never written would be lost, one that is written but not recorded
    would only come twice. Where surely nothing was recorded it is taken away again.

    Errors: BadUse where the file is there already or cannot be written; LedgerError when nothing could be recorded.
    """
    if path.exists():
        raise BadUse(f"{path.name} is there already; it may wait to be executed.", "Name another file.")
    write_table(made, path)
    now = desk.clock.now()
    new = [event_id for event_id in made["event_id"] if event_id not in ordered(desk, code)]
    events = [
        Event(
            event_id=desk.ledger.next_id(utc_milliseconds()),
            kind=EventKind.SYSTEM,
            account_id="",
            customer_id="",
            occurred_at=now,
            by=by,
            code=code,
            decided=Decided(policy_hash=desk.policies.hash),
            data={"file": path.name[-100:], "events": new[start : start + _AT_ONCE]},
        )
        for start in range(0, len(new), _AT_ONCE)
    ]
    try:
        desk.ledger.record_many(events, recorded_at=now)
    except Uncertain:
        raise
    except LedgerError:
        path.unlink(missing_ok=True)
        raise
