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
    ByOption,
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
    from collections.abc import Iterator, Mapping, Sequence

    from deskcollect.cli.reading import Asked
    from deskcollect.desk.cards.model import Card
    from deskcollect.desk.cards.own_columns import Own
    from deskcollect.desk.cards.training import Challenger, Wish
    from deskcollect.desk.desk import Desk
    from deskcollect.present.lines import Line

_SHOWN = 12  # headers in a remark

OnlyOption = Annotated[
    str, typer.Option("--only", metavar="NAME,NAME", help="Use these characteristics and no others.")
]
WithoutOption = Annotated[str, typer.Option("--without", metavar="NAME,NAME", help="Leave these characteristics out.")]
AmountsOption = Annotated[
    bool, typer.Option("--amounts", help="Amounts beside what is usual in the book may be on the card.")
]
WithOption = Annotated[
    str,
    typer.Option(
        "--with", metavar="COLUMN,COLUMN", help="Use these columns of your own accounts too: numbers, true/false."
    ),
]
AllowOption = Annotated[
    str,
    typer.Option(
        "--allow", metavar="NAME,NAME", help="Let these protected attributes of --with through; kept on the card."
    ),
]
BecauseOption = Annotated[str, typer.Option("--because", metavar="TEXT", help="Why they are let through.")]
BaseOption = Annotated[
    str, typer.Option("--base", metavar="CARD", help="The card to begin from, bundled or a file. Else the present one.")
]


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be made: from a book and its outcomes where they are given, for a desk or a file or both."""

    asked: Asked | None
    outcomes: Path | None
    to: Path | None


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said of the card: its name, its characteristics, its own columns, and the card to begin from."""

    name: str
    only: Sequence[str]
    without: Sequence[str]
    amounts: bool
    own: Own
    base: Card | None

    def wish(self, champion: Card, own: Mapping[str, str]) -> Wish:
        """Return what is wanted, where the own columns that were named have these headers.

        Errors: BadUse for characteristics that cannot be chosen.
        """
        from deskcollect.desk.cards import training

        base = self.base or champion
        kept: tuple[str, ...] = ()
        if self.only or self.without or self.amounts:
            known = dict.fromkeys((*base.own, *own))
            kept = training.characteristics(self.only, self.without, amounts=self.amounts, own=known)
        wanted = {name: header for name, header in own.items() if name not in self.without}
        allowed = self.own.records(list(wanted.values()))
        return training.Wish("", self.name or training.NAME, kept, self.base, wanted, allowed)


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
    columns: WithOption = "",
    allow: AllowOption = "",
    because: BecauseOption = "",
    base: BaseOption = "",
    by: ByOption = "",
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

    task = _task(book, outcomes, to)
    folder = place.found(desk)
    if folder is None and (book is None or to is None):
        raise _nowhere(book)
    if book is None:
        require_no_reading(as_of, encoding, currency, date_format)
    else:
        asked = Asked(book, read_day(as_of, "--as-of"), encoding, currency, date_format, folder)
        task = replace(task, asked=asked)
    words = _words(name, (only, without), base, amounts=amounts)
    with place.opened(folder) if folder else nullcontext() as found:
        words = replace(words, own=_own(found, columns, allow, because, by))
        return _trained(found, task, words, json=json)


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


def _words(name: str, chosen: tuple[str, str], base: str, *, amounts: bool) -> _Words:
    """Return what is said of the card, but for columns of the lender's own.

    Errors: BadUse for a name that no card may have, and a base that is none; BadCard.
    """
    from deskcollect.desk.cards import model
    from deskcollect.desk.cards.own_columns import Own

    if name:
        model.require_name(name)
    only, without = (_split(text) for text in chosen)
    return _Words(name, only, without, amounts, Own(), model.load(base) if base else None)


