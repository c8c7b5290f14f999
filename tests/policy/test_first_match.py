"""Rules in order: the first that holds answers. Checked against plain Python with the three values of SQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.policy.condition import compile_condition, first_match

Row = dict[str, Any]
COLUMNS = tuple(c for c in frames.FACTS if c.name in {"dpd", "score", "past_due", "tier", "deceased", "currency"})


@dataclass(frozen=True)
class Said:
    """A piece of SQL and what it means of one account."""

    sql: str
    means: Callable[[Row], Any]


# --- what it means -----------------------------------------------------------------------------------------------------------


def column(name: str) -> Said:
    return Said(name, lambda row: row[name])


def literal(value: Any) -> Said:
    return Said(f"'{value}'" if isinstance(value, str) else str(value), lambda _: value)


def strict(sql: str, how: Callable[..., Any], *sides: Said) -> Said:
    """Return what is unknown as soon as one side is."""

    def means(row: Row) -> Any:
        values = [side.means(row) for side in sides]
        return None if None in values else how(*values)

    return Said(sql.format(*(side.sql for side in sides)), means)


def both(one: Said, other: Said) -> Said:
    def means(row: Row) -> bool | None:
        values = (one.means(row), other.means(row))
        return False if False in values else None if None in values else True

    return Said(f"({one.sql} AND {other.sql})", means)


def either(one: Said, other: Said) -> Said:
    def means(row: Row) -> bool | None:
        values = (one.means(row), other.means(row))
        return True if True in values else None if None in values else False

    return Said(f"({one.sql} OR {other.sql})", means)


def case(when: Said, then: Said, otherwise: Said) -> Said:
    return Said(
        f"CASE WHEN {when.sql} THEN {then.sql} ELSE {otherwise.sql} END",
        lambda row: then.means(row) if when.means(row) is True else otherwise.means(row),
    )


def known_or(one: Said, other: Said) -> Said:
    def means(row: Row) -> Any:
        first = one.means(row)
        return other.means(row) if first is None else first

    return Said(f"COALESCE({one.sql}, {other.sql})", means)


def ratio(above: Said, below: Said) -> Said:
    return strict("({0} / {1})", lambda a, b: float(a) / float(b) if b else None, above, below)


# --- what can be said --------------------------------------------------------------------------------------------------------

days = st.sampled_from(["dpd", "score"]).map(column) | st.integers(-3, 3).map(literal)
numbers = st.recursive(
    days,
    lambda inner: st.one_of(
        st.builds(lambda a, b: strict("({0} + {1})", lambda x, y: x + y, a, b), inner, inner),
        st.builds(lambda a, b: strict("({0} - {1})", lambda x, y: x - y, a, b), inner, inner),
        st.builds(lambda a: strict("ABS({0})", abs, a), inner),
        st.builds(known_or, inner, inner),
    ),
    max_leaves=3,
)
money = st.just(column("past_due"))
signs = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: bool(a == b),
    "<>": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}
tiers = st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=3, unique=True)


def compared(sign: str, one: Said, other: Said) -> Said:
    return strict(f"{{0}} {sign} {{1}}", COMPARED[sign], one, other)


def unknown(one: Said) -> Said:
    return Said(f"{one.sql} IS NULL", lambda row: one.means(row) is None)


def among(values: list[str]) -> Said:
    listed = ", ".join(f"'{value}'" for value in values)
    return strict(f"{{0}} IN ({listed})", lambda tier: tier in values, column("tier"))


simple = st.one_of(
    st.builds(compared, signs, numbers, numbers),
    st.builds(compared, signs, money, st.integers(0, 3).map(literal)),
    st.builds(compared, signs, st.just(column("tier")), st.sampled_from("ABCDE").map(literal)),
    st.builds(compared, st.sampled_from(["<", ">"]), st.builds(ratio, money, days), st.just(literal(0.5))),
    st.builds(among, tiers),
    st.builds(unknown, numbers),
    st.sampled_from(["currency", "tier", "past_due"]).map(column).map(unknown),
    st.builds(
        lambda low, high: strict("{0} BETWEEN {1} AND {2}", lambda x, a, b: a <= x <= b, column("dpd"), low, high),
        days,
        days,
    ),
    st.just(column("deceased")),
)
conditions = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.builds(both, inner, inner),
        st.builds(either, inner, inner),
        st.builds(lambda one: strict("NOT ({0})", lambda value: not value, one), inner),
        st.builds(case, inner, inner, inner),
    ),
    max_leaves=5,
)
accounts = st.fixed_dictionaries(
    {
        "dpd": st.none() | st.integers(-3, 3),
        "score": st.none() | st.integers(-3, 3),
        "past_due": st.none() | st.integers(0, 3).map(Decimal),
        "tier": st.none() | st.sampled_from("ABCDE"),
        "deceased": st.none() | st.booleans(),
        "currency": st.none() | st.sampled_from(["TWD", "USD"]),
    }
)


def frame(rows: list[Row]) -> pl.DataFrame:
    """Return accounts as a table."""
    return pl.DataFrame(rows, schema=frames.polars_schema(COLUMNS))


@settings(deadline=None, max_examples=80)
@given(rules=st.lists(conditions, max_size=4), rows=st.lists(accounts, min_size=1, max_size=6))
def test_the_first_rule_that_holds_answers_and_what_is_unknown_does_not_hold(
    rules: list[Said], rows: list[Row]
) -> None:
    named = [(f"rule-{number}", compile_condition(rule.sql, COLUMNS)) for number, rule in enumerate(rules)]
    found = frame(rows).with_columns(answer=first_match(named))["answer"].to_list()
    expected = [
        next((f"rule-{number}" for number, rule in enumerate(rules) if rule.means(row) is True), None) for row in rows
    ]
    assert found == expected


def test_no_rule_is_no_answer() -> None:
    assert frame([dict.fromkeys(c.name for c in COLUMNS)]).with_columns(x=first_match([]))["x"].to_list() == [None]


def test_a_later_rule_answers_where_an_earlier_one_is_unknown() -> None:
    rules = [("late", compile_condition("dpd > 0", COLUMNS)), ("rest", compile_condition("TRUE", COLUMNS))]
    rows = [dict.fromkeys(c.name for c in COLUMNS) | {"dpd": dpd} for dpd in (None, 0, 1)]
    assert frame(rows).with_columns(x=first_match(rules))["x"].to_list() == ["rest", "rest", "late"]
