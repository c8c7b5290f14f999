"""Two rule books held against each other, counted by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.monitoring import simulation

JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 31)
DAYS = [JULY, AUGUST]
Row = tuple[str, date, str, str]

# account, day, rule, level
BEFORE: list[Row] = [
    ("A1", JULY, "rolling", "yellow"),
    ("A2", JULY, "rolling", "yellow"),
    ("A1", AUGUST, "rolling", "orange"),
    ("A1", AUGUST, "redraw", "orange"),
    ("A3", AUGUST, "redraw", "blue"),
    ("A4", AUGUST, "redraw", "blue"),
    ("A6", AUGUST, "redraw", "blue"),
]
AFTER: list[Row] = [
    ("A1", JULY, "rolling", "yellow"),
    ("A5", JULY, "jump", "blue"),
    ("A1", AUGUST, "rolling", "yellow"),
    ("A3", AUGUST, "redraw", "red"),
    ("A3", AUGUST, "jump", "red"),
    ("A5", AUGUST, "jump", "blue"),
    ("A6", AUGUST, "redraw", "blue"),
]
WHOSE = {"A1": "ana", "A2": "ana", "A3": "ben", "A4": "ben", "A5": None, "A6": "ben"}


def seen(rows: list[Row]) -> pl.DataFrame:
    """Return rows as sightings."""
    known = pl.LazyFrame(rows, ["account_id", "day", "rule", "alert_level"], orient="row")
    absent = [column for column in frames.SIGHTINGS if column.name not in known.collect_schema()]
    return frames.stamp(known.with_columns(pl.lit(None).alias(c.name) for c in absent), frames.SIGHTINGS).collect()


def owners(*rows: Row) -> pl.DataFrame:
    """Return whose the accounts of some rows are."""
    told = {(account, day): (account, day, WHOSE.get(account)) for account, day, *_ in rows}
    return pl.DataFrame(
        list(told.values()), {"account_id": pl.String, "day": pl.Date, "collector": pl.String}, orient="row"
    )


def compared(before: list[Row] = BEFORE, after: list[Row] = AFTER, days: list[date] = DAYS) -> pl.DataFrame:
    """Return both sides held against each other."""
    return simulation.compare(seen(before), seen(after), days, owners(*before, *after))


def test_each_account_and_day_stands_once_with_what_changes() -> None:
    told = compared().select("day", "account_id", "level_before", "level_after", "change").rows()
    assert told == [
        (JULY, "A1", "yellow", "yellow", "same"),
        (JULY, "A2", "yellow", None, "removed"),
        (JULY, "A5", None, "blue", "added"),
        (AUGUST, "A1", "orange", "yellow", "down"),
        (AUGUST, "A3", "blue", "red", "up"),
        (AUGUST, "A4", "blue", None, "removed"),
        (AUGUST, "A5", None, "blue", "added"),
        (AUGUST, "A6", "blue", "blue", "same"),
    ]


def test_new_is_what_the_same_rules_did_not_flag_at_the_book_before() -> None:
    told = compared().select("day", "account_id", "new_before", "new_after").rows()
    assert told == [
        (JULY, "A1", None, None),
        (JULY, "A2", None, None),
        (JULY, "A5", None, None),
        (AUGUST, "A1", False, False),
        (AUGUST, "A3", True, True),
        (AUGUST, "A4", True, False),
        (AUGUST, "A5", False, False),
        (AUGUST, "A6", True, True),
    ]


def test_days_are_counted_and_a_day_without_a_warning_too() -> None:
    june = date(2026, 6, 30)
    told = simulation.by_day(compared(days=[june, *DAYS]), {june: 9, JULY: 10, AUGUST: 11})
    assert told.columns == [column.name for column in frames.SIMULATED_DAYS]
    assert told.rows() == [
        (june, 9, 0, 0, 0, 0, 0, 0, None, None),
        (JULY, 10, 2, 2, 1, 1, 0, 0, 2, 2),
        (AUGUST, 11, 4, 4, 1, 1, 1, 1, 3, 2),
    ]


def test_levels_are_counted_the_gravest_first() -> None:
    assert simulation.by_level(compared(), DAYS).rows() == [
        (JULY, "red", 0, 0),
        (JULY, "orange", 0, 0),
        (JULY, "yellow", 2, 1),
        (JULY, "blue", 0, 1),
        (AUGUST, "red", 0, 1),
        (AUGUST, "orange", 1, 0),
        (AUGUST, "yellow", 0, 1),
        (AUGUST, "blue", 3, 2),
    ]


def test_rules_are_counted_in_the_order_given() -> None:
    told = simulation.by_rule(seen(BEFORE), seen(AFTER), DAYS, ["jump", "rolling", "redraw"])
    assert told.rows() == [
        (JULY, "jump", 0, 1),
        (JULY, "rolling", 2, 1),
        (JULY, "redraw", 0, 0),
        (AUGUST, "jump", 0, 2),
        (AUGUST, "rolling", 1, 1),
        (AUGUST, "redraw", 4, 2),
    ]


def test_a_collector_sees_the_newest_day_and_what_a_working_day_brings() -> None:
    assert simulation.working_days(DAYS) == 21
    told = simulation.by_collector(compared(), AUGUST, DAYS)
    assert told.rows() == [
        ("ana", 1, 1, 0, 0, 0, 1, 0.0, 0.0),
        ("ben", 3, 2, 0, 1, 1, 0, 3 / 21, 2 / 21),
        (None, 0, 1, 1, 0, 0, 0, 0.0, 0.0),
    ]


def test_without_a_working_day_between_nothing_is_told_of_a_day() -> None:
    alone = simulation.by_collector(compared(BEFORE[:2], AFTER[:2], [JULY]), JULY, [JULY])
    assert alone["new_before_a_day"].to_list() == [None, None]
    friday = date(2026, 7, 31)
    assert simulation.working_days([friday, date(2026, 8, 1), date(2026, 8, 2)]) == 0
    assert simulation.working_days([friday, date(2026, 8, 3)]) == 1
    assert simulation.working_days([]) == 0


def test_nothing_seen_is_no_change() -> None:
    nothing = compared([], [])
    assert nothing.height == 0
    assert simulation.by_day(nothing, {JULY: 3}).rows() == [(JULY, 3, 0, 0, 0, 0, 0, 0, None, None)]


_rows = st.lists(
    st.tuples(st.sampled_from([*WHOSE]), st.sampled_from(DAYS), st.sampled_from(["blue", "red"])),
    unique_by=lambda row: row[:2],
).map(lambda rows: [(account, day, "rolling", level) for account, day, level in rows])


@given(_rows, _rows)
def test_what_is_counted_adds_up(before: list[Row], after: list[Row]) -> None:
    told = compared(before, after)
    for row in simulation.by_day(told, dict.fromkeys(DAYS, 6)).iter_rows(named=True):
        assert row["before_count"] - row["removed_count"] + row["added_count"] == row["after_count"]
        assert row["before_count"] == sum(day == row["day"] for _, day, *_ in before)
    back = compared(after, before)
    swapped = {"added": "removed", "removed": "added", "up": "down", "down": "up", "same": "same"}
    assert back["change"].to_list() == [swapped[change] for change in told["change"]]
