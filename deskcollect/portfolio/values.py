"""Cells into typed values. What cannot be read becomes null and stays beside it as it was written, under RAW + name."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.errors import BadBook
from deskcollect.portfolio import dates
from deskcollect.portfolio.headers import ALIASES, SCHEMAS, fold
from deskcollect.portfolio.source import LINE, Source

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from deskcollect.frames import Column

RAW = "#"
# Wide enough to see a surplus decimal and an absurd amount before either is cut.
WIDE = pl.Decimal(38, 18)
_FLOAT_DIGITS = 15
IMPLAUSIBLE = 10**15

KEYS = frozenset({"account_id", "customer_id", "currency", "timezone"})
WORDS = frozenset({"payment_status", "status", "kind", "method", "channel"})
_NOTHING = ("", "null", "none", r"\n", "n/a", "-")
_TRUE = ("true", "yes", "y", "t", "1", "1.0", "是", "有", "真")
_FALSE = ("false", "no", "n", "f", "0", "0.0", "否", "无", "無", "假")
_SIMPLE = r"^-?[0-9]+(?:\.[0-9]+)?$"
_NUMBER = (
    r"^[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,3}(?:['’][0-9]{3})+)(?:\.[0-9]*)?$"
)
_WHOLE = r"^[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.0*)?$"
_DECIMAL_COMMA = r"^[+-]?(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+),[0-9]+$"

# Wide digits and signs of Chinese and Japanese keyboards, and signs of typesetters. A raised 2 is no 2.
_WIDE_FORMS = str.maketrans({chr(0xFEE0 + code): chr(code) for code in range(ord("!"), ord("~") + 1)})
_FORMS = (
    [*map(chr, _WIDE_FORMS), "\u3000", "\u00a0", "\u202f", "\u2009", "−", "–"],
    [*_WIDE_FORMS.values(), " ", " ", " ", " ", "-", "-"],
)

# What may be wrong with a value: the sentence's end and the remedy.
PROBLEMS: dict[str, tuple[str, str]] = {
    "not_a_number": ("is no number", "Write it as 1234.56 or 1,234.56; leave the cell empty if it is not known."),
    "decimal_comma": ("has a comma where the decimals begin", "Export it with a decimal point: 1,234.56 or 1234.56."),
    "implausible": ("is too large to be true", "Check the amount; 1,000,000,000,000,000 and beyond is not taken."),
    "not_whole": ("is no whole number", "Write it as 31; leave the cell empty if it is not known."),
    "not_true_or_false": ("is neither true nor false", "Write true or false (yes/no, 1/0, 是/否), or leave it empty."),
    **dates.PROBLEMS,
}


@cache
def words(table: str, column: str) -> dict[str, str]:
    """Return our word by the folded word of a lender, for a column that holds a list of words."""
    raw = tomllib.loads(ALIASES.read_text("utf-8"))["values"].get(table, {}).get(column, {})
    return {fold(word): ours for ours, theirs in raw.items() for word in (ours, *theirs)}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A table with typed columns.

    `frame` holds LINE, every column of the table, and RAW + name for each column that had to be read. `given` are the
    columns that the lender gave; the others are null throughout.
    """

    source: Source
    frame: pl.LazyFrame
    given: frozenset[str]

    def ids(self) -> pl.Series:
        """Return the account of each row."""
        return self.frame.select("account_id").collect().to_series()

    def silent(self, name: str) -> pl.Expr:
        """Say whether a cell is empty, not only unreadable."""
        return pl.col(name).is_null() & ~self.unreadable(name)

    def unreadable(self, name: str) -> pl.Expr:
        """Say whether a cell says something that could not be read."""
        raw, empty = pl.col(RAW + name), pl.col(name).is_null()
        dtype = self.frame.collect_schema().get(RAW + name)
        if dtype is None:
            return pl.lit(False)
        # Text is looked at only where it gave no value: there is little of it.
        return plain(pl.when(empty).then(raw)).is_not_null() if dtype == pl.String else empty & raw.is_not_null()

    def written(self, name: str) -> pl.Expr:
        """Return a column that had to be read as the text that the file holds."""
        raw = pl.col(RAW + name)
        dtype = self.frame.collect_schema()[RAW + name]
        return _date_text(raw) if dtype.is_temporal() else raw.cast(pl.String)


