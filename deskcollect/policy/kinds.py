"""What kind of value each part of a condition is: Polars compares a date with a number, or a number of days with 30, and says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deskcollect.frames import Column

_WORDS = {
    "text": "text",
    "number": "a number",
    "date": "a date",
    "moment": "a date with its time",
    "span": "a span of days",
    "truth": "true or false",
    "list": "a list",
}
_DAYS = {"date", "moment"}
_COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)


class Unfit(ValueError):
    """Two parts of a condition that do not go together."""


def kind(node: exp.Expr, columns: Mapping[str, Column]) -> str | None:
    """Return the kind of value that a part of a condition has, None for NULL and what is not looked into.

    Errors: Unfit names the parts that do not go together.
    """
    return _plain(node, columns) or _made(node, columns) or _judged(node, columns)


def _plain(node: exp.Expr, columns: Mapping[str, Column]) -> str | None:
    """Return the kind of a column or a value."""
    match node:
        case exp.Column():
            return _of_column(columns[node.name])
        case exp.Literal():
            return "text" if node.is_string else "number"
        case exp.Interval():
            return "span"
        case exp.Cast():
            return "date"
        case _:
            return None


def _made(node: exp.Expr, columns: Mapping[str, Column]) -> str | None:
    """Return the kind of what is made of other parts."""
    match node:
        case exp.Paren() | exp.Neg():
            found = kind(node.this, columns)
        case exp.Abs():
            found = _all_are("number", [node.this], columns)
        case exp.Add() | exp.Sub() | exp.Mul() | exp.Div():
            found = _counted(node, columns)
        case exp.Coalesce() | exp.Greatest() | exp.Least():
            found = _alike([node.this, *node.expressions], columns)
        case exp.Case():
            found = _chosen(node, columns)
        case exp.If():
            _all_are("truth", [node.this], columns)
            found = _alike([node.args["true"], node.args.get("false")], columns)
        case _:
            found = None
    return found


def _judged(node: exp.Expr, columns: Mapping[str, Column]) -> str | None:
    """Return the kind of a part that is true or false."""
    match node:
        case exp.And() | exp.Or():
            _all_are("truth", node.flatten(unnest=False), columns)  # a long chain must not become deep
        case exp.Not():
            _all_are("truth", [node.this], columns)
        case exp.Is():
            _alike([node.this, node.expression], columns)
        case exp.In():
            _alike([node.this, *node.expressions], columns)
        case exp.Between():
            _alike([node.this, node.args["low"], node.args["high"]], columns)
        case exp.Like():
            _all_are("text", [node.this, node.expression], columns)
        case exp.Boolean():
            pass
        case _ if isinstance(node, _COMPARED):
            _alike([node.this, node.expression], columns)
        case _:
            return None
    return "truth"


def _of_column(column: Column) -> str:
    """Return the kind of a column."""
    dtype = column.dtype
    if dtype.is_numeric():
        return "number"
    base = dtype.base_type()
    kinds = {pl.Boolean: "truth", pl.Date: "date", pl.Datetime: "moment", pl.List: "list"}
    return kinds.get(base, "text")


def _chosen(node: exp.Case, columns: Mapping[str, Column]) -> str | None:
    """Return the kind of what a CASE chooses."""
    branches = node.args["ifs"]
    if node.this:
        _alike([node.this, *(branch.this for branch in branches)], columns)
    else:
        _all_are("truth", [branch.this for branch in branches], columns)
    return _alike([*(branch.args["true"] for branch in branches), node.args.get("default")], columns)


def _alike(nodes: Iterable[exp.Expr | None], columns: Mapping[str, Column]) -> str | None:
    """Return the one kind of several parts; a date goes with a date with its time."""
    first: tuple[exp.Expr, str] | None = None
    for node in nodes:
        found = kind(node, columns) if node is not None else None
        if node is None or found is None:
            continue
        if first is None:
            first = node, found
        elif found != first[1] and not {found, first[1]} <= _DAYS:
            message = f"{_told(*first)} and {_told(node, found)}: they cannot be compared{_hint({found, first[1]})}"
            raise Unfit(message)
    return first[1] if first else None


def _all_are(wanted: str, nodes: Iterable[exp.Expr], columns: Mapping[str, Column]) -> str:
    """Return the kind that some parts must have."""
    for node in nodes:
        found = kind(node, columns)
        if found not in {wanted, None}:
            message = f"{_told(node, found or '')}, where {_WORDS[wanted]} is needed"
            raise Unfit(message)
    return wanted


def _counted(node: exp.Binary, columns: Mapping[str, Column]) -> str | None:
    """Return the kind of a sum, difference, product or ratio."""
    left, right = (kind(side, columns) for side in (node.left, node.right))
    if left is None or right is None:
        return left or right
    if left == right == "number":
        return "number"
    if isinstance(node, exp.Sub) and left in _DAYS and right in _DAYS:
        return "span"
    if isinstance(node, exp.Add | exp.Sub) and right == "span" and left in _DAYS:
        return left
    if isinstance(node, exp.Add) and left == "span" and right in _DAYS:
        return right
    word = {exp.Add: "added", exp.Sub: "subtracted", exp.Mul: "multiplied", exp.Div: "divided"}[type(node)]
    sides = f"{_told(node.left, left)} and {_told(node.right, right)}"
    message = f"{sides}: they cannot be {word}{_hint({left, right})}"
    raise Unfit(message)


def _told(node: exp.Expr, found: str) -> str:
    """Return a part and its kind in words."""
    return f"“{node.sql(dialect='postgres')}” is {_WORDS[found]}"


def _hint(kinds: set[str]) -> str:
    """Return how days are written, where a number was meant to be so many."""
    return "; so many days are written INTERVAL '30 days'" if "number" in kinds and kinds & {"span", *_DAYS} else ""
