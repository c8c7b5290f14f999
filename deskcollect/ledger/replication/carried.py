"""What a chain knew of other desks in records that were dropped since, carried on by the record of that retention.

Without it the next merge would take in again what was dropped here, and a desk would forget the ids that it had.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from deskcollect.ledger.fields import TABLE
from deskcollect.ledger.tables import RETIRED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.ledger.backend import Lines


def carried(lines: Lines) -> Iterator[dict[str, Any]]:
    """Go through what each retention carried on: `heads`, `knew`, `skipped` and `adopted`."""
    for record in lines.find(TABLE, RETIRED):
        told = record.document().get("carried") if record.table == RETIRED else None
        if isinstance(told, dict):
            yield told


def before(lines: Lines) -> datetime | None:
    """Return the time up to which retentions dropped what was kept long enough, None where nothing was dropped."""
    found = (record.document().get("before") for record in lines.find(TABLE, RETIRED) if record.table == RETIRED)
    return max(filter(None, map(_time, found)), default=None)


def is_older(told: dict[str, Any], than: datetime | None) -> bool:
    """Say whether the document of an event happened and was recorded before a time, so that a retention may have dropped it."""
    times = [_time(told.get(name)) for name in ("occurred_at", "recorded_at")]
    return than is not None and all(each is not None and each < than for each in times)


def _time(told: object) -> datetime | None:
    """Return a time that a record tells, None where it tells none."""
    try:
        found = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo else None
