"""From a lender's book to a desk, and from one book to the next."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from deskcollect import resources, settings
from deskcollect.clock import Clock
from deskcollect.desk import make
from deskcollect.desk.account import account as account_view
from deskcollect.desk.books import moved_at_last
from deskcollect.desk.day import Day
from deskcollect.desk.desk import SNAPSHOTS, Desk, open_desk
from deskcollect.desk.make import create, new_settings, read_book, score_book
from deskcollect.desk.scored import SCORED
from deskcollect.errors import BadPolicy, BadUse, NoDesk
from deskcollect.policy.load import FILES
from deskcollect.policy.model import Policies
from deskcollect.records import Entry
from deskcollect.settings import Settings
from deskcollect.vocabulary import Role
from tests.desk.builders import (
    ANA,
    AS_OF,
    BO,
    TAIPEI,
    TOLD,
    Row,
    Tables,
    account,
    at,
    book,
    days,
    desk_of,
    equal_days,
    moved,
    outcome,
    payment,
    same,
    statements,
    told,
    write,
)

NEXT = date(2026, 10, 31)
HISTORY = [row for name in ("A1", "A2") for row in statements(name, 500, 400, 0, 600, 500, 0)]
BOOK = Tables([account("A1"), account("A2", BO, past_due=0, days_past_due=0)], HISTORY, payments=[])


def opens(desk: Desk, on: date) -> Day:
    """Return the day at ten in the morning of a date."""
    desk.clock = Clock(desk.zone, at(on))
    return desk.load()


# --- a new desk --------------------------------------------------------------------------------------------------------------


def test_a_new_desk_has_settings_policies_to_edit_a_book_and_an_empty_ledger(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    assert settings.read(desk.folder) == TOLD
    assert sorted(path.name for path in (desk.folder / "policies").iterdir()) == sorted(FILES)
    assert desk.dates == (AS_OF,)
    assert desk.ledger.head().seq == 0
    assert desk.load().table["account_id"].to_list() == ["A1", "A2"]


def test_where_a_desk_is_no_other_is_made(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    told(desk, desk.load(), Entry("A1", "NA", "ana"))
    with pytest.raises(BadUse, match=r"There is a desk in .* already") as caught:
        create(desk.folder, book(tmp_path / "other", BOOK), TOLD)
    assert caught.value.remedy == "Bring its next book with  deskcollect import BOOK"
    assert open_desk(desk.folder).ledger.head().seq == 1


def test_a_desk_without_a_book_says_how_to_bring_one(tmp_path: Path) -> None:
    settings.write(tmp_path, TOLD)
    with pytest.raises(BadUse) as caught:
        open_desk(tmp_path).load()
    assert (caught.value.message, caught.value.remedy) == (
        "This desk has no book yet.",
        "Give it one with  deskcollect import BOOK",
    )


def test_a_folder_without_a_desk_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(NoDesk):
        open_desk(tmp_path)


def test_a_desk_follows_its_own_policies(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    file = desk.folder / "policies" / "tiers.toml"
    file.write_text(file.read_text("utf-8").replace("prob_default < 0.10", "prob_default < 0.99"), "utf-8")
    own = open_desk(desk.folder)
    assert set(own.load().table["tier"]) == {"A"}
    assert own.policies.hash != desk.policies.hash


def test_a_desk_with_a_policy_that_cannot_be_used_does_not_open(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    (desk.folder / "policies" / "holds.toml").write_text("schema = 1\n[[hold]]\n", "utf-8")
    with pytest.raises(BadPolicy, match=r"holds\.toml line 2: field “id” is missing"):
        open_desk(desk.folder)


def test_new_settings_name_the_machine_the_person_and_the_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Taipei")
    found = new_settings(
        tmp_path / "north", by="ana", currency="TWD", columns={"Saldo": "balance"}, date_format="%d/%m/%Y"
    )
    assert (found.name, found.time_zone, found.currency) == ("north", "Asia/Taipei", "TWD")
    assert (found.me, found.people) == ("ana", {"ana": Role.COLLECTOR})
    assert (found.columns, found.date_format) == ({"Saldo": "balance"}, "%d/%m/%Y")
    assert found.desk_id != new_settings(tmp_path, by="", currency="", columns={}, date_format="").desk_id
    assert new_settings(tmp_path, by="", currency="", columns={}, date_format="").people == {}


def test_a_book_is_read_with_the_desks_columns_and_dates(tmp_path: Path) -> None:
    own = Settings(
        columns={"Konto": "account_id", "Saldo": "balance", "Stand": "due_date"}, date_format="%d/%m/%Y", currency="EUR"
    )
    place = write(tmp_path, Tables([{"Konto": "A1", "Saldo": "12.50", "Stand": "01/09/2026"}]))
    desk = create(tmp_path / "desk", read_book(place, own, as_of=AS_OF), own)
    for read in (read_book(place, own, as_of=AS_OF), read_book(place, desk.settings, as_of=AS_OF)):
        row = read.accounts.collect().row(0, named=True)
        assert (row["account_id"], row["balance"], row["currency"]) == ("A1", Decimal("12.5"), "EUR")
        assert row["due_date"] == date(2026, 9, 1)


def test_without_settings_a_book_is_read_as_it_is(tmp_path: Path) -> None:
    assert read_book(write(tmp_path, BOOK), as_of=AS_OF).as_of == AS_OF


# --- the demo ----------------------------------------------------------------------------------------------------------------


def test_the_demo_has_three_books_and_the_whole_ledger(seen: tuple[Desk, Day], guide: dict[str, Any]) -> None:
    desk, day = seen
    assert [on.isoformat() for on in desk.dates] == ["2026-07-31", "2026-08-31", guide["as_of"]]
    lines = (resources.sample_data() / "demo" / "ledger.jsonl").read_text("utf-8").splitlines()
    assert desk.ledger.head().seq == len(lines)
    assert {rule for rule, _ in day.silent} == {"cash-advance-new", "spending-stopped"}  # five months of transactions


def test_the_clock_of_the_demo_stands_at_its_book(seen: tuple[Desk, Day]) -> None:
    _, day = seen
    assert (day.moment.as_of, day.moment.today) == (date(2026, 9, 30), date(2026, 9, 30))
    assert at(date(2026, 9, 30)) <= day.moment.now < at(date(2026, 9, 30), 12)


def test_promises_of_the_demo_end_as_its_guide_says(seen: tuple[Desk, Day], guide: dict[str, Any]) -> None:
    _, day = seen
    found = dict(day.conclusion.promises.select("event_id", "status").iter_rows())
    assert {name: found[name] for name in guide["promises"]} == guide["promises"]


def test_warnings_of_the_demo_fire_where_its_guide_says(seen: tuple[Desk, Day], guide: dict[str, Any]) -> None:
    _, day = seen
    fired = set(day.conclusion.signals.select("account_id", "rule").iter_rows())
    meant = {(account_id, rule) for rule, ids in guide["alerts"].items() for account_id in ids}
    assert meant - fired == set()


@pytest.mark.parametrize(
    ("flag", "hold"), [("deceased", "deceased"), ("cease_contact", "cease-contact"), ("vulnerable", "vulnerable")]
)
def test_flags_of_the_book_hold_accounts_of_the_demo(
    seen: tuple[Desk, Day], guide: dict[str, Any], flag: str, hold: str
) -> None:
    _, day = seen
    rows = [day.row(name) for name, what in guide["flags"].items() if what == flag]
    assert rows
    assert {(row["state"], row["hold_rule"]) for row in rows} == {("hold", hold)}


def test_a_desk_that_is_no_demo_lives_in_the_present(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    assert open_desk(desk.folder).clock.starts_at is None


# --- the next book -----------------------------------------------------------------------------------------------------------


def test_the_next_book_is_kept_and_what_changed_is_told(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    cured = Tables([account("A1", past_due=0, days_past_due=0), account("A3", BO)], payments=[])
    found = desk.import_book(book(tmp_path / "next", cured, NEXT))
    assert found.outcome == "new"
    assert desk.dates == (AS_OF, NEXT)
    changes = {row["account_id"]: row for row in found.changes.iter_rows(named=True)}
    assert sorted(changes) == ["A1", "A2", "A3"]
    assert (found.counts["cured"], found.counts["new"], found.counts["left"]) == (1, 1, 1)
    assert moved_at_last(desk.folder / SNAPSHOTS, desk.dates, desk.policies) == found.counts
    assert opens(desk, NEXT).table["account_id"].to_list() == ["A1", "A3"]


def test_the_same_book_again_is_here_already(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    before = opens(desk, AS_OF)
    assert desk.import_book(book(tmp_path / "again", BOOK)).outcome == "already_here"
    assert desk.dates == (AS_OF,)
    equal_days(opens(desk, AS_OF), before)


def test_another_book_of_the_same_date_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    before = opens(desk, AS_OF)
    other = Tables([account("A1", past_due=999)], HISTORY, payments=[])
    with pytest.raises(BadUse, match="Another book of 2026-09-30 is here already; nothing was imported"):
        desk.import_book(book(tmp_path / "other", other))
    equal_days(opens(desk, AS_OF), before)


def test_a_replaced_book_is_kept_aside_and_the_new_one_counts(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    opens(desk, AS_OF)
    other = Tables([account("A1", past_due=999)], HISTORY, payments=[])
    assert desk.import_book(book(tmp_path / "other", other), replace=True).outcome == "replaced"
    assert opens(desk, AS_OF).row("A1")["past_due"] == Decimal(999)
    aside = [path for path in (desk.folder / "snapshots").iterdir() if ".replaced-" in path.name]
    assert len(aside) == 1
    assert json.loads((aside[0] / "manifest.json").read_text("utf-8"))["as_of"] == AS_OF.isoformat()


def test_an_older_book_is_put_in_its_place_and_the_newest_stays_the_newest(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    before = opens(desk, AS_OF)
    earlier = Tables(BOOK.accounts, HISTORY[:4], payments=[payment("A1", days(-70), 300)])
    assert desk.import_book(book(tmp_path / "earlier", earlier, days(-60))).outcome == "inserted"
    assert desk.dates == (days(-60), AS_OF)
    after = opens(desk, AS_OF)
    assert after.moment.as_of == AS_OF
    assert after.row("A1")["score"] == before.row("A1")["score"]
    assert len(account_view(desk, after, "A1").payments) == 1


def test_a_dry_run_tells_and_writes_nothing(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    cured = Tables([account("A1", past_due=0, days_past_due=0), account("A3", BO)], payments=[])
    found = desk.import_book(book(tmp_path / "next", cured, NEXT), dry_run=True)
    assert found.outcome == "dry_run"
    assert sorted(found.changes["account_id"]) == ["A1", "A2", "A3"]
    assert desk.dates == (AS_OF,)


def test_the_first_book_of_a_desk_is_all_new(tmp_path: Path) -> None:
    settings.write(tmp_path, TOLD)
    desk = open_desk(tmp_path)
    found = desk.import_book(book(tmp_path / "first", BOOK))
    assert found.outcome == "new"
    assert found.changes.height == 2


def test_a_payment_that_an_earlier_book_told_is_not_forgotten(tmp_path: Path) -> None:
    first = Tables(BOOK.accounts, HISTORY, payments=[payment("A1", days(-5), 300)])
    desk = desk_of(tmp_path, first)
    desk.import_book(book(tmp_path / "next", Tables(BOOK.accounts, HISTORY, [payment("A1", days(20), 80)]), NEXT))
    found = account_view(desk, opens(desk, NEXT), "A1").payments
    assert [row["amount"] for row in found] == [Decimal(80), Decimal(300)]


def test_rules_that_this_book_cannot_feed_are_named(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, Tables(BOOK.accounts, HISTORY))
    silent = dict(opens(desk, AS_OF).silent)
    assert silent["payment-returned"] == ("payments",)
    assert silent["autopay-off"] == ("snapshots", "accounts.autopay")
    assert silent["first-payment-missed"] == ("accounts.opened_on",)
    assert "minimum-only" not in silent
    desk.import_book(book(tmp_path / "next", BOOK, NEXT))
    assert dict(opens(desk, NEXT).silent)["autopay-off"] == ("accounts.autopay",)
    assert "payment-returned" not in dict(opens(desk, NEXT).silent)


# --- promises across books ---------------------------------------------------------------------------------------------------

PAID = {
    "on its day": (days(0), 600, "posted", "kept"),
    "on the last day of grace": (days(7), 600, "posted", "kept"),
    "a day after grace": (days(8), 600, "posted", "broken"),
    "the day before": (days(-1), 600, "posted", "broken"),
    "less": (days(2), 599, "posted", "partial"),
    "returned": (days(2), 600, "returned", "broken"),
    "nothing": (days(2), 0, "posted", "broken"),
}
LEFT = {"kept": 400, "partial": 700, "broken": 1000}


def promising(name: str) -> Row:
    """Return an account of a customer of its own."""
    return account(name, {"customer_id": name, "customer_name": name})


def promised(desk: Desk, names: Iterable[str]) -> Day:
    """Promise 600 within four days on each account, and let nine days pass without a book."""
    entries = (Entry(name, "PTP", "ana", amount=Decimal(600), due_date=days(4)) for name in names)
    made = told(desk, desk.load(), *entries)
    assert set(made.table["promise_status"]) == {"open"}
    return opens(desk, days(9))


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Day, Day]:
    """Return promises before and after the book that has their payments."""
    folder, accounts = tmp_path_factory.mktemp("promises"), [promising(name) for name in PAID]
    desk = desk_of(folder, Tables(accounts, payments=[]))
    waiting = promised(desk, PAID)
    came = [payment(name, on, amount, status) for name, (on, amount, status, _) in PAID.items() if amount]
    desk.import_book(book(folder / "next", Tables(accounts, payments=came), NEXT))
    return waiting, opens(desk, NEXT)


@pytest.mark.parametrize("name", PAID)
def test_a_promise_is_judged_by_the_payments_from_its_day_to_the_last_day_of_grace(
    judged: tuple[Day, Day], name: str
) -> None:
    assert judged[1].row(name)["promise_status"] == PAID[name][-1]


def test_a_due_promise_waits_for_the_next_book(judged: tuple[Day, Day]) -> None:
    waiting, _ = judged
    assert set(waiting.table["promise_status"]) == {"due"}
    assert (waiting.table["score"] > waiting.table["card_score"]).all()


def test_without_payments_the_fall_of_the_past_due_amount_counts(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, Tables([promising(name) for name in LEFT]))
    promised(desk, LEFT)
    fallen = Tables([{**promising(name), "past_due": left} for name, left in LEFT.items()])
    desk.import_book(book(tmp_path / "next", fallen, NEXT))
    day = opens(desk, NEXT)
    assert {name: day.row(name)["promise_status"] for name in LEFT} == {name: name for name in LEFT}
    assert set(day.conclusion.promises["inferred"]) == {True}


def test_past_figures_are_those_of_their_book(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    then = desk.standing(AS_OF).accounts
    desk.import_book(book(tmp_path / "next", Tables([account("A1", past_due=7)], HISTORY, []), NEXT))
    same(desk.standing(AS_OF).accounts, then)


# --- an account that changes hands -------------------------------------------------------------------------------------------


def test_what_was_recorded_stays_with_an_account_whose_customer_number_changes(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    told(desk, desk.load(), Entry("A1", "RP", "ana"))
    renumbered = Tables([account("A1", {**ANA, "customer_id": "C9"})], HISTORY, payments=[])
    desk.import_book(book(tmp_path / "next", renumbered, NEXT))
    day = opens(desk, NEXT)
    assert day.row("A1")["score"] < day.row("A1")["card_score"]
    done = desk.record(day, Entry("A1", "NA", "ana"))
    assert moved(done).step.before == moved(done).step.after
    equal_days(done.day, desk.load())


def test_an_account_that_left_the_book_can_no_longer_be_worked(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    done = desk.record(desk.load(), Entry("A2", "NA", "ana"))
    desk.import_book(book(tmp_path / "next", Tables([account("A1")], HISTORY, []), NEXT))
    day = opens(desk, NEXT)
    with pytest.raises(BadUse, match="No account A2 in the book of 31 Oct 2026"):
        desk.record(day, Entry("A2", "NA", "ana"))
    undone = desk.undo(day, done.event.event_id, by="ana")
    assert undone.moved is None
    assert desk.withdrawn() == {done.event.event_id}


def test_a_hold_told_on_an_account_that_left_the_book_can_be_taken_back(tmp_path: Path) -> None:
    two = [account("A1"), account("A2", past_due=50)]
    desk = desk_of(tmp_path, Tables(two, payments=[]))
    done = desk.record(desk.load(), Entry("A2", "DECD", "ana"))
    desk.import_book(book(tmp_path / "next", Tables([account("A1")], payments=[]), NEXT))
    day = opens(desk, NEXT)
    assert day.row("A1")["hold_rule"]
    undone = desk.undo(day, done.event.event_id, by="ana")
    assert undone.moved is None
    assert undone.day.row("A1")["hold_rule"] is None
    equal_days(undone.day, desk.load())


# --- a week ago --------------------------------------------------------------------------------------------------------------


def test_the_score_of_a_week_ago_knows_the_book_and_the_records_of_then(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK, days(-30))
    desk.ledger.record(outcome(1, "A1", "RP", at(days(-20))), recorded_at=at(days(-20)))
    desk.ledger.record(outcome(2, "A1", "PP", at(days(-3)), amount=Decimal(1), currency="TWD"), recorded_at=at(AS_OF))
    later = Tables([*BOOK.accounts, account("A3", BO)], [*HISTORY, *statements("A3", 0, 0)], payments=[])
    desk.import_book(book(tmp_path / "next", later, AS_OF))
    day = opens(desk, AS_OF)
    then = opens_as_it_was(tmp_path, days(-7))
    assert day.row("A1")["score_week_ago"] == then.row("A1")["score"]
    assert day.row("A1")["score"] > day.row("A1")["score_week_ago"]
    assert day.row("A3")["score_week_ago"] is None


def opens_as_it_was(folder: Path, on: date) -> Day:
    """Return a day of a desk that knows only what was known then."""
    desk = desk_of(folder / "then", BOOK, days(-30))
    desk.ledger.record(outcome(1, "A1", "RP", at(days(-20))), recorded_at=at(days(-20)))
    return opens(desk, on)


def test_a_desk_with_one_book_shows_what_the_week_has_recorded(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    day = told(desk, desk.load(), Entry("A1", "RP", "ana"))
    assert day.row("A1")["score_week_ago"] == day.row("A1")["card_score"] > day.row("A1")["score"]


# --- a book that is scored without a desk ------------------------------------------------------------------------------------


def test_a_book_is_scored_as_the_desk_scores_it_before_anything_is_recorded(tmp_path: Path, policies: Policies) -> None:
    desk = desk_of(tmp_path, BOOK)
    day = opens(desk, AS_OF)
    alone = score_book(book(tmp_path / "alone", BOOK), policies).collect()
    columns = ["account_id", "score", "prob_default", "tier", "card", "coverage"]
    same(alone.select(columns), day.table.select(columns))
    assert alone.columns == list(SCORED)


def test_the_demo_is_scored_alike_with_and_without_a_desk(seen: tuple[Desk, Day]) -> None:
    desk, day = seen
    read = read_book(resources.sample_data() / "demo" / "books" / "2026-09-30", desk.settings, as_of=day.moment.as_of)
    alone = score_book(read, desk.policies, with_reasons=False).collect()
    assert alone["score"].to_list() == day.table["card_score"].to_list()
    assert alone["reasons"].list.len().to_list() == [0] * day.table.height
    with_desk = score_book(read, desk.policies, desk=desk).collect()
    same(with_desk.select("account_id", "score", "tier"), day.table.select("account_id", "score", "tier"))
    assert with_desk["reasons"].list.len().max() >= 3  # type: ignore[operator]  # lengths are numbers


def test_a_book_that_the_desk_has_not_imported_is_scored_with_its_ledger(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    told(desk, desk.load(), Entry("A1", "RP", "ana"))
    coming = book(tmp_path / "next", BOOK, NEXT)
    found = score_book(coming, desk.policies, desk=desk).collect()
    desk.import_book(coming)
    assert found["score"].to_list() == opens(desk, NEXT).table["score"].to_list()
    assert desk.dates == (AS_OF, NEXT)


def test_a_book_is_scored_before_its_import_as_after_it(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, Tables([account("A1"), account("A2", BO)], payments=[]))
    promises = [Entry(name, "PTP", "ana", amount=Decimal(600), due_date=days(4)) for name in ("A1", "A2")]
    told(desk, desk.load(), *promises)
    paying = Tables([account("A1", past_due=400), account("A2", BO)], payments=[payment("A1", days(3), 600)])
    desk.import_book(book(tmp_path / "paying", paying, days(20)))
    coming = book(tmp_path / "next", Tables([account("A1", past_due=400), account("A2", BO)]), NEXT)
    before = score_book(coming, desk.policies, desk=desk).collect()
    desk.import_book(coming)
    day = opens(desk, NEXT)
    assert [day.row(name)["promise_status"] for name in ("A1", "A2")] == ["kept", "broken"]
    same(before.select("account_id", "score", "tier"), day.table.select("account_id", "score", "tier"))


@pytest.mark.parametrize("name", ["chen", "olga", "healthy", "okafor"])
def test_an_account_alone_has_the_score_it_has_in_the_book(
    seen: tuple[Desk, Day], role: Callable[[str], str], tmp_path: Path, name: str
) -> None:
    desk, day = seen
    source = resources.sample_data() / "demo" / "books" / "2026-09-30"
    for file in source.glob("*.csv"):
        head, *lines = file.read_text("utf-8").splitlines()
        mine = [line for line in lines if line.startswith(f"{role(name)},")]
        (tmp_path / file.name).write_text("\n".join([head, *mine]) + "\n", "utf-8")
    alone = score_book(read_book(tmp_path, desk.settings, as_of=day.moment.as_of), desk.policies).collect()
    row = day.row(role(name))
    assert alone.select("account_id", "score").rows() == [(row["account_id"], row["card_score"])]


def test_the_real_book_is_scored_as_its_desk_scores_it(tmp_path: Path, policies: Policies) -> None:
    read = read_book(resources.sample_data() / "taiwan")
    few = read.accounts.head(300).select("account_id").collect()["account_id"].implode()
    tables = {
        name: table.filter(pl.col("account_id").is_in(few)) if "account_id" in table.collect_schema() else table
        for name, table in read.tables.items()
    }
    part = make.Book(read.as_of, tables, read.present)
    desk = create(tmp_path / "desk", part, Settings(desk_id="tw"))
    alone = score_book(part, policies, with_reasons=False).collect()
    desk.clock = Clock(TAIPEI, at(read.as_of))
    assert alone["score"].to_list() == desk.load().table["score"].to_list()
    assert alone.height == 300