def parse(
    source: Source, positions: Mapping[str, int], date_format: str = "", *, only: Collection[str] | None = None
) -> Parsed:
    """Read the cells of a table. Text is read once and kept; exact Parquet columns stay lazy.

    With `only` some columns are read, as if the lender gave no others.
    """
    schema = source.frame.collect_schema()
    columns, parsed = [pl.col(LINE)], False
    for column in SCHEMAS[source.table]:
        name = str(positions.get(column.name))
        if name in schema:
            _require_flat(source, positions[column.name], schema[name])
        if name not in schema or (only is not None and column.name not in only):
            columns.append(pl.lit(None, dtype=column.dtype).alias(column.name))
            continue
        raw, dtype = pl.col(name), schema[name]
        if isinstance(dtype, pl.Categorical | pl.Enum):
            raw, dtype = raw.cast(pl.String), pl.String()
        typed = _word(source, name, column.name) if column.name in WORDS else _typed(raw, dtype, column, date_format)
        columns.append(typed.alias(column.name))
        if column.dtype != pl.String and (dtype != column.dtype or dtype.is_temporal()):
            columns.append(raw.alias(RAW + column.name))
            parsed = parsed or dtype == pl.String or dtype.is_float()
    frame = source.frame.select(columns)
    given = frozenset(positions) if only is None else frozenset(positions) & frozenset(only)
    return Parsed(source, frame.collect().lazy() if parsed else frame, given)


def _require_flat(source: Source, position: int, dtype: pl.DataType) -> None:
    """Refuse a column whose cells hold tables, spans of time or bytes."""
    strange = dtype.is_nested() or dtype in (pl.Binary, pl.Duration, pl.Time, pl.Object)
    if strange or position in source.nested:
        what = dtype if strange else "lists or objects"
        raise BadBook(
            f"{source.file}: the column “{source.headers[position]}” holds {what}, not single values.",
            "Export it as text, numbers or dates.",
        )


def _typed(raw: pl.Expr, dtype: pl.DataType, column: Column, date_format: str) -> pl.Expr:
    """Return the reading of one column."""
    if column.dtype == pl.String:
        return _text(raw, dtype, column.name)
    if column.dtype == pl.Boolean:
        return _boolean(raw, dtype)
    if column.dtype == pl.Int32:
        return _whole(raw, dtype)
    if column.dtype == pl.Date:
        return _date(raw, dtype, date_format)
    if column.dtype == pl.Datetime("us"):
        return _moment(raw, dtype, date_format)
    return _money(raw, dtype)


def plain(raw: pl.Expr) -> pl.Expr:
    """Return the text of a cell without blanks around it, null where it says nothing."""
    text = raw.cast(pl.String).str.strip_chars()
    return pl.when(~text.str.to_lowercase().is_in(_NOTHING)).then(text)


