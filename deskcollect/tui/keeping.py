"""Looking after the ledger from the desk: what Everything offers of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.errors import DeskError
from deskcollect.present.numbers import count, several
from deskcollect.present.proof import wrong
from deskcollect.tui.apart import apart
from deskcollect.tui.screens.base import DeskScreen, in_stack

if TYPE_CHECKING:
    from textual.app import App

    from deskcollect.tui.session import Session


def verify(app: App[int], session: Session) -> None:
    """Begin to check every record beside the keys."""
    app.run_worker(_verify(app, session), group="verify", exclusive=True)


async def _verify(app: App[int], session: Session) -> None:
    """Check every record, and say what was found."""
    desk, _, _ = session.opened
    session.say("info", "Checking every record…")
    _show(app)
    try:
        report = await apart(desk.ledger.verify)
    except DeskError as error:
        session.refuse(error)
    else:
        if report.ok:
            session.say(
                "done",
                f"{several(report.records, 'record', 'records')}, every one proves itself. Head {report.head.stamp}",
            )
        else:
            first, *rest = wrong(report)
            more = f" {count(len(rest))} more." if rest else ""
            if report.is_mendable:
                session.ledger = "damaged"
            what = "The ledger is damaged." if report.is_mendable else "Not every record proves itself."
            session.say("error", f"{what} {first}{more}  deskcollect ledger verify  says all")
    _show(app)


def _show(app: App[int]) -> None:
    """Show the newest message on the screen that is seen."""
    for top in in_stack(app)[:1]:
        if isinstance(top, DeskScreen):
            top.draw_message()
            top.draw_top()
