"""deskcollect alerts evaluate: past warnings held against what came of the accounts."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import output, place
from deskcollect.cli.options import (
    AsOfOption,
    CurrencyOption,
    DateFormatOption,
    DeskOption,
    EncodingOption,
    JsonOption,
    read_day,
)
from deskcollect.cli.table import Column, table
from deskcollect.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.cli.reading import Asked
    from deskcollect.cli.table import Cell
    from deskcollect.desk.alerts.foreseen import Foreseen, Group, Looked, Match, Share, Spread, Track
    from deskcollect.present.lines import Line
    from deskcollect.present.shapes import Glyphs
    from deskcollect.records import Figure

_WIDTH = 100
_ROOMY = 104
_HORIZON_DAYS = 92

OutcomesOption = Annotated[
    Path | None,
    typer.Option("--outcomes", metavar="FILE", help="What became of each account after: account_id and bad (1/0)."),
]
HorizonOption = Annotated[
    int, typer.Option("--horizon", metavar="DAYS", help="Days within which something must come of a warning.")
]


def evaluate(
    book: Annotated[
        Path | None,
        typer.Argument(metavar="[BOOK]", help="A book with statements; else the desk's own books.", show_default=False),
    ] = None,
    outcomes: OutcomesOption = None,
    horizon: HorizonOption = _HORIZON_DAYS,
    as_of: AsOfOption = "",
    desk: DeskOption = None,
    encoding: EncodingOption = "",
    currency: CurrencyOption = "",
    date_format: DateFormatOption = "",
    json: JsonOption = False,
) -> int:
    """Hold past warnings against what came of the accounts.

    With BOOK its months one after another, each as it was; else the books of the desk. By rule and level: how many of the warned went bad, how long before, how many of the bad were warned of.
    """
    from deskcollect.cli.reading import Asked, require_no_reading, tell_left_out, tell_set_aside
    from deskcollect.desk.alerts.foreseen import require_days
    from deskcollect.present.glyphs import choose

    require_days(horizon)
    if book is None:
        require_no_reading(as_of, encoding, currency, date_format)
        found = _of_desk(desk, outcomes, horizon)
    else:
        asked = Asked(book, read_day(as_of, "--as-of"), encoding, currency, date_format, desk)
        found = _of_book(asked, outcomes, horizon)
    if json:
        output.single(as_object(found))
    else:
        glyphs = choose()
        output.lines(report(found, glyphs, output.width() or _WIDTH), glyphs)
    if found.book is not None and book is not None:
        tell_set_aside(found.book, asked)
    if found.outcomes and outcomes:
        tell_left_out(outcomes.name, found.outcomes.left_out, found.outcomes.issues)
    return ExitCode.OK


def _of_desk(desk: Path | None, outcomes: Path | None, horizon: int) -> Foreseen:
    """Look back at the books of a desk."""
    from deskcollect.desk.alerts import foreseen

    with place.opened(desk) as standing:
        told = foreseen.Told(outcomes, standing.settings) if outcomes else None
        found = foreseen.of_desk(standing, horizon_days=horizon, told=told)
        place.say_head(standing)
        return found


def _of_book(asked: Asked, outcomes: Path | None, horizon: int) -> Foreseen:
    """Look back at the months of a book, with the policies of a desk or those that ship."""
    from deskcollect.cli.reading import read_book
    from deskcollect.desk.alerts import foreseen
    from deskcollect.desk.cards import model
    from deskcollect.policy import load
    from deskcollect.settings import Settings

    with place.opened(asked.desk) if asked.desk else nullcontext() as standing:
        card = model.chosen("", standing)
        told, policies = (standing.settings, standing.policies) if standing else (Settings(), load.load())
        read = read_book(asked, told, kept=list(card.own.values()))
        if standing:
            place.say_head(standing)
    dated = replace(told, date_format=asked.date_format or told.date_format)
    became = foreseen.Told(outcomes, dated, asked.encoding) if outcomes else None
    return foreseen.of_book(read, policies, card, horizon_days=horizon, told=became)


# --- for people ----------------------------------------------------------------------------------------------------------


def report(found: Foreseen, glyphs: Glyphs, width: int) -> Iterator[Line | str]:
    """Return everything as lines."""
    from deskcollect.present import foreseen as words
    from deskcollect.present.lines import line, wrapped

    for entry in words.heading(found):
        yield from wrapped(entry, width, 0)
    for text in words.remarks(found):
        yield from wrapped(line((f"{glyphs.warning} ", "warning"), text), width, 2)
    yield from _group("Not past due when looked at", found.current, found, glyphs, width)
    if found.current.beside:
        yield from _beside(found.current.beside, width)
    again = "Past due when looked at: bad means two or more cycles again, or still"
    yield from _group(again, found.late, found, glyphs, width)
    yield ""
    told = words.cases(found)
    yield from wrapped(line((told, "muted")), width, 0) if told else _handled(found, glyphs, width)


def _group(title: str, group: Group, found: Foreseen, glyphs: Glyphs, width: int) -> Iterator[Line | str]:
    """Return the days of a group and what came of its warnings."""
    from deskcollect.present import foreseen as words
    from deskcollect.present.lines import line, wrapped

    yield ""
    yield from wrapped(line((title, "bold")), width, 0)
    if not group.looked:
        yield line(("No accounts of which anything is known afterwards.", "muted"))
        return
    days = [Column("Day"), *(Column(name, "right") for name in ("Accounts", "Bad", "Share", "Warned", "Then bad"))]
    yield from table([*days, Column("95 %")], [_day(each) for each in group.looked], width)
    yield ""
    rows = [_track(words.name(each, found, glyphs), each) for each in group.tracks if not words.quiet(each)]
    columns = [
        Column("Warnings", least=16),
        *(Column(name, "right") for name in ("Warned", "Then bad")),
        *(Column("95 %"), Column("Found", "right"), Column("Days ahead", "right"), Column("25–75 %")),
        *(Column("Of", "right", may_go=True), Column("Per 1,000", "right", may_go=True)),
    ]
    yield from table(columns, rows, width)
    yield from (row for text in words.never(group, found) for row in wrapped(line((text, "muted")), width, 0))


def _day(of: Looked) -> list[Cell]:
    """Return the cells of one day."""
    from deskcollect.desk.alerts.foreseen import share
    from deskcollect.present import foreseen as words

    followed, interval = words.rate(share(of.warned))
    bad = words.part(of.bad.part, of.bad.whole)
    counts = [words.accounts(number) for number in (of.bad.whole, of.bad.part)]
    return [words.day(of.day), *counts, bad, words.accounts(of.warned.whole), followed, (interval, "muted")]


def _track(name: str, of: Track) -> list[Cell]:
    """Return the cells of one rule or level."""
    from deskcollect.desk.alerts.foreseen import share
    from deskcollect.present import foreseen as words

    followed, interval = words.rate(share(of.followed))
    ahead, quartiles = words.spread(of.lead)
    return [
        *(name, words.accounts(of.followed.whole), followed, (interval, "muted")),
        *(words.part(of.found.part, of.found.whole), ahead, (quartiles, "muted")),
        *(words.accounts(of.lead.count if of.lead else 0), words.per_thousand(of.rate)),
    ]


def _beside(matches: tuple[Match, ...], width: int) -> Iterator[Line | str]:
    """Return the comparison with everyone who uses more than nine tenths of the limit."""
    from deskcollect.present.lines import line, wrapped

    yield ""
    title = line(("Beside everyone over 90 % of the limit", "bold"), ", as many accounts of either, not past due")
    yield from wrapped(title, width, 0)
    roomy = width >= _ROOMY
    rows = [_match(each, roomy=roomy) for each in matches]
    columns = [
        *(Column("Day"), Column("Down to"), Column("Of each", "right"), Column("Desk", "right")),
        *(Column("Over 90 %", "right"), Column("More", "right"), Column("95 %")),
    ]
    if roomy:
        columns += [Column("Fullest", "right"), Column("More", "right"), Column("95 %")]
    yield from table(columns, rows, width)


def _match(of: Match, *, roomy: bool) -> list[Cell]:
    """Return the cells of one comparison; the fullest limits too where there is room."""
    from deskcollect.present import foreseen as words

    lot, lot_interval = words.points(of.by_lot)
    fullest, full_interval = words.points(of.fullest)
    told: list[Cell] = [words.day(of.day), of.level, words.accounts(of.volume), words.part_of(of.ours)]
    told += [words.part_of(of.theirs), lot, (lot_interval, "muted")]
    return [*told, words.part_of(of.theirs_fullest), fullest, (full_interval, "muted")] if roomy else told


def _handled(found: Foreseen, glyphs: Glyphs, width: int) -> Iterator[Line | str]:
    """Return what people made of the cases."""
    from deskcollect.desk.alerts.foreseen import share
    from deskcollect.present import foreseen as words
    from deskcollect.present.lines import line

    yield line(("What people made of them", "bold"))
    rows: list[list[Cell]] = []
    for each in found.handled:
        false, interval = words.rate(share(each.false_alarms))
        counts = [words.accounts(number) for number in (each.cases, each.false_alarms.whole)]
        looked = [words.accounts(each.hours.count if each.hours else 0), words.took(each.hours)]
        rows.append([words.name(each, found, glyphs), *counts, false, (interval, "muted"), *looked])
    names = ("Cases", "Closed", "False alarm")
    columns = [Column("Warnings", least=16), *(Column(name, "right") for name in names), Column("95 %")]
    yield from table([*columns, Column("Acknowledged", "right"), Column("After", "right")], rows, width)


# --- for programs --------------------------------------------------------------------------------------------------------


def as_object(found: Foreseen) -> dict[str, Any]:
    """Return everything as one object."""
    return {
        "of": found.where,
        "bad": "two or more cycles past due" + (", or defaulted" if found.outcomes else ""),
        "horizon_days": found.horizon_days,
        "known_until": found.until,
        "not_past_due": _group_object(found.current),
        "past_due": _group_object(found.late),
        "cases": [
            {
                "kind": each.kind,
                "name": each.name or "all",
                "cases": each.cases,
                "closed": each.false_alarms.whole,
                "false_alarms": _share(each.false_alarms),
                "acknowledged": each.hours.count if each.hours else 0,
                "hours_to_acknowledge": _spread(each.hours),
            }
            for each in found.handled
        ],
        "silent": [{"rule": rule, "needs": needs} for rule, needs in found.silent],
    }


def _group_object(group: Group) -> dict[str, Any]:
    """Return one group as an object."""
    return {
        "days": [
            {
                "day": each.day,
                "known_until": each.until,
                "accounts": each.bad.whole,
                "bad": each.bad.part,
                "warned": each.warned.whole,
                "precision": _share(each.warned),
            }
            for each in group.looked
        ],
        "warnings": [
            {
                "kind": each.kind,
                "name": each.name or "all",
                "warned": each.followed.whole,
                "followed": each.followed.part,
                "precision": _share(each.followed),
                "bad": each.found.whole,
                "found": each.found.part,
                "recall": each.found.part / each.found.whole if each.found.whole else None,
                "days_ahead": _spread(each.lead),
                "per_thousand": each.rate,
            }
            for each in group.tracks
        ],
        "over_90_percent": [
            {
                "day": each.day,
                "level": each.level,
                "desk": each.flagged,
                "over_90": each.full,
                "of_each": each.volume,
                "desk_precision": each.ours,
                "over_90_precision": each.theirs,
                "fullest_precision": each.theirs_fullest,
                "difference": _interval(each.by_lot),
                "difference_fullest": _interval(each.fullest),
            }
            for each in group.beside
        ],
    }


def _share(of: Share) -> dict[str, float] | None:
    """Return a share with its interval, null of nothing."""
    from deskcollect.desk.alerts.foreseen import share

    found = share(of)
    return None if found is None else _interval(found)


def _interval(of: Figure) -> dict[str, float]:
    """Return a figure with its interval."""
    return {"value": of.value, "low": of.low, "high": of.high}


def _spread(of: Spread | None) -> dict[str, float] | None:
    """Return a middle and its quartiles."""
    return None if of is None else {"n": of.count, "median": of.middle, "q1": of.low, "q3": of.high}
