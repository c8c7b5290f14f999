"""Who sits here: asked once, at the first start, and kept in desk.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Input

from deskcollect.errors import DeskError
from deskcollect.present.clean import clean
from deskcollect.present.lines import line
from deskcollect.tui.screens.dialog import Dialog
from deskcollect.tui.widgets.literal import Plain
from deskcollect.vocabulary import Role

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

_LONGEST = 20


class Who(Dialog[None]):
    """Asks for a name, then for the role of a name that the desk does not know."""

    CSS_PATH = "who.tcss"

    def compose(self) -> ComposeResult:
        """Return the question."""
        with self.framed(title="Who works here?", keys="⏎ Go on · esc Only look"):
            yield Plain(self.painted([line(" Your name stands on everything you record. It is asked once.")]))
            yield Plain(id="known")
            yield Input(placeholder="your name or short sign", compact=True, max_length=_LONGEST)
            yield Plain(id="roles")

    def on_mount(self) -> None:
        """Let the name have the keys."""
        people = self.session.opened[0].settings.people
        if people:
            known = ", ".join(clean(who, limit=_LONGEST) for who in people)
            self.query_one("#known", Plain).show(self.painted([line((f" Known here: {known}", "muted"))]))
        self.set_focus(self.query_one(Input))

    @property
    def _typed_name(self) -> str:
        """Return the name as it was typed, without what cannot be seen."""
        return " ".join(clean(self.query_one(Input).value).split())

    @on(Input.Submitted)
    def _named(self) -> None:
        """Take a known name, or ask for the role of a new one."""
        people = self.session.opened[0].settings.people
        if not self._typed_name:
            return
        if self._typed_name in people:
            self._take(people[self._typed_name])
            return
        roles = line(*(part for number, role in enumerate(Role, 1) for part in ((f" {number} ", "accent"), role.value)))
        self.query_one("#roles", Plain).show(self.painted([line(" Your role:"), roles]))
        self.set_focus(None)

    def on_key(self, event: events.Key) -> None:
        """Take the role."""
        roles = {str(number): role for number, role in enumerate(Role, 1)}
        if self.focused is None and event.character in roles:
            event.stop()
            self._take(roles[event.character])

    def _take(self, role: Role) -> None:
        """Keep who it is."""
        try:
            self.session.name_person(self._typed_name, role)
        except DeskError as error:
            self.session.refuse(error)
        else:
            self.session.say(
                "done", f"{self._typed_name} ({role.value}) works here from now on; desk.toml holds the people."
            )
        self.dismiss(None)

    def action_close(self) -> None:
        """Only look: nothing can be recorded without a name."""
        self.session.say("info", "You look without a name. r asks again: records need one.")
        self.dismiss(None)
