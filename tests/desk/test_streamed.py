"""A book scored in slices says to the last bit what the whole book says."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect import frames, resources
from deskcollect.desk.files import write_rows, write_table
from deskcollect.desk.make import read_book, score_book
from deskcollect.desk.scored import SCHEMA
from deskcollect.desk.streamed import begin
from deskcollect.errors import DeskError
from deskcollect.policy import load
from deskcollect.policy.condition import compile_condition
from deskcollect.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

Row = dict[str, Any]
Fields = dict[str, st.SearchStrategy[Any]]
Schema = dict[str, Any]
POLICIES = load.load()
TOLD = Settings(currency="TWD")
AS_OF = date(2026, 9, 30)
ACCOUNT: Schema = {
    "account_id": pl.String,
    "currency": pl.String,
    "balance": pl.Float64,
    "past_due": pl.Float64,
    "days_past_due": pl.Int64,
    "due_date": pl.Date,
    "credit_limit": pl.Float64,
    "customer_name": pl.String,
}
STATEMENT: Schema = {
    "account_id": pl.String,
    "statement_date": pl.Date,
    "balance": pl.Float64,
    "paid": pl.Float64,
    "cycles_past_due": pl.Int32,
    "payment_status": pl.String,
}
CONTACT: Schema = {"customer_id": pl.String, "kind": pl.String, "value": pl.String}
PAYMENT: Schema = {"account_id": pl.String, "paid_at": pl.Datetime("us"), "amount": pl.Float64}
NAMES = [f"A{n:02}" for n in range(12)]
amounts = st.none() | st.sampled_from([0.0, -3.0, 10.5, 1200.0, 0.001, float("nan"), float("inf"), 1e16])
# Of accounts that may say anything hardly one is scored, and a book of one account has nothing to be cut into slices.
sound_accounts: Fields = {
    "currency": st.sampled_from(["TWD", "JPY"]),
    "balance": st.sampled_from([12.0, 1200.0, 90_000.0]),
    "past_due": st.sampled_from([0.0, 12.0]),
    "days_past_due": st.integers(0, 120),
    "due_date": st.none() | st.integers(-400, 40).map(lambda n: AS_OF + timedelta(days=n)),
    "credit_limit": st.sampled_from([None, 1200.0, 90_000.0]),
    "customer_name": st.sampled_from([None, "林", "a\u202eb"]),
}
any_accounts = sound_accounts | {
    "currency": st.sampled_from(["TWD", "TWD", "JPY", None, "XXY"]),
    "balance": amounts,
    "past_due": amounts,
    "days_past_due": st.none() | st.integers(-3, 120),
    "credit_limit": amounts,
}
sound_statements: Fields = {
    "account_id": st.sampled_from(NAMES),
    "statement_date": st.integers(-14, 0).map(lambda n: AS_OF + timedelta(days=30 * n)),
    "balance": st.sampled_from([12.0, 1200.0, 90_000.0]),
    "paid": st.sampled_from([None, 0.0, 12.0]),
    "cycles_past_due": st.none() | st.integers(0, 4),
    "payment_status": st.sampled_from([None, "revolving", "PAST DUE"]),
}
any_statements = sound_statements | {
    "account_id": st.sampled_from([*NAMES, "A005", "Z"]),
    "statement_date": st.none() | st.integers(-14, 1).map(lambda n: AS_OF + timedelta(days=30 * n)),
    "balance": amounts,
    "paid": amounts,
    "cycles_past_due": st.none() | st.integers(-1, 4),
    "payment_status": st.sampled_from([None, "revolving", "PAST DUE", "gone"]),
}
accounts = st.one_of(*[st.fixed_dictionaries(sound_accounts)] * 4, st.fixed_dictionaries(any_accounts))
statements = st.one_of(*[st.fixed_dictionaries(sound_statements)] * 9, st.fixed_dictionaries(any_statements))
payments = st.fixed_dictionaries(
    {
        "account_id": st.sampled_from([*NAMES, "Z"]),
        "paid_at": st.sampled_from([-29, 3]).map(lambda n: datetime.combine(AS_OF + timedelta(days=n), time(8, 30))),
        "amount": amounts,
    }
)


def write(folder: Path, tables: dict[str, tuple[list[Row], Schema]]) -> Path:
    """Write the tables of a book."""
    folder.mkdir(exist_ok=True)
    for name, (rows, schema) in tables.items():
        pl.DataFrame(rows, schema=schema, orient="row").write_parquet(folder / f"{name}.parquet")
    return folder


def in_slices(book: Path, size: int, as_of: date = AS_OF) -> tuple[pl.DataFrame, int] | None:
    """Score a book in slices; return the same, None where slices cannot tell."""
    begun = begin(book, TOLD, POLICIES, as_of=as_of)
    if begun is None:
        return None
    begun.size = size
    found: list[pl.DataFrame] = []
    if not begun.run(lambda rows: found.append(rows.collect())):
        return None
    assert begun.account_count == found[0].height
    return found[0], begun.set_aside_count


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for the books of all examples: to make one by the factory takes the longer the more there are."""
    return tmp_path_factory.mktemp("books")


