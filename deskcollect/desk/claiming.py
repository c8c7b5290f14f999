"""Who is about to contact a customer: so that two collectors do not ring one at the same time.

Claims stand with the team's server where there is one, else beside the ledger of this machine. Desks that work apart
cannot see one another's claims; they keep to their shares of the book.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.ledger.claims import MINUTES
from deskcollect.ledger.files.claims import ClaimsHere, this_program

if TYPE_CHECKING:
    from deskcollect.desk.desk import Desk
    from deskcollect.ledger.claims import Claims
    from deskcollect.records import Claim

__all__ = ["MINUTES", "other", "release", "standing", "take"]


def claims(desk: Desk, server: Claims | None = None, *, of_program: bool = False) -> Claims:
    """Return where claims are kept; one `of_program` ends with this program, as that of an open desk should."""
    return server or ClaimsHere(desk.state, desk.settings.desk_id, sits=this_program() if of_program else "")


def take(
    desk: Desk,
    customer_id: str,
    by: str,
    *,
    minutes: int = MINUTES,
    server: Claims | None = None,
    of_program: bool = False,
) -> Claim:
    """Claim a customer, or renew one's own claim; return the claim that stands then: one's own, or another's.

    Errors: Busy, NotRecorded.
    """
    kept = claims(desk, server, of_program=of_program)
    return kept.take(customer_id, by, now=desk.clock.now(), minutes=minutes)


def release(desk: Desk, customer_id: str, by: str, *, server: Claims | None = None) -> bool:
    """Give one's claim back; return whether there was one. Errors: Busy, NotRecorded."""
    return claims(desk, server).release(customer_id, by)


def standing(desk: Desk, *, server: Claims | None = None) -> tuple[Claim, ...]:
    """Return the claims that have not ended."""
    return claims(desk, server).standing(desk.clock.now())


def other(desk: Desk, customer_id: str, by: str, *, server: Claims | None = None) -> Claim | None:
    """Return the claim that somebody else has on a customer, None where nobody has."""
    found = (each for each in standing(desk, server=server) if each.customer_id == customer_id and each.by != by)
    return next(found, None)
