"""The triage of alert cases in words: the bar of screens, the lists as tabs, and the case under the cursor."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from deskcollect.policy.evidence import units
from deskcollect.present import cases
from deskcollect.present.alerts import needed
from deskcollect.present.clean import clean, name_of
from deskcollect.present.condition import name as column_name
from deskcollect.present.dates import day, short_date
from deskcollect.present.lines import Line, Part, clip, length, line, rule, spread, wrapped
from deskcollect.present.numbers import count, money, percent, several
from deskcollect.present.width import cells, fit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deskcollect.case import Case
    from deskcollect.present.rows import Row, RowWords
    from deskcollect.present.shapes import Glyphs

LISTS: Mapping[str, str] = MappingProxyType(
    {
        "open": "Open",
        "mine": "Mine",
        "nobodys": "Nobody's",
        "snoozed": "Snoozed",
        "overdue": "Overdue",
        "held_back": "Held back",
        "closed": "Closed today",
    }
)
_NAME = 40
_NARROW = 70
_STEPS_FROM, _LEVEL_FROM = 10, 5


# --- above the list -----------------------------------------------------------------------------------------------------------


class BarEntry(NamedTuple):
    """One screen in the bar: its key, its name, how many things wait there (None: not told), and what a click opens."""

    key: str
    label: str
    waiting: int | None
    screen: str


def bar(tabs: Sequence[BarEntry], active: str, right: Line, width: int) -> Line:
    """Return the screens beside each other, the active one in brackets, and what stands at the right."""
    told = [Part(" ")]
    for tab in tabs:
        number = "" if tab.waiting is None else f" {count(tab.waiting)}"
        text = f"{tab.key} {tab.label}{number}"
        shown = f"[{text}]" if tab.screen == active else text
        told += [Part(shown, "bold" if tab.screen == active else "", f"app.go('{tab.screen}')"), Part("  ")]
    return spread(tuple(told), right, width)


def levels(counted: Mapping[str, int], overdue: int, glyphs: Glyphs) -> Line:
    """Return the cases of each level, the gravest first, and how many are overdue. A click shows them."""
    told = [
        Part(f"{glyphs.level(level)}{count(number)} ", level, f"screen.only_level('{level}')")
        for level, number in reversed(tuple(counted.items()))
    ]
    late = Part(f"  {count(overdue)} overdue ", "error", "screen.go_queue('overdue')")
    return (*told, *((late,) if overdue else ()))


@dataclass(frozen=True, slots=True)
class Share:
    """How many accounts of the book have a case that is not held back, and the share that the policy wants at most."""

    flagged: int
    accounts: int
    cap: float

    def line(self, *, short: bool) -> Line:
        """Return it in words, as a warning where it is above the cap."""
        part = self.flagged / self.accounts if self.accounts else 0.0
        whole = f"{count(self.flagged)} of {several(self.accounts, 'account', 'accounts')} = "
        told = f"{'' if short else whole}{percent(part)} · cap {percent(self.cap)} "
        return line((told, "warning" if part > self.cap else "muted"))


class Place(NamedTuple):
    """Where one stands in the list, and how it is narrowed and ordered. `level` empty means all; `own` is its own order."""

    rank: int
    shown: int
    sort: tuple[str, bool] | None
    level: str
    typed: str
    marked: int
    own: str = "Level, then due"


def tabs(
    counted: Mapping[str, int], active: str, share: Share, place: Place, width: int, *, low: bool
) -> tuple[Line, ...]:
    """Return the lists as tabs with the active one in brackets, then the order of the list; a low screen has one line.

    Lists without a case are left out, but for the first. The share stands where there is room for it.
    """
    every = lists(LISTS, counted, active)
    hint = line(Part(" / type to filter", "muted", "screen.filter"))
    if low:
        return (in_order(place, width, one_list(LISTS, counted, active)),)
    for short in (False, True):
        if length(every) + length(share.line(short=short)) < width:
            return spread(every, share.line(short=short), width), in_order(place, width, hint)
    beside = (*hint, Part("   "), *share.line(short=True))
    if length(beside) + length(_standing(place)) >= width:
        beside = (Part(" "), *share.line(short=True))
    return clip(every, width), in_order(place, width, beside)


def lists(names: Mapping[str, str], counted: Mapping[str, int], active: str) -> Line:
    """Return lists beside each other, the active one in brackets; an empty one is left out unless it is the first."""
    told: list[Part] = [Part(" ")]
    for number, (queue, name) in enumerate(names.items()):
        text = f"{name} {count(counted.get(queue, 0))}"
        if queue == active:
            told += [Part(f"[{text}]", "bold"), Part("  ")]
        elif counted.get(queue) or not number:
            told += [Part(text, "", f"screen.go_queue('{queue}')"), Part("  ")]
    return tuple(told)


def one_list(names: Mapping[str, str], counted: Mapping[str, int], active: str) -> Line:
    """Return the active list alone, and how to leave it, for a low screen."""
    current = Part(f" [{names[active]} {count(counted.get(active, 0))}]", "bold")
    return (
        current,
        Part("  , . list", "muted", "screen.queue(1)"),
        Part("   / filter", "muted", "screen.filter"),
    )


def in_order(place: Place, width: int, left: Line) -> Line:
    """Return how the list is narrowed and ordered and the row of the cursor, after what stands at the left."""
    if place.typed:
        left = line((f" / {clean(place.typed, limit=30)}", "accent"))
    return spread(left, _standing(place), width)


def _standing(place: Place) -> Line:
    """Return how the list is narrowed and ordered, and the row of the cursor."""
    told = place.own
    if place.sort is not None:
        named = place.sort[0].removeprefix("case_").replace("_", " ")
        told = f"Sort: {named} {'↓' if place.sort[1] else '↑'}"
    rank = f"{count(place.rank)} of {count(place.shown)} " if place.shown else "none "
    return line(
        Part(f"only {place.level}  " if place.level else "", place.level, "screen.only_level('')"),
        (f"{count(place.marked)} marked  " if place.marked else "", "accent"),
        Part(f"{told}  ", "muted", "screen.lens"),
        rank,
    )


# --- below the list -----------------------------------------------------------------------------------------------------------


class Told(NamedTuple):
    """What is told of one case: its row, its signals (frames.CASE_SIGNALS), its steps, and the rules without data."""

    row: Row
    fired: Sequence[Mapping[str, Any]]
    case: Case | None
    silent: Sequence[tuple[str, tuple[str, ...]]]


def panel(words: RowWords, told: Told, width: int, most: int) -> list[Line]:
    """Return one case in at most `most` lines.

    What has no room is left out: first the rules without data, then older steps, then the level; the strongest signal and
    the next step stay.
    """
    row, case = told.row, told.case
    head = [_head(words, row, case, width)]
    ask = _next(words, row, width, 2 if most >= _STEPS_FROM else 1)
    level = [clip(_level(words, told, width), width)] if most >= _LEVEL_FROM else []
    room = most - len(head) - len(ask) - len(level)
    signals = _signals(words, told, width, room)
    room -= len(signals)
    steps = _steps(words, case, width, room if most >= _STEPS_FROM else min(room, 2), titled=most >= _STEPS_FROM)
    silent = _silent(told, width) if room - len(steps) > 0 else []
    silent = silent if len(silent) <= room - len(steps) else []
    return [*head, *signals, *silent, *level, *steps, *ask]


def _head(words: RowWords, row: Row, case: Case | None, width: int) -> Line:
    """Return whose case it is, which of the account's, and since when it has its level."""
    parts = [name_of(row, limit=_NAME), clean(row["account_id"])]
    if row["case_number"] is not None:
        parts += [
            f"case {row['case_number']}",
            f"{row['alert_level']} since {day(row['case_level_on'], words.voice.today)}",
        ]
    elif case is not None and case.closed_on is not None:
        parts += [f"case {case.number}", f"closed {day(case.closed_on, words.voice.today)}"]
    return clip(rule(" · ".join(parts), width, words.glyphs.rule), width)


