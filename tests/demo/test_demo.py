"""The demo is what its script makes, ties to the cent, and harms nobody: no real number, no real address."""

import csv
import json
import re
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scripts.demo.files import files

FOLDER = Path(__file__).resolve().parents[2] / "sample_data" / "demo"
BOOKS = ("2026-07-31", "2026-08-31", "2026-09-30")
NEWEST = BOOKS[-1]
AS_OF = date.fromisoformat(NEWEST)
OPENS = datetime(2026, 9, 30, 10, 0, tzinfo=ZoneInfo("Asia/Taipei"))
FICTION = re.compile(
    r"\+44 7700 900\d{3}|\+44 (20 7946|161 496|131 496|29 2018) 0\d{3}|\+1 \d{3} 555 01\d{2}|\+61 2 5550 \d{4}|\+61 3 7010 \d{4}"
)
EXAMPLE = re.compile(r"[a-z.]+\.\d+@example\.(com|net|org)")
DECIMALS = {"TWD": 0, "USD": 2}


@cache
def table(book: str, name: str) -> list[dict[str, str]]:
    with (FOLDER / "books" / book / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def ledger() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / "ledger.jsonl").read_text("utf-8").splitlines()]


@cache
def guide() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "guide.json").read_text("utf-8"))
    return found


def everybody() -> dict[str, dict[str, str]]:
    return {row["account_id"]: row for book in BOOKS for row in table(book, "accounts")}


def test_the_script_makes_the_files_that_are_committed_byte_for_byte() -> None:
    made = files()
    there = {str(path.relative_to(FOLDER)).replace("\\", "/") for path in FOLDER.rglob("*") if path.is_file()}
    assert set(made) == there
    assert [name for name, text in made.items() if (FOLDER / name).read_bytes() != text.encode()] == []


def test_the_demo_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 3_000_000


# --- nobody is harmed ------------------------------------------------------------------------------------------------------


def test_every_number_lies_in_a_range_reserved_for_fiction() -> None:
    written = {row[column] for row in everybody().values() for column in ("phone", "phone_2")}
    written |= {row["value"] for book in BOOKS for row in table(book, "contacts")}
    assert [number for number in written - {""} if not FICTION.fullmatch(number)] == []


def test_no_number_belongs_to_two_customers() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for book in BOOKS:
        for row in table(book, "accounts"):
            owners[row["phone"]].add(row["customer_id"])
            owners[row["phone_2"]].add(row["customer_id"])
        for row in table(book, "contacts"):
            owners[row["value"]].add(row["customer_id"])
    assert [number for number, customers in owners.items() if number and len(customers) > 1] == []


def test_every_mail_address_is_at_a_domain_reserved_for_examples() -> None:
    written = {row["email"] for row in everybody().values()} - {""}
    assert [address for address in written if not EXAMPLE.fullmatch(address)] == []


def test_the_ledger_names_the_kind_of_a_number_and_never_the_number() -> None:
    assert {event["contact_point"] for event in ledger() if "contact_point" in event} <= {
        *("phone", "phone_2", "home", "work", "mobile", "email", "address")
    }
    assert [event["note"] for event in ledger() if re.search(r"\d{6}", event.get("note", ""))] == []


# --- the books -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("book", BOOKS)
def test_account_numbers_are_unique_and_every_table_speaks_of_known_accounts(book: str) -> None:
    ids = [row["account_id"] for row in table(book, "accounts")]
    customers = {row["customer_id"] for row in table(book, "accounts")}
    assert len(set(ids)) == len(ids)
    for name in ("statements", "payments", "transactions"):
        assert {row["account_id"] for row in table(book, name)} <= set(ids)
    assert {row["customer_id"] for row in table(book, "contacts")} <= customers


@pytest.mark.parametrize("book", BOOKS)
def test_amounts_have_the_decimals_of_their_currency(book: str) -> None:
    currency = {row["account_id"]: row["currency"] for row in table(book, "accounts")}
    money = {
        "accounts": ("balance", "past_due", "minimum_due", "credit_limit"),
        "statements": ("balance", "paid", "minimum_due", "credit_limit"),
        "payments": ("amount",),
        "transactions": ("amount",),
    }
    for name, columns in money.items():
        for row in table(book, name):
            for column in columns:
                exponent = Decimal(row[column]).as_tuple().exponent
                assert exponent == -DECIMALS[currency[row["account_id"]]], (name, row["account_id"], column)
                assert not row[column].startswith("-0"), (name, row["account_id"], column)


