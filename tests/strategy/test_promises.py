"""What becomes of a promise to pay. Grace is three days."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.policy.load import load
from deskcollect.policy.model import Policies
from deskcollect.strategy.promises import promise_facts
from tests.strategy.builders import day, inferred, judged, paid, promised

POLICIES = load()


def states(*args: Any, **kwargs: Any) -> list[str]:
    """Return the states of judged promises in the order in which they were made."""
    return judged(*args, **kwargs)["status"].to_list()


# --- judged against payments -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on", [1, 5, 10, 13])
def test_a_promise_paid_in_full_by_the_last_day_of_grace_is_kept(on: int, policies: Policies) -> None:
    assert states([promised(1, 500, due=10)], [paid(on, 500)], policies, as_of=14) == ["kept"]


def test_payments_add_up(policies: Policies) -> None:
    found = judged([promised(1, 500, due=10)], [paid(2, 200), paid(9, 300)], policies, as_of=14).to_dicts()[0]
    assert (found["status"], found["paid"], found["resolved_on"]) == ("kept", Decimal(500), day(14))


def test_less_than_promised_is_partial(policies: Policies) -> None:
    assert states([promised(1, 500, due=10)], [paid(9, 499)], policies, as_of=14) == ["partial"]


def test_nothing_paid_is_broken(policies: Policies) -> None:
    assert states([promised(1, 500, due=10)], [], policies, as_of=14) == ["broken"]


@pytest.mark.parametrize("payment", [paid(14, 500), paid(5, 500, account="A2"), paid(5, 500, "returned")])
def test_late_returned_and_other_peoples_payments_keep_no_promise(payment: dict[str, Any], policies: Policies) -> None:
    assert states([promised(1, 500, due=10)], [payment], policies, as_of=20) == ["broken"]


def test_what_was_paid_before_it_was_made_does_not_count(policies: Policies) -> None:
    assert states([promised(3, 500, due=10)], [paid(2, 500)], policies, as_of=20) == ["broken"]


@pytest.mark.parametrize(("as_of", "state"), [(5, "open"), (10, "open"), (11, "due"), (13, "due"), (14, "broken")])
def test_it_is_judged_only_when_the_book_lies_after_grace(as_of: int, state: str, policies: Policies) -> None:
    assert states([promised(1, 500, due=10)], [], policies, as_of=as_of) == [state]


def test_an_old_book_judges_nothing_however_late_it_is(policies: Policies) -> None:
    found = judged([promised(1, 500, due=10)], [], policies, as_of=9, today=25).to_dicts()[0]
    assert (found["status"], found["resolved_on"]) == ("due", None)


def test_what_came_so_far_is_shown_while_it_is_open(policies: Policies) -> None:
    found = judged([promised(1, 500, due=10)], [paid(4, 200)], policies, as_of=5).to_dicts()[0]
    assert (found["status"], found["paid"]) == ("open", Decimal(200))


def test_a_withdrawn_promise_was_never_made(policies: Policies) -> None:
    assert states([promised(1, 500, due=10, withdrawn=True)], [], policies, as_of=14) == []


def test_only_codes_that_promise_count(policies: Policies) -> None:
    assert states([promised(1, 500, due=10, code="PART")], [], policies, as_of=14) == []


def test_the_first_instalment_of_a_plan_counts_as_a_promise(policies: Policies) -> None:
    plan = promised(1, 500, due=20, code="PLAN")
    assert states([plan], [paid(20, 500)], policies, as_of=25) == ["kept"]


def test_a_promise_made_after_the_day_of_the_run_is_not_known_yet(policies: Policies) -> None:
    assert states([promised(9, 500, due=12)], [], policies, as_of=8) == []
    assert states([promised(9, 500, due=12)], [], policies, as_of=8, today=9) == ["open"]


# --- a newer promise ---------------------------------------------------------------------------------------------------------


def test_a_newer_promise_replaces_one_that_is_not_resolved(policies: Policies) -> None:
    made = [promised(1, 500, due=10), promised(13, 400, due=20)]
    assert states(made, [paid(20, 400)], policies, as_of=25) == ["replaced", "kept"]


def test_after_grace_the_older_one_is_judged_by_itself(policies: Policies) -> None:
    made = [promised(1, 500, due=10), promised(14, 400, due=20)]
    assert states(made, [paid(20, 400)], policies, as_of=25) == ["broken", "kept"]


def test_a_promise_that_was_fulfilled_before_the_newer_one_is_kept(policies: Policies) -> None:
    made = [promised(1, 500, due=10), promised(6, 300, due=20)]
    assert states(made, [paid(5, 500)], policies, as_of=25) == ["kept", "broken"]


def test_a_payment_on_the_day_of_the_newer_promise_counts_for_that(policies: Policies) -> None:
    made = [promised(1, 500, due=10), promised(6, 300, due=20)]
    found = judged(made, [paid(6, 500)], policies, as_of=25)
    assert found["status"].to_list() == ["replaced", "kept"]
    assert found["paid"].to_list() == [Decimal(0), Decimal(500)]


def test_two_promises_of_one_day_leave_the_later(policies: Policies) -> None:
    made = [promised(1, 500, due=10), promised(1, 400, due=10)]
    assert states(made, [paid(9, 400)], policies, as_of=25) == ["replaced", "kept"]


def test_a_withdrawn_newer_promise_replaces_nothing(policies: Policies) -> None:
    made = [promised(1, 500, due=10), promised(5, 400, due=20, withdrawn=True)]
    assert states(made, [paid(9, 500)], policies, as_of=25) == ["kept"]


def test_promises_on_two_accounts_do_not_meet(policies: Policies) -> None:
    made = [promised(1, 500, due=10), promised(2, 500, due=10, account_id="A2")]
    assert states(made, [paid(9, 500)], policies, as_of=25) == ["kept", "broken"]


days = st.integers(1, 28)


@settings(deadline=None, max_examples=60)
@given(
    made=st.lists(st.tuples(days, st.integers(1, 900), st.integers(0, 14)), max_size=6),
    payments=st.lists(st.tuples(st.integers(1, 60), st.integers(1, 900)), max_size=8),
)
def test_no_payment_counts_for_two_promises(made: list[tuple[int, int, int]], payments: list[tuple[int, int]]) -> None:
    events = [promised(on, amount, due=on + ahead) for on, amount, ahead in made]
    found = judged(events, [paid(on, amount) for on, amount in payments], POLICIES, as_of=90)
    assert found.height == len(made)
    assert sum(found["paid"].to_list()) <= sum(amount for _, amount in payments)
    assert set(found["status"]) <= {"kept", "partial", "broken", "replaced"}


@settings(deadline=None, max_examples=60)
@given(amount=st.integers(1, 900), extra=st.integers(0, 900), on=st.integers(1, 13))
def test_paying_more_never_makes_it_worse(amount: int, extra: int, on: int) -> None:
    order = ["broken", "partial", "kept"]
    less, more = (
        states([promised(1, 500, due=10)], [paid(on, total)], POLICIES, as_of=14)[0]
        for total in (amount, amount + extra)
    )
    assert order.index(less) <= order.index(more)


# --- a book without payments -------------------------------------------------------------------------------------------------


def test_a_fall_of_the_past_due_amount_counts_as_payment(policies: Policies) -> None:
    found = inferred([promised(3, 500, due=10)], {1: 900, 8: 900, 15: 400}, policies, as_of=15).to_dicts()[0]
    assert (found["status"], found["paid"], found["inferred"]) == ("kept", Decimal(500), True)


def test_a_smaller_fall_is_partial_and_none_is_broken(policies: Policies) -> None:
    made = [promised(3, 500, due=10)]
    assert inferred(made, {1: 900, 8: 800, 15: 800}, policies, as_of=15)["status"].to_list() == ["partial"]
    assert inferred(made, {1: 900, 8: 950, 15: 950}, policies, as_of=15)["status"].to_list() == ["broken"]


def test_a_fall_that_was_seen_before_it_was_made_or_began_after_grace_does_not_count(policies: Policies) -> None:
    made = [promised(3, 500, due=10)]
    assert inferred(made, {1: 900, 3: 100}, policies, as_of=15)["status"].to_list() == ["broken"]
    assert inferred(made, {1: 900, 13: 900, 20: 100}, policies, as_of=20)["status"].to_list() == ["broken"]


def test_without_a_newer_book_nothing_is_judged(policies: Policies) -> None:
    assert inferred([promised(3, 500, due=10)], {1: 900}, policies, as_of=1).is_empty()
    assert inferred([promised(3, 500, due=10)], {1: 900, 12: 300}, policies, as_of=12)["status"].to_list() == ["due"]


def test_one_fall_counts_for_the_older_promise_first_and_the_rest_for_the_newer(policies: Policies) -> None:
    made = [promised(1, 500, due=5), promised(10, 300, due=15)]
    found = inferred(made, {1: 900, 30: 250}, policies, as_of=30)
    assert found["paid"].to_list() == [Decimal(500), Decimal(150)]
    assert found["status"].to_list() == ["kept", "partial"]


def test_a_replaced_promise_takes_nothing_from_the_newer(policies: Policies) -> None:
    made = [promised(2, 500, due=10), promised(6, 500, due=20)]
    found = inferred(made, {1: 900, 30: 400}, policies, as_of=30)
    assert found["status"].to_list() == ["replaced", "kept"]


def test_with_payments_nothing_is_inferred(policies: Policies) -> None:
    assert judged([promised(1, 500, due=10)], [], policies, as_of=14)["inferred"].to_list() == [False]


# --- day's files after the book ----------------------------------------------------------------------------------------------


def filed(payments: list[dict[str, Any]], *files: int) -> str:
    """Return the state of a promise of the first, due on the tenth, by a book of the fifth and day's files."""
    (state,) = states([promised(1, 500, due=10)], payments, POLICIES, as_of=5, today=30, files=files)
    return state


