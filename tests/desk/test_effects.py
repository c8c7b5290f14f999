"""What each record does to score, tier and state of one account, and that taking it back leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from deskcollect.desk.account import account as account_view
from deskcollect.desk.day import Day
from deskcollect.desk.desk import Desk, _step
from deskcollect.policy.load import load as load_policies
from deskcollect.policy.model import Outcome
from deskcollect.records import Entry, Part, ScoreStep
from deskcollect.vocabulary import Channel, WorkState
from tests.desk.builders import (
    AS_OF,
    BO,
    Row,
    Tables,
    account,
    at,
    book,
    days,
    desk_of,
    equal_days,
    moved,
    payment,
    statements,
    told,
    withdrawal,
)
from tests.golden.golden import compare

OUTCOMES = tuple(load_policies().outcomes)
CODES = [outcome.code for outcome in OUTCOMES]


def both(code: str) -> list[Row]:
    """Return two accounts of one customer who has two numbers."""
    whose = {
        "customer_id": f"C-{code}",
        "customer_name": code,
        "phone": "+44 7700 900001",
        "phone_2": "+44 7700 900002",
    }
    return [account(code, whose), account(f"{code}-2", whose, past_due=300)]


ONE_NUMBER = "one number"
ACCOUNTS = [row for code in CODES for row in both(code)] + [account(ONE_NUMBER, BO)]
CYCLES = [row for known in ACCOUNTS for row in statements(str(known["account_id"]), 500, 400, 0, 600, 500, 0)]


def entry(outcome: Outcome, account_id: str = "") -> Entry:
    """Return a record with all that its code asks for."""
    needs = outcome.needs
    return Entry(
        account_id or outcome.code,
        outcome.code,
        "ana",
        amount=Decimal(1000) if "amount" in needs else None,
        due_date=days(5) if "due" in needs else None,
        count=3 if "count" in needs else None,
        at=at(AS_OF, 15) if "at" in needs else None,
        reason=outcome.choices[0].id if "reason" in needs else "",
        channel=Channel.PHONE if "channel" in needs else None,
    )


@dataclass(frozen=True)
class Walk:
    """The desk before every code was recorded, each on an account of its own, after that, and after taking all back."""

    desk: Desk
    before: Day
    after: Day
    undone: Day

    def step(self, account_id: str) -> ScoreStep:
        """Return the way of a score through the record."""
        return _step(self.before, self.after.conclusion, account_id, self.desk.policies)

    def back(self, account_id: str) -> ScoreStep:
        """Return the way of a score through taking it back."""
        return _step(self.after, self.undone.conclusion, account_id, self.desk.policies)


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """Record every code on an account of its own, then take all of it back."""
    desk = desk_of(tmp_path_factory.mktemp("effects"), Tables(ACCOUNTS, CYCLES, payments=[]))
    before = desk.load()
    entries = [*(entry(outcome) for outcome in OUTCOMES), Entry(ONE_NUMBER, "DC", "ana")]
    assert [issue for each in entries for issue in desk.findings(each)] == []
    events = [desk._event(before.row(each.account_id), each) for each in entries]
    desk.ledger.record_many(events, recorded_at=desk.clock.now())
    after = desk.load()
    wrong = [withdrawal(number, event, desk.clock.now()) for number, event in enumerate(events)]
    desk.ledger.record_many(wrong, recorded_at=desk.clock.now())
    yield Walk(desk, before, after, desk.load())
    desk.close()


# --- the golden table --------------------------------------------------------------------------------------------------------


def in_words(parts: tuple[Part, ...]) -> str:
    """Return the named parts of a step."""
    return ", ".join(f"{part.name} {part.points:+}" for part in parts) or "-"


def line(name: str, step: ScoreStep, before: dict[str, Any], after: dict[str, Any]) -> str:
    """Return what one thing did to an account."""
    held = after["hold_rule"] or "-"
    moved = f"{before['tier']} -> {after['tier']}"
    return f"{name:<16}{step.before} -> {step.after}  {in_words(step.parts):<24}{moved}  {after['state']:<7}{held}"


def test_the_score_before_and_after_each_code(walk: Walk, next_book: dict[str, dict[str, Any]]) -> None:
    names = {**{code: code for code in CODES}, ONE_NUMBER: "DC, only number"}
    recorded = [
        line(said, walk.step(name), walk.before.row(name), walk.after.row(name)) for name, said in names.items()
    ]
    judged = [line(name, found["step"], found["before"], found["after"]) for name, found in next_book.items()]
    head = [
        "What each record does to the score of one account, its tier and its state, and the rule that holds it.",
        "",
        f"{'record':<16}{'score':<12}{'parts':<24}{'tier':<8}{'state':<7}hold",
    ]
    then = ["", "A promise of 1,000 of 21 September once the next book has come, from the card's score:", ""]
    text = "\n".join([*head, *recorded, *then, *judged])
    compare("effects.txt", "\n".join(row.rstrip() for row in text.split("\n")) + "\n")


@pytest.fixture(scope="module")
def next_book(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Return what becomes of a promise once the book comes that shows the payments."""
    made_on = days(-9)
    ends = {"kept": 1000, "partial": 400, "broken": 0}
    accounts = [account(end, {**BO, "customer_id": end, "phone": "+44 7700 900002"}) for end in ends]
    cycles = [row for end in ends for row in statements(end, 500, 400, 0, 600, 500, 0)]
    desk = desk_of(tmp_path_factory.mktemp("promises"), Tables(accounts, cycles, payments=[]), made_on)
    promised = Entry("", "PTP", "ana", amount=Decimal(1000), due_date=days(4, made_on))
    before = told(desk, desk.load(), *(replace(promised, account_id=end) for end in ends))
    paid = [payment(end, days(2, made_on), amount) for end, amount in ends.items() if amount]
    desk.import_book(book(desk.folder / "next", Tables(accounts, cycles, paid)))
    desk.clock = desk.clock.pinned(AS_OF, desk.zone)
    day = desk.load()
    desk.close()
    return {
        f"promise {end}": {
            "step": account_view(desk, day, end).recorded,
            "before": before.row(end),
            "after": day.row(end),
        }
        for end in ends
    }


