"""Past warnings held against what came of the accounts: a book's months, and the books of a desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from deskcollect import frames, resources
from deskcollect.desk import make
from deskcollect.desk.alerts import cases, sighted
from deskcollect.desk.alerts.cases import Ask
from deskcollect.desk.alerts.foreseen import Foreseen, Told, Track, month_after, of_book, of_desk, share
from deskcollect.desk.desk import Desk
from deskcollect.desk.pipeline import Conclusion, Standing, conclude
from deskcollect.errors import BadBook, BadUse
from deskcollect.policy.condition import compile_condition
from deskcollect.policy.model import Policies
from deskcollect.scoring.card import load
from deskcollect.settings import Settings
from deskcollect.vocabulary import CaseAction, Verdict
from tests.desk.builders import AS_OF, BO, TOLD, Tables, account, at, book, days, desk_of, outcome, same
from tests.desk.monthly import Cycle
from tests.desk.monthly import book as monthly

STEADY: list[Cycle] = [(500, 500, 0)] * 5
STOPS: list[Cycle] = [(500, 400, 0), (500, 400, 0), (500, 0, 0), (500, 0, 1), (500, 0, 2)]  # in March nothing is paid
LATE: list[Cycle] = [(500, 0, 1), (500, 0, 2), (500, 0, 3), (500, 0, 4), (500, 0, 5)]


def back(*accounts: list[Cycle], horizon: int = 92, told: Told | None = None, policies: Policies) -> Foreseen:
    """Look back at a book of January to May."""
    return of_book(monthly(accounts), policies, load("default"), horizon_days=horizon, told=told)


def rule(found: tuple[Track, ...], name: str) -> Track:
    """Return the track of a rule."""
    return next(each for each in found if each.name == name)


def test_a_bill_left_unpaid_in_march_foretells_two_cycles_in_may(policies: Policies) -> None:
    found = back(STOPS, STEADY, STEADY, policies=policies)
    warned = rule(found.current.tracks, "bill-unpaid")
    assert (warned.followed.part, warned.followed.whole, warned.found.whole) == (1, 1, 1)
    assert warned.lead is not None
    assert warned.lead.middle == (date(2026, 5, 31) - date(2026, 3, 31)).days
    assert [each.day for each in found.current.looked] == [date(2026, 3, 31), date(2026, 4, 30)]
    assert [(each.bad.part, each.bad.whole) for each in found.current.looked] == [(1, 3), (0, 2)]


def test_who_is_past_due_already_stands_apart(policies: Policies) -> None:
    found = back(LATE, STEADY, policies=policies)
    assert [each.bad.whole for each in found.late.looked] == [1, 1]
    assert all(each.bad.part == 0 for each in found.current.looked)
    assert found.late.beside == ()


def test_a_horizon_of_a_month_sees_one_statement_ahead(policies: Policies) -> None:
    found = back(STOPS, STEADY, horizon=31, policies=policies)
    assert rule(found.current.tracks, "bill-unpaid").followed.part == 0


def test_a_file_of_outcomes_tells_of_the_last_month(policies: Policies, tmp_path: Path) -> None:
    became = tmp_path / "became.csv"
    became.write_text("account_id,bad\nA0,1\nA1,0\n")
    found = back(STEADY, STEADY, told=Told(became, TOLD), policies=policies)
    assert found.until == date(2026, 6, 30)
    assert [(each.day.month, each.bad.part) for each in found.current.looked] == [(3, 1), (4, 1), (5, 1)]


def test_a_dated_outcome_counts_on_its_day(policies: Policies, tmp_path: Path) -> None:
    became = tmp_path / "became.csv"
    became.write_text("account_id,bad,outcome_date\nA0,1,2026-06-20\nA1,0,2026-06-20\n")
    assert back(STEADY, STEADY, told=Told(became, TOLD), policies=policies).until == date(2026, 6, 20)


@pytest.mark.parametrize(
    ("day", "after"),
    [
        ("2005-09-30", "2005-10-31"),
        ("2026-01-31", "2026-02-28"),
        ("2026-01-30", "2026-02-28"),
        ("2026-12-15", "2027-01-15"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last(day: str, after: str) -> None:
    assert month_after(date.fromisoformat(day)) == date.fromisoformat(after)


def test_rules_that_a_book_cannot_feed_are_named(policies: Policies) -> None:
    silent = dict(back(STOPS, STEADY, policies=policies).silent)
    assert silent["payment-returned"] == ("payments",)
    assert "ledger" in silent["promise-broken"]
    assert "bill-unpaid" not in silent


@pytest.mark.parametrize("months", [1, 2, 3])
def test_too_few_months_are_refused(months: int, policies: Policies) -> None:
    with pytest.raises(BadBook, match="too few to look back"):
        back(STEADY[:months], policies=policies)


def test_three_months_and_outcomes_are_enough(policies: Policies, tmp_path: Path) -> None:
    became = tmp_path / "became.csv"
    became.write_text("account_id,bad\nA0,1\n")
    found = back(STEADY[:3], told=Told(became, TOLD), policies=policies)
    assert [each.bad.part for each in found.current.looked] == [1]


def test_statements_that_do_not_say_how_late_are_refused(policies: Policies) -> None:
    silent = monthly([STEADY])
    statements = silent.statements.with_columns(cycles_past_due=None)
    with pytest.raises(BadBook, match="no statements that say how many cycles"):
        of_book(
            type(silent)(silent.as_of, {**silent.tables, "statements": statements}, silent.present),
            policies,
            load("default"),
        )


@pytest.mark.parametrize("horizon", [0, -5])
def test_a_horizon_without_a_day_is_refused(horizon: int, policies: Policies) -> None:
    with pytest.raises(BadUse, match="leaves no day"):
        back(STEADY, horizon=horizon, policies=policies)


def test_a_horizon_that_ends_before_the_next_statement_says_how_long_it_takes(policies: Policies) -> None:
    with pytest.raises(BadUse, match="Within 5 days") as refused:
        back(STEADY, horizon=5, policies=policies)
    assert "--horizon 30 " in refused.value.remedy


def test_the_shipped_rules_beat_a_full_limit_on_the_real_book(policies: Policies) -> None:
    """Each month down to the mildest level, as many accounts of either, none past due: the interval is above zero."""
    real = resources.sample_data() / "taiwan"
    told = Told(real / "outcomes.parquet", Settings())
    found = of_book(make.read_book(real), policies, load("default"), told=told, draw=(1, 200))
    whole = [each for each in found.current.beside if each.level == "blue"]
    assert [each.day.month for each in whole] == [6, 7, 8, 9]
    assert all(each.by_lot.low > 0 for each in whole)
    assert all(each.volume >= 1000 for each in whole)
    assert whole[-1].fullest.low > 0


def test_a_share_of_nothing_is_no_share(policies: Policies) -> None:
    found = back(STEADY, STEADY, policies=policies)
    assert share(rule(found.current.tracks, "rolling").followed) is None


# --- the books of a desk -------------------------------------------------------------------------------------------------


def later(desk: Desk, folder: Path, number: int, *accounts: int) -> None:
    """Bring a book of some days later, with the days past due of two accounts."""
    rows = [account(f"A{at}", days_past_due=dpd, past_due=1000 if dpd else 0) for at, dpd in enumerate(accounts)]
    desk.import_book(book(folder / f"book-{number}", Tables(rows), days(number)))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk of three books a month apart: one account is current and gets late, one is late and pays."""
    rows = [account("A0", days_past_due=0, past_due=0), account("A1", BO, days_past_due=35)]
    made = desk_of(tmp_path, Tables(rows))
    later(made, tmp_path, 30, 20, 0)
    later(made, tmp_path, 60, 50, 0)
    return made


