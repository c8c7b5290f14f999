"""What the ledger says of an account at a date."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.ledger import document, event_frame, line
from deskcollect.ledger.projections import past
from deskcollect.policy.load import load
from deskcollect.records import Event
from deskcollect.vocabulary import Direction, EventKind
from tests.ledger.builders import DAY, DESK, NOW, ZONE, event, event_id

POLICIES = load()
ACCOUNTS = {"A1": "C1", "A2": "C1", "B1": "C2"}
NUMBERS = [("C1", "mobile"), ("C1", "home"), ("C2", "mobile")]


def day(number: int) -> date:
    """Return the n-th day after the as-of date; before it if negative."""
    return DAY + timedelta(days=number)


def told(number: int, code: str, on: int = 0, account: str = "A1", **fields: Any) -> Event:
    """Return the n-th event: a code recorded for an account on a day at the n-th minute past ten."""
    at = datetime.combine(day(on), time(10, number % 60), tzinfo=ZONE)
    given: dict[str, Any] = {"account_id": account, "customer_id": ACCOUNTS.get(account, "C1"), "occurred_at": at}
    return event(number, code=code, **{**given, **fields})


def undo(number: int, target: int) -> Event:
    """Return the n-th event, which withdraws another."""
    return told(number, "", kind=EventKind.CORRECTION, corrects=event_id(target))


def table(events: list[Event]) -> frames.Events:
    """Return events as the ledger would tell them."""
    texts = [document.canonical(document.write(each, recorded_at=NOW, desk=DESK)) for each in events]
    known = event_frame._local(event_frame.decode(line.encode(line.START, "events", texts)[0]), ZONE)
    return frames.Events(event_frame._marked(known, event_frame._corrections(known)).lazy())


def projected(*events: Event, today: int = 0, numbers: list[tuple[str, str]] | None = None) -> pl.DataFrame:
    """Return the past of all accounts."""
    points = pl.DataFrame(
        numbers if numbers is not None else NUMBERS, frames.polars_schema(frames.NUMBERS), orient="row"
    )
    owners = pl.LazyFrame({"account_id": list(ACCOUNTS), "customer_id": list(ACCOUNTS.values())})
    result = past(
        table(list(events)), frames.Numbers(points.lazy()), owners, POLICIES, as_of=DAY, today=day(today)
    ).collect()
    assert result.schema == frames.polars_schema(frames.PAST)
    assert result["account_id"].to_list() == list(ACCOUNTS)
    return result


def of(*events: Event, account: str = "A1", **fields: Any) -> dict[str, Any]:
    """Return the past of one account."""
    return projected(*events, **fields).row(by_predicate=pl.col("account_id") == account, named=True)


# --- the newest outcome ------------------------------------------------------------------------------------------------


def test_an_account_that_the_ledger_does_not_know_has_no_past() -> None:
    row = of()
    assert row.pop("account_id") == "A1"
    flags = {name: row.pop(name) for name in ("worked_today", "attempt_count", "bad_number_count", "contact_lost")}
    assert flags == {"worked_today": False, "attempt_count": 0, "bad_number_count": 0, "contact_lost": False}
    assert set(row.values()) == {None}


def test_the_newest_outcome_is_the_one_that_happened_last_not_the_one_recorded_last() -> None:
    row = of(told(2, "VM", on=0, by="ben"), told(1, "NA", on=-1))
    assert (row["last_code"], row["last_on"], row["last_by"]) == ("VM", DAY, "ben")
    assert row["last_at"] == datetime(2026, 9, 30, 2, 2, tzinfo=UTC)


def test_of_two_outcomes_at_the_same_instant_the_later_id_is_the_newest() -> None:
    at = datetime(2026, 9, 30, 10, tzinfo=ZONE)
    assert of(told(2, "VM", occurred_at=at), told(1, "NA", occurred_at=at))["last_code"] == "VM"


def test_a_note_changes_nothing_of_where_the_work_stands() -> None:
    worked = told(1, "PTP", on=-1, data={"next_on": "2026-10-05"})
    row = of(worked, told(2, "NOTE"))
    assert row == of(worked)
    assert (row["last_code"], row["next_on"], row["worked_today"]) == ("PTP", date(2026, 10, 5), False)


def test_an_account_was_worked_today_when_something_happened_today() -> None:
    assert of(told(1, "NA"))["worked_today"]
    assert not of(told(1, "NA", on=-1))["worked_today"]
    assert of(told(1, "NA", on=2), today=2)["worked_today"]


def test_an_outcome_after_the_book_counts_once_its_day_has_come() -> None:
    assert of(told(1, "NA", on=2), today=1)["last_code"] is None
    assert of(told(1, "NA", on=2), today=2)["last_code"] == "NA"


def test_an_outcome_counts_up_to_the_date_of_a_book_that_is_ahead_of_the_clock() -> None:
    assert of(told(1, "NA"), today=-3)["last_code"] == "NA"


def test_only_outcomes_count() -> None:
    assert of(told(1, "NA", kind="claim")) == of()


def test_a_code_in_small_letters_or_that_nobody_knows_still_is_the_newest() -> None:
    assert of(told(1, "ptp"))["conversation_on"] == DAY
    row = of(told(1, "ZZZ"))
    assert (row["last_code"], row["attempt_count"], row["hold_code"]) == ("ZZZ", 0, None)


def test_the_day_it_comes_up_again_is_that_of_the_newest_outcome_alone() -> None:
    first = told(1, "VM", data={"next_on": "2026-10-02"})
    assert of(first)["next_on"] == date(2026, 10, 2)
    assert of(first, told(2, "NA"))["next_on"] is None


# --- attempts and conversations ----------------------------------------------------------------------------------------


def test_attempts_count_over_seven_days_and_today_is_one_of_them() -> None:
    tried = [told(n, "NA", on=-n) for n in range(9)]
    assert of(*tried)["attempt_count"] == 7
    assert of(*tried, today=3)["attempt_count"] == 4


def test_a_call_from_the_customer_is_no_attempt() -> None:
    row = of(told(1, "NC", direction=Direction.INBOUND))
    assert (row["attempt_count"], row["conversation_on"]) == (0, DAY)


def test_somebody_else_on_the_line_is_an_attempt_and_no_conversation() -> None:
    row = of(told(1, "TP"), told(2, "WN"))
    assert (row["attempt_count"], row["conversation_on"]) == (2, None)


def test_the_last_day_of_declining_is_kept_after_later_attempts() -> None:
    row = of(told(1, "RP", on=-3), told(2, "NA"))
    assert (row["refused_on"], row["conversation_on"]) == (day(-3), day(-3))


# --- holds -------------------------------------------------------------------------------------------------------------


def test_a_dispute_holds_its_own_account_only() -> None:
    disputed = told(1, "DISP", on=-2, by="ben")
    row = of(disputed)
    assert (row["hold_code"], row["hold_on"], row["hold_by"]) == ("DISP", day(-2), "ben")
    assert of(disputed, account="A2")["hold_code"] is None


@pytest.mark.parametrize("code", ["HARD", "CEASE", "ATTY", "DECD", "BKRP", "CMPL"])
def test_what_concerns_the_customer_holds_all_of_the_customers_accounts(code: str) -> None:
    stopped = told(1, code)
    assert projected(stopped)["hold_code"].to_list() == [code, code, None]


def test_a_request_to_stop_holds_whatever_channel_it_names() -> None:
    assert of(told(1, "CEASE", data={"channel": "text"}), account="A2")["hold_code"] == "CEASE"


def test_the_newest_hold_is_shown_whether_its_own_or_the_customers() -> None:
    events = [told(1, "DISP", on=-2), told(2, "HARD", on=-1, account="A2")]
    assert [row["hold_code"] for row in projected(*events).to_dicts()] == ["HARD", "HARD", None]
    assert of(*events, told(3, "FRD"))["hold_code"] == "FRD"


def test_a_later_call_does_not_lift_a_hold_and_its_withdrawal_does() -> None:
    held = told(1, "DISP", on=-2)
    assert of(held, told(2, "NC"))["hold_code"] == "DISP"
    assert of(held, told(2, "NC"), undo(3, 1))["hold_code"] is None
    assert of(held, undo(3, 1), undo(4, 3))["hold_code"] == "DISP"


def test_a_hold_recorded_without_a_customer_is_spread_by_the_book() -> None:
    assert of(told(1, "DECD", customer_id=""), account="A2")["hold_code"] == "DECD"


# --- callbacks and claims ----------------------------------------------------------------------------------------------


def callback(number: int, at: str = "2026-10-01T15:00:00+08:00", **fields: Any) -> Event:
    """Return the n-th event: the customer asked to be called at a time."""
    return told(number, "CB", data={"at": at}, **fields)


def test_a_callback_stands_until_somebody_is_reached() -> None:
    asked = callback(1, by="ben")
    row = of(asked)
    assert (row["callback_at"], row["callback_by"]) == (datetime(2026, 10, 1, 7, tzinfo=UTC), "ben")
    assert of(asked, told(2, "NA"), told(3, "NOTE"))["callback_at"] is not None
    row = of(asked, told(2, "NC"))
    assert (row["callback_at"], row["callback_by"]) == (None, None)


def test_a_new_callback_takes_the_place_of_the_old_one() -> None:
    row = of(callback(1), callback(2, "2026-10-03T09:00:00+08:00"))
    assert row["callback_at"] == datetime(2026, 10, 3, 1, tzinfo=UTC)


def test_a_withdrawn_conversation_brings_the_callback_back() -> None:
    assert of(callback(1), told(2, "NC"), undo(3, 2)) == of(callback(1))


def test_who_says_it_is_paid_is_believed_until_the_next_book() -> None:
    assert of(told(1, "CLM"))["claims_paid_on"] == DAY
    assert of(told(1, "PP", on=1), today=1)["claims_paid_on"] == day(1)
    assert of(told(1, "CLM", on=-1))["claims_paid_on"] is None, "the book of the day after does not show it"


# --- numbers -----------------------------------------------------------------------------------------------------------


def bad(number: int, point: str, on: int = 0, code: str = "DC", **fields: Any) -> Event:
    """Return the n-th event: a number turned out bad."""
    return told(number, code, on=on, contact_point=point, **fields)


def test_a_bad_number_is_counted_once_however_often_it_is_tried() -> None:
    row = of(bad(1, "mobile", on=-2), bad(2, "mobile", code="WN"))
    assert (row["bad_number_count"], row["contact_lost"]) == (1, False)


def test_contact_is_lost_when_all_numbers_of_the_customer_are_bad() -> None:
    events = [bad(1, "mobile", on=-3), bad(2, "home", on=-1, account="A2")]
    for account in ("A1", "A2"):
        row = of(*events, account=account)
        assert (row["bad_number_count"], row["contact_lost"]) == (2, True)
        assert (row["contact_lost_on"], row["contact_lost_event"]) == (day(-1), event_id(2))
    assert not of(*events, account="B1")["contact_lost"]


def test_trying_lost_numbers_again_does_not_make_the_loss_newer() -> None:
    events = [bad(1, "mobile", on=-3), bad(2, "home", on=-2)]
    assert of(*events, bad(3, "mobile"), bad(4, "home"))["contact_lost_event"] == event_id(2)


def test_reaching_the_customer_on_a_number_makes_it_good() -> None:
    events = [bad(1, "mobile", on=-3), bad(2, "home", on=-2), told(3, "NC", on=-1, contact_point="home")]
    row = of(*events)
    assert (row["bad_number_count"], row["contact_lost"], row["contact_lost_on"]) == (1, False, None)
    assert of(*events, bad(4, "home"))["contact_lost_on"] == DAY


def test_a_third_party_on_a_bad_number_does_not_make_it_good() -> None:
    events = [bad(1, "mobile"), bad(2, "home"), told(3, "TP", contact_point="home")]
    assert of(*events)["contact_lost"]


def test_a_customer_without_any_number_in_the_book_is_not_lost() -> None:
    row = of(bad(1, "mobile"), numbers=[("C2", "mobile")])
    assert (row["bad_number_count"], row["contact_lost"]) == (0, False)


def test_a_number_that_the_book_no_longer_has_is_not_counted() -> None:
    row = of(bad(1, "mobile"), bad(2, "work"))
    assert row["bad_number_count"] == 1


def test_an_outcome_that_names_no_number_is_that_of_the_only_one() -> None:
    assert of(bad(1, "", account="B1"), account="B1")["contact_lost"]
    assert of(bad(1, ""))["bad_number_count"] == 0, "this customer has two"


def test_a_withdrawn_outcome_gives_the_number_back() -> None:
    events = [bad(1, "mobile"), bad(2, "home")]
    assert of(*events, undo(3, 2)) == of(events[0])


# --- whatever is recorded ----------------------------------------------------------------------------------------------

CODES = [outcome.code for outcome in POLICIES.outcomes]
OUTCOMES = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        st.integers(-9, 2),
        st.sampled_from(list(ACCOUNTS)),
        st.sampled_from(["", "mobile", "home"]),
        st.sampled_from(Direction),
    ),
    max_size=12,
)


def events_of(drawn: list[tuple[str, int, str, str, Direction]]) -> list[Event]:
    """Return drawn outcomes as events; those with an even number give a day and a time for the next step."""
    data = {"next_on": "2026-10-05", "at": "2026-10-04T09:00:00+08:00"}
    return [
        told(n, code, on, account, contact_point=point, direction=direction, data={} if n % 2 else data)
        for n, (code, on, account, point, direction) in enumerate(drawn, 1)
    ]


@settings(max_examples=40, deadline=None)
@given(OUTCOMES, st.integers(0, 1000))
def test_the_order_in_which_desks_are_merged_changes_nothing(drawn: Any, seed: int) -> None:
    events = events_of(drawn)
    shuffled = random.Random(seed).sample(events, len(events))
    assert projected(*shuffled, today=1).equals(projected(*events, today=1))


@settings(max_examples=40, deadline=None)
@given(OUTCOMES, st.sampled_from(CODES), st.integers(-9, 1))
def test_undo_restores_the_past_exactly(drawn: Any, code: str, on: int) -> None:
    events = events_of(drawn)
    wrong = told(50, code, on)
    assert projected(*events, wrong, undo(51, 50), today=1).equals(projected(*events, today=1))


@settings(max_examples=25, deadline=None)
@given(OUTCOMES)
def test_an_account_alone_has_the_past_it_has_among_all(drawn: Any) -> None:
    """The desk concludes anew for one customer after each record."""
    events = events_of(drawn)
    owners = pl.LazyFrame({"account_id": ["A1", "A2"], "customer_id": ["C1", "C1"]})
    points = frames.Numbers(pl.LazyFrame(NUMBERS, frames.polars_schema(frames.NUMBERS), orient="row"))
    mine = frames.Events(table(events).filter(pl.col("customer_id") == "C1"))
    alone = past(mine, points, owners, POLICIES, as_of=DAY, today=DAY).collect()
    assert alone.equals(projected(*events).head(2))
