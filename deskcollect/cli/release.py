"""deskcollect release: give a claimed customer back."""

from __future__ import annotations

from deskcollect.cli import output, place
from deskcollect.cli.options import AccountArgument, ByOption, DeskOption, JsonOption
from deskcollect.errors import ExitCode


def release(account: AccountArgument, by: ByOption = "", desk: DeskOption = None, json: JsonOption = False) -> int:
    """Give back a customer that you claimed."""
    from deskcollect.cli.opened import opened
    from deskcollect.desk import claiming

    with opened(desk) as seen:
        customer = seen.day.row(account)["customer_id"]
        who = place.who(seen.desk, by)
        had = claiming.release(seen.desk, customer, who)
        if json:
            output.single({"customer_id": customer, "by": who, "released": had})
        else:
            output.lines([f"Customer {customer} is free." if had else f"{who} had no claim on customer {customer}."])
    return ExitCode.OK
