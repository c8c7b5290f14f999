"""SQL predicates of policy files: refused by name before Polars sees them, then compiled and typed.

`pl.sql_expr` runs subqueries while it parses, so `dpd IN (SELECT a FROM read_csv('...'))` would read that file.
Only what stands in `ALLOWED` may pass.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

import polars as pl
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from deskcollect.policy.model import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deskcollect.frames import Columns

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


def compile_condition(text: str, columns: Columns) -> Condition:
    """Check and compile a predicate over the given columns.

    Errors: BadCondition with one sentence that a policy's author understands.
    """
    tree = _parse(text)
    names = _check(tree, columns)
    _check_values(tree, {column.name: column.values for column in columns if column.values})
    # Polars gets what was checked, written anew, so that the two parsers cannot read one text differently.
    return Condition(text, _typed(tree.sql(dialect="postgres"), columns), frozenset(names))


def first_match(rules: Iterable[tuple[str, Condition]]) -> pl.Expr:
    """Return the label of the first rule whose condition holds, null where none does."""
    chain: pl.Expr = pl.lit(None, dtype=pl.String)
    for label, condition in reversed(list(rules)):
        chain = pl.when(condition.expr.fill_null(value=False)).then(pl.lit(label)).otherwise(chain)
    return chain


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
        if isinstance(node, exp.Cast) and node.to.this is not exp.DataType.Type.DATE:
            message = "CAST is not allowed in a condition; a date is written DATE '2026-09-30'"
            raise BadCondition(message)
        if isinstance(node, exp.Column):
            if node.table:
                message = f"“{node.sql()}”: a column is named without a table"
                raise BadCondition(message)
            if node.name not in known:
                near = get_close_matches(node.name, known, n=1, cutoff=0.5)
                hint = f" Did you mean “{near[0]}”?" if near else ""
                message = f"unknown column “{node.name}”.{hint}"
                raise BadCondition(message)
            used.add(node.name)
    return used


def _check_values(tree: exp.Expr, closed: dict[str, tuple[str, ...]]) -> None:
    """Refuse a comparison with a value that the column never has."""
    for node in tree.find_all(exp.EQ, exp.NEQ, exp.In, exp.GT, exp.GTE, exp.LT, exp.LTE):
        column = node.this
        if not isinstance(column, exp.Column) or column.name not in closed:
            continue
        values = closed[column.name]
        compared = node.expressions if isinstance(node, exp.In) else [node.expression]
        for literal in compared:
            if isinstance(literal, exp.Literal) and literal.is_string and literal.name not in values:
                message = f"“{literal.name}” is no value of {column.name}; its values: {', '.join(values)}"
                raise BadCondition(message)


def _typed(text: str, columns: Columns) -> pl.Expr:
    """Compile and collect on an empty frame; only a Boolean passes."""
    try:
        compiled = pl.sql_expr(text)
        result = _empty(columns).select(compiled.alias("condition")).collect()
    except (pl.exceptions.PolarsError, TypeError) as error:
        reason = str(error).strip().partition("\n")[0]
        message = f"types do not fit: {reason}"
        raise BadCondition(message) from error
    if result.schema["condition"] != pl.Boolean:
        message = f"must be true or false, but is {result.schema['condition']}"
        raise BadCondition(message)
    return compiled


@cache
def _empty(columns: Columns) -> pl.LazyFrame:
    """Return a typed frame without rows; making one costs more than the check itself."""
    return pl.Schema({column.name: column.dtype for column in columns}).to_frame().lazy()


def _name(node: exp.Expr) -> str:
    """Name a refused construct as its author wrote it."""
    if isinstance(node, exp.Window):
        return "a window (OVER)"
    if isinstance(node, exp.Anonymous):
        return f"the function {node.name.upper()}"
    if isinstance(node, exp.Func):
        return f"the function {node.sql_name()}"
    if isinstance(node, exp.Alias):
        return "an alias (AS)"
    return type(node).__name__.upper()
