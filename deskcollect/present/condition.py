"""A rule's condition in words, for people who do not read SQL. What has no words of its own stands as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

# the columns that rules speak of most; any other reads as its name without underscores
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "dpd": "days past due",
        "past_due": "past due",
        "attempt_count": "tries in 7 days",
        "last_code": "last record",
        "last_on": "last record",
        "next_on": "next day",
        "promise_status": "promise",
        "promise_due": "promised date",
        "promise_amount": "promised amount",
        "promise_broken_on": "promise broken",
        "promise_broken_count": "promises broken in 180 days",
        "promise_kept_count": "promises kept in 180 days",
        "refused_on": "declined",
        "claims_paid_on": "says it is paid",
        "callback_at": "callback",
        "conversation_on": "spoken to",
        "hold_code": "record that stops work",
        "returned_count": "returned payments in 30 days",
        "full_payments_count": "cycles paid in full (of five)",
        "late_cycles_count": "late cycles (of five)",
        "unpaid_streak_count": "cycles in a row without payment",
        "minimum_streak_count": "cycles in a row at the minimum",
        "cash_advance_count": "cash advances in 30 days",
        "prob_default": "chance of default",
        "exposure_share": "rank of the past-due amount",
        "number_count": "telephone numbers in the book",
        "email": "e-mail address",
        "contact_lost": "all numbers found bad",
        "alert_level": "alert level",
        "other_dpd": "days past due of the customer's other accounts",
        "utilisation_now": "utilisation",
        "utilisation_before": "utilisation two cycles ago",
        "pay_ratio_now": "share of the bill paid",
        "pay_ratio_before": "share paid before",
        "verify": "figures that do not agree",
        "worked_today": "worked today",
        "as_of": "the book's date",
        "seen_until": "the newest day of transactions",
    }
)
_COMPARED: Mapping[type[exp.Expr], str] = MappingProxyType(
    {
        exp.EQ: "is",
        exp.NEQ: "is not",
        exp.GT: "over",
        exp.GTE: "at least",
        exp.LT: "under",
        exp.LTE: "at most",
        exp.Like: "is like",
        exp.Add: "+",
        exp.Sub: "−",
        exp.Mul: "×",
        exp.Div: "/",
    }
)
_PRESENT = {"as_of", "seen_until", "today"}


def name(column: str) -> str:
    """Return a column as rules speak of it in words."""
    return _NAMES.get(column, column.replace("_", " "))


def in_words(condition: str) -> str:
    """Return a condition as a person says it: `stage is early, tier is D or E`."""
    try:
        tree = sqlglot.parse_one(condition, dialect="postgres", into=exp.Condition)
    except SqlglotError:
        return " ".join(condition.split())
    return _words(tree)


def _words(node: exp.Expr) -> str:
    """Return one piece of a condition in words."""
    match node:
        case exp.And():
            told = f"{_words(node.left)}, {_words(node.right)}"
        case exp.Or():
            told = f"{_words(node.left)} or {_words(node.right)}"
        case exp.Paren():
            told = f"({_words(node.this)})"
        case exp.Not():
            told = _denied(node.this)
        case exp.In():
            told = f"{_words(node.this)} is {_several([_words(value) for value in node.expressions])}"
        case exp.Between():
            told = f"{_words(node.this)} from {_words(node.args['low'])} to {_words(node.args['high'])}"
        case exp.Is():
            told = _is(node, negated=bool(node.args.get("negate")))
        case exp.Binary():
            told = _near(node) or _compared(node)
        case _:
            told = _single(node)
    return told


def _single(node: exp.Expr) -> str:
    """Return a column, a value, or what has no words."""
    match node:
        case exp.Column():
            return name(node.name)
        case exp.Boolean():
            return "always" if node.this else "never"
        case exp.Literal():
            return str(node.this)
        case exp.Interval():
            return f"{_words(node.this)} {str(node.args['unit']).lower()}"
        case exp.Coalesce() | exp.Cast():
            return _words(node.this)
        case _:
            return node.sql(dialect="postgres")


def _is(node: exp.Is, *, negated: bool) -> str:
    """Return whether something is known, or is so."""
    if isinstance(node.expression, exp.Null):
        return f"{_words(node.this)} {'known' if negated else 'not known'}"
    return f"{'not ' if negated else ''}{_words(node.this)}"


def _denied(inner: exp.Expr) -> str:
    """Return the opposite of a piece."""
    bare = inner.unnest()
    if isinstance(bare, exp.Is):
        return _is(bare, negated=not bare.args.get("negate"))
    return f"not {_words(bare)}" if isinstance(bare, exp.Column) else f"not ({_words(bare)})"


def _compared(node: exp.Binary) -> str:
    """Return a comparison or a sum."""
    word = _COMPARED.get(type(node))
    return f"{_words(node.left)} {word} {_words(node.right)}" if word else node.sql(dialect="postgres")


def _near(node: exp.Binary) -> str:
    """Return `declined in the last 30 days` for a date that lies so near to the book's or the desk's; else nothing."""
    span = node.right
    if not isinstance(span, exp.Add | exp.Sub) or not isinstance(span.right, exp.Interval):
        return ""
    if not isinstance(span.left, exp.Column) or span.left.name not in _PRESENT:
        return ""
    size = _words(span.right)
    if isinstance(node, exp.GTE | exp.GT) and isinstance(span, exp.Sub):
        return f"{_words(node.left)} in the last {size}"
    if isinstance(node, exp.LTE | exp.LT) and isinstance(span, exp.Add):
        return f"{_words(node.left)} within {size}"
    return ""


def _several(values: list[str]) -> str:
    """Return `a`, `a or b`, `a, b or c`."""
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"
