"""A table that shows a million rows as fast as ten: it draws the lines that are looked at and no others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView

from deskcollect.present.shapes import UNICODE, Glyphs
from deskcollect.tui.widgets import messages
from deskcollect.tui.widgets.columns import Row, TableColumn, total_width
from deskcollect.tui.widgets.rows import Rows
from deskcollect.tui.widgets.strips import Strips

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import polars as pl
    from textual import events
    from textual.strip import Strip

ROLES = (
    *("text", "muted", "accent", "money", "tierA", "tierB", "tierC", "tierD", "tierE"),
    *("blue", "yellow", "orange", "red", "success", "warning", "error", "mark", "header", "header-current", "cursor"),
)
_WHEEL_ROWS = 3
HEADER = 1


_KEYS: list[BindingType] = [
    Binding("down,j", "move(1)", "Down", id="nav.down", show=False),
    Binding("up,k", "move(-1)", "Up", id="nav.up", show=False),
    Binding("right,l", "column(1)", "Column right", id="nav.right", show=False),
    Binding("left,h", "column(-1)", "Column left", id="nav.left", show=False),
    Binding("home,g", "go(0)", "First", id="nav.first", show=False),
    Binding("end,G", "go(-1)", "Last", id="nav.last", show=False),
    Binding("pagedown", "page(1)", "Page down", id="nav.page_down", show=False),
    Binding("pageup", "page(-1)", "Page up", id="nav.page_up", show=False),
    Binding("ctrl+d", "page(0.5)", "Half page down", id="nav.half_down", show=False),
    Binding("ctrl+u", "page(-0.5)", "Half page up", id="nav.half_up", show=False),
    Binding("enter", "open", "Open", id="list.open", show=False),
    Binding("space", "mark", "Mark", id="list.mark", show=False),
    Binding("asterisk", "mark_all", "Mark all", id="list.mark_all", show=False),
    Binding("left_square_bracket", "sort(True)", "Sort down", id="list.sort_down", show=False),
    Binding("right_square_bracket", "sort(False)", "Sort up", id="list.sort_up", show=False),
]


class Table(ScrollView, can_focus=True, inherit_bindings=False):
    """A table over a frame: cursor by key, marks, a current column to sort by, a header that stands.

    Args:
        columns: From left to right. The caller decides which fit.
        key: Column whose values name the rows; the cursor and the marks follow it through every new order.
        done: Whether a row is ticked off for today.
        glyphs: The set of signs.
    """

    DEFAULT_CSS = Path(__file__).with_suffix(".tcss").read_text("utf-8")
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"table--{role}" for role in ROLES}
    BINDINGS: ClassVar[list[BindingType]] = _KEYS

    cursor: reactive[int] = reactive(0, repaint=False, init=False)
    column: reactive[int] = reactive(0, repaint=False, init=False)

    Highlighted: TypeAlias = messages.Highlighted
    Opened: TypeAlias = messages.Opened
    SortAsked: TypeAlias = messages.SortAsked
    MarksChanged: TypeAlias = messages.MarksChanged

    def __init__(
        self,
        columns: Sequence[TableColumn],
        key: str = "account_id",
        *,
        done: Callable[[Row], bool] | None = None,
        glyphs: Glyphs = UNICODE,
        id: str | None = None,  # noqa: A002 - the name that every widget of Textual uses
    ) -> None:
        super().__init__(id=id)
        self.rows = Rows(None, None, key)
        self._strips = Strips(columns, glyphs, key, done)
        self._at_top = False

    def show(
        self, frame: pl.DataFrame, order: pl.Series | None = None, *, keep_cursor: bool = True, at: str = ""
    ) -> None:
        """Show other rows, or the same in another order. Marks stay.

        The cursor keeps its row and its line on the screen; if its row is gone, or another is named by `at`, the line.
        Without `keep_cursor` it stands there, else on the first row, and the view begins as far up as that allows.
        """
        key, line = self.cursor_key, self.cursor - self.scroll_offset.y
        self.rows = Rows(frame, order, self.rows.key)
        found = self.rows.find(at or (key if keep_cursor else None))
        position = max(min((self.cursor if keep_cursor else 0) if found is None else found, len(self.rows) - 1), 0)
        self.virtual_size = Size(total_width(self.columns), len(self.rows) + HEADER)
        self.set_reactive(Table.cursor, position)
        self._at_top = not keep_cursor or (self._at_top and self.cursor_key == key)
        if self._at_top:
            self._bring_into_view()
        else:
            _scroll_top(self, position - line)
        self.redraw()
        self.refresh(layout=True)
        if self.cursor_key != key:
            self.post_message(self.Highlighted(self.cursor_key))

    def set_columns(self, columns: Sequence[TableColumn]) -> None:
        """Show other columns; the current one stays current if it is among them."""
        name = self.columns[self.column].name if self.columns else ""
        self._strips.columns = tuple(columns)
        self.column = next((index for index, column in enumerate(columns) if column.name == name), 0)
        self._strips.reveal(self.column)
        self.redraw()

    def set_glyphs(self, glyphs: Glyphs) -> None:
        """Draw with another set of signs."""
        self._strips.glyphs = glyphs
        self.redraw()

    def set_sorted_by(self, column: str | None, *, descending: bool = False) -> None:
        """Put the arrow on a column's title; None: on none."""
        self._strips.sorted_by = None if column is None else (column, descending)
        _refresh_line(self, 0)

    def redraw(self, position: int | None = None) -> None:
        """Draw one row anew; None: all that is seen, for example because the clock moved on."""
        self._strips.forget(position)
        if position is None:
            self.refresh()
        else:
            _refresh_line(self, HEADER + position - self.scroll_offset.y)

    @property
    def cursor_key(self) -> str | None:
        """Return the key of the cursor's row."""
        return self.rows.key_at(self.cursor)

    @property
    def cursor_row(self) -> Mapping[str, Any] | None:
        """Return the cursor's row."""
        return self.rows.row(self.cursor) if len(self.rows) else None

    def move_to(self, key: str) -> bool:
        """Put the cursor on a key; False if the order does not show it."""
        position = self.rows.find(key)
        self.cursor = self.cursor if position is None else position
        return position is not None

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor inside the rows."""
        return max(min(cursor, len(self.rows) - 1), 0)

    def watch_cursor(self, old: int, new: int) -> None:
        """Repaint the two rows that changed."""
        self._at_top = False
        if self.size.height:
            _refresh_line(self, HEADER + old - self.scroll_offset.y)
            self._bring_into_view()
            _refresh_line(self, HEADER + new - self.scroll_offset.y)
        self.post_message(self.Highlighted(self.cursor_key))

    def validate_column(self, column: int) -> int:
        """Keep the current column inside the columns."""
        return max(min(column, len(self.columns) - 1), 0)

    def watch_column(self) -> None:
        """Repaint the titles; the rows only if the view must move sideways."""
        if self._strips.reveal(self.column):
            self.refresh()
        _refresh_line(self, 0)

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.cursor += rows

    def action_go(self, position: int) -> None:
        """Go to a row; -1 is the last one."""
        self.cursor = position if position >= 0 else len(self.rows) + position

    def action_page(self, pages: float) -> None:
        """Move cursor and view together, so that the cursor stays on its line."""
        rows = int((self.size.height - HEADER) * pages) or (1 if pages > 0 else -1)
        target = self.validate_cursor(self.cursor + rows)
        _scroll_top(self, target - self.cursor + self.scroll_offset.y)
        self.cursor = target

    def action_column(self, columns: int) -> None:
        """Make the next column the current one."""
        self.column += columns

    def action_open(self) -> None:
        """Open the cursor's row."""
        if self.cursor_key is not None:
            self.post_message(self.Opened(self.cursor_key))

    def action_sort(self, descending: bool | None) -> None:
        """Ask for another order by the current column."""
        column = self.columns[self.column] if self.columns else None
        if column is not None and column.sort_expr is not None:
            self.post_message(self.SortAsked(column.name, descending))

    def action_mark(self) -> None:
        """Mark the row or take its mark away, and go down."""
        if self.cursor_key is None:
            return
        self._strips.marks ^= {self.cursor_key}
        self.redraw(self.cursor)
        self.cursor += 1
        self.post_message(self.MarksChanged(len(self.marks)))

    def action_mark_all(self) -> None:
        """Mark all rows of the order; if all are marked, none."""
        shown = set(self.rows.keys())
        self.set_marks(set() if shown <= self.marks else self.marks | shown)

    def set_marks(self, keys: set[str]) -> None:
        """Mark these rows and no others."""
        self._strips.marks = set(keys)
        self.redraw()
        self.post_message(self.MarksChanged(len(self.marks)))

    def on_click(self, event: events.Click) -> None:
        """Select a row; open it at the second click. A title sorts."""
        event.stop()
        position = event.y - HEADER + self.scroll_offset.y
        column = self._strips.column_at(event.x)
        if event.y < HEADER and column is not None:
            self.column = column
            self.action_sort(None)
        elif event.y >= HEADER and position < len(self.rows):
            opens = event.chain > 1 and position == self.cursor
            self.cursor = position
            if opens:
                self.action_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move the view and leave the cursor where it is."""
        event.stop().prevent_default()
        _scroll_top(self, self.scroll_offset.y + _WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move the view and leave the cursor where it is."""
        event.stop().prevent_default()
        _scroll_top(self, self.scroll_offset.y - _WHEEL_ROWS)

    def render_line(self, y: int) -> Strip:
        """Return one line of the screen."""
        if not self._strips.styles:
            self._strips.styles = {role: self.get_component_rich_style(f"table--{role}") for role in ROLES}
        if y < HEADER:
            return self._strips.header(self.column)
        position = y - HEADER + self.scroll_offset.y
        if position >= len(self.rows):
            return self._strips.blank()
        return self._strips.row(self.rows, position, is_cursor=position == self.cursor)

    def notify_style_update(self) -> None:
        """Draw all cells anew in another theme."""
        super().notify_style_update()
        self._strips.styles = {}
        self.redraw()

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self._strips.width = self.size.width
        self._strips.reveal(self.column)
        self.redraw()
        self._bring_into_view()

    @property
    def columns(self) -> tuple[TableColumn, ...]:
        """Return the columns from left to right."""
        return self._strips.columns

    @property
    def marks(self) -> set[str]:
        """Return the keys of the marked rows, shown or not."""
        return self._strips.marks

    def _bring_into_view(self) -> None:
        """Move the view as little as it takes to show the cursor; after another narrowing as little from the top."""
        top, room = 0 if self._at_top else self.scroll_offset.y, self.size.height - HEADER
        if room > 0:
            _scroll_top(self, min(max(top, self.cursor - room + 1), self.cursor))


def _scroll_top(table: Table, row: int) -> None:
    """Let a row be the first one in view, as far as there are rows below it."""
    table.scroll_to(y=row, animate=False, force=True)


def _refresh_line(table: Table, y: int) -> None:
    """Have one line of the view repainted, if it is in view."""
    if 0 <= y < table.size.height:
        table.refresh(Region(0, y, table.size.width, 1))
