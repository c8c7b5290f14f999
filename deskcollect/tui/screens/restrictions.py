"""Restrictions and measures: what stands, what its release still needs, what waits for whose signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from deskcollect.desk.decisions.reviews import Reviews, reviews
from deskcollect.errors import DeskError
from deskcollect.present import head
from deskcollect.present import reviews as words
from deskcollect.present.clean import clean
from deskcollect.present.numbers import count
from deskcollect.present.selected import no_match
from deskcollect.present.triage import Place, bar
from deskcollect.tui.apart import apart
from deskcollect.tui.restricting import Restricts
from deskcollect.tui.screens.filter import Filter, near
from deskcollect.tui.screens.lists import LOW, Lists
from deskcollect.tui.tabs import tabs
from deskcollect.tui.views import ReviewView
from deskcollect.tui.widgets.literal import Plain
from deskcollect.tui.widgets.rows import Rows
from deskcollect.tui.widgets.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl
    from textual.app import ComposeResult

    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk
    from deskcollect.present.lines import Line
    from deskcollect.present.rows import ListColumn, Row
    from deskcollect.tui.decision_form import Did
    from deskcollect.tui.session import Session

_ALL_COLUMNS = 400
_ALWAYS = frozenset({"back", "help", "everything", "messages", "next_theme", "leave_hint"})

_KEYS: list[BindingType] = [
    Binding("w", "what_if", "What if… (records nothing)", id="work.what_if", show=False),
    Binding("L", "restriction('lift')", "Lift…", id="restriction.lift", show=False),
    Binding("X", "restriction('extend')", "Put the review off…", id="restriction.extend", show=False),
    Binding("V", "restriction('vary')", "Another kind instead…", id="restriction.vary", show=False),
    Binding("P", "sign", "Approve or refuse… (second person)", id="approval.sign", show=False),
]
_HINTS: tuple[tuple[str, str], ...] = (
    ("work.what_if", "What if…"),
    ("restriction.lift", "Lift…"),
    ("restriction.extend", "Extend…"),
    ("restriction.vary", "Vary…"),
    ("approval.sign", "Sign…"),
    ("restriction.proof", "Proof…"),
    ("measure.step", "Measure…"),
    ("restriction.impose", "Impose…"),
    ("list.open", "Open"),
    ("work.record", "Record…"),
    ("list.queue_previous list.queue_next", "List"),
    ("list.filter", "Filter"),
    ("list.sort", "Sort…"),
)


class Restrictions(Lists[ReviewView], Restricts):
    """Shows what is restricted and what may be given: those to be signed first, then by the day of review."""

    CSS_PATH = "restrictions.tcss"
    HINTS: ClassVar[tuple[tuple[str, str], ...]] = _HINTS
    BINDINGS: ClassVar[list[BindingType]] = _KEYS
    PANEL: ClassVar[tuple[tuple[int, int], ...]] = ((36, 18), (30, 15), (24, 13), (LOW, 8), (0, 3))

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.view = ReviewView()
        self._found: Reviews | None = None

    def compose(self) -> ComposeResult:
        """Return title, bar, tabs, filter, list, checklist, message and hints."""
        yield self.top()
        yield Plain(id="tabs")
        yield Filter()
        yield Table((), "id", done=lambda row: bool(row["worked_today"]), glyphs=self.session.glyphs, id="list")
        yield Plain(id="panel")
        yield from self.bottom()

    # --- the rows ----------------------------------------------------------------------------------------------------------

    @property
    def found(self) -> Reviews:
        """Return what stands, once it is gathered."""
        assert self._found is not None
        return self._found

    @property
    def frame(self) -> pl.DataFrame:
        """Return the rows of which the list shows some."""
        return self.found.table

    @property
    def words(self) -> words.ReviewWords:
        """Return the words of the rows."""
        session = self.session
        return words.ReviewWords(session.restrictions(), session.incentives(), self.found, session.glyphs)

    def show_day(self) -> None:
        """Draw everything anew; what stands is gathered beside the keys where the day is another."""
        if self.session.day is None or (self._found is not None and self._found.day is self.session.day):
            super().show_day()
            return
        self.draw_top()
        self.draw_message()
        self.draw_hints()
        desk, day, _ = self.session.opened
        self._gather(desk, day)

    def day_changed(self) -> None:
        """Show what others recorded."""
        self.show_day()

    @work(exclusive=True, group="gather")
    async def _gather(self, desk: Desk, day: Day) -> None:
        """Gather what stands, and show it."""
        try:
            self._found = await apart(lambda: reviews(desk, day))
        except DeskError as error:
            self.refuse(error)
            return
        if self.app.is_running:
            super().show_day()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let nothing be done with the list before it is gathered."""
        return super().check_action(action, parameters) and (self._found is not None or action in _ALWAYS)

    def rerank(self, *, quiet: bool = False) -> None:
        """Rank again, as soon as there is a list."""
        if self._found is not None:
            super().rerank(quiet=quiet)

    def fit_columns(self) -> None:
        """Give the list the columns that fit, as soon as there is one."""
        if self._found is not None:
            super().fit_columns()

    def columns(self, *, every: bool = False) -> Sequence[ListColumn]:
        """Return the columns that fit, or every one there is."""
        return self.words.columns(self.view.queue, _ALL_COLUMNS if every else self.size.width - 1)

    def look(self, view: ReviewView, *, from_top: bool = False, cursor: str = "") -> None:
        """Take another view; each list has columns of its own."""
        other = view.queue != self.view.queue
        self.view = view
        if other:
            self.fit_columns()
        super().look(view, from_top=from_top, cursor=cursor)

    def current(self) -> str | None:
        """Return the account of the cursor's row."""
        row = self.table.cursor_row
        return None if row is None else row["account_id"]

    # --- drawing -----------------------------------------------------------------------------------------------------------

    def draw_top(self) -> None:
        """Draw the title line and the bar of screens."""
        width = self.size.width
        lines = [head.title(self.session.standing(), width)]
        if self.session.day is not None and self.size.height >= LOW:
            right: Line = ()
            if self._found is not None:
                who = self.session.by
                role = self.session.opened[0].settings.people.get(who)
                right = self.words.waiting(who, self.found.waiting_for(who, role))
            lines.append(bar(tabs(self.session), "restrictions", right, width))
        self.draw("#top", lines)

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many stand in each list."""
        return self.found.counts()

    def draw_rest(self) -> None:
        """Draw what depends on order or cursor, as soon as it is gathered."""
        if self._found is not None:
            super().draw_rest()

    def tab_lines(self) -> Sequence[Line]:
        """Return lists, order and place."""
        place = Place(
            rank=self.table.cursor + 1,
            shown=0 if self.order is None else len(self.order),
            sort=self.view.sort,
            level="",
            typed=self.typed,
            marked=len(self.table.marks),
            own="To sign, then by day",
        )
        return words.tabs(self.counts, self.view.queue, place, self.size.width, low=self.size.height < LOW)

    async def told(self, row: Row) -> Sequence[Line]:
        """Return the restriction or the measure under the cursor."""
        return self.words.panel(row, self.size.width, self.panel_lines)

    def nothing(self) -> list[Line]:
        """Return why the list is empty."""
        if self.view.text:
            return no_match(self.view.text, "this list", 0, near(self.frame, self.view.text))
        return words.nothing(self.view.queue, self.counts)

    def place_words(self) -> str:
        """Return where the cursor's row stands, in words."""
        shown = 0 if self.order is None else len(self.order)
        return f"{count(self.table.cursor + 1)} of {count(shown)} in {words.LISTS[self.view.queue].lower()}"

    # --- keys --------------------------------------------------------------------------------------------------------------

    @on(Table.Opened)
    def _opened(self, event: Table.Opened) -> None:
        """Open an account with the list as it stands now."""
        event.stop()
        event.prevent_default()
        account_id = self.current()
        if account_id is None or not self.session.knows(account_id):
            self.say("info", f"{clean(account_id or '')} is not in the newest book.")
            return
        self.open_account(account_id, Rows(self.frame, self.order, "account_id"))

    def rows_chosen(self) -> list[Row]:
        """Return the rows that an act is about: all marked ones of the list, else the cursor's."""
        rows = self.table.rows
        marked = [rows.row(place) for place in range(len(rows)) if rows.key_at(place) in self.table.marks]
        here = self.table.cursor_row
        return marked or ([here] if here is not None else [])

    def chosen(self) -> list[str]:
        """Return the accounts that an act is about."""
        return list(dict.fromkeys(row["account_id"] for row in self.rows_chosen()))

    def ids(self) -> dict[str, str]:
        """Return which restriction of each account is meant."""
        return {row["account_id"]: row["id"] for row in self.rows_chosen() if row["id"] in self.found.restrictions}

    def action_sign(self) -> None:
        """Approve or refuse what waits: restrictions, or the measure under the cursor."""
        row = self.table.cursor_row
        if row is None:
            return
        if row["id"] in self.found.measures:
            self.sign_measure(row["account_id"], self.found.measures[row["id"]].name)
        else:
            self.action_restriction("approve")

    def action_what_if(self) -> None:
        """Suppose a payment or a proof; nothing is recorded."""
        from deskcollect.tui.screens.what_if import WhatIf

        row = self.table.cursor_row
        if row is None or row["id"] not in self.found.restrictions or not self.session.knows(row["account_id"]):
            self.say("info", "What if… is for a restriction of an account in the book.")
        else:
            self.app.push_screen(WhatIf(self.session, row["account_id"]))

    def action_export(self) -> None:
        """Copy the number of the account."""
        from deskcollect.tui.screens.export import Export

        account_id = self.current()
        if account_id is not None and self.session.knows(account_id):
            self.app.push_screen(Export(self.session, account_id))

    def settled(self, done: Did) -> None:
        """Show what an act did; the cursor keeps its place."""
        if done.events and self.table.marks:
            self.table.set_marks(set())
        super().settled(done)
