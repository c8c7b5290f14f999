"""What was seen of accounts on past days, as it is held against what came of them: of a book as it was, and of a desk's books."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from deskcollect import frames
from deskcollect.desk.pipeline import Conclusion, Moment, conclude
from deskcollect.portfolio.cycles import CYCLE_DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk
    from deskcollect.desk.pipeline import Standing
    from deskcollect.policy.model import Policies

BAD_CYCLES = 2


class Sighted(NamedTuple):
    """What was seen on past days: frames.LOOKS and frames.WARNED."""

    looks: pl.DataFrame
    warned: pl.DataFrame


def end_of(day: date, zone: str) -> Moment:
    """Return the end of a day."""
    return Moment(day, day, datetime.combine(day, time.max, ZoneInfo(zone)))


def together(seen: Sequence[Sighted]) -> Sighted:
    """Put the days one below the other."""
    return Sighted(pl.concat([each.looks for each in seen]), pl.concat([each.warned for each in seen]))


def concluded(found: Conclusion, day: date) -> Sighted:
    """Return what was seen on a day that was concluded."""
    return _stamped(found.worklist, found.signals, day)


def _stamped(accounts: pl.DataFrame, fired: pl.DataFrame, day: date) -> Sighted:
    """Return accounts with their levels, and signals, as what was seen on a day."""
    on = pl.lit(day).alias("looked_on")
    late = (pl.col("dpd") > 0).fill_null(value=False).alias("late")
    looks = accounts.lazy().with_columns(on, late, _gone_bad().alias("gone_bad"))
    warned = fired.lazy().with_columns(on)
    return Sighted(frames.stamp(looks, frames.LOOKS).collect(), frames.stamp(warned, frames.WARNED).collect())


def state(accounts: pl.DataFrame, day: date) -> pl.DataFrame:
    """Return frames.KNOWN by the accounts of one book."""
    told = accounts.filter(pl.col("dpd").is_not_null())
    return told.select("account_id", pl.lit(day).alias("known_on"), _gone_bad().alias("bad"))


def _gone_bad() -> pl.Expr:
    """Say whether an account is two or more cycles past due: more than one cycle's days."""
    return (pl.col("dpd") > (BAD_CYCLES - 1) * CYCLE_DAYS).fill_null(value=False)


# --- the books of a desk -------------------------------------------------------------------------------------------------


def of_books(desk: Desk, day: Day) -> tuple[Sighted, pl.DataFrame]:
    """Return what a desk saw on the day of each of its books by what was recorded until then, and frames.KNOWN of them.

    What an opening kept of past days is read where it says just that. It was looked at up to the day before the next
    book: so accounts that the ledger speaks of are concluded anew, and all of them where a rule asks what day it is.

    Args:
        desk: whose books.
        day: its newest opening.

    Errors: BadBook when a snapshot is damaged.
    """
    anew = pl.lit(value=True) if _asks_for_today(desk.policies) else _moved_by_records(desk, day)
    found, known = [], []
    for book in desk.dates:
        standing = desk.standing(book)
        rows = standing.accounts.with_row_index("_row").filter(anew)["_row"]
        read = _read(standing.accounts, day.conclusion.seen, book)
        found.append(_replaced(read, _concluded(desk, standing.at(rows), book)) if len(rows) else read)
        known.append(state(standing.accounts, book))
    return together(found), pl.concat(known)


def _asks_for_today(policies: Policies) -> bool:
    """Say whether tier, signal or level of an account may be another on another day, though nothing else changes."""
    ruled = [*policies.cuts, *policies.floors, *policies.signals, *policies.levels]
    return any("today" in rule.when.columns for rule in ruled) or any(
        rule.seen_on == "today" for rule in policies.signals
    )


def _moved_by_records(desk: Desk, day: Day) -> pl.Expr:
    """Tell the accounts that a record may have moved between the day of a book and the next."""
    told = desk.ledger.events(desk.zone).select("account_id", "customer_id").collect()
    twice = day.conclusion.seen.filter((pl.col("seen_on") > pl.col("day")) | ~pl.col("day").is_in(desk.days))
    ids = pl.concat([told["account_id"], twice["account_id"]]).unique().drop_nulls()
    return pl.col("account_id").is_in(ids.implode()) | pl.col("customer_id").is_in(
        told["customer_id"].unique().drop_nulls().implode()
    )


def _concluded(desk: Desk, standing: Standing, book: date) -> Sighted:
    """Return what is thought of some accounts on the day of a book, by what was recorded until then."""
    events = desk.ledger.events(desk.zone).filter(pl.col("occurred_on") <= book)
    return concluded(conclude(standing, events, desk.policies, end_of(book, desk.zone.key)), book)


def _read(accounts: pl.DataFrame, seen: pl.DataFrame, book: date) -> Sighted:
    """Return what frames.SIGHTINGS say of the day of a book."""
    fired = seen.filter(pl.col("day") == book, pl.col("alert_level").is_not_null()).sort("account_id", "rule")
    level = fired.group_by("account_id").agg(pl.col("alert_level").first(), pl.len().alias("signal_count"))
    told = accounts.join(level, on="account_id", how="left", maintain_order="left")
    return _stamped(told.with_columns(pl.col("signal_count").fill_null(0)), fired, book)


def _replaced(whole: Sighted, some: Sighted) -> Sighted:
    """Return what was seen with some accounts as they are in the other; each stays in its place."""
    theirs = pl.col("account_id").is_in(some.looks["account_id"].implode())
    places = whole.looks.select("account_id").with_row_index("_row")
    looks = pl.concat([whole.looks.filter(~theirs), some.looks]).join(places, on="account_id").sort("_row").drop("_row")
    warned = pl.concat([whole.warned.filter(~theirs), some.warned]).sort("account_id", "rule")
    return Sighted(looks, warned)
