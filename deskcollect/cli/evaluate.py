"""deskcollect evaluate: a card held against what became of the accounts, alone or beside another."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import diagnostics, output, place
from deskcollect.cli.options import (
    AsOfOption,
    BookArgument,
    CurrencyOption,
    DateFormatOption,
    DeskOption,
    EncodingOption,
    JsonOption,
    read_day,
)
from deskcollect.cli.table import Column, table
from deskcollect.errors import BadUse, ExitCode
from deskcollect.present.width import cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deskcollect.cli.reading import Asked
    from deskcollect.desk.cards.judge import Group, Judged, Judgement
    from deskcollect.present.lines import Line
    from deskcollect.present.shapes import Glyphs
    from deskcollect.records import Figure

    Cell = str | tuple[str, str]

_WIDTH = 100
_PAGES = (".html",)
_GAP = 2

OutcomesOption = Annotated[
    Path, typer.Option("--outcomes", metavar="FILE", help="What became of each account: account_id and bad (1/0).")
]
CardOption = Annotated[
    str, typer.Option("--card", metavar="CARD", help="The card to judge: bundled, or a file. Else the one that scores.")
]
AgainstOption = Annotated[str, typer.Option("--against", metavar="CARD", help="A second card, side by side.")]


def evaluate(
    book: BookArgument,
    outcomes: OutcomesOption,
    card: CardOption = "",
    against: AgainstOption = "",
    to: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write a page, .html.")] = None,
    as_of: AsOfOption = "",
    desk: DeskOption = None,
    encoding: EncodingOption = "",
    currency: CurrencyOption = "",
    date_format: DateFormatOption = "",
    json: JsonOption = False,
) -> int:
    """Hold a card against what became of the accounts.

    Every measure comes with the interval in which it lies in 95 of 100 cases. With --desk its card, columns and tiers count.
    """
    from deskcollect.cli import files
    from deskcollect.cli.reading import Asked, tell_left_out, tell_set_aside
    from deskcollect.present.glyphs import choose

    if to:
        files.known_format(to, _PAGES)
    if to and json:
        raise BadUse("--json prints, --output writes a page.", "Give one of them.")
    asked = Asked(book, read_day(as_of, "--as-of"), encoding, currency, date_format, desk)
    found, head = _judged(asked, outcomes, [card, against] if against else [card])
    if to:
        _write(found, to, head)
    elif json:
        output.single(as_object(found))
    else:
        glyphs = choose()
        output.lines(report(found, glyphs, output.width() or _WIDTH), glyphs)
    tell_set_aside(found.book, asked)
    tell_left_out(outcomes.name, found.left_out, found.issues)
    return ExitCode.OK


def _judged(asked: Asked, outcomes: Path, names: list[str]) -> tuple[Judgement, str]:
    """Read book and outcomes and judge the cards; return with it the head of the desk's ledger, if it has one."""
    from deskcollect.cli.reading import read_book
    from deskcollect.desk.cards import judge, model
    from deskcollect.policy import load
    from deskcollect.settings import Settings

    with place.opened(asked.desk) if asked.desk else nullcontext() as desk:
        chosen = [model.chosen(name, desk) for name in names]
        told, policies = (desk.settings, desk.written) if desk else (Settings(), load.load())
        head = place.say_head(desk) if desk else ""
    dated = replace(told, date_format=asked.date_format or told.date_format)
    kept = [header for card in chosen for header in card.own.values()]
    read = read_book(asked, told, kept=kept)
    return judge.judge(read, outcomes, policies, chosen, dated, asked.encoding), head


# --- for people ----------------------------------------------------------------------------------------------------------


def report(found: Judgement, glyphs: Glyphs, width: int) -> Iterator[Line | str]:
    """Return everything as lines."""
    from deskcollect.present import curves, judge
    from deskcollect.present.lines import line, wrapped

    yield from (row for entry in judge.heading(found) for row in wrapped(entry, width))
    for text in judge.remarks(found):
        yield from wrapped(line((f"{glyphs.warning} ", "warning"), text), width, 2)
    yield ""
    yield from _overall(found, width)
    if found.differences:
        yield from _compared(found, width)
    yield ""
    yield from curves.pictures(found, glyphs, width)
    for each in found.cards:
        yield ""
        yield from _by_group(each, width, named=len(found.cards) > 1)
    if found.differences:
        yield ""
        yield from _by_difference(found, width)


def _overall(found: Judgement, width: int) -> Iterator[Line]:
    """Return the measures of all accounts."""
    from deskcollect.present import judge

    alone = len(found.cards) == 1
    titles = ("",) if alone else judge.ORDER
    columns = [
        Column("All accounts"),
        *(column for title in titles for column in (Column(title, "right"), Column("95 %"))),
    ]
    rows: list[list[Cell]] = [
        [told.name, *(cell for each in found.cards for cell in _figure(name, each.whole.figures[name]))]
        for name, told in judge.MEASURES.items()
    ]
    if alone:
        columns.append(Column("", least=0))
        rows = [[*row, (told.meaning, "muted")] for row, told in zip(rows, judge.MEASURES.values(), strict=True)]
    yield from table(columns, rows, width)


def _compared(found: Judgement, width: int) -> Iterator[Line | str]:
    """Return the difference of two cards over all accounts."""
    from deskcollect.present import judge

    made = [(name, judge.difference(name, figure)) for name, figure in found.differences[0].figures.items()]
    rows: list[list[Cell]] = [
        [judge.MEASURES[name].name, value, (interval, "muted"), verdict] for name, (value, interval, verdict) in made
    ]
    yield ""
    yield from table(
        [Column("First less second"), Column("", "right"), Column("95 % interval"), Column("", may_go=True)],
        rows,
        width,
    )


