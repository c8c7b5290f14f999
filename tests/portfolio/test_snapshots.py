"""A snapshot is there whole or not at all, and never changes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from deskcollect import aside
from deskcollect.errors import BadBook, BadUse, NewerSchema, NotRecorded
from deskcollect.portfolio import snapshots
from deskcollect.portfolio.digest import digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from deskcollect.portfolio.book import Book
    from tests.portfolio.conftest import ReadTables

WHEN = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
AUGUST, SEPTEMBER = date(2026, 8, 31), date(2026, 9, 30)
STATEMENTS = "account_id,statement_date,balance\nB,2026-08-31,7\nA,2026-08-31,6\nA,2026-07-31,5\n"


@pytest.fixture
def make(read_tables: ReadTables) -> Callable[..., Book]:
    """Return a book of two accounts at a date."""

    def build(as_of: date, balance: int = 5, payments: str = "") -> Book:
        tables = {
            "accounts.csv": f"account_id,balance,days_past_due\nB,{balance},31\nA,-1,0\n",
            "statements.csv": STATEMENTS,
            "payments.csv": "account_id,paid_at,amount,method,status\n" + payments,
        }
        return read_tables(tables, as_of=as_of)

    return build


def test_a_book_comes_back_as_it_was_kept(make: Callable[..., Book], tmp_path: Path) -> None:
    book = make(SEPTEMBER, payments="A,2026-09-01 10:00,5,cash,\n")
    saved = snapshots.save(tmp_path / "s", book, imported_at=WHEN)
    assert saved == snapshots.Saved("new", tmp_path / "s" / "2026-09-30")
    back = snapshots.read(tmp_path / "s", SEPTEMBER)
    assert (back.as_of, back.present, back.totals, back.digest) == (
        book.as_of, book.present, book.totals, book.digest,
    )  # fmt: skip
    for name in ("accounts", "payments", "transactions", "contacts"):
        assert_frame_equal(back.tables[name].collect(), book.tables[name].collect())
    assert back.issues == ()


def test_statements_are_kept_in_order_and_accounts_in_the_books_own(make: Callable[..., Book], tmp_path: Path) -> None:
    snapshots.save(tmp_path, make(SEPTEMBER), imported_at=WHEN)
    back = snapshots.read(tmp_path, SEPTEMBER)
    assert back.accounts.collect()["account_id"].to_list() == ["B", "A"]
    assert back.statements.collect()["balance"].to_list() == [5, 6, 7]


def test_the_digest_is_that_of_what_was_kept(make: Callable[..., Book], tmp_path: Path) -> None:
    book = make(SEPTEMBER)
    snapshots.save(tmp_path, book, imported_at=WHEN)
    assert digest(snapshots.read(tmp_path, SEPTEMBER).tables) == book.digest


def test_the_same_content_again_is_already_here(make: Callable[..., Book], tmp_path: Path) -> None:
    snapshots.save(tmp_path, make(SEPTEMBER), imported_at=WHEN)
    assert snapshots.save(tmp_path, make(SEPTEMBER), imported_at=WHEN).outcome == "already_here"


def test_an_older_book_is_inserted_in_its_place(make: Callable[..., Book], tmp_path: Path) -> None:
    snapshots.save(tmp_path, make(SEPTEMBER), imported_at=WHEN)
    assert snapshots.save(tmp_path, make(AUGUST), imported_at=WHEN).outcome == "inserted"
    assert snapshots.dates(tmp_path) == (AUGUST, SEPTEMBER)


def test_other_content_of_the_same_date_is_refused(make: Callable[..., Book], tmp_path: Path) -> None:
    snapshots.save(tmp_path, make(SEPTEMBER), imported_at=WHEN)
    with pytest.raises(BadUse, match="Another book of 2026-09-30 is here already; nothing was imported") as caught:
        snapshots.save(tmp_path, make(SEPTEMBER, balance=6), imported_at=WHEN)
    assert "--replace" in caught.value.remedy
    assert snapshots.read(tmp_path, SEPTEMBER).accounts.collect()["balance"].to_list() == [5, -1]


def test_a_replaced_book_is_kept_aside_each_time(make: Callable[..., Book], tmp_path: Path) -> None:
    for balance in (5, 6, 7):
        saved = snapshots.save(tmp_path, make(SEPTEMBER, balance), replace=True, imported_at=WHEN)
    assert saved.outcome == "replaced"
    assert sorted(p.name for p in tmp_path.glob("2026-*")) == [
        "2026-09-30", "2026-09-30.replaced-20261001093000", "2026-09-30.replaced-20261001093000-2",
    ]  # fmt: skip
    assert saved.kept_aside
    kept = pl.read_parquet(saved.kept_aside / "accounts.parquet")
    assert kept["balance"].to_list() == [6, -1]
    assert snapshots.dates(tmp_path) == (SEPTEMBER,)


@pytest.mark.parametrize("step", ["snapshots._write_table", "snapshots._rendered", "aside._sync", "aside._exchange"])
def test_a_disk_that_refuses_leaves_everything_as_it_was(
    make: Callable[..., Book], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    snapshots.save(tmp_path, make(SEPTEMBER), imported_at=WHEN)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    home = "deskcollect.portfolio" if step.startswith("snapshots") else "deskcollect"
    monkeypatch.setattr(f"{home}.{step}", refuse)
    with pytest.raises(NotRecorded, match=r"No space left on device\. Nothing was imported"):
        snapshots.save(tmp_path, make(SEPTEMBER, balance=9), replace=True, imported_at=WHEN)
    assert snapshots.dates(tmp_path) == (SEPTEMBER,)
    assert snapshots.read(tmp_path, SEPTEMBER).accounts.collect()["balance"].to_list() == [5, -1]


def test_a_rename_that_fails_puts_the_old_book_back(
    make: Callable[..., Book], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshots.save(tmp_path, make(SEPTEMBER), imported_at=WHEN)
    rename = type(tmp_path).rename

    def fail_on_the_new_one(self: Path, target: Path) -> Path:
        if self.name.endswith(".aside"):
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(type(tmp_path), "rename", fail_on_the_new_one)
    with pytest.raises(NotRecorded):
        snapshots.save(tmp_path, make(SEPTEMBER, balance=9), replace=True, imported_at=WHEN)
    assert snapshots.read(tmp_path, SEPTEMBER).accounts.collect()["balance"].to_list() == [5, -1]


def test_what_a_crash_left_behind_is_no_snapshot_and_goes_with_the_next_import(
    make: Callable[..., Book], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(snapshots, "_rendered", crash)
        dying.setattr("deskcollect.aside.shutil.rmtree", lambda *_, **__: None)
        with pytest.raises(KeyboardInterrupt):
            snapshots.save(tmp_path, make(AUGUST), imported_at=WHEN)
    [left] = aside.leftovers(tmp_path)
    assert (left / "accounts.parquet").is_file()
    assert snapshots.dates(tmp_path) == ()
    snapshots.save(tmp_path, make(SEPTEMBER), imported_at=WHEN)
    assert not left.exists()


def test_a_newer_snapshot_is_refused_in_a_sentence(make: Callable[..., Book], tmp_path: Path) -> None:
    place = snapshots.save(tmp_path, make(SEPTEMBER), imported_at=WHEN).folder / "manifest.json"
    place.write_text(json.dumps(json.loads(place.read_text("utf-8")) | {"schema": 2}), "utf-8")
    with pytest.raises(NewerSchema, match="The snapshot 2026-09-30 has schema 2; this version reads up to 1"):
        snapshots.read(tmp_path, SEPTEMBER)


@pytest.mark.parametrize(("file", "content"), [("manifest.json", "{"), ("accounts.parquet", None)])
def test_a_damaged_snapshot_says_so(make: Callable[..., Book], tmp_path: Path, file: str, content: str | None) -> None:
    place = snapshots.save(tmp_path, make(SEPTEMBER), imported_at=WHEN).folder / file
    if content is None:
        place.unlink()
    else:
        place.write_text(content, "utf-8")
    with pytest.raises(BadBook, match="The snapshot 2026-09-30 is damaged"):
        snapshots.read(tmp_path, SEPTEMBER)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:200] + bytes(60) + data[260:],
        lambda data: data[:120] + bytes([data[120] ^ 1]) + data[121:],
        lambda data: data[:-8] + b"x" * 8,
    ],
    ids=["empty", "cut", "noughts", "one bit", "end"],
)
@pytest.mark.parametrize("table", ["accounts", "payments"])
def test_a_file_that_is_not_what_was_written_is_named(
    make: Callable[..., Book], tmp_path: Path, table: str, spoil: Callable[[bytes], bytes]
) -> None:
    place = snapshots.save(tmp_path, make(SEPTEMBER), imported_at=WHEN).folder / f"{table}.parquet"
    snapshots.verify(tmp_path, SEPTEMBER)
    place.write_bytes(spoil(place.read_bytes()))
    with pytest.raises(BadBook, match=rf"snapshot 2026-09-30 is damaged: {table}\.parquet is not what was written"):
        snapshots.verify(tmp_path, SEPTEMBER)


def test_what_cannot_be_read_is_told_from_what_is_damaged(make: Callable[..., Book], tmp_path: Path) -> None:
    place = snapshots.save(tmp_path, make(SEPTEMBER), imported_at=WHEN).folder / "accounts.parquet"
    with pytest.raises(pl.exceptions.ColumnNotFoundError), snapshots.readable(tmp_path):
        snapshots.read(tmp_path, SEPTEMBER).accounts.select("no such column").collect()
    place.write_bytes(place.read_bytes()[:500])
    with pytest.raises(BadBook, match="is damaged"), snapshots.readable(tmp_path):
        snapshots.read(tmp_path, SEPTEMBER).accounts.collect()


def test_a_date_without_a_book_names_the_books_there_are(make: Callable[..., Book], tmp_path: Path) -> None:
    snapshots.save(tmp_path, make(SEPTEMBER), imported_at=WHEN)
    with pytest.raises(BadUse, match="no book of 2026-08-31") as caught:
        snapshots.read(tmp_path, AUGUST)
    assert caught.value.remedy == "Books are here of: 2026-09-30."


def test_a_payment_that_two_books_hold_counts_once_and_as_the_newer_one_says(
    make: Callable[..., Book], tmp_path: Path
) -> None:
    alike = "A,2026-08-01,5,cash,posted\nA,2026-08-01,5,cash,posted\n"
    august = make(AUGUST, payments=alike + "B,2026-08-02,6,card,posted\n")
    snapshots.save(tmp_path, august, imported_at=WHEN)
    september = make(SEPTEMBER, payments=alike + "B,2026-08-02,6,card,returned\nB,2026-09-03,7,card,posted\n")
    merged = snapshots.history(tmp_path, september, "payments").collect()
    assert merged.select(pl.col("amount").cast(pl.Int32), "status").rows() == [
        (5, "posted"), (5, "posted"), (6, "returned"), (7, "posted"),
    ]  # fmt: skip
    before = snapshots.history(tmp_path, august, "payments").collect()
    assert before["status"].to_list() == ["posted"] * 3
    snapshots.save(tmp_path, september, imported_at=WHEN)
    assert_frame_equal(snapshots.history(tmp_path, september, "payments").collect(), merged)
