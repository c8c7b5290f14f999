"""What the accounts of a book must satisfy, and what is filled in where the lender says nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

import polars as pl

from deskcollect import frames
from deskcollect.currency import minor_units
from deskcollect.errors import BadBook
from deskcollect.portfolio import check, findings
from deskcollect.portfolio.check import DIGITS
from deskcollect.portfolio.findings import Check
from deskcollect.portfolio.order import rises
from deskcollect.portfolio.source import LINE
from deskcollect.portfolio.wording import EXAMPLES, quoted
from deskcollect.records import Issue
from deskcollect.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from deskcollect.portfolio.findings import Found
    from deskcollect.portfolio.values import Parsed

INDEXED = ("account_id", "customer_id", "currency", "opened_on")  # what other tables are compared with
HIDDEN = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]"
_LONG_NAME = 200
_LONG_AGO_DAYS = 7305


@dataclass(frozen=True, slots=True)
class Checked:
    """A table whose bad rows are out. `rows` is what the file held."""

    frame: pl.LazyFrame
    found: Found
    rows: int


@dataclass(frozen=True, slots=True)
class Index:
    """The accounts that other tables may speak of.

    `accounts` holds INDEXED and DIGITS of the good ones, `set_aside` the ids of the others. `digits` are the decimals of all
    currencies, None if they differ.
    """

    accounts: pl.DataFrame
    set_aside: pl.Series
    digits: int | None


def examine(parsed: Parsed, *, as_of: date, date_format: str = "", default_currency: str = "") -> Checked:
    """Return the good accounts in the book's order.

    Errors: BadBook when two accounts have one id, or none is left.
    """
    _unique(parsed)
    checked = sift(parsed, as_of=as_of, date_format=date_format, default_currency=default_currency)
    found, rows = checked.found, checked.rows
    if not rows:
        raise BadBook(f"{parsed.source.file} holds no accounts.", "Export it again, with its rows.")
    if found.rejects["line"].n_unique() == rows:
        first = found.issues[0]
        raise BadBook(
            f"No account of {parsed.source.file} can be used; all {rows:,} were set aside. {first.message}",
            first.remedy,
            found.issues,
        )
    return checked


def sift(
    parsed: Parsed, *, as_of: date, date_format: str = "", default_currency: str = "", telling: bool = True
) -> Checked:
    """Return the good accounts among some rows. Without `telling`, only what sets a row aside is looked for."""
    parsed = replace(parsed, frame=_with_currency(parsed.frame, default_currency))
    found = findings.run(parsed.frame, parsed.source, list(_checks(parsed, as_of, date_format)), telling=telling)
    rows = parsed.frame.select(pl.len()).collect().item()
    good = parsed.frame if found.good is None else parsed.frame.filter(found.good)
    return Checked(_filled(good, as_of), found, rows)


def _unique(parsed: Parsed) -> None:
    """Stop when two rows have one id."""
    ids = parsed.frame.select(LINE, "account_id").drop_nulls().collect()
    if rises(ids["account_id"]) or ids["account_id"].n_unique() == ids.height:
        return
    twice = ids.filter(pl.col("account_id").is_duplicated())
    pairs = twice.group_by("account_id", maintain_order=True).agg(pl.col(LINE))
    source = parsed.source
    issues = [
        Issue(
            Severity.ERROR,
            "duplicate_account",
            f"Account {quoted(name)} stands in {source.unit}s {lines[0]:,} and {lines[1]:,}.",
            "Keep one row an account; several customers of one account need one row all the same.",
            source.place(lines[1], "account_id"),
        )
        for name, lines in pairs.head(EXAMPLES).iter_rows()
    ]
    more = f" {pairs.height - 1:,} more accounts stand there twice." if pairs.height > 1 else ""
    raise BadBook(f"{source.file}: {issues[0].message}{more}", issues[0].remedy, issues)


def _with_currency(frame: pl.LazyFrame, default: str) -> pl.LazyFrame:
    """Fill in the desk's currency and look up its decimals."""
    currency = pl.col("currency").str.to_uppercase().fill_null(pl.lit(default.upper() or None, dtype=pl.String))
    digits = pl.col("currency").replace_strict(minor_units(), default=None, return_dtype=pl.Int8)
    return frame.with_columns(currency).with_columns(digits.alias(DIGITS))