def test_a_promise_is_judged_by_the_files_of_all_its_days() -> None:
    assert filed([paid(9, 500)], 6, 9, 14) == "kept"
    assert filed([paid(9, 499)], 6, 9, 14) == "partial"
    assert filed([paid(14, 500)], 6, 9, 14) == "broken"


def test_it_waits_while_a_day_of_its_grace_may_bring_more() -> None:
    assert filed([paid(9, 200)], 6, 9, 13) == "due"


def test_a_hole_between_files_breaks_no_promise_and_hides_none_that_was_kept() -> None:
    assert filed([paid(20, 100)], 20) == "due"
    assert filed([paid(9, 200), paid(20, 100)], 9, 20) == "due"
    assert filed([paid(9, 500), paid(20, 100)], 9, 20) == "kept"


def test_a_long_weekend_is_no_hole() -> None:
    assert filed([], 6, 11, 16) == "broken"
    assert filed([], 6, 12, 16) == "due"


def test_a_late_file_fills_the_hole() -> None:
    assert filed([], 6, 8, 14) == "due"
    assert filed([], 14, 6, 10, 8) == "broken"


def test_without_payments_in_the_book_files_tell_of_what_was_promised_since_they_began() -> None:
    made = [promised(3, 500, due=10)]
    by_files = inferred(made, {3: 900}, POLICIES, as_of=3, payments=[paid(9, 500)], files=[3, 8, 10, 14]).to_dicts()[0]
    assert (by_files["status"], by_files["inferred"]) == ("kept", False)
    begun_later = inferred(made, {1: 900, 20: 900}, POLICIES, as_of=20, files=[4, 8, 12, 16]).to_dicts()[0]
    assert (begun_later["status"], begun_later["inferred"]) == ("broken", True)
    fallen = inferred(made, {1: 900, 20: 400}, POLICIES, as_of=20, files=[4, 8]).to_dicts()[0]
    assert (fallen["status"], fallen["inferred"]) == ("kept", True)


