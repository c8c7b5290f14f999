"""The form of one outcome: what was typed, how it is read, what it would do. No widget stands here."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any

from deskcollect.card_number import card_number
from deskcollect.currency import decimals, half
from deskcollect.errors import DeskError
from deskcollect.present.clean import clean
from deskcollect.present.dates import day, read_amount, read_date, read_time, relative_days
from deskcollect.present.lines import Line, line
from deskcollect.present.numbers import money
from deskcollect.records import Entry
from deskcollect.tui.memory import Draft
from deskcollect.tui.tries import Tries
from deskcollect.vocabulary import Channel, Direction

if TYPE_CHECKING:
    from deskcollect.policy.model import Outcome
    from deskcollect.records import ScoreStep
    from deskcollect.tui.session import Session


@dataclass(frozen=True, slots=True)
class Way:
    """Who called whom, and which of the numbers and addresses was used: its place in the list and its kind."""

    direction: Direction = Direction.OUTBOUND
    number: int = 0
    point: str = ""


# findings name the option of the command line; here a field stands for it
_INSTALMENTS = 3
_OPTION = re.compile(r" \(--[a-z-]+\)")


class Form:
    """Values of one outcome's fields as text, and their readings.

    Args:
        session: The run.
        row: The account's worklist row.
        outcome: The code that was picked.
        way: Who called whom, by which number.
        draft: What was typed before, if the form is taken up again.
    """

    def __init__(
        self, session: Session, row: dict[str, Any], outcome: Outcome, way: Way, draft: Draft | None = None
    ) -> None:
        self.session = session
        self.row = row
        self.outcome = outcome
        self.way = way
        self._typed_at = session.opened[0].clock.now()
        self.today = session.opened[0].clock.today()
        self.tries = Tries.of(draft)
        self.values: dict[str, str] = {"note": "", "next": ""}
        if "count" in outcome.needs:
            self.values["count"] = str(_INSTALMENTS)
        if "amount" in outcome.needs and row["past_due"]:
            asked = _asked(row, outcome, self._digits and decimals(row["currency"]))
            self.values["amount"] = self._money(asked)
        if "reason" in outcome.needs:
            self.values["choice"] = ""
        self._filled = dict(self.values)
        if draft:
            self.values.update(draft.values)

    @property
    def _digits(self) -> int:
        """Return the decimals with which amounts of the account's currency are shown; more can be typed."""
        return self.session.voice.digits(self.row["currency"])

    def _money(self, amount: Decimal) -> str:
        """Return an amount as it is shown: with all its decimals."""
        return money(amount, decimals(self.row["currency"]) if amount % 1 else self._digits)

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields that this code asks for, in order."""
        asked = [name for name in ("amount", "due", "count", "at") if name in self.outcome.needs]
        return (*asked, *(("choice",) if self.choices else ()), "note", "next")

    @property
    def first(self) -> str:
        """Return the field that gets the keys: the first that is still empty."""
        return next((name for name in self.fields if not self.values.get(name)), "note")

    @property
    def choices(self) -> tuple[tuple[str, str, str], ...]:
        """Return key, id and label of the answers to the question that the code asks."""
        if "reason" in self.outcome.needs:
            return tuple((choice.key, choice.id, choice.label) for choice in self.outcome.choices)
        if "channel" in self.outcome.needs:
            ways = ("all", *(channel.value for channel in Channel))
            return tuple((str(number), way, way) for number, way in enumerate(ways, 1))
        return ()

    def type(self, name: str, value: str) -> None:
        """Take what stands in a field. A time such as +2h counts from when it was typed, at each try to save it."""
        if name == "at" and value != self.values.get(name, ""):
            self._typed_at = self.session.opened[0].clock.now()
        self.values[name] = value

    @property
    def typed(self) -> bool:
        """Tell whether anything was typed that was not filled in already."""
        return any(value != self._filled.get(name, "") for name, value in self.values.items())

    # --- readings ----------------------------------------------------------------------------------------------------------

    def amount(self) -> Decimal | None:
        """Return the amount as read."""
        due, currency = self.row["past_due"], self.row["currency"]
        known = {
            "full": due,
            "min": self.session.opened[1].minimum(self.row["account_id"]).amount,
            "half": half(due, currency) if due else None,
            "balance": self.row["balance"],
        }
        return read_amount(self.values.get("amount", ""), known, decimals(currency))

    def due(self) -> date | None:
        """Return the promised date as read."""
        return read_date(self.values.get("due", ""), self.today)

    def at(self) -> datetime | None:
        """Return the time of a callback as read."""
        return read_time(self.values.get("at", ""), self._typed_at)

    def choice(self) -> str:
        """Return the id of the chosen answer."""
        typed = self.values.get("choice", "").strip()
        return next((value for key, value, _ in self.choices if typed == key), "")

    def next_on(self) -> date | None:
        """Return the next day as typed, None where the policy's own stands."""
        return read_date(self.values.get("next", ""), self.today)

    def reading(self, name: str) -> tuple[str, str]:
        """Return how a field is read, and the role of that text."""
        typed = self.values.get(name, "").strip()
        if not typed:
            return _HINTS.get(name, ""), "muted"
        days = {"due": self.due, "next": self.next_on}
        if name in days:
            return self._day_words(days[name]()) or _UNCLEAR
        read = {"amount": self._amount_words, "at": self._at_words}
        if name in read:
            return read[name]() or _UNCLEAR
        if name == "choice":
            label = next((label for key, _, label in self.choices if key == typed), "")
            return (f"= {label}", "") if label else ("pick a number", "warning")
        if name == "count":
            return ("", "") if _count(typed) is not None else ("a whole number", "warning")
        return "", ""

    def _amount_words(self) -> tuple[str, str] | None:
        """Return the amount with its currency."""
        value = self.amount()
        if value is None:
            return None
        told = f"= {self._money(value)} {self.row['currency'] or ''}"
        count = _count(self.values.get("count", ""))
        if count:
            return f"{told} each, {self._money(value * count)} in all", ""
        return told + (" past due" if value == self.row["past_due"] else ""), ""

    def _day_words(self, value: date | None) -> tuple[str, str] | None:
        """Return a date and how far it is."""
        return None if value is None else (f"= {day(value, self.today)}, {relative_days(value, self.today)}", "")

    def _at_words(self) -> tuple[str, str] | None:
        """Return the time of the callback."""
        value = self.at()
        return None if value is None else (f"= {day(value.date(), self.today)} {value:%H:%M}", "")

    # --- the whole ---------------------------------------------------------------------------------------------------------

    def head(self) -> list[Line]:
        """Return what stands above the fields: the question with its answers, a warning."""
        told: list[Line] = []
        rules = self.session.opened[0].policies.treatments
        if self.outcome.promise and any(r.no_promise for r in rules if r.id == self.row["treatment"]):
            told.append(line((self.session.voice.ask(self.row, short=True), "warning")))
        if self.outcome.hint:
            told.append(line((self.outcome.hint, "warning")))
        if self.choices:
            told.append(line(*((f"{key} {label}  ", "") for key, _, label in self.choices)))
        return told

    def entry(self) -> tuple[Entry | None, str]:
        """Return the entry, or None and what is wrong."""
        desk, _, _ = self.session.opened
        for name in self.fields:
            if self.values.get(name, "").strip() and self.reading(name)[1] == "warning":
                return None, f"{NAMES[name]} is not understood: {clean(self.values[name], limit=40)}"
        needs = self.outcome.needs
        entry = Entry(
            account_id=self.row["account_id"],
            code=self.outcome.code,
            by=self.session.by,
            amount=self.amount() if "amount" in needs else None,
            due_date=self.due() if "due" in needs else None,
            at=self.at() if "at" in needs else None,
            count=_count(self.values.get("count", "")) if "count" in needs else None,
            reason=self.choice() if "reason" in needs else "",
            channel=self._channel(),
            direction=self.way.direction,
            contact_point=self.way.point if self.outcome.channel != "none" else "",
            note=clean(self.values["note"], notes=True).strip(),
            next_on=self.next_on(),
            event_id=self.tries.event_id,
            occurred_at=self.tries.at,
        )
        found = desk.findings(entry)
        return (None, _OPTION.sub("", f"{found[0].message} {found[0].remedy}")) if found else (entry, "")

    def final(self) -> tuple[Entry | None, str]:
        """Return the entry as it is to be recorded, or None and what is wrong.

        A second try after a failure has the id and the time of the first, unless the form was changed.
        """
        entry, problem = self.entry()
        if entry is None:
            return None, problem
        self.tries.begin(self.session.opened[0], _says(entry))
        return replace(entry, event_id=self.tries.event_id, occurred_at=self.tries.at), ""

    def _channel(self) -> Channel | None:
        """Return the channel that was asked for, None for the code's own or for all."""
        chosen = self.choice() if "channel" in self.outcome.needs else ""
        return Channel(chosen) if chosen in set(Channel) else None

    def preview(self) -> tuple[ScoreStep | None, str]:
        """Return what saving would do to the score, or None and what is wrong. It may take a moment."""
        desk, moment, _ = self.session.opened
        try:
            entry, problem = self.entry()
            return (None, problem) if entry is None else (desk.preview(moment, entry), "")
        except DeskError as error:
            return None, error.message

    def said(self) -> str:
        """Return what was recorded, for the message line."""
        parts = [self.outcome.label.lower()]
        amount, due = self.amount(), self.due()
        if "amount" in self.outcome.needs and amount is not None:
            parts.append(self._money(amount))
        if "due" in self.outcome.needs and due is not None:
            parts.append(f"by {day(due, self.today)}")
        return " ".join(parts)

    # --- what is kept --------------------------------------------------------------------------------------------------------

    def draft(self) -> Draft:
        """Return the form as it is kept."""
        return Draft(
            account_id=self.row["account_id"],
            code=self.outcome.code,
            values={name: value for name, value in self.values.items() if value and self._may_be_kept(value)},
            inbound=self.way.direction == Direction.INBOUND,
            point=self.way.number,
            event_id=self.tries.event_id,
            at=self.tries.at.isoformat() if self.tries.at else "",
            said=self.tries.said,
            changed=" ".join(self.tries.changed),
        )

    def _may_be_kept(self, value: str) -> bool:
        """Tell whether a text may lie on the disk: one with a payment card number may not, not even for a moment."""
        return not card_number(value, own=self.row["account_id"])

    def keep(self) -> None:
        """Keep what was typed, so that a crash does not lose it."""
        self.session.memory.keep(self.draft())

    def drop(self) -> None:
        """Forget what was kept."""
        self.session.memory.drop(self.row["account_id"])


