"""The form of a decision about alert cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import polars as pl

from deskcollect.case import Ask
from deskcollect.desk.alerts import triage
from deskcollect.desk.alerts.cases import decide, findings
from deskcollect.present import cases
from deskcollect.present.clean import clean
from deskcollect.present.dates import day
from deskcollect.present.lines import Line, line
from deskcollect.present.numbers import several
from deskcollect.tui.decision_form import KEYS, DecisionForm, without_commands
from deskcollect.vocabulary import CaseAction, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deskcollect.case import Refusal
    from deskcollect.desk.alerts.cases import Settled
    from deskcollect.tui.decision_form import Choice
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
_WHO = 20


class CaseForm(DecisionForm):
    """The form of a decision about alert cases.

    Args:
        session: The run.
        action: What is decided.
        account_ids: About whose cases.
    """

    labels: ClassVar[Mapping[str, str]] = LABELS
    nouns: ClassVar[tuple[str, str]] = ("case", "cases")

    def __init__(self, session: Session, action: CaseAction, account_ids: Sequence[str]) -> None:
        self.action = action
        super().__init__(session, action, account_ids)

    def filled(self) -> Mapping[str, str]:
        """Return who gets the case, and the rule where there is only one."""
        if self.action is CaseAction.ASSIGN:
            return {"owner": self.session.by}
        alone = self.action is CaseAction.SUPPRESS and len(self.choices) == 1
        return {"choice": self.choices[0][0]} if alone else {}

    def to_choose(self) -> Iterator[Choice]:
        """Go through key, value and label of what is to be chosen."""
        if self.action is CaseAction.CLOSE:
            for key, verdict in _VERDICTS:
                yield key, verdict, cases.VERDICTS[verdict]
        elif self.action is CaseAction.SUPPRESS:
            for key, rule in zip(KEYS, self._rules(), strict=False):
                yield key, rule, self.session.voice.signal(rule)

    @property
    def heading(self) -> str:
        """Return what is decided."""
        return cases.TITLES[self.action]

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

    def ghost_until(self) -> str:
        """Return the latest day that the policy allows; of several cases each has its own."""
        desk, moment, _ = self.session.opened
        if self.action is CaseAction.SUPPRESS:
            span = desk.policies.suppress_max_days
        elif len(self.account_ids) == 1 and (level := moment.row(self.account_ids[0])["alert_level"]):
            span = desk.policies.term(level).snooze_max_days
        else:
            return ""
        return f"at most {day(self.today + timedelta(days=span), self.today)}: "

    def read_owner(self, typed: str) -> tuple[str, str]:
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
            return self.beside(width, most)
        people = self.session.opened[0].settings.people
        if "owner" in self.fields and people:
            shown = ((f" {number} ", f"{clean(who, limit=_WHO)}  ") for number, who in enumerate(people, 1))
            return [line(*(part for key, who in shown for part in ((key, "accent"), who)))]
        return []

    def ask(self) -> Ask:
        """Return what is wanted."""
        chosen = self.choice()
        return Ask(
            action=self.action,
            by=self.session.by,
            reason=self.reason(),
            until=self.until(),
            owner=self.owner(),
            verdict=Verdict(chosen) if chosen and self.action is CaseAction.CLOSE else None,
            rule=chosen if self.action is CaseAction.SUPPRESS else "",
        )

    def problem(self) -> str:
        """Return what keeps the form from being saved, whatever case it is about; empty if nothing does."""
        if wrong := self.wrong_date():
            return wrong
        if "choice" in self.fields and not self.choice():
            return "Choose one of the above." if self.choices else "No rule fires here any more."
        found = findings(self.session.opened[0], self.ask())
        return without_commands(f"{found[0].message} {found[0].remedy}") if found else ""

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

    def save(self) -> Settled:
        """Record it for those cases that do not refuse."""
        desk, moment, _ = self.session.opened
        return decide(desk, moment, self.account_ids, self.ask())
