"""How a list is narrowed: a filter as one types, and one step back at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from deskcollect.tui.screens.base import DeskScreen
from deskcollect.tui.screens.filter import TYPING, Filter, near
from deskcollect.tui.views import V, filtered
from deskcollect.tui.widgets.hints import Hints
from deskcollect.tui.widgets.table import Table

if TYPE_CHECKING:
    import polars as pl

    from deskcollect.tui.session import Session


class Narrows(DeskScreen, Generic[V]):
    """A screen around a list that can be narrowed. `view` says how it is now."""

    view: V
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter as you type", id="list.filter", show=False),
        Binding("tab", "near", "Take the near name that a filter offers", id="list.near", show=False),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._places: dict[V, str] = {}

    @property
    def table(self) -> Table:
        """Return the list."""
        return self.query_one("#list", Table)

    @property
    def frame(self) -> pl.DataFrame:
        """Return the rows of which the list shows some."""
        return self.session.opened[1].table

    def look(self, view: V, *, from_top: bool = False, cursor: str = "") -> None:
        """Take another view."""
        raise NotImplementedError

    def draw_rest(self) -> None:
        """Draw what depends on order or cursor."""
        raise NotImplementedError

    def narrow(self, view: V) -> None:
        """Take a view that shows other accounts, from the top; where the cursor stood is known until it is taken back."""
        typing = self.view.searching or self.query_one(Filter).display
        if not typing or filtered(self.view, "") not in self._places:
            self._places[filtered(self.view, "")] = self.table.cursor_key or ""
        self.look(view, from_top=True)

    def widen(self, view: V) -> None:
        """Take the view of before a narrowing, the cursor where it stood."""
        cursor = self._places.pop(view, "")
        self.look(view, from_top=bool(cursor), cursor=cursor)

    @property
    def typed(self) -> str:
        """Return the filter that holds while nobody types in it."""
        return "" if self.query_one(Filter).display else self.view.text

    def action_filter(self) -> None:
        """Begin to type a filter."""
        self._places |= {} if self.view.text else {self.view: self.table.cursor_key or ""}
        self.query_one(Filter).begin(self.view.text)
        self.draw_hints()
        self.draw_rest()

    @on(Input.Changed, "#filter")
    def _typed(self, event: Input.Changed) -> None:
        """Filter at every letter."""
        self.narrow(filtered(self.view, event.value))

    @on(Input.Submitted, "#filter")
    def action_keep_filter(self) -> None:
        """Keep the filter and go back to the list; where it finds nothing, look elsewhere."""
        if self.view.text and not len(self.table.rows):
            self.search_elsewhere()
        else:
            self._leave_filter()

    def search_elsewhere(self) -> None:
        """Look where a filter that finds nothing here might find something."""

    def action_near(self) -> None:
        """Take the name that was probably meant where the filter finds nothing."""
        names = () if len(self.table.rows) else near(self.frame, self.view.text)
        if names:
            self.query_one(Filter).offer(names[0])
            self.narrow(filtered(self.view, names[0]))

    def _leave_filter(self) -> None:
        """Let the list have the keys again."""
        self.set_focus(self.table)
        self.query_one(Filter).display = False
        self.draw_hints()
        self.draw_rest()

    def draw_hints(self) -> None:
        """Draw what the keys do; while a filter is typed, what they do there."""
        if self.query_one(Filter).display:
            self.query_one(Hints).hints = TYPING
        else:
            super().draw_hints()

    def action_back(self) -> None:
        """Take back one thing: the filter, the marks, what else narrows the list, the sort; then the screen."""
        if typing := self.query_one(Filter).has_focus:
            self._leave_filter()
        back = self.view if typing and not self.view.searching else self.view.step_back()
        if self.table.marks and len(self.table.rows) and not (typing or self.view.searching):
            self.table.set_marks(set())
        elif back is not None:
            self.widen(back)
        else:
            self.leave()
