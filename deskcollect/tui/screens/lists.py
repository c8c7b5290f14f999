"""A screen of several lists that are shown as tabs, with a panel below about what stands under the cursor."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from deskcollect.tui.screens.filter import Filter
from deskcollect.tui.screens.listing import QUIET, Listing
from deskcollect.tui.views import OPEN, Q
from deskcollect.tui.widgets.literal import Plain
from deskcollect.tui.widgets.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deskcollect.present.lines import Line
    from deskcollect.present.rows import Row
    from deskcollect.tui.session import Session

LOW = 20
_KEYS: list[BindingType] = [
    Binding("full_stop", "queue(1)", "Next list", id="list.queue_next", show=False),
    Binding("comma", "queue(-1)", "Previous list", id="list.queue_previous", show=False),
    Binding("v", "detail", "Show or hide what stands below", id="list.detail", show=False),
]


class Lists(Listing[Q]):
    """Shows one of several lists. `PANEL` says how many lines the panel takes from which height on."""

    BINDINGS: ClassVar[list[BindingType]] = _KEYS
    MARKED: ClassVar[str] = ":"
    PANEL: ClassVar[tuple[tuple[int, int], ...]] = ()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._shows_panel = True

    # --- what each screen says by itself -------------------------------------------------------------------------------------

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many stand in each list."""
        raise NotImplementedError

    def tab_lines(self) -> Sequence[Line]:
        """Return lists, order and place."""
        raise NotImplementedError

    def nothing(self) -> list[Line]:
        """Return why the list is empty."""
        raise NotImplementedError

    async def told(self, row: Row) -> Sequence[Line]:
        """Return what stands under the cursor."""
        raise NotImplementedError

    # --- drawing -----------------------------------------------------------------------------------------------------------

    @property
    def panel_lines(self) -> int:
        """Return how many lines the panel takes."""
        return next(lines for height, lines in self.PANEL if self.size.height >= height)

    def draw_rest(self) -> None:
        """Draw what depends on order or cursor: lists, and the panel as soon as it is gathered."""
        self._draw_tabs()
        self._make_room()
        self._draw_panel(0)

    def _make_room(self) -> None:
        """Give the panel its lines, full or not, so that the list keeps its place."""
        empty = not len(self.table.rows)
        panel = self.query_one("#panel", Plain)
        panel.display = self._shows_panel or empty
        panel.styles.height = "1fr" if empty else self.panel_lines
        panel.set_class(empty, "-empty")
        self.table.set_class(empty, "-empty")

    def _draw_tabs(self) -> None:
        """Draw lists, order and place."""
        lines = self.tab_lines()
        self.draw("#tabs", lines)
        self.query_one(Filter).set_class(len(lines) == 1, "-alone")

    @work(exclusive=True, group="detail")
    async def _draw_panel(self, quiet: float) -> None:
        """Draw what stands under the cursor; a later one ends this one."""
        await asyncio.sleep(quiet)
        if not self.app.is_running:
            return
        if quiet:
            self._draw_tabs()
        row = self.table.cursor_row
        if row is None:
            self.draw("#panel", self.nothing())
        elif self._shows_panel:
            self.draw("#panel", await self.told(row))

    @on(Table.Highlighted)
    def _moved(self) -> None:
        """Follow the cursor once it rests, so that a held key stays quick."""
        if self.order is not None:
            self._draw_panel(QUIET)

    # --- keys --------------------------------------------------------------------------------------------------------------

    def action_queue(self, way: int) -> None:
        """Go through the lists that hold something."""
        ids = [name for name, number in self.counts.items() if number or name in {OPEN, self.view.queue}]
        self.narrow(self.view.next_queue(ids, way))

    def action_go_queue(self, queue: str) -> None:
        """Show a list that was clicked."""
        self.narrow(self.view.of_queue(queue))

    def action_lens(self) -> None:
        """Bring back the own order where its name was clicked."""
        self.look(replace(self.view, sort=None))

    def toggle_detail(self) -> None:
        """Show or hide the panel."""
        self._shows_panel = not self._shows_panel
        self.draw_rest()
