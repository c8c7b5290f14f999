"""How desks and scored files come to be: a new desk from a book, the demo, a scored book."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from deskcollect import aside, frames, resources, settings
from deskcollect.clock import Clock, local_zone_name
from deskcollect.desk import books
from deskcollect.desk.desk import POLICIES, SET_ASIDE, SNAPSHOTS, Desk, open_desk
from deskcollect.desk.pipeline import Moment, conclude
from deskcollect.desk.scored import SCORED, Way, reasons, scored
from deskcollect.errors import BadUse
from deskcollect.ledger import document
from deskcollect.policy import load as policy_files
from deskcollect.portfolio import book, rejected, snapshots
from deskcollect.portfolio.own_columns import Asked
from deskcollect.scoring import card as cards
from deskcollect.scoring import features
from deskcollect.settings import Settings
from deskcollect.vocabulary import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from deskcollect.policy.model import Policies

Book = book.Book  # the doors speak of a book without knowing its room
DEMO_ZONE = "Asia/Taipei"
_DEMO_BATCH = 50  # what is written as one is lost as one
DEMO_PEOPLE = {"ana": Role.COLLECTOR, "ben": Role.COLLECTOR, "mei": Role.LEAD, "jo": Role.LEAD}


def create(folder: Path, read: book.Book, told: Settings, clock: Clock | None = None) -> Desk:
    """Make a desk: settings, policies to edit, the first snapshot, an empty ledger. Without a clock it is the system's.

    Errors: BadUse when there is a desk already.
    """
    if (folder / settings.FILE).exists():
        raise BadUse(f"There is a desk in {folder} already.", "Bring its next book with  deskcollect import BOOK")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place_policies(folder)
    snapshots.save(folder / SNAPSHOTS, read, imported_at=(clock or Clock(told.zone)).now())
    rejected.keep(folder / SET_ASIDE, read)
    settings.write(folder, told)
    return open_desk(folder, clock)


def place_policies(folder: Path) -> None:
    """Copy the shipped policy files into a desk, to be edited there."""
    target = folder / POLICIES
    target.mkdir(mode=0o700, exist_ok=True)
    for name in policy_files.FILES:
        with aside.file(target / name) as file:
            file.write((resources.policies() / name).read_bytes())


def make_demo(folder: Path) -> Desk:
    """Make the throw-away demo desk from sample_data: three books and a ledger of three months."""
    source = resources.sample_data() / "demo"
    told = Settings(
        name="demo",
        desk_id=settings.new_desk_id(),
        time_zone=DEMO_ZONE,
        currency="TWD",
        demo=True,
        people=DEMO_PEOPLE,
        me="ana",
    )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in sorted((source / "books").iterdir()):
        day = date.fromisoformat(path.name)
        read = book.read_book(path, as_of=day, today=day, default_currency=told.currency)
        snapshots.save(folder / SNAPSHOTS, read, imported_at=datetime.combine(day, datetime.min.time(), UTC))
    settings.write(folder, told)
    desk = open_desk(folder)
    with (source / "ledger.jsonl").open(encoding="utf-8") as lines:
        events = [replace(document.read(json.loads(line), seq=0, digest=""), origin=None) for line in lines]
    for start in range(0, len(events), _DEMO_BATCH):
        desk.ledger.record_many(events[start : start + _DEMO_BATCH], recorded_at=desk.clock.now())
    return desk


def new_settings(folder: Path, *, by: str, currency: str, columns: dict[str, str], date_format: str) -> Settings:
    """Return the settings of a new desk at this machine."""
    return Settings(
        name=folder.name or "desk",
        desk_id=settings.new_desk_id(),
        time_zone=local_zone_name(),
        currency=currency,
        columns=columns,
        date_format=date_format,
        me=by,
        people={by: Role.COLLECTOR} if by else {},
    )


def read_book(
    path: Path,
    told: Settings | None = None,
    *,
    as_of: date | None = None,
    encoding: str = "",
    kept: Sequence[str] = (),
    needed: Sequence[str] = (),
) -> book.Book:
    """Read a lender's book where no desk is open, with the columns, date format and currency of some settings.

    Of the lender's own columns those of the settings are read, those that are `kept` besides, and those that are `needed`.

    Errors: BadBook, BadUse.
    """
    told = told or Settings()
    return book.read_book(
        path,
        columns=told.columns,
        date_format=told.date_format,
        encoding=encoding,
        as_of=as_of,
        today=Clock(told.zone).today(),
        default_currency=told.currency,
        asked=Asked((*told.own_columns, *kept), needed),
    )


def score_book(
    read: book.Book, policies: Policies, *, with_reasons: bool = True, desk: Desk | None = None
) -> pl.LazyFrame:
    """Score a book, with what a desk has recorded if one is given.

    Shape: one row an account in the book's order: account_id, score, prob_default, tier, card, reasons, coverage.
    """
    if desk is not None:
        return _score_at(desk, read, with_reasons=with_reasons)
    by = Way(policies, cards.load("default"), read.as_of, with_reasons)
    return scored(read.accounts, read.statements, by).lazy()


def _score_at(desk: Desk, read: book.Book, *, with_reasons: bool) -> pl.LazyFrame:
    """Score a book as a desk does or would do: with its policies, its ledger and the books before."""
    folder = desk.folder / SNAPSHOTS
    known = read.as_of in desk.dates and snapshots.read(folder, read.as_of).digest == read.digest
    if known:
        books.verify(folder, desk.dates)
        standing = desk.standing(read.as_of)
    else:
        standing = books.joined(folder, read).stand(desk.policies, desk.card)
    now = desk.clock.now()
    result = conclude(
        standing, desk.ledger.events(desk.zone), desk.policies, Moment(read.as_of, max(now.date(), read.as_of), now)
    )
    made = features.features(frames.Cycles(standing.cycles.lazy()), desk.card.own)
    told = reasons(desk.card, frames.Features(made), wanted=with_reasons)
    order = read.accounts.select("account_id")
    joined = order.join(result.worklist.lazy(), on="account_id", how="left", maintain_order="left")
    return joined.join(told, on="account_id", how="left", maintain_order="left").select(SCORED)
