"""Who may take which step with an incentive or a consequence, and when. A refusal is a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.monitoring.signatures import Refusal, same_person
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
    if step.role is None:
        return Refusal(f"{step.by} has no role at this desk.", "Write it under [people] in desk.toml.")
    if step.code == MeasureAction.PROPOSE:
        return _propose(step, earlier)
    if step.code not in set(MeasureAction):
        return Refusal(f"“{step.code}” is not known to this version.", "Install a newer deskcollect.")
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
    return _by_role(step, step.terms.owner, "proposes") or standing(earlier, step.on)


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
    wrong = _by_role(step, target.terms.approve_by, "signs")
    if wrong is not None:
        return wrong
    if target.terms.second_person and same_person(step.by, target.proposed_by):
        return Refusal(f"{step.by} proposed it: a second person signs.", f"Ask another {_or_lead(target)}.")
    return None


def _refuse(step: Step, target: Proposal) -> Refusal | None:
    """Say why the signature cannot be refused."""
    wrong = _approve(step, target)
    if wrong is not None:
        return wrong
    return None if step.note else Refusal("A refusal needs a reason.", "Say it (--note).")


def _withdraw(step: Step, target: Proposal) -> Refusal | None:
    """Say why it cannot be withdrawn."""
    if step.role is not Role.LEAD and not same_person(step.by, target.proposed_by):
        return Refusal(f"{target.proposed_by} proposed it.", "Ask that person or a lead.")
    return None if step.note else Refusal("To withdraw needs a reason.", "Say it (--note).")


def _done(step: Step, target: Proposal) -> Refusal | None:
    """Say why it cannot be done: nobody signed, no notice, the waiting time is not over."""
    if target.state is not MeasureState.APPROVED:
        return Refusal("Nobody signed it.", f"A {_or_lead(target)} approves it first.")
    if target.kind is MeasureKind.CONSEQUENCE:
        if target.waits_until is None:
            return Refusal("The customer had no notice.", "Send it, then  deskcollect incentives notify")
        if step.on < target.waits_until:
            message = f"The notice of {target.notified_on} waits until {target.waits_until}."
            return Refusal(message, f"{target.terms.wait_days} days after it, not before.")
    return _by_role(step, target.terms.owner, "does it")


def _by_role(step: Step, needed: Role, does: str) -> Refusal | None:
    """Refuse who is neither of the role that is needed nor a lead."""
    if step.role in (needed, Role.LEAD):
        return None
    who = needed if needed is Role.LEAD else f"{needed} or lead"
    return Refusal(f"{step.by} is no {who}: only a {who} {does}.", f"Ask a {who}.")


def _or_lead(target: Proposal) -> str:
    """Return who signs."""
    needed = target.terms.approve_by
    return "lead" if needed is Role.LEAD else f"{needed} or lead"
