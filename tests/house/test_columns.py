"""Every column that crosses rooms is declared once, with a type, a unit and a meaning."""

from __future__ import annotations

import polars as pl
import pytest

from deskcollect import frames
from deskcollect.frames import Column


def tables() -> dict[str, tuple[Column, ...]]:
    """Return every table of frames under its name."""
    return {
        name: table
        for name, table in vars(frames).items()
        if isinstance(table, tuple) and table and all(isinstance(column, Column) for column in table)
    }


@pytest.mark.parametrize("name", sorted(tables()))
def test_every_column_of_a_table_has_a_meaning(name: str) -> None:
    silent = [c.name for c in tables()[name] if not c.meaning.strip() or c.meaning == c.name]
    assert not silent


@pytest.mark.parametrize("name", sorted(tables()))
def test_a_table_names_each_column_once(name: str) -> None:
    names = [column.name for column in tables()[name]]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("name", sorted(tables()))
def test_money_says_that_it_is_money(name: str) -> None:
    wrong = [c.name for c in tables()[name] if (c.dtype == frames.MONEY) != (c.unit == "money")]
    assert not wrong


@pytest.mark.parametrize("name", sorted(tables()))
def test_a_name_keeps_the_promise_of_its_ending(name: str) -> None:
    endings = {
        "_count": pl.Int32,
        "_days": pl.Int32,
        "_on": pl.Date,
        "_date": pl.Date,
        "_at": pl.Datetime,
        "_id": pl.String,
    }
    broken = [
        f"{column.name}: {column.dtype}"
        for column in tables()[name]
        for ending, dtype in endings.items()
        if column.name.endswith(ending) and column.dtype != dtype
    ]
    assert not broken


def test_a_name_means_one_type_in_every_table() -> None:
    types: dict[str, set[str]] = {}
    for table in tables().values():
        for column in table:
            types.setdefault(column.name, set()).add(str(column.dtype))
    assert {name: found for name, found in types.items() if len(found) > 1} == {}


def test_closed_lists_of_values_fit_their_type() -> None:
    for table in tables().values():
        for column in table:
            if column.values:
                assert pl.Series(column.values, dtype=column.dtype).null_count() == 0
