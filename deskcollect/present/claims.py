"""Who has a customer, in words that the command line and the desk share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.present.clean import clean
from deskcollect.present.dates import moment

if TYPE_CHECKING:
    from datetime import date

    from deskcollect.records import Claim
    from deskcollect.settings import Settings

_NAME = 20


def has_customer(claim: Claim, told: Settings, today: date, by: str) -> str:
    """Return `ben has this customer until 10:57`, in the desk's time.

    Another desk is named where [team] has a name for it; one that has none is told of only where somebody who is called like
    the reader, `by`, has the customer there.
    """
    where = ""
    if claim.desk != told.desk_id:
        named = next((name for name, desk in told.team.items() if desk == claim.desk), "")
        where = f" at {clean(named, limit=_NAME)}" if named else " at another desk" if claim.by == by else ""
    until = moment(claim.until.astimezone(told.zone), today)
    return f"{clean(claim.by, limit=_NAME)}{where} has this customer until {until}"
