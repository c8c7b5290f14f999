"""Payments and transactions that come between two books: read, kept, and seen up to their day."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from deskcollect import settings
from deskcollect.clock import Clock
from deskcollect.desk import cache, day_file
from deskcollect.desk.day_file import DayFile, read_day_file, recognised, take
from deskcollect.desk.desk import SNAPSHOTS, Desk, open_desk
from deskcollect.errors import BadBook, BadUse, NewerSchema
from deskcollect.portfolio import snapshots
from tests.desk.builders import (
    AS_OF,
    BO,
    TOLD,
    Row,
    Tables,
    account,
    at,
    book,
    days,
    desk_of,
    equal_days,
    outcome,
    payment,
    same,
    statements,
)

NEXT = date(2026, 10, 31)
TODAY = days(40)
ACCOUNTS = [
    account("A1", opened_on="2024-01-05"),
    account("A2", BO, past_due=0, days_past_due=0, opened_on="2024-01-05"),
]


def spent(account_id: str, when: str, amount: object = 100, kind: str = "purchase", merchant: str = "") -> Row:
    """Return a transaction."""
    return {"account_id": account_id, "at": when, "amount": amount, "kind": kind, "merchant": merchant}


USUAL = [spent("A2", f"2026-0{month}-1{day} 10:00", 50) for month in (5, 6, 7, 8) for day in range(6)]
BOOK = Tables(ACCOUNTS, statements("A1", 500, 0, 0), payments=[], more={"transactions": USUAL})
FIRST = [spent("A2", "2026-10-01 09:00", 9000, "cash_advance"), spent("A2", "2026-10-01 11:00", 9000, "cash_advance")]
SECOND = [spent("A2", "2026-10-02 10:00", 9000, "cash_advance"), spent("A2", "2026-10-02 12:00", 70000)]


def text(rows: Sequence[Row]) -> str:
    """Return rows as CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(key for row in rows for key in row)))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def put(desk: Desk, name: str, content: str) -> Path:
    """Write a file beside the desk."""
    path = desk.folder.parent / name
    path.write_text(content, "utf-8")
    return path


def read(desk: Desk, path: Path, **more: object) -> DayFile:
    """Read a day's file some weeks after the book."""
    given = recognised(path, desk.settings)
    assert given is not None
    return read_day_file(desk.folder, desk.settings, given, today=TODAY, **more)  # type: ignore[arg-type]  # as they came


def bring(desk: Desk, rows: Sequence[Row]) -> DayFile:
    """Import rows as a day's file."""
    found = read(desk, put(desk, "transactions.csv", text(rows)))
    take(desk, found)
    return found


def codes(found: DayFile) -> list[tuple[int, str]]:
    """Return the line of each row that was set aside, and why."""
    return sorted(found.rejects.select("line", "code").rows())


# --- what a path is taken for ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "headers", "table"),
    [
        ("x.csv", "account_id,at,amount,kind", "transactions"),
        ("x.csv", "account_id,paid_at,amount", "payments"),
        ("x.csv", "账号,交易日期,交易金额,类型", "transactions"),
        ("x.csv", "Loan No,Payment Date,Payment Amount", "payments"),
        ("x.csv", "account_id,date,amount,merchant", "transactions"),
        ("x.csv", "account_id,date,amount,status", "payments"),
        ("x.csv", "account_id,date,amount,channel", "transactions"),
        ("payments-1-oct.csv", "account_id,date,amount", "payments"),
        ("Transactions 20261001.csv", "account_id,date,amount,status", "transactions"),
        ("transactions.csv", "account_id,when", "transactions"),
        ("x.csv", "account_id,balance,days_past_due", ""),
        ("payments.csv", "account_id,balance,due_date,paid_at,amount", ""),
        ("x.csv", "account_id,statement_date,balance", ""),
        ("x.csv", "", ""),
    ],
)
def test_a_single_file_is_known_by_its_headers_then_by_its_name(
    tmp_path: Path, name: str, headers: str, table: str
) -> None:
    path = tmp_path / name
    path.write_text(f"{headers}\n", "utf-8")
    found = recognised(path, None)
    assert (found.tables if found else {}) == ({table: path} if table else {})


