"""How good the early warnings were: those of past days held against what came of the accounts."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from deskcollect import frames
from deskcollect.desk.alerts import cases, watched
from deskcollect.desk.alerts.as_it_was import as_it_was, months
from deskcollect.desk.alerts.sighted import BAD_CYCLES, Sighted, concluded, end_of, of_books, together
from deskcollect.desk.cards.lessons import outcomes_of
from deskcollect.desk.desk import SNAPSHOTS
from deskcollect.desk.feeds import fed, feeds
from deskcollect.desk.pipeline import conclude, stand
from deskcollect.errors import BadBook, BadUse
from deskcollect.monitoring import against, evaluation, signals
from deskcollect.monitoring.against import Match
from deskcollect.monitoring.evaluation import Handled, Looked, Share, Spread, Track
from deskcollect.policy import needs
from deskcollect.portfolio import snapshots
from deskcollect.scoring import intervals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk
    from deskcollect.desk.make import Book
    from deskcollect.policy.model import Policies
    from deskcollect.portfolio.outcomes import Outcomes
    from deskcollect.records import Figure
    from deskcollect.scoring.card import Card
    from deskcollect.settings import Settings

__all__ = [
    "Foreseen",
    "Group",
    "Handled",
    "Looked",
    "Match",
    "Share",
    "Spread",
    "Told",
    "Track",
    "of_book",
    "of_desk",
    "share",
]

HORIZON_DAYS = 92  # three months are never longer
_DECEMBER = 12
_COMPARED_DAYS = 6  # the newest; each takes a second
_LEAST_STATEMENTS = 3  # most rules compare with two cycles before


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts that stood alike on the day they were looked at, day by day, and what came of their warnings.

    `beside` compares them, day by day, with everyone over nine tenths of the limit; empty for those past due.
    """

    looked: tuple[Looked, ...]
    tracks: tuple[Track, ...]
    beside: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Past warnings and what came of them: of accounts that were not past due on the day, and of those that were.

    `where` says what was looked at: a book as it was, or the books of a desk. `silent` names the rules that nothing could
    feed, each with the tables it lacks; `labels` what rules are called. `outcomes` is the file that told of defaults, None if none was given; `book` the one that was read, None for a desk's own.
    """

    horizon_days: int
    until: date
    current: Group
    late: Group
    handled: tuple[Handled, ...]
    silent: tuple[tuple[str, tuple[str, ...]], ...]
    labels: Mapping[str, str]
    where: str = ""
    outcomes: Outcomes | None = None
    book: Book | None = None


class Told(NamedTuple):
    """A file of outcomes, and how it is read."""

    path: Path
    settings: Settings
    encoding: str = ""


def share(of: Share) -> Figure | None:
    """Return a share with its interval, None of nothing."""
    if not of.whole:
        return None
    return intervals.wilson(of.part / of.whole * of.firm, of.firm)


# --- a book as it was ----------------------------------------------------------------------------------------------------


def of_book(
    read: Book,
    policies: Policies,
    card: Card,
    *,
    horizon_days: int = HORIZON_DAYS,
    told: Told | None = None,
    draw: tuple[int, int] = (against.SEED, against.DRAWS),
) -> Foreseen:
    """Look at a book at the end of each of its months as it was then, and see what the later ones say.

    Accounts with fewer than three statements by then are not looked at. `draw` is the seed and the number of draws of the
    comparison.

    Errors: BadUse, BadBook when nothing can be judged.
    """
    require_days(horizon_days)
    known = _states(read)
    if not known.height:
        raise BadBook(
            "The book has no statements that say how many cycles past due an account was.",
            "Give it a table statements with account_id, statement_date, balance and cycles_past_due.",
        )
    found = outcomes_of(read, told.path, told.settings, told.encoding) if told else None
    if found:
        known = pl.concat([known, _outcomes(found, read.as_of)])
    days = months(read)
    if len(days) < _LEAST_STATEMENTS or (len(days) == _LEAST_STATEMENTS and not found):
        raise BadBook(
            f"The book has statements of {len(days)} {'month' if len(days) == 1 else 'months'}: too few to look back.",
            f"Give those of {_LEAST_STATEMENTS + 1} months or more, or of {_LEAST_STATEMENTS} and  --outcomes FILE",
        )
    sighted = sighted_in_book(read, days, policies, card)
    tables = {name: [rows] for name, rows in read.tables.items()}
    able = fed(read.present - {"contacts"}, feeds(tables, policies, until=read.as_of), len(days)) - {needs.LEDGER}
    made = _foreseen(sighted, known, policies, horizon_days, able, draw)
    return replace(made, where=f"the book of {read.as_of}", outcomes=found, book=read)


def sighted_in_book(read: Book, days: Sequence[date], policies: Policies, card: Card) -> Sighted:
    """Return what the desk would have seen in a book at the end of its months, without a ledger."""
    seen, before = [], None
    enough = pl.col("statements_count") >= _LEAST_STATEMENTS
    for day in days:
        then = as_it_was(read, day)
        standing = stand(then, policies, card, before=before)
        found = conclude(standing, frames.empty(frames.EVENTS), policies, end_of(day, "UTC"))
        seen.append(concluded(replace(found, worklist=found.worklist.filter(enough)), day))
        before = then
    return together(seen)


def _states(read: Book) -> pl.DataFrame:
    """Return frames.KNOWN by the statements of a book."""
    cycles = pl.col("cycles_past_due")
    return read.statements.filter(cycles.is_not_null()).select(
        "account_id", pl.col("statement_date").alias("known_on"), (cycles >= BAD_CYCLES).alias("bad")
    ).collect()  # fmt: skip


def _outcomes(found: Outcomes, as_of: date) -> pl.DataFrame:
    """Return frames.KNOWN by a file of outcomes; one without a day was known a month after the book."""
    day = pl.col("outcome_date").fill_null(pl.lit(month_after(as_of)))
    return found.frame.select("account_id", day.alias("known_on"), "bad")


def month_after(day: date) -> date:
    """Return the same day of the next month, its last one where the month is shorter or the day is the last of its own."""
    year, month = (day.year + 1, 1) if day.month == _DECEMBER else (day.year, day.month + 1)
    last = calendar.monthrange(year, month)[1]
    whole = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month, last if whole else min(day.day, last))


# --- the books of a desk -------------------------------------------------------------------------------------------------


def of_desk(
    desk: Desk,
    *,
    horizon_days: int = HORIZON_DAYS,
    told: Told | None = None,
) -> Foreseen:
    """Look at what the desk saw on the day of each of its books, and see what the later books say.

    What people made of its cases says how many were false alarms, and how soon somebody looked.

    Errors: BadUse, BadBook when nothing can be judged.
    """
    require_days(horizon_days)
    days = desk.dates
    if len(days) + bool(told) < 2:
        raise BadUse(
            "This desk has one book: nothing is known of what came after its warnings."
            if days
            else "This desk has no book yet.",
            "Bring the next book with  deskcollect import BOOK  or look back in a book with statements:  deskcollect alerts evaluate BOOK",
        )
    with snapshots.readable(desk.folder / SNAPSHOTS):
        day = desk.load()
        sighted, known = of_books(desk, day)
        newest = snapshots.read(desk.folder / SNAPSHOTS, days[-1])
        found = outcomes_of(newest, told.path, told.settings, told.encoding) if told else None
    if found:
        known = pl.concat([known, _outcomes(found, days[-1])])
    able = fed(newest.present, desk.standing(days[-1]).feeds, len(days))
    made = _foreseen(sighted, known, desk.policies, horizon_days, able, decided=_decided(desk, day))
    return replace(
        made, where="the book of this desk" if len(days) == 1 else f"the {len(days)} books of this desk", outcomes=found
    )


def _decided(desk: Desk, day: Day) -> frames.DecidedCases:
    """Return the cases on which somebody decided, with what was made of them."""
    told = watched.decisions(desk.ledger, desk.zone)
    rows = [
        (
            account_id,
            case.level.value,
            list(case.traces),
            datetime.combine(case.opened_on, time(0)),
            min(
                (at.replace(tzinfo=None) for step in case.steps if step.decision and (at := step.decision.at)),
                default=None,
            ),
            case.verdict.value if case.verdict else None,
        )
        for account_id in told
        if day.find(account_id) is not None
        for case in cases.of_account(desk, day, account_id)
    ]
    schema = frames.polars_schema(frames.DECIDED)
    return frames.DecidedCases(pl.DataFrame(rows, schema=schema, orient="row").lazy())


# --- both ----------------------------------------------------------------------------------------------------------------


def require_days(horizon_days: int) -> None:
    """Refuse a horizon in which nothing can come.

    Errors: BadUse.
    """
    if horizon_days < 1:
        raise BadUse(
            f"--horizon {horizon_days} leaves no day for anything to come of a warning.",
            f"Give days, 1 or more, as in  --horizon {HORIZON_DAYS}",
        )


def _foreseen(
    sighted: Sighted,
    known: pl.DataFrame,
    policies: Policies,
    horizon_days: int,
    fed: frozenset[str],
    draw: tuple[int, int] = (against.SEED, against.DRAWS),
    decided: frames.DecidedCases | None = None,
) -> Foreseen:
    """Hold what was seen against what is known.

    Errors: BadUse where nothing is known within the horizon.
    """
    horizon = timedelta(days=horizon_days)
    of = evaluation.judged(frames.Looks(sighted.looks.lazy()), frames.Known(known.lazy()), horizon)
    if not of.height:
        _refuse_horizon(sighted, known, horizon_days)
    rules = [rule.id for rule in policies.signals]
    groups: dict[bool, Group] = {}
    for late in (False, True):
        chosen = of.filter(pl.col("late") == late)
        tracks = evaluation.tracks(
            chosen, frames.Looks(sighted.looks.lazy()), frames.Warned(sighted.warned.lazy()), rules
        )
        by_day = () if late else chosen.sort("looked_on").partition_by("looked_on", maintain_order=True)
        beside = tuple(
            match
            for looked in by_day[-_COMPARED_DAYS:]
            for match in against.matches(looked, seed=draw[0], draws=draw[1])
        )
        groups[late] = Group(tuple(evaluation.days(chosen)), tracks, beside)
    until = of["until"].max()
    assert isinstance(until, date)
    cases = frames.DecidedCases(frames.empty(frames.DECIDED)) if decided is None else decided
    handled = evaluation.handled(cases, rules)
    silent = signals.silent(policies, fed)
    labels = {rule.id: rule.label for rule in policies.signals}
    return Foreseen(horizon_days, until, groups[False], groups[True], handled, silent, labels)


def _refuse_horizon(sighted: Sighted, known: pl.DataFrame, horizon_days: int) -> None:
    """Say that the horizon ends before anything is known.

    Errors: BadUse.
    """
    gaps = _gaps(sighted, known)
    nearest = next(iter(sorted(gaps)), 0)
    if not nearest:
        raise BadUse(
            "Of no account that was looked at is anything known afterwards.",
            "Give later statements or books, or say with  --outcomes FILE  what became of the accounts.",
        )
    raise BadUse(
        f"Within {horizon_days} {'day' if horizon_days == 1 else 'days'} of the days looked at nothing is known of any account.",
        f"The next thing known comes {nearest} days later: give  --horizon {nearest}  or more.",
    )


def _gaps(sighted: Sighted, known: pl.DataFrame) -> Iterator[int]:
    """Go through the days between a look and what is known next, over all accounts together."""
    told = sorted(known["known_on"].unique())
    for day in sighted.looks["looked_on"].unique():
        yield from ((later - day).days for later in told if later > day)
