"""How the lines of a table are drawn. A line is drawn once and kept until something on it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.cache import LRUCache
from textual.strip import Strip

from deskcollect.present.clean import clean
from deskcollect.present.width import cells, fit
from deskcollect.tui.widgets.columns import GUTTER, Row, TableColumn, starts, total_width

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rich.style import Style

    from deskcollect.present.shapes import Glyphs
    from deskcollect.tui.widgets.rows import Rows

STRIPS_KEPT = 512


class Strips:
    """Draws the part of a table that the window shows, each line exactly as wide as the window.

    Args:
        columns: From left to right.
        glyphs: The set of signs.
        key: Column whose values name the rows.
        done: Whether a row is ticked off for today.
    """

    def __init__(
        self, columns: Sequence[TableColumn], glyphs: Glyphs, key: str, done: Callable[[Row], bool] | None = None
    ) -> None:
        self.columns = tuple(columns)
        self.glyphs = glyphs
        self.sorted_by: tuple[str, bool] | None = None
        self.styles: Mapping[str, Style] = {}
        self.width = 0
        self.marks: set[str] = set()
        self._key = key
        self._done = done
        self._left = 0
        self._kept: LRUCache[tuple[int, bool], Strip] = LRUCache(STRIPS_KEPT)

    def forget(self, position: int | None = None) -> None:
        """Draw a row anew the next time; None: all rows."""
        if position is None:
            self._kept.clear()
            return
        self._kept.discard((position, False))
        self._kept.discard((position, True))

    def row(self, rows: Rows, position: int, *, is_cursor: bool) -> Strip:
        """Return the line of a row. On the cursor's row every cell takes the cursor's colours."""
        strip = self._kept.get((position, is_cursor))
        if strip is None:
            styles = {"text": self.styles["cursor"]} if is_cursor else self.styles
            strip = self._window(self._draw(rows.row(position), styles, is_cursor=is_cursor), styles["text"])
            self._kept[position, is_cursor] = strip
        return strip

    def header(self, current: int) -> Strip:
        """Return the line of titles: an arrow on the sorted column, a style of its own for the current one."""
        plain = self.styles["header"]
        segments = [Segment(" " * GUTTER, plain)]
        for index, column in enumerate(self.columns):
            segments.append(Segment(" " * (column.gap if index else 0), plain))
            style = self.styles["header-current"] if index == current else plain
            segments.append(Segment(self._title(column), style))
        return self._window(Strip(segments, total_width(self.columns)), plain)

    def blank(self) -> Strip:
        """Return a line below the last row."""
        return Strip.blank(self.width, self.styles["text"])

    def reveal(self, column: int) -> bool:
        """Move the window sideways so that a column is seen whole; say whether it moved."""
        before, room = self._left, self.width - GUTTER
        if room <= 0 or not self.columns or total_width(self.columns) - GUTTER <= room:
            self._left = 0
        else:
            start = starts(self.columns)[column]
            self._left = min(max(self._left, start + self.columns[column].width - room), start)
        if self._left != before:
            self.forget()
        return self._left != before

    def column_at(self, x: int) -> int | None:
        """Return the column under a cell of the window."""
        at = x - GUTTER + self._left
        for index, (start, column) in enumerate(zip(starts(self.columns), self.columns, strict=True)):
            if x >= GUTTER and start <= at < start + column.width:
                return index
        return None

    def _draw(self, row: Row, styles: Mapping[str, Style], *, is_cursor: bool) -> Strip:
        """Return a row over the whole width of the columns; a role without a style is drawn as text."""
        plain = styles["text"]
        cursor = self.glyphs.cursor if is_cursor else " "
        segments: list[Segment] = []
        run, style = cursor + self._sign(row), styles.get("mark", plain)
        for index, column in enumerate(self.columns):
            text, role = column.cells(row)
            shown = " " * (column.gap if index else 0) + column.fitted(text, self.glyphs)
            its = styles.get(role, plain)
            if its is style:
                run += shown
                continue
            # neighbours of one style go out as one piece: half the bytes on a slow line
            segments.append(Segment(run, style))
            run, style = shown, its
        segments.append(Segment(run, style))
        return Strip(segments, total_width(self.columns))

    def _sign(self, row: Row) -> str:
        """Return the mark of a row, or its tick."""
        if row[self._key] in self.marks:
            return self.glyphs.mark
        return self.glyphs.done if self._done is not None and self._done(row) else " "

    def _title(self, column: TableColumn) -> str:
        """Return a title with its arrow; where there is no room the arrow takes the title's last cell."""
        text, arrow = clean(column.title), ""
        if self.sorted_by and self.sorted_by[0] == column.name:
            arrow = self.glyphs.sort_down if self.sorted_by[1] else self.glyphs.sort_up
            text = fit(text, min(cells(text), column.width - 1), ellipsis="")
        return fit(text + arrow, column.width, column.align, ellipsis=self.glyphs.ellipsis)

    def _window(self, strip: Strip, style: Style) -> Strip:
        """Return what the window shows of a line; cursor and mark stay when it moves sideways."""
        if self._left:
            strip = Strip.join([strip.crop(0, GUTTER), strip.crop(GUTTER + self._left)])
        return strip.adjust_cell_length(self.width, style)
