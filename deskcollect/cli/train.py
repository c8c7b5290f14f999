"""deskcollect train: a lender's own card, made from the present one and what became of the accounts."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import diagnostics, files, output, place
from deskcollect.cli.options import (
    AsOfOption,
    CurrencyOption,
    DateFormatOption,
    DeskOption,
    EncodingOption,
    JsonOption,
    read_day,
)
from deskcollect.cli.promote import judged_object
from deskcollect.errors import BadUse, ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deskcollect.cli.reading import Asked
    from deskcollect.desk.desk import Desk
    from deskcollect.desk.training import Challenger, Wish
    from deskcollect.present.lines import Line

_SHOWN = 12  # headers in a remark

OnlyOption = Annotated[
    str, typer.Option("--only", metavar="NAME,NAME", help="Use these characteristics and no others.")
]
WithoutOption = Annotated[str, typer.Option("--without", metavar="NAME,NAME", help="Leave these characteristics out.")]
AmountsOption = Annotated[
    bool, typer.Option("--amounts", help="Amounts beside what is usual in the book may be on the card.")
]
BaseOption = Annotated[
    str, typer.Option("--base", metavar="CARD", help="The card to begin from, bundled or a file. Else the present one.")
]


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be made: from a book and its outcomes where they are given, for a desk or a file or both."""

    asked: Asked | None
    outcomes: Path | None
    to: Path | None


def train(
    book: Annotated[
        Path | None,
        typer.Argument(metavar="[BOOK]", help="A book; else the desk's own books.", show_default=False),
    ] = None,
    outcomes: Annotated[
        Path | None,
        typer.Option(
            "--outcomes", metavar="FILE", help="What became of BOOK's accounts: account_id, bad (1/0), outcome_date."
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="CARD", help="Write the card, .json; else the desk keeps it."),
    ] = None,
    name: Annotated[str, typer.Option("--name", metavar="ID", help="What the card is called. Else own.")] = "",
    only: OnlyOption = "",
    without: WithoutOption = "",
    amounts: AmountsOption = False,
    base: BaseOption = "",
    as_of: AsOfOption = "",
    desk: DeskOption = None,
    encoding: EncodingOption = "",
    currency: CurrencyOption = "",
    date_format: DateFormatOption = "",
    json: JsonOption = False,
) -> int:
    """Make a card of your own from what became of accounts, and judge it.

    From a book and a file of outcomes, or from the desk's own books. Few outcomes move the level of the chances, more of them the points. It is judged against the present card. Nothing scores with it until  deskcollect model promote.
    """
    from deskcollect.cli.reading import Asked, require_no_reading
    from deskcollect.desk import model as models

    task = _task(book, outcomes, to)
    folder = place.found(desk)
    if folder is None and (book is None or to is None):
        raise _nowhere(book)
    if book is None:
        require_no_reading(as_of, encoding, currency, date_format)
    else:
        asked = Asked(book, read_day(as_of, "--as-of"), encoding, currency, date_format, folder)
        task = replace(task, asked=asked)
    wish = replace(_wish(name, only, without, amounts=amounts), base=models.load(base) if base else None)
    with place.opened(folder) if folder else nullcontext() as found:
        return _trained(found, task, wish, json=json)


def _task(book: Path | None, outcomes: Path | None, to: Path | None) -> _Task:
    """Return what is to be made, as far as files go.

    Errors: BadUse for a book without outcomes or the other way round, and a card that would take the place of one of them.
    """
    if to:
        files.known_format(to, (".json",))
        for given in (book, outcomes):
            if given and to.exists() and given.exists() and to.samefile(given):
                raise BadUse(f"{to} is a file that is read.", "Write the card to another file.")
    if book and not outcomes:
        raise BadUse("A book alone does not say what became of its accounts.", "Say it with  --outcomes FILE")
    if outcomes and not book:
        raise BadUse("--outcomes says what became of a book's accounts, and no BOOK is given.", "Name the book too.")
    return _Task(None, outcomes, to)


def _nowhere(book: Path | None) -> BadUse:
    """Return the sentence for a card that nobody could keep, or that nothing could teach."""
    if book:
        return BadUse("There is no desk here that could keep the card.", "Say where it goes:  -o CARD.json")
    return BadUse(
        "There is no desk here whose books could teach.",
        "Name it with --desk, or give a book:  deskcollect train BOOK --outcomes FILE -o CARD.json",
    )


