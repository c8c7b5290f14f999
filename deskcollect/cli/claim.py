"""deskcollect claim: say that one is about to contact a customer, so that nobody else does at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import diagnostics, output, place
from deskcollect.cli.options import AccountArgument, ByOption, DeskOption, JsonOption
from deskcollect.errors import BadUse, ExitCode

if TYPE_CHECKING:
    from deskcollect.cli.opened import Opened
    from deskcollect.records import Claim

_LONGEST = 24 * 60


def claim(
    account: AccountArgument,
    minutes: Annotated[int, typer.Option("--minutes", metavar="N", help="How long it holds.")] = 15,
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Say that you are about to contact a customer, so that nobody else does.

    Exits with 1 where somebody else has them. It ends by itself, and keeps nobody from recording what happened.
    """
    from deskcollect.cli.opened import opened
    from deskcollect.desk import claiming

    if not 1 <= minutes <= _LONGEST:
        raise BadUse(f"--minutes {minutes} is no time to claim somebody for.", f"Give 1 to {_LONGEST:,}.")
    with opened(desk) as seen:
        row = seen.day.row(account)
        who = place.who(seen.desk, by)
        stands = claiming.take(seen.desk, row["customer_id"], who, minutes=minutes)
        mine = stands.by == who
        if json:
            output.single(_object(stands, mine=mine))
        else:
            output.lines([_mine(seen, stands) if mine else told(seen, stands)])
    return ExitCode.OK if mine else ExitCode.DATA


def warn(seen: Opened, account: str, by: str) -> None:
    """Say on stderr that somebody else is about to contact the customer of an account, where that is so."""
    from deskcollect.desk import claiming

    row = seen.day.find(account)
    stands = claiming.other(seen.desk, row["customer_id"], by) if row else None
    if stands is not None:
        diagnostics.warn(told(seen, stands))


def told(seen: Opened, claim: Claim) -> str:
    """Say who has a customer, and until when."""
    return f"{claim.by} has customer {claim.customer_id} until {_until(seen, claim)}."


def _mine(seen: Opened, claim: Claim) -> str:
    """Say that one has a customer."""
    return f"Customer {claim.customer_id} is yours, {claim.by}, until {_until(seen, claim)}."


def _until(seen: Opened, claim: Claim) -> str:
    """Return when a claim ends."""
    from deskcollect.present.dates import moment

    return moment(claim.until.astimezone(seen.desk.zone), seen.desk.clock.today())


def _object(claim: Claim, *, mine: bool) -> dict[str, Any]:
    """Return a claim, for a program."""
    return {
        "customer_id": claim.customer_id,
        "mine": mine,
        "by": claim.by,
        "desk": claim.desk,
        "taken_at": claim.taken_at,
        "until": claim.until,
    }