@pytest.mark.parametrize("book", BOOKS)
def test_days_past_due_count_from_the_oldest_unpaid_due_date(book: str) -> None:
    for row in table(book, "accounts"):
        days = int(row["days_past_due"])
        if days:
            assert (date.fromisoformat(book) - date.fromisoformat(row["due_date"])).days == days
        elif row["due_date"]:
            assert date.fromisoformat(row["due_date"]) > date.fromisoformat(book)


def test_days_past_due_of_the_newest_book_agree_with_its_newest_statement() -> None:
    cycles = {
        r["account_id"]: int(r["cycles_past_due"]) for r in table(NEWEST, "statements") if r["statement_date"] == NEWEST
    }
    for row in table(NEWEST, "accounts"):
        k, days = cycles[row["account_id"]], int(row["days_past_due"])
        assert max(30 * (k - 1), 12) < days <= 30 * k if k else days <= 12, row["account_id"]


@pytest.mark.parametrize("book", BOOKS)
def test_nothing_lies_after_the_book_and_the_account_row_is_its_newest_statement(book: str) -> None:
    newest = {row["account_id"]: row for row in table(book, "statements") if row["statement_date"] == book}
    for row in table(book, "accounts"):
        assert row["balance"] == newest[row["account_id"]]["balance"]
    for name, column in (("statements", "statement_date"), ("payments", "paid_at"), ("transactions", "at")):
        assert max(row[column][:10] for row in table(book, name)) <= book


def test_posted_payments_of_a_month_add_up_to_what_the_statement_says_was_paid() -> None:
    posted: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in table(NEWEST, "payments"):
        if row["status"] == "posted":
            posted[row["account_id"], row["paid_at"][:7]] += Decimal(row["amount"])
    for row in table(NEWEST, "statements"):
        assert posted[row["account_id"], row["statement_date"][:7]] == Decimal(row["paid"])


def test_balance_before_plus_what_was_bought_less_what_was_paid_is_the_balance() -> None:
    booked: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in table(NEWEST, "transactions"):
        sign = {"purchase": 1, "cash_advance": 1, "transfer": 1, "fee": 1, "refund": -1}.get(row["kind"], 0)
        booked[row["account_id"], row["at"][:7]] += sign * Decimal(row["amount"])
    before: dict[str, Decimal] = {}
    for row in table(NEWEST, "statements"):
        account, balance = row["account_id"], Decimal(row["balance"])
        if account in before:
            assert before[account] + booked[account, row["statement_date"][:7]] - Decimal(row["paid"]) == balance
        before[account] = balance


def test_later_books_repeat_what_earlier_books_said() -> None:
    for earlier, later in pairwise(BOOKS):
        stayed = {row["account_id"] for row in table(later, "accounts")}
        for name in ("statements", "payments", "transactions"):
            told = {tuple(row.values()) for row in table(later, name)}
            assert {tuple(row.values()) for row in table(earlier, name) if row["account_id"] in stayed} <= told


def test_the_mix_makes_every_screen_meaningful() -> None:
    rows = table(NEWEST, "accounts")
    late = [int(row["days_past_due"]) for row in rows if int(row["days_past_due"])]
    assert len(rows) == 400
    assert 130 <= len(late) <= 180
    assert min(sum(low < days <= high for days in late) for low, high in ((0, 30), (30, 60), (60, 90), (90, 999))) >= 10
    assert {row["product"] for row in rows} == {"credit_card", "instalment_loan"}
    assert Counter(row["currency"] for row in rows) == {"TWD": 388, "USD": 12}
    assert sum(Decimal(row["balance"]) < 0 for row in rows) >= 4
    assert sum(int(row["days_past_due"]) > 0 >= Decimal(row["balance"]) for row in rows) == 3
    assert len(rows) - len({row["customer_id"] for row in rows}) >= 12
    assert len({row["language"] for row in rows}) >= 12
    flags = {
        name: sum(row[name] == "true" for row in rows) for name in ("deceased", "bankrupt", "disputed", "attorney")
    }
    assert flags == {"deceased": 2, "bankrupt": 2, "disputed": 3, "attorney": 2}
    assert sum(row["cease_contact"] == "true" for row in rows) == 2
    assert sum(row["vulnerable"] == "true" for row in rows) == 3


def test_direct_debit_is_switched_off_between_august_and_september_for_three() -> None:
    august = {row["account_id"]: row["autopay"] for row in table(BOOKS[1], "accounts")}
    dropped = {
        r["account_id"] for r in table(NEWEST, "accounts") if august.get(r["account_id"]) == "true" != r["autopay"]
    }
    assert sorted(dropped) == sorted(guide()["alerts"]["autopay-off"])


