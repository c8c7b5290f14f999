"""What saving a form would do, in words: to work, to the next day, to the score; and what it still wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.desk.upkeep import keys
from deskcollect.present import score as points
from deskcollect.present.dates import day as date_words
from deskcollect.present.dates import relative_days
from deskcollect.present.excess import above_balance, above_past_due
from deskcollect.present.lines import line
from deskcollect.tui.form import NAMES

if TYPE_CHECKING:
    from deskcollect.present.lines import Line
    from deskcollect.records import Excess, ScoreStep
    from deskcollect.tui.form import Form

_FREE = {"note", "next"}
_EFFECT_WORDS = {True: "attempts never lower it", False: "routed, not scored"}


def effect(form: Form, moved: ScoreStep | None, problem: str) -> list[Line]:
    """Return what saving would do, in words: to work, to the next day, to the score."""
    told: list[Line] = []
    if form.outcome.effect:
        told.append(line(("Effect   ", "muted"), (form.outcome.effect, "warning")))
    if moved is None:
        return [*told, _still_wanted(form, problem)]
    told += _beyond(form)
    told += _sealed(form)
    words = points.step(moved)
    if moved.before == moved.after:
        words += f"  {_EFFECT_WORDS[form.outcome.attempt and not form.outcome.stops_queue]}"
    comes_up = _comes_up(form)
    return [*told, *comes_up, line(("Score    ", "muted"), words)]


def _still_wanted(form: Form, problem: str) -> Line:
    """Return what keeps the form from being saved: a hint while it is untouched, then a warning."""
    if form.typed:
        return line((problem, "warning"))
    wanted = [
        NAMES[name].removeprefix("The ") for name in form.fields if name not in _FREE and not form.values.get(name)
    ]
    return line((f"To save: the {' and the '.join(wanted)}." if wanted else problem, "muted"))


class Doubts:
    """Asks once before a form is saved that may be a slip; the same form saved again is the answer."""

    def __init__(self) -> None:
        self._asked: dict[str, str] = {}

    def ask(self, form: Form) -> list[Line]:
        """Return the question, nothing where there is no doubt or it was asked already."""
        told = above_balance(*_excess(form))
        if not told or self._asked == form.values:
            return []
        self._asked = dict(form.values)
        return [line((f"! {told}.", "warning")), line("Not recorded yet. Correct it, or ctrl+s again if it is meant.")]


def _beyond(form: Form) -> list[Line]:
    """Return whether the amount is more than the account owes."""
    asked, remark = above_balance(*_excess(form)), above_past_due(*_excess(form))
    if not asked and not remark:
        return []
    return [line(("Amount   ", "muted"), (asked, "warning") if asked else remark)]


def _sealed(form: Form) -> list[Line]:
    """Return that saving will ask for the passphrase, where there is a note to seal and nobody gave it."""
    desk, _, _ = form.session.opened
    if not form.values["note"].strip() or desk.settings.notes != keys.SEALED or not keys.locked(desk):
        return []
    return [line(("Note     ", "muted"), "to be sealed: saving asks for the passphrase")]


def _excess(form: Form) -> tuple[Excess | None, int]:
    """Return what the form agrees beyond what the account owes, and the decimals to say it with."""
    desk, day, _ = form.session.opened
    entry, _ = form.entry()
    return desk.excess(day, entry) if entry else None, form.session.voice.digits(form.row["currency"])


def _comes_up(form: Form) -> list[Line]:
    """Return when the account comes up again."""
    entry, _ = form.entry()
    on = form.session.opened[0].comes_up(entry) if entry else None
    if on is None:
        return []
    return [line(("Comes up ", "muted"), f"{date_words(on, form.today)}, {relative_days(on, form.today)}")]
