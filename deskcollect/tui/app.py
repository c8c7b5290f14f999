"""The app: themes, screens, keys in their turn, signals, and a crash that shows nobody's data."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.app import App
from textual.binding import Binding, BindingType

from deskcollect.errors import DeskError
from deskcollect.tui import crash, themes, turns
from deskcollect.tui.screens.base import in_stack
from deskcollect.tui.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from deskcollect.desk.desk import Desk
    from deskcollect.tui.opening import Opened
    from deskcollect.tui.session import Session


class DeskApp(App[int]):
    """Shows one desk."""

    TITLE = "deskcollect"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "Leave", id="app.quit", show=False, priority=True),
    ]

    def __init__(self, session: Session, themed: themes.Loaded, demo: Callable[[], Desk] | None = None) -> None:
        super().__init__()
        self.session = session
        self.themed = themed
        self._demo = demo
        self._watch = Watch(self)
        session.themes = themed.names
        for theme in themed.themes:
            self.register_theme(theme)
        self.theme = themes.DEFAULT
        self.set_class(session.glyphs.ascii, "-ascii")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Let our variables be known under every theme."""
        return {**super().get_theme_variable_defaults(), **themes.variable_defaults()}

    def on_mount(self) -> None:
        """Show the list at once and read the book beside it."""
        from deskcollect.tui.screens.worklist import Worklist

        self.push_screen(Worklist(self.session))
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None:
                with suppress(NotImplementedError, RuntimeError):
                    loop.add_signal_handler(number, self._exit_kept, 128 + number)
        self._watch.start()
        self.action_read_again()

    @work(exclusive=True, group="read")
    async def action_read_again(self) -> None:
        """Open the desk and conclude, while the screen is there already."""
        from deskcollect.tui.opening import read
        from deskcollect.tui.screens.stopped import Stopped

        if isinstance(self.screen, Stopped):
            self.pop_screen()
        try:
            opened = await read(self.session)
        except DeskError as error:
            self.push_screen(Stopped(self.session, error))
        else:
            self._opened(opened)

    def _opened(self, opened: Opened) -> None:
        """Show what was read on every screen, and say what there is to say."""
        from deskcollect.tui.opening import greet
        from deskcollect.tui.screens.who import Who
        from deskcollect.tui.screens.worklist import Worklist

        self.session.start(opened.desk, opened.day, opened.seen)
        self.set_class(self.session.glyphs.ascii, "-ascii")
        self.set_keymap(dict(self.session.keymap.changed))
        self.theme, notice = self.themed.choose(opened.desk.settings.theme)
        greet(self.session, opened.news, (notice, self.themed.notice))
        for screen in in_stack(self):
            screen.show_day()
        if not self.session.by:
            self.push_screen(Who(self.session))
        elif (kept := self.session.memory.last()) is not None:
            next(screen for screen in self.screen_stack if isinstance(screen, Worklist)).offer(kept)

    def action_open_demo(self) -> None:
        """Open the demo where there is no desk."""
        if self._demo is not None:
            self.session.open = self._demo
            self.action_read_again()

    # --- keys --------------------------------------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Let every key act before the next one is looked at."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._watch.touched()
            await turns.in_turn(self, event, partial(super().on_event, event))
        else:
            await super().on_event(event)

    def on_resize(self, event: events.Resize) -> None:
        """Say so where the window is too small, and go on as soon as it is not."""
        from deskcollect.tui.screens.too_small import LEAST, TooSmall

        small = event.size.width < LEAST[0] or event.size.height < LEAST[1]
        if small and not isinstance(self.screen, TooSmall):
            self.push_screen(TooSmall(self.session))
        elif not small and isinstance(self.screen, TooSmall):
            self.pop_screen()

    def action_go(self, name: str) -> None:
        """Go to one of the numbered screens; the worklist is always there, the others stand on it."""
        from deskcollect.tui.screens.alerts import Alerts
        from deskcollect.tui.screens.restrictions import Restrictions
        from deskcollect.tui.screens.worklist import Worklist

        if self.session.day is None:
            return
        wanted = {"alerts": Alerts, "restrictions": Restrictions}.get(name)
        while not isinstance(self.screen, (wanted or Worklist, Worklist)):
            self.pop_screen()
        if wanted is not None and not isinstance(self.screen, wanted):
            self.push_screen(wanted(self.session))

    def action_only_tier(self, tier: str) -> None:
        """Show one tier of the worklist."""
        from deskcollect.tui.screens.worklist import Worklist

        self.action_go("worklist")
        if isinstance(self.screen, Worklist):
            self.screen.action_only_tier(tier)

    # --- leaving -----------------------------------------------------------------------------------------------------------

    def action_leave(self) -> None:
        """Leave the desk; with a form that is half filled, ask."""
        from deskcollect.present.lines import line
        from deskcollect.tui.screens.confirm import Confirm

        if not self.session.unsaved or isinstance(self.screen, Confirm):
            self._exit_kept(0)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._exit_kept(0)

        question = (line(" A form is not saved."), line(" It is kept and offered at the next start."))
        self.push_screen(Confirm(self.session, "Leave", question, yes="Leave", no="Stay"), answered)

    def _exit_kept(self, code: int) -> None:
        """Leave; a form that is half filled is kept."""
        self.session.keep_form()
        self.exit(code)

    def _fatal_error(self) -> None:
        """Show one line and write a report of code places only; Textual would print local variables."""
        with suppress(Exception):
            self.session.keep_form()
        self._exit_renderables = [crash.report(self._exception)]
        self._close_messages_no_wait()


def run(folder: Path | None, by: str = "", *, demo: bool = False) -> int:
    """Open the desk of a folder in this terminal, or the demo in a throw-away one, and return the exit code."""
    from deskcollect.present.glyphs import choose
    from deskcollect.tui.opening import open_folder
    from deskcollect.tui.session import Session

    with TemporaryDirectory(prefix="deskcollect-demo-", ignore_cleanup_errors=True) as spare:
        make_demo = partial(open_folder, None, Path(spare) / "demo")
        opens = partial(open_folder, folder, Path(spare) / "demo" if demo else None)
        session = Session(opens, by=by, glyphs=choose())
        app = DeskApp(session, themes.load(themes.own_folder()), make_demo)
        try:
            code = app.run()
        finally:
            session.team.leave()
            if session.desk is not None:
                session.desk.close()
    return app.return_code or code or 0