def _checks(parsed: Parsed, as_of: date, date_format: str) -> Iterator[Check]:
    """Go through everything that an account must satisfy."""
    yield from check.torn(parsed.source)
    # An empty due date says that nothing is due; an empty number of days says nothing.
    yield from check.missing(parsed, "account_id", "balance", *_undated(parsed))
    yield from check.unreadable(parsed, date_format)
    yield from _currency()
    yield from check.implausible(parsed)
    yield from (check.surplus(name, check.exceeds(name)) for name in check.amounts(parsed))
    yield check.negative("credit_limit")
    yield from _read_differently(parsed)
    yield from _assumed(parsed, as_of)
    yield from _doubtful(parsed, as_of)
    yield from _worth_knowing()


def _undated(parsed: Parsed) -> tuple[str, ...]:
    """Return the days past due as required where the lender gives no due date."""
    return () if "due_date" in parsed.given else ("days_past_due",)


def _currency() -> Iterator[Check]:
    """Report amounts whose currency is not known."""
    yield Check(
        "missing",
        "currency",
        pl.col("currency").is_null(),
        "is empty",
        'Add the column, or write  currency = "TWD"  in desk.toml if the whole book has one currency.',
    )
    yield Check(
        "unknown_currency",
        "currency",
        pl.col("currency").is_not_null() & pl.col(DIGITS).is_null(),
        "is no currency of ISO 4217",
        "Write the code of three letters: CNY for RMB, TWD for NT$.",
        shows=pl.col("currency"),
    )


def _read_differently(parsed: Parsed) -> Iterator[Check]:
    """Report values that are read as something else."""
    yield check.emptied(
        "negative_days", "days_past_due", pl.col("days_past_due") < 0, "is below zero and read as 0",
        "Nothing is needed if the lender counts the days until the due date so.",
    )  # fmt: skip
    yield check.emptied(
        "negative_past_due", "past_due", pl.col("past_due") < 0, "is below zero and read as 0",
        "An overpaid account has a negative balance; its overdue part is 0.",
    )  # fmt: skip
    for name in ("minimum_due", "income_monthly"):
        yield check.emptied(
            "negative", name, pl.col(name) < 0, "is below zero and read as empty", "Correct it in the next export."
        )
    if "timezone" in parsed.given:
        yield check.emptied(
            "unknown_timezone",
            "timezone",
            ~pl.col("timezone").is_in(_zones()),
            "is no time zone that is known, and read as empty",
            "Write a name such as Asia/Taipei; without one, calling hours are kept on the careful side.",
        )


@cache
def _zones() -> list[str]:
    """Return the names of the time zones; to look for them takes longer than to check a slice of accounts."""
    return sorted(available_timezones())


def _late(as_of: date) -> pl.Expr:
    """Say whether an account is past due by its days, else by its date."""
    days = pl.col("days_past_due")
    return pl.when(days.is_not_null()).then(days > 0).otherwise((pl.col("due_date") < as_of).fill_null(value=False))


def _assumed(parsed: Parsed, as_of: date) -> Iterator[Check]:
    """Tell what is assumed about the overdue part."""
    yield Check(
        "past_due_assumed",
        "past_due",
        parsed.silent("past_due") & _late(as_of),
        "is not given; the whole balance is taken as past due",
        "Add the column past_due if the lender knows the overdue part.",
        Severity.WARNING,
        set_aside=False,
    )
    yield Check(
        "no_due_date",
        "due_date",
        (pl.col("past_due") > 0) & parsed.silent("due_date") & parsed.silent("days_past_due"),
        "and days_past_due are empty although something is past due",
        "Fill one of them in; until then the account stands in the queue Verify.",
        Severity.WARNING,
        set_aside=False,
    )


