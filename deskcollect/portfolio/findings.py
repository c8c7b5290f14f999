"""Count what is wrong with the rows of a table, a whole column at a time, and tell it once a kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.portfolio.source import LINE
from deskcollect.portfolio.wording import EXAMPLES, quoted, rows_in_words
from deskcollect.records import Issue
from deskcollect.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deskcollect.portfolio.source import Source

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
REJECTS = pl.Schema(
    {"table": pl.String, "file": pl.String, "line": pl.Int64, "column": pl.String, "code": pl.String,
     "account_id": pl.String}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    """Rows of one table that share a defect.

    `when` holds for those rows. `what` ends the sentence that begins with the column. `shows` is the value to quote,
    for columns that hold no personal data. `kinds` tells defects apart that need a look at the text: then `what` and
    `remedy` come from `sentences`.
    """

    code: str
    column: str
    when: pl.Expr
    what: str = ""
    remedy: str = ""
    severity: Severity = Severity.ERROR
    set_aside: bool = True
    shows: pl.Expr | None = None
    kinds: pl.Expr | None = None
    sentences: Mapping[str, tuple[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What the checks of a table found; `good` holds for the rows that go on."""

    issues: tuple[Issue, ...]
    rejects: pl.DataFrame
    good: pl.Expr | None


def run(
    frame: pl.LazyFrame, source: Source, checks: Sequence[Check], *, key: str = "account_id", telling: bool = True
) -> Found:
    """Return what was found. One pass counts, and only what was found is looked at again.

    What does not set a row aside is told of the rows that go on, unless nobody is told (`telling`).
    """
    issues: list[Issue] = []
    rejects: list[pl.DataFrame] = []
    good: pl.Expr | None = None
    for check, count in _counted(frame, [check for check in checks if check.set_aside]):
        rows = _rows(frame, check, key)
        issues.extend(_issues(rows, source, check, count))
        rejects.append(_rejects(rows, source, check))
        passes = ~check.when.fill_null(value=False)
        good = passes if good is None else good & passes
    going_on = frame if good is None else frame.filter(good)
    for check, count in _counted(going_on, [check for check in checks if telling and not check.set_aside]):
        issues.extend(_issues(_rows(going_on, check, key), source, check, count))
    return Found(tuple(issues), pl.concat([REJECTS.to_frame(), *rejects]), good)


def gravest_first(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Return findings by their severity, else in their order."""
    return tuple(sorted(issues, key=lambda issue: _ORDER[issue.severity]))


def _counted(frame: pl.LazyFrame, checks: Sequence[Check]) -> list[tuple[Check, int]]:
    """Return the checks that hold for any row, and for how many."""
    if not checks:
        return []
    sums = [check.when.fill_null(value=False).sum().alias(str(i)) for i, check in enumerate(checks)]
    counts = frame.select(sums).collect(engine="streaming").row(0)
    return [(check, count) for check, count in zip(checks, counts, strict=True) if count]


def _rows(frame: pl.LazyFrame, check: Check, key: str) -> pl.DataFrame:
    """Return the rows a check holds for; a few examples if they go on all the same."""
    hits = frame.filter(check.when.fill_null(value=False)).select(
        pl.col(LINE),
        pl.col(key).alias("account_id"),
        (pl.lit(None) if check.shows is None else check.shows).cast(pl.String).alias("value"),
        (pl.lit(check.code) if check.kinds is None else check.kinds).alias("code"),
    )
    return (hits if check.set_aside else hits.head(EXAMPLES)).collect()


def _issues(rows: pl.DataFrame, source: Source, check: Check, count: int) -> list[Issue]:
    """Make one issue a kind."""
    found: list[Issue] = []
    for (code,), group in rows.group_by("code", maintain_order=True):
        what, remedy = (check.sentences or {}).get(str(code), (check.what, check.remedy))
        total = group.height if check.set_aside else count
        lines = group[LINE].head(EXAMPLES).to_list()
        found.append(
            Issue(
                check.severity,
                str(code),
                _sentence(rows_in_words(lines, source.unit, total), check.column, group["value"][0], what),
                remedy,
                source.place(lines[0], check.column),
                check.set_aside,
            )
        )
    return found


def _sentence(rows: str, column: str, value: str | None, what: str) -> str:
    """Say which rows, which column, and what about it; of several values the first is quoted."""
    if value is None:
        return f"{rows}: {column} {what}.".replace("  ", " ")
    if rows.endswith(")"):
        return f"{rows}: {column} {what}; the first is {quoted(value)}."
    return f"{rows}: {column} {quoted(value)} {what}."


def _rejects(rows: pl.DataFrame, source: Source, check: Check) -> pl.DataFrame:
    """Return rows that do not take part, with the reason."""
    return rows.select(
        pl.lit(source.table).alias("table"),
        pl.lit(source.file).alias("file"),
        pl.col(LINE).alias("line"),
        pl.lit(check.column).alias("column"),
        "code",
        "account_id",
    )
