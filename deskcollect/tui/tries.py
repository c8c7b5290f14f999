"""The tries to record one form: what says the same is the same event, a form that was changed is another one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from deskcollect.clock import utc_milliseconds

if TYPE_CHECKING:
    from deskcollect.desk.desk import Desk
    from deskcollect.records import Event
    from deskcollect.tui.memory import Draft


@dataclass
class Tries:
    """Id and time of the newest try, empty before the first; what it said; the ids of those that said something else."""

    event_id: str = ""
    at: datetime | None = None
    said: str = ""
    changed: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, draft: Draft | None) -> Tries:
        """Return the tries that were made with a form that was kept."""
        if draft is None:
            return cls()
        at = datetime.fromisoformat(draft.at) if draft.at else None
        return cls(draft.event_id, at, draft.said, draft.changed.split())

    def begin(self, desk: Desk, said: str) -> None:
        """Take id and time for a try, once for all that say the same: none of them can be recorded twice."""
        if said == self.said:
            return
        self.changed += [self.event_id] if self.event_id else []
        self.event_id, self.at, self.said = desk.ledger.next_id(utc_milliseconds()), desk.clock.now(), said

    def got_through(self, desk: Desk) -> Event | None:
        """Return the first try that said something else, is in the ledger all the same, and was not withdrawn.

        Errors: LedgerError when the ledger cannot be read.
        """
        gone = desk.withdrawn() if self.changed else ()
        found = (desk.ledger.get(event_id) for event_id in self.changed if event_id not in gone)
        return next((event for event in found if event is not None), None)
