"""What of a book the early-warning rules can be fed with, and how the card's score moved over three books."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.policy import needs
from deskcollect.portfolio import cycles
from deskcollect.scoring import features, score
from deskcollect.strategy import tiers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from deskcollect.policy.model import Policies
    from deskcollect.portfolio.book import Book
    from deskcollect.scoring.card import Card

_FEED = "feed"


def feeds(tables: Mapping[str, Sequence[pl.LazyFrame]], policies: Policies, *, until: date) -> pl.DataFrame:
    """Return the columns and kinds of transaction that some rule waits for and of which one value at least is known.

    Args:
        tables: what is known, by table: of one book, of several, of day's files.
        policies: the rules.
        until: the day that is looked at; some rules wait for transactions of long before it.

    Shape: one column `feed` of needs.FEEDS. Which tables there are, the book tells itself.
    """
    asked = dict.fromkeys(feed for rule in policies.signals for need in rule.needs for feed in needs.alternatives(need))
    wanted = [(feed, rows) for feed in asked if "." in feed for rows in tables.get(feed.partition(".")[0], ())]
    held = pl.collect_all([_holds(rows, feed, until) for feed, rows in wanted])
    found = dict.fromkeys(feed for (feed, _), cell in zip(wanted, held, strict=True) if cell.item())
    return pl.DataFrame({_FEED: list(found)}, {_FEED: pl.String})


def _holds(rows: pl.LazyFrame, feed: str, until: date) -> pl.LazyFrame:
    """Return in one cell 1 where a table holds what a feed names, else 0."""
    if feed.startswith(needs.KIND):
        chosen = pl.col("kind") == feed.removeprefix(needs.KIND)
    elif (back := needs.days(feed)) is not None:
        chosen = pl.col("at").dt.date() <= until - timedelta(days=back)
    else:
        chosen = pl.col(feed.partition(".")[2]).is_not_null()
    return rows.filter(chosen).head(1).select(pl.len())


def fed(present: frozenset[str], held: pl.DataFrame, book_count: int) -> frozenset[str]:
    """Return what a desk has for its rules: tables, columns, its ledger, and how many books."""
    books = ((needs.SNAPSHOTS, 2), (needs.THREE_SNAPSHOTS, 3))
    return present | set(held[_FEED]) | {needs.LEDGER} | {feed for feed, least in books if book_count >= least}


def trend(now: frames.Points, then: Book | None, policies: Policies, model: Card) -> frames.Trend:
    """Compare what the card alone says now and said of an earlier book.

    Shape: one row an account of `now`, in its order. Nulls: an account that the earlier book has not.
    """
    ranked = _ranked(now, policies)
    if then is None:
        nothing = (pl.lit(None, column.dtype).alias(column.name) for column in frames.TREND[1:])
        return frames.Trend(frames.stamp(ranked.with_columns(nothing), frames.TREND))
    wide = cycles.cycles(then.accounts, then.statements, as_of=then.as_of)
    points = score.points(model, features.features(wide, model.own))
    old = _ranked(points, policies).select("account_id", pl.col("rank").alias("was"), score_two_ago="score")
    both = ranked.join(old, on="account_id", how="left", maintain_order="left")
    return frames.Trend(
        frames.stamp(both.with_columns((pl.col("rank") - pl.col("was")).alias("tiers_fallen")), frames.TREND)
    )


def _ranked(points: frames.Points, policies: Policies) -> pl.LazyFrame:
    """Return score and rank of tier that the card alone makes."""
    return score.scores(points).select("account_id", "score", tiers.rank(policies).alias("rank"))
