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
    from deskcollect.policy.model import Policies
    from deskcollect.portfolio.book import Book
    from deskcollect.scoring.card import Card

_FEED = "feed"


def feeds(read: Book, policies: Policies) -> pl.DataFrame:
    """Return the columns and kinds of transaction that some rule waits for and the book holds at least one of.

    Shape: one column `feed` of needs.FEEDS. Tables are told by the book itself.
    """
    asked = dict.fromkeys(feed for rule in policies.signals for need in rule.needs for feed in needs.alternatives(need))
    wanted = [feed for feed in asked if feed.partition(".")[0] in read.present and "." in feed]
    held = pl.collect_all([_holds(read, feed) for feed in wanted])
    return pl.DataFrame(
        {_FEED: [feed for feed, found in zip(wanted, held, strict=True) if found.item()]}, {_FEED: pl.String}
    )


def _holds(read: Book, feed: str) -> pl.LazyFrame:
    """Return in one cell 1 where a book holds what a feed names, else 0."""
    table, _, column = feed.partition(".")
    if feed.startswith(needs.KIND):
        chosen = pl.col("kind") == feed.removeprefix(needs.KIND)
    elif (back := needs.days(feed)) is not None:
        chosen = pl.col("at").dt.date() <= read.as_of - timedelta(days=back)
    else:
        chosen = pl.col(column).is_not_null()
    return read.tables[table].filter(chosen).head(1).select(pl.len())


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
