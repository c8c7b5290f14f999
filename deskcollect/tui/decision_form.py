"""What the forms of decisions share: what was typed, how it is read, who refuses. No widget stands here."""

from __future__ import annotations

import re
from string import ascii_lowercase
from typing import TYPE_CHECKING, ClassVar

from deskcollect.case import Refusal
from deskcollect.present.clean import clean, name_of
from deskcollect.present.dates import day, read_date, relative_days
from deskcollect.present.lines import Line, line
from deskcollect.present.numbers import count, several
from deskcollect.present.width import fit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from deskcollect.desk.alerts.cases import Settled
    from deskcollect.desk.decisions.incentives import Done as Measured
    from deskcollect.desk.decisions.restrictions import Done as Restricted
    from deskcollect.records import Issue
    from deskcollect.tui.session import Session

    Did = Settled | Measured | Restricted

KEYS = f"123456789{ascii_lowercase}"
_REFUSED_SHOWN = 3
_OPTION = re.compile(r" \(--[a-z-]+\)")
_COMMAND = re.compile(r"[^.:;]*  deskcollect [^.]*\.?")
_NAME = 30
Choice = tuple[str, str, str]


class DecisionForm:
    """Values of one decision's fields as text, and their readings.

    Args:
        session: The run.
        about: What is decided; what was typed is kept under it.
        account_ids: About which accounts.
    """

    labels: ClassVar[Mapping[str, str]]
    nouns: ClassVar[tuple[str, str]] = ("account", "accounts")

    def __init__(self, session: Session, about: str, account_ids: Sequence[str]) -> None:
        self.session = session
        self.about = about
        self.account_ids = tuple(account_ids)
        self.today = session.opened[0].clock.today()
        self.choices: tuple[Choice, ...] = tuple(self.to_choose())
        self.values = dict.fromkeys(self.fields, "") | dict(self.filled())
        self._filled = dict(self.values)
        self.values.update(session.asked(about, account_ids))

    # --- what each form says by itself ---------------------------------------------------------------------------------------

    def to_choose(self) -> Iterator[Choice]:
        """Go through key, value and label of what is to be chosen."""
        yield from ()

    def filled(self) -> Mapping[str, str]:
        """Return what stands in the fields before anybody types."""
        return {}

    @property
    def heading(self) -> str:
        """Return what is decided."""
        raise NotImplementedError

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields that are asked for, in order."""
        raise NotImplementedError

    def head(self, width: int, most: int) -> list[Line]:
        """Return what stands above the fields, in at most so many lines."""
        return self.beside(width, most)

    def problem(self) -> str:
        """Return what keeps the form from being saved, whatever account it is about; empty if nothing does."""
        raise NotImplementedError

    def effect(self) -> list[Line]:
        """Return what saving would do, or what it still wants."""
        raise NotImplementedError

    def save(self) -> Did:
        """Record it for those accounts that do not refuse.

        Errors: BadUse; LedgerError when nothing could be written.
        """
        raise NotImplementedError

    @property
    def nothing(self) -> str:
        """Return why nothing can be decided here, so that nobody is asked; empty where something can."""
        return ""

    # --- what they share -----------------------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """Return what is decided, and about whom."""
        number = len(self.account_ids)
        whom = self.name(self.account_ids[0]) if number == 1 else several(number, *self.nouns)
        return f"{self.heading} · {whom}"

    def name(self, account_id: str) -> str:
        """Return who an account is."""
        row = self.session.opened[1].find(account_id)
        return name_of(row, limit=_NAME) if row else clean(account_id)

    @property
    def first(self) -> str:
        """Return the field that gets the keys: the first that is still empty."""
        return next((name for name in self.fields if not self.values[name]), self.fields[-1])

    def type(self, name: str, value: str) -> None:
        """Take what stands in a field."""
        self.values[name] = value

    @property
    def typed(self) -> bool:
        """Tell whether anything was typed that was not filled in already."""
        return self.values != self._filled

    def reason(self) -> str:
        """Return the reason as it is recorded."""
        return clean(self.values.get("reason", ""), notes=True).strip()

    def choice(self) -> str:
        """Return the value that was chosen."""
        typed = self.values.get("choice", "").strip().lower()
        return next((value for key, value, _ in self.choices if typed == key), "")

    def until(self) -> date | None:
        """Return the day as read."""
        return read_date(self.values.get("until", ""), self.today)

    def reading(self, name: str) -> tuple[str, str]:
        """Return how a field is read, and the role of that text."""
        typed = self.values.get(name, "").strip()
        read = getattr(self, f"read_{name}", None)
        told: tuple[str, str] = read(typed) if read is not None else ("", "")
        return told

    def read_choice(self, typed: str) -> tuple[str, str]:
        """Return what was chosen."""
        label = next((label for key, _, label in self.choices if typed.lower() == key), "")
        if label:
            return f"= {label}", ""
        return "a letter or number from above", "warning" if typed else "muted"

    def read_until(self, typed: str) -> tuple[str, str]:
        """Return the day and how far it is."""
        on = self.until()
        if on is not None:
            return f"= {day(on, self.today)}, {relative_days(on, self.today)}", ""
        return ("not understood", "warning") if typed else (f"{self.ghost_until()}fri, +3, 2 oct", "muted")

    def ghost_until(self) -> str:
        """Return what stands before the examples of a day."""
        return ""

    def wrong_date(self) -> str:
        """Return that the day is not understood; empty where it is, or where there is none."""
        typed = self.values.get("until", "").strip()
        return f"The date is not understood: {clean(typed, limit=40)}" if typed and self.until() is None else ""

    def beside(self, width: int, most: int) -> list[Line]:
        """Return the choices below each other, or in two columns; those that do not fit can still be chosen."""
        columns = 1 if len(self.choices) <= most else 2
        rows = min(most, -(-len(self.choices) // columns))
        room = width // columns - 4
        told = []
        for row in range(rows):
            across = self.choices[row : rows * columns : rows]
            told.append(
                line(*(part for key, _, label in across for part in ((f" {key}  ", "accent"), fit(label, room))))
            )
        left = self.choices[rows * columns :]
        return [*told, line((f" {count(len(left))} more: {left[0][0]} to {left[-1][0]}", "muted"))] if left else told

    def refusing(self, refused: Sequence[Refusal]) -> str:
        """Return which accounts refuse and why, the first of them by name."""
        every = len(refused) == len(self.account_ids)
        head = "Refused" if every else f"{count(len(refused))} of {count(len(self.account_ids))} will refuse"
        told = [refusing(self.name(each.account_id), each.why) for each in refused[:_REFUSED_SHOWN]]
        more = [f"{count(len(refused) - _REFUSED_SHOWN)} more"] if len(refused) > _REFUSED_SHOWN else []
        return f"{head}: {'; '.join([*told, *more])}".rstrip(".") + "."


def refusing(name: str, why: str) -> str:
    """Return who refuses and why: `why` is a sentence of its own, or goes on after the name."""
    told = without_commands(why)
    return f"{name}: {told}" if told.endswith(".") else f"{name} {told}"


def without_commands(text: str) -> str:
    """Return a text without options of the command line, for here a field stands for each, and sentences that name a command."""
    return _COMMAND.sub("", _OPTION.sub("", text)).rstrip()


def refusals(done: Did) -> tuple[Refusal, ...]:
    """Return which accounts refused, and why."""
    return refused_by(done.refused)


def refused_by(found: Sequence[Refusal | Issue]) -> tuple[Refusal, ...]:
    """Return refusals, also those that are told as findings about an account."""
    return tuple(
        each if isinstance(each, Refusal) else Refusal(each.place.table, f"{each.message} {each.remedy}".strip())
        for each in found
    )
