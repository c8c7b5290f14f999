"""Which card scores at a desk: the bundled one until a person promotes another, and back with one command.

Promotions stand in the ledger, with who and when; the cards stand in the folder models, each under its stamp. What
scores follows from both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deskcollect import aside
from deskcollect.clock import utc_milliseconds
from deskcollect.errors import BadCard, BadUse
from deskcollect.records import Event
from deskcollect.scoring import card as cards
from deskcollect.vocabulary import EventKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from deskcollect.ledger.store import Ledger
    from deskcollect.scoring.card import Card

MODELS = "models"
CODE = "CARD"


@dataclass(slots=True)
class Shelf:
    """The cards of one desk. It remembers which one scores until it promotes or rolls back, or is told to `forget`."""

    folder: Path
    ledger: Ledger
    _current: Card | None = field(default=None, init=False, repr=False)

    def current(self) -> Card:
        """Return the card that scores.

        Errors: BadCard when the card that was promoted is gone or damaged.
        """
        if self._current is None:
            told = self.history()
            self._current = self._load(told[-1]) if told else cards.load()
        return self._current

    def forget(self) -> None:
        """See anew which card scores: another program at the same desk may have promoted one."""
        self._current = None

    def history(self) -> tuple[str, ...]:
        """Return the stamps of the promoted cards that stand, oldest first; none means the bundled card."""
        return tuple(_stamp(each) for each in self.promotions())

    def promotion(self) -> Event | None:
        """Return who let the card score that does, and when; None where it is the bundled card."""
        return next(reversed(self.promotions()), None)

    def stamp(self) -> str:
        """Return the stamp of the card that scores, be its file there or not."""
        return next(reversed(self.history()), cards.load().stamp)

    def promotions(self) -> list[Event]:
        """Return the promotions that stand, oldest first: a rollback takes the last one away.

        Each desk promotes its own: what another one let score came with its entries, its card did not.
        """
        taken: list[Event] = []
        for event in self.ledger.of_kinds(EventKind.SYSTEM.value):
            if event.code == CODE and not event.elsewhere:
                taken = [*taken, event] if _stamp(event) else taken[:-1]
        return taken

    def promote(self, card: Card, *, by: str, now: datetime, gated: Mapping[str, str]) -> Event:
        """Keep a card and write to the ledger that it scores from now on; `gated` is what the gate said.

        Errors: BadUse when it scores already; LedgerError; OSError when the card cannot be kept.
        """
        if card.stamp == self.stamp():
            raise BadUse(f"The card {card.stamp} scores already.", "Nothing is to be done.")
        (self.folder / MODELS).mkdir(mode=0o700, exist_ok=True)
        with aside.file(self._path(card.stamp)) as stream:
            stream.write(cards.dump(card))
        return self._write(by, now, card.stamp, gated, card.allowed)

    def rollback(self, *, by: str, now: datetime) -> Event:
        """Write to the ledger that the card before the present one scores again.

        Errors: BadUse when the bundled card scores already; LedgerError.
        """
        if not self.history():
            raise BadUse("The bundled card scores already.", "There is no card before it.")
        return self._write(by, now, "", {})

    def _path(self, stamp: str) -> Path:
        """Return where a card is kept."""
        return self.folder / MODELS / f"{stamp}.json"

    def _load(self, stamp: str) -> Card:
        """Return a card that was promoted, if it is the very one."""
        remedy = "Put the file back, or take the card before it with  deskcollect model rollback"
        path = self._path(stamp)
        try:
            card = cards.load(path)
        except BadCard as error:
            raise BadCard(error.message, remedy) from error
        if card.stamp != stamp:
            raise BadCard(f"{MODELS}/{path.name} holds another card, {card.stamp}.", remedy)
        return card

    def _write(
        self, by: str, now: datetime, card: str, gated: Mapping[str, str], allowed: Sequence[Mapping[str, str]] = ()
    ) -> Event:
        """Record what scores, and which protected attributes it uses that a person let through."""
        told = {"allowed": [dict(each) for each in allowed]} if allowed else {}
        event = Event(
            event_id=self.ledger.next_id(utc_milliseconds()),
            kind=EventKind.SYSTEM,
            account_id="",
            customer_id="",
            occurred_at=now,
            by=by,
            code=CODE,
            data={"card": card, "gate": dict(gated), **told},
        )
        self.ledger.record(event, recorded_at=now)
        self.forget()
        return event


def _stamp(promotion: Event) -> str:
    """Return the stamp of the card that was promoted, nothing for a rollback."""
    return str(promotion.data.get("card", ""))
