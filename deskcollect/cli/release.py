"""deskcollect release: give a claimed customer back."""

from __future__ import annotations

from deskcollect.cli import diagnostics, output, place
from deskcollect.cli.options import AccountArgument, ByOption, DeskOption, JsonOption
from deskcollect.errors import ExitCode


def release(account: AccountArgument, by: ByOption = "", desk: DeskOption = None, json: JsonOption = False) -> int:
    """Give back a customer that you claimed."""
    from deskcollect.cli.opened import opened
    from deskcollect.desk.team import claiming

    with opened(desk) as seen:
        customer = seen.day.row(account)["customer_id"]
        who = place.who(seen.desk, by)
        done = claiming.release(seen.desk, customer, who, tie=seen.tie)
        if json:
            output.single({"customer_id": customer, "by": who, "released": done.had})
        else:
            free = f"Customer {customer} is free."
            output.lines([free if done.had else f"{who} had no claim on customer {customer}."])
        if not done.team_knows:
            diagnostics.warn("The team was not asked: a claim that stands there ends by itself.")
    return ExitCode.OK
