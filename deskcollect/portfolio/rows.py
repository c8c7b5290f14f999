"""What statements, payments, transactions and contacts must satisfy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.portfolio import check, findings
from deskcollect.portfolio.accounts import Checked
from deskcollect.portfolio.check import DIGITS
from deskcollect.portfolio.findings import Check
from deskcollect.portfolio.foreign import foreign
from deskcollect.portfolio.headers import REQUIRED
from deskcollect.portfolio.order import in_turn, runs
from deskcollect.portfolio.source import LINE
from deskcollect.vocabulary import PaymentStatus, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from deskcollect.portfolio.accounts import Index
    from deskcollect.portfolio.check import Against
    from deskcollect.portfolio.values import Parsed

# The column that dates a row, and what else makes two rows of one table the same.
DATED = {"statements": "statement_date", "payments": "paid_at", "transactions": "at"}
SAME: dict[str, tuple[str, ...]] = {
    "statements": ("account_id", "statement_date"),
    "payments": ("account_id", "paid_at", "amount", "method"),
    "transactions": ("account_id", "at", "amount", "kind", "merchant"),
}
CONTACT_KINDS = ("home", "work", "mobile", "email", "address")
ASKING = "limit_request"  # the kind of a transaction that moves no money
_STATUSES = ("posted", "returned")


def examine(
    parsed: Parsed,
    index: Index,
    *,
    as_of: date,
    date_format: str = "",
    telling: bool = True,
    against: Against = check.BOOK,
) -> Checked:
    """Return the good rows of a table other than the accounts, or of some of its rows.

    Without `telling`, only what sets a row aside is looked for. `against` says in words what they are checked against.
    """
    table = parsed.source.table
    key = "customer_id" if table == "contacts" else "account_id"
    ids = runs(parsed.frame, key)
    checks = [
        *check.torn(parsed.source),
        *check.missing(parsed, *_required(table)),
        *check.unreadable(parsed, date_format),
        *check.implausible(parsed),
        *_surplus(parsed, index),
        *foreign(parsed, index),
        *_strangers(ids, index, key, against),
        *([check.future(DATED[table], as_of, against)] if table in DATED else []),
        *_own(parsed, index, ids),
    ]
    found = findings.run(parsed.frame, parsed.source, checks, key=key, telling=telling)
    rows = parsed.frame.select(pl.len()).collect().item()
    good = parsed.frame if found.good is None else parsed.frame.filter(found.good)
    return Checked(_filled(good, table), found, rows)


def _required(table: str) -> tuple[str, ...]:
    """Return the columns that no row may leave empty."""
    return tuple(choices[0] for choices in REQUIRED[table])


def _surplus(parsed: Parsed, index: Index) -> Iterator[Check]:
    """Report amounts with more decimals than the currency of their account has.

    Only rows that exceed the coarsest currency of the book are looked up, and there are seldom any.
    """
    schema = parsed.frame.collect_schema()
    digits = index.accounts.select("account_id", DIGITS)
    coarsest = digits[DIGITS].min()
    if not isinstance(coarsest, int):
        return  # no account is left: its rows are set aside for that
    for name in check.amounts(parsed):
        dtype = schema[name]
        if isinstance(dtype, pl.Decimal) and dtype.scale <= coarsest:
            continue
        finer = pl.col(name) != pl.col(name).round(coarsest)
        if index.digits is not None:
            yield check.surplus(name, finer)
            continue
        rows = parsed.frame.filter(finer).select(LINE, "account_id", name).collect()
        lines = rows.join(digits, on="account_id").filter(check.exceeds(name))[LINE]
        if lines.len():
            yield check.surplus(name, pl.col(LINE).is_in(lines.implode()))


def _strangers(ids: pl.Series, index: Index, key: str, against: Against) -> Iterator[Check]:
    """Report rows of an account that the book has not, or whose own row was set aside."""
    if ids.equals(index.accounts[key]):
        return
    unknown = ids.unique().to_frame().join(index.accounts.select(key).unique(), on=key, how="anti").to_series()
    aside = unknown.filter(unknown.is_in(index.set_aside.implode()))
    strange = unknown.filter(~unknown.is_in(index.set_aside.implode()))
    noun = key.removesuffix("_id")
    if strange.len():
        yield Check(
            f"unknown_{noun}", key, pl.col(key).is_in(strange.implode()), against.unknown,
            against.add.format(noun), shows=pl.col(key),
        )  # fmt: skip
    if aside.len():
        yield Check(
            "account_set_aside", key, pl.col(key).is_in(aside.implode()), "belongs to an account that was set aside",
            "Mend the account's own row; these rows then come back.", shows=pl.col(key),
        )  # fmt: skip


def _own(parsed: Parsed, index: Index, ids: pl.Series) -> Iterator[Check]:
    """Go through what only one table can get wrong."""
    match parsed.source.table:
        case "statements":
            yield from _statements(parsed, ids)
        case "payments":
            yield from _payments(parsed)
        case "transactions":
            yield from _transactions(parsed, index)
        case _:
            yield from _contacts()


def _statements(parsed: Parsed, ids: pl.Series) -> Iterator[Check]:
    """Report what statements alone can get wrong."""
    yield check.negative("cycles_past_due")
    yield check.negative("credit_limit")
    yield check.emptied(
        "negative", "minimum_due", pl.col("minimum_due") < 0, "is below zero and read as empty",
        "Correct it in the next export.",
    )  # fmt: skip
    yield check.emptied(
        "unknown_status",
        "payment_status",
        ~pl.col("payment_status").is_in(list(PaymentStatus)),
        "is no known status, and read as empty",
        f"Write one of {', '.join(PaymentStatus)}.",
    )
    yield from _twice(parsed, ids)


def _twice(parsed: Parsed, ids: pl.Series) -> Iterator[Check]:
    """Report two statements of one account and date: equal ones count once, different ones not at all."""
    if in_turn(parsed.frame, ids):
        return
    keys = SAME["statements"]
    content = [name for name in parsed.given if name not in keys]
    rows = parsed.frame.filter(
        pl.struct(keys).is_duplicated() & pl.all_horizontal(pl.col(keys).is_not_null())
    ).collect()
    if rows.is_empty():
        return
    differs = (pl.struct(content).n_unique() > 1).over(keys)
    rows = rows.select(LINE, differs.alias("differs"), (pl.int_range(pl.len()) > 0).over(keys).alias("again"))
    conflicting = rows.filter("differs")[LINE]
    repeated = rows.filter(~pl.col("differs") & pl.col("again"))[LINE]
    yield _lines("conflicting_statements", "statement_date", conflicting,
                 "has two different statements of one account", "Send the one that is right.")  # fmt: skip
    yield _lines("repeated_statement", "statement_date", repeated, "repeats a statement; it counts once",
                 "Nothing is needed.", severity=Severity.WARNING)  # fmt: skip


def _lines(
    code: str, column: str, lines: pl.Series, what: str, remedy: str, *, severity: Severity = Severity.ERROR
) -> Check:
    """Report rows that were found by comparing them with others."""
    return Check(code, column, pl.col(LINE).is_in(lines.implode()), what, remedy, severity)


def _payments(parsed: Parsed) -> Iterator[Check]:
    """Report what payments alone can get wrong."""
    yield Check(
        "negative", "amount", pl.col("amount") < 0, "is below zero",
        "Write a payment that came back with its positive amount and the status returned.", shows=check.shown("amount"),
    )  # fmt: skip
    yield Check(
        "no_amount", "amount", pl.col("amount") == 0, "is 0; such a row is no payment", "Nothing is needed.",
        Severity.WARNING,
    )  # fmt: skip
    yield Check(
        "unknown_status", "status", ~pl.col("status").is_in(_STATUSES), "is neither posted nor returned",
        "Write posted or returned; a payment that is not yet posted does not count.", shows=pl.col("status"),
    )  # fmt: skip
    yield from check.offset(parsed, "paid_at")
    yield from _repeated(parsed, (*SAME["payments"], "status"))


def _transactions(parsed: Parsed, index: Index) -> Iterator[Check]:
    """Report what transactions alone can get wrong."""
    yield Check(
        "no_amount", "amount", (pl.col("amount") == 0) & pl.col("kind").ne_missing(ASKING),
        "is 0; such a row is no transaction", "Nothing is needed.", Severity.WARNING,
    )  # fmt: skip
    yield from _before_opening(parsed, index)
    yield from check.offset(parsed, "at")
    yield from _repeated(parsed, (*SAME["transactions"], "channel"))


def _before_opening(parsed: Parsed, index: Index) -> Iterator[Check]:
    """Report rows of a day on which their account was not yet opened."""
    opened = index.accounts.lazy().select("account_id", "opened_on").filter(pl.col("opened_on").is_not_null())
    rows = parsed.frame.select(LINE, "account_id", pl.col("at").dt.date()).join(opened, on="account_id")
    early = rows.filter(pl.col("at") < pl.col("opened_on")).select(LINE).collect().to_series()
    if early.len():
        yield Check(
            "before_opening", "at", pl.col(LINE).is_in(early.implode()), "is before the account was opened",
            "Correct the date, or opened_on of the account.", shows=pl.col("at").dt.date(),
        )  # fmt: skip


def _repeated(parsed: Parsed, keys: Sequence[str]) -> Iterator[Check]:
    """Report rows sent twice: equal to the second. Rows that only name a day stay apart, a day may hold two alike."""
    at = pl.col(DATED[parsed.source.table])
    equal = parsed.frame.filter(pl.struct(keys).is_duplicated() & at.is_not_null() & pl.col("account_id").is_not_null())
    rows = equal.select(
        LINE, (at.dt.time() != pl.time(0, 0, 0)).alias("timed"), (pl.int_range(pl.len()) > 0).over(keys).alias("again")
    ).collect()
    again = rows.filter("again")
    timed, untimed = again.filter("timed")[LINE], again.filter(~pl.col("timed"))[LINE]
    if timed.len():
        yield _lines("sent_twice", "", timed, "repeats another to the second; it counts once",
                     "Nothing is needed.", severity=Severity.WARNING)  # fmt: skip
    if untimed.len():
        yield replace(
            _lines("alike_on_one_day", "", untimed, "is like another of the same day; each counts",
                   "Give the time of day if one of them was sent twice.", severity=Severity.INFO),
            set_aside=False,
        )  # fmt: skip


def _contacts() -> Iterator[Check]:
    """Report what contacts alone can get wrong."""
    yield Check(
        "unknown_kind", "kind", ~pl.col("kind").is_in(CONTACT_KINDS), "is no known kind of contact; it is kept",
        f"Write one of {', '.join(CONTACT_KINDS)}.", Severity.WARNING, set_aside=False, shows=pl.col("kind"),
    )  # fmt: skip


def _filled(frame: pl.LazyFrame, table: str) -> pl.LazyFrame:
    """Empty what was reported as unreadable but harmless; a payment without a status was posted."""
    if table == "statements":
        known = pl.col("payment_status").is_in(list(PaymentStatus))
        return frame.with_columns(
            pl.when(known).then(pl.col("payment_status")).alias("payment_status"),
            pl.when(pl.col("minimum_due") >= 0).then(pl.col("minimum_due")).alias("minimum_due"),
        )
    if table == "payments":
        return frame.with_columns(pl.col("status").fill_null("posted"))
    return frame