# --- parts -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [*CODES, ONE_NUMBER])
def test_the_parts_add_up(walk: Walk, code: str) -> None:
    for step in (walk.step(code), walk.back(code)):
        assert sum(part.points for part in step.parts) == step.after - step.before
        assert all(part.name and part.points for part in step.parts)
    assert (walk.step(code).before, walk.step(code).after) == (
        walk.before.row(code)["score"],
        walk.after.row(code)["score"],
    )


@pytest.mark.parametrize("code", [*CODES, ONE_NUMBER])
def test_undo_restores_score_tier_and_row_to_the_letter(walk: Walk, code: str) -> None:
    assert walk.back(code).after == walk.step(code).before
    assert walk.undone.row(code) == walk.before.row(code)


def test_after_all_is_taken_back_the_desk_reads_as_if_nothing_had_happened(walk: Walk) -> None:
    equal_days(walk.undone, walk.before)
    assert len(walk.desk.withdrawn()) == len(CODES) + 1
    assert len(walk.desk.ledger.history(account="PTP")) == 2


@pytest.mark.parametrize("code", ["NA", "PTP", "RP", "DECD"])
def test_recorded_at_the_desk_it_is_what_the_preview_said(walk: Walk, code: str) -> None:
    outcome = OUTCOMES[CODES.index(code)]
    head = walk.desk.ledger.head()
    preview = walk.desk.preview(walk.undone, entry(outcome))
    assert walk.desk.ledger.head() == head
    done = walk.desk.record(walk.undone, entry(outcome))
    assert preview == moved(done).step == walk.step(code)
    undone = walk.desk.undo(done.day, done.event.event_id, by="ana")
    assert moved(undone).step == walk.back(code)
    equal_days(undone.day, walk.undone)


@pytest.mark.parametrize("code", [outcome.code for outcome in OUTCOMES if outcome.attempt and not outcome.right_party])
def test_an_attempt_moves_no_score(walk: Walk, code: str) -> None:
    score = walk.before.row(code)["score"]
    assert walk.step(code) == ScoreStep(score, score)