def test_the_desks_own_columns_count(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("account_id,Wann,Betrag\n", "utf-8")
    assert recognised(path, None) is None
    found = recognised(path, settings.Settings(columns={"Wann": "at", "Betrag": "amount"}))
    assert found is not None
    assert found.tables == {"transactions": path}


@pytest.mark.parametrize("headers", ["account_id,date,amount", "account_id,date,amount,type,status"])
def test_what_may_be_either_is_refused(tmp_path: Path, headers: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"{headers}\n", "utf-8")
    with pytest.raises(BadBook, match="may hold payments or transactions"):
        recognised(path, None)


@pytest.mark.parametrize(
    ("names", "known"),
    [
        (["transactions.csv"], True),
        (["payments.csv", "Transactions.csv"], True),
        (["accounts.csv", "transactions.csv"], False),
        (["statements.csv", "transactions.csv"], False),
        (["other.csv"], False),
    ],
)
def test_a_folder_is_known_by_the_names_in_it(tmp_path: Path, names: Iterable[str], known: bool) -> None:
    for name in names:
        (tmp_path / name).write_text("account_id\n", "utf-8")
    assert (recognised(tmp_path, None) is not None) == known


def _parquet(path: Path, rows: pl.DataFrame) -> None:
    rows.write_parquet(path)


def _json(path: Path, rows: pl.DataFrame) -> None:
    path.write_text(json.dumps(rows.to_dicts()), "utf-8")


def _ndjson(path: Path, rows: pl.DataFrame) -> None:
    rows.write_ndjson(path)


@pytest.mark.parametrize("write", [_parquet, _json, _ndjson])
def test_every_format_of_a_book_says_the_same(tmp_path: Path, write: Callable[[Path, pl.DataFrame], None]) -> None:
    desk = desk_of(tmp_path, BOOK)
    rows = pl.DataFrame([dict(row) for row in FIRST])
    path = tmp_path / f"day.{write.__name__.removeprefix('_')}"
    write(path, rows)
    plain = read(desk, put(desk, "day.csv", text(FIRST)))
    assert read(desk, path).digest == plain.digest


# --- bad rows ------------------------------------------------------------------------------------------------------------------


def test_bad_rows_are_set_aside_with_a_reason_and_the_others_go_on(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    rows = [
        spent("A2", "2026-10-01 09:00"),
        spent("Z9", "2026-10-01 09:00"),
        spent("", "2026-10-01 09:00"),
        spent("A2", "2024-01-04 09:00"),
        spent("A2", "2027-01-04 09:00"),
        spent("A2", "2026-10-01 10:00", 0),
        spent("A2", "2026-10-01 10:00", 10**15),
        spent("A2", "2026-10-01 11:00", "many"),
        spent("A2", "2026-10-01 09:00"),
        spent("A1", "2026-10-01 12:00", 0, "limit_request"),
    ]
    found = read(desk, put(desk, "day.csv", text(rows)))
    assert codes(found) == [
        (3, "unknown_account"), (4, "missing"), (5, "before_opening"), (6, "after_as_of"), (7, "no_amount"),
        (8, "implausible"), (9, "not_a_number"), (10, "sent_twice"),
    ]  # fmt: skip
    assert found.tables["transactions"].collect()["account_id"].to_list() == ["A1", "A2"]
    assert found.days == (date(2026, 10, 1),)
    told = {(t.name, t.currency): t.value for t in found.totals}
    assert told["rows", ""], told["set_aside", ""] == (10, 8)
    assert told["amount", "TWD"] == 100


def test_a_row_after_the_files_own_day_is_set_aside(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    path = put(desk, "day.csv", text([*FIRST, *SECOND]))
    found = read(desk, path, as_of=date(2026, 10, 1))
    assert codes(found) == [(4, "after_as_of"), (5, "after_as_of")]
    assert "is after the file's day, 2026-10-01" in found.issues[0].message
    with pytest.raises(BadUse, match="is after today"):
        read(desk, path, as_of=days(400))


def test_a_file_of_which_nothing_can_be_used_is_refused(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    with pytest.raises(BadBook, match=r"No row of day\.csv can be used; all 2 were set aside\. .* is in no book"):
        read(desk, put(desk, "day.csv", text([spent("Z1", "2026-10-01"), spent("Z2", "2026-10-01")])))
    with pytest.raises(BadBook, match="holds no rows"):
        read(desk, put(desk, "day.csv", "account_id,at,amount\n"))


def test_an_account_of_an_older_book_is_known_and_one_of_none_counts_once_a_book_holds_it(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    desk.import_book(book(tmp_path / "next", Tables([account("A3", opened_on="2026-10-01")]), NEXT))
    path = put(desk, "day.csv", text([spent("A2", "2026-10-05"), spent("A3", "2026-10-05"), spent("A4", "2026-10-05")]))
    assert codes(read(desk, path)) == [(4, "unknown_account")]
    desk.import_book(book(tmp_path / "after", Tables([account("A4")]), days(35)))
    assert codes(read(desk, path)) == []


# --- what is seen --------------------------------------------------------------------------------------------------------------


def test_transactions_count_up_to_their_day_and_balances_stay_the_books(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    before = desk.load()
    bring(desk, FIRST)
    bring(desk, SECOND)
    day = desk.load()
    assert desk.days == (AS_OF, date(2026, 10, 1), date(2026, 10, 2))
    assert (day.standing.as_of, day.standing.seen_until) == (AS_OF, date(2026, 10, 2))
    assert day.table["seen_until"].unique().to_list() == [date(2026, 10, 2)]
    assert day.table["cash_advance_count"].to_list() == [0, 3]
    assert before.table["cash_advance_count"].to_list() == [0, 0]
    for name in ("balance", "past_due", "dpd", "score", "as_of"):
        assert_frame_equal(day.table.select(name), before.table.select(name))


def test_a_day_in_between_sees_what_was_known_of_it(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    before = desk.standing(AS_OF)
    bring(desk, [*FIRST, *SECOND])
    counts = [desk.standing(day).accounts["cash_advance_count"].to_list() for day in (*desk.days, days(20))]
    assert counts == [[0, 0], [0, 2], [0, 3], [0, 3]]
    same(desk.standing(AS_OF).accounts, before.accounts)


def test_a_late_file_gives_the_day_that_it_would_have_given_on_time(tmp_path: Path) -> None:
    later = Tables(ACCOUNTS, statements("A1", 500, 0, 0), payments=[], more={"transactions": [*USUAL, *SECOND]})
    third = [spent("A2", "2026-11-02 10:00", 80, "cash_advance")]
    past = [payment("A2", date(2026, 9, 3), 40, "returned")]
    made = []
    for name, order in (("on-time", "past first second next third"), ("late", "next third second past first")):
        desk = desk_of(tmp_path / name, BOOK)
        for what in order.split():
            if what == "next":
                desk.import_book(book(tmp_path / name / "next", later, NEXT))
                continue
            rows = {"first": FIRST, "second": SECOND, "third": third, "past": past}[what]
            take(desk, read(desk, put(desk, "payments.csv" if what == "past" else "day.csv", text(rows))))
        desk.clock = Clock(desk.zone, at(date(2026, 11, 3)))
        made.append(desk)
    one, other = made
    assert one.days == other.days
    equal_days(one.load(), other.load())
    for day in one.days:
        same(one.standing(day).accounts, other.standing(day).accounts)
        same(one.standing(day).payments.collect(), other.standing(day).payments.collect())


def test_nothing_is_seen_twice_where_the_next_book_holds_the_same_rows(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    bring(desk, [*FIRST, *SECOND])
    seen = desk.standing(date(2026, 10, 2)).accounts["cash_advance_count"].to_list()
    later = Tables(ACCOUNTS, BOOK.statements, payments=[], more={"transactions": [*USUAL, *FIRST, *SECOND]})
    desk.import_book(book(tmp_path / "next", later, date(2026, 10, 2)))
    assert desk.load().table["cash_advance_count"].to_list() == seen == [0, 3]


def paid_files(desk: Desk, *when: int, of: Mapping[int, int] | None = None) -> None:
    """Bring a file of payments of each of some days in October: of A2, and of A1 what is said."""
    for number in when:
        on = date(2026, 10, number)
        rows = [payment("A2", on, 10)]
        rows += [payment("A1", on, of[number])] if of and number in of else []
        take(desk, read(desk, put(desk, "payments.csv", text(rows))))


def promised(folder: Path) -> Desk:
    """Return a desk on which A1 promised 300 by the third of October; grace ends on the sixth."""
    desk = desk_of(folder, BOOK)
    made = outcome(1, "A1", "PTP", at(AS_OF), amount=Decimal(300), currency="TWD", due_date=date(2026, 10, 3))
    desk.ledger.record(made, recorded_at=at(AS_OF))
    desk.clock = Clock(desk.zone, at(TODAY))
    return desk


def state(desk: Desk) -> str:
    """Return how the promise of A1 stands."""
    return str(desk.load().row("A1")["promise_status"])


def test_a_promise_is_kept_or_broken_by_the_payments_of_days_files(tmp_path: Path) -> None:
    for name, of, became in (("kept", {2: 300}, "kept"), ("broken", None, "broken")):
        desk = promised(tmp_path / name)
        paid_files(desk, 1, 2, 5, of=of)
        assert state(desk) == "due"
        before = desk.load().row("A1")["score"]
        paid_files(desk, 7)
        assert state(desk) == became
        assert (desk.load().row("A1")["score"] > before) == (became == "kept")


def test_files_of_transactions_and_files_with_a_hole_break_no_promise(tmp_path: Path) -> None:
    desk = promised(tmp_path)
    bring(desk, [spent("A2", f"2026-10-{number:02} 10:00") for number in range(1, 15)])
    assert state(desk) == "due"
    paid_files(desk, 12)
    assert state(desk) == "due"
    paid_files(desk, 4, 8)
    assert state(desk) == "broken"


def test_a_promise_stands_alike_in_whatever_order_files_come_and_fires_once(tmp_path: Path) -> None:
    made = []
    for name, order in (("on-time", (1, 4, 7, 9)), ("late", (9, 4, 7, 1))):
        desk = promised(tmp_path / name)
        paid_files(desk, *order)
        made.append(desk.load())
    equal_days(*made)
    broken = made[0].conclusion.seen.filter(pl.col("rule") == "promise-broken")
    assert broken["day"].to_list() == [date(2026, 10, 7), date(2026, 10, 9)]
    assert broken["seen_on"].unique().to_list() == [date(2026, 10, 7)]
    assert made[0].row("A1")["case_seen_on"] == date(2026, 10, 7)


def test_balances_wait_for_the_book_though_payments_are_seen(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    take(desk, read(desk, put(desk, "payments.csv", text([payment("A1", date(2026, 10, 1), 300)]))))
    day = desk.load()
    assert day.row("A1")["last_paid_on"] == date(2026, 10, 1)
    assert day.row("A1")["past_due"] == 1000


def test_what_a_file_did_is_told_of_its_accounts(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    before, was = desk.standing(AS_OF), desk.load()
    found = bring(desk, [*FIRST, *SECOND])
    now = desk.load()
    news = day_file.news(desk, found, before)
    told, known = now.conclusion.signals, was.conclusion.signals
    assert news["new_signals"] == told.join(known, on=["account_id", "rule", "seen_on"], how="anti").height > 0


def test_a_rule_is_fed_by_a_days_file_alone(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, Tables(ACCOUNTS, BOOK.statements))
    assert any("transactions" in lacks for _, lacks in desk.load().silent)
    bring(desk, FIRST)
    assert not any("transactions" in lacks for _, lacks in desk.load().silent)


# --- what is kept --------------------------------------------------------------------------------------------------------------


def test_what_is_kept_is_worked_out_once_for_each_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_of(tmp_path, BOOK)
    desk.load()
    made: list[str] = []
    history = snapshots.history

    def watched(*args: object, **more: object) -> object:
        made.append(str(args[2]))
        return history(*args, **more)  # type: ignore[arg-type]  # handed through as they came

    bring(desk, FIRST)
    monkeypatch.setattr("deskcollect.portfolio.snapshots.history", watched)
    one, other = desk.load(), open_desk(desk.folder, desk.clock).load()
    assert made.count("transactions") == 1
    equal_days(one, other)
    bring(desk, SECOND)
    assert desk.load().table["cash_advance_count"].to_list() == [0, 3]


def test_what_is_held_of_the_book_is_not_read_again_unless_the_book_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(tmp_path, BOOK)
    before, read_of = desk.standing(AS_OF), []
    monkeypatch.setattr(cache, "_read", lambda place, _: read_of.append(place.name))
    bring(desk, FIRST)
    day = date(2026, 10, 1)
    held = desk.standing(day, before)
    assert read_of == []
    monkeypatch.undo()
    anew = desk.standing(day)
    same(held.accounts, anew.accounts)
    same(held.feeds, anew.feeds)
    other = Tables([account("A1", past_due=7, opened_on="2024-01-05"), ACCOUNTS[1]], BOOK.statements, payments=[])
    desk.import_book(book(tmp_path / "other", other), replace=True)
    assert desk.standing(day, held).accounts["past_due"].to_list() == [7, 0]


def test_days_before_the_last_are_looked_at_without_being_put_into_the_cache(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    for rows in (FIRST, SECOND, [spent("A2", "2026-10-03 10:00")]):
        bring(desk, rows)
    seen = desk.load().conclusion.seen
    kept = [path.name[:15] for path in sorted((desk.folder / "cache").glob("seen-*"))]
    assert kept == ["seen-2026-10-02", "seen-2026-10-03"]
    assert seen["day"].unique().sort().to_list() == list(desk.days)


def test_rows_in_no_order_are_the_same_rows(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    bring(desk, [*SECOND, *FIRST])
    bring(desk, [*FIRST, spent("A1", "2026-10-01 08:00")])
    later = Tables(ACCOUNTS, BOOK.statements, payments=[], more={"transactions": [*USUAL, *FIRST]})
    desk.import_book(book(tmp_path / "next", later, NEXT))
    folder, newest = desk.folder / SNAPSHOTS, snapshots.read(desk.folder / SNAPSHOTS, NEXT)
    told = snapshots.history(folder, newest, "transactions").collect()
    loose = snapshots.history(folder, newest, "transactions", ordered=False).collect()
    same(told, loose.sort(told.columns))
    assert told.height == len(USUAL) + 5


@pytest.mark.parametrize(
    ("file", "spoil"),
    [
        ("manifest.json", lambda _: b"{"),
        ("manifest.json", lambda _: b'{"schema": 1}'),
        ("transactions.parquet", lambda data: data[: len(data) // 2]),
        ("transactions.parquet", lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]),
        ("transactions.parquet", None),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, file: str, spoil: Callable[[bytes], bytes] | None) -> None:
    desk = desk_of(tmp_path, BOOK)
    bring(desk, FIRST)
    [place] = day_file.kept(desk.folder)
    day_file.verify(place)
    path = place / file
    if spoil is None:
        path.unlink()
    else:
        path.write_bytes(spoil(path.read_bytes()))
    for look in (desk.load, lambda: day_file.verify(place)):
        with pytest.raises(BadBook, match=rf"The day's file {place.name} is damaged: .*{file}") as caught:
            look()
        assert caught.value.remedy == "Move its folder away and import that file again."


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    bring(desk, FIRST)
    [manifest] = (desk.folder / SNAPSHOTS / "days").glob("*/manifest.json")
    manifest.write_text(json.dumps(json.loads(manifest.read_text("utf-8")) | {"schema": 2}), "utf-8")
    with pytest.raises(NewerSchema, match="has schema 2; this version reads up to 1"):
        desk.load()


def test_a_desk_without_a_book_says_how_to_bring_one(tmp_path: Path) -> None:
    settings.write(tmp_path, TOLD)
    desk = open_desk(tmp_path)
    path = tmp_path / "day.csv"
    path.write_text(text(FIRST), "utf-8")
    with pytest.raises(BadUse, match="no book yet"):
        read(desk, path)