def test_a_desk_looks_back_at_its_books(desk: Desk) -> None:
    found = of_desk(desk)
    assert [(each.day, each.bad.part, each.bad.whole) for each in found.current.looked] == [
        (AS_OF, 1, 1),
        (days(30), 0, 1),
    ]
    assert [(each.day, each.bad.part, each.bad.whole) for each in found.late.looked] == [
        (AS_OF, 0, 1),
        (days(30), 1, 1),
    ]
    assert found.until == days(60)


def test_a_later_book_does_not_change_what_was_judged(desk: Desk, tmp_path: Path) -> None:
    before = of_desk(desk, horizon_days=31)
    later(desk, tmp_path, 90, 80, 95)
    after = of_desk(desk, horizon_days=31)
    assert before.current.looked == after.current.looked[:2]
    assert before.late.looked == after.late.looked[: len(before.late.looked)]


def test_a_desk_with_one_book_has_nothing_to_look_back_on(tmp_path: Path) -> None:
    one = desk_of(tmp_path, Tables([account("A0")]))
    with pytest.raises(BadUse, match="one book"):
        of_desk(one)


def test_one_book_and_a_file_of_outcomes_are_enough(tmp_path: Path) -> None:
    one = desk_of(tmp_path, Tables([account("A0"), account("A1", BO)]))
    became = tmp_path / "became.csv"
    became.write_text(
        f"account_id,bad,outcome_date\nA0,1,{AS_OF + timedelta(days=20)}\nA1,0,{AS_OF + timedelta(days=20)}\n"
    )
    one.clock = type(one.clock).pinned(days(30), TOLD.zone)
    (looked,) = of_desk(one, told=Told(became, TOLD)).late.looked
    assert (looked.bad.part, looked.bad.whole) == (1, 2)


