"""The events of a desk's ledger written into a file for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.clock import utc_milliseconds
from deskcollect.errors import BadUse, Damaged
from deskcollect.ledger.privacy.masked import Mask, key
from deskcollect.ledger.tables import EVENTS
from deskcollect.ledger.upkeep import exports
from deskcollect.records import Event
from deskcollect.vocabulary import EventKind

if TYPE_CHECKING:
    from pathlib import Path

    from deskcollect.desk.upkeep.keeping import Keeping

CODE = "EXPORTED"
FORMS = (".json", ".parquet")


def export(kept: Keeping, target: Path, *, unmasked_by: str = "", replace: bool = False) -> int:
    """Write the events into a file by its ending; return how many.

    Ids of accounts and customers are masked and notes left out, unless somebody is named who wants them: then that goes
    to the ledger first.

    Errors: BadUse, Damaged, LedgerError.
    """
    if target.suffix not in FORMS:
        raise BadUse(f"An export to {target.name} is not known.", f"Give a file that ends with {' or '.join(FORMS)}.")
    kept.outside(target)
    if target.exists() and not replace:
        raise BadUse(f"{target} is there already, and was left as it is.", "Give another name, or say  --replace")
    if not target.parent.is_dir():
        raise BadUse(f"There is no folder {target.parent}.", "Make it, or give another one.")
    lines = kept.ledger.backend.lines
    lines.refresh()
    damage = lines.damage()
    if damage:
        raise Damaged(
            f"Nothing was exported: the ledger is damaged. {damage[0].sentence()}",
            "Mend it:  deskcollect ledger repair",
        )
    if unmasked_by:
        _note(kept, target, unmasked_by)
        lines.refresh()
    mask = None if unmasked_by else Mask(key(kept.folder))
    if target.suffix == ".parquet":
        return exports.as_parquet(kept.ledger.events(kept.settings.zone), target, mask)
    if mask is not None:
        exports.know(lines, mask)
    return exports.as_tinydb(lines, target, mask)


def _note(kept: Keeping, target: Path, by: str) -> None:
    """Write down that somebody takes the ids and notes out of the ledger."""
    now = kept.clock.now()
    count = sum(record.table == EVENTS for record in kept.ledger.backend.lines.records())
    event = Event(
        event_id=kept.ledger.next_id(utc_milliseconds()),
        kind=EventKind.SYSTEM,
        account_id="",
        customer_id="",
        occurred_at=now,
        by=by,
        code=CODE,
        data={"what": "events with ids and notes", "file": target.name[-100:], "count": count},
    )
    kept.ledger.record(event, recorded_at=now)
