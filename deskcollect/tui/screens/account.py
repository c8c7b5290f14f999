"""One account: money, score in points, what would change it, six months, what was said and done."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll

from deskcollect.desk.account import Account, WhatIf, account, what_if
from deskcollect.present.lines import Line, clip, line, rule, spread
from deskcollect.present.selected import wrapped
from deskcollect.tui.screens.base import DeskScreen
from deskcollect.tui.widgets.hints import Hint
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from deskcollect.desk.desk import Recorded
    from deskcollect.tui.session import Session

_WIDE, _TALL = 110, 34
TABS = ("Now", "Score", "Six months", "Said and done", "Contact")


class AccountView(DeskScreen):
    """Shows one account; n and p walk the list in the order it had when the account was opened."""

    CSS_PATH = "account.tcss"
    HINTS: ClassVar[tuple[Hint, ...]] = (
        Hint("r", "Record…", "screen.record"),
        Hint("n", "Next", "screen.walk(1)"),
        Hint("p", "Prev", "screen.walk(-1)"),
        Hint("x", "Explain", "screen.explain"),
        Hint("tab", "Panel", "screen.panel(1)"),
        Hint("u", "Undo", "screen.undo"),
        Hint("y", "Copy…", "screen.export"),
        Hint("esc", "List", "screen.back"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "record", "Record an outcome…", id="work.record", show=False),
        Binding("n", "walk(1)", "Next account", id="work.next", show=False),
        Binding("p", "walk(-1)", "Previous account", id="work.previous", show=False),
        Binding("x", "explain", "Explain this account", id="work.explain", show=False),
        Binding("y", "export", "Copy or export…", id="app.copy", show=False),
        Binding("tab", "panel(1)", "Next panel", id="nav.panel_next", show=False),
        Binding("shift+tab", "panel(-1)", "Previous panel", id="nav.panel_previous", show=False),
        Binding("down,j", "scroll(1)", "Down", id="nav.down", show=False),
        Binding("up,k", "scroll(-1)", "Up", id="nav.up", show=False),
        Binding("pagedown,ctrl+d", "scroll(10)", "Page down", id="nav.page_down", show=False),
        Binding("pageup,ctrl+u", "scroll(-10)", "Page up", id="nav.page_up", show=False),
    ]

    def __init__(self, session: Session, account_id: str, order: list[str]) -> None:
        super().__init__(session)
        self._account_id = account_id
        self._order = order
        self._tab = 0
        self._account: Account | None = None
        self._answers: tuple[WhatIf, ...] = ()

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
        """Gather and draw."""
        self._gather()

    def _gather(self) -> None:
        """Read the account anew."""
        desk, day, _ = self.session.opened
        self._account = account(desk, day, self._account_id)
        self._answers = what_if(desk, day, self._account_id)
        self.show_day()

    def on_resize(self) -> None:
        """Draw for the new size."""
        if self._account is not None:
            self.show_day()

    def show_day(self) -> None:
        """Draw everything."""
        super().show_day()
        if self._account is None:
            return
        self._draw_who(self._account)
        wide = self.size.width >= _WIDE and self.size.height >= _TALL - 4
        self.query_one("#upper").display = wide
        if wide:
            self._draw_panels(self._account)
        else:
            self._draw_tab(self._account)

    def _draw_who(self, shown: Account) -> None:
        """Draw who this is, whether anything holds the account, and what to do."""
        words, width = self.session.accounts(), self.size.width
        place = (
            f"{self._order.index(self._account_id) + 1} of {len(self._order)} "
            if self._account_id in self._order
            else ""
        )
        rows = [
            spread(words.name(shown), words.standing(shown, narrow=width < _WIDE), width),
            spread(words.permission(shown), line((place, "muted")), width),
            *wrapped(words.next(shown), width - 1)[:2],
        ]
        self.draw("#who", rows)

    def _draw_panels(self, shown: Account) -> None:
        """Draw all panels on a wide screen."""
        words, width = self.session.accounts(), self.size.width - 1
        left, right = width // 2 - 1, width - width // 2
        dash = self.session.glyphs.rule
        self.draw("#left", [
            rule("Money", left, dash), *words.figures(shown), line(" "),
            rule("Six months · numbers first", left, dash), *words.months(shown),
        ])  # fmt: skip
        self.draw("#right", [
            rule("Score, in points", right, dash), *words.score(shown, right),
            rule("What would change it", right, dash), *words.what_if(self._answers, shown),
        ])  # fmt: skip
        told = [rule(f"Said and done · {len(shown.events)} records", width, dash), *words.timeline(shown)]
        if shown.others:
            told = [rule("Other accounts of this customer · called once", width, dash), *words.others(shown), *told]
        self._draw_lower([*told, rule("Contact", width, dash), *words.contact(shown)])

    def _draw_tab(self, shown: Account) -> None:
        """Draw one panel under tabs."""
        words, width = self.session.accounts(), self.size.width - 1
        dash = self.session.glyphs.rule
        tabs = []
        for number, name in enumerate(TABS):
            active = number == self._tab
            tabs.append((f"[{name}]" if active else name, "bold" if active else "", f"screen.tab({number})"))
            tabs.append(("  ", "", ""))
        head = spread(line(" ", *(tab[:2] for tab in tabs)), line(("tab next panel ", "muted")), width)
        panels: dict[str, list[Line]] = {
            "Now": [
                *words.figures(shown),
                rule("Score · why", width, dash),
                *wrapped(words.why_line(shown), width),
                rule("Last said and done", width, dash),
                *words.timeline(shown)[:6],
            ],
            "Score": [
                *words.score(shown, min(width, 76)),
                rule("What would change it", width, dash),
                *words.what_if(self._answers, shown),
            ],
            "Six months": list(words.months(shown)),
            "Said and done": list(words.timeline(shown)),
            "Contact": [
                *words.contact(shown),
                *((rule("Other accounts of this customer", width, dash), *words.others(shown)) if shown.others else ()),
            ],
        }
        self._draw_lower([head, *panels[TABS[self._tab]]])

    def _draw_lower(self, rows: list[Line]) -> None:
        """Draw the part that scrolls; long lines go on in the next."""
        width = self.size.width - 1
        self.draw(
            "#lower",
            [part for entry in rows for part in ([clip(entry, width)] if len(entry) < 2 else wrapped(entry, width))],
        )

    # --- keys --------------------------------------------------------------------------------------------------------------

    def action_record(self) -> None:
        """Record an outcome."""
        from deskcollect.tui.screens.record import Record

        def after(done: Recorded | None) -> None:
            if done is not None:
                self.recorded(done)

        self.app.push_screen(Record(self.session, self._account_id), after)

    def recorded(self, done: Recorded) -> None:
        """Show the account after a record."""
        del done
        self._gather()

    def action_walk(self, way: int) -> None:
        """Go to the next account of the list that is still to be worked."""
        _, day, _ = self.session.opened
        at = self._order.index(self._account_id) + way if self._account_id in self._order else 0
        while 0 <= at < len(self._order):
            row = day.row(self._order[at])
            if not row["worked_today"]:
                self._account_id = self._order[at]
                self._gather()
                return
            at += way
        self.say("info", "No further account in this list.")

    def action_panel(self, way: int) -> None:
        """Show the next panel."""
        self.action_tab((self._tab + way) % len(TABS))

    def action_tab(self, number: int) -> None:
        """Show a panel."""
        self._tab = number
        self.query_one("#body", VerticalScroll).scroll_home(animate=False)
        self.show_day()

    def action_scroll(self, rows: int) -> None:
        """Move the view."""
        self.query_one("#body", VerticalScroll).scroll_relative(y=rows, animate=False)

    def action_explain(self) -> None:
        """Say which rules decided."""
        from deskcollect.tui.screens.explain import Explain

        self.app.push_screen(Explain(self.session, self._account_id))

    def action_export(self) -> None:
        """Copy what stands here."""
        from deskcollect.tui.screens.export import Export

        self.app.push_screen(Export(self.session, self._account_id, None))
