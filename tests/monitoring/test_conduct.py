"""How an account pays, uses its limit and spends."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.monitoring.conduct import conduct
from tests.monitoring.builders import AS_OF, PaymentRow, Tiny, days_ago, typed

REVOLVING = ("revolving",) * 6


def test_what_was_paid_settles_the_bill_of_the_month_before() -> None:
    account = Tiny(balances=(900, 800, 400, 400, 400, 400), paid=(200, 400, 300, 200, 100, 0)).one()
    assert account["pay_ratio_now"] == pytest.approx(200 / 800)
    assert account["pay_ratio_before"] == pytest.approx((400 / 400 + 300 / 400 + 200 / 400) / 3)


def test_paying_more_than_the_bill_is_paying_it_whole() -> None:
    assert Tiny(balances=(0, 500, 0, 0, 0, 0), paid=(900, 0, 0, 0, 0, 0)).one()["pay_ratio_now"] == 1


def test_no_bill_is_no_ratio() -> None:
    assert Tiny(balances=(500, 0, 0, 0, 0, 0), paid=(0,) * 6).one()["pay_ratio_now"] is None


def test_utilisation_now_and_two_cycles_ago() -> None:
    account = Tiny(balances=(46_500, 30_000, 20_500, 0, 0, 0)).one()
    assert (account["utilisation_now"], account["utilisation_before"]) == (0.93, 0.41)


def test_a_credit_balance_uses_nothing_of_the_limit() -> None:
    assert Tiny(balances=(-300, 0, 0, 0, 0, 0)).one()["utilisation_now"] == 0


@pytest.mark.parametrize("limit", [None, 0])
def test_without_a_limit_utilisation_is_not_known(limit: int | None) -> None:
    assert Tiny(limit=limit).one()["utilisation_now"] is None


def test_late_and_full_cycles_are_counted_over_the_five_earlier_ones() -> None:
    status = ("past_due", "paid_in_full", "paid_in_full", "past_due", "revolving", "paid_in_full")
    account = Tiny(late=(2, 0, 0, 1, 0, 0), status=status).one()
    assert (account["late_cycles_count"], account["full_payments_count"]) == (1, 3)
    assert (account["cycles_past_due"], account["cycles_past_due_before"]) == (2, 0)


def test_without_the_lenders_word_the_payment_against_the_bill_says_what_was_paid_in_full() -> None:
    account = Tiny(balances=(500,) * 6, paid=(0, 500, 499, 700, 500, 500), status=(None,) * 6).one()
    assert account["full_payments_count"] == 3  # the oldest bill it could have settled is not known


def test_an_unpaid_streak_ends_with_the_first_payment() -> None:
    assert Tiny(balances=(500,) * 6, paid=(0, 0, 1, 0, 0, 0)).one()["unpaid_streak_count"] == 2


def test_a_month_without_a_bill_is_not_an_unpaid_month() -> None:
    assert Tiny(balances=(500, 500, 0, 500, 500, 500), paid=(0,) * 6).one()["unpaid_streak_count"] == 1


def test_the_minimum_counts_within_a_tenth() -> None:
    account = Tiny(balances=(3_000,) * 6, paid=(110, 90, 100, 111, 100, 100), minimum=100, status=REVOLVING).one()
    assert account["minimum_streak_count"] == 3


def test_paying_a_bill_that_is_no_more_than_the_minimum_is_paying_in_full() -> None:
    assert Tiny(balances=(100,) * 6, paid=(100,) * 6, minimum=100).one()["minimum_streak_count"] == 0


def test_idle_cycles_are_those_before_the_newest() -> None:
    assert Tiny(balances=(9_000, 0, 0, 0, 50, 0), paid=(0,) * 6).one()["idle_streak_count"] == 3


def test_an_account_without_statements_tells_nothing() -> None:
    account = Tiny(balances=(), paid=(), late=(), status=()).one()
    unknown = ("utilisation_now", "pay_ratio_now", "late_cycles_count", "unpaid_streak_count", "idle_streak_count")
    assert [account[name] for name in unknown] == [None] * 5


# --- payments --------------------------------------------------------------------------------------------------------------


def test_the_last_payment_is_the_newest_that_was_not_returned() -> None:
    account = Tiny(payments=((20, 300, "posted"), (9, 500, "posted"), (3, 700, "returned"))).one()
    assert (account["last_paid_on"], account["last_paid_amount"]) == (days_ago(9), Decimal(500))
    assert (account["returned_count"], account["returned_on"]) == (1, days_ago(3))
    assert account["returned_amount"] == Decimal(700)


def test_returned_payments_count_for_thirty_days() -> None:
    account = Tiny(payments=((29, 1, "returned"), (30, 1, "returned"))).one()
    assert account["returned_count"] == 1


def test_what_lies_after_the_books_date_does_not_count() -> None:
    account = Tiny(payments=((-1, 500, "posted"),), transactions=((-1, 500, "cash_advance"),)).one()
    assert (account["last_paid_on"], account["cash_advance_count"]) == (None, 0)


def test_days_from_the_statement_to_the_first_payment_of_each_cycle() -> None:
    # The statements are of the 20th: payments on 24 September, 30 and 31 August, and 21 July.
    account = Tiny(payments=((6, 5, "posted"), (30, 5, "posted"), (31, 5, "posted"), (71, 5, "posted"))).one()
    found = [account[f"pay_delay{cycle}_days"] for cycle in ("", "_one_ago", "_two_ago")]
    assert (found, account["pay_delay_on"]) == ([4, 10, 1], days_ago(6))


def test_a_cycle_that_is_not_paid_yet_is_not_compared() -> None:
    account = Tiny(payments=((30, 5, "posted"), (71, 5, "posted"), (2, 5, "returned"))).one()
    found = [account[f"pay_delay{cycle}_days"] for cycle in ("", "_one_ago", "_two_ago")]
    assert (found, account["pay_delay_on"]) == ([11, 1, None], days_ago(30))


def test_a_payment_on_the_day_of_a_statement_belongs_to_the_cycle_before() -> None:
    account = Tiny(payments=((10, 5, "posted"),)).one()
    assert (account["pay_delay_days"], account["pay_delay_on"]) == (31, days_ago(10))


@pytest.mark.parametrize(
    ("paid", "payments", "ever"), [((0, 0), (), False), ((0, 5), (), True), ((0, 0), ((1, 5, "posted"),), True)]
)
def test_whether_a_payment_was_ever_made(paid: tuple[int, int], payments: tuple[PaymentRow, ...], ever: bool) -> None:
    account = Tiny(balances=(9, 9), paid=paid, late=(0, 0), status=("revolving",) * 2, payments=payments)
    assert account.one()["paid_ever"] is ever


def test_without_statements_and_payments_nobody_knows_whether_a_payment_was_made() -> None:
    assert Tiny(balances=(), paid=(), late=(), status=()).one()["paid_ever"] is None


# --- transactions ----------------------------------------------------------------------------------------------------------


def test_cash_advances_lately_and_as_usual() -> None:
    lately = tuple((d, 100, "cash_advance") for d in (0, 10, 29))
    before = tuple((d, 100, "cash_advance") for d in (30, 60, 119, 120))
    account = Tiny(transactions=lately + before).one()
    assert (account["cash_advance_count"], account["cash_advance_usual"]) == (3, 1.0)
    assert account["cash_advance_on"] == AS_OF


def test_the_usual_purchase_is_one_that_was_made() -> None:
    before = tuple((14 + n, 100 + n, "purchase") for n in range(40))
    account = Tiny(transactions=((13, 9_000, "purchase"), (3, 20, "purchase"), *before)).one()
    assert (account["purchase_largest"], account["purchase_on"]) == (Decimal(9_000), days_ago(13))
    assert (account["purchase_usual"], account["purchase_count"]) == (Decimal(137), 40)


def test_of_twenty_purchases_the_usual_one_is_the_second_largest() -> None:
    few = Tiny(transactions=tuple((14 + n, 100 + n, "purchase") for n in range(19))).one()
    assert few["purchase_usual"] == Decimal(118)
    many = Tiny(transactions=tuple((14 + n, 100 + n, "purchase") for n in range(20))).one()
    assert many["purchase_usual"] == Decimal(118)


def test_of_two_equal_purchases_the_newest_is_the_largest() -> None:
    assert Tiny(transactions=((9, 500, "purchase"), (4, 500, "purchase"))).one()["purchase_on"] == days_ago(4)


def test_purchases_lately_and_before() -> None:
    account = Tiny(
        transactions=((29, 1, "purchase"), (30, 20, "purchase"), (209, 300, "purchase"), (210, 4_000, "purchase"))
    ).one()
    assert (account["spent_lately"], account["spent_before"]) == (Decimal(1), Decimal(320))
    assert account["spent_on"] == days_ago(29)


def test_the_first_cash_advance_is_looked_for_180_days_back() -> None:
    account = Tiny(transactions=((2, 1, "cash_advance"), (209, 1, "cash_advance"), (210, 1, "cash_advance"))).one()
    assert (account["cash_advance_count"], account["cash_advance_before_count"]) == (1, 1)


def test_transfers_in_a_week_and_as_usual() -> None:
    sent = tuple((d, 50, "transfer") for d in (0, 6, 7, 96, 97))
    account = Tiny(transactions=sent).one()
    assert (account["transfer_count"], account["transfer_on"]) == (2, AS_OF)
    assert account["transfer_usual"] == pytest.approx(2 * 7 / 90)


def test_requests_for_a_higher_limit_count_for_ninety_days() -> None:
    account = Tiny(transactions=((89, 0, "limit_request"), (90, 0, "limit_request"))).one()
    assert (account["limit_request_count"], account["limit_request_on"]) == (1, days_ago(89))


def test_salaries_lately_and_before() -> None:
    account = Tiny(transactions=tuple((d, 2_000, "salary") for d in (34, 35, 184, 185))).one()
    assert (account["salary_lately"], account["salary_before"]) == (Decimal(2_000), Decimal(4_000))
    assert (account["salary_count"], account["salary_on"]) == (2, days_ago(34))


def test_how_far_the_transactions_of_the_whole_book_reach() -> None:
    account = Tiny(transactions=((300, 1, "fee"), (4, 1, "fee"), (-2, 1, "fee"))).one()
    assert (account["transactions_days"], account["transactions_age_days"]) == (300, 4)
    assert Tiny().one()["transactions_days"] is None


def test_drawing_again_counts_for_two_days_from_the_payment() -> None:
    drawn = ((8, 9_999, "purchase"), (7, 300, "purchase"), (5.5, 400, "transfer"), (5, 9_999, "purchase"))
    account = Tiny(payments=((7, 1_000, "posted"),), transactions=(*drawn, (6, 50, "fee"))).one()
    assert (account["redraw_share"], account["redraw_on"]) == (0.7, days_ago(7))


def test_an_old_payment_is_not_looked_at_for_drawing_again() -> None:
    account = Tiny(payments=((40, 1_000, "posted"),), transactions=((40, 1_000, "purchase"),)).one()
    assert account["redraw_on"] is None


# --- always ----------------------------------------------------------------------------------------------------------------

amounts = st.integers(-2_000, 200_000)


@given(
    balances=st.tuples(*[amounts] * 6),
    paid=st.tuples(*[st.integers(0, 200_000)] * 6),
    late=st.tuples(*[st.integers(0, 9)] * 6),
    limit=st.sampled_from([None, 0, 1, 50_000]),
)
def test_ratios_stay_in_their_range_and_nothing_is_nan(
    balances: tuple[int, ...], paid: tuple[int, ...], late: tuple[int, ...], limit: int | None
) -> None:
    account = Tiny(balances=balances, paid=paid, late=late, limit=limit, minimum=100).one()
    for name in ("pay_ratio_now", "pay_ratio_before"):
        assert account[name] is None or 0 <= account[name] <= 1
    for name in ("utilisation_now", "utilisation_before"):
        assert account[name] is None or account[name] >= 0
    for name in ("late_cycles_count", "full_payments_count", "idle_streak_count"):
        assert 0 <= account[name] <= 5
    assert 0 <= account["unpaid_streak_count"] <= 5


def test_one_row_an_account_in_the_order_of_the_cycles() -> None:
    ids = ["B", "A", "C"]
    cycles = typed([{"account_id": account} for account in ids], frames.CYCLES)
    paid = typed([{"account_id": "C", "status": "posted", "amount": 5, "paid_at": AS_OF}] * 2, frames.PAYMENTS)
    spent = frames.Transactions(frames.empty(frames.TRANSACTIONS))
    found = conduct(frames.Cycles(cycles), frames.Payments(paid), spent, as_of=AS_OF).collect()
    assert found["account_id"].to_list() == ids
    assert found.schema == frames.polars_schema(frames.CONDUCT)
    assert found["last_paid_on"].to_list() == [None, None, AS_OF]


def test_nothing_is_computed_before_it_is_asked_for() -> None:
    cycles = frames.Cycles(frames.empty(frames.CYCLES))
    found = conduct(
        cycles,
        frames.Payments(frames.empty(frames.PAYMENTS)),
        frames.Transactions(frames.empty(frames.TRANSACTIONS)),
        as_of=date(2026, 1, 1),
    )
    assert isinstance(found, pl.LazyFrame)
    assert found.collect().is_empty()