def _signals(words: RowWords, told: Told, width: int, room: int) -> list[Line]:
    """Return the signals that fit, the strongest first, and how many more there are."""
    found = [_signal(words, told.row, fired, width) for fired in told.fired]
    every = [entry for lines in found for entry in lines]
    if len(every) <= room:
        return every
    shown: list[Line] = []
    for number, lines in enumerate(found):
        if len(shown) + len(lines) >= room and number:
            more = several(len(found) - number, "more signal", "more signals")
            return [*shown, line((f" {more}: x Explain", "muted"))][:room]
        shown += lines
    return shown[:room]


def _signal(words: RowWords, row: Row, fired: Mapping[str, Any], width: int) -> list[Line]:
    """Return strength, family, evidence and date of a signal; one that fires no more is told as it was."""
    on = short_date(fired["seen_on"], words.voice.today) if fired["seen_on"] else ""
    gone = fired["facts"] is not None
    proof = words.voice.evidence(fired["rule"], row, fired["facts"])
    family = fit(fired["family"], 10) if width >= _NARROW else ""
    weight = f" {fit(fired['strength'], 9)}{family}"
    room = max(width - cells(weight) - cells(on) - 3, 10)
    first, *rest = wrapped(line((f"was: {proof}" if gone else proof, "muted" if gone else "")), room, indent=0)
    return [
        spread(line((weight, "muted"), *first), line((f"{on} ", "muted")), width),
        *(line(" " * cells(weight), *entry) for entry in rest),
    ]


