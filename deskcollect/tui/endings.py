"""What is wrong at the end of the ledger: told once, in the words of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.present.proof import of_end

if TYPE_CHECKING:
    from deskcollect.desk.upkeep.keeping import Ending
    from deskcollect.tui.session import Session


class Endings:
    """Knows what was told of the end of the ledger in this run."""

    def __init__(self) -> None:
        self._put_aside: Ending | None = None
        self._missed = 0

    def say_missing(self, session: Session, ending: Ending) -> None:
        """Say which records are missing that were said to be recorded, where any are."""
        if ending.missing:
            session.ledger = "cut short"
            self._say(session, ending)

    def say_put_aside(self, session: Session) -> bool:
        """Say what this program cut off, or found missing, before it wrote; return whether there was anything to say."""
        told = session.opened[0].ledger.put_aside
        if told is None or told is self._put_aside:
            return False
        self._put_aside = told
        return self._say(session, told, put_aside=True)

    def _say(self, session: Session, ending: Ending, *, put_aside: bool = False) -> bool:
        """Say what is wrong, and of what is missing nothing twice; return whether anything is new."""
        before = ending.missing > 0 and ending.said == self._missed
        told = of_end(ending, put_aside=put_aside, missed_before=before)
        if told:
            session.say("error" if ending.missing and not before else "warning", told)
        self._missed = ending.said if ending.missing else self._missed
        return bool(told)
