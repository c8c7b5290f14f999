"""Incentives and consequences: who is eligible by the facts, and what stands of each by the events about it.

The fold knows no policy: the event that proposes carries the terms of its day (who signs, how long a notice waits, how often
it may be given), so that the past never changes with a policy file. An event that does not fit where it stands changes
nothing and is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect import frames
from deskcollect.currency import decimals
from deskcollect.monitoring import consent
from deskcollect.monitoring.told import Passed, dated, word
from deskcollect.policy.condition import compile_condition, conjuncts
from deskcollect.vocabulary import EventKind, MeasureAction, MeasureKind, MeasureState, RestrictionKind, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deskcollect.policy.incentives import Incentives, Measure, Price
    from deskcollect.records import Event

KINDS = frozenset({EventKind.MEASURE})
OPEN = frozenset({MeasureState.PROPOSED, MeasureState.APPROVED})
_LEAST_WAIT = 1  # days: a consequence never comes on the day of its notice, whatever an event says


# --- who is eligible -----------------------------------------------------------------------------------------------------------


def eligible(rows: pl.DataFrame, policy: Incentives) -> pl.DataFrame:
    """Return which accounts meet the conditions of which measures.

    Shape: frames.ELIGIBLE, measures in the order of the file; incentives to the safest first, consequences by what is past
    due among the accounts of its currency.
    """
    found = [_eligible(rows.lazy(), measure) for measure in policy.measures]
    made = pl.collect_all(found) if found else [frames.empty(frames.ELIGIBLE).collect()]
    return pl.concat(made)


def _eligible(rows: pl.LazyFrame, measure: Measure) -> pl.LazyFrame:
    """Return the accounts that meet the condition of one measure."""
    first = "exposure_share" if measure.kind == MeasureKind.CONSEQUENCE.value else "score"
    return (
        rows.filter(measure.when.expr.fill_null(value=False))
        .sort(first, "account_id", descending=[True, False], nulls_last=True)
        .select("account_id", pl.lit(measure.id).alias("measure"))
    )


def unmet(row: pl.DataFrame, measure: Measure) -> tuple[str, ...]:
    """Return the parts of a measure's condition that one account, a frame of one row, does not meet."""
    told = conjuncts(measure.when)
    tried = [compile_condition(part, frames.MEASURED).expr.fill_null(value=False).alias(part) for part in told]
    met = row.select(tried).row(0)
    return tuple(part for part, holds in zip(told, met, strict=True) if not holds)


def amount(measure: Measure, row: Mapping[str, Any], price: Price | None) -> Decimal | None:
    """Return what a measure costs, brings or puts at stake on one account; None where that cannot be told.

    `fees` times the late fee of the currency; or `rate_points` a year on the balance for `months`; or `limit_share` of the
    limit. Units: money, to the smallest unit of the currency.
    """
    if measure.fees:
        found = None if price is None else Decimal(price.late_fee) * measure.fees
    elif measure.rate_points:
        rate = Decimal(str(measure.rate_points)) / 100 * measure.months / 12
        found = None if row["balance"] is None else max(row["balance"], Decimal(0)) * rate
    elif measure.limit_share:
        limit = row["credit_limit"]
        found = None if limit is None else limit * Decimal(str(measure.limit_share))
    else:
        return None
    unit = Decimal(1).scaleb(-decimals(row["currency"]))
    return None if found is None else found.quantize(unit, ROUND_HALF_EVEN)


# --- what stands -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Terms:
    """What the policy asked for when a measure was proposed. `ends` is a restriction that must be lifted before it is done."""

    owner: Role
    approve_by: Role
    second_person: bool
    wait_days: int
    once_in_days: int
    lapse_days: int
    ends: RestrictionKind | None = None
    order: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What an event says, read; what it does not say or cannot be read is empty. `target` is the proposal it speaks of."""

    event_id: str
    code: str
    account_id: str
    by: str
    role: Role | None
    on: date
    note: str
    target: str
    measure: str
    kind: MeasureKind | None
    terms: Terms | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """One measure on one account, from proposing to its end.

    `id` is the event that proposed it. `values` are the columns of its sentences as they were, as an event holds them.
    `newest_on` is the day of its last step.
    """

    id: str
    account_id: str
    customer_id: str
    measure: str
    label: str
    kind: MeasureKind
    state: MeasureState
    terms: Terms
    proposed_by: str
    proposed_on: date
    newest_on: date
    currency: str = ""
    notified_on: date | None = None
    signed_by: str = ""
    done_by: str = ""
    done_on: date | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether a step may follow."""
        return self.state in OPEN

    @property
    def waits_until(self) -> date | None:
        """Return the first day on which a consequence may be done; None before its notice, and for an incentive."""
        return self.notified_on + timedelta(days=self.terms.wait_days) if self.notified_on else None

    @property
    def lapses_after(self) -> date:
        """Return the last day on which the next step may be taken."""
        return max(self.newest_on, self.waits_until or self.newest_on) + timedelta(days=self.terms.lapse_days)

    @property
    def again_on(self) -> date | None:
        """Return the first day on which the same may be given again; None if it was not given."""
        return self.done_on + timedelta(days=self.terms.once_in_days) if self.done_on else None

    def on(self, day: date) -> Proposal:
        """Return it as it stands on a day: what nobody took on in time has lapsed."""
        return replace(self, state=MeasureState.LAPSED) if self.is_open and day > self.lapses_after else self


