"""The triage: alert cases, the gravest first, what confirms what, and what is to be decided."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from deskcollect.desk.alerts import triage
from deskcollect.desk.alerts.cases import of_account
from deskcollect.present import alerts, head
from deskcollect.present import triage as words
from deskcollect.present.numbers import count
from deskcollect.tui.apart import apart
from deskcollect.tui.deciding import Decides
from deskcollect.tui.screens.filter import Filter, unmatched
from deskcollect.tui.screens.lists import LOW, Lists
from deskcollect.tui.tabs import tabs
from deskcollect.tui.views import AlertView
from deskcollect.tui.widgets.literal import Plain
from deskcollect.vocabulary import CaseAction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.app import ComposeResult

    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk, Recorded
    from deskcollect.present.lines import Line
    from deskcollect.present.rows import ListColumn, Row
    from deskcollect.tui.decision_form import Did
    from deskcollect.tui.session import Session

_ALL_COLUMNS = 400
_STAYS = frozenset({CaseAction.ASSIGN, CaseAction.SUPPRESS})

_KEYS: list[BindingType] = [
    Binding("a", "acknowledge", "Acknowledge: somebody has looked", id="alert.acknowledge", show=False),
    Binding("z", "decide('snooze')", "Snooze until a day…", id="alert.snooze", show=False),
    Binding("A", "decide('assign')", "Assign to a person…", id="alert.assign", show=False),
    Binding("E", "decide('escalate')", "Escalate…", id="alert.escalate", show=False),
    Binding("C", "decide('close')", "Close: confirmed, useful, false alarm…", id="alert.close", show=False),
    Binding("S", "decide('suppress')", "Suppress one rule here until a day…", id="alert.suppress", show=False),
    Binding("o", "level", "Level to show", id="list.level", show=False),
]
_HINTS: tuple[tuple[str, str], ...] = (
    ("alert.acknowledge", "Acknowledge"),
    ("alert.snooze", "Snooze…"),
    ("alert.assign", "Assign…"),
    ("alert.escalate", "Escalate…"),
    ("alert.close", "Close…"),
    ("alert.suppress", "Suppress…"),
    ("list.open", "Open"),
    ("work.record", "Record…"),
    ("list.mark_all", "Mark all"),
    ("list.queue_previous list.queue_next", "List"),
    ("list.level", "Level"),
    ("list.filter", "Filter"),
    ("work.undo", "Undo"),
    ("work.explain", "Explain"),
    ("list.sort", "Sort…"),
    ("app.copy", "Copy…"),
)


class Alerts(Lists[AlertView], Decides):
    """Shows the accounts with an alert case, the gravest first."""

    CSS_PATH = "alerts.tcss"
    HINTS: ClassVar[tuple[tuple[str, str], ...]] = _HINTS
    BINDINGS: ClassVar[list[BindingType]] = _KEYS
    PANEL: ClassVar[tuple[tuple[int, int], ...]] = ((36, 12), (30, 10), (LOW, 7), (0, 3))

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.view = AlertView()
        self._counted: tuple[Day | None, str, Mapping[str, int]] = (None, "", {})

    def compose(self) -> ComposeResult:
        """Return title, bar, tabs, filter, list, case, message and hints."""
        yield self.top()
        yield Plain(id="tabs")
        yield Filter()
        yield self.compose_list()
        yield Plain(id="panel")
        yield from self.bottom()

    # --- drawing -----------------------------------------------------------------------------------------------------------

    def columns(self, *, every: bool = False) -> Sequence[ListColumn]:
        """Return the columns that fit, or every one there is."""
        return alerts.columns(self.session.rows(), _ALL_COLUMNS if every else self.size.width - 1)

    def draw_top(self) -> None:
        """Draw the title line and the bar of screens."""
        width = self.size.width
        lines = [head.title(self.session.standing(), width)]
        if self.session.day is not None and self.size.height >= LOW:
            counted, glyphs = self.session.opened[2], self.session.glyphs
            right = words.levels(counted.levels, self.counts["overdue"], glyphs)
            lines.append(words.bar(tabs(self.session), "alerts", right, width))
        self.draw("#top", lines)

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many cases stand in each list; they are counted once a day."""
        day, who = self.session.opened[1], self.session.by
        if self._counted[0] is not day or self._counted[1] != who:
            self._counted = day, who, triage.counts(day.table, triage.Viewer(who, day.moment.today))
        return self._counted[2]

    def show_day(self) -> None:
        """Draw everything anew, for the person who sits here and the day."""
        if self.session.day is not None:
            self.view = self._seen_by(self.view)
        super().show_day()

    def _seen_by(self, view: AlertView) -> AlertView:
        """Return a view as the person who sits here sees it today."""
        return replace(view, who=self.session.by, today=self.session.opened[1].moment.today)

    def tab_lines(self) -> Sequence[Line]:
        """Return lists, order and place."""
        desk, _, counted = self.session.opened
        place = words.Place(
            rank=self.table.cursor + 1,
            shown=0 if self.order is None else len(self.order),
            sort=self.view.sort,
            level=self.view.level,
            typed=self.typed,
            marked=len(self.table.marks),
        )
        share = words.Share(counted.flagged, counted.accounts, desk.policies.alert_cap_share)
        return words.tabs(self.counts, self.view.queue, share, place, self.size.width, low=self.size.height < LOW)

    async def told(self, row: Row) -> Sequence[Line]:
        """Return the cursor's case."""
        desk, day, _ = self.session.opened
        found = await apart(lambda: _gathered(desk, day, row))
        return words.panel(self.session.rows(), found, self.size.width, self.panel_lines)

    def nothing(self) -> list[Line]:
        """Return why the list is empty."""
        if self.view.text:
            return unmatched(self.session.opened[1].table, self.view.text, "the early warnings")
        return words.nothing(self.view.queue, self.view.level, self.counts)

    def place_words(self) -> str:
        """Return where the cursor's row stands, in words."""
        shown = 0 if self.order is None else len(self.order)
        return f"{count(self.table.cursor + 1)} of {count(shown)} early warnings"

    # --- how the list is narrowed ------------------------------------------------------------------------------------------

    def action_level(self) -> None:
        """Show one level after another, then all."""
        self.narrow(self.view.next_level())

    def action_only_level(self, level: str) -> None:
        """Show one level that was clicked; again: all."""
        self.narrow(self.view.only_level(level))

    # --- decisions ---------------------------------------------------------------------------------------------------------

    def settled(self, done: Did) -> None:
        """Put the cases into their places; the cursor stands on the next one, on the same line."""
        self.view = self._seen_by(self.view)
        cursor = self._follows(done)
        if done.events and self.table.marks:
            self.table.set_marks(set())
        self.draw_top()
        self.draw_message()
        self.rearrange(cursor=cursor)

    def _follows(self, done: Did) -> str:
        """Return the account on which the cursor stands after a decision."""
        here = self.table.cursor_key or ""
        decided = {event.account_id for event in done.events}
        stays = not done.events or CaseAction(done.events[0].code) in _STAYS
        if here not in decided or stays or not self.session.opened[0].settings.auto_next:
            return here
        rows = self.table.rows
        after = (rows.key_at(place) for place in range(self.table.cursor + 1, len(rows)))
        return next((key for key in after if key not in decided), None) or here

    def recorded(self, done: Recorded, told: str) -> None:
        """Show what a record did; the cursor goes to a decision that was taken back."""
        self.session.say("done", told if done.event.corrects else f"{told}   u Undo")
        self.view = self._seen_by(self.view)
        self.draw_top()
        self.draw_message()
        self.rearrange(cursor=done.event.account_id if done.event.corrects else "")


def _gathered(desk: Desk, day: Day, row: Row) -> words.Told:
    """Return what is told of a row's case."""
    account_id = row["account_id"]
    cases = of_account(desk, day, account_id)
    return words.Told(row, triage.fired(day, account_id), cases[-1] if cases else None, day.silent)