def _wish(name: str, only: str, without: str, *, amounts: bool) -> Wish:
    """Return what is wanted of the card.

    Errors: BadUse for a name that no card may have, or characteristics that cannot be chosen.
    """
    from deskcollect.desk import model, training

    if name:
        model.require_name(name)
    chosen = [[word.strip() for word in text.split(",") if word.strip()] for text in (only, without)]
    kept = training.characteristics(*chosen, amounts=amounts) if any(chosen) or amounts else ()
    return training.Wish("", name or training.NAME, kept)


def _trained(desk: Desk | None, task: _Task, wish: Wish, *, json: bool) -> int:
    """Make the card, keep it, and print what the gate says."""
    kept = False
    try:
        made = _made(desk, task, wish)
        for where in _kept(desk, task, made):
            kept = True
            diagnostics.say(f"Written to {where}.")
    except KeyboardInterrupt:
        if not kept:
            diagnostics.say("Stopped before a card was made: what scores, and what waits to be promoted, is as it was.")
        raise
    if json:
        output.single(as_object(made))
    else:
        output.lines(_told(made))
    return _concluded(made, desk)


def _concluded(made: Challenger, desk: Desk | None) -> int:
    """Say what can be done with the card."""
    if not made.passes:
        from deskcollect.present.card import refusal

        diagnostics.say(refusal([each.name for each in made.conditions if not each.met]))
        return ExitCode.DATA
    way_on = (
        "A person decides:  deskcollect model promote" if desk else "Lay it open:  deskcollect model show CARD.json"
    )
    diagnostics.say(f"It passes the gate. {way_on}")
    return ExitCode.OK


def _made(desk: Desk | None, task: _Task, wish: Wish) -> Challenger:
    """Return the card, made of what the command names."""
    from deskcollect.cli.reading import read_book, tell_left_out, tell_set_aside
    from deskcollect.clock import Clock
    from deskcollect.desk import lessons, training
    from deskcollect.settings import Settings

    told = desk.settings if desk else Settings()
    clock = desk.clock if desk else Clock(told.zone)
    wish = replace(wish, version=training.version_on(clock.today()))
    if task.asked is None or task.outcomes is None:
        assert desk is not None
        diagnostics.say("Reading the books of the desk.")
        return training.of_desk(desk, wish, say=diagnostics.say)
    diagnostics.say("Reading the book and its outcomes.")
    read = read_book(task.asked, told)
    tell_set_aside(read, task.asked)
    dated = replace(told, date_format=task.asked.date_format or told.date_format)
    known = lessons.outcomes_of(read, task.outcomes, dated, task.asked.encoding)
    tell_left_out(task.outcomes.name, known.left_out, known.issues)
    _tell_protected((*read.headers, *known.headers))
    champion = desk.card if desk else training.first_card()
    return training.of_file(champion, lessons.of_file(read, known), task.outcomes.name, wish, say=diagnostics.say)


def _tell_protected(headers: Sequence[str]) -> None:
    """Say once which columns no card uses because of what they say of a person."""
    from deskcollect.desk import training

    own, standing_for = training.protected_among(headers)
    if own:
        diagnostics.warn(f"protected attributes were seen and not used: {_listed(own)}.")
    if standing_for:
        diagnostics.warn(f"what stands for such an attribute was seen and not used: {_listed(standing_for)}.")


def _listed(headers: Sequence[str]) -> str:
    """Return headers in a sentence."""
    shown = dict.fromkeys(headers)
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    return ", ".join(list(shown)[:_SHOWN]) + more


def _kept(desk: Desk | None, task: _Task, made: Challenger) -> Iterator[str]:
    """Keep the card where it is to be; give each place once it stands there."""
    from deskcollect.desk import model, training

    if desk:
        training.keep(desk, made)
        yield str(training.path(desk))
    if task.to:
        model.write(made.card, task.to, "json")
        yield str(task.to)


def _told(made: Challenger) -> Iterator[Line]:
    """Return the card, how both judge, every condition, and what was learnt of recorded facts."""
    from deskcollect.desk.model import weights
    from deskcollect.present.card import gate, learnt

    yield from gate(made.card)
    yield from learnt(weights(made.card))


def as_object(made: Challenger) -> dict[str, Any]:
    """Return the outcome of a training as one object."""
    return {"learnt_from": made.learnt} | judged_object(made.card)