@dataclass(frozen=True, slots=True)
class Folded:
    """All proposals in the order in which they were made, and what was passed over."""

    proposals: tuple[Proposal, ...] = ()
    passed: tuple[Passed, ...] = ()

    def of(self, account_id: str) -> tuple[Proposal, ...]:
        """Return the proposals for an account, oldest first."""
        return tuple(each for each in self.proposals if each.account_id == account_id)


def fold(events: Iterable[Event], zone: tzinfo, *, today: date) -> Folded:
    """Return what stands on a day, whatever the order in which events came to this desk.

    Args:
        events: Those of the ledger; other kinds than measure are left out.
        zone: The desk's, for local dates.
        today: The last day whose events count.
    """
    known: dict[str, Proposal] = {}
    mine: dict[tuple[str, str], list[str]] = {}
    passed: list[Passed] = []
    for event, on in dated(events, KINDS, zone, until=today):
        step = read(event, on)
        earlier = [known[one].on(step.on) for one in mine.get((step.account_id, step.measure), ())]
        target = known.get(step.target)
        target = target.on(step.on) if target and target.account_id == step.account_id else None
        refused = consent.refusal(step, target, earlier)
        if refused is not None:
            passed.append(Passed(event.event_id, event.account_id, refused.message))
            continue
        made = _proposed(event, step) if target is None else _moved(step, target)
        known[made.id] = replace(made, newest_on=step.on, events=(*made.events, event))
        if target is None:
            mine.setdefault((step.account_id, step.measure), []).append(made.id)
    return Folded(tuple(each.on(today) for each in known.values()), tuple(passed))


def _proposed(event: Event, step: Step) -> Proposal:
    """Return a proposal that begins."""
    assert step.kind is not None
    assert step.terms is not None
    values = event.data.get("values")
    return Proposal(
        id=event.event_id,
        account_id=event.account_id,
        customer_id=event.customer_id,
        measure=step.measure,
        label=str(event.data.get("label") or step.measure),
        kind=step.kind,
        state=MeasureState.PROPOSED,
        terms=step.terms,
        proposed_by=step.by,
        proposed_on=step.on,
        newest_on=step.on,
        currency=event.currency,
        values=dict(values) if isinstance(values, dict) else {},
    )


def _moved(step: Step, old: Proposal) -> Proposal:
    """Return a proposal after a step that may be."""
    match step.code:
        case MeasureAction.NOTIFY:
            return replace(old, notified_on=step.on)
        case MeasureAction.APPROVE:
            return replace(old, state=MeasureState.APPROVED, signed_by=step.by)
        case MeasureAction.REFUSE:
            return replace(old, state=MeasureState.REFUSED)
        case MeasureAction.WITHDRAW:
            return replace(old, state=MeasureState.WITHDRAWN)
        case _:
            return replace(old, state=MeasureState.DONE, done_by=step.by, done_on=step.on)


# --- reading what stands in an event -----------------------------------------------------------------------------------------


def read(event: Event, on: date) -> Step:
    """Return what an event of a local day says; what cannot be read is empty."""
    data = event.data
    kind = word(data.get("kind"), MeasureKind)
    return Step(
        event_id=event.event_id,
        code=event.code,
        account_id=event.account_id,
        by=event.by,
        role=word(data.get("role"), Role),
        on=on,
        note=event.note.strip(),
        target=str(data.get("proposal") or ""),
        measure=str(data.get("measure") or ""),
        kind=kind,
        terms=_terms(data, kind),
    )


def _terms(data: Mapping[str, Any], kind: MeasureKind | None) -> Terms | None:
    """Return the terms that an event holds, None where one is missing. A consequence waits and is signed in any case."""
    owner, approve_by = word(data.get("owner"), Role), word(data.get("approve_by"), Role)
    numbers = [data.get(name) for name in ("wait_days", "once_in_days", "lapse_days")]
    if owner is None or approve_by is None or not all(type(each) is int and 0 <= each < _LONG for each in numbers):
        return None
    wait, once, lapse = (int(str(each)) for each in numbers)
    harsh = kind is MeasureKind.CONSEQUENCE
    return Terms(
        owner=owner,
        approve_by=approve_by,
        second_person=harsh or data.get("second_person") is True,
        wait_days=max(wait, _LEAST_WAIT) if harsh else 0,
        once_in_days=once,
        lapse_days=lapse,
        ends=word(data.get("ends"), RestrictionKind),
        order=str(data.get("order") or ""),
    )


_LONG = 10_000  # days; more would leave the calendar
