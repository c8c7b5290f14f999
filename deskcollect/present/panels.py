"""The account view as lines: all panels beside each other on a wide screen, one of them under tabs on a narrow one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect.present import points, recovery
from deskcollect.present.lines import Line, Part, length, line, rule, spread, wrapped
from deskcollect.present.numbers import count, several
from deskcollect.present.timeline import timeline

if TYPE_CHECKING:
    from deskcollect.desk.account import Account, WhatIf
    from deskcollect.present.account import AccountWords

TABS = ("Now", "Score", "Six months", "Said and done", "Contact")
_WIDE = 110
_STEP_LINES, _LAST, _LEAST = 3, 5, 4


@dataclass(frozen=True, slots=True)
class Panels:
    """One account, put together for a width.

    Args:
        words: What puts it into words.
        account: The account.
        answers: What would change the score; None: still being worked out.
        width: In cells.
    """

    words: AccountWords
    account: Account
    answers: tuple[WhatIf, ...] | None
    width: int

    def head(self, place: int | None, shown: int, claimed: str = "") -> list[Line]:
        """Return who this is, whether anything holds the account, its place in the list, and what to do.

        `claimed` says who else has the customer.
        """
        words, account, width = self.words, self.account, self.width
        where = f"{count(place + 1)} of {count(shown)} " if place is not None else ""
        step, named = words.next(account), words.rule_name(account)
        whole = (*step, *named) if length((*step, *named)) < 2 * width - 8 else step
        return [
            spread(words.name(account), words.standing(account, narrow=width < _WIDE), width),
            spread(words.permission(account), line((where, "muted")), width),
            *([line((f" {claimed}", "warning"))] if claimed else []),
            *wrapped(whole, width - 1, indent=7)[:_STEP_LINES],
        ]

    def left(self) -> list[Line]:
        """Return money and six months, for the left half of a wide screen."""
        half = self.width // 2 - 1
        months = self.words.months(self.account, half)
        return [
            self._rule("Money", half),
            *self.words.figures(self.account, half),
            line(" "),
            self._rule("Six months · numbers first", half),
            *months,
        ]

    def right(self) -> list[Line]:
        """Return score and what would change it, for the right half of a wide screen."""
        half = self.width - self.width // 2
        return [
            self._rule("Score, in points", half),
            *points.table(self.words, self.account, half),
            *points.readings(self.account, half),
            self._rule("What would change it", half),
            *self._what_if(),
        ]

    def below(self, room: int, *, whole: bool) -> list[Line]:
        """Return what was said and done, and contact, for the lower part of a wide screen.

        What was said and done is cut where contact would not be seen, unless `whole` is wanted.
        """
        told = timeline(self.words, self.account)
        contact = [self._rule("Contact"), *self._contact()]
        head = f"Said and done · {several(len(self.account.events), 'record', 'records')}"
        left = max(_LEAST, room - len(contact) - len(self.others()) - 1)
        if not whole and len(told) > left:
            head += f" · {left} of {len(told)} lines · tab shows all"
            told = told[:left]
        return [*self.others(), self._rule(head), *told, *contact]

    def tab(self, number: int) -> list[Line]:
        """Return one panel under tabs, for a narrow screen."""
        words, account = self.words, self.account
        panels: tuple[list[Line], ...] = (
            [
                *words.figures(account, self.width),
                *self.others(),
                self._rule("Score · why"),
                *points.in_short(account, self.width),
                self._rule("Last said and done"),
                *timeline(words, account)[:_LAST],
            ],
            [
                *points.table(words, account, min(self.width, 76)),
                *points.readings(account, self.width),
                self._rule("What would change it"),
                *self._what_if(),
            ],
            list(words.months(account, self.width)),
            list(timeline(words, account)),
            [*self._contact(), *self.others()],
        )
        return [self._tabs(number), *panels[number]]

    def _tabs(self, active: int) -> Line:
        """Return the names of the panels, the active one in brackets. A click shows one."""
        tabs = [Part(" ")]
        for number, name in enumerate(TABS):
            label, role = (f"[{name}]", "bold") if number == active else (name, "")
            tabs += [Part(label, role, f"screen.tab({number})"), Part("  ")]
        return spread(tuple(tabs), line(("tab next panel ", "muted")), self.width)

    def _contact(self) -> list[Line]:
        """Return numbers and addresses, and how likely a contact is."""
        reached = recovery.contact_lines(self.words.voice, self.account, self.width)
        return [*self.words.contact(self.account), *reached]

    def others(self) -> list[Line]:
        """Return the customer's other accounts, nothing if there are none."""
        if not self.account.others:
            return []
        return [
            self._rule("Other accounts of this customer · called once · o goes there"),
            *self.words.others(self.account),
        ]

    def _what_if(self) -> tuple[Line, ...]:
        """Return the answers, or that they are being worked out."""
        if self.answers is None:
            return (line((" …", "muted")),)
        return points.what_if(self.words, self.answers, self.account)

    def _rule(self, title: str, width: int | None = None) -> Line:
        """Return a heading."""
        return rule(title, width or self.width, self.words.glyphs.rule)
