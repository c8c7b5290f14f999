"""What keeps a record from being written, in the words a collector reads, and what an event is made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.policy.load import load
from deskcollect.policy.model import Policies
from deskcollect.records import Decided, Entry
from deskcollect.strategy.outcome import NOTE_LIMIT, event, excess, findings, next_on
from deskcollect.vocabulary import Channel, Direction, EventKind, Owed, Severity
from tests.desk.builders import AS_OF, TAIPEI, at, days

POLICIES = load()
NOW = at(AS_OF)
WHOLE: dict[str, dict[str, Any]] = {
    "PTP": {"amount": Decimal(1000), "due_date": days(5)},
    "PLAN": {"amount": Decimal(1000), "due_date": days(5), "count": 6},
    "PP": {"amount": Decimal(1000)},
    "PART": {"amount": Decimal(1000)},
    "SETL": {"amount": Decimal(1000)},
    "CB": {"at": at(AS_OF, 14)},
    "DISP": {"reason": "amount"},
}


def entry(code: str, **more: Any) -> Entry:
    """Return a record that has all its code needs."""
    return replace(Entry("A1", code, "ana", **WHOLE.get(code.upper(), {})), **more)


def found(given_entry: Entry, policies: Policies = POLICIES, now: datetime = NOW) -> list[tuple[str, str, str]]:
    """Return field, message and remedy of what is wrong."""
    issues = findings(given_entry, policies, now=now)
    assert all(issue.severity is Severity.ERROR and issue.code == "entry" for issue in issues)
    return [(issue.place.column, issue.message, issue.remedy) for issue in issues]


def comes_up(given_entry: Entry, now: datetime = NOW) -> date | None:
    """Return when the account comes up again."""
    outcome = POLICIES.outcome(given_entry.code)
    assert outcome is not None
    return next_on(given_entry, outcome, now=now)


# --- what is needed ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [outcome.code for outcome in POLICIES.outcomes])
def test_a_record_with_all_that_its_code_needs_is_written(code: str) -> None:
    assert found(entry(code)) == []
    assert found(entry(code.lower())) == []


@pytest.mark.parametrize(
    ("code", "without", "field", "message", "remedy"),
    [
        ("PTP", {"amount": None}, "amount", "Promise to pay needs an amount.", "Give it as in 10240 (--amount)."),
        ("PTP", {"due_date": None}, "due", "Promise to pay needs a date.", "Give it as in 2026-10-02 (--due)."),
        ("PLAN", {"count": None}, "count", "Plan agreed needs a number of instalments.", "Give it as in 6 (--count)."),
        ("CB", {"at": None}, "at", "Call back at needs a time.", "Give it as in 2026-10-02T14:00 (--callback)."),
        ("DISP", {"reason": ""}, "reason", "Dispute needs a reason.", "Pick one (--reason)."),
        ("PP", {"amount": None}, "amount", "Paid in full now needs an amount.", "Give it as in 10240 (--amount)."),
        ("PART", {"amount": None}, "amount", "Part paid now needs an amount.", "Give it as in 10240 (--amount)."),
        ("SETL", {"amount": None}, "amount", "Settlement needs an amount.", "Give it as in 10240 (--amount)."),
    ],
)
def test_what_a_code_needs_is_asked_for(
    code: str, without: dict[str, Any], field: str, message: str, remedy: str
) -> None:
    assert found(entry(code, **without)) == [(field, message, remedy)]


def test_everything_that_is_missing_is_said_at_once() -> None:
    assert [field for field, *_ in found(Entry("A1", "PLAN", "ana"))] == ["amount", "due", "count"]


def test_who_wants_no_contact_may_name_a_channel_and_means_all_otherwise() -> None:
    assert found(entry("CEASE")) == []
    assert found(entry("CEASE", channel=Channel.PHONE)) == []


def test_a_code_that_is_none_is_answered_with_those_there_are() -> None:
    ((field, message, remedy),) = found(entry("XYZ"))
    assert (field, message) == ("code", "“XYZ” is no outcome code.")
    assert remedy.startswith("Known: NA, BZ, VM, ")


def test_a_reason_that_is_none_is_answered_with_those_there_are() -> None:
    assert found(entry("DISP", reason="weather")) == [
        ("reason", "“weather” is no reason of Dispute.", "Known: not-mine, amount, paid, quality, identity, other.")
    ]


# --- what cannot be meant ----------------------------------------------------------------------------------------------------

RANGE = ("amount", "The amount must be above zero and below 10^15.", "Correct the amount.")


@pytest.mark.parametrize("amount", ["0", "-1", "1e15", "NaN", "-NaN", "Infinity", "-Infinity"])
def test_an_amount_is_a_number_above_zero_and_below_a_thousand_million_millions(amount: str) -> None:
    assert found(entry("PTP", amount=Decimal(amount))) == [RANGE]


@pytest.mark.parametrize("amount", ["0.0001", "999999999999999.9999", "10.50"])
def test_any_other_amount_may_be_meant(amount: str) -> None:
    assert found(entry("PTP", amount=Decimal(amount))) == []


@pytest.mark.parametrize("amount", ["0.00001", "1e-30", "10.123456"])
def test_money_has_four_decimals_at_most(amount: str) -> None:
    assert found(entry("PTP", amount=Decimal(amount))) == [
        ("amount", "The amount has more than 4 decimals.", "Correct the amount.")
    ]


@pytest.mark.parametrize("count", [0, -3, 1001])
def test_a_plan_has_a_number_of_instalments(count: int) -> None:
    assert found(entry("PLAN", count=count)) == [("count", f"{count} is no number of instalments.", "Give it as in 6.")]


OWES = {"past_due": Decimal(1000), "balance": Decimal(5000)}


@pytest.mark.parametrize(
    ("amount", "of"),
    [
        ("1000", None),
        ("1000.01", Owed.PAST_DUE),
        ("5000", Owed.PAST_DUE),
        ("5000.01", Owed.BALANCE),
        ("900000", Owed.BALANCE),
    ],
)
@pytest.mark.parametrize("code", ["PTP", "PP", "PART", "SETL"])
def test_an_amount_is_measured_by_what_the_account_owes(code: str, amount: str, of: Owed | None) -> None:
    above = excess(entry(code, amount=Decimal(amount)), OWES)
    assert (above.of if above else None) == of
    assert above is None or (above.amount, above.owed) == (Decimal(amount), OWES[above.of])


@pytest.mark.parametrize(
    ("each", "count", "of"),
    [("1667", 3, Owed.PAST_DUE), ("1668", 3, Owed.BALANCE), ("334", 3, None), ("335", 3, Owed.PAST_DUE)],
)
def test_the_instalments_of_a_plan_count_together_and_may_be_rounded_up(each: str, count: int, of: Owed | None) -> None:
    above = excess(entry("PLAN", amount=Decimal(each), count=count), OWES)
    assert (above.of if above else None) == of


def test_any_amount_is_more_than_an_account_in_credit_owes() -> None:
    above = excess(entry("PTP", amount=Decimal(1)), {"past_due": Decimal(0), "balance": Decimal(-320)})
    assert above is not None
    assert above.of == Owed.BALANCE


def test_what_the_book_does_not_say_is_no_measure() -> None:
    assert excess(entry("PTP"), {"past_due": None, "balance": None}) is None
    assert excess(entry("NA"), OWES) is None


def test_a_promise_lies_on_or_after_the_day_it_was_made() -> None:
    assert found(entry("PTP", due_date=AS_OF)) == []
    early = ("due", "The date lies before the day it was promised.", "Give a later date.")
    assert found(entry("PTP", due_date=days(-1))) == [early]
    assert found(entry("PTP", due_date=days(-1), occurred_at=at(days(-1)))) == []


def test_a_promise_lies_at_most_as_far_ahead_as_the_policy_says() -> None:
    assert found(entry("PTP", due_date=days(14))) == []
    assert found(entry("PTP", due_date=days(15))) == [
        ("due", "A promise may lie at most 14 days ahead.", "Promise by 14 Oct 2026, or agree a plan (PLAN).")
    ]
    longer = replace(POLICIES, promise_max_days=30)
    assert found(entry("PTP", due_date=days(15)), longer) == []


def test_the_limit_holds_for_any_code_that_promises_one_payment() -> None:
    renamed = replace(
        POLICIES.outcomes,
        rules=tuple(replace(rule, code=rule.code.replace("PTP", "P2P")) for rule in POLICIES.outcomes),
    )
    late = replace(entry("PTP", due_date=days(15)), code="P2P")
    assert [field for field, *_ in found(late, replace(POLICIES, outcomes=renamed))] == ["due"]


def test_a_plan_may_begin_later_and_not_in_another_life() -> None:
    assert found(entry("PLAN", due_date=days(60))) == []
    assert found(entry("PLAN", due_date=date(9999, 12, 31))) == [
        ("due", "The date lies more than ten years ahead.", "Correct the date.")
    ]


@pytest.mark.parametrize(
    ("when", "message", "remedy"),
    [
        (NOW + timedelta(minutes=2), "The time lies in the future.", "Record it when it has happened."),
        (datetime(9999, 12, 31, 23, 59, tzinfo=UTC), "The time lies in the future.", "Record it when it has happened."),
        (NOW - timedelta(days=3700), "The time lies more than ten years back.", "Correct the time."),
        (datetime(1, 1, 1, tzinfo=UTC), "The time lies more than ten years back.", "Correct the time."),
    ],
)
def test_what_is_recorded_has_happened(when: datetime, message: str, remedy: str) -> None:
    assert found(entry("NA", occurred_at=when)) == [("occurred_at", message, remedy)]


def test_a_clock_that_is_a_minute_off_does_no_harm() -> None:
    assert found(entry("NA", occurred_at=NOW + timedelta(seconds=59))) == []


def test_a_callback_lies_ahead_of_the_talk() -> None:
    assert found(entry("CB", at=at(AS_OF, 9))) == [("at", "The callback lies in the past.", "Give a later time.")]
    assert found(entry("CB", at=at(AS_OF, 9), occurred_at=at(AS_OF, 8))) == []
    far = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    assert found(entry("CB", at=far)) == [("at", "The callback lies more than ten years ahead.", "Correct the time.")]


def test_a_note_has_a_length() -> None:
    assert found(entry("NA", note="陳" * NOTE_LIMIT)) == []
    assert found(entry("NA", note="x" * 20_000)) == [
        ("note", "The note has 20000 characters; 500 fit.", "Shorten the note.")
    ]


def test_a_note_holds_no_payment_card_number() -> None:
    message = "The note holds a payment card number (ending in 1111), which must not be kept."
    remedy = "Take it out. A telephone number begins with + or 0."
    assert found(entry("NA", note="card 4111-1111 1111 1111")) == [("note", message, remedy)]
    assert found(entry("NA", note="phone 0912-000-417, paid 10,240 on 2026-10-02 for TW-000026")) == []


def test_a_note_may_name_its_own_account_whatever_its_number_looks_like() -> None:
    own = entry("NA", account_id="4111111111111111", note="moved from 4111 1111 1111 1111")
    assert found(own) == []
    assert len(found(replace(own, account_id="A1"))) == 1


@pytest.mark.parametrize("day", [days(-1), date(1, 1, 1), date(9999, 12, 31)])
def test_the_next_day_lies_ahead(day: date) -> None:
    message = "The next day lies before the record or more than ten years ahead."
    assert found(entry("NA", next_on=day)) == [("next_on", message, "Correct the day.")]
    assert found(entry("NA", next_on=AS_OF)) == []


ANY_ENTRY = st.builds(
    Entry,
    st.just("A1"),
    st.sampled_from([*(outcome.code for outcome in POLICIES.outcomes), "", "nope"]),
    st.just("ana"),
    amount=st.none() | st.decimals(),
    due_date=st.none() | st.dates(),
    at=st.none() | st.datetimes(timezones=st.sampled_from([UTC, TAIPEI, ZoneInfo("America/New_York")])),
    count=st.none() | st.integers(),
    reason=st.text(max_size=5),
    note=st.text(max_size=5),
    occurred_at=st.none() | st.datetimes(timezones=st.sampled_from([UTC, TAIPEI])),
    next_on=st.none() | st.dates(),
)


@given(ANY_ENTRY)
def test_whatever_is_entered_is_answered_and_never_fails(given_entry: Entry) -> None:
    assert all(message and remedy for _, message, remedy in found(given_entry))
    if POLICIES.outcome(given_entry.code) is not None:
        comes_up(given_entry)


# --- when the account comes up again -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_entry", "day"),
    [
        (entry("NA"), days(1)),
        (entry("BZ"), AS_OF),
        (entry("LTR"), days(7)),
        (entry("PTP"), days(5 + 3)),
        (entry("PLAN"), days(5 + 3)),
        (entry("CB"), AS_OF),
        (entry("CB", at=at(days(2), 9)), days(2)),
        (entry("NOTE"), None),
        (entry("CEASE"), None),
        (entry("NA", next_on=days(9)), days(9)),
        (entry("NOTE", next_on=days(9)), days(9)),
        (entry("NA", occurred_at=at(days(-3))), days(-2)),
    ],
)
def test_an_account_comes_up_when_it_was_said_or_when_the_policy_says(given_entry: Entry, day: date | None) -> None:
    assert comes_up(given_entry) == day


def test_days_count_from_the_desks_own_day() -> None:
    in_london = datetime(2026, 9, 29, 23, 30, tzinfo=UTC)  # half past seven the next morning in Taipei
    assert comes_up(entry("NA", occurred_at=in_london)) == days(1)
    asked = datetime(2026, 10, 1, 23, 30, tzinfo=UTC)
    assert comes_up(entry("CB", at=asked)) == days(2)


def test_a_promise_made_in_the_evening_elsewhere_counts_from_the_desks_own_day() -> None:
    late = datetime(2026, 9, 29, 17, 0, tzinfo=UTC)
    assert found(entry("PTP", due_date=days(-1), occurred_at=late)) == [
        ("due", "The date lies before the day it was promised.", "Give a later date.")
    ]


@pytest.mark.parametrize(
    "given_entry", [entry("PTP", due_date=date.max), entry("CB", at=datetime.max.replace(tzinfo=UTC))]
)
def test_no_calendar_reaches_that_far(given_entry: Entry) -> None:
    assert comes_up(given_entry) is None


# --- the event ---------------------------------------------------------------------------------------------------------------


def made(given_entry: Entry) -> Any:
    """Return the event of an entry."""
    return event(
        given_entry,
        POLICIES,
        event_id="e1",
        customer_id="C1",
        currency="TWD",
        now=NOW,
        decided=Decided("abcd1234", "forgot-large", "default-1", 612),
    )


def test_an_event_says_what_who_when_and_what_the_desk_believed() -> None:
    found_event = made(entry("ptp", note="on Friday", contact_point="work", direction=Direction.INBOUND))
    assert (found_event.event_id, found_event.kind, found_event.code) == ("e1", EventKind.OUTCOME, "PTP")
    assert (found_event.account_id, found_event.customer_id, found_event.by) == ("A1", "C1", "ana")
    assert (found_event.amount, found_event.currency, found_event.due_date) == (Decimal(1000), "TWD", days(5))
    assert (found_event.occurred_at, found_event.direction) == (NOW, Direction.INBOUND)
    assert (found_event.note, found_event.contact_point) == ("on Friday", "work")
    assert found_event.decided == Decided("abcd1234", "forgot-large", "default-1", 612)
    assert found_event.data == {"next_on": days(8).isoformat()}


def test_an_event_happened_in_the_desks_own_time() -> None:
    when = datetime(2026, 9, 29, 23, 30, tzinfo=UTC)
    found_event = made(entry("NA", occurred_at=when))
    assert found_event.occurred_at == when
    assert found_event.occurred_at.utcoffset() == timedelta(hours=8)


def test_an_event_without_an_amount_has_no_currency() -> None:
    assert (made(entry("NA")).amount, made(entry("NA")).currency) == (None, "")


def test_what_only_one_code_needs_stands_apart() -> None:
    assert made(entry("PLAN")).data == {"count": 6, "next_on": days(8).isoformat()}
    assert made(entry("CB")).data == {"at": "2026-09-30T14:00:00+08:00", "next_on": AS_OF.isoformat()}
    assert made(entry("DISP")).data == {"reason": "amount", "next_on": days(7).isoformat()}
    assert made(entry("NOTE")).data == {}


@pytest.mark.parametrize(
    ("code", "channel"), [("NA", Channel.PHONE), ("SMS", Channel.TEXT), ("LTR", Channel.LETTER), ("NOTE", None)]
)
def test_the_channel_is_that_of_the_code_unless_another_was_named(code: str, channel: Channel | None) -> None:
    assert made(entry(code)).channel == channel
    assert made(entry(code, channel=Channel.VISIT)).channel == Channel.VISIT


def test_a_retry_keeps_its_id() -> None:
    assert made(entry("NA", event_id="mine")).event_id == "mine"