@given(
    st.lists(accounts, max_size=len(NAMES)),
    st.lists(statements, max_size=40) | st.lists(statements, min_size=10, max_size=40),
    st.lists(payments, max_size=6),
    st.sampled_from([1, 2, 3, 4, 6, 14]),
    st.sampled_from(["in order", "statements mixed", "all mixed"]),
    st.randoms(use_true_random=False),
)
@settings(max_examples=40, deadline=None)
def test_whatever_the_book_and_the_slices_it_scores_as_a_whole(
    folder: Path,
    owned: list[Row],
    billed: list[Row],
    paid: list[Row],
    size: int,
    order: str,
    chance: random.Random,
) -> None:
    named = [{"account_id": name, **row} for name, row in zip(NAMES, owned, strict=False)]
    billed.sort(key=lambda row: (row["account_id"], row["statement_date"] or AS_OF))
    paid.sort(key=lambda row: row["account_id"])
    if order != "in order":
        chance.shuffle(billed)
    if order == "all mixed":
        chance.shuffle(named)
        chance.shuffle(paid)
    tables = {"accounts": (named, ACCOUNT), "statements": (billed, STATEMENT), "payments": (paid, PAYMENT)}
    book = write(folder / str(len(list(folder.iterdir()))), tables)
    try:
        read = read_book(book, TOLD, as_of=AS_OF)
    except DeskError:
        assert in_slices(book, size) is None
        return
    found = in_slices(book, size)
    assert (found is None) == bool(read.doubts)
    if found is not None:
        assert found[0].equals(score_book(read, POLICIES).collect())
        assert found[0].schema == SCHEMA
        assert found[1] == read.set_aside_count


@pytest.fixture(scope="module")
def real() -> Path:
    """Return the book of real accounts, which is in order."""
    return resources.sample_data() / "taiwan"


def real_in_slices(book: Path, size: int, target: Path) -> bytes:
    """Score the real book in slices into a file; return its bytes."""
    begun = begin(book, Settings(), POLICIES)
    assert begun is not None
    begun.size = size
    assert begun.run(lambda rows: write_rows(rows, target, decimals=6))
    return target.read_bytes()


def test_slices_of_any_size_give_the_same_bytes(real: Path, tmp_path: Path) -> None:
    read = read_book(real, Settings())
    write_table(score_book(read, POLICIES).collect(), tmp_path / "whole.csv", guarded=False, decimals=6)
    expected = (tmp_path / "whole.csv").read_bytes()
    for size in (30_000, 7_777, 2_500):
        assert real_in_slices(real, size, tmp_path / "out.csv") == expected


def test_a_parquet_file_of_slices_holds_what_one_of_the_whole_book_holds(real: Path, tmp_path: Path) -> None:
    real_in_slices(real, 7_777, tmp_path / "slices.parquet")
    alone = score_book(read_book(real, Settings()), POLICIES).collect()
    assert pl.read_parquet(tmp_path / "slices.parquet").equals(alone)


