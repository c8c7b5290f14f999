"""The demo desk on its day, to be put into words. It is only read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from deskcollect.desk.account import Account, WhatIf, account, what_if
from deskcollect.desk.day import Day
from deskcollect.desk.desk import Desk
from deskcollect.desk.make import make_demo
from deskcollect.present.account import AccountWords
from deskcollect.present.rows import RowWords
from deskcollect.present.shapes import UNICODE, Glyphs
from deskcollect.present.voice import Voice


@dataclass(frozen=True)
class Told:
    """A desk, its day and the words for it."""

    desk: Desk
    day: Day
    _read: dict[str, Account] = field(default_factory=dict)

    @property
    def voice(self) -> Voice:
        """Return the sentences of its policy."""
        digits = dict.fromkeys(self.day.summary.whole, 0)
        return Voice(self.desk.policies, self.day.moment.today, digits, self.desk.zone)

    def rows(self, glyphs: Glyphs = UNICODE) -> RowWords:
        """Return the words of rows."""
        return RowWords(self.voice, glyphs, 10, len(self.day.summary.currencies))

    def words(self, glyphs: Glyphs = UNICODE) -> AccountWords:
        """Return the words of an account."""
        return AccountWords(self.voice, glyphs, self.desk.zone)

    def account(self, account_id: str) -> Account:
        """Return an account; it is read once, for every example of a property begins with it."""
        if account_id not in self._read:
            self._read[account_id] = account(self.desk, self.day, account_id)
        return self._read[account_id]

    def answers(self, account_id: str) -> tuple[WhatIf, ...]:
        """Return what would change its score."""
        return what_if(self.desk, self.day, account_id)

    def having(self, **wanted: object) -> dict[str, Any]:
        """Return the first row with some values."""
        rows = self.day.table.iter_rows(named=True)
        return next(row for row in rows if all(row[name] == value for name, value in wanted.items()))


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Return the demo desk on its day."""
    desk = make_demo(tmp_path_factory.mktemp("present") / "demo")
    return Told(desk, desk.load())
