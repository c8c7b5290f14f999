"""Which early-warning rules a book cannot feed, and what they lack."""

from __future__ import annotations

from deskcollect.monitoring.signals import silent
from deskcollect.policy import needs
from deskcollect.policy.model import Policies

BILLED_BOOK = frozenset(
    {"accounts", "statements", "ledger", "accounts.credit_limit", "accounts.phone"}
    | {f"statements.{column}" for column in ("paid", "cycles_past_due")}
)


def test_a_book_with_statements_and_a_ledger_feeds_at_least_ten_rules(policies: Policies) -> None:
    mute = {rule for rule, _ in silent(policies, BILLED_BOOK)}
    assert len(policies.signals) - len(mute) >= 10
    assert mute == {
        *("payment-returned", "autopay-off", "cash-advances", "cash-advance-new", "large-purchase", "redraw"),
        *("transfers", "limit-requests", "spending-stopped", "salary-fell", "paying-later"),
        *("minimum-only", "full-to-minimum", "first-payment-missed", "income-fell", "moved", "tiers-fallen"),
    }


def test_a_silent_rule_names_what_it_misses(policies: Policies) -> None:
    lacking = dict(silent(policies, BILLED_BOOK))
    assert lacking["redraw"] == ("payments", "transactions")
    assert lacking["minimum-only"] == ("statements.minimum_due",)
    assert lacking["first-payment-missed"] == ("accounts.opened_on",)
    assert lacking["income-fell"] == ("snapshots", "accounts.income_monthly")
    assert lacking["tiers-fallen"] == ("three_snapshots",)
    assert lacking["salary-fell"] == ("transactions",)
    spent = dict(silent(policies, BILLED_BOOK | {"transactions"}))
    assert spent["salary-fell"] == ("transactions.kind=salary",)
    assert spent["spending-stopped"] == ("transactions.days=210",)


def test_one_of_two_columns_is_enough(policies: Policies) -> None:
    without = BILLED_BOOK - {"accounts.credit_limit"}
    assert dict(silent(policies, without))["over-limit"] == ("statements.credit_limit",)
    assert "over-limit" not in dict(silent(policies, without | {"statements.credit_limit"}))


def test_nothing_is_silent_when_everything_is_there(policies: Policies) -> None:
    days = {need for rule in policies.signals for need in rule.needs if needs.days(need)}
    assert silent(policies, needs.FEEDS | days) == ()