def _says(entry: Entry) -> str:
    """Return all that is to be recorded, as one text; 500 and 500.00 are the same."""
    amount = None if entry.amount is None else entry.amount.normalize()
    return repr(replace(entry, amount=amount, event_id="", occurred_at=None))


def _asked(row: dict[str, Any], outcome: Outcome, digits: int) -> Decimal:
    """Return the amount that is asked for: what is past due, or one instalment of it."""
    parts = _INSTALMENTS if "count" in outcome.needs else 1
    owed: Decimal = max(row["past_due"], Decimal(0))
    return (owed / parts).quantize(Decimal(1).scaleb(-digits), ROUND_CEILING)


def _count(typed: str) -> int | None:
    """Return a number of instalments as read."""
    text = typed.strip()
    return int(text) if text.isascii() and text.isdigit() else None


_UNCLEAR = ("not understood", "warning")
_HINTS = {
    "amount": "m minimum, h half, full",
    "due": "fri, +3, 2 oct, 2026-10-02",
    "at": "14:00, fri 9:30, +2h",
    "count": "instalments",
    "next": "empty: as the policy says",
    "choice": "pick a number",
}
NAMES = {
    "amount": "The amount",
    "due": "The date",
    "at": "The time",
    "count": "The number",
    "choice": "The answer",
    "note": "The note",
    "next": "The next day",
}