def _figure(name: str, found: Figure | None) -> tuple[Cell, Cell]:
    """Return a measure and its interval."""
    from deskcollect.present import judge

    value, interval = judge.figure(name, found)
    return value, (interval, "muted")


def _by_group(judged: Judged, width: int, *, named: bool) -> Iterator[Line]:
    """Return the measures of segments and tiers, as many beside each other as there is room for."""
    from deskcollect.present import judge
    from deskcollect.present.lines import line
    from deskcollect.present.numbers import percent

    groups = [group for group in judged.groups if group.figures]
    of = f": {judged.card.stamp}" if named else ""
    yield line((f"By segment and tier{of}", "bold"))
    first: list[tuple[Column, list[Cell]]] = [
        (Column(""), [judge.name_of(group) for group in groups]),
        (Column("Accounts", "right"), [f"{group.count:,}" for group in groups]),
        (Column("Bad", "right"), [percent(group.bad_rate.value, 1) for group in groups]),
    ]
    measures = [
        [
            (Column(told.name, "right"), [_figure(name, group.figures[name])[0] for group in groups]),
            (Column("95 %"), [_figure(name, group.figures[name])[1] for group in groups]),
        ]
        for name, told in judge.MEASURES.items()
    ]
    yield from _packed(first, measures, width)
    for group in judged.groups:
        if not group.figures:
            yield line((judge.same(group), "muted"))


def _packed(
    first: list[tuple[Column, list[Cell]]], measures: list[list[tuple[Column, list[Cell]]]], width: int
) -> Iterator[Line]:
    """Return tables below each other, each as wide as it may be; the first column stands in all of them."""
    from deskcollect.present.lines import line

    chosen = list(first)
    fresh = True
    for measure in measures:
        if not fresh and sum(map(_wide, [*chosen, *measure])) - _GAP > width:
            yield from _table(chosen, width)
            yield line("")
            chosen = first[:1]
        chosen = [*chosen, *measure]
        fresh = False
    yield from _table(chosen, width)


def _table(columns: list[tuple[Column, list[Cell]]], width: int) -> Iterator[Line]:
    """Return columns as a table."""
    rows = list(zip(*(found for _, found in columns), strict=True))
    yield from table([column for column, _ in columns], rows, width)


def _wide(column: tuple[Column, list[Cell]]) -> int:
    """Return the cells of a column and the gap behind it."""
    texts = [column[0].title, *(cell if isinstance(cell, str) else cell[0] for cell in column[1])]
    return max(map(cells, texts)) + _GAP


def _by_difference(found: Judgement, width: int) -> Iterator[Line]:
    """Return what the first card has more than the second, by segment and tier."""
    from deskcollect.present import judge
    from deskcollect.present.lines import line

    told = [each for each in found.differences if each.figures]
    yield line(("First less second, by segment and tier of the first", "bold"))
    first: list[tuple[Column, list[Cell]]] = [(Column(""), [judge.name_of(each) for each in told])]
    measures: list[list[tuple[Column, list[Cell]]]] = []
    for name in told[0].figures:
        made = [judge.difference(name, each.figures[name]) for each in told]
        values: list[Cell] = [value for value, _, _ in made]
        edges: list[Cell] = [(interval, "muted") for _, interval, _ in made]
        measures.append([(Column(judge.MEASURES[name].name, "right"), values), (Column("95 %"), edges)])
    yield from _packed(first, measures, width)


# --- for programs and browsers -----------------------------------------------------------------------------------------


def as_object(found: Judgement) -> dict[str, Any]:
    """Return everything as one object."""
    whole = found.cards[0].whole
    return {
        "as_of": found.book.as_of,
        "accounts": found.book_count,
        "outcomes": whole.count,
        "bad": whole.bad_count,
        "left_out": found.left_out,
        "cards": [_card(each) for each in found.cards],
        "differences": [
            {"kind": each.kind, "name": each.name or "all", **_figures(each.figures)} for each in found.differences
        ],
    }


def _card(judged: Judged) -> dict[str, Any]:
    """Return one card's figures as an object."""
    return {
        "card": judged.card.stamp,
        "target": judged.card.target,
        "in_sample": judged.seen or None,
        "coverage": judged.coverage,
        "groups": [_group(group) for group in judged.groups],
        "gains": judged.gains,
        "calibration": [
            {"accounts": each.count, "chance": each.chance, "bad_rate": _interval(each.bad_rate)}
            for each in judged.bands
        ],
        "scores": [{"from": each.start, "good": each.good, "bad": each.bad} for each in judged.scores],
    }


def _group(group: Group) -> dict[str, Any]:
    """Return one group as an object; its measures are null where all accounts became the same."""
    from deskcollect.present import judge

    return {
        "kind": group.kind,
        "name": group.name or "all",
        "accounts": group.count,
        "bad": group.bad_count,
        "bad_rate": _interval(group.bad_rate),
        "chance": group.chance,
        **_figures({name: group.figures.get(name) for name in judge.MEASURES}),
    }


def _figures(figures: Mapping[str, Figure | None]) -> dict[str, Any]:
    """Return measures as objects."""
    return {name: _interval(figure) for name, figure in figures.items()}


def _interval(figure: Figure | None) -> dict[str, float] | None:
    """Return a measure with its interval."""
    return None if figure is None else {"value": figure.value, "low": figure.low, "high": figure.high}


def _write(found: Judgement, to: Path, head: str) -> None:
    """Write the page."""
    from deskcollect.desk.files import write_text
    from deskcollect.present.page import page

    write_text(page(found, head), to)
    diagnostics.say(f"{found.cards[0].whole.count:,} outcomes judged, written to {to}.")
