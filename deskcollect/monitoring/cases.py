"""The fold of one account's alert cases: what was seen day by day, and what people decided between.

A case opens by itself, and its level rises by itself; both end only by a decision. A decision covers what the person saw
when it was taken, which it carries with it: so files may come late and ledgers may be merged in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from deskcollect.case import Case, Decision, Sight, Step, Trace
from deskcollect.clock import read_day
from deskcollect.vocabulary import AlertLevel, CaseAction, CaseState, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

    from deskcollect.policy.model import Policies
    from deskcollect.records import Event

Seen = tuple[date, float | None]


def fold(
    sights: Iterable[Sight], decisions: Iterable[Decision], policies: Policies, *, day: date, today: date
) -> tuple[Case, ...]:
    """Return the cases of one account, the oldest first; the last one is open or closed.

    Args:
        sights: what was seen of the account on each day that the desk looked, in any order; days without a signal need
            not be there.
        decisions: what people decided and did not take back, in any order.
        policies: terms of levels, and how long a closed warning stays quiet.
        day: the newest day that the desk looked at.
        today: the local date, for snoozes.
    """
    track = _Track(policies)
    for decision, sight in _in_order(sights, decisions):
        if sight is not None:
            track.see(sight)
        if decision is not None:
            track.decide(decision)
    return track.cases(day, today)


def suppressed(decisions: Iterable[Decision], on: date) -> dict[str, date]:
    """Return the rules that are switched off for an account on a day, each with its last day."""
    found: dict[str, date] = {}
    for decision in sorted(decisions, key=lambda each: (each.at, each.event_id)):
        if decision.action is CaseAction.SUPPRESS and decision.until and decision.at.date() <= on <= decision.until:
            found[decision.rule] = decision.until
    return found


def _in_order(sights: Iterable[Sight], decisions: Iterable[Decision]) -> Iterable[tuple[Decision | None, Sight | None]]:
    """Put decisions and sights in one order: a decision comes before the end of the day that it was taken on.

    Decisions keep the order of time, so one that was taken on an old screen is not put before what was decided since.
    """
    entries: list[tuple[date, int, Decision | None, Sight | None]] = [(each.day, 1, None, each) for each in sights]
    newest = date.min
    for decision in sorted(decisions, key=lambda each: (each.at, each.event_id)):
        newest = max(newest, decision.sight.day)
        entries.append((newest, 0, decision, None))
    entries.sort(key=lambda entry: entry[:2])
    return ((decision, sight) for _, _, decision, sight in entries)


# --- one account ------------------------------------------------------------------------------------------------------------


@dataclass
class _Facts:
    """What one rule saw: the dates of its facts, and the largest measure."""

    dates: set[date] = field(default_factory=set)
    worst: float | None = None

    def add(self, seen: Seen) -> None:
        """Take one more fact; the same one changes nothing."""
        on, value = seen
        self.dates.add(on)
        if value is not None:
            self.worst = value if self.worst is None else max(self.worst, value)

    def trace(self) -> Trace:
        """Return it as it is told."""
        return Trace(min(self.dates), max(self.dates), len(self.dates), self.worst)


@dataclass
class _Open:
    """A case that is open."""

    number: int
    level: AlertLevel
    level_rule: str
    opened_on: date
    level_on: date
    due_from: date
    seen_day: date
    facts: dict[str, _Facts] = field(default_factory=dict)
    owner: str = ""
    acknowledged: Decision | None = None
    snoozed: Decision | None = None
    escalated: Decision | None = None
    touched: bool = False
    worse: bool = False
    again: bool = False  # a decision took signals out: the next sight sets the level, also a lower one
    steps: list[Step] = field(default_factory=list)

    def take(self, sight: Sight) -> None:
        """Take what was seen: the level rises or stays."""
        self.seen_day = max(self.seen_day, sight.day)
        new = tuple(rule for rule in sight.signals if rule not in self.facts)
        for rule, seen in sight.signals.items():
            self.facts.setdefault(rule, _Facts()).add(seen)
        if self.again:
            self.again = False
            self._reach(sight)
        elif sight.level.rank > self.level.rank:
            self.steps.append(Step(sight.day, "rose", sight.level, self.level, new))
            self._reach(sight)
            self._wake(sight)

    def _reach(self, sight: Sight) -> None:
        """Take the level of a sight."""
        if sight.level != self.level:
            self.level_on, self.due_from = sight.day, _known(sight)
        self.level, self.level_rule = sight.level, sight.level_rule

    def _wake(self, sight: Sight) -> None:
        """Ask for a look again where it got worse than it was when somebody looked."""
        looked = self.snoozed or self.acknowledged
        if looked is not None and sight.level.rank > looked.sight.level.rank:
            if self.snoozed is not None:
                self.worse = True
                self.steps.append(Step(sight.day, "woke", sight.level))
            self.snoozed = self.acknowledged = None


def _known(sight: Sight) -> date:
    """Return when the desk could know what is seen."""
    return max(sight.day, sight.known_on or sight.day)


class _Track:
    """The cases of one account so far."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies
        self._closed: list[Case] = []
        self._open: _Open | None = None
        self._covered: dict[str, tuple[date, AlertLevel]] = {}

    def see(self, sight: Sight) -> None:
        """Take what was seen on a day if closings did not cover all of it; it opens a case where there is none.

        All of it is taken, since all of it makes the level.
        """
        if any(self._is_news(rule, seen, sight.level) for rule, seen in sight.signals.items()):
            self._take(sight)

    def _is_news(self, rule: str, seen: Seen, level: AlertLevel) -> bool:
        """Say whether no closing covered a signal: none saw it, its facts are newer, or the level is higher than it was."""
        covered = self._covered.get(rule)
        return covered is None or seen[0] > covered[0] or level.rank > covered[1].rank

    def _take(self, sight: Sight) -> _Open | None:
        """Take what was seen into the open case, or open one."""
        if self._open is None and sight.signals:
            number = len(self._closed) + 1
            level, day = sight.level, sight.day
            self._open = _Open(number, level, sight.level_rule, day, day, _known(sight), day)
            self._open.steps.append(Step(day, "opened", level, None, tuple(sight.signals)))
        if self._open is not None:
            self._open.take(sight)
        return self._open

    def decide(self, decision: Decision) -> None:
        """Take a decision, and with it what the person saw."""
        case = self._take(decision.sight)
        if case is None:
            return
        case.steps.append(Step(decision.at.date(), "decided", case.level, decision=decision))
        case.touched = True
        case.owner = decision.owner or case.owner
        match decision.action:
            case CaseAction.ACKNOWLEDGE:
                case.acknowledged, case.snoozed, case.escalated, case.worse = decision, None, None, False
            case CaseAction.SNOOZE:
                case.snoozed, case.escalated, case.worse = decision, None, False
            case CaseAction.ESCALATE:
                case.escalated, case.acknowledged, case.snoozed, case.worse = decision, None, None, False
            case CaseAction.CLOSE:
                self._close(case, decision)
            case CaseAction.SUPPRESS:
                self._suppress(case, decision)

    def _close(self, case: _Open, decision: Decision) -> None:
        """Close the case; what the person did not see opens the next one at once."""
        known = decision.sight.signals
        quiet_until = decision.at.date() + timedelta(days=self._policies.alert_quiet_days)
        left = {rule: facts for rule, facts in case.facts.items() if rule not in known}
        for rule, (on, _) in known.items():
            before = self._covered.get(rule, (date.min, decision.sight.level))
            self._covered[rule] = (max(on, quiet_until, before[0]), decision.sight.level)
        self._end(case, decision)
        if left:
            seen = {rule: (max(facts.dates), facts.worst) for rule, facts in left.items()}
            self.see(Sight(decision.sight.day, case.level, case.level_rule, seen, case.due_from))
            if self._open is not None:
                self._open.again = True

    def _suppress(self, case: _Open, decision: Decision) -> None:
        """Take a rule out of the case; without any other the case ends."""
        case.facts.pop(decision.rule, None)
        if case.facts:
            case.again = True
        else:
            self._end(case, decision)

    def _end(self, case: _Open, decision: Decision) -> None:
        """Put the case among the closed ones."""
        self._open = None
        self._closed.append(
            Case(
                number=case.number,
                state=CaseState.CLOSED,
                level=case.level,
                level_rule=case.level_rule,
                opened_on=case.opened_on,
                level_on=case.level_on,
                due_on=None,
                traces={rule: facts.trace() for rule, facts in case.facts.items()},
                owner=case.owner,
                verdict=decision.verdict,
                closed_on=decision.at.date(),
                steps=tuple(case.steps),
            )
        )

    def cases(self, day: date, today: date) -> tuple[Case, ...]:
        """Return all cases as they stand on a day."""
        if self._open is None:
            return tuple(self._closed)
        case = self._open
        state, due_on, woke = _standing(case, self._policies, day, today)
        return (
            *self._closed,
            Case(
                number=case.number,
                state=state,
                level=case.level,
                level_rule=case.level_rule,
                opened_on=case.opened_on,
                level_on=case.level_on,
                due_on=due_on,
                traces={rule: facts.trace() for rule, facts in case.facts.items()},
                owner=case.owner,
                until=case.snoozed.until if state is CaseState.SNOOZED and case.snoozed else None,
                woke=woke,
                steps=tuple(case.steps),
            ),
        )


