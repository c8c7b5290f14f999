"""A desk that a command has opened: its day, and the words for what it shows."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from deskcollect.cli import diagnostics, place
from deskcollect.present.account import AccountWords
from deskcollect.present.dates import day as day_in_words
from deskcollect.present.glyphs import choose
from deskcollect.present.rows import RowWords
from deskcollect.present.seen import seen_to
from deskcollect.present.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk
    from deskcollect.desk.summary import Summary
    from deskcollect.desk.team.visits import Tie
    from deskcollect.present.shapes import Glyphs


@dataclass(frozen=True)
class Opened:
    """Desk and day, with the words for them: made once, however many rows are told. `tie` leads to the team's server."""

    desk: Desk
    day: Day
    glyphs: Glyphs
    tie: Tie | None = None

    @property
    def counted(self) -> Summary:
        """Return the figures of the day."""
        return self.day.summary

    @cached_property
    def voice(self) -> Voice:
        """Return the sentences of the desk's policy on its day."""
        return Voice(self.desk.policies, self.day.moment.today, dict.fromkeys(self.counted.whole, 0), self.desk.zone)

    @cached_property
    def rows(self) -> RowWords:
        """Return the words of worklist rows."""
        return RowWords(self.voice, self.glyphs, 0, len(self.counted.currencies))

    @cached_property
    def accounts(self) -> AccountWords:
        """Return the words of one account."""
        return AccountWords(self.voice, self.glyphs, self.desk.zone)

    @property
    def dated(self) -> str:
        """Return which desk this is, of which day its book is, and how far day's files go where that is further."""
        moment = self.day.moment
        book = day_in_words(moment.as_of, moment.today)
        year = "" if book.endswith(str(moment.as_of.year)) else f" {moment.as_of.year}"
        mark = "DEMO  " if self.desk.settings.demo else ""
        standing = self.day.standing
        further = seen_to(moment.as_of, standing.seen_until, standing.streamed, moment.today)
        return f"{mark}{self.desk.settings.name}: book as of {book}{year}{f', {further}' if further else ''}"


@contextmanager
def opened(given: Path | None) -> Iterator[Opened]:
    """Open the desk that is meant and conclude on its newest book.

    Errors: NoDesk, BadUse when it has no book yet, BadPolicy, LedgerError.
    """
    with place.tied(given) as (desk, tie):
        yield concluded(desk, tie)


def concluded(desk: Desk, tie: Tie | None = None) -> Opened:
    """Conclude on the newest book of a desk."""
    day = desk.load()
    if desk.ledger.health().damage:
        diagnostics.warn("The ledger is damaged: nothing can be recorded.  deskcollect doctor  says where.")
    return Opened(desk, day, choose(desk.settings.glyphs), tie)
