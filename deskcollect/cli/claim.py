"""deskcollect claim: say that one is about to contact a customer, so that nobody else does at the same time."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import diagnostics, output, place
from deskcollect.cli.options import AccountArgument, ByOption, DeskOption, JsonOption
from deskcollect.errors import BadUse, DeskError, ExitCode

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
    from deskcollect.desk.team import claiming

    if not 1 <= minutes <= _LONGEST:
        raise BadUse(f"--minutes {minutes} is no time to claim somebody for.", f"Give 1 to {_LONGEST:,}.")
    with opened(desk) as seen:
        row = seen.day.row(account)
        who = place.who(seen.desk, by)
        taken = claiming.take(seen.desk, row["customer_id"], who, minutes=minutes, tie=seen.tie)
        if json:
            output.single(_object(taken.claim, mine=taken.mine))
        else:
            output.lines([_mine(seen, taken.claim) if taken.mine else _told(seen, taken.claim, who)])
        if not taken.team_knows:
            diagnostics.warn("The team was not asked: the claim holds for the programs of this machine.")
    return ExitCode.OK if taken.mine else ExitCode.DATA


def warn(seen: Opened, account: str, by: str) -> None:
    """Say on stderr that somebody else is about to contact the customer of an account, where that is so and can be seen."""
    from deskcollect.desk.team import claiming

    row, stands = seen.day.find(account), None
    with suppress(DeskError):
        stands = claiming.other(seen.desk, row["customer_id"], by, tie=seen.tie) if row else None
    if stands is not None:
        diagnostics.warn(_told(seen, stands, by))


def _told(seen: Opened, claim: Claim, by: str) -> str:
    """Say who has a customer, and until when."""
    from deskcollect.present.claims import has_customer

    return f"{has_customer(claim, seen.desk.settings, seen.desk.clock.today(), by)}."


def _mine(seen: Opened, claim: Claim) -> str:
    """Say that one has a customer."""
    from deskcollect.present.dates import moment

    until = moment(claim.until.astimezone(seen.desk.zone), seen.desk.clock.today())
    return f"Customer {claim.customer_id} is yours, {claim.by}, until {until}."


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
