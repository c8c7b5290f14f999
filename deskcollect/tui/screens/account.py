"""One account: money, score in points, what would change it, six months, what was said and done."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll

from deskcollect.desk.account import Account, WhatIf, account, what_if
from deskcollect.present.lines import wrapped
from deskcollect.present.panels import TABS, Panels
from deskcollect.tui import team
from deskcollect.tui.apart import apart
from deskcollect.tui.deciding import Decides
from deskcollect.tui.restricting import Restricts
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk, Recorded
    from deskcollect.present.lines import Line
    from deskcollect.tui.session import Session
    from deskcollect.tui.widgets.rows import Rows

_WIDE, _TALL = 110, 30
_AROUND = 4  # title, tiers, message, hints
_INDENT = 20


class AccountView(Decides, Restricts):
    """Shows one account; n and p walk the list in the order it had when the account was opened."""

    CSS_PATH = "account.tcss"
    HINTS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("work.record", "Record…"),
        ("work.next", "Next"),
        ("work.previous", "Prev"),
        ("work.explain", "Explain"),
        ("restriction.impose", "Impose…"),
        ("measure.step", "Measure…"),
        ("nav.panel_next", "Panel"),
        ("work.undo", "Undo"),
        ("app.copy", "Copy…"),
        ("nav.back", "List"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "record", "Record an outcome…", id="work.record", show=False),
        Binding("n", "walk(1)", "Next account of the list", id="work.next", show=False),
        Binding("p", "walk(-1)", "Previous account of the list", id="work.previous", show=False),
        Binding("a", "acknowledge", "Acknowledge its alert case", id="alert.acknowledge", show=False),
        Binding("o", "other(-1)", "Other account of this customer", id="work.other", show=False),
        Binding("x", "explain", "Explain this account", id="work.explain", show=False),
        Binding("y", "export", "Copy or export…", id="app.copy", show=False),
        Binding("tab", "panel(1)", "Next panel", id="nav.panel_next", show=False),
        Binding("shift+tab", "panel(-1)", "Previous panel", id="nav.panel_previous", show=False),
        Binding("down,j", "scroll(1)", "Down", id="nav.down", show=False),
        Binding("up,k", "scroll(-1)", "Up", id="nav.up", show=False),
        Binding("pagedown,ctrl+d", "scroll(10)", "Page down", id="nav.page_down", show=False),
        Binding("pageup,ctrl+u", "scroll(-10)", "Page up", id="nav.page_up", show=False),
    ]

    def __init__(self, session: Session, account_id: str, rows: Rows) -> None:
        super().__init__(session)
        self._left_at = ""
        self._recorded = False
        self._account_id = account_id
        self._rows = rows
        self._tab = 0
        self._day: Day | None = None
        self._gone = False
        self._account: Account | None = None
        self._answers: tuple[WhatIf, ...] | None = None

    def compose(self) -> ComposeResult:
        """Return head, panels, message and hints."""
        yield self.top()
        yield Plain(id="who")
        with Horizontal(id="upper"):
            yield Plain(id="left")
            yield Plain(id="right")
        with VerticalScroll(id="body", can_focus=False):
            yield Plain(id="lower")
        yield Vertical(*self.bottom(), id="foot")

    def on_mount(self) -> None:
        """Gather and draw, and see who has the customer."""
        self._gather()
        team.look(self.app, self.session)

    def _gather(self) -> None:
        """Read the account anew; the answers to what would change it come after. One that is gone is left."""
        desk, day, _ = self.session.opened
        self._day = day
        self._gone = not self.session.knows(self._account_id)
        if self._gone:
            self._leave_gone()
            return
        self._account = account(desk, day, self._account_id)
        self._answers = None
        self.show_day()
        self._answer(desk, day, self._account_id)

    @work(exclusive=True, group="answers")
    async def _answer(self, desk: Desk, day: Day, account_id: str) -> None:
        """Work out what would change the score."""
        self._answers = await apart(lambda: what_if(desk, day, account_id))
        self._draw_middle()

    def _leave_gone(self) -> None:
        """Leave an account that another book does not hold, and say so; under a dialog once that is closed."""
        if self.app.screen is self:
            name = (self._account.row["customer_name"] or "") if self._account else ""
            self.session.say("warning", self.session.gone(self._account_id, name))
            self.leave()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let nothing be done about an account that is gone."""
        return not self._gone and super().check_action(action, parameters)

    def on_resize(self) -> None:
        """Draw for the new size."""
        if self._account is not None:
            self.show_day()

    # --- drawing -----------------------------------------------------------------------------------------------------------

    def show_day(self) -> None:
        """Draw everything; of another day than the one that is shown the account is read anew."""
        if self._gone or self._day is not self.session.day:
            self._gather()
            return
        super().show_day()
        if self._account is not None:
            self.draw("#who", self._head())
            self._draw_middle()

    @property
    def _wide(self) -> bool:
        """Tell whether all panels have room."""
        return self.size.width >= _WIDE and self.size.height >= _TALL

    def _panels(self, width: int) -> Panels:
        """Return the account as lines of a width."""
        assert self._account is not None
        return Panels(self.session.accounts(), self._account, self._answers, width)

    def _draw_middle(self) -> None:
        """Draw the panels: all on a wide screen, one under tabs on a narrow one."""
        if self._account is None:
            return
        panels = self._panels(self.size.width - 1)
        self.query_one("#upper").display = self._wide
        if not self._wide:
            self._draw_lower(panels.tab(self._tab))
            return
        left, right = panels.left(), panels.right()
        self.draw("#left", left)
        self.draw("#right", right)
        used = len(self._head()) + max(len(left), len(right)) + _AROUND
        self._draw_lower(panels.below(self.size.height - used, whole=self._tab > 0))

    def _head(self) -> list[Line]:
        """Return the lines above the panels."""
        assert self._account is not None
        claimed = team.in_words(self.session, self._account.row["customer_id"])
        return self._panels(self.size.width).head(self._rows.find(self._account_id), len(self._rows), claimed)

    @on(team.ClaimsSeen)
    def _claims_seen(self) -> None:
        """Show who else has the customer; what stands there already is not sent again."""
        if self._account is not None and not self._gone:
            self.draw("#who", self._head())
            self._draw_middle()

    def _draw_lower(self, rows: list[Line]) -> None:
        """Draw the part that scrolls; long lines go on in the next."""
        width = self.size.width - 1
        self.draw("#lower", [part for entry in rows for part in wrapped(entry, width, indent=_INDENT)])

    # --- keys --------------------------------------------------------------------------------------------------------------

    def current(self) -> str:
        """Return the account that is shown."""
        return self._account_id

    def recorded(self, done: Recorded, told: str) -> None:
        """Show the account after a record."""
        self._recorded = not done.event.corrects
        self.session.say("done", told if done.event.corrects else f"{told}   u Undo")
        self._gather()

    def day_changed(self) -> None:
        """Show what others recorded."""
        self._gather()

    def action_walk(self, way: int) -> None:
        """Go to the next account of the list that was not worked today."""
        account_id = self._next(way)
        if account_id is None:
            self.say("info", "No further account in this list.")
        else:
            self._go_to(account_id)

    def _next(self, way: int) -> str | None:
        """Return the next account of the list that was not worked today; another book may not hold all of them."""
        _, day, _ = self.session.opened
        at = self._rows.find(self._account_id)
        while at is not None:
            at += way
            account_id = self._rows.key_at(at)
            if account_id is None:
                return None
            if self.session.knows(account_id) and not day.row(account_id)["worked_today"]:
                return account_id
        return None

    def left_at(self) -> str:
        """Return where the list is to stand now that this view was left, once; else nothing."""
        account_id, self._left_at = self._left_at, ""
        return account_id

    def leave(self) -> None:
        """Go back to the list, to the account that was shown; after a record to the next one, as the list itself does."""
        follows = self._recorded and self.session.opened[0].settings.auto_next
        self._left_at = (self._next(1) if follows else None) or self._account_id
        super().leave()

    def action_other(self, number: int) -> None:
        """Go to another account of the same customer: the one that was clicked, or with -1 the next one."""
        if self._account is None or not self._account.others:
            self.say("info", "This customer has no other account.")
        else:
            ids = sorted([self._account_id, *(other["account_id"] for other in self._account.others)])
            following = ids[(ids.index(self._account_id) + 1) % len(ids)]
            self._go_to(self._account.others[number]["account_id"] if number >= 0 else following)

    def _go_to(self, account_id: str) -> None:
        """Show another account, from its top."""
        self._recorded = False
        self._account_id = account_id
        self.query_one("#body", VerticalScroll).scroll_home(animate=False)
        self._gather()

    def action_panel(self, way: int) -> None:
        """Show the next panel; on a wide screen: all that was said and done, or its newest part."""
        self.action_tab((self._tab + way) % len(TABS) if not self._wide else int(not self._tab))

    def action_tab(self, number: int) -> None:
        """Show a panel."""
        self._tab = number
        self.query_one("#body", VerticalScroll).scroll_home(animate=False)
        self.show_day()

    def action_scroll(self, rows: int) -> None:
        """Move the view."""
        self.query_one("#body", VerticalScroll).scroll_relative(y=rows, animate=False)

    def action_export(self) -> None:
        """Copy what stands here."""
        from deskcollect.tui.screens.export import Export

        self.app.push_screen(Export(self.session, self._account_id))