@pytest.mark.parametrize("code", [code for code in CODES if code not in {"RP", "HARD"}])
def test_only_declining_and_hardship_lower_a_score_at_once(walk: Walk, code: str) -> None:
    assert walk.step(code).after >= walk.step(code).before


def test_the_loss_of_the_only_number_is_a_fact_and_no_attempt(walk: Walk) -> None:
    step = walk.step(ONE_NUMBER)
    assert [part.name for part in step.parts] == ["all numbers bad"]
    assert step.after < step.before


# --- holds -------------------------------------------------------------------------------------------------------------------

STOPS = [outcome for outcome in OUTCOMES if outcome.stops_queue]


@pytest.mark.parametrize("outcome", STOPS, ids=[outcome.code for outcome in STOPS])
def test_what_stops_work_holds_the_account_and_suggests_no_contact(walk: Walk, outcome: Outcome) -> None:
    row = walk.after.row(outcome.code)
    assert (row["state"], row["hold_code"], row["hold_by"]) == (WorkState.HOLD, outcome.code, "ana")
    assert row["hold_rule"] is not None
    assert row["queues"] == ["blocked", "all"]
    assert not row["leads"]
    assert row["why"] == "held-by-record"


@pytest.mark.parametrize("code", [outcome.code for outcome in STOPS if outcome.code != "HARD"])
def test_and_leaves_score_and_tier(walk: Walk, code: str) -> None:
    before, after = walk.before.row(code), walk.after.row(code)
    assert after["score"] == before["score"]
    assert (after["tier"], after["tier_rule"]) == (before["tier"], "score")


@pytest.mark.parametrize("outcome", STOPS, ids=[outcome.code for outcome in STOPS])
def test_it_holds_all_accounts_of_the_customer_if_its_scope_says_so(walk: Walk, outcome: Outcome) -> None:
    other, before = walk.after.row(f"{outcome.code}-2"), walk.before.row(f"{outcome.code}-2")
    assert (other["state"] == WorkState.HOLD) == (outcome.scope == "customer")
    assert (other["score"], other["tier"]) == (before["score"], before["tier"])


def test_hardship_lowers_the_score_of_its_account_alone(walk: Walk) -> None:
    step = walk.step("HARD")
    assert step.parts == (Part("hardship", step.after - step.before, "ability"),)
    assert walk.after.row("HARD-2")["score"] == walk.before.row("HARD-2")["score"]


def test_death_insolvency_an_attorney_and_a_wish_for_silence_concern_the_customer_a_dispute_the_account() -> None:
    scopes = {outcome.code: outcome.scope for outcome in STOPS}
    assert {scopes[code] for code in ("DECD", "BKRP", "ATTY", "CEASE", "HARD", "CMPL")} == {"customer"}
    assert {scopes[code] for code in ("DISP", "FRD")} == {"account"}


# --- promises and the next book ----------------------------------------------------------------------------------------------


def test_a_promise_is_kept_partial_or_broken_by_what_the_next_book_shows(next_book: dict[str, dict[str, Any]]) -> None:
    found = {name: (row["after"]["promise_status"], row["after"]["promise_paid"]) for name, row in next_book.items()}
    assert found == {
        "promise kept": ("kept", Decimal(1000)),
        "promise partial": ("partial", Decimal(400)),
        "promise broken": ("broken", Decimal(0)),
    }


def test_until_then_it_is_open_and_nobody_calls(next_book: dict[str, dict[str, Any]]) -> None:
    row = next_book["promise broken"]["before"]
    assert (row["promise_status"], row["state"], row["queues"]) == (
        "open",
        WorkState.WAIT,
        ["to-call", "promises", "all"],
    )
    assert row["worked_today"]


def test_a_broken_promise_is_in_the_score_in_the_tier_and_on_the_list(next_book: dict[str, dict[str, Any]]) -> None:
    row = next_book["promise broken"]["after"]
    assert row["score"] < row["card_score"]
    assert row["tier"] >= "C"
    assert (row["state"], row["why"]) == (WorkState.ACT, "promise-broken")
    assert "broken" in row["queues"]


def test_a_kept_promise_is_thanked_for(next_book: dict[str, dict[str, Any]]) -> None:
    row = next_book["promise kept"]["after"]
    assert row["score"] > row["card_score"]
    assert row["treatment"] == "promise-kept"
