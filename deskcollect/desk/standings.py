"""What a desk's books and day's files say by themselves on a day: kept in the cache, or made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect import frames
from deskcollect.desk import books, cache
from deskcollect.desk.pipeline import Standing, seen
from deskcollect.portfolio import snapshots
from deskcollect.scoring import recovery

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from deskcollect.desk.books import Joined
    from deskcollect.desk.desk import Desk
    from deskcollect.policy.model import Policies
    from deskcollect.scoring.card import Card

SNAPSHOTS = "snapshots"
CACHE = "cache"


def joined(desk: Desk, day: date) -> Joined:
    """Return the newest book up to a day with what those before it and day's files up to the day say."""
    folder = desk.folder / SNAPSHOTS
    as_of = [known for known in desk.dates if known <= day][-1]
    until = [known for known in desk.days if known <= day][-1]
    return books.joined(folder, snapshots.read(folder, as_of), until)


def made(desk: Desk, day: date) -> Standing:
    """Return the standing of a day; what is not in the cache is not put there.

    Errors: as of `kept`.
    """
    return kept(desk, day, keep=False)


def key(desk: Desk, day: date) -> str:
    """Return what the standing of a day depends on."""
    return cache.key(desk.folder / SNAPSHOTS, _books(desk, day), *_parts(desk), *joined(desk, day).stamps)


def _books(desk: Desk, day: date) -> list[date]:
    """Return the books up to a day."""
    return [known for known in desk.dates if known <= day]


def _parts(desk: Desk) -> tuple[str, ...]:
    """Return what every standing of a desk depends on beside its books."""
    declared = (column.name for column in (*frames.SCORED_FACTS, *frames.CURE, *frames.CYCLES))
    return (desk.policies.hash, desk.card.stamp, recovery.card().stamp, *declared)


def kept(desk: Desk, day: date, held: Standing | None = None, *, keep: bool = True) -> Standing:
    """Return the standing of a day, from the cache where it is there; else it is made, and kept if `keep` is said.

    `held` is that of another day: what the cache keeps under the name of its book is not read again. What feeds rules may
    then be of a later day, which matters only to the newest.

    Errors: BadBook when a file is not what was written; it is compared where nothing of it is kept in the cache.
    """
    folder, store = desk.folder / SNAPSHOTS, desk.folder / CACHE
    whole, upto, parts = joined(desk, day), _books(desk, day), _parts(desk)
    as_of = whole.read.as_of

    def anew(make: Callable[[Policies, Card], Standing]) -> Standing:
        snapshots.verify(folder, as_of)
        return make(desk.policies, desk.card)

    if not whole.files:
        found = cache.kept(store, as_of, [cache.key(folder, upto, *parts)], lambda: anew(whole.stand), keep=keep)
        return whole.beside(found, desk.policies)
    # what was kept of the book before the first day's file does as well
    keys = [cache.key(folder, upto, *parts, *more) for more in ((), ("alone",))]
    if held is not None and held.kept_as in keys:
        alone = held
    else:
        alone = cache.kept(store, as_of, keys, lambda: anew(whole.stand_alone), keep=keep)
    stamp = cache.key(folder, upto, *whole.stamps, *(column.name for column in frames.CONDUCT))
    behaviour = cache.kept_rows(store, whole.until, stamp, lambda: whole.conduct(alone.cycles), keep=keep)
    return whole.beside(seen(alone, behaviour.lazy(), whole.until), desk.policies)
