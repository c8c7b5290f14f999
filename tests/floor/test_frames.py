"""Tables that cross rooms are stamped once, at a room's return."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from deskcollect import frames
from deskcollect.frames import Column

TABLE = (
    Column("account_id", pl.String, "number"),
    Column("past_due", frames.MONEY, "overdue", "money"),
    Column("tier", frames.TIERS, "tier", values=("A", "B", "C", "D", "E")),
)


def test_a_stamped_table_has_the_declared_columns_in_their_order_and_type() -> None:
    given = pl.LazyFrame({"tier": ["B"], "past_due": [12], "more": [1], "account_id": ["A1"]})
    found = frames.stamp(given, TABLE).collect()
    assert found.schema == frames.polars_schema(TABLE)
    assert found.row(0) == ("A1", Decimal("12.0000"), "B")


def test_money_stays_exact() -> None:
    given = pl.LazyFrame({"account_id": ["A1"], "past_due": [Decimal("9999999999999999.9999")], "tier": [None]})
    assert frames.stamp(given, TABLE).collect()["past_due"].to_list() == [Decimal("9999999999999999.9999")]


def test_a_missing_column_is_a_defect_of_the_room() -> None:
    with pytest.raises(pl.exceptions.ColumnNotFoundError, match="tier"):
        frames.stamp(pl.LazyFrame({"account_id": ["A1"], "past_due": [1]}), TABLE).collect()


def test_a_tier_that_is_none_is_a_defect_of_the_room() -> None:
    given = pl.LazyFrame({"account_id": ["A1"], "past_due": [1], "tier": ["F"]})
    with pytest.raises(pl.exceptions.InvalidOperationError):
        frames.stamp(given, TABLE).collect()


def test_an_empty_table_has_the_columns_and_no_rows() -> None:
    found = frames.empty(frames.WORKLIST).collect()
    assert found.height == 0
    assert found.schema == frames.polars_schema(frames.WORKLIST)


def test_joined_tables_name_each_column_once_and_the_first_meaning_counts() -> None:
    other = (Column("account_id", pl.String, "another"), Column("seen_on", pl.Date, "when"))
    assert frames.join(TABLE, other) == (*TABLE, other[1])


def test_tiers_and_levels_sort_from_the_mildest() -> None:
    rows = pl.DataFrame({"tier": ["E", "A", "C"], "level": ["red", "blue", "orange"]})
    found = rows.cast({"tier": frames.TIERS, "level": frames.LEVELS})
    assert found.sort("tier")["tier"].to_list() == ["A", "C", "E"]
    assert found.sort("level")["level"].to_list() == ["blue", "orange", "red"]


def test_six_cycles_are_declared_and_no_seventh() -> None:
    names = [column.name for column in frames.CYCLES]
    of_a_month = [name for name in names if name.startswith("balance_") and name[-1].isdigit()]
    assert of_a_month == [f"balance_{k}" for k in range(6)]


def test_a_date_of_the_book_is_a_column_of_every_rule() -> None:
    assert {"as_of", "today"} <= {column.name for column in frames.SCORED_FACTS}
    assert date(2026, 9, 30) in pl.Series([date(2026, 9, 30)], dtype=dict(frames.polars_schema(frames.FACTS))["as_of"])
