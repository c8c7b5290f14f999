"""What if: the checklist, the day of review and the score as they would be. Nothing is recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widgets import Input

from deskcollect.currency import decimals, half
from deskcollect.desk.decisions.release import what_if
from deskcollect.errors import DeskError
from deskcollect.present import what_if as words
from deskcollect.present.clean import clean, name_of
from deskcollect.present.dates import read_amount
from deskcollect.present.lines import line, wrapped
from deskcollect.present.numbers import money
from deskcollect.tui.apart import apart
from deskcollect.tui.screens.dialog import Dialog
from deskcollect.tui.screens.fields import Field, Fields
from deskcollect.tui.widgets.literal import Plain
from deskcollect.vocabulary import Proof

if TYPE_CHECKING:
    from decimal import Decimal

    from textual.app import ComposeResult

    from deskcollect.present.lines import Line
    from deskcollect.tui.session import Session

_QUIET = 0.08
_FRAME, _WIDEST = 6, 90
_LETTERS: Mapping[str, Proof] = MappingProxyType({"i": Proof.IDENTITY, "d": Proof.DOCUMENTS, "n": Proof.INCOME})
_LABELS: Mapping[str, str] = MappingProxyType({"paid": "Paid today", "shown": "Proofs", "quiet": "Quiet days"})


class Supposed:
    """The fields of a what-if as text, and their readings."""

    def __init__(self, session: Session, account_id: str) -> None:
        self.session = session
        self.account_id = account_id
        desk, day, _ = session.opened
        self.row = day.row(account_id)
        due = self.row["past_due"]
        self._known = {
            "full": due,
            "half": due and half(due, self.row["currency"]),
            "min": day.minimum(account_id).amount,
        }
        self.values = dict.fromkeys(self.fields, "")
        self._desk = desk

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields, in order."""
        return tuple(_LABELS)

    @property
    def first(self) -> str:
        """Return the field that gets the keys."""
        return "paid"

    def type(self, name: str, value: str) -> None:
        """Take what stands in a field."""
        self.values[name] = value

    def paid(self) -> Decimal | None:
        """Return the amount as read."""
        typed = self.values["paid"].strip()
        return read_amount(typed, self._known, decimals(self.row["currency"])) if typed else None

    def shown(self) -> tuple[Proof, ...] | None:
        """Return the proofs that are supposed, None where a letter is none of them."""
        letters = self.values["shown"].replace(",", " ").lower().replace(" ", "")
        found = [_LETTERS.get(letter) for letter in letters]
        return None if None in found else tuple(dict.fromkeys(each for each in found if each))

    def quiet(self) -> int | None:
        """Return the days without a signal that are supposed."""
        typed = self.values["quiet"].strip()
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else None

    def reading(self, name: str) -> tuple[str, str]:
        """Return how a field is read, and the role of that text."""
        typed = self.values[name].strip()
        if name == "paid":
            paid = self.paid()
            told = "" if paid is None else f"= {money(paid, self.session.voice.digits(self.row['currency']))}"
            ghost = "3200, full, half, min"
        elif name == "shown":
            shown = self.shown()
            told = f"= {', '.join(shown)} confirmed" if shown else ""
            ghost = "i identity, d documents, n income"
        else:
            told, ghost = ("= days without a signal" if self.quiet() is not None else ""), "as they are"
        if told:
            return told, ""
        return ("not understood", "warning") if typed else (ghost, "muted")

    @property
    def wrong(self) -> bool:
        """Tell whether something is not understood."""
        return any(self.values[name].strip() and self.reading(name)[1] == "warning" for name in self.fields)

    def lines(self) -> list[Line]:
        """Return now and then beside each other."""
        desk, day, _ = self.session.opened
        try:
            found = what_if(
                desk, day, self.account_id, paid=self.paid(), shown=self.shown() or (), quiet_days=self.quiet()
            )
        except DeskError as error:
            return [line((f"✗ {error.message} {error.remedy}", "error"))]
        return list(words.what_if(self.session.restrictions(), found))


class WhatIf(Dialog[None]):
    """Supposes a payment, a proof or quiet days for one restricted account."""

    CSS_PATH = "what_if.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close; nothing was recorded", id="nav.back")]

    def __init__(self, session: Session, account_id: str) -> None:
        super().__init__(session)
        self.supposed = Supposed(session, account_id)

    def compose(self) -> ComposeResult:
        """Return the frame."""
        who = name_of(self.supposed.row, limit=30) or clean(self.supposed.account_id)
        with self.framed(title=f"What if · {who} · nothing is recorded", keys="tab Next field · esc Close"):
            yield Fields(self.session.glyphs, _LABELS)
            yield Plain(id="answer")

    def on_mount(self) -> None:
        """Show the fields."""
        self.query_one(Fields).ask(self.supposed)
        self._follow()

    @on(Input.Changed)
    def _changed(self) -> None:
        """Follow what is typed."""
        self.query_one(Fields).take(self.supposed)
        self._follow()

    @on(Input.Submitted)
    def _onward(self) -> None:
        """Enter goes to the next field."""
        self.focus_next(Field)

    @work(exclusive=True, group="follow")
    async def _follow(self) -> None:
        """Show how the fields are read, and once the typing rests what would be."""
        self.query_one(Fields).read(self.supposed)
        await asyncio.sleep(_QUIET)
        if self.supposed.wrong:
            return
        lines = await apart(self.supposed.lines)
        width = min(self.size.width, _WIDEST) - _FRAME
        told = [part for entry in lines for part in wrapped(entry, width, indent=14)]
        self.query_one("#answer", Plain).show(self.painted(told))