def _doubtful(parsed: Parsed, as_of: date) -> Iterator[Check]:
    """Tell what can be read but is probably a mistake; it is taken as it stands."""
    day = pl.col("due_date")
    yield Check(
        "long_ago", "due_date", day < as_of - timedelta(days=_LONG_AGO_DAYS), "lies more than 20 years back",
        "Correct it, or leave it empty: spreadsheets turn an empty date into 1900.", Severity.WARNING, set_aside=False,
        shows=day,
    )  # fmt: skip
    yield Check(
        "after_as_of", "opened_on", pl.col("opened_on") > as_of, f"is after the book's date, {as_of}",
        "Correct the date, or say the book's date with  --as-of", Severity.WARNING, set_aside=False,
        shows=pl.col("opened_on"),
    )  # fmt: skip
    if "past_due" in parsed.given:
        yield Check(
            "past_due_above_balance", "past_due",
            (pl.col("past_due") > pl.max_horizontal(pl.col("balance"), pl.lit(0, dtype=pl.Int64))),
            "is more than the balance", "Compare it with the lender's system: the overdue part is one of the balance.",
            Severity.WARNING, set_aside=False, shows=check.shown("past_due"),
        )  # fmt: skip
    for name in ("account_id", "customer_id"):
        yield Check(
            "hidden_characters", name, pl.col(name).str.contains(HIDDEN), "holds hidden characters",
            "Two that look alike may be different; export it without them.", Severity.WARNING, set_aside=False,
        )  # fmt: skip


def _worth_knowing() -> Iterator[Check]:
    """Tell what is no defect but may surprise."""
    yield Check(
        "credit_balance", "balance", pl.col("balance") < 0, "is a credit balance: the lender owes the customer",
        "Nothing is needed; these accounts are kept and never called.", Severity.INFO, set_aside=False,
    )  # fmt: skip
    yield Check(
        "hidden_characters", "customer_name", pl.col("customer_name").str.contains(HIDDEN),
        "holds hidden characters", "They are kept as they are and shown harmlessly.", Severity.INFO, set_aside=False,
    )  # fmt: skip
    yield Check(
        "long_name", "customer_name", pl.col("customer_name").str.len_chars() > _LONG_NAME,
        f"is longer than {_LONG_NAME} characters", "It is kept whole and shown shortened.", Severity.INFO,
        set_aside=False,
    )  # fmt: skip


def _filled(frame: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Fill in what follows from other columns."""
    late, days = _late(as_of), pl.col("days_past_due")
    owed = pl.max_horizontal(pl.col("balance").cast(frames.MONEY), pl.lit(0, dtype=frames.MONEY))
    assumed = pl.when(late).then(owed).otherwise(pl.lit(0, dtype=frames.MONEY))
    positive = [pl.when(pl.col(name) >= 0).then(pl.col(name)).alias(name) for name in ("minimum_due", "income_monthly")]
    return frame.with_columns(
        pl.col("customer_id").fill_null(pl.col("account_id")),
        pl.when(pl.col("timezone").is_in(_zones())).then(pl.col("timezone")).alias("timezone"),
        (late & pl.col("past_due").is_null()).alias("past_due_assumed"),
        pl.when(pl.col("past_due") < 0)
        .then(0)
        .otherwise(pl.col("past_due").cast(frames.MONEY).fill_null(assumed))
        .alias("past_due"),
        pl.when(days < 0).then(0).otherwise(days).alias("days_past_due"),
        *positive,
    )


def index(checked: Checked) -> Index:
    """Return what other tables are checked against."""
    return _index(checked.frame, checked.found.rejects["account_id"].drop_nulls().unique())


def index_of(kept: pl.LazyFrame, set_aside: pl.Series) -> Index:
    """Return what day's files are checked against: accounts as they are kept, and the ids of those that were set aside."""
    return _index(_with_currency(kept, ""), set_aside)


def _index(frame: pl.LazyFrame, set_aside: pl.Series) -> Index:
    """Gather what other tables are checked against."""
    accounts = frame.select(*INDEXED, DIGITS).collect()
    digits = accounts[DIGITS].unique()
    return Index(accounts, set_aside, digits.item() if digits.len() == 1 else None)