def plain(folder: Path, **tables: list[Row]) -> Path:
    """Write a book of two good accounts and whatever other tables are given."""
    named = [{"account_id": name, "currency": "TWD", "balance": 5.0, "days_past_due": 0} for name in ("A", "B")]
    given = {"accounts": (tables.pop("accounts", named), ACCOUNT)}
    for name, rows in tables.items():
        given[name] = (rows, CONTACT if name == "contacts" else STATEMENT)
    return write(folder, given)


def test_a_statement_of_nobody_counts_once_wherever_the_slices_end(tmp_path: Path) -> None:
    lost = [{"account_id": name, "statement_date": AS_OF, "balance": 1.0} for name in ("0", "AA", "C")]
    book = plain(tmp_path / "book", statements=lost)
    for size in (1, 2):
        found = in_slices(book, size)
        assert found is not None
        assert found[1] == len(lost)


def test_what_only_the_whole_book_can_tell_is_left_to_it(tmp_path: Path) -> None:
    twice = [{"account_id": "A", "currency": "TWD", "balance": 5.0, "days_past_due": 0}] * 2
    assert in_slices(plain(tmp_path / "twice", accounts=twice), 1) is None
    assert in_slices(plain(tmp_path / "none", accounts=[]), 1) is None
    nobody = [{"account_id": "A", "currency": "TWD", "balance": None, "days_past_due": 0}]
    assert in_slices(plain(tmp_path / "nobody", accounts=nobody), 1) is None
    contacts = [{"customer_id": "A", "kind": "home", "value": "1"}]
    assert in_slices(plain(tmp_path / "contacts", contacts=contacts), 1) is None
    assert in_slices(plain(tmp_path / "no-contacts", contacts=[]), 1) is not None


def test_tiers_that_rank_accounts_by_one_another_need_the_whole_book(tmp_path: Path) -> None:
    when = compile_condition("exposure = 'high'", frames.SCORED_FACTS)
    floors = POLICIES.floors
    ranked = replace(POLICIES, floors=replace(floors, rules=tuple(replace(floor, when=when) for floor in floors)))
    book = plain(tmp_path / "book")
    assert begin(book, TOLD, POLICIES, as_of=AS_OF) is not None
    assert begin(book, TOLD, ranked, as_of=AS_OF) is None


def test_a_file_damaged_within_is_left_to_the_whole_book(real: Path, tmp_path: Path) -> None:
    content = bytearray((real / "statements.parquet").read_bytes())
    content[300_000:300_400] = bytes(400)
    shutil.copy(real / "accounts.parquet", tmp_path)
    (tmp_path / "statements.parquet").write_bytes(content)
    begun = begin(tmp_path, Settings(), POLICIES, as_of=date(2005, 9, 30))
    assert begun is not None
    begun.size = 5_000
    (tmp_path / "out.csv").write_text("as it was")
    assert not begun.run(lambda rows: write_rows(rows, tmp_path / "out.csv"))
    assert (tmp_path / "out.csv").read_text() == "as it was"
    assert len(list(tmp_path.iterdir())) == 3


def test_a_book_without_a_day_is_left_to_the_whole_book(tmp_path: Path) -> None:
    assert begin(plain(tmp_path / "book"), TOLD, POLICIES) is None


def test_a_real_book_in_any_order_is_scored_in_its_order(real: Path, tmp_path: Path) -> None:
    expected = score_book(read_book(real, Settings()), POLICIES).collect()
    for mixed in ("statements", "accounts"):
        book = tmp_path / mixed
        book.mkdir()
        for table in ("accounts", "statements"):
            rows = pl.read_parquet(real / f"{table}.parquet")
            rows = rows.sample(fraction=1, shuffle=True, seed=4) if table == mixed else rows
            rows.write_parquet(book / f"{table}.parquet")
        found = in_slices(book, 6_000, date(2005, 9, 30))
        assert found is not None
        owned = pl.read_parquet(book / "accounts.parquet")["account_id"]
        assert found[0]["account_id"].equals(owned)
        assert found[0].sort("account_id").equals(expected.sort("account_id"))