def test_what_files_showed_to_be_paid_stays_kept_whatever_the_next_book_owes() -> None:
    made = [promised(3, 500, due=10)]
    found = inferred(made, {1: 900, 30: 950}, POLICIES, as_of=30, payments=[paid(9, 500)], files=[9]).to_dicts()[0]
    assert (found["status"], found["inferred"]) == ("kept", False)


@settings(deadline=None, max_examples=60)
@given(
    made=st.lists(st.tuples(st.integers(1, 20), st.integers(1, 900), st.integers(0, 14)), min_size=1, max_size=4),
    payments=st.lists(st.tuples(st.integers(1, 60), st.integers(1, 900)), max_size=8),
    book=st.integers(1, 30),
    until=st.integers(1, 60),
)
def test_a_book_and_all_files_since_say_what_one_later_book_says(
    made: list[tuple[int, int, int]], payments: list[tuple[int, int]], book: int, until: int
) -> None:
    last = max(book, until)
    events = [promised(on, amount, due=on + ahead) for on, amount, ahead in made]
    known = [paid(on, amount) for on, amount in payments if on <= last]
    files = list(range(book + 1, last + 1))
    one = judged(events, known, POLICIES, as_of=book, today=60, files=files)
    assert one.equals(judged(events, known, POLICIES, as_of=last, today=60))


