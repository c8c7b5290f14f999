"""The app: themes, screens, signals, and a crash that shows nobody's data. Everything else stands on the screens."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import App
from textual.binding import Binding, BindingType

from deskcollect.errors import DeskError
from deskcollect.tui import crash, themes
from deskcollect.tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import SystemCommand
    from textual.command import Provider
    from textual.screen import Screen

    from deskcollect.desk.desk import Day, Desk

_TICK_SECONDS = 30


def _everything() -> type[Provider]:
    """Return what the palette offers; it is read when the palette opens."""
    from deskcollect.tui.commands import Everything

    return Everything


class DeskApp(App[int]):
    """Shows one desk."""

    TITLE = "deskcollect"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar = {_everything}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "Leave", id="app.quit", show=False, priority=True),
        Binding("ctrl+c", "leave_hint", show=False),
    ]

    def __init__(self, session: Session, themed: themes.Loaded) -> None:
        super().__init__()
        self.session = session
        self.themed = themed
        for theme in themed.themes:
            self.register_theme(theme)
        self.theme = themes.DEFAULT

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Let our variables be known under every theme."""
        return {**super().get_theme_variable_defaults(), **themes.variable_defaults()}

    def on_mount(self) -> None:
        """Show the list at once and read the book beside it."""
        from deskcollect.tui.screens.worklist import Worklist

        self.push_screen(Worklist(self.session))
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                with suppress(NotImplementedError, RuntimeError):
                    loop.add_signal_handler(getattr(signal, name), self._told_to_stop, getattr(signal, name))
        self.set_interval(_TICK_SECONDS, self._tick)
        self.read_book()

    @work(thread=True, exclusive=True)
    def read_book(self) -> None:
        """Open the desk and conclude, while the screen is there already."""
        try:
            desk = self.session.open()
            day = desk.load()
        except DeskError as error:
            self.call_from_thread(self._cannot_open, error)
            return
        self.call_from_thread(self._opened, desk, day)

    def _opened(self, desk: Desk, day: Day) -> None:
        """Show what was read."""
        from deskcollect.tui.screens.worklist import Worklist

        self.session.start(desk, day)
        name, notice = self.themed.choose(desk.settings.theme)
        self.theme = name
        if desk.settings.demo:
            self.session.say("info", "Demo: a throw-away copy. Nothing you do here is kept.")
        for text in filter(None, (notice, self.themed.notice)):
            self.session.say("warning", text)
        if isinstance(self.screen, Worklist):
            self.screen.show_day()

    def _cannot_open(self, error: DeskError) -> None:
        """Say why there is no desk, and what to do."""
        from deskcollect.tui.screens.stopped import Stopped

        self.push_screen(Stopped(self.session, error))

    def _tick(self) -> None:
        """Let the clock go on."""
        from deskcollect.tui.screens.base import DeskScreen

        if isinstance(self.screen, DeskScreen) and self.session.day is not None:
            self.screen.draw_top()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer none of Textual's own: its screenshot would write customers' data to a file without a word."""
        del screen
        return ()

    # --- what holds everywhere -------------------------------------------------------------------------------------------

    def action_go(self, name: str) -> None:
        """Go to one of the numbered screens."""
        from deskcollect.tui.screens.alerts import Alerts
        from deskcollect.tui.screens.worklist import Worklist

        if self.session.day is None:
            return
        while len(self.screen_stack) > 2:
            self.pop_screen()
        if name == "alerts" and not isinstance(self.screen, Alerts):
            self.push_screen(Alerts(self.session))
        del Worklist

    def action_help(self) -> None:
        """Show the help of this screen."""
        from deskcollect.tui.screens.help import Help

        if not isinstance(self.screen, Help):
            self.push_screen(Help(self.session, self.screen))

    def action_messages(self) -> None:
        """Show what was said today."""
        from deskcollect.tui.screens.messages import Messages

        if not isinstance(self.screen, Messages):
            self.push_screen(Messages(self.session))

    def action_next_theme(self) -> None:
        """Take the next theme."""
        names = self.themed.names
        self.theme = names[(names.index(self.theme) + 1) % len(names)] if self.theme in names else themes.DEFAULT

    def action_leave(self) -> None:
        """Leave the desk."""
        self.exit(0)

    def action_leave_hint(self) -> None:
        """Say how to leave."""
        if self.session.day is not None:
            self.session.say("info", "ctrl+q leaves.")

    def _told_to_stop(self, number: signal.Signals) -> None:
        """Leave in order when the terminal or the system says so."""
        self.exit(128 + number)

    def _fatal_error(self) -> None:
        """Show one line and write a report of code places only; Textual would print local variables."""
        self._exit_renderables = [crash.report()]
        self._close_messages_no_wait()


def run(open_desk: Callable[[], Desk], by: str = "") -> int:
    """Open the desk in this terminal and return the exit code."""
    from deskcollect.tui.glyphs import choose

    session = Session(open_desk, by=by, glyphs=choose())
    app = DeskApp(session, themes.load(themes.own_folder()))
    try:
        code = app.run()
    finally:
        if session.desk is not None:
            session.desk.close()
    return app.return_code or code or 0