def _text(raw: pl.Expr, dtype: pl.DataType, name: str) -> pl.Expr:
    """Keep text as it is; keys lose the blanks around them, words of closed lists their case."""
    if dtype.is_float():
        raw = pl.when(raw == raw.round()).then(raw.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(
            raw.fill_nan(None).cast(pl.String)
        )  # fmt: skip
    text = raw.cast(pl.String)
    stripped = text.str.strip_chars()
    return pl.when(stripped.str.len_bytes() > 0).then(stripped if name in KEYS else text)


def _word(source: Source, position: str, name: str) -> pl.Expr:
    """Return a word of ours for one of the lender's; an unknown one in lower case with underscores.

    A column holds few different words, so they are looked up once each and not row by row.
    """
    theirs = source.frame.select(pl.col(position).unique()).collect().to_series().cast(pl.String).drop_nulls()
    known = words(source.table, name)
    ours = {word: known.get(fold(word)) or "_".join(word.lower().replace("-", " ").split()) or None for word in theirs}
    raw = pl.col(position).cast(pl.String)
    if all(word == own for word, own in ours.items()):
        return raw
    return raw.replace_strict(ours, default=None, return_dtype=pl.String)


def _money(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Read an amount exactly, with all its decimals."""
    if dtype.is_decimal():
        return raw
    if dtype.is_integer():
        return raw.cast(pl.Decimal(38, 0))
    if dtype.is_float():
        # A float holds 15 digits; what stands behind them is noise of its binary form, and a direct cast adds more.
        finite = pl.when(raw.is_finite()).then(raw)
        return finite.cast(pl.Float64).round_sig_figs(_FLOAT_DIGITS).cast(pl.String).cast(WIDE, strict=False)
    if dtype != pl.String:
        return pl.lit(None, dtype=WIDE)
    simple = pl.when(raw.str.contains(_SIMPLE)).then(raw).cast(WIDE, strict=False)
    rest = pl.when(simple.is_null()).then(raw)
    return simple.fill_null(_digits(_number(rest), _NUMBER).cast(WIDE, strict=False))


def _number(raw: pl.Expr) -> pl.Expr:
    """Return a number's text in plain digits; (5.00) and 5.00- of the accountants are -5.00."""
    text = plain(raw).str.replace_many(*_FORMS)
    return text.str.replace(r"^\((.+)\)$", "-$1").str.replace(r"^([\d,.' ]+)-$", "-$1")


def _digits(text: pl.Expr, pattern: str) -> pl.Expr:
    """Return a number without thousands separators, null if it does not fit the pattern."""
    return pl.when(text.str.contains(pattern)).then(text.str.replace_all(r"[, '’]", ""))


def number(raw: pl.Expr) -> pl.Expr:
    """Read text as a float, with or without thousands separators or an exponent; null where it is no finite number."""
    simple = raw.cast(pl.Float64, strict=False)
    finite = pl.when(simple.is_finite()).then(simple)
    return finite.fill_null(_digits(_number(raw), _NUMBER).cast(pl.Float64, strict=False))


def truth(raw: pl.Expr) -> pl.Expr:
    """Read text as true or false; null where it is neither."""
    return _boolean(raw, pl.String())


def _whole(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Read a whole number; 31.0 is one."""
    if dtype == pl.String:
        simple = raw.cast(pl.Int32, strict=False)
        rest = pl.when(simple.is_null()).then(raw)
        return simple.fill_null(_digits(_number(rest), _WHOLE).str.replace(r"\.0*$", "").cast(pl.Int32, strict=False))
    if dtype.is_float() or dtype.is_decimal():
        return pl.when(raw == raw.round()).then(raw).cast(pl.Int32, strict=False)
    if dtype.is_integer():
        return raw.cast(pl.Int32, strict=False)
    return pl.lit(None, dtype=pl.Int32)


def _boolean(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Read true or false."""
    if dtype == pl.Boolean:
        return raw
    if not (dtype == pl.String or dtype.is_numeric()):
        return pl.lit(None, dtype=pl.Boolean)
    text = plain(raw).str.to_lowercase()
    return pl.when(text.is_in(_TRUE)).then(True).when(text.is_in(_FALSE)).then(False)


def _moment(raw: pl.Expr, dtype: pl.DataType, date_format: str) -> pl.Expr:
    """Read a local time."""
    if dtype == pl.Datetime:
        return dates.plausible(raw.dt.replace_time_zone(None).cast(pl.Datetime("us")))
    if dtype == pl.Date:
        return dates.plausible(raw).cast(pl.Datetime("us"))
    if dtype == pl.String or dtype.is_integer():
        return dates.parse(raw.cast(pl.String).str.strip_chars(), date_format)
    return pl.lit(None, dtype=pl.Datetime("us"))


def _date(raw: pl.Expr, dtype: pl.DataType, date_format: str) -> pl.Expr:
    """Read a day."""
    return dates.plausible_day(raw) if dtype == pl.Date else _moment(raw, dtype, date_format).dt.date()


def _date_text(raw: pl.Expr) -> pl.Expr:
    """Return a real date as text; one that is no day of the calendar as the number that the file holds for it."""
    return pl.coalesce(dates.plausible(raw).cast(pl.String), raw.to_physical().cast(pl.String))


def problem(column: Column, raw: pl.Expr, date_format: str) -> pl.Expr:
    """Say which of PROBLEMS a cell has that could not be read."""
    text = plain(raw)
    if column.dtype == pl.Boolean:
        return pl.lit("not_true_or_false")
    if column.dtype == pl.Int32:
        return pl.lit("not_whole")
    if column.dtype in (pl.Date, pl.Datetime("us")):
        return dates.problem(text, date_format)
    return (
        pl.when(_number(raw).str.contains(_NUMBER)).then(pl.lit("implausible"))
        .when(text.str.contains(_DECIMAL_COMMA)).then(pl.lit("decimal_comma"))
        .otherwise(pl.lit("not_a_number"))
    )  # fmt: skip
