"""What all screens of one run share: the open desk, the day, who sits here, what was said in the message line."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import polars as pl

from deskcollect.desk.summary import Summary
from deskcollect.errors import LedgerError
from deskcollect.present.account import AccountWords
from deskcollect.present.head import Standing
from deskcollect.present.numbers import money
from deskcollect.present.rows import RowWords
from deskcollect.present.shapes import UNICODE, Glyphs
from deskcollect.present.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from deskcollect.desk.desk import Day, Desk

Kind = Literal["done", "warning", "error", "info"]
_MONEY_LEAST, _MONEY_MOST = 10, 16
MINOR_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Message:
    """One line of the message line."""

    at: datetime
    kind: Kind
    text: str


@dataclass
class Session:
    """State of one run. Screens read it and change it only through the methods here."""

    open: Callable[[], Desk]
    by: str = ""
    glyphs: Glyphs = UNICODE
    desk: Desk | None = None
    day: Day | None = None
    summary: Summary | None = None
    messages: list[Message] = field(default_factory=list)
    ledger: str = "ok"

    def start(self, desk: Desk, day: Day) -> None:
        """Take the desk that was opened and its day."""
        self.desk = desk
        self.by = self.by or desk.settings.me
        self.take(day)

    def take(self, day: Day) -> None:
        """Take a new day and count it."""
        assert self.desk is not None
        self.day = day
        self.summary = day.summary

    @property
    def opened(self) -> tuple[Desk, Day, Summary]:
        """Return desk, day and summary once they are there."""
        assert self.desk is not None
        assert self.day is not None
        assert self.summary is not None
        return self.desk, self.day, self.summary

    @property
    def voice(self) -> Voice:
        """Return the sentences of the desk's policy on its day."""
        desk, day, counted = self.opened
        digits = dict.fromkeys(counted.whole, 0)
        return Voice(desk.policies, day.moment.today, digits)

    def rows(self) -> RowWords:
        """Return the words of worklist rows."""
        _, day, counted = self.opened
        voice = self.voice
        largest = day.table.select(pl.col("past_due").max()).item()
        wide = max((len(money(largest, voice.digits(code))) for code in counted.currencies), default=0)
        return RowWords(voice, self.glyphs, min(max(wide, _MONEY_LEAST), _MONEY_MOST), len(counted.currencies))

    def accounts(self) -> AccountWords:
        """Return the words of the account view."""
        desk, _, _ = self.opened
        return AccountWords(self.voice, self.glyphs, desk.zone)

    def standing(self) -> Standing:
        """Return what the title line tells."""
        if self.desk is None or self.day is None:
            return Standing(demo=False, as_of=None, now=None, saved=0, ledger="…", who=self.by)
        return Standing(
            demo=self.desk.settings.demo,
            as_of=self.day.moment.as_of,
            now=self.desk.clock.now(),
            saved=self.desk.saved_today(self.by),
            ledger=self.ledger,
            who=self.by,
        )

    def say(self, kind: Kind, text: str) -> Message:
        """Keep a message of today and return it."""
        assert self.desk is not None
        message = Message(self.desk.clock.now(), kind, text)
        self.messages.append(message)
        return message

    # --- drafts ----------------------------------------------------------------------------------------------------------

    def keep_draft(self, account_id: str, code: str, values: Mapping[str, str]) -> None:
        """Keep a half-filled form; a desk that cannot keep it goes on without."""
        desk, _, _ = self.opened
        with suppress(LedgerError):
            desk.state.keep_draft(account_id, {"code": code, "values": dict(values), "by": self.by})

    def draft(self, account_id: str) -> tuple[str, dict[str, str]] | None:
        """Return code and values of a form that was not saved."""
        desk, _, _ = self.opened
        found = desk.state.draft(account_id)
        return (found["code"], found["values"]) if found else None

    def drop_draft(self, account_id: str) -> None:
        """Forget a form."""
        desk, _, _ = self.opened
        with suppress(LedgerError):
            desk.state.drop_draft(account_id)
