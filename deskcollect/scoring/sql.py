"""A card as one SQL query over a table of the features, so that a warehouse scores as the program does.

Source: score.py; each rule stands here once more, and the tests hold the two together on every real account.
"""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlglot import exp

from deskcollect.errors import BadUse
from deskcollect.scoring.card_check import printable, unshowable
from deskcollect.scoring.export import DIALECTS, TABLE
from deskcollect.scoring.score import BASE_ODDS, BASE_SCORE, OFFSET, PDO, POINTS_PER_MILLI, merged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.scoring.card import Card, Characteristic

_ACCOUNT, _MILLI = "account_id", "card_milli"
_EXACT_DIGITS = 15  # a decimal of so many becomes the same float on the way through any database's decimals
_MOST_PARTS = 3  # catalogue or project, schema, table


def sql(card: Card, dialect: str = DIALECTS[0], table: str = TABLE) -> str:
    """Return a query that scores the rows of a table.

    Args:
        card: The card.
        dialect: One of `DIALECTS`.
        table: Its name, with dots between catalogue, schema and table; it is quoted. It holds account_id and the
            features that the card asks for, as features.py makes them.

    Shape: account_id; card_milli, log odds of default in thousandths; prob_default; score. One row a row of the table.
    Nulls: NULL and NaN get the characteristic's own points; unknown is the first segment.
    Errors: BadUse for a name that no table has.
    """
    summed = exp.select(_column(_ACCOUNT), exp.alias_(_sum(card), _MILLI)).from_(_known(card, dialect, table))
    query = exp.select(
        _column(_ACCOUNT),
        _column(_MILLI),
        exp.alias_(_probability(), "prob_default"),
        exp.alias_(_score(), "score"),
    ).from_(summed.subquery("summed"))
    body = query.sql(dialect=dialect, pretty=True, identify=True)  # every name is quoted
    return "".join(f"-- {line}\n" for line in _head(card)) + body + ";\n"


def _head(card: Card) -> Iterator[str]:
    """Say in comments what the query is; no text of a card can end the line it stands on."""
    segment = card.segment
    first, second = (printable(name) for name in segment.names)
    yield f"Card {printable(card.stamp)}: {printable(card.target)}"
    yield f"Segments: {second} where {printable(segment.characteristic)} is {segment.start!r} or more, else {first}; unknown is {first}"
    yield from (printable(text) for text in card.overrides)
    for name, header in card.own.items():
        yield f"{printable(name)}: the column {printable(header)} of the lender's accounts, true as 1 and false as 0"
    yield "card_milli: log odds of default in thousandths. prob_default: its chance, 0 to 1"
    yield f"score: {BASE_SCORE} at {BASE_ODDS} good to 1 bad, {PDO} points double the odds, higher is safer"


def _known(card: Card, dialect: str, table: str) -> exp.Subquery:
    """Return the features that the card asks for, NaN as NULL."""
    names = dict.fromkeys([*(each.name for each in card.characteristics), card.segment.characteristic])
    values = []
    for name in names:
        value = exp.cast(_column(name), exp.DataType.Type.DOUBLE)
        known = exp.Case().when(_is_nan(value, dialect), exp.null()).else_(value.copy())
        values.append(exp.alias_(known, name))
    return exp.select(_column(_ACCOUNT), *values).from_(_table(table)).subquery("known")


def _is_nan(value: exp.Cast, dialect: str) -> exp.Expr:
    """Tell NaN. PostgreSQL has no function for it, but there it equals itself."""
    if dialect == "postgres":
        return exp.EQ(this=value.copy(), expression=_double("NaN"))
    return exp.IsNan(this=value.copy())


def _table(name: str) -> exp.Table:
    """Return a table by its name.

    Errors: BadUse.
    """
    parts = name.split(".")
    if not all(part.strip() for part in parts) or len(parts) > _MOST_PARTS or unshowable(name):
        raise BadUse(
            f"“{name}” is no name of a table.", "Write it as in  features  or  risk.features, without quotation marks."
        )
    catalogue, schema, table = ([""] * _MOST_PARTS + parts)[-_MOST_PARTS:]
    return exp.table_(table, db=schema or None, catalog=catalogue or None)


def _sum(card: Card) -> exp.Expr:
    """Return the log odds in thousandths: whole numbers, so that their order does not matter."""
    pieces = [_piece(card, each) for each in card.characteristics]
    return reduce(lambda left, right: exp.Add(this=left, expression=right), pieces, _whole(card.intercept))


def _piece(card: Card, characteristic: Characteristic) -> exp.Expr:
    """Return the points of one characteristic; equal to `score.piece`."""
    first, second = (_steps(characteristic, which) for which in (0, 1))
    if first == second:
        return first
    late = exp.GTE(this=_column(card.segment.characteristic), expression=_number(card.segment.start))
    return exp.Case().when(late, second).else_(first)


def _steps(characteristic: Characteristic, which: int) -> exp.Expr:
    """Return the points of one characteristic in one segment; what is not known is asked for first."""
    missing, steps = characteristic.missing[which], merged(characteristic.bins, which)
    if all(milli == missing for _, milli in steps):
        return _whole(missing)
    found = exp.Case().when(_column(characteristic.name).is_(exp.null()), _whole(missing))
    for (_, milli), (end, _) in pairwise(steps):
        assert end is not None
        found = found.when(exp.LT(this=_column(characteristic.name), expression=_number(end)), _whole(milli))
    return found.else_(_whole(steps[-1][1]))


def _probability() -> exp.Expr:
    """Return the chance of default; equal to `score.probability`."""
    power = exp.Exp(this=exp.Mul(this=_milli(), expression=_number(-0.001)))
    return exp.Div(
        this=exp.Literal.number("1.0"),
        expression=exp.paren(exp.Add(this=power, expression=exp.Literal.number("1.0"))),
    )


def _score() -> exp.Expr:
    """Return the score; equal to `score.scaled`."""
    points = exp.Mul(this=_milli(), expression=_double(repr(-POINTS_PER_MILLI)))
    rounded = exp.Floor(this=exp.Add(this=points, expression=_double(repr(OFFSET))))
    return exp.cast(rounded, exp.DataType.Type.INT)


def _milli() -> exp.Cast:
    """Return the log odds in thousandths as a float."""
    return exp.cast(_column(_MILLI), exp.DataType.Type.DOUBLE)


def _column(name: str) -> exp.Column:
    """Return a column by its name."""
    return exp.column(name)


def _whole(milli: int) -> exp.Expr:
    """Return a whole number."""
    return exp.convert(milli)


def _number(value: float) -> exp.Expr:
    """Return a number as every database reads it to the last bit: short ones plainly, long ones by their text."""
    exact = Decimal(repr(value))
    plain = f"{exact:f}"
    if len(plain.replace("-", "").replace(".", "")) > _EXACT_DIGITS:
        return _double(repr(value))
    size = exp.Literal.number(plain.lstrip("-"))
    return exp.Neg(this=size) if value < 0 else size


def _double(text: str) -> exp.Expr:
    """Return a float by its text, for what no literal says exactly."""
    return exp.cast(exp.Literal.string(text), exp.DataType.Type.DOUBLE)