# --- the ledger ------------------------------------------------------------------------------------------------------------


def test_records_stand_in_order_and_lie_before_the_demo_opens() -> None:
    times = [datetime.fromisoformat(event["occurred_at"]) for event in ledger()]
    ids = [event["event_id"] for event in ledger()]
    assert times == sorted(times)
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert times[-1] < OPENS
    assert {time.utcoffset() for time in times} == {timedelta(hours=8)}
    assert {time.isoweekday() for time in times}.isdisjoint({7})


def test_records_name_accounts_of_the_books_and_their_customers() -> None:
    known = everybody()
    for event in ledger():
        if event["kind"] == "system":  # a work order speaks of many accounts
            assert {"account_id", "customer_id"}.isdisjoint(event)
            continue
        row = known[event["account_id"]]
        assert event["customer_id"] == row["customer_id"]
        assert event["by"] in {"ana", "ben", "mei", "jo"}
        if "amount" in event:
            assert event["currency"] == row["currency"]
            assert Decimal(event["amount"]).as_tuple().exponent == -DECIMALS[row["currency"]]


def test_calls_go_to_numbers_the_customer_has_at_an_hour_that_is_decent_there() -> None:
    further: dict[str, set[str]] = defaultdict(set)
    for row in table(NEWEST, "contacts"):
        further[row["customer_id"]].add(row["kind"])
    known = everybody()
    for event in ledger():
        if event.get("channel") == "phone" and event.get("direction") == "outbound" and "contact_point" in event:
            row = known[event["account_id"]]
            assert row["timezone"], event["event_id"]
            hour = datetime.fromisoformat(event["occurred_at"]).astimezone(ZoneInfo(row["timezone"])).hour
            assert 8 <= hour < 21, (event["account_id"], event["occurred_at"])
            point = event["contact_point"]
            assert row.get(point) or point in further[row["customer_id"]], (event["account_id"], point)


def test_promises_end_as_the_guide_says() -> None:
    paid: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for row in table(NEWEST, "payments"):
        if row["status"] == "posted":
            paid[row["account_id"]].append((date.fromisoformat(row["paid_at"][:10]), Decimal(row["amount"])))
    ended = guide()["promises"]
    made = {event["event_id"]: event for event in ledger() if event.get("code") in {"PTP", "PLAN"}}
    assert set(made) == set(ended)
    for name, event in made.items():
        first = date.fromisoformat(event["occurred_at"][:10])
        last = date.fromisoformat(event["due_date"]) + timedelta(days=3)
        came = sum((amount for day, amount in paid[event["account_id"]] if first <= day <= last), Decimal(0))
        wanted = Decimal(event["amount"])
        kept = "kept" if came >= wanted else "partial" if came else "broken"
        if last >= AS_OF:
            kept = "due" if date.fromisoformat(event["due_date"]) < AS_OF else "open"
        assert ended[name] == kept, event
    counts = Counter(ended.values())
    assert min(counts[state] for state in ("kept", "partial", "broken", "open", "due")) >= 3


def test_an_account_that_the_lender_holds_back_is_left_alone() -> None:
    """Nobody contacts its customer and nobody presses; that somebody looks at its warning is no contact."""
    since = {row["account_id"]: book for book in reversed(BOOKS) for row in table(book, "accounts") if _held(row)}
    theirs = [e for e in ledger() if e.get("account_id") in since]
    late = [e for e in theirs if e["occurred_at"][:10] > since[e["account_id"]]]
    assert [e for e in late if e["kind"] != "alert"] == []
    assert late


def _held(row: dict[str, str]) -> bool:
    names = ("deceased", "bankrupt", "disputed", "attorney", "cease_contact", "vulnerable")
    return any(row[name] == "true" for name in names)


def test_a_record_was_taken_back_by_another() -> None:
    by_id = {event["event_id"]: event for event in ledger()}
    (correction,) = [event for event in ledger() if event["kind"] == "correction"]
    wrong = by_id[correction["corrects"]]
    assert wrong["account_id"] == correction["account_id"]
    assert wrong["occurred_at"] < correction["occurred_at"]


def test_a_callback_is_due_today_at_two() -> None:
    asked = [event["data"]["at"] for event in ledger() if event.get("code") == "CB"]
    assert "2026-09-30T14:00:00+08:00" in asked
