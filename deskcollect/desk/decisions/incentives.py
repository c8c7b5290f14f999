"""What a person writes about incentives and consequences. The rules are in monitoring.

Each step is one event. Where several accounts are given, those that may be are written together, all of them or none, and
the others come back with the reason. Nothing is done by itself, and the lender's own system executes what is done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from deskcollect.desk.decisions import offers, restrictions, together
from deskcollect.desk.decisions.offers import known
from deskcollect.desk.decisions.together import Author, Refused
from deskcollect.monitoring import consent, incentives
from deskcollect.monitoring.incentives import Folded, Proposal
from deskcollect.vocabulary import Channel, EventKind, MeasureAction, MeasureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk
    from deskcollect.policy.incentives import Measure
    from deskcollect.records import Event


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants for one account. Without `measure` the one that is open is meant."""

    account_id: str
    note: str = ""
    measure: str = ""
    channel: Channel | None = None


Done = together.Done[Proposal]


# --- writing ---------------------------------------------------------------------------------------------------------------


def propose(desk: Desk, day: Day, asked: Sequence[Asked], *, by: str) -> Done:
    """Propose a measure for accounts that are eligible, with the facts as they are now."""
    return _write(desk, day, asked, by, Steps.proposing)


def notify(desk: Desk, day: Day, asked: Sequence[Asked], *, by: str) -> Done:
    """Record that the notice of a consequence went out today; its waiting time begins."""
    return _write(desk, day, asked, by, Steps.notifying)


def approve(desk: Desk, day: Day, asked: Sequence[Asked], *, by: str) -> Done:
    """Sign what is proposed, where its condition is still met."""
    return _write(desk, day, asked, by, Steps.approving)


def refuse(desk: Desk, day: Day, asked: Sequence[Asked], *, by: str) -> Done:
    """Refuse to sign, with a reason."""
    return _write(desk, day, asked, by, Steps.refusing)


def withdraw(desk: Desk, day: Day, asked: Sequence[Asked], *, by: str) -> Done:
    """Take back what is proposed or approved and not done, with a reason."""
    return _write(desk, day, asked, by, Steps.withdrawing)


def do(desk: Desk, day: Day, asked: Sequence[Asked], *, by: str) -> Done:
    """Say that it is to be done now; the next work order carries it."""
    return _write(desk, day, asked, by, Steps.doing)