def test_what_people_made_of_the_cases_is_told_beside(desk: Desk) -> None:
    day = desk.load()
    flagged = day.table.filter(pl.col("case_number").is_not_null())
    account_id, level = flagged["account_id"][0], flagged["alert_level"][0]
    said = Ask(CaseAction.CLOSE, "mei", reason="paid in cash", verdict=Verdict.FALSE_ALARM)
    assert not cases.decide(desk, day, [account_id], said).refused
    (found,) = (each for each in of_desk(desk).handled if each.name == level)
    assert found.hours is not None
    assert (found.cases, found.false_alarms.part) == (1, 1)


# --- what was kept of past days ------------------------------------------------------------------------------------------


def concluded_anew(desk: Desk) -> sighted.Sighted:
    """Return what the desk saw on the day of each book, every account concluded by what was recorded until then."""
    seen = []
    for day in desk.dates:
        events = desk.ledger.events(desk.zone).filter(pl.col("occurred_on") <= day)
        found = conclude(desk.standing(day), events, desk.policies, sighted.end_of(day, desk.zone.key))
        seen.append(sighted.concluded(found, day))
    return sighted.together(seen)


def same_as_anew(desk: Desk) -> None:
    """Hold what is read against what is concluded."""
    read, _ = sighted.of_books(desk, desk.load())
    anew = concluded_anew(desk)
    assert read.warned.height > 0
    same(read.looks, anew.looks)
    same(read.warned, anew.warned)


def test_what_was_kept_says_what_a_conclusion_anew_would_say(demo: Desk) -> None:
    assert len(demo.dates) > 1
    same_as_anew(demo)


def test_records_between_two_books_count_from_the_next_one_on(desk: Desk) -> None:
    for number, on in enumerate((0, 1, 29, 31)):
        desk.ledger.record(outcome(number, "A1", "RP", at(days(on)), customer_id="C2"), recorded_at=at(days(on)))
    desk.clock = type(desk.clock).pinned(days(70), TOLD.zone)
    same_as_anew(desk)
    read, _ = sighted.of_books(desk, desk.load())
    assert "declined" in read.warned.filter(pl.col("looked_on") == AS_OF)["rule"].to_list()


def test_only_accounts_that_the_ledger_speaks_of_are_concluded_anew(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.ledger.record(outcome(1, "A1", "RP", at(days(1)), customer_id="C2"), recorded_at=at(days(1)))
    day, looked = desk.load(), []

    def counted(standing: Standing, *more: object) -> Conclusion:
        looked.append(standing.accounts["account_id"].to_list())
        return conclude(standing, *more)  # type: ignore[arg-type]  # handed through as they came

    monkeypatch.setattr("deskcollect.desk.alerts.sighted.conclude", counted)
    sighted.of_books(desk, day)
    assert looked == [["A1"], ["A1"], ["A1"]]
    asking = replace(desk.policies.levels.rules[0], when=compile_condition("today > as_of", frames.TIERED_FACTS))
    desk.written = replace(desk.written, levels=replace(desk.written.levels, rules=(asking,)))
    looked.clear()
    sighted.of_books(desk, desk.load())
    assert looked == [["A0", "A1"], ["A0", "A1"], ["A0", "A1"]]