def _level(words: RowWords, told: Told, width: int) -> Line:
    """Return what made the level, who has the case, how often something was seen, the worst value: what fits whole."""
    row, today = told.row, words.voice.today
    parts = [words.voice.level(row), f"{clean(row['case_owner'])} has it" if row["case_owner"] else "nobody has it"]
    if told.case is not None:
        often = several(told.case.seen_count, "fact", "facts")
        newest = f", newest {short_date(told.case.seen_on, today)}" if told.case.seen_on else ""
        parts += [f"{often} since {short_date(told.case.opened_on, today)}{newest}", *_worst(words, told)]
    text = " Level   "
    for number, part in enumerate(part for part in parts if part):
        longer = f"{text}{' · ' if number else ''}{part}"
        text = longer if not number or cells(longer) < width else text
    return line((text[:9], "muted"), text[9:])


def _worst(words: RowWords, told: Told) -> list[str]:
    """Return the worst value of the strongest signal that was worse than it is now."""
    assert told.case is not None
    for fired in told.fired:
        trace = told.case.traces.get(fired["rule"])
        column = words.voice.measure(fired["rule"])
        if trace is None or trace.worst is None or not column:
            continue
        if fired["facts"] is None and fired["measured"] is not None and fired["measured"] >= trace.worst:
            continue
        return [f"worst {column_name(column)} {_value(words, column, trace.worst, told.row)}"]
    return []


def _value(words: RowWords, column: str, value: float, row: Row) -> str:
    """Return a measure as its column is read: an amount, a share, or a number."""
    unit = units().get(column)
    if unit == "money":
        return money(Decimal(str(value)), words.voice.digits(row["currency"]))
    return percent(value) if unit in {"ratio", "0..1"} else count(value)


def _silent(told: Told, width: int) -> list[Line]:
    """Return the rules that could not be looked at for lack of data."""
    if not told.silent:
        return []
    lacking = sorted({table for _, tables in told.silent for table in tables})
    number = several(len(told.silent), "rule", "rules")
    return wrapped(line((f" {number} not looked at: {needed(lacking)}", "muted")), width, indent=1)


def _steps(words: RowWords, case: Case | None, width: int, room: int, *, titled: bool) -> list[Line]:
    """Return the newest steps that fit, the oldest of them first."""
    steps = list(cases.steps(case, words.voice)) if case is not None else []
    fits = room - titled
    if not steps or fits < 1:
        return []
    shown = steps[-fits:]
    cut = f" · {len(shown)} of {len(steps)}" if len(shown) < len(steps) else ""
    wide = max(cells(when) for when, _, _ in shown)
    told = [clip(line((f" {fit(when, wide)} {fit(who, 5)} ", "muted"), what), width) for when, who, what in shown]
    return [*([rule(f"Steps{cut}", width, words.glyphs.rule)] if titled else []), *told]


def _next(words: RowWords, row: Row, width: int, most: int) -> list[Line]:
    """Return the next step that is suggested, in short where the whole does not fit, else as the list says it."""
    for short in (False, True):
        told = wrapped(line((" Next    ", "muted"), words.voice.ask(row, short=short)), width - 1, indent=9)
        if len(told) <= most:
            return told
    return [clip(line((" Next    ", "muted"), words.voice.step(row)), width)]


def nothing(queue: str, level: str, counted: Mapping[str, int]) -> list[Line]:
    """Return why a list is empty, and where there is something."""
    what = f" of level {level}" if level else ""
    told = {
        "open": f"No early warning{what} is open.",
        "mine": f"No case{what} is yours.",
        "nobodys": f"Every case{what} has somebody.",
        "snoozed": f"No case{what} sleeps.",
        "overdue": f"No case{what} is overdue.",
        "held_back": f"No case{what} is held back.",
        "closed": f"No case{what} was closed today.",
    }[queue]
    others = [f"{LISTS[name]} {count(number)}" for name, number in counted.items() if number and name != queue]
    hint = line((f"   , .  {'  '.join(others)}", "muted")) if others else line(("   1  Worklist", "muted"))
    return [line(f" {told}"), hint]
