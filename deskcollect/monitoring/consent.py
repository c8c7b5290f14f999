"""Who may take which step with an incentive or a consequence, and when. A refusal is a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.monitoring.persons import (
    Refusal,
    by_role,
    no_reason,
    or_lead,
    same_person,
    unknown_person,
    unknown_word,
)
from deskcollect.vocabulary import MeasureAction, MeasureKind, MeasureState, Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from deskcollect.monitoring.incentives import Proposal, Step

_ENDED = {
    MeasureState.DONE: "is done",
    MeasureState.REFUSED: "was refused",
    MeasureState.WITHDRAWN: "was withdrawn",
    MeasureState.LAPSED: "has lapsed: nobody took the next step in time",
}


def refusal(step: Step, target: Proposal | None, earlier: Sequence[Proposal]) -> Refusal | None:
    """Return why a step may not be; None where it may.

    Args:
        step: What somebody wants, or did at another desk.
        target: The proposal it speaks of, as it stands that day; None for one that is made, or where there is none.
        earlier: Proposals of the same measure for the same account, as they stand that day.
    """
    unknown = unknown_person(step) or unknown_word(step.code, MeasureAction)
    if unknown is not None:
        return unknown
    if step.code == MeasureAction.PROPOSE:
        return _propose(step, earlier)
    if target is None:
        return Refusal("Nothing of that kind is proposed.", "See what is with  deskcollect incentives")
    if not target.is_open:
        remedy = "Propose it anew if it still fits."
        return Refusal(f"The proposal of {target.proposed_on} {_ENDED[target.state]}.", remedy)
    check = {
        MeasureAction.NOTIFY: _notify,
        MeasureAction.APPROVE: _approve,
        MeasureAction.REFUSE: _refuse,
        MeasureAction.WITHDRAW: _withdraw,
        MeasureAction.DONE: _done,
    }[MeasureAction(step.code)]
    return check(step, target)


def standing(earlier: Sequence[Proposal], on: date) -> Refusal | None:
    """Return why the same cannot be proposed again on a day: it is open already, or was given not long ago."""
    waiting = next((each for each in earlier if each.is_open), None)
    if waiting is not None:
        remedy = "Approve, refuse or withdraw that one."
        return Refusal(f"{waiting.label} is proposed already since {waiting.proposed_on}.", remedy)
    given = max((each for each in earlier if each.done_on), key=lambda each: each.again_on or on, default=None)
    if given is not None and given.again_on is not None and on < given.again_on:
        message = f"{given.label} was given on {given.done_on}: at most once in {given.terms.once_in_days} days."
        return Refusal(message, f"It may be proposed again from {given.again_on} on.")
    return None


def _propose(step: Step, earlier: Sequence[Proposal]) -> Refusal | None:
    """Say why a measure cannot be proposed."""
    if step.kind is None or step.terms is None or not step.measure:
        return Refusal("A proposal needs a measure and its terms.", "Name the measure (--measure).")
    return by_role(step, "proposes", step.terms.owner) or standing(earlier, step.on)


def _notify(step: Step, target: Proposal) -> Refusal | None:
    """Say why a notice cannot be recorded. A second one would begin the waiting time anew."""
    if target.kind is not MeasureKind.CONSEQUENCE:
        return Refusal("Only a consequence needs a notice.", "Approve it, then do it.")
    if target.notified_on is not None:
        message = f"The notice of {target.notified_on} stands."
        return Refusal(message, f"It may be done from {target.waits_until} on.")
    del step
    return None


def _approve(step: Step, target: Proposal) -> Refusal | None:
    """Say why it cannot be signed. Where a second person signs, nobody signs what they proposed themselves."""
    if target.state is not MeasureState.PROPOSED:
        return Refusal(f"{target.signed_by} signed it already.", "Do it, or withdraw it.")
    wrong = by_role(step, "signs", target.terms.approve_by)
    if wrong is not None:
        return wrong
    if target.terms.second_person and same_person(step.by, target.proposed_by):
        return Refusal(
            f"{step.by} proposed it: a second person signs.", f"Ask another {or_lead(target.terms.approve_by)}."
        )
    return None


def _refuse(step: Step, target: Proposal) -> Refusal | None:
    """Say why the signature cannot be refused."""
    return _approve(step, target) or no_reason(step, "A refusal")


def _withdraw(step: Step, target: Proposal) -> Refusal | None:
    """Say why it cannot be withdrawn."""
    if step.role is not Role.LEAD and not same_person(step.by, target.proposed_by):
        return Refusal(f"{target.proposed_by} proposed it.", "Ask that person or a lead.")
    return no_reason(step, "To withdraw")


def _done(step: Step, target: Proposal) -> Refusal | None:
    """Say why it cannot be done: nobody signed, no notice, the waiting time is not over."""
    if target.state is not MeasureState.APPROVED:
        return Refusal("Nobody signed it.", f"A {or_lead(target.terms.approve_by)} approves it first.")
    if target.kind is MeasureKind.CONSEQUENCE:
        if target.waits_until is None:
            return Refusal("The customer had no notice.", "Send it, then  deskcollect incentives notify")
        if step.on < target.waits_until:
            message = f"The notice of {target.notified_on} waits until {target.waits_until}."
            return Refusal(message, f"{target.terms.wait_days} days after it, not before.")
    return by_role(step, "does it", target.terms.owner)
