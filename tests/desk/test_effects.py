"""What each record does to score, tier and state of one account, and that taking it back leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from deskcollect.desk.account import account as account_view
from deskcollect.desk.desk import Day, Desk, Recorded
from deskcollect.policy.load import load as load_policies
from deskcollect.policy.model import Outcome
from deskcollect.records import Entry, Part, ScoreStep
from deskcollect.vocabulary import Channel, WorkState
from tests.desk.builders import ANA, AS_OF, BO, Tables, account, at, book, days, desk_of, payment, same, statements
from tests.golden.golden import compare

OUTCOMES = tuple(load_policies().outcomes)
CODES = [outcome.code for outcome in OUTCOMES]
PHONES = {**ANA, "phone_2": "+44 7700 900003"}
BOOK = Tables(
    [account("A1", PHONES), account("A2", PHONES, past_due=300), account("A3", BO)],
    [row for name in ("A1", "A2", "A3") for row in statements(name, 500, 400, 0, 600, 500, 0)],
    payments=[],
)


def entry(outcome: Outcome, account_id: str = "A1") -> Entry:
    """Return a record with all that its code asks for."""
    needs = outcome.needs
    return Entry(
        account_id,
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
    """A record that was made and taken back."""

    outcome: Outcome
    before: Day
    done: Recorded
    undone: Recorded


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Return a desk with three accounts of two customers."""
    made = desk_of(tmp_path_factory.mktemp("effects"), BOOK)
    yield made
    made.close()


@pytest.fixture(scope="module")
def walks(desk: Desk) -> dict[str, Walk]:
    """Record every code on the same account and take it back, one after another."""
    day, found = desk.load(), {}
    for outcome in OUTCOMES:
        done = desk.record(day, entry(outcome))
        undone = desk.undo(done.day, done.event.event_id, by="ana")
        found[outcome.code] = Walk(outcome, day, done, undone)
        day = undone.day
    return found


@pytest.fixture(scope="module")
def only_number(desk: Desk, walks: dict[str, Walk]) -> Recorded:
    """Find the only number of a customer out of service, and take it back."""
    day = walks[CODES[-1]].undone.day
    done = desk.record(day, Entry("A3", "DC", "ana"))
    desk.undo(done.day, done.event.event_id, by="ana")
    return done


# --- the golden table --------------------------------------------------------------------------------------------------------


def in_words(parts: tuple[Part, ...]) -> str:
    """Return the named parts of a step."""
    return ", ".join(f"{part.name} {part.points:+}" for part in parts) or "-"


def line(name: str, step: ScoreStep, before: dict[str, Any], after: dict[str, Any]) -> str:
    """Return what one thing did to an account."""
    held = after["hold_rule"] or "-"
    moved = f"{before['tier']} -> {after['tier']}"
    return f"{name:<16}{step.before} -> {step.after}  {in_words(step.parts):<24}{moved}  {after['state']:<7}{held}"


def test_the_score_before_and_after_each_code(
    walks: dict[str, Walk], only_number: Recorded, next_book: dict[str, dict[str, Any]]
) -> None:
    recorded = [line(code, walk.done.step, walk.done.before, walk.done.after) for code, walk in walks.items()]
    recorded.append(line("DC, only number", only_number.step, only_number.before, only_number.after))
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
    made_on, found = days(-9), {}
    for name, paid in (("promise kept", 1000), ("promise partial", 400), ("promise broken", 0)):
        folder = tmp_path_factory.mktemp(name.replace(" ", "-"))
        first = Tables(BOOK.accounts, statements=[dict(row) for row in BOOK.statements], payments=[])
        desk = desk_of(folder, first, made_on)
        promise = Entry("A1", "PTP", "ana", amount=Decimal(1000), due_date=days(4, made_on))
        open_day = desk.record(desk.load(), promise).day
        second = Tables(first.accounts, first.statements, [payment("A1", days(2, made_on), paid)] if paid else [])
        desk.import_book(book(folder / "next", second))
        desk.clock = desk.clock.pinned(AS_OF, desk.zone)
        day = desk.load()
        step = account_view(desk, day, "A1").recorded
        found[name] = {"step": step, "before": open_day.row("A1"), "after": day.row("A1")}
        desk.close()
    return found


# --- parts -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_the_parts_add_up(walks: dict[str, Walk], code: str) -> None:
    walk = walks[code]
    for step in (walk.done.step, walk.undone.step):
        assert sum(part.points for part in step.parts) == step.after - step.before
        assert all(part.name and part.points for part in step.parts)
    assert (walk.done.step.before, walk.done.step.after) == (walk.done.before["score"], walk.done.after["score"])


