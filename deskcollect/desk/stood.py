"""How accounts stand on a day: the newest book up to it, and what books and day's files tell of the time up to that day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect import frames
from deskcollect.desk import books, cache
from deskcollect.desk.pipeline import seen
from deskcollect.portfolio import snapshots
from deskcollect.scoring import recovery

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from deskcollect.desk.pipeline import Standing
    from deskcollect.policy.model import Policies
    from deskcollect.scoring.card import Card


@dataclass(frozen=True, slots=True)
class Places:
    """Where a desk keeps its books and what was worked out of them."""

    snapshots: Path
    cache: Path


def standing(places: Places, day: date, policies: Policies, card: Card) -> Standing:
    """Return how accounts stand on a day that is not before the first book.

    Errors: BadBook when a file is not what was written; it is compared where nothing of it is kept in the cache.
    """
    folder = places.snapshots
    upto = [known for known in snapshots.dates(folder) if known <= day]
    as_of, until = upto[-1], [known for known in snapshots.days(folder) if known <= day][-1]
    joined = books.joined(folder, snapshots.read(folder, as_of), until)
    declared = (column.name for column in (*frames.SCORED_FACTS, *frames.CURE, *frames.CYCLES))
    parts = (policies.hash, card.stamp, recovery.card().stamp, *declared)
    whole = cache.key(folder, upto, *parts)

    def anew(make: Callable[[Policies, Card], Standing]) -> Standing:
        snapshots.verify(folder, as_of)
        return make(policies, card)

    if not joined.files:
        return joined.beside(cache.kept(places.cache, as_of, [whole], lambda: anew(joined.stand)))
    # what was kept of the book before the first day's file does as well
    names = [whole, cache.key(folder, upto, *parts, "alone")]
    alone = cache.kept(places.cache, as_of, names, lambda: anew(joined.stand_alone))
    name = cache.key(folder, upto, *joined.stamps, *(column.name for column in frames.CONDUCT))
    behaviour = cache.kept_rows(places.cache, until, name, lambda: joined.conduct(alone.cycles))
    return joined.beside(seen(alone, behaviour.lazy(), until))
