"""Who may do what to a restriction. A refusal is a value: one sentence, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.monitoring.persons import Refusal, by_role, no_reason, same_person, unknown_person
from deskcollect.vocabulary import RestrictionAction, RestrictionKind, RestrictionState, Signature

if TYPE_CHECKING:
    from deskcollect.monitoring.restrictions import Act, Restriction


_NAMES_THEM = "They are named by  deskcollect restrictions review"
_STATES = {
    RestrictionState.PROPOSED: "waits for a signature",
    RestrictionState.ACTIVE: "is in force",
    RestrictionState.VARY_PROPOSED: "waits for a signature to vary it",
    RestrictionState.LIFT_PROPOSED: "waits for a signature to lift it",
    RestrictionState.LIFTED: "is lifted",
    RestrictionState.REFUSED: "was refused",
}


def refusal(act: Act, target: Restriction | None) -> Refusal | None:
    """Return why an act may not be; None where it may.

    Args:
        act: What somebody wants, or did at another desk.
        target: The restriction it speaks of; None for one that is imposed, or where there is none.
    """
    unknown = unknown_person(act)
    if unknown is not None:
        return unknown
    if act.code == RestrictionAction.IMPOSE:
        return _impose(act)
    if act.code in set(Signature):
        return _verdict(act, target)
    if target is None:
        return Refusal("There is no such restriction.", "See them with  deskcollect restrictions")
    if act.code == RestrictionAction.EXTEND:
        return _extend(act, target)
    return _vary(act, target) if act.code == RestrictionAction.VARY else _lift(act, target)


def _impose(act: Act) -> Refusal | None:
    """Say why a restriction cannot be imposed."""
    if act.kind is None or act.review_on is None or not act.reason:
        return Refusal("A restriction needs a kind, a reason and a day of review.", "Give them.")
    if act.review_on < act.on:
        return Refusal("The review lies before the restriction.", "Give a later day.")
    return _limit(act)


def _limit(act: Act) -> Refusal | None:
    """Refuse a limit cut without a limit, and a limit of anything else."""
    if act.kind is RestrictionKind.LIMIT_CUT and (act.limit is None or act.limit < 0):
        return Refusal("A limit cut needs the new limit.", "Give it as in 40000 (--limit).")
    if act.kind is not RestrictionKind.LIMIT_CUT and act.limit is not None:
        return Refusal("Only a limit cut has a limit.", "Leave it out.")
    return None


def _extend(act: Act, target: Restriction) -> Refusal | None:
    """Say why a review cannot be put off."""
    if not target.in_force:
        return _not_in_force(target)
    wrong = no_reason(act, "A later review")
    if wrong is not None:
        return wrong
    if act.review_on is None or act.review_on <= max(target.review_on, act.on):
        remedy = "Give a later one, or lift it."
        return Refusal(f"The new day of review must lie after {max(target.review_on, act.on)}.", remedy)
    return None


def _vary(act: Act, target: Restriction) -> Refusal | None:
    """Say why the kind cannot change. To ease is to lift a part: a lead proposes it."""
    if target.state is not RestrictionState.ACTIVE:
        return _not_in_force(target)
    if act.kind is None:
        return Refusal("To vary needs the new kind.", "Give it (--kind).")
    wrong = no_reason(act, "To vary")
    if wrong is not None:
        return wrong
    if act.kind is target.kind and act.limit == target.limit:
        return Refusal("That is what it is already.", "Nothing is to be done.")
    return (by_role(act, "eases a restriction") if act.eases else None) or _limit(act)


def _lift(act: Act, target: Restriction) -> Refusal | None:
    """Say why a lift cannot be proposed."""
    if target.state is not RestrictionState.ACTIVE:
        return _not_in_force(target)
    wrong = by_role(act, "lifts a restriction")
    if wrong is not None:
        return wrong
    if act.open and not act.note:
        count = "1 check is" if len(act.open) == 1 else f"{len(act.open)} checks are"
        return Refusal(
            f"{count} not met: a lift now needs a reason.", f"Say it (--note). {_NAMES_THEM} {act.account_id}"
        )
    return None


def _verdict(act: Act, target: Restriction | None) -> Refusal | None:
    """Say why nothing can be signed. Nobody signs what they proposed themselves."""
    if target is None or target.waits is None:
        return Refusal("Nothing waits for a signature here.", "See what does with  deskcollect restrictions review")
    wrong = by_role(act, "signs")
    if wrong is not None:
        return wrong
    if same_person(act.by, target.waits.by):
        what = {"impose": "imposed", "vary": "varied", "lift": "proposed to lift"}[str(target.waits.code)]
        return Refusal(f"{act.by} {what} it: a second person signs.", "Ask another lead.")
    if act.code == Signature.REFUSE:
        return no_reason(act, "A refusal")
    new = [name for name in act.open if name not in target.waits.open]
    if target.waits.code == RestrictionAction.LIFT and new and not act.note:
        remedy = "Say why it is lifted all the same (--note)."
        return Refusal(f"No longer met since it was proposed: {', '.join(new)}.", remedy)
    return None


def _not_in_force(target: Restriction) -> Refusal:
    """Say where a restriction stands that cannot be changed."""
    waits = target.waits is not None
    remedy = "A lead approves or refuses first." if waits else "See its history with  deskcollect restrictions show"
    return Refusal(f"The restriction {_STATES[target.state]}.", remedy)
