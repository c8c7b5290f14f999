"""What may be decided about alert cases: what is missing from an ask, and which cases refuse it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from deskcollect.card_number import card_number
from deskcollect.records import Issue, Place
from deskcollect.vocabulary import CaseAction, CaseState, Role, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from deskcollect.case import Ask
    from deskcollect.policy.model import Policies

REASON_LIMIT = 500
_REASONED = {CaseAction.SNOOZE, CaseAction.ESCALATE, CaseAction.CLOSE, CaseAction.SUPPRESS}
_DATED = {CaseAction.SNOOZE: "a snooze", CaseAction.SUPPRESS: "a suppression"}


def findings(ask: Ask, people: Mapping[str, Role], policies: Policies, *, today: date) -> tuple[Issue, ...]:
    """Return everything that keeps an ask from being taken, whatever case it is about."""
    return (
        *_words(ask),
        *_when(ask, policies, today),
        *_whom(ask, people, policies),
        *_what(ask, policies),
    )


def _words(ask: Ask) -> Iterator[Issue]:
    """Report a reason that is missing, too long, or holds what must not be kept."""
    if ask.action in _REASONED and not ask.reason.strip():
        yield _issue("reason", f"To {ask.action} a case needs a reason.", "Say in a few words why (--reason).")
    if len(ask.reason) > REASON_LIMIT:
        yield _issue("reason", f"The reason has {len(ask.reason)} characters; {REASON_LIMIT} fit.", "Shorten it.")
    ending = card_number(ask.reason[:REASON_LIMIT])
    if ending:
        message = f"The reason holds a payment card number (ending in {ending}), which must not be kept."
        yield _issue("reason", message, "Take it out. A telephone number begins with + or 0.")


def _when(ask: Ask, policies: Policies, today: date) -> Iterator[Issue]:
    """Report a date that is missing, over, or too far."""
    name = _DATED.get(ask.action)
    if name is None:
        return
    if ask.until is None:
        yield _issue("until", f"{name.capitalize()} needs its last day.", "Give it as in 2026-10-15 (--until).")
    elif ask.until <= today:
        yield _issue("until", f"{name.capitalize()} until {ask.until} would be over already.", "Give a later day.")
    elif ask.action is CaseAction.SUPPRESS and ask.until > today + timedelta(days=policies.suppress_max_days):
        latest = today + timedelta(days=policies.suppress_max_days)
        message = f"A rule may be switched off for {policies.suppress_max_days} days, until {latest}."
        yield _issue("until", message, "Give an earlier day.")


def _whom(ask: Ask, people: Mapping[str, Role], policies: Policies) -> Iterator[Issue]:
    """Report an owner who is not there."""
    if ask.owner and people and ask.owner not in people:
        remedy = f"Known: {', '.join(people)}."
        yield _issue("owner", f"“{ask.owner}” is not among the people of this desk.", remedy)
    elif ask.action is CaseAction.ASSIGN and not ask.owner:
        yield _issue("owner", "To assign a case needs a person.", "Name one (--to).")
    elif ask.action is CaseAction.ESCALATE and not ask.owner and successor(ask.by, people, policies) is None:
        role = people.get(ask.by, Role.COLLECTOR)
        above = next((rule.to for rule in policies.escalations if rule.role == role), None)
        if above is None:
            yield _issue("owner", f"Nobody stands above a {role}.", "Name a person (--to).")
        else:
            yield _issue(
                "owner", f"This desk has no {above}.", f"Name a person (--to), or add a {above} under [people]."
            )


def _what(ask: Ask, policies: Policies) -> Iterator[Issue]:
    """Report a verdict or a rule that is missing."""
    if ask.action is CaseAction.CLOSE and ask.verdict is None:
        yield _issue("verdict", "To close a case needs a verdict.", "Say confirmed, useful or false-alarm (--as).")
    if ask.action is CaseAction.SUPPRESS and ask.rule not in {rule.id for rule in policies.signals}:
        known = ", ".join(rule.id for rule in policies.signals)
        message = f"“{ask.rule}” is no rule of alerts.toml." if ask.rule else "To suppress needs the rule."
        yield _issue("rule", message, f"Known: {known}.")


def _issue(field: str, message: str, remedy: str) -> Issue:
    """Point at a field of the form."""
    return Issue(Severity.ERROR, "ask", message, remedy, Place(column=field))


def successor(by: str, people: Mapping[str, Role], policies: Policies) -> str | None:
    """Return who gets a case that a person cannot settle: the first of the next role. None where there is nobody."""
    role: str | None = people.get(by, Role.COLLECTOR)
    onward: dict[str, str] = {rule.role: rule.to for rule in policies.escalations}
    while (role := onward.get(role or "")) is not None:
        found = next((who for who, has in people.items() if has == role and who != by), None)
        if found is not None:
            return found
    return None


def refused(ask: Ask, row: Mapping[str, Any], role: Role, policies: Policies, *, today: date) -> str:
    """Return why one account's case refuses an ask; empty if it does not.

    Args:
        ask: what is wanted, without findings.
        row: the account, with frames.ALERTS.
        role: of the person who asks.
        policies: terms of the levels.
        today: the local date.
    """
    if row["case_number"] is None:
        return "has no open case"
    rule = next((rule.label for rule in policies.signals if rule.id == ask.rule), ask.rule)
    level, term = row["alert_level"], policies.term(row["alert_level"])
    longest = today + timedelta(days=term.snooze_max_days)
    against = {
        CaseAction.ACKNOWLEDGE: (row["case_state"] == CaseState.ACKNOWLEDGED, "is acknowledged already"),
        CaseAction.ASSIGN: (row["case_owner"] == ask.owner, f"is {ask.owner}'s already"),
        CaseAction.SNOOZE: (
            ask.until is not None and ask.until > longest,
            f"is {level}: it may sleep until {longest} at most",
        ),
        CaseAction.CLOSE: (
            Role(term.close_by) is Role.LEAD and role is not Role.LEAD,
            f"is {level}: only a lead may close it",
        ),
        CaseAction.SUPPRESS: (ask.rule not in (row["signals"] or ()), f"does not show “{rule}”"),
    }
    holds, why = against.get(ask.action, (False, ""))
    return why if holds else ""
