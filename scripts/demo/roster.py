"""All accounts of the demo with everything that belongs to them: the one place where the parts are put together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from scripts.demo import dice
from scripts.demo.account import Figures, figures
from scripts.demo.facts import full_months
from scripts.demo.payments import Payment, payments
from scripts.demo.people import Person, people
from scripts.demo.pick import Chosen, choose
from scripts.demo.source import FIRST_MONTH, MONTHS, NEWEST, sources
from scripts.demo.spending import Transaction, salary_of_the_crowd, spending

if TYPE_CHECKING:
    from collections.abc import Sequence

COLLECTORS = ("ana", "ana", "ben", "ben", "mei", "jo")
BRANCHES = ("Harbour", "Hillside", "Riverbank", "Station")
# Flag and the months from which the lender's book shows it, one entry an account.
FLAGS: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("deceased", (4, 5)),
    ("bankrupt", (3, 5)),
    ("disputed", (3, 4, 5)),
    ("attorney", (3, 4)),
    ("cease_contact", (3, 4)),
    ("vulnerable", (3, 3, 5)),
)


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the demo, complete. `flag` holds from month `flag_from` on."""

    account_id: str
    chosen: Chosen
    person: Person
    figures: Figures
    autopay: tuple[bool, ...]
    payments: tuple[Payment, ...]
    transactions: tuple[Transaction, ...]
    opened_on: date
    income: int
    collector: str
    branch: str
    flag: str = ""
    flag_from: int = NEWEST + 1

    def in_book(self, month: int) -> bool:
        """Say whether the book of a month holds the account."""
        return self.chosen.first_month <= month <= self.chosen.last_month

    def flagged(self, month: int) -> bool:
        """Say whether the book of a month holds it back from work."""
        return month >= self.flag_from


def roster() -> list[Account]:
    """Return all accounts in the order of their numbers."""
    picked = choose(sources())
    order = dice.shuffled([one.key for one in picked], "number")
    by_key = {one.key: one for one in picked}
    owner = _owners(picked)
    owners = [by_key[key] for key in order if owner[key] == key]
    persons = people(owners)
    flags = _flags(picked)
    return [
        _account(f"TW-{number:06d}", by_key[key], persons[owner[key]], owner[key], flags.get(key, ("", NEWEST + 1)))
        for number, key in enumerate(order, start=1)
    ]


def _owners(picked: Sequence[Chosen]) -> dict[str, str]:
    """Return for each account the account whose customer owns it."""
    roles = {one.role: one.key for one in picked if one.role}
    return {one.key: roles.get(one.owner, one.owner) or one.key for one in picked}


def _flags(picked: Sequence[Chosen]) -> dict[str, tuple[str, int]]:
    """Give the lender's flags to late accounts without a role, whose customers have no other account."""
    owning = {one.owner for one in picked if one.owner}
    free = [one.key for one in picked if one.group == "late" and not one.role and not one.owner]
    keys = iter(dice.shuffled([key for key in free if key not in owning], "flags"))
    return {next(keys): (flag, month) for flag, months in FLAGS for month in months}


def _account(number: str, chosen: Chosen, person: Person, owner: str, flag: tuple[str, int]) -> Account:
    """Put one account together."""
    made = figures(chosen)
    autopay = _autopay(chosen)
    paid = payments(chosen, made, autopay)
    spent = tuple(spending(chosen, made, paid))
    return Account(
        account_id=number,
        chosen=chosen,
        person=person,
        figures=made,
        autopay=autopay,
        payments=tuple(paid),
        transactions=spent,
        opened_on=min([_opened(chosen), *(each.at.date() for each in spent)]),
        income=_income(chosen, owner),
        collector=dice.pick(COLLECTORS, "collector", owner),
        branch=dice.pick(BRANCHES, "branch", owner),
        flag=flag[0],
        flag_from=flag[1],
    )


def _autopay(chosen: Chosen) -> tuple[bool, ...]:
    """Return for each month whether direct debit was set up."""
    told = chosen.told
    if "autopay_until" in told:
        return tuple(FIRST_MONTH + month <= told["autopay_until"] for month in MONTHS)
    likely = 45 if full_months(chosen.source) >= 4 else 20
    by_chance = chosen.group == "healthy" and not chosen.role and dice.chance(likely, "autopay", chosen.key)
    never_late = max(chosen.source.cycles) == 0
    return (bool(told.get("autopay", by_chance and never_late)),) * len(MONTHS)


def _opened(chosen: Chosen) -> date:
    """Return the opening date: within the first month of a new account, else years ago."""
    day = dice.between(1, 27, "opened day", chosen.key)
    if chosen.first_month:
        return date(2026, FIRST_MONTH + chosen.first_month, min(day, 12))
    return date(dice.between(2012, 2025, "opened", chosen.key), dice.between(1, 12, "opened month", chosen.key), day)


def _income(chosen: Chosen, owner: str) -> int:
    """Return the monthly income that the lender knows, 0 if it does not."""
    known = chosen.told.get("salary") or salary_of_the_crowd(chosen)
    if known or chosen.currency != "TWD" or not dice.chance(55, "income known", owner):
        return int(known)
    return dice.between(28, 110, "income", owner) * 1000
