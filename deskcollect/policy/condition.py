"""SQL predicates of policy files: refused by name before Polars sees them, then compiled and typed.

`pl.sql_expr` runs subqueries while it parses, so `dpd IN (SELECT a FROM read_csv('...'))` would read that file.
Only what stands in `ALLOWED` may pass.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from deskcollect.near import did_you_mean
from deskcollect.policy.kinds import Unfit, kind
from deskcollect.policy.model import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deskcollect.frames import Column, Columns

LONGEST = 2_000
"""Characters of a condition. A chain of hundreds of OR takes the optimiser of Polars seconds, thousands take it hours."""

ALLOWED: tuple[type[exp.Expr], ...] = (
    exp.Column,
    exp.Identifier,
    exp.Literal,
    exp.Boolean,
    exp.Null,
    exp.Paren,
    exp.And,
    exp.Or,
    exp.Not,
    exp.EQ,
    exp.NEQ,
    exp.GT,
    exp.GTE,
    exp.LT,
    exp.LTE,
    exp.Is,
    exp.In,
    exp.Between,
    exp.Like,
    exp.Case,
    exp.If,
    exp.Coalesce,
    exp.Add,
    exp.Sub,
    exp.Mul,
    exp.Div,
    exp.Neg,
    exp.Abs,
    exp.Greatest,
    exp.Least,
    exp.Interval,
    exp.Var,
    exp.Cast,
    exp.DataType,
)


class BadCondition(ValueError):
    """A predicate that is not allowed, not known or not Boolean."""


@lru_cache(maxsize=1024)
def compile_condition(text: str, columns: Columns) -> Condition:
    """Check and compile a predicate over the given columns; one that was compiled before is the same.

    A quotient is a ratio (Float64), and null where the divisor is zero. What IS TRUE or IS FALSE is asked of is one or the
    other: what is not known is neither.

    Errors: BadCondition with one sentence that a policy's author understands.
    """
    if len(text) > LONGEST:
        message = f"a condition has at most {LONGEST:,} characters, this one has {len(text):,}"
        raise BadCondition(message)
    try:
        tree = _parse(text)
        names = _check(tree, columns)
        known = {column.name: column for column in columns}
        _check_values(tree, known)
        kind(tree, known)
        # Polars gets what was checked, written anew, so that the two parsers cannot read one text differently.
        written = _with_truth(_with_ratios(tree)).sql(dialect="postgres")
    except RecursionError as error:
        message = "the condition is nested too deeply"
        raise BadCondition(message) from error
    except Unfit as error:
        message = f"types do not fit: {error}"
        raise BadCondition(message) from error
    return Condition(text, _typed(written, columns), frozenset(names))


def conjuncts(condition: Condition) -> tuple[str, ...]:
    """Return the parts of a condition that must all hold, each as a predicate of its own."""
    tree = _parse(condition.text).unnest()
    parts = tree.flatten(unnest=False) if isinstance(tree, exp.And) else [tree]
    return tuple(part.sql(dialect="postgres") for part in parts)


def first_match(rules: Iterable[tuple[str, Condition]]) -> pl.Expr:
    """Return the label of the first rule whose condition holds, null where none does."""
    found = list(rules)
    if not found:
        return pl.lit(None, dtype=pl.String)
    # Flat and by number: a nested chain of texts takes twice as long on few rows and on many.
    numbered = [pl.when(condition.expr).then(pl.lit(n, pl.UInt32)) for n, (_, condition) in enumerate(found)]
    labels = [label for label, _ in found]
    return pl.coalesce(numbered).replace_strict(range(len(labels)), labels, default=None, return_dtype=pl.String)


def _parse(text: str) -> exp.Expr:
    """Return the syntax tree of one predicate."""
    if ";" in text:
        message = "“;” is not allowed: a condition is one predicate"
        raise BadCondition(message)
    try:
        return sqlglot.parse_one(text, dialect="postgres", into=exp.Condition)
    except SqlglotError as error:
        message = f"“{text}” is not a condition; write one as in  tier IN ('D', 'E') AND dpd > 30"
        raise BadCondition(message) from error


def _check(tree: exp.Expr, columns: Columns) -> set[str]:
    """Refuse what is not in the allow-list; return the columns used."""
    known = [column.name for column in columns]
    used: set[str] = set()
    for node in tree.walk():
        if isinstance(node, exp.Subquery | exp.Query):
            message = "a subquery is not allowed in a condition"
            raise BadCondition(message)
        if type(node) not in ALLOWED:
            message = f"{_name(node)} is not allowed in a condition"
            raise BadCondition(message)
        if isinstance(node, exp.Cast) and not _is_date(node):
            message = "CAST is not allowed in a condition; a date is written DATE '2026-09-30'"
            raise BadCondition(message)
        if isinstance(node, exp.Column):
            if node.table:
                message = f"“{node.sql()}”: a column is named without a table"
                raise BadCondition(message)
            if node.name not in known:
                message = f"unknown column “{node.name}”. {did_you_mean(node.name.lower(), known)}".rstrip()
                raise BadCondition(message)
            used.add(node.name)
    return used


def _is_date(node: exp.Cast) -> bool:
    """Say whether a cast is nothing but the way a date is written: DATE '2026-09-30'."""
    return node.to.this is exp.DataType.Type.DATE and isinstance(node.this, exp.Literal)


def _check_values(tree: exp.Expr, columns: dict[str, Column]) -> None:
    """Refuse a comparison with a value that the column never has: it would be false of every account."""
    for column, literal in _compared(tree):
        known = columns[column.name]
        text = known.dtype == pl.String or isinstance(known.dtype, pl.Enum)
        if literal.is_string and not text:
            message = f"'{literal.name}' is text, and {known.name} is not: write numbers without quotes, a day as in DATE '2026-09-30'"
            raise BadCondition(message)
        if not literal.is_string and not known.dtype.is_numeric():
            message = f"{literal.name} is a number, and {known.name} is not"
            raise BadCondition(message)
        if known.values and literal.name not in known.values:
            message = f"“{literal.name}” is no value of {known.name}; its values: {', '.join(known.values)}"
            raise BadCondition(message)


def _compared(tree: exp.Expr) -> Iterator[tuple[exp.Column, exp.Literal]]:
    """Go through the columns that are compared with a literal, on whichever side it stands."""
    for node in tree.find_all(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between, exp.Case):
        sides = [node.this, *_others(node)]
        columns = [side.unnest() for side in sides if side is not None and isinstance(side.unnest(), exp.Column)]
        literals = [side.unnest() for side in sides if side is not None and isinstance(side.unnest(), exp.Literal)]
        yield from ((column, literal) for column in columns for literal in literals)


def _others(node: exp.Expr) -> list[exp.Expr]:
    """Return what the first side of a comparison is compared with."""
    if isinstance(node, exp.In):
        return list(node.expressions)
    if isinstance(node, exp.Between):
        return [node.args["low"], node.args["high"]]
    if isinstance(node, exp.Case):
        # CASE WHEN has no side of its own; its conditions are comparisons by themselves.
        return [branch.this for branch in node.args["ifs"]] if node.this else []
    return [node.expression]


def _with_ratios(tree: exp.Expr) -> exp.Expr:
    """Divide in Float64 and by null instead of zero: money has two digits after a division, and none by zero."""
    for node in list(tree.find_all(exp.Div)):
        above, below = (exp.cast(side, exp.DataType.Type.DOUBLE, copy=False) for side in (node.this, node.expression))
        node.set("this", above)
        node.set("expression", exp.Nullif(this=below, expression=exp.Literal.number(0)))
    return tree


def _with_truth(tree: exp.Expr) -> exp.Expr:
    """Ask IS TRUE and IS FALSE in other words: Polars answers null where SQL answers that null is neither."""
    whole = exp.Paren(this=tree)
    for node in reversed(list(whole.find_all(exp.Is))):  # what stands inside another first
        told = node.expression.unnest()
        if isinstance(told, exp.Boolean):
            holds = exp.Coalesce(this=node.this.copy(), expressions=[exp.Boolean(this=not told.this)])
            node.replace(holds if told.this else exp.Paren(this=exp.Not(this=holds)))
    root: exp.Expr = whole.this
    return root


def _typed(text: str, columns: Columns) -> pl.Expr:
    """Compile and try on a few rows; only a Boolean passes."""
    try:
        compiled = pl.sql_expr(text)
        result = _tried_on(columns).select(compiled.alias("condition")).collect()
    except (pl.exceptions.PolarsError, TypeError) as error:
        reason = str(error).strip().partition("\n")[0]
        message = f"types do not fit: {reason}"
        raise BadCondition(message) from error
    if result.schema["condition"] != pl.Boolean:
        message = f"must be true or false, but is {result.schema['condition']}"
        raise BadCondition(message)
    return compiled


@cache
def _tried_on(columns: Columns) -> pl.LazyFrame:
    """Return a row of which nothing is known, one of noughts and one of the largest values that a book may hold.

    What fails on one of them would fail on a book; without rows Polars finds less. Making the frame costs more than a try.
    """
    return pl.LazyFrame([_trial(column) for column in columns])


def _trial(column: Column) -> pl.Series:
    """Return the three values of one column."""
    if isinstance(column.dtype, pl.Decimal):
        # Whole numbers first: Polars loads NumPy to read Python's decimals, which costs more than all else here.
        return pl.Series(column.name, [None, 0, 10**15], dtype=pl.Int64).cast(column.dtype)
    return pl.Series(column.name, [None, *_extremes(column)], dtype=column.dtype)


def _extremes(column: Column) -> tuple[Any, Any]:
    """Return a small and a large value of a column."""
    if column.values:
        return column.values[0], column.values[-1]
    return _EXTREMES[column.dtype.base_type()]


_EXTREMES: dict[Any, tuple[Any, Any]] = {
    pl.String: ("", "text"),
    pl.Boolean: (False, True),
    pl.Int32: (0, 2**31 - 1),
    pl.Int64: (0, 2**63 - 1),
    pl.Float64: (0.0, 1e300),
    pl.Date: (date(1900, 1, 1), date(2200, 1, 1)),
    pl.Datetime: (datetime(1900, 1, 1), datetime(2200, 1, 1)),  # noqa: DTZ001  # the column's own zone is put on it
    pl.List: ([], ["text"]),
}


def _name(node: exp.Expr) -> str:
    """Name a refused construct as its author wrote it."""
    if isinstance(node, exp.Window):
        return "a window (OVER)"
    if isinstance(node, exp.Anonymous):
        return f"the function {node.name.upper()}"
    if isinstance(node, exp.AggFunc):
        return f"the function {node.sql_name()}, which looks at many accounts at once,"
    if isinstance(node, exp.Func):
        return f"the function {node.sql_name()}"
    if isinstance(node, exp.Alias):
        return "an alias (AS)"
    return type(node).__name__.upper()
