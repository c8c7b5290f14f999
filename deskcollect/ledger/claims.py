"""Who is about to contact a customer, so that two collectors do not ring one. A claim ends by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from deskcollect.records import Claim

MINUTES = 15


class Claims(Protocol):
    """Where claims are kept: beside the ledger of one machine, or on the team's server."""

    def take(self, customer_id: str, by: str, *, now: datetime, minutes: int = MINUTES) -> Claim:
        """Claim a customer, or renew one's own claim; return the claim that stands then: one's own, or another's.

        Errors: Busy, NotRecorded.
        """

    def release(self, customer_id: str, by: str) -> bool:
        """Give one's claim back; return whether there was one. Errors: Busy, NotRecorded."""

    def standing(self, now: datetime) -> tuple[Claim, ...]:
        """Return the claims that have not ended."""
