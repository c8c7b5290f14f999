"""Early warnings: who, how grave, what confirms what."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import polars as pl
from textual import on
from textual.binding import Binding, BindingType

from deskcollect.desk.summary import alert_order
from deskcollect.present import alerts
from deskcollect.present.lines import clip, line, spread
from deskcollect.tui.screens.base import DeskScreen
from deskcollect.tui.widgets.columns import TableColumn
from deskcollect.tui.widgets.hints import Hint
from deskcollect.tui.widgets.literal import Plain
from deskcollect.tui.widgets.table import Table
from deskcollect.vocabulary import AlertLevel

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from deskcollect.desk.desk import Recorded
    from deskcollect.tui.session import Session

_LOW = 30


class Alerts(DeskScreen):
    """Shows the accounts with early warnings, the gravest first."""

    CSS_PATH = "alerts.tcss"
    HINTS: ClassVar[tuple[Hint, ...]] = (
        Hint("⏎", "Open", "screen.open"),
        Hint("r", "Record…", "screen.record"),
        Hint("o", "Level", "screen.level"),
        Hint("x", "Explain", "screen.explain"),
        Hint("u", "Undo", "screen.undo"),
        Hint("1", "Worklist", "app.go('worklist')"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "record", "Record an outcome…", id="work.record", show=False),
        Binding("x", "explain", "Explain this row", id="work.explain", show=False),
        Binding("o", "level", "Level to show", id="list.level", show=False),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._level = ""
        self._sort: tuple[str, bool] | None = None
        self._count = 0

    def compose(self) -> ComposeResult:
        """Return title, tabs, list, evidence, message and hints."""
        yield self.top()
        yield Plain(id="tabs")
        yield Table((), done=lambda row: bool(row["worked_today"]), glyphs=self.session.glyphs, id="list")
        yield Plain(id="evidence")
        yield from self.bottom()

    def on_mount(self) -> None:
        """Let the list have the keys."""
        self.list.focus()
        self.show_day()

    @property
    def list(self) -> Table:
        """Return the list."""
        return self.query_one("#list", Table)

    def on_resize(self) -> None:
        """Choose columns for the new size."""
        self.show_day()

    def show_day(self) -> None:
        """Draw everything."""
        super().show_day()
        _, day, _ = self.session.opened
        words = self.session.rows()
        self.list.set_columns([
            TableColumn(c.name, c.title, c.width, c.align, c.cell, pl.col(c.sorts_by), gap=c.gap)
            for c in alerts.columns(words, self.size.width - 1)
        ])  # fmt: skip
        order = alert_order(day.table, self._level, self._sort)
        self._count = len(order)
        self.list.show(day.table, order)
        self._draw_rest()

    @on(Table.Highlighted)
    def _draw_rest(self) -> None:
        """Draw what follows the cursor."""
        desk, day, counted = self.session.opened
        width = self.size.width
        share = counted.flagged / counted.accounts if counted.accounts else 0
        over = share > desk.policies.alert_cap_share
        told = (
            f"{counted.flagged} of {counted.accounts} accounts = {share:.0%} · cap {desk.policies.alert_cap_share:.0%} "
        )
        shown = self._level or "all levels"
        tabs = line((" [Open] " if not self._level else f" [{shown}] ", "bold"), f"{self._count} shown")
        self.draw("#tabs", [spread(tabs, line((told.replace("%", " %"), "warning" if over else "muted")), width)])
        row = self.list.cursor_row
        if row is None:
            self.draw("#evidence", [line((" No early warning is open.", "muted"))])
            return
        lines = alerts.evidence(self.session.rows(), row, day.silent, width)
        self.draw("#evidence", [clip(entry, width) for entry in lines[: 4 if self.size.height < _LOW else 9]])

    @on(Table.Opened)
    def _opened(self, event: Table.Opened) -> None:
        """Open an account."""
        from deskcollect.tui.screens.account import AccountView

        self.app.push_screen(AccountView(self.session, event.key, list(self.list.rows.keys())))

    @on(Table.SortAsked)
    def _sort_asked(self, event: Table.SortAsked) -> None:
        """Sort by a column; again: by level."""
        named = {c.name: c.sorts_by for c in alerts.columns(self.session.rows(), self.size.width)}
        wanted = (named.get(event.column, event.column), bool(event.descending))
        again = self._sort is not None and (self._sort == wanted or event.descending is None)
        self._sort = None if again else wanted
        self.list.set_sorted_by(None if again else event.column, descending=wanted[1])
        self.show_day()

    def action_open(self) -> None:
        """Open the cursor's row."""
        self.list.action_open()

    def action_level(self) -> None:
        """Show one level after another, then all."""
        levels = ["", *(level.value for level in reversed(AlertLevel))]
        self._level = levels[(levels.index(self._level) + 1) % len(levels)]
        self.show_day()

    def action_record(self) -> None:
        """Record an outcome for the cursor's row."""
        from deskcollect.tui.screens.record import Record

        def after(done: Recorded | None) -> None:
            if done is not None:
                self.show_day()

        if self.list.cursor_key is not None:
            self.app.push_screen(Record(self.session, self.list.cursor_key), after)

    def action_explain(self) -> None:
        """Say which rules decided."""
        from deskcollect.tui.screens.explain import Explain

        if self.list.cursor_key is not None:
            self.app.push_screen(Explain(self.session, self.list.cursor_key))