@settings(deadline=None, max_examples=60)
@given(
    payments=st.lists(st.tuples(st.integers(1, 30), st.integers(1, 900)), max_size=5),
    files=st.sets(st.integers(6, 30), max_size=12),
    later=st.integers(7, 40),
)
def test_what_is_judged_stays_as_it_is_while_files_come_on_time(
    payments: list[tuple[int, int]], files: set[int], later: int
) -> None:
    def state(until: int) -> str:
        so_far = [
            paid(on, amount) for on, amount in payments if on <= 5 or on in {day for day in files if day <= until}
        ]
        return filed(so_far, *(day for day in files if day <= until))

    before, after = state(later - 1), state(later)
    assert before in {"open", "due"} or after == before


# --- facts of an account -----------------------------------------------------------------------------------------------------


def told(made: list[dict[str, Any]], payments: list[dict[str, Any]], *, as_of: int) -> dict[str, Any]:
    """Return the facts of one account's promises."""
    found = judged(made, payments, POLICIES, as_of=as_of)
    return promise_facts(frames.Promises(found.lazy()), as_of=day(as_of)).collect().to_dicts()[0]


def test_the_newest_promise_speaks_for_the_account() -> None:
    fact = told([promised(1, 500, due=5), promised(20, 300, due=28, by="ben")], [], as_of=25)
    assert (fact["promise_status"], fact["promise_amount"], fact["promise_due"]) == ("open", Decimal(300), day(28))
    assert (fact["promise_by"], fact["promise_paid"]) == ("ben", Decimal(0))
    assert (fact["promise_broken_count"], fact["promise_broken_on"]) == (1, day(9))


def test_kept_and_broken_are_counted_over_half_a_year() -> None:
    made = [promised(1, 500, due=5), promised(20, 300, due=25)]
    assert told(made, [paid(5, 500)], as_of=30)["promise_kept_count"] == 1
    half_a_year_on = told(made, [paid(5, 500)], as_of=9 + 180)
    assert (half_a_year_on["promise_kept_count"], half_a_year_on["promise_broken_count"]) == (0, 1)


def test_shape_and_names() -> None:
    found = judged([promised(1, 500, due=10)], [], POLICIES, as_of=5)
    assert found.schema == frames.polars_schema(frames.PROMISES)
    fact = promise_facts(frames.Promises(found.lazy()), as_of=day(5)).collect()
    assert fact.schema == frames.polars_schema(frames.PROMISE_FACTS)


def test_a_ledger_without_promises_says_nothing() -> None:
    found = judged([], [], POLICIES, as_of=5)
    assert found.is_empty()
    assert promise_facts(frames.Promises(found.lazy()), as_of=day(5)).collect().is_empty()
