"""What must hold across the rules of restrictions.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskcollect.near import did_you_mean
from deskcollect.records import Issue, Place
from deskcollect.vocabulary import RestrictionKind, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from deskcollect.policy.model import Policies, Ruleset
    from deskcollect.policy.restrictions import Restrictions

_YEARS_OF_DAYS = 3_660


def check_restrictions(told: Restrictions) -> Iterator[Issue]:
    """Report kinds that are missing, a suspension without a signature, unknown checks, numbers that cannot be meant."""
    yield from _kinds(told)
    for index, ground in enumerate(told.reasons):
        if not ground.code or ground.code != ground.code.upper():
            remedy = f"Write {ground.code.upper() or 'a code'}."
            yield _issue(told.reasons, index, f"“{ground.code}” must be a code in capitals", remedy)
        yield from _days(told.reasons, index, ground.review_days)
    known = [check.id for check in told.checks]
    for index, release in enumerate(told.releases):
        for name in release.checks:
            if name not in known:
                remedy = did_you_mean(name, known) or f"Known: {', '.join(known)}."
                yield _issue(told.releases, index, f"checks: “{name}” is no check", remedy)
        if len(set(release.checks)) != len(release.checks):
            yield _issue(told.releases, index, "checks: one stands there twice", "Keep it once.")
        if not release.checks:
            remedy = "Name one: nothing is released without looking."
            yield _issue(told.releases, index, "checks: there is none", remedy)
        if release.review_days is not None:
            yield from _days(told.releases, index, release.review_days)
    if not 1 <= told.rebreach_days <= _YEARS_OF_DAYS:
        message = f"rebreach_days = {told.rebreach_days} cannot be meant"
        remedy = f"Write a number from 1 to {_YEARS_OF_DAYS}."
        yield Issue(Severity.ERROR, "policy", message, remedy, Place(file=told.kinds.file, line=1))


def check_signals(policies: Policies, shipped: Collection[str]) -> Iterator[Issue]:
    """Report a reason that names a signal which nobody knows: neither alerts.toml nor the rules that ship.

    A desk may take a shipped rule out of alerts.toml and leave the reasons as they are.
    """
    known = [*dict.fromkeys([*(rule.id for rule in policies.signals), *shipped])]
    reasons = policies.restrictions.reasons
    for index, ground in enumerate(reasons):
        for name in ground.signals:
            if name not in known:
                remedy = did_you_mean(name, known) or "Take it out, or add the rule to alerts.toml."
                yield _issue(reasons, index, f"signals: “{name}” is no rule of alerts.toml", remedy)


def _kinds(told: Restrictions) -> Iterator[Issue]:
    """Report a kind that is not told, two of one gravity, and what must be signed but is not."""
    present = {measure.id for measure in told.kinds}
    for kind in RestrictionKind:
        if kind.value not in present:
            yield _issue(told.kinds, 0, f"nothing is said of “{kind}”", "Add a [[kind]] for it.")
    seen: dict[int, str] = {}
    for index, measure in enumerate(told.kinds):
        if measure.gravity in seen:
            message = f"gravity {measure.gravity} is that of “{seen[measure.gravity]}” already"
            yield _issue(told.kinds, index, message, "Give each kind its own: the graver the higher.")
        seen.setdefault(measure.gravity, measure.id)
        if measure.id == RestrictionKind.SUSPENSION.value and not measure.needs_signature:
            yield _issue(told.kinds, index, "a suspension needs a signature", "Write needs_signature = true.")
        if bool(measure.order) != bool(measure.release):
            yield _issue(told.kinds, index, "order and release belong together", "Write both or neither.")


def _days(ruleset: Ruleset[Any], index: int, days: int) -> Iterator[Issue]:
    """Report days until a review that cannot be meant."""
    if not 1 <= days <= _YEARS_OF_DAYS:
        remedy = f"Write a number from 1 to {_YEARS_OF_DAYS}."
        yield _issue(ruleset, index, f"review_days = {days} cannot be meant", remedy)


def _issue(ruleset: Ruleset[Any], index: int, message: str, remedy: str) -> Issue:
    """Point at one rule."""
    line = ruleset.lines[index] if ruleset.lines else 1
    return Issue(Severity.ERROR, "policy", message, remedy, Place(file=ruleset.file, line=line))
