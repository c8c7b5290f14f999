"""The lines of a form: a label, what is typed, how it is read."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from deskcollect.present.lines import line
from deskcollect.tui.paint import paint
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult

    from deskcollect.present.shapes import Glyphs

RECORD: Mapping[str, str] = MappingProxyType(
    {
        "amount": "Amount",
        "due": "By",
        "count": "Times",
        "at": "At",
        "choice": "Which",
        "note": "Note",
        "next": "Next",
    }
)
_NARROW = 78
_GHOSTS = {"note": "the customer may read this"}


class Asked(Protocol):
    """What a form tells its fields: which are asked for, what stands in them, and how it is read."""

    values: dict[str, str]

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields that are asked for, in order."""

    @property
    def first(self) -> str:
        """Return the field that gets the keys."""

    def type(self, name: str, value: str) -> None:
        """Take what stands in a field."""

    def reading(self, name: str) -> tuple[str, str]:
        """Return how a field is read, and the role of that text."""


class Field(Input):
    """One line of the form."""


class Fields(Vertical):
    """Shows just the fields that a form asks for; `labels` are all there are, in the order in which they stand."""

    DEFAULT_CSS = Path(__file__).with_suffix(".tcss").read_text("utf-8")

    def __init__(self, glyphs: Glyphs, labels: Mapping[str, str] = RECORD) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._labels = labels

    def compose(self) -> ComposeResult:
        """Return all lines; which of them are seen depends on the code."""
        for name, label in self._labels.items():
            yield Horizontal(
                Plain(label, classes="label"),
                Field(id=f"field-{name}", compact=True, placeholder=_GHOSTS.get(name, "")),
                Plain(classes="reading", id=f"reading-{name}"),
                id=f"line-{name}",
            )

    def ask(self, form: Asked | None) -> None:
        """Show the fields of a form, filled in; None: none."""
        self.display = form is not None
        self.set_class(self.screen.size.width < _NARROW, "-narrow")
        if form is None:
            return
        for name in self._labels:
            self.query_one(f"#line-{name}").display = name in form.fields
        for name in form.fields:
            with self.prevent(Input.Changed):
                self.field(name).value = form.values.get(name, "")
        self.screen.set_focus(self.field(form.first))

    def field(self, name: str) -> Field:
        """Return a field."""
        return self.query_one(f"#field-{name}", Field)

    def take(self, form: Asked) -> None:
        """Let the form have what stands in the fields now."""
        for name in form.fields:
            form.type(name, self.field(name).value)

    def read(self, form: Asked) -> None:
        """Show how each field is read."""
        for name in form.fields:
            text, role = form.reading(name)
            shown = paint(line((text, role)), self.app.theme_variables, self._glyphs)
            self.query_one(f"#reading-{name}", Plain).show(shown, layout=False)