@pytest.mark.parametrize("code", ["NA", "PTP", "RP", "DECD"])
def test_the_preview_says_what_recording_will_do_and_writes_nothing(
    desk: Desk, walks: dict[str, Walk], code: str
) -> None:
    head = desk.ledger.head()
    walk = walks[code]
    assert desk.preview(walk.before, entry(walk.outcome)) == walk.done.step
    assert desk.ledger.head() == head


@pytest.mark.parametrize("code", CODES)
def test_undo_restores_score_tier_and_row_to_the_letter(walks: dict[str, Walk], code: str) -> None:
    walk = walks[code]
    assert walk.undone.step.after == walk.done.step.before
    assert walk.undone.after == walk.done.before
    same(walk.undone.day.table, walk.before.table)
    assert walk.undone.day.summary == walk.before.summary


def test_after_all_of_them_the_desk_reads_as_if_nothing_had_happened(
    desk: Desk, walks: dict[str, Walk], only_number: Recorded
) -> None:
    assert only_number.event.event_id in desk.withdrawn()
    same(desk.load().table, walks[CODES[0]].before.table)
    assert len(desk.withdrawn()) == len(CODES) + 1
    assert len(desk.ledger.history(account="A1")) == 2 * len(CODES)


@pytest.mark.parametrize("code", [outcome.code for outcome in OUTCOMES if outcome.attempt and not outcome.right_party])
def test_an_attempt_moves_no_score(walks: dict[str, Walk], code: str) -> None:
    assert walks[code].done.step == ScoreStep(walks[code].done.before["score"], walks[code].done.before["score"])


def test_hardship_lowers_the_score_of_its_account_alone_and_holds_all(walks: dict[str, Walk]) -> None:
    walk = walks["HARD"]
    assert walk.done.step.parts == (Part("hardship", walk.done.step.after - walk.done.step.before),)
    assert walk.done.day.row("A2")["score"] == walk.before.row("A2")["score"]


def test_the_loss_of_the_only_number_is_a_fact_and_no_attempt(only_number: Recorded) -> None:
    assert [part.name for part in only_number.step.parts] == ["all numbers bad"]
    assert only_number.step.after < only_number.step.before


@pytest.mark.parametrize("code", [outcome.code for outcome in OUTCOMES if outcome.code not in {"RP", "HARD"}])
def test_only_declining_and_hardship_lower_a_score_at_once(walks: dict[str, Walk], code: str) -> None:
    assert walks[code].done.step.after >= walks[code].done.step.before


@pytest.mark.parametrize("code", CODES)
def test_other_customers_are_not_touched(walks: dict[str, Walk], code: str) -> None:
    walk = walks[code]
    assert walk.done.day.row("A3") == walk.before.row("A3")


# --- holds -------------------------------------------------------------------------------------------------------------------

STOPS = [outcome for outcome in OUTCOMES if outcome.stops_queue]


@pytest.mark.parametrize("outcome", STOPS, ids=[outcome.code for outcome in STOPS])
def test_what_stops_work_holds_the_account_and_suggests_no_contact(walks: dict[str, Walk], outcome: Outcome) -> None:
    walk = walks[outcome.code]
    row = walk.done.after
    assert (row["state"], row["hold_code"], row["hold_by"]) == (WorkState.HOLD, outcome.code, "ana")
    assert row["hold_rule"] is not None
    assert row["queues"] == ["blocked", "all"]
    assert not row["leads"]
    assert row["why"] == "held-by-record"


@pytest.mark.parametrize("code", [outcome.code for outcome in STOPS if outcome.code != "HARD"])
def test_and_leaves_score_and_tier(walks: dict[str, Walk], code: str) -> None:
    walk = walks[code]
    assert walk.done.after["score"] == walk.done.before["score"]
    assert (walk.done.after["tier"], walk.done.after["tier_rule"]) == (walk.done.before["tier"], "score")


@pytest.mark.parametrize("outcome", STOPS, ids=[outcome.code for outcome in STOPS])
def test_it_holds_all_accounts_of_the_customer_if_its_scope_says_so(walks: dict[str, Walk], outcome: Outcome) -> None:
    walk = walks[outcome.code]
    other, before = walk.done.day.row("A2"), walk.before.row("A2")
    assert (other["state"] == WorkState.HOLD) == (outcome.scope == "customer")
    assert (other["score"], other["tier"]) == (before["score"], before["tier"])
    assert "A3" in walk.done.day.table.filter(queues=["to-call", "all"])["account_id"].to_list()


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
