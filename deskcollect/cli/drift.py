"""deskcollect drift: how a book differs from the first one and from the card's training, and what moved the score."""

from __future__ import annotations

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
    from deskcollect.desk.cards.drift import Comparison, Watched
    from deskcollect.desk.make import Book
    from deskcollect.present.lines import Line
    from deskcollect.present.shapes import Glyphs
    from deskcollect.records import Shift, Stability

_WIDTH = 100


def drift(
    book: Annotated[
        Path | None,
        typer.Argument(metavar="[BOOK]", help="A book; else the newest one of the desk.", show_default=False),
    ] = None,
    card: Annotated[
        str, typer.Option("--card", metavar="CARD", help="The card: bundled, or a file. Else the one that scores.")
    ] = "",
    as_of: AsOfOption = "",
    desk: DeskOption = None,
    encoding: EncodingOption = "",
    currency: CurrencyOption = "",
    date_format: DateFormatOption = "",
    json: JsonOption = False,
) -> int:
    """Say how a book differs from the first one, and what moved the score.

    It is held against the desk's first book and against the accounts the card was fitted on. Alarms know how many accounts there are. Parts of the score's change are given in points and add up.
    """
    from deskcollect.cli.reading import Asked, require_no_reading, tell_set_aside
    from deskcollect.desk.cards import drift as corridor
    from deskcollect.desk.cards import model
    from deskcollect.present.glyphs import choose

    if book is None:
        require_no_reading(as_of, encoding, currency, date_format)
        with place.opened(desk) as standing:
            found = corridor.of_desk(standing, model.chosen(card, standing))
            place.say_head(standing)
    else:
        asked = Asked(book, read_day(as_of, "--as-of"), encoding, currency, date_format, desk)
        read, found = _of_book(asked, card)
        tell_set_aside(read, asked)
    if json:
        output.single(as_object(found))
    else:
        glyphs = choose()
        output.lines(report(found, glyphs, output.width() or _WIDTH), glyphs)
    return ExitCode.OK


def _of_book(asked: Asked, card: str) -> tuple[Book, Watched]:
    """Read a book and compare it, with a desk or without."""
    from deskcollect.cli.reading import read_book
    from deskcollect.desk.cards import drift as corridor
    from deskcollect.desk.cards import model

    if asked.desk is None:
        chosen = model.chosen(card)
        read = read_book(asked, kept=list(chosen.own.values()))
        return read, corridor.of_book(read, chosen)
    with place.opened(asked.desk) as standing:
        chosen = model.chosen(card, standing)
        read = read_book(asked, standing.settings, kept=list(chosen.own.values()))
        found = corridor.of_book(read, chosen, standing)
        place.say_head(standing)
        return read, found


def report(found: Watched, glyphs: Glyphs, width: int) -> Iterator[Line | str]:
    """Return everything as lines."""
    from deskcollect.present import drift as words
    from deskcollect.present.lines import line, wrapped

    for entry in words.heading(found):
        yield from wrapped(entry, width, 0)
    for each in found.comparisons:
        yield ""
        yield from wrapped(words.title(each, glyphs), width, 0)
        for text in words.words(each):
            yield from wrapped(line(text), width, 0)
        yield ""
        yield from _moved(found, each, glyphs, width)


def _moved(found: Watched, each: Comparison, glyphs: Glyphs, width: int) -> Iterator[Line]:
    """Return what moved the score, the most first, and what did not as one row, so that the points add up."""
    from deskcollect.present import drift as words

    columns = [
        *(Column("Moved by"), Column("Changed most", least=14), Column("Before", "right")),
        *(Column("After", "right"), Column("Points", "right"), Column("CSI", "right")),
        *(Column("Alarm above", "right", may_go=True), Column("")),
    ]
    chosen, others = words.shown(each)
    rows: list[list[Cell]] = [[*words.mixed(found, each), "", "", ""]]
    for shift in chosen:
        level = shift.stability.level if shift.stability else None
        sign = (glyphs.level(level, word=True), level or "")
        rows.append([*words.moved(found, shift), *words.judged(shift), sign])
    if others:
        name, points = words.rest(others)
        rows.append([(name, "muted"), "", "", "", points, "", "", ""])
    yield from table(columns, rows, width)


def as_object(found: Watched) -> dict[str, Any]:
    """Return everything as one object."""
    return {
        "card": found.card.stamp,
        "as_of": found.as_of,
        "accounts": found.count,
        "comparisons": [_comparison(each, found.card.segment.names[1]) for each in found.comparisons],
    }


def _comparison(each: Comparison, second: str) -> dict[str, Any]:
    """Return one comparison as an object."""
    told = each.drift
    return {
        "against": each.against,
        "as_of": each.on,
        "accounts": told.counts[0],
        "level": each.level,
        "statements": None if each.statements is None else dict(zip(("before", "after"), each.statements, strict=True)),
        "mean_score": {"before": told.means[0], "after": told.means[1]},
        "score": _stability(told.score),
        "segment": {"name": second, "before": told.second[0], "after": told.second[1], "points": told.mix},
        "characteristics": [_shift(shift) for shift in told.shifts],
    }


def _shift(shift: Shift) -> dict[str, Any]:
    """Return one characteristic as an object."""
    return {
        "characteristic": shift.characteristic,
        "points": shift.points,
        "stability": _stability(shift.stability),
        "bin": {"start": shift.start, "end": shift.end, "before": shift.before, "after": shift.after},
        "known": {"before": shift.known_before, "after": shift.known_after},
    }


def _stability(found: Stability | None) -> dict[str, Any] | None:
    """Return an index as an object."""
    if found is None:
        return None
    return {"psi": found.psi, "bins": found.bins, "alarm_above": found.bound, "level": found.level}
