"""Everything that can be done from here: what keys do, queues, columns to sort by, themes, accounts."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual.widgets import Input, OptionList

from deskcollect.desk.pipeline import arrange
from deskcollect.present.clean import clean, name_of
from deskcollect.present.numbers import count
from deskcollect.tui import actions, keeping
from deskcollect.tui.screens import unlock
from deskcollect.tui.screens.search import Found, Search
from deskcollect.tui.screens.worklist import Worklist

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.screen import Screen
    from textual.widgets.option_list import Option

    from deskcollect.tui.session import Session

_LEAST_LETTERS, _ACCOUNTS = 2, 6
_NAME = 30


class Everything(Search):
    """Offers all of it by word. A theme is shown while it is marked; esc brings the old one back."""

    TITLE_TEXT = "Everything · type a word"
    KEYS_TEXT = "⏎ Run · esc Close"

    def __init__(self, session: Session, below: Screen[None]) -> None:
        super().__init__(session)
        self._below = below
        self._theme = ""
        self._group = ""

    def on_mount(self) -> None:
        """Keep the theme that was on."""
        self._theme = self.app.theme
        super().on_mount()

    def on_resize(self) -> None:
        """Draw the list anew once it is known how wide the frame is."""
        self.call_after_refresh(self._draw_again)

    def _draw_again(self) -> None:
        """Draw what is shown for the width there is; what was marked stays marked."""
        listed = self.query_one("#found", OptionList)
        marked = listed.highlighted
        self.find(self.query_one("#word", Input).value)
        if marked is not None and marked < listed.option_count:
            listed.highlighted = marked

    def entries(self, word: str) -> Iterator[Found]:
        """Return what is offered here; accounts only for what was typed."""
        yield from actions.here(self.session, self._below, actions.name_of(self._below))
        if isinstance(self._below, Worklist):
            yield from self._worklist(self._below)
        if self.session.day is not None:
            check = partial(keeping.verify, self.app, self.session)
            yield Found("Verify ledger", "", "all screens", "check hash chain damage head 台账", run=check)
            yield Found("Back up ledger…", "", "all screens", "copy save archive 备份", run=self._back_up)
            yield from unlock.offered(self.app, self.session)
        for name in self.session.themes:
            show = partial(setattr, self.app, "theme", name)
            yield Found(
                f"Theme: {name}", "", "all screens", "colour color", run=partial(self._take_theme, name), look=show
            )
        if len(word) >= _LEAST_LETTERS and self.session.day is not None:
            yield from self._accounts(word)

    def _back_up(self) -> None:
        """Ask where a backup goes."""
        from deskcollect.tui.screens.back_up import BackUp

        self.app.push_screen(BackUp(self.session))

    def _worklist(self, screen: Worklist) -> Iterator[Found]:
        """Go through the queues and the columns, and what else of the book can be shown."""
        for queue in self.session.opened[0].policies.queues:
            number = count(screen.counted.queues.get(queue.id, 0))
            yield Found(f"Queue: {queue.label} {number}", "", "Worklist", run=partial(screen.action_go_queue, queue.id))
        for column in screen.columns(every=True):
            yield Found(f"Sort by: {column.title}", "", "Worklist", run=partial(screen.sort_by, column.name))
        if screen.other_share:
            yield Found(clean(screen.other_share), "", "Worklist", "share everybody own team all", screen.toggle_share)

    def _accounts(self, word: str) -> Iterator[Found]:
        """Go through the accounts whose name or number holds the word."""
        table = self.session.opened[1].table
        for row in table[arrange(table, text=word).head(_ACCOUNTS)].iter_rows(named=True):
            name = name_of(row, unknown="no name", limit=_NAME)
            go = partial(self._open, row["account_id"])
            yield Found(f"Account: {name} {clean(row['account_id'])}", "", "account", word.lower(), run=go)

    def _open(self, account_id: str) -> None:
        """Open an account that was found by name."""
        from deskcollect.tui.screens.account import AccountView
        from deskcollect.tui.widgets.rows import Rows

        self.app.push_screen(AccountView(self.session, account_id, Rows(None, None, "account_id")))

    def find(self, word: str) -> None:
        """Show what answers a word, in the theme that was on."""
        self.app.theme = self._theme
        self._group = ""
        super().find(word)

    def _option(self, entry: Found, width: int, last: int) -> Option:
        """Return the line of one entry; where it is stands once, beside the first of its group."""
        first, self._group = entry.where != self._group, entry.where
        return super()._option(entry if first else replace(entry, where=""), width, last)

    def _take_theme(self, name: str) -> None:
        """Stay with a theme."""
        self.app.theme = name
        self.session.say("info", f'Theme {name}. Kept for good by  theme = "{name}"  in desk.toml.')

    def take(self, entry: Found) -> None:
        """Close and do it; a theme that was only looked at goes."""
        self.app.theme = self._theme
        super().take(entry)

    def action_close(self) -> None:
        """Close; a theme that was only looked at goes."""
        self.app.theme = self._theme
        self.dismiss(None)
