"""What the demo says of itself: a page for people, and a guide in JSON for tests and pictures."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.demo.acts import decisions
from scripts.demo.events import PROMISES
from scripts.demo.ledger import GRACE
from scripts.demo.source import NEWEST, last_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.demo.roster import Account

PAGE = Path(__file__).with_name("page.md")
_ALERT = "alert "
_LIFTED = ["impose", "lift", "approve"]
_SAID = ("outcome", "correction")  # kinds of records about calls, letters and promises; all others are decisions


def guide(accounts: Sequence[Account], told: Sequence[dict[str, Any]]) -> str:
    """Return which account plays which role and how each promise ended, as JSON."""
    roles = {
        one.chosen.role: {"account_id": one.account_id, "customer_id": one.person.customer_id}
        for one in accounts
        if one.chosen.role
    }
    alerts: dict[str, list[str]] = {}
    for one in accounts:
        for rule in warned(one):
            alerts.setdefault(rule, []).append(one.account_id)
    held = {one.account_id: one.flag for one in accounts if one.flag}
    whole = {
        "as_of": str(last_day(NEWEST)),
        "roles": dict(sorted(roles.items())),
        "alerts": dict(sorted(alerts.items())),
        "flags": held,
        "promises": dict(_promises(accounts, told)),
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def page(accounts: Sequence[Account], told: Sequence[dict[str, Any]]) -> str:
    """Return the README of the folder."""
    late = sum(one.in_book(NEWEST) and one.figures.days[NEWEST] > 0 for one in accounts)
    rows = [
        f"| {shown} | {one.account_id} | {one.person.name} |"
        for shown, one in sorted(_shows(accounts), key=lambda row: (not row[0].startswith("alert"), row[0]))
    ]
    held = [f"| {one.flag} | {one.account_id} | {last_day(one.flag_from)} |" for one in accounts if one.flag]
    return (
        PAGE.read_text("utf-8")
        .replace("{accounts}", str(sum(one.in_book(NEWEST) for one in accounts)))
        .replace("{late}", str(late))
        .replace("{dollars}", str(sum(one.in_book(NEWEST) and one.figures.currency == "USD" for one in accounts)))
        .replace("{records}", str(len(told)))
        .replace("{shows}", "\n".join(rows))
        .replace("{flags}", "\n".join(sorted(held)))
        .replace("{recorded}", str(sum(one["kind"] in _SAID for one in told)))
        .replace("{lifted}", _lifted())
        .replace("{decided}", "\n".join(_decided(accounts)))
    )


def _decided(accounts: Sequence[Account]) -> list[str]:
    """Return what of the decisions each account shows, one line each."""
    by_name = {one.chosen.key: one for one in accounts} | {one.chosen.role: one for one in accounts if one.chosen.role}
    told = decisions()
    return [
        f"| {kind}: {one['shows']} | {by_name[one['who']].account_id} | {by_name[one['who']].person.name} |"
        for kind in ("case", "restriction", "measure")
        for one in told[kind]
        if "shows" in one
    ]


def _lifted() -> str:
    """Return how many restrictions of which reason were lifted."""
    lifted = [one["reason"] for one in decisions()["restriction"] if [step["does"] for step in one["acts"]] == _LIFTED]
    return " and ".join(f"{lifted.count(reason)} for {reason}" for reason in dict.fromkeys(lifted))


def _shows(accounts: Sequence[Account]) -> Iterator[tuple[str, Account]]:
    """Yield what each account of the cast shows, one line each."""
    for one in accounts:
        for shown in one.chosen.told.get("shows", ()):
            yield shown, one


def warned(one: Account) -> Iterator[str]:
    """Yield the early-warning rules that the cast says an account sets off."""
    for shown in one.chosen.told.get("shows", ()):
        for word in shown.split(", "):
            if word.startswith(_ALERT):
                yield word.removeprefix(_ALERT).split()[0].rstrip(":")


def _promises(accounts: Sequence[Account], told: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield what the newest book says of each promise."""
    by_id = {one.account_id: one for one in accounts}
    for event in told:
        if event.get("code") in PROMISES:
            yield event["event_id"], _ended(event, by_id[event["account_id"]])


def _ended(event: dict[str, Any], account: Account) -> str:
    """Return open, due, kept, partial or broken."""
    made, due = date.fromisoformat(event["occurred_at"][:10]), date.fromisoformat(event["due_date"])
    as_of = last_day(NEWEST)
    if due + GRACE >= as_of:
        return "due" if due < as_of else "open"
    days = [made + timedelta(days=n) for n in range((due + GRACE - made).days + 1)]
    good = [one.amount for one in account.payments if one.status == "posted" and one.at.date() in days]
    paid = sum(good, Decimal(0))
    if paid >= Decimal(event["amount"]):
        return "kept"
    return "partial" if paid else "broken"