def _split(text: str) -> list[str]:
    """Return the words between commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def _own(desk: Desk | None, columns: str, allow: str, because: str, by: str) -> Own:
    """Return which columns of the lender's own are asked for, and who lets protected ones through.

    Errors: BadUse.
    """
    from deskcollect.desk.cards import own_columns

    allowed = _split(allow)
    asked = own_columns.asked(_split(columns), allowed, because, by)
    for text in own_columns.standing_for(asked.headers):
        diagnostics.warn(text)
    if not allowed:
        return asked
    who = place.who(desk, by) if desk else by or place.login_name()
    return own_columns.asked(asked.headers, allowed, because, who)


def _trained(desk: Desk | None, task: _Task, words: _Words, *, json: bool) -> int:
    """Make the card, keep it, and print what the gate says."""
    kept = False
    try:
        made = _made(desk, task, words)
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
    if desk is not None:
        place.say_head(desk)
    if not made.passes:
        from deskcollect.present.card import refusal

        diagnostics.say(refusal([each.name for each in made.conditions if not each.met]))
        return ExitCode.DATA
    way_on = (
        "A person decides:  deskcollect model promote" if desk else "Lay it open:  deskcollect model show CARD.json"
    )
    diagnostics.say(f"It passes the gate. {way_on}")
    if desk:
        _tell_not_kept(desk, made.card)
    return ExitCode.OK


def _tell_not_kept(desk: Desk, card: Card) -> None:
    """Say what keeps a card from being promoted at a desk whose books lack its columns."""
    from deskcollect.desk.cards import own_columns

    try:
        own_columns.require_kept(desk.settings.own_columns, card)
    except BadUse as error:
        diagnostics.warn(f"{error.message} {error.remedy}")


def _made(desk: Desk | None, task: _Task, words: _Words) -> Challenger:
    """Return the card, made of what the command names."""
    from deskcollect.cli.reading import read_book, tell_left_out, tell_set_aside
    from deskcollect.clock import Clock
    from deskcollect.desk.cards import lessons, own_columns, training
    from deskcollect.settings import Settings

    told = desk.settings if desk else Settings()
    clock = desk.clock if desk else Clock(told.zone)
    champion = desk.card if desk else training.first_card()
    version = training.version_on(clock.today())
    if task.asked is None or task.outcomes is None:
        assert desk is not None
        kept = own_columns.kept_by_desk(told.own_columns, words.own.headers)
        wish = replace(words.wish(champion, kept), version=version)
        diagnostics.say("Reading the books of the desk.")
        return training.of_desk(desk, wish, say=diagnostics.say)
    known_before = {**champion.own, **(words.base.own if words.base else {})}
    wanted = own_columns.names(words.own.headers)
    words.wish(champion, wanted)  # what cannot be chosen is told before the book is read
    diagnostics.say("Reading the book and its outcomes.")
    read = read_book(task.asked, told, kept=list(known_before.values()), needed=words.own.headers)
    words.own.require(list(read.own.values()))
    tell_set_aside(read, task.asked)
    dated = replace(told, date_format=task.asked.date_format or told.date_format)
    known = lessons.outcomes_of(read, task.outcomes, dated, task.asked.encoding)
    tell_left_out(task.outcomes.name, known.left_out, known.issues)
    wish = replace(words.wish(champion, {name: read.own[name] for name in wanted}), version=version)
    used = {*wish.own.values(), *known_before.values()}
    _tell_protected([header for header in (*read.headers, *known.headers) if header not in used])
    return training.of_file(champion, read, known, task.outcomes.name, wish, say=diagnostics.say)


def _tell_protected(headers: Sequence[str]) -> None:
    """Say once which columns no card uses because of what they say of a person."""
    from deskcollect.desk.cards import training

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
    from deskcollect.desk.cards import model, training

    if desk:
        training.keep(desk, made)
        yield str(training.path(desk))
    if task.to:
        model.write(made.card, task.to, "json")
        yield str(task.to)


def _told(made: Challenger) -> Iterator[Line]:
    """Return the card, how both judge, every condition, and what was learnt of recorded facts."""
    from deskcollect.desk.cards.model import weights
    from deskcollect.present.card import gate, learnt

    yield from gate(made.card)
    yield from learnt(weights(made.card))


def as_object(made: Challenger) -> dict[str, Any]:
    """Return the outcome of a training as one object."""
    own = {"own_columns": list(made.card.own.values()), "allowed": [dict(each) for each in made.card.allowed]}
    return {"learnt_from": made.learnt} | judged_object(made.card) | own
