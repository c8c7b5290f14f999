"""A book held against the lender's first one and against the accounts that the card was fitted on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.desk.cards import model
from deskcollect.desk.desk import SNAPSHOTS
from deskcollect.errors import BadUse
from deskcollect.portfolio import cycles, snapshots
from deskcollect.scoring import card as cards
from deskcollect.scoring import counts, drift, features, score

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from typing import Literal

    from deskcollect.desk.cards.model import Title
    from deskcollect.desk.desk import Desk
    from deskcollect.desk.make import Book
    from deskcollect.records import Drift
    from deskcollect.scoring.card import Card
    from deskcollect.scoring.counts import Counts
    from deskcollect.vocabulary import AlertLevel

FEWEST, FEW, FEW_BINS = drift.FEWEST, drift.FEW, drift.FEW_BINS


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a book differs from a reference: the first book, of the day `on`, or the card's training accounts.

    `statements` are how many an account has in the mean, in both books; None where the reference does not say.
    """

    against: Literal["first", "training"]
    on: date | None
    drift: Drift
    statements: tuple[float, float] | None = None

    @property
    def level(self) -> AlertLevel | None:
        """Return the gravest alarm of score and characteristics."""
        levels = [each.stability.level for each in self.drift.shifts if each.stability]
        return drift.worst([*levels, self.drift.score.level if self.drift.score else None])


@dataclass(frozen=True, slots=True)
class Watched:
    """A book and what it was held against; `alone` says that there is no earlier book to hold it against."""

    card: Card
    titles: Mapping[str, Title]
    as_of: date
    count: int
    alone: bool
    comparisons: tuple[Comparison, ...]


def of_desk(desk: Desk, card: Card) -> Watched:
    """Hold the newest book of a desk against its first and against the card's training.

    Errors: BadUse when the desk has no book; BadBook when a snapshot is damaged.
    """
    dates = desk.dates
    if not dates:
        raise BadUse("This desk has no book yet.", "Give it one with  deskcollect import BOOK")
    return of_book(_kept(desk, dates[-1]), card, desk)


def of_book(read: Book, card: Card, desk: Desk | None = None) -> Watched:
    """Hold a book against the first one of a desk, if there is one before it, and against the card's training.

    Errors: BadBook when a snapshot is damaged.
    """
    earlier = [day for day in desk.dates if day < read.as_of] if desk else []
    first = _kept(desk, earlier[0]) if desk and earlier else None
    made = _features(read, card)
    return Watched(
        card=card,
        titles=model.model(card).titles,
        as_of=read.as_of,
        count=made.height,
        alone=first is None,
        comparisons=tuple(_comparisons(card, made, first)),
    )


def _kept(desk: Desk, day: date) -> Book:
    """Return a book of a desk that is as it was written."""
    snapshots.verify(desk.folder / SNAPSHOTS, day)
    return snapshots.read(desk.folder / SNAPSHOTS, day)


def _comparisons(card: Card, made: pl.DataFrame, first: Book | None) -> Iterator[Comparison]:
    """Go through the references that there are."""
    now: Counts = counts.counted(card, made)
    scores = _scores(card, made)
    if first is not None:
        before = _features(first, card)
        moved = drift.of_scores(drift.spread(_scores(card, before)), scores)
        known = (_statements(before), _statements(made))
        yield Comparison("first", first.as_of, drift.drift(card, counts.counted(card, before), now, moved), known)
    trained = counts.trained(card)
    if trained is not None:
        moved = drift.of_scores(card.scores, scores) if card.scores else None
        yield Comparison("training", None, drift.drift(card, trained, now, moved))


def with_scores(card: Card, trained_on: pl.DataFrame) -> Card:
    """Return a card that says how its scores spread over the accounts it was fitted on, given as their features."""
    return cards.sealed(replace(card, scores=drift.spread(_scores(card, trained_on))))


def _features(read: Book, card: Card) -> pl.DataFrame:
    """Return the features of a book's accounts that a card may ask for."""
    wide = cycles.cycles(read.accounts, read.statements, as_of=read.as_of).collect()
    return features.features(frames.Cycles(wide.lazy()), card.own).collect()


def _scores(card: Card, made: pl.DataFrame) -> pl.Series:
    """Return each account's score by the card alone."""
    points = score.points(card, frames.Features(made.lazy()))
    return points.select(score.scaled(pl.col("card_milli"))).collect().to_series()


def _statements(made: pl.DataFrame) -> float:
    """Return how many statements an account has in the mean, six at most."""
    return float(made["statements_count"].to_numpy().mean())
