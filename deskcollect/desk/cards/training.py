"""Make a challenger from what a desk's books, or a book with its outcomes, teach; keep it; let it score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect import aside, protected
from deskcollect.desk.cards import lessons, own_columns
from deskcollect.desk.cards.challenger import CHARACTERISTICS, NAME, Challenger, Wish, challenge, own_of
from deskcollect.desk.cards.champion import MODELS
from deskcollect.errors import BadCard, BadUse
from deskcollect.near import did_you_mean
from deskcollect.scoring import card as cards
from deskcollect.scoring.card import dump, load
from deskcollect.scoring.card_check import printable
from deskcollect.scoring.features import BY_NAME

__all__ = ["NAME", "Challenger", "Wish"]

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import date
    from pathlib import Path

    from deskcollect.desk.cards.lessons import Lessons
    from deskcollect.desk.desk import Desk
    from deskcollect.desk.make import Book
    from deskcollect.portfolio.outcomes import Outcomes
    from deskcollect.scoring.card import Card

    Say = Callable[[str], None]


def path(desk: Desk) -> Path:
    """Return where a desk keeps the card that wants to score."""
    return desk.folder / MODELS / "challenger.json"


def first_card() -> Card:
    """Return the card that a lender without a desk begins with."""
    return cards.load()


def characteristics(
    only: Sequence[str], without: Sequence[str], *, amounts: bool = False, own: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the characteristics that a card may use, in their order: amounts only where they are wanted or named.

    `own` are the names of the lender's own columns that are there.

    Errors: BadUse for both at once, a protected attribute, a name that is none, or when nothing is left.
    """
    if only and without:
        raise BadUse("--only and --without cannot both be said.", "Give one of them.")
    known = (*BY_NAME, *own)
    for option, names in (("--only", only), ("--without", without)):
        for name, found in protected.refused(names).items():
            raise BadUse(
                f"{option} {name}: {name} {protected.reason(name, found)}.",
                "Leave the name out; the card looks at what was owed and paid, and at nothing else.",
            )
        for name in names:
            if name not in known:
                remedy = did_you_mean(name, known, quoted=False)
                raise BadUse(
                    f"{option} {name} is no characteristic.", f"{remedy}  deskcollect help cards  lists them.".lstrip()
                )
    offered = known if only else (*(BY_NAME if amounts else CHARACTERISTICS), *own)
    kept = tuple(name for name in offered if (not only or name in only) and name not in without)
    if not kept:
        raise BadUse("--without leaves no characteristic.", "A card needs one at least.")
    return kept


def protected_among(headers: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which of a lender's headers name protected attributes, and which stand for one."""
    own = tuple(header for header in headers if protected.attribute(header))
    return own, tuple(header for header in headers if header not in own and protected.proxy(header))


# --- from what, and where to -------------------------------------------------------------------------------------------


def of_desk(desk: Desk, wish: Wish | None = None, *, say: Say) -> Challenger:
    """Make a challenger from the desk's own books.

    Errors: BadUse when the books teach too little, or nothing of a column that is wanted; BadBook when a snapshot is
    damaged.
    """
    wish = wish or Wish(version_on(desk.clock.today()))
    taught = taught_by(desk, own_of(desk.card, wish))
    for name, header in wish.own.items():
        if taught.features[name].is_null().all():
            raise BadUse(
                f"No book of this desk tells anything of the column “{header}”.",
                "Books that were taken in before desk.toml named it lack it: import them again with  --replace",
            )
    return challenge(desk.card, taught, wish, "the desk's own books", lessons.TARGET, say=say)


def of_file(champion: Card, read: Book, known: Outcomes, file: str, wish: Wish, *, say: Say) -> Challenger:
    """Make a challenger from a book and a file of outcomes.

    Errors: BadUse when they teach too little.
    """
    taught = lessons.of_file(read, known, own_of(champion, wish))
    return challenge(champion, taught, wish, printable(file), "bad as the lender's own outcomes say", say=say)


def taught_by(desk: Desk, own: Collection[str] | None = None) -> Lessons:
    """Return what the books of a desk teach, with those of the lender's own columns that are wanted, else its card's.

    Errors: BadUse when it is nothing; BadBook when a snapshot is damaged.
    """
    found = lessons.of_desk(desk, desk.card.own if own is None else own)
    if not len(found):
        raise BadUse(
            "The books of this desk do not say what became of its accounts.",
            f"It takes two books that are {lessons.LEAST_DAYS} to {lessons.MOST_DAYS} days apart.",
        )
    return found


def version_on(day: date) -> str:
    """Return the version of a card that is made on a day."""
    return f"{day:%Y.%m.%d}"


def keep(desk: Desk, made: Challenger) -> None:
    """Keep a challenger beside the card that scores.

    Errors: OSError; then the one before it waits still.
    """
    path(desk).parent.mkdir(mode=0o700, exist_ok=True)
    with aside.file(path(desk)) as stream:
        stream.write(dump(made.card))


def waiting(desk: Desk) -> Card:
    """Return the card that wants to score.

    Errors: BadUse when there is none, or it asks for columns that the desk does not keep; BadCard when it is damaged, or was
    judged against another card than the present.
    """
    if not path(desk).is_file():
        raise BadUse("No card waits to be promoted.", "Make one with  deskcollect train")
    card = load(path(desk))
    if card.trained_on.get("champion") != desk.card.stamp:
        raise BadCard(
            f"The card {card.stamp} was judged against another card than the one that scores now.",
            "Judge it anew with  deskcollect train",
        )
    own_columns.require_kept(desk.settings.own_columns, card)
    return card


def require_passed(card: Card) -> None:
    """Refuse a card that the gate has not let through.

    Errors: BadUse.
    """
    gated = card.figures.get("gate", [])
    refused = [each["name"] for each in gated if not each["met"]]
    if refused or not gated:
        raise BadUse(
            f"The gate refuses the card {card.stamp}: {', '.join(refused) or 'it was not judged'}.",
            "The present card goes on scoring. Train again when there are more outcomes.",
        )


def promote(desk: Desk, *, by: str) -> Card:
    """Let the card that waits score from now on, in the name of a person.

    Errors: BadUse when none waits or the gate refused it; BadCard; LedgerError; OSError.
    """
    card = waiting(desk)
    require_passed(card)
    gated = card.figures["gate"]
    desk.shelf.promote(card, by=by, now=desk.clock.now(), gated={each["name"]: each["told"] for each in gated})
    path(desk).unlink(missing_ok=True)
    return card
