"""The worklist: whom to contact first, what to do and why today."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.widgets import Input

from deskcollect.desk.account import lost_points
from deskcollect.desk.pipeline import arrange
from deskcollect.desk.summary import gravest_alerts
from deskcollect.present import head, selected
from deskcollect.present.lines import line
from deskcollect.present.score import step
from deskcollect.tui.screens.base import DeskScreen
from deskcollect.tui.widgets.columns import TableColumn
from deskcollect.tui.widgets.hints import Hint
from deskcollect.tui.widgets.literal import Plain
from deskcollect.tui.widgets.table import Table
from deskcollect.vocabulary import Lens, Tier

if TYPE_CHECKING:
    import polars as pl
    from textual.app import ComposeResult

    from deskcollect.desk.desk import Recorded
    from deskcollect.present.rows import ListColumn, Row
    from deskcollect.tui.session import Session

_TALL, _LOW = 30, 20
_BIG = 50_000


def table_column(column: ListColumn) -> TableColumn:
    """Return a column of the table widget."""
    import polars as pl

    return TableColumn(
        column.name, column.title, column.width, column.align, column.cell, pl.col(column.sorts_by), gap=column.gap
    )


class Worklist(DeskScreen):
    """All that is to be done today, in the order of a lens."""

    CSS_PATH = "worklist.tcss"

    HINTS: ClassVar[tuple[Hint, ...]] = (
        Hint("⏎", "Open", "screen.open"),
        Hint("r", "Record…", "screen.record"),
        Hint("n", "Next", "screen.next(1)"),
        Hint("/", "Filter", "screen.filter"),
        Hint("t", "Tier…", "screen.tier"),
        Hint(",.", "Queue", "screen.queue(1)"),
        Hint("o", "Lens", "screen.lens"),
        Hint("u", "Undo", "screen.undo"),
        Hint("2", "Alerts", "app.go('alerts')"),
        Hint("x", "Explain", "screen.explain"),
        Hint("y", "Copy…", "screen.export"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "record", "Record an outcome…", id="work.record", show=False),
        Binding("n", "next(1)", "Next account that may be worked", id="work.next", show=False),
        Binding("p", "next(-1)", "Previous account that may be worked", id="work.previous", show=False),
        Binding("x", "explain", "Explain this row", id="work.explain", show=False),
        Binding("slash", "filter", "Filter as you type", id="list.filter", show=False),
        Binding("full_stop", "queue(1)", "Next queue", id="list.queue_next", show=False),
        Binding("comma", "queue(-1)", "Previous queue", id="list.queue_previous", show=False),
        Binding("t", "tier", "Tiers to show…", id="list.tier", show=False),
        Binding("o", "lens", "Lens: risk, exposure", id="list.lens", show=False),
        Binding("s", "sort", "Sort by…", id="list.sort", show=False),
        Binding("v", "detail", "Show or hide the detail panel", id="list.detail", show=False),
        Binding("y", "export", "Copy or export…", id="app.copy", show=False),
        Binding("R", "rerank", "Rank again now", id="list.rerank", show=False),
    ]
    queue: reactive[str] = reactive("to-call", init=False)
    lens: reactive[Lens] = reactive(Lens.RISK, init=False)
    text: reactive[str] = reactive("", init=False)
    tiers: reactive[frozenset[str]] = reactive(frozenset(), init=False)
    by_column: reactive[tuple[str, bool] | None] = reactive(None, init=False)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._panel = True
        self._order: pl.Series | None = None

    def compose(self) -> ComposeResult:
        """Return title, tabs, filter, list, panels, message and hints."""
        yield self.top()
        yield Plain(id="tabs")
        yield Input(placeholder="type to filter", id="filter", classes="-hidden", compact=True)
        with Horizontal(id="middle"):
            yield Table((), done=lambda row: bool(row["worked_today"]), glyphs=self.session.glyphs, id="list")
            yield Plain(id="side")
        yield Plain(id="panel")
        yield from self.bottom()

    def on_mount(self) -> None:
        """Let the list have the keys."""
        self.list.focus()
        self.show_day()

    @property
    def list(self) -> Table:
        """Return the list."""
        return self.query_one("#list", Table)

    # --- drawing ---------------------------------------------------------------------------------------------------------

    def show_day(self) -> None:
        """Draw everything anew; order and rows come from the session's day."""
        self.draw_top()
        if self.session.day is None:
            self.draw("#message", [line((" reading the book…", "muted"))])
            return
        self.draw_message()
        self.fit_columns()
        self.rearrange()

    def on_resize(self) -> None:
        """Choose columns and panels for the new size."""
        if self.session.day is not None:
            self.fit_columns()
            self.draw_top()
            self.draw_rest()

    def fit_columns(self) -> None:
        """Give the list the columns that fit."""
        words = self.session.rows()
        width = self.size.width - (selected.SIDE if self._beside else 0) - 1
        self.list.set_columns([table_column(column) for column in words.columns(width)])

    @property
    def _beside(self) -> bool:
        """Tell whether the detail stands at the right of the list."""
        return self._panel and self.size.width > selected.SIDE_FROM

    def rearrange(self, *, keep_cursor: bool = True) -> None:
        """Order the list anew; a large one in a thread, so that the keys go on."""
        _, day, _ = self.session.opened
        if day.table.height > _BIG:
            self._arrange_apart(keep_cursor=keep_cursor)
        else:
            self._take_order(self._arranged(), keep_cursor=keep_cursor)

    @work(thread=True, exclusive=True)
    def _arrange_apart(self, *, keep_cursor: bool) -> None:
        """Order a large list."""
        order = self._arranged()
        self.app.call_from_thread(self._take_order, order, keep_cursor=keep_cursor)

    def _arranged(self) -> pl.Series:
        """Return the rows of the view in order."""
        _, day, _ = self.session.opened
        return arrange(
            day.table, queue=self.queue, lens=self.lens, text=self.text, within=self.tiers, sort=self.by_column
        )

    def _take_order(self, order: pl.Series, *, keep_cursor: bool) -> None:
        """Show the list in a new order."""
        _, day, _ = self.session.opened
        self._order = order
        self.list.show(day.table, order, keep_cursor=keep_cursor)
        self.draw_rest()

    def draw_rest(self) -> None:
        """Draw what depends on order or cursor: tabs, panel."""
        desk, _, counted = self.session.opened
        width = self.size.width
        place = head.Place(
            rank=self.list.cursor + 1,
            shown=0 if self._order is None else len(self._order),
            lens=str(self.lens),
            sort=self.by_column,
            tiers="".join(sorted(self.tiers)),
            typed=self.text,
            marked=len(self.list.marks),
        )
        tabs = head.queues(counted, desk.policies, self.queue, width, place, tall=self.size.height >= _TALL)
        self.draw("#tabs", tabs)
        self._draw_panel()

    def _draw_panel(self) -> None:
        """Draw the detail of the cursor's row: below the list, or at its right on a wide screen."""
        row = self.list.cursor_row
        empty = self._order is not None and not len(self._order)
        side, panel = self.query_one("#side", Plain), self.query_one("#panel", Plain)
        side.display, panel.display = self._beside and not empty, not self._beside or empty
        if empty:
            desk, _, counted = self.session.opened
            self.draw("#panel", selected.nothing(counted, desk.policies, self.queue, self.text))
        elif row is not None:
            self._draw_row(row)

    def _draw_row(self, row: Row) -> None:
        """Draw the detail of one row in the form that the size allows."""
        desk, day, counted = self.session.opened
        words, width = self.session.rows(), self.size.width
        parts = lost_points(desk, day, row["account_id"])
        if self._beside:
            self.draw("#side", selected.side(words, row, parts, selected.SIDE - 3))
        elif self.size.height >= _TALL and self._panel:
            gravest = gravest_alerts(day.table, selected.LINES - 2)
            alerts = selected.alert_lines(words, gravest, counted.flagged)
            self.draw("#panel", selected.panel(words, row, parts, alerts, counted.flagged, width))
        else:
            lines = 1 if self.size.height < _LOW else 2
            self.draw("#panel", selected.brief(words, row, parts, width)[:lines])

    # --- what the list says ------------------------------------------------------------------------------------------------

    @on(Table.Highlighted)
    def _moved(self) -> None:
        """Follow the cursor."""
        if self.session.day is not None and self._order is not None:
            self.draw_rest()

    @on(Table.Opened)
    def _opened(self, event: Table.Opened) -> None:
        """Open an account."""
        self._open(event.key)

    @on(Table.SortAsked)
    def _sort_asked(self, event: Table.SortAsked) -> None:
        """Sort by a column; the same again brings back the lens."""
        named = {column.name: column.sorts_by for column in self.session.rows().columns(400)}
        column = named.get(event.column, event.column)
        descending = bool(event.descending) if event.descending is not None else self.by_column is None
        wanted = (column, descending)
        again = self.by_column == wanted or (
            event.descending is None and self.by_column is not None and self.by_column[0] == column
        )
        self.by_column = None if again else wanted
        self.list.set_sorted_by(None if again else event.column, descending=descending)

    def watch_queue(self) -> None:
        """Show another queue from its top."""
        self.rearrange(keep_cursor=False)

    def watch_lens(self) -> None:
        """Order by another lens."""
        self.rearrange()

    def watch_text(self) -> None:
        """Filter."""
        self.rearrange()

    def watch_tiers(self) -> None:
        """Show other tiers."""
        self.rearrange()

    def watch_by_column(self) -> None:
        """Sort."""
        self.rearrange()

    # --- keys --------------------------------------------------------------------------------------------------------------

    def action_open(self) -> None:
        """Open the cursor's row."""
        self.list.action_open()

    def _open(self, key: str) -> None:
        """Open an account with the list as it stands now."""
        from deskcollect.tui.screens.account import AccountView

        self.app.push_screen(AccountView(self.session, key, list(self.list.rows.keys())))

    def action_record(self) -> None:
        """Record an outcome for the cursor's row."""
        from deskcollect.tui.screens.record import Record

        if self.list.cursor_key is not None:
            self.app.push_screen(Record(self.session, self.list.cursor_key), self._after_record)

    def _after_record(self, done: Recorded | None) -> None:
        """Show what a record did."""
        if done is not None:
            self.recorded(done)

    def recorded(self, done: Recorded) -> None:
        """Move the recorded row to its place; the cursor stands on the next account, on the same line."""
        old, keys = self.list.cursor_key, list(self.list.rows.keys())
        self.session.take(done.day)
        following = keys[keys.index(old) + 1 :] if old in keys else []
        self.draw_top()
        self.draw_message()
        _, day, _ = self.session.opened
        self._take_order(self._arranged(), keep_cursor=True)
        if done.event.corrects:
            self.list.move_to(done.event.account_id)
        elif self.session.desk and self.session.desk.settings.auto_next and old == done.event.account_id:
            next(filter(self.list.move_to, following), None)
        del day

    def action_next(self, way: int) -> None:
        """Go to the next account that is to be worked today."""
        keys = list(self.list.rows.keys())
        at = self.list.cursor + way
        while 0 <= at < len(keys):
            row = self.list.rows.row(at)
            if row["state"] == "act" and not row["worked_today"]:
                self.list.cursor = at
                return
            at += way

    def action_queue(self, way: int) -> None:
        """Go through the queues that hold somebody."""
        desk, _, counted = self.session.opened
        ids = [q.id for q in desk.policies.queues if counted.queues.get(q.id) or q.id in {"all", self.queue}]
        self.queue = ids[(ids.index(self.queue) + way) % len(ids)]

    def action_go_queue(self, queue: str) -> None:
        """Show a queue that was clicked."""
        self.queue = queue

    def action_only_tier(self, tier: str) -> None:
        """Show one tier that was clicked; again: all."""
        self.tiers = frozenset() if self.tiers == {tier} else frozenset({tier})

    def action_lens(self) -> None:
        """Go through the lenses."""
        lenses = list(Lens)
        self.by_column = None
        self.list.set_sorted_by(None)
        self.lens = lenses[(lenses.index(self.lens) + 1) % len(lenses)]

    def action_tier(self) -> None:
        """Choose tiers."""
        from deskcollect.tui.screens.choose import Choose

        choices = [(tier.value.lower(), tier.value, self.session.glyphs.tier(tier.value)) for tier in Tier]

        def chosen(picked: frozenset[str] | None) -> None:
            if picked is not None:
                self.tiers = picked

        self.app.push_screen(Choose(self.session, "Tiers to show", choices, self.tiers), chosen)

    def action_sort(self) -> None:
        """Choose a column to sort by."""
        from deskcollect.tui.screens.choose import Choose

        columns = self.session.rows().columns(self.size.width)
        letters = "abcdefghijklmnop"
        choices = [(letters[i], column.name, column.title) for i, column in enumerate(columns)]

        def chosen(picked: frozenset[str] | None) -> None:
            for name in picked or ():
                self._sort_asked(Table.SortAsked(name, None))

        self.app.push_screen(Choose(self.session, "Sort by", choices, frozenset(), one=True), chosen)

    def action_detail(self) -> None:
        """Show or hide the detail panel."""
        self._panel = not self._panel
        self.fit_columns()
        self.draw_rest()

    def action_explain(self) -> None:
        """Say which rules decided what the row says."""
        from deskcollect.tui.screens.explain import Explain

        if self.list.cursor_key is not None:
            self.app.push_screen(Explain(self.session, self.list.cursor_key))

    def action_export(self) -> None:
        """Copy or hand over the list as a file."""
        from deskcollect.tui.screens.export import Export

        if self.list.cursor_key is not None:
            self.app.push_screen(Export(self.session, self.list.cursor_key, self._order))

    def action_rerank(self) -> None:
        """Rank again now."""
        self.rearrange()
        self.say("info", "Ranked again.")

    def action_filter(self) -> None:
        """Begin to type a filter."""
        box = self.query_one("#filter", Input)
        box.remove_class("-hidden")
        box.value = self.text
        box.focus()

    @on(Input.Changed, "#filter")
    def _typed(self, event: Input.Changed) -> None:
        """Filter at every letter."""
        self.text = event.value

    @on(Input.Submitted, "#filter")
    def _kept(self) -> None:
        """Keep the filter and go back to the list."""
        self._leave_filter()

    def _leave_filter(self) -> None:
        """Let the list have the keys again."""
        self.query_one("#filter", Input).add_class("-hidden")
        self.list.focus()

    def action_back(self) -> None:
        """Take back the filter, the sort or the tiers; from the bare list only ctrl+q leaves."""
        if self.query_one("#filter", Input).has_focus:
            self.text = ""
            self._leave_filter()
        elif self.text:
            self.text = ""
        elif self.by_column:
            self.by_column = None
            self.list.set_sorted_by(None)
        elif self.tiers:
            self.tiers = frozenset()
        elif self.queue != "to-call":
            self.queue = "to-call"
        else:
            self.say("info", "ctrl+q leaves.")


def told(done: Recorded, name: str, label: str) -> str:
    """Return what the message line says after a record."""
    before, after = done.before["tier"], done.after["tier"]
    moved = f"  tier {before} → {after}" if before != after else ""
    return f"{name}: {label}. {step(done.step)}{moved}"
