"""What saving a form would do, in words: to work, to the next day, to the score; and what it still wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.present import score as points
from deskcollect.present.dates import day, relative_days
from deskcollect.present.lines import line
from deskcollect.tui.form import NAMES

if TYPE_CHECKING:
    from deskcollect.present.lines import Line
    from deskcollect.records import ScoreStep
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


def _comes_up(form: Form) -> list[Line]:
    """Return when the account comes up again."""
    entry, _ = form.entry()
    on = form.session.opened[0].comes_up(entry) if entry else None
    if on is None:
        return []
    return [line(("Comes up ", "muted"), f"{day(on, form.today)}, {relative_days(on, form.today)}")]
