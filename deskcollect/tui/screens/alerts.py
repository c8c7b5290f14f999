"""Early warnings: who, how grave, what confirms what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from deskcollect.present import alerts, head
from deskcollect.present.lines import clip, line
from deskcollect.present.numbers import count
from deskcollect.tui.screens.filter import Filter, unmatched
from deskcollect.tui.screens.listing import Listing
from deskcollect.tui.views import AlertView
from deskcollect.tui.widgets.literal import Plain
from deskcollect.tui.widgets.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from deskcollect.present.lines import Line
    from deskcollect.present.rows import ListColumn
    from deskcollect.present.shapes import Glyphs
    from deskcollect.tui.session import Session

_LOW = 30
_NARROW, _NAME, _SIGNAL = 70, 14, 27
_EVIDENCE, _EVIDENCE_LOW, _EVIDENCE_LOWEST = 9, 7, 2
_ALL_COLUMNS = 400


def _sign(glyphs: Glyphs, level: str) -> tuple[str, str]:
    """Return the sign of a level without its word."""
    return glyphs.level(level), level


class Alerts(Listing[AlertView]):
    """Shows the accounts with early warnings, the gravest first."""

    CSS_PATH = "alerts.tcss"
    HINTS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("list.open", "Open"),
        ("work.record", "Record…"),
        ("list.filter", "Filter"),
        ("list.level", "Level"),
        ("work.explain", "Explain"),
        ("work.undo", "Undo"),
        ("screen.worklist", "Worklist"),
        ("list.sort", "Sort…"),
        ("list.mark", "Mark"),
        ("app.copy", "Copy…"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "level", "Level to show", id="list.level", show=False),
        Binding("v", "detail", "Show or hide the evidence", id="list.detail", show=False),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.view = AlertView()
        self._panel = True

    def compose(self) -> ComposeResult:
        """Return title, tabs, filter, list, evidence, message and hints."""
        yield self.top()
        yield Plain(id="tabs")
        yield Filter()
        yield self.compose_list()
        yield Plain(id="evidence")
        yield from self.bottom()

    def columns(self, *, every: bool = False) -> Sequence[ListColumn]:
        """Return the columns that fit, or every one there is."""
        found = alerts.columns(self.session.rows(), _ALL_COLUMNS if every else self.size.width - 1)
        if every or self.size.width >= _NARROW:
            return found
        signs = self.session.glyphs
        narrow: dict[str, dict[str, Any]] = {
            "level": {"width": signs.level_width, "title": "!", "cell": lambda row: _sign(signs, row["alert_level"])},
            "customer": {"width": _NAME},
            "evidence": {"width": _SIGNAL},
        }
        return [replace(column, **narrow.get(column.name, {})) for column in found if column.name != "tier"]

    def draw_rest(self) -> None:
        """Draw what depends on order or cursor: levels, place, evidence."""
        desk, day, counted = self.session.opened
        width, words = self.size.width, self.session.rows()
        cap = desk.policies.alert_cap_share
        shown = 0 if self.order is None else len(self.order)
        marked, typed = len(self.table.marks), self.typed
        place = head.Place(self.table.cursor + 1, shown, "By level", self.view.sort, "", typed, marked)
        hint = line((" / type to filter", "muted"))
        tabs = alerts.tabs(counted.levels, self.view.level, words, cap, counted.accounts, width)
        self.draw("#tabs", [tabs, head.order(place, width, hint)])
        self.query_one("#evidence", Plain).display = self._panel or not shown
        row = self.table.cursor_row
        self.table.set_class(row is None, "-empty")
        self.query_one("#evidence").set_class(row is None, "-empty")
        if row is None:
            self.draw("#evidence", self._nothing())
            return
        lines = alerts.evidence(words, row, day.silent, width, self._evidence_lines)
        self.draw("#evidence", [clip(entry, width) for entry in lines])

    @property
    def _evidence_lines(self) -> int:
        """Return how many lines the evidence may take."""
        if self.size.height < 20:
            return _EVIDENCE_LOWEST
        return _EVIDENCE_LOW if self.size.height < _LOW else _EVIDENCE

    def _nothing(self) -> list[Line]:
        """Return why the list is empty."""
        if self.view.text:
            return unmatched(self.session.opened[1].table, self.view.text, "the early warnings")
        what = (
            f"No early warning of level {self.view.level} is open." if self.view.level else "No early warning is open."
        )
        return [line(f" {what}"), line(("   1  Worklist", "muted"))]

    @on(Table.Highlighted)
    def _moved(self) -> None:
        """Follow the cursor."""
        if self.order is not None:
            self.draw_rest()

    def place_words(self) -> str:
        """Return where the cursor's row stands, in words."""
        shown = 0 if self.order is None else len(self.order)
        return f"{count(self.table.cursor + 1)} of {count(shown)} early warnings"

    def action_level(self) -> None:
        """Show one level after another, then all."""
        self.narrow(self.view.next_level())

    def action_only_level(self, level: str) -> None:
        """Show one level that was clicked; again: all."""
        self.narrow(self.view.only_level(level))

    def action_lens(self) -> None:
        """Bring back the own order where its name was clicked."""
        self.look(replace(self.view, sort=None))

    def action_detail(self) -> None:
        """Show or hide the evidence."""
        self._panel = not self._panel
        self.draw_rest()
