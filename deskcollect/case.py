"""One alert case: what was seen of an account, what people decided, and the steps between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from deskcollect.vocabulary import AlertLevel, CaseAction, CaseState, Verdict

What = Literal["opened", "rose", "woke", "decided"]


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen of one account on one day.

    `signals` holds for each rule that fired the date of the newest fact behind it and its measure. A decision carries
    the sight that it was taken on, so that it says by itself what it covers. `known_on` is when the desk could know it, if
    that is not the day itself: the time to act counts from there.
    """

    day: date
    level: AlertLevel
    level_rule: str
    signals: Mapping[str, tuple[date, float | None]]
    known_on: date | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What one person decided about a case. `at` is in the desk's zone.

    `until` is the last day of a snooze or a suppression, `owner` who has the case from then on, `rule` the rule that is
    suppressed.
    """

    event_id: str
    action: CaseAction
    by: str
    at: datetime
    sight: Sight
    reason: str = ""
    until: date | None = None
    owner: str = ""
    verdict: Verdict | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a person wants to decide about cases; fields as in Decision.

    Without an owner an escalation goes to the role that the policy names.
    """

    action: CaseAction
    by: str
    reason: str = ""
    until: date | None = None
    owner: str = ""
    verdict: Verdict | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not done with one account."""

    account_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Trace:
    """What one rule saw since its case was opened: different facts are counted once each; the largest measure is kept."""

    first_on: date
    last_on: date
    count: int
    worst: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case. `before` and `after` are levels, `rules` what was new; a decision has its words in `decision`."""

    on: date
    what: What
    after: AlertLevel
    before: AlertLevel | None = None
    rules: tuple[str, ...] = ()
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case of an account, open or closed.

    `number` counts the cases of an account from 1. `level` is the highest since the case was opened; it falls only by a
    decision. `level_on` is the day it was reached, `due_on` the day by which somebody is to act. `woke`: it was snoozed,
    and the date came or it got worse.
    """

    number: int
    state: CaseState
    level: AlertLevel
    level_rule: str
    opened_on: date
    level_on: date
    due_on: date | None
    traces: Mapping[str, Trace] = field(default_factory=dict)
    owner: str = ""
    until: date | None = None
    woke: bool = False
    verdict: Verdict | None = None
    closed_on: date | None = None
    steps: tuple[Step, ...] = ()

    @property
    def seen_count(self) -> int:
        """Return how many different facts were seen."""
        return sum(trace.count for trace in self.traces.values())

    @property
    def seen_on(self) -> date | None:
        """Return the date of the newest fact."""
        return max((trace.last_on for trace in self.traces.values()), default=None)
