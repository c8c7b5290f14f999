"""The routine of the triage: how three people worked through the cases of which no story is told."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect.case import Ask
from deskcollect.vocabulary import AlertLevel, CaseAction, CaseState, Verdict
from scripts.demo import dice
from scripts.demo.acts import Act
from scripts.demo.events import ZONE, day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from deskcollect.desk.day import Day

# The days on which somebody went through the list, and the last morning.
SITTINGS = tuple(
    map(
        day,
        (
            *("07-31", "08-01", "08-04", "08-07", "08-11", "08-14", "08-19", "08-24", "08-28"),
            *("08-31", "09-01", "09-03", "09-07", "09-11", "09-16", "09-21", "09-25", "09-29"),
        ),
    )
)
LAST_MORNING = day("09-30")
# When each sits down, on the last morning and else.
_BEGINS = {"ana": time(9, 4), "ben": time(9, 11), "mei": time(10, 25), "jo": time(11, 10)}
_EARLY = {"ana": time(8, 52), "ben": time(9, 3), "mei": time(9, 21), "jo": time(9, 34)}
# Days from a level to the first look and to the end, by level: from and to. Who is asked by a blue case ends it at once.
_LOOKED = {"red": (0, 0), "orange": (0, 1), "yellow": (0, 4)}
_SETTLED = {"red": (2, 4), "orange": (4, 8), "yellow": (7, 17), "blue": (9, 24)}
_VERY_LATE = 90
_LEADS, _COLLECTORS = ("mei", "jo"), ("ana", "ben")
# Of 100 new cases so many have been looked at by ten on the last morning.
_LOOKED_BY_TEN = 38
# Of 100 cases that end so many sleep first, and so many are handed up.
_SNOOZED, _ESCALATED = 5, 5
_UNTIL_THE_WAGES, _UNTIL_THE_NEXT_BILL = timedelta(days=8), timedelta(days=22)
# A lead acts so long before a case that was handed up is overdue.
_LEADS_ACT = timedelta(days=3)
# From here on a case that the newest book is to show is not closed: the warning would stay quiet.
_SHOWN_FROM = day("08-31")


@dataclass(frozen=True, slots=True)
class Sitting:
    """One day's walk through the list. `kept` are rules of accounts that the demo is to show: such a case stays open."""

    on: date
    words: Mapping[str, Any]
    apart: Collection[str]
    kept: Mapping[str, Collection[str]]

    def acts(self, seen: Day) -> list[Act]:
        """Return what is decided about the open cases of a day, the same for many at once."""
        asked: dict[Ask, list[str]] = defaultdict(list)
        shown = seen.table.filter(pl.col("case_number").is_not_null()).sort("account_id")
        firing = _firing(seen)
        for row in shown.iter_rows(named=True):
            resting = row["case_state"] in (CaseState.SNOOZED, CaseState.HELD_BACK)
            if row["account_id"] not in self.apart and not resting:
                for ask in self._asked(row, firing.get(row["account_id"], frozenset())):
                    asked[ask].append(row["account_id"])
        return list(self._timed(asked))

    def _timed(self, asked: Mapping[Ask, list[str]]) -> Iterator[Act]:
        """Give each decision a minute of who takes it: who assigns first, then who looks, then who ends."""
        order = [CaseAction.ASSIGN, CaseAction.ACKNOWLEDGE, CaseAction.SNOOZE, CaseAction.ESCALATE, CaseAction.CLOSE]
        begins = _EARLY if self.on == LAST_MORNING else _BEGINS
        next_at = {who: datetime.combine(self.on, at, ZONE) for who, at in begins.items()}
        for ask in sorted(asked, key=lambda ask: (order.index(ask.action), ask.by, ask.reason)):
            at = next_at[ask.by] + timedelta(
                seconds=dice.between(0, 39, "sits", self.on, ask.by, ask.action, ask.reason)
            )
            next_at[ask.by] += timedelta(minutes=2)
            yield Act(at, ask.by, ask.action, tuple(asked[ask]), ask)

    def _asked(self, row: Mapping[str, Any], firing: frozenset[str]) -> Iterator[Ask]:
        """Yield what is decided about one case today."""
        key = (row["account_id"], row["case_number"], row["alert_level"])
        level, who = row["alert_level"], self._who(row, key)
        if self.on == LAST_MORNING:
            yield from self._by_ten(row, who, key)
        elif row["case_state"] == CaseState.ESCALATED:
            if row["case_due_on"] - self.on <= _LEADS_ACT:
                yield self._closed(row, row["case_owner"], key)
        elif row["case_state"] == CaseState.NEW and not row["case_woke"] and level in _LOOKED:
            if self._age(row) >= dice.between(*_LOOKED[level], "looked", *key):
                if level != AlertLevel.YELLOW:
                    yield Ask(CaseAction.ASSIGN, who, owner=who)
                yield Ask(CaseAction.ACKNOWLEDGE, who)
        elif row["case_woke"] or self._age(row) >= dice.between(*_SETTLED[level], "settled", *key):
            yield self._ended(row, who, key, firing)

    def _by_ten(self, row: Mapping[str, Any], who: str, key: tuple[object, ...]) -> Iterator[Ask]:
        """Yield what was done about one case before the demo opens."""
        shown = set(row["signals"] or ()) & set(self.kept.get(row["account_id"], ()))
        if row["case_state"] != CaseState.NEW or row["case_owner"]:
            return
        if row["alert_level"] == AlertLevel.BLUE and "due-date-missed" in row["signals"] and not shown:
            yield Ask(CaseAction.CLOSE, who, self.words["reminded"], verdict=Verdict.USEFUL)
        elif dice.chance(_LOOKED_BY_TEN, "by ten", *key):
            yield Ask(CaseAction.ASSIGN, who, owner=who)
            yield Ask(CaseAction.ACKNOWLEDGE, who)

    def _ended(self, row: Mapping[str, Any], who: str, key: tuple[object, ...], firing: frozenset[str]) -> Ask:
        """Return how a case ends, or why it sleeps: a closing says nothing of warnings that are not in the case."""
        mild = row["alert_level"] in (AlertLevel.BLUE, AlertLevel.YELLOW)
        shown = set(row["signals"]) & set(self.kept.get(row["account_id"], ()))
        later = bool(firing - set(row["signals"])) or (bool(shown) and self.on >= _SHOWN_FROM)
        draw = dice.between(1, 100, "ends", *key)
        if mild and (later or (draw <= _SNOOZED and not row["case_woke"])):
            until = self.on + (_UNTIL_THE_NEXT_BILL if later else _UNTIL_THE_WAGES)
            return Ask(CaseAction.SNOOZE, who, dice.pick(self.words["snoozed"], *key), until)
        if mild and _SNOOZED < draw <= _SNOOZED + _ESCALATED:
            return Ask(CaseAction.ESCALATE, who, dice.pick(self.words["escalated"], *key))
        return self._closed(row, who, key)

    def _closed(self, row: Mapping[str, Any], who: str, key: tuple[object, ...]) -> Ask:
        """Return how a case ends."""
        verdict = _verdict(row, key)
        held = row["hold_rule"] is not None and verdict is not Verdict.FALSE_ALARM
        said = self.words["held" if held else verdict]
        return Ask(CaseAction.CLOSE, who, dice.pick(said, *key), verdict=verdict)

    def _age(self, row: Mapping[str, Any]) -> int:
        """Return how many days ago the level of a case was reached."""
        days: timedelta = self.on - row["case_level_on"]
        return days.days

    def _who(self, row: Mapping[str, Any], key: tuple[object, ...]) -> str:
        """Return who works a case: a lead the red ones, else the account's collector."""
        if row["alert_level"] == AlertLevel.RED:
            return dice.pick(_LEADS, "lead", *key)
        collector = str(row["collector"])
        return collector if collector in _COLLECTORS else dice.pick(_COLLECTORS, "works", row["account_id"])


def _verdict(row: Mapping[str, Any], key: tuple[object, ...]) -> Verdict:
    """Return what a warning was worth: more of somebody who is late, and all that it said of who is very late."""
    if row["dpd"] >= _VERY_LATE:
        return Verdict.CONFIRMED
    confirmed, useful = (58, 90) if row["dpd"] >= 30 else (30, 72) if row["dpd"] else (10, 48)
    draw = dice.between(1, 100, "verdict", *key)
    return Verdict.CONFIRMED if draw <= confirmed else Verdict.USEFUL if draw <= useful else Verdict.FALSE_ALARM


def _firing(seen: Day) -> dict[str, frozenset[str]]:
    """Return the rules that fired for each account when the desk looked last."""
    newest = seen.conclusion.seen.filter(pl.col("day") == pl.col("day").max().over("account_id"))
    rules = newest.group_by("account_id").agg("rule")
    return {account_id: frozenset(found) for account_id, found in rules.iter_rows()}
