"""The form of a decision about alert cases: what was typed, how it is read, what it would do. No widget stands here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from string import ascii_lowercase
from types import MappingProxyType
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.case import Ask
from deskcollect.desk import triage
from deskcollect.desk.cases import findings
from deskcollect.present import cases
from deskcollect.present.clean import clean, name_of
from deskcollect.present.dates import day, read_date, relative_days
from deskcollect.present.lines import Line, line
from deskcollect.present.numbers import count, several
from deskcollect.present.width import fit
from deskcollect.vocabulary import CaseAction, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from deskcollect.case import Refusal
    from deskcollect.tui.session import Session

LABELS: Mapping[str, str] = MappingProxyType(
    {"choice": "Which", "until": "Until", "owner": "To", "reason": "Reason"},
)
_FIELDS: Mapping[CaseAction, tuple[str, ...]] = MappingProxyType(
    {
        CaseAction.ACKNOWLEDGE: (),
        CaseAction.ASSIGN: ("owner", "reason"),
        CaseAction.SNOOZE: ("until", "reason"),
        CaseAction.ESCALATE: ("owner", "reason"),
        CaseAction.CLOSE: ("choice", "reason"),
        CaseAction.SUPPRESS: ("choice", "until", "reason"),
    }
)
_VERDICTS = (("c", Verdict.CONFIRMED), ("u", Verdict.USEFUL), ("f", Verdict.FALSE_ALARM))
_VERDICT_WORDS = MappingProxyType(
    {
        Verdict.CONFIRMED: "the trouble came",
        Verdict.USEFUL: "worth a look, no trouble",
        Verdict.FALSE_ALARM: "there was nothing",
    }
)
_KEYS = f"123456789{ascii_lowercase}"
_REFUSED_SHOWN = 3
_WHO = 20
# findings name the option of the command line; here a field stands for it
_OPTION = re.compile(r" \(--[a-z-]+\)")


class CaseForm:
    """Values of one decision's fields as text, and their readings.

    Args:
        session: The run.
        action: What is decided.
        account_ids: About whose cases.
        values: What was typed before, if the form is taken up again.
    """

    def __init__(
        self, session: Session, action: CaseAction, account_ids: Sequence[str], values: Mapping[str, str] | None = None
    ) -> None:
        self.session = session
        self.action = action
        self.account_ids = tuple(account_ids)
        self.today = session.opened[0].clock.today()
        self.choices = tuple(self._choices())
        self.values = dict.fromkeys(self.fields, "")
        if action is CaseAction.ASSIGN:
            self.values["owner"] = session.by
        if action is CaseAction.SUPPRESS and len(self.choices) == 1:
            self.values["choice"] = self.choices[0][0]
        self._filled = dict(self.values)
        self.values.update(values or {})

    def _choices(self) -> Iterator[tuple[str, str, str]]:
        """Go through key, value and label of what is to be chosen."""
        if self.action is CaseAction.CLOSE:
            for key, verdict in _VERDICTS:
                yield key, verdict, cases.VERDICTS[verdict]
        elif self.action is CaseAction.SUPPRESS:
            for key, rule in zip(_KEYS, self._rules(), strict=False):
                yield key, rule, self.session.voice.signal(rule)

    def _rules(self) -> list[str]:
        """Return the rules that the cases show, the commonest first."""
        mine = pl.col("account_id").is_in(self.account_ids)
        table = self.session.opened[1].table
        told = (
            table.lazy()
            .filter(mine)
            .select(pl.col("signals").explode(empty_as_null=True, keep_nulls=True))
            .drop_nulls()
        )
        if len(self.account_ids) == 1:
            return told.collect()["signals"].to_list()
        counted = told.group_by("signals").len().sort("len", "signals", descending=[True, False]).collect()
        return counted["signals"].to_list()

    @property
    def title(self) -> str:
        """Return what is decided, and about whom."""
        number = len(self.account_ids)
        whom = self.name(self.account_ids[0]) if number == 1 else several(number, "case", "cases")
        return f"{cases.TITLES[self.action]} · {whom}"

    def name(self, account_id: str) -> str:
        """Return who an account is."""
        row = self.session.opened[1].find(account_id)
        return name_of(row, limit=30) if row else clean(account_id)

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields that are asked for, in order."""
        return _FIELDS[self.action]

    @property
    def first(self) -> str:
        """Return the field that gets the keys: the first that is still empty; who gets a case is filled in already."""
        if self.action is CaseAction.ASSIGN:
            return "owner"
        wanted = [name for name in self.fields if name != "owner"]
        return next((name for name in wanted if not self.values[name]), "reason")

    def type(self, name: str, value: str) -> None:
        """Take what stands in a field."""
        self.values[name] = value

    @property
    def typed(self) -> bool:
        """Tell whether anything was typed that was not filled in already."""
        return self.values != self._filled

    # --- readings ----------------------------------------------------------------------------------------------------------

    def choice(self) -> str:
        """Return the value that was chosen."""
        typed = self.values.get("choice", "").strip().lower()
        return next((value for key, value, _ in self.choices if typed == key), "")

    def until(self) -> date | None:
        """Return the last day as read."""
        return read_date(self.values.get("until", ""), self.today)

    def owner(self) -> str:
        """Return the person that was named: by number, by name or by the only beginning; else what was typed."""
        typed = clean(self.values.get("owner", "")).strip()
        people = list(self.session.opened[0].settings.people)
        if typed in people or not typed:
            return typed
        if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(people):
            return people[int(typed) - 1]
        begun = [who for who in people if who.lower().startswith(typed.lower())]
        return begun[0] if len(begun) == 1 else typed

    def reading(self, name: str) -> tuple[str, str]:
        """Return how a field is read, and the role of that text."""
        typed = self.values.get(name, "").strip()
        read = {"choice": self._choice_words, "until": self._until_words, "owner": self._owner_words}
        return read[name](typed) if name in read else ("", "")

    def _choice_words(self, typed: str) -> tuple[str, str]:
        """Return what was chosen."""
        label = next((label for key, _, label in self.choices if typed.lower() == key), "")
        if label:
            return f"= {label}", ""
        return "a letter or number from above", "warning" if typed else "muted"

    def _until_words(self, typed: str) -> tuple[str, str]:
        """Return the last day and how far it is."""
        on = self.until()
        if on is not None:
            return f"= {day(on, self.today)}, {relative_days(on, self.today)}", ""
        return ("not understood", "warning") if typed else (f"{self._at_most()}fri, +3, 2 oct", "muted")

    def _at_most(self) -> str:
        """Return the latest day that the policy allows; of several cases each has its own."""
        desk, moment, _ = self.session.opened
        if self.action is CaseAction.SUPPRESS:
            span = desk.policies.suppress_max_days
        elif len(self.account_ids) == 1 and (level := moment.row(self.account_ids[0])["alert_level"]):
            span = desk.policies.term(level).snooze_max_days
        else:
            return ""
        return f"at most {day(self.today + timedelta(days=span), self.today)}: "

    def _owner_words(self, typed: str) -> tuple[str, str]:
        """Return who gets the case, and what that person does here."""
        people = self.session.opened[0].settings.people
        who = self.owner()
        if not typed and self.action is CaseAction.ESCALATE:
            who = triage.successor(self.session.opened[0], self.session.by)
            return (f"empty: {self._person(who)}", "muted") if who else ("nobody above you: name a person", "muted")
        if who in people:
            return f"= {self._person(who)}", ""
        return ("", "muted") if not typed else ("not among the people of this desk" if people else "", "warning")

    def _person(self, who: str) -> str:
        """Return a person with the role."""
        role = self.session.opened[0].settings.people.get(who)
        return f"{clean(who, limit=_WHO)} ({role})" if role else clean(who, limit=_WHO)

    # --- the whole ---------------------------------------------------------------------------------------------------------

    def head(self, width: int, most: int) -> list[Line]:
        """Return what stands above the fields, in at most so many lines: what can be chosen, or who is here."""
        if self.action is CaseAction.CLOSE:
            return [
                line((f" {key}  ", "accent"), f"{label:<13}", (_VERDICT_WORDS[Verdict(value)], "muted"))
                for key, value, label in self.choices
            ]
        if self.action is CaseAction.SUPPRESS:
            return self._beside(width, most)
        people = self.session.opened[0].settings.people
        if "owner" in self.fields and people:
            shown = ((f" {number} ", f"{clean(who, limit=_WHO)}  ") for number, who in enumerate(people, 1))
            return [line(*(part for key, who in shown for part in ((key, "accent"), who)))]
        return []

    def _beside(self, width: int, most: int) -> list[Line]:
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
        left = len(self.choices) - rows * columns
        return [*told, line((f" {count(left)} rarer ones: mark fewer cases", "muted"))] if left > 0 else told

    def ask(self) -> Ask:
        """Return what is wanted."""
        chosen = self.choice()
        return Ask(
            action=self.action,
            by=self.session.by,
            reason=clean(self.values.get("reason", ""), notes=True).strip(),
            until=self.until(),
            owner=self.owner(),
            verdict=Verdict(chosen) if chosen and self.action is CaseAction.CLOSE else None,
            rule=chosen if self.action is CaseAction.SUPPRESS else "",
        )

    def problem(self) -> str:
        """Return what keeps the form from being saved, whatever case it is about; empty if nothing does."""
        if self.values.get("until", "").strip() and self.until() is None:
            return f"The date is not understood: {clean(self.values['until'], limit=40)}"
        if "choice" in self.fields and not self.choice():
            return "Choose one of the above." if self.choices else "No rule fires here any more."
        found = findings(self.session.opened[0], self.ask())
        return _OPTION.sub("", f"{found[0].message} {found[0].remedy}") if found else ""

    def refused(self) -> tuple[Refusal, ...]:
        """Return which cases would refuse."""
        desk, moment, _ = self.session.opened
        if self.action is CaseAction.SUPPRESS and not self.choice():
            return ()
        return triage.refusals(desk, moment, self.account_ids, self.ask())

    def effect(self) -> list[Line]:
        """Return what saving would do, or what it still wants."""
        problem, refused = self.problem(), self.refused()
        against = [line((self.refusing(refused), "warning"))] if refused else []
        if len(refused) == len(self.account_ids):
            return against
        if problem:
            return [line((problem, "warning" if self.typed else "muted")), *against]
        return [line(("Effect   ", "muted"), self._effect()), *against]

    def _effect(self) -> str:
        """Return what saving would do, in words."""
        desk, _, _ = self.session.opened
        until = day(self.until(), self.today)
        match self.action:
            case CaseAction.SNOOZE:
                return f"asleep until {until}; awake at once if the level rises"
            case CaseAction.ASSIGN:
                return f"{self._person(self.owner())} has it from now on; it stays due as it is"
            case CaseAction.ESCALATE:
                return f"goes to {self._person(self.owner() or triage.successor(desk, self.session.by))}"
            case CaseAction.CLOSE:
                days = several(desk.policies.alert_quiet_days, "day", "days")
                return f"closed; the same warnings stay quiet for {days} unless the level rises"
            case _:
                rule = self.session.voice.signal(self.choice())
                return f"“{rule}” says nothing here until {until}; a case without other signals ends"

    def refusing(self, refused: Sequence[Refusal]) -> str:
        """Return which cases refuse and why, the first of them by name."""
        every = len(refused) == len(self.account_ids)
        head = "Refused" if every else f"{count(len(refused))} of {count(len(self.account_ids))} will refuse"
        told = [f"{self.name(each.account_id)} {each.why}" for each in refused[:_REFUSED_SHOWN]]
        more = [f"{count(len(refused) - _REFUSED_SHOWN)} more"] if len(refused) > _REFUSED_SHOWN else []
        return f"{head}: {'; '.join([*told, *more])}."