@dataclass(frozen=True, slots=True)
class Steps(Author[Folded]):
    """Makes the event of one account. Each method refuses with one sentence.

    Errors: Refused.
    """

    def proposing(self, asked: Asked) -> Event:
        """Return the event that proposes a measure, with its terms and the facts behind it."""
        policy = self.desk.policies.incentives
        measure = policy.measure(asked.measure)
        if measure is None:
            unknown = offers.no_measure(policy, asked.measure)
            raise Refused(unknown.message, unknown.remedy)
        row = self._still(asked.account_id, measure)
        facts = offers.offer(self.desk, row, asked.account_id, measure.id).facts
        names = {*measure.why.columns, *measure.cost_or_gain.columns}
        data = {
            "measure": measure.id,
            "label": measure.label,
            "kind": measure.kind,
            **{name: getattr(measure, name) for name in ("owner", "approve_by", "second_person", "ends", "order")},
            **{name: getattr(measure, name) for name in ("wait_days", "once_in_days")},
            "lapse_days": policy.lapse_days,
            "values": {name: value for name in sorted(names) if (value := facts[name]) is not None},
        }
        return self._allowed(self._event(asked, MeasureAction.PROPOSE, data, measure.id), None)

    def notifying(self, asked: Asked) -> Event:
        """Return the event that says that a notice went out."""
        return self._step(asked, MeasureAction.NOTIFY, self._target(asked))

    def approving(self, asked: Asked) -> Event:
        """Return the event that signs."""
        target = self._target(asked)
        event = self._step(asked, MeasureAction.APPROVE, target)
        self._as_before(target)
        return event

    def refusing(self, asked: Asked) -> Event:
        """Return the event that refuses to sign."""
        return self._step(asked, MeasureAction.REFUSE, self._target(asked))

    def withdrawing(self, asked: Asked) -> Event:
        """Return the event that takes it back."""
        return self._step(asked, MeasureAction.WITHDRAW, self._target(asked))

    def doing(self, asked: Asked) -> Event:
        """Return the event that says that it is done. Nobody is pressed whose account no longer gives reason to."""
        target = self._target(asked)
        event = self._step(asked, MeasureAction.DONE, target)
        if target.kind is MeasureKind.CONSEQUENCE:
            self._as_before(target)
        standing = restrictions.known(self.desk, self.day).of(target.account_id)
        if any(each.in_force and each.kind is target.terms.ends for each in standing):
            label = self.desk.policies.restrictions.kind(str(target.terms.ends)).label
            raise Refused(f"{label} still stands on it.", "Lift it first with  deskcollect restrictions lift")
        return event

    # --- what they share ---

    def _as_before(self, target: Proposal) -> None:
        """Refuse what the account is not eligible for any more."""
        measure = self.desk.policies.incentives.measure(target.measure)
        if measure is None:
            raise Refused(f"incentives.toml has no “{target.measure}” any more.", "Withdraw it.")
        self._still(target.account_id, measure)

    def _still(self, account_id: str, measure: Measure) -> dict[str, Any]:
        """Return the row of an account; refuse one that does not meet the condition of a measure today."""
        row = self.row(account_id)
        if measure.id not in offers.met(self.desk, self.day, account_id):
            remedy = f"See why with  deskcollect incentives show {account_id}"
            raise Refused(f"It is not eligible for {measure.id} today.", remedy)
        return row

    def _target(self, asked: Asked) -> Proposal:
        """Return the open proposal that is meant; where none is open the last one, so that its end is told."""
        mine = [each for each in self.known.of(asked.account_id) if asked.measure in ("", each.measure)]
        standing = [each for each in mine if each.is_open]
        if len(standing) > 1:
            names = ", ".join(each.measure for each in standing)
            raise Refused(f"{len(standing)} measures are open on it.", f"Name one (--measure): {names}.")
        if not standing and not mine:
            raise Refused("Nothing of that kind is proposed.", "See what is with  deskcollect incentives")
        return (standing or mine)[-1]

    def _step(self, asked: Asked, code: MeasureAction, target: Proposal) -> Event:
        """Return the event of a later step that may be."""
        return self._allowed(self._event(asked, code, _about(target), target.measure), target)

    def _event(self, asked: Asked, code: MeasureAction, data: dict[str, Any], measure: str) -> Event:
        """Return the event of a step."""
        return self.event(asked, EventKind.MEASURE, code, data, rule=measure, channel=asked.channel)

    def _allowed(self, event: Event, target: Proposal | None) -> Event:
        """Return an event that may be."""
        step = incentives.read(event, event.occurred_at.date())
        earlier = [each for each in self.known.of(event.account_id) if each.measure == step.measure]
        return self.unless(consent.refusal(step, target, earlier), event)


def _about(target: Proposal) -> dict[str, Any]:
    """Return how an event names the proposal it speaks of, and the last event that was seen of it."""
    return {
        "proposal": target.id,
        "after": target.events[-1].event_id,
        "measure": target.measure,
        "label": target.label,
        "kind": target.kind.value,
    }


def _write(desk: Desk, day: Day, asked: Sequence[Asked], by: str, make: Callable[[Steps, Asked], Event]) -> Done:
    """Make the events of those that may be, and write them together.

    Errors: LedgerError when nothing could be written.
    """
    steps = Steps(desk, day, by, known(desk, day))
    done = together.write(desk, day, *together.made(asked, partial(make, steps)))
    return replace(done, standing=together.standing(done.events, known(desk, day).proposals))