def _standing(case: _Open, policies: Policies, day: date, today: date) -> tuple[CaseState, date | None, bool]:
    """Return the state of an open case, the day by which somebody is to act, and whether it woke."""
    term = policies.term(case.level)
    if case.snoozed is not None and case.snoozed.until is not None:
        asleep = today < case.snoozed.until
        return (CaseState.SNOOZED if asleep else CaseState.NEW), case.snoozed.until, not asleep
    if case.escalated is not None:
        return CaseState.ESCALATED, case.escalated.at.date() + timedelta(days=term.acknowledge_days), False
    if case.acknowledged is not None:
        return CaseState.ACKNOWLEDGED, case.due_from + timedelta(days=term.close_days), False
    if not case.touched and case.level.is_mild and case.seen_day < day:
        return CaseState.QUIET, None, False
    return CaseState.NEW, case.due_from + timedelta(days=term.acknowledge_days), case.worse


# --- decisions in the ledger --------------------------------------------------------------------------------------------------


def told(decision: Decision) -> dict[str, Any]:
    """Return what the event of a decision holds in its data."""
    sight = decision.sight
    data: dict[str, Any] = {
        "day": sight.day.isoformat(),
        "level": sight.level.value,
        "level_rule": sight.level_rule,
        "signals": {rule: [on.isoformat(), value] for rule, (on, value) in sight.signals.items()},
        "until": decision.until.isoformat() if decision.until else "",
        "owner": decision.owner,
        "verdict": decision.verdict.value if decision.verdict else "",
        "rule": decision.rule,
    }
    return {name: value for name, value in data.items() if value not in ("", None)}


def decision(event: Event, zone: ZoneInfo) -> Decision | None:
    """Return the decision that an event tells, None where it holds none that this version knows."""
    data = event.data
    try:
        return Decision(
            event_id=event.event_id,
            action=CaseAction(event.code),
            by=event.by,
            at=event.occurred_at.astimezone(zone),
            sight=Sight(
                _day(data["day"]),
                AlertLevel(data["level"]),
                str(data.get("level_rule", "")),
                _signals(data),
            ),
            reason=event.note,
            until=_day(data["until"]) if "until" in data else None,
            owner=str(data.get("owner", "")),
            verdict=Verdict(data["verdict"]) if "verdict" in data else None,
            rule=str(data.get("rule", "")),
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def _signals(data: Mapping[str, Any]) -> dict[str, Seen]:
    """Return the signals that a decision was taken on."""
    return {str(rule): (_day(on), value) for rule, (on, value) in data["signals"].items()}


def _day(raw: object) -> date:
    """Return a date. Errors: ValueError."""
    value = read_day(raw)
    if value is None:
        raise ValueError
    return value
