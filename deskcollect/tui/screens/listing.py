"""What the worklist and the early warnings share: a list that is filtered, sorted, marked, and opened row by row."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from deskcollect.present.numbers import count, several
from deskcollect.tui.apart import apart
from deskcollect.tui.screens.narrowing import Narrows
from deskcollect.tui.views import V, moved, next_to_work, sorted_by
from deskcollect.tui.widgets.columns import TableColumn
from deskcollect.tui.widgets.hints import Hints
from deskcollect.tui.widgets.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from deskcollect.present.rows import ListColumn
    from deskcollect.tui.screens.account import AccountView
    from deskcollect.tui.session import Session
    from deskcollect.tui.widgets.rows import Rows

BIG = 50_000
QUIET = 0.06


def table_column(column: ListColumn) -> TableColumn:
    """Return a column of the table widget."""
    import polars as pl

    sorts = pl.col(column.sorts_by)
    return TableColumn(column.name, column.title, column.width, column.align, column.cell, sorts, gap=column.gap)


_KEYS: list[BindingType] = [
    Binding("r", "record", "Record an outcome…", id="work.record", show=False),
    Binding("n", "next(1)", "Next account that may be worked", id="work.next", show=False),
    Binding("p", "next(-1)", "Previous account that may be worked", id="work.previous", show=False),
    Binding("x", "explain", "Explain this row", id="work.explain", show=False),
    Binding("s", "sort_by", "Sort by…", id="list.sort", show=False),
    Binding("y", "export", "Copy or export…", id="app.copy", show=False),
]


class Listing(Narrows[V]):
    """A screen around a list. `view` says how it is narrowed and ordered."""

    BINDINGS: ClassVar[list[BindingType]] = _KEYS
    MARKED: ClassVar[str] = ": y Export…  esc none "

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.order: pl.Series | None = None
        self._viewed: AccountView | None = None

    def compose_list(self) -> Table:
        """Return the list, to be composed in the middle."""
        return Table((), done=lambda row: bool(row["worked_today"]), glyphs=self.session.glyphs, id="list")

    def key_nodes(self) -> tuple[type, ...]:
        """Return the classes whose keys hold here, the nearest first."""
        return (type(self), Table)

    def on_mount(self) -> None:
        """Let the list have the keys."""
        self.set_focus(self.table)
        self.show_day()

    # --- drawing -----------------------------------------------------------------------------------------------------------

    def columns(self, *, every: bool = False) -> Sequence[ListColumn]:
        """Return the columns that fit, or every one there is."""
        raise NotImplementedError

    def show_day(self) -> None:
        """Draw everything anew; order and rows come from the session's day."""
        super().show_day()
        if self.session.day is not None:
            self.table.set_glyphs(self.session.glyphs)
            self.fit_columns()
            self.rearrange(cursor=self._viewed.left_at() if self._viewed else "")

    def on_resize(self) -> None:
        """Choose columns and lines for the new size."""
        if self.session.day is not None:
            self.fit_columns()
            self.draw_top()
            self.draw_rest()

    def fit_columns(self) -> None:
        """Give the list the columns that fit."""
        self.table.set_columns([table_column(column) for column in self.columns()])

    # --- order -------------------------------------------------------------------------------------------------------------

    def look(self, view: V, *, from_top: bool = False, cursor: str = "") -> None:
        """Take another view."""
        self.view = view
        named = {column.sorts_by: column.name for column in self.columns(every=True)}
        column, descending = view.sort or ("", False)
        self.table.set_sorted_by(named.get(column), descending=descending)
        self.rearrange(from_top=from_top, cursor=cursor)

    def rearrange(self, *, from_top: bool = False, cursor: str = "") -> None:
        """Order the list anew, `cursor` naming the cursor's row; a large one apart, but rows of another book go at once."""
        table = self.frame
        if table.height > BIG and self.table.rows.fit(table):
            self._arrange_apart(table, self.view, from_top=from_top, cursor=cursor)
        else:
            self.workers.cancel_group(self, "order")
            self._take_order(table, self.view.order(table), from_top=from_top, cursor=cursor)

    @work(exclusive=True, group="order")
    async def _arrange_apart(self, table: pl.DataFrame, view: V, *, from_top: bool, cursor: str) -> None:
        """Order a large list; a later request ends this one, so that the list never shows an old view."""
        if view.text:
            await asyncio.sleep(QUIET)
        self._take_order(table, await apart(lambda: view.order(table)), from_top=from_top, cursor=cursor)

    def _take_order(self, table: pl.DataFrame, order: pl.Series, *, from_top: bool, cursor: str) -> None:
        """Show the list in an order. A filter that hides the cursor's account puts the cursor on the first match."""
        key, self.order = cursor or self.table.cursor_key, order
        self.table.show(table, order, keep_cursor=not from_top, at=cursor)
        if self.view.text and self.table.cursor_key != key:
            self.table.action_go(0)
        self.draw_rest()

    def rerank(self, *, quiet: bool = False) -> None:
        """Rank again and say how many rows moved; `quiet` says nothing where none did."""
        old = self.order
        self.rearrange()
        if old is None or self.order is None or len(old) > BIG:
            return
        if (number := moved(old, self.order)) or not quiet:
            self.say("info", f"{several(number, 'row', 'rows')} moved." if number else "Nothing moved.")

    def day_changed(self) -> None:
        """Show what others recorded: signs and counts, and no row moves; only another book is shown anew."""
        table = self.frame
        if self.order is None or not self.table.rows.fit(table):
            self.show_day()
            return
        self.draw_top()
        self.draw_message()
        self.table.show(table, self.order)
        self.draw_rest()

    @on(Table.SortAsked)
    def _sort_asked(self, event: Table.SortAsked) -> None:
        """Sort by a column; the same again brings the own order back."""
        self.sort_by(event.column, event.descending)

    def sort_by(self, name: str, descending: bool | None = None) -> None:
        """Sort by a column, None: the way that is usual for it."""
        column = next((column for column in self.columns(every=True) if column.name == name), None)
        if column is not None:
            self.look(sorted_by(self.view, column.sorts_by, descending, usual=column.descends))

    def action_sort_by(self) -> None:
        """Choose a column to sort by."""
        from deskcollect.tui.screens.choose import one_of

        every = self.columns(every=True)
        names = [(each.name, each.title if each.title[1:] else each.name.capitalize()) for each in every]
        self.app.push_screen(*one_of(self.session, "Sort by · again restores", names, self.sort_by))

    # --- rows --------------------------------------------------------------------------------------------------------------

    def action_open(self) -> None:
        """Open the cursor's row."""
        self.table.action_open()

    @on(Table.Opened)
    def _opened(self, event: Table.Opened) -> None:
        """Open an account with the list as it stands now."""
        self.open_account(event.key, self.table.rows)

    def open_account(self, account_id: str, rows: Rows) -> None:
        """Show an account; n and p walk through some rows."""
        from deskcollect.tui.screens.account import AccountView

        self._viewed = AccountView(self.session, account_id, rows)
        self.app.push_screen(self._viewed)

    def current(self) -> str | None:
        """Return the account of the cursor's row."""
        return self.table.cursor_key

    def action_next(self, way: int) -> None:
        """Go to the next account that is to be worked today."""
        if (at := self.next_to_work(way)) is None:
            self.say("info", "No further account to work in this list.")
        else:
            self.table.cursor = at

    def next_to_work(self, way: int = 1) -> int | None:
        """Return the position of the next account that is to be worked, None if there is none."""
        return next_to_work(self.table.rows, self.table.cursor, way)

    def action_export(self) -> None:
        """Copy, or hand the list or its marked rows over as a file."""
        from deskcollect.tui.screens.export import Export

        if self.table.cursor_key is not None:
            self.app.push_screen(Export(self.session, self.table.cursor_key, self.order, frozenset(self.table.marks)))

    @on(Table.MarksChanged)
    def _marked(self, event: Table.MarksChanged) -> None:
        """Say how many rows are marked and what can be done with them."""
        self.query_one(Hints).lead = f"{count(event.count)} marked{self.MARKED}" if event.count else ""
        self.draw_rest()
