"""What came of past warnings, in words and cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.present.alerts import needed
from deskcollect.present.clean import clean
from deskcollect.present.lines import Line, line
from deskcollect.present.numbers import MINUS, NONE, count, percent, several

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from deskcollect.desk.alerts.foreseen import Foreseen, Group, Handled, Spread, Track
    from deskcollect.present.shapes import Glyphs
    from deskcollect.records import Figure

_DAY_HOURS = 48  # from here on hours are told as days


def day(of: date) -> str:
    """Return a day with its year: `30 Jun 2005`."""
    return f"{of.day} {of:%b %Y}"


def heading(found: Foreseen) -> Iterator[Line]:
    """Say what was looked at, when, what counts as bad, and what is known."""
    looked = sorted({each.day for group in (found.current, found.late) for each in group.looked})
    when = (
        f"on {day(looked[0])}" if len(looked) == 1 else f"on {len(looked)} days, {day(looked[0])} to {day(looked[-1])}"
    )
    yield line(
        ("Were the warnings right? ", "bold"),
        f"Looked back at {clean(found.where)} {when}, each time with what was known on that day and nothing later.",
    )
    defaulted = ", or defaulted" if found.outcomes else ""
    days = several(found.horizon_days, "day", "days")
    yield line(
        f"Bad: two or more cycles past due{defaulted}, within {days} of the look. Known up to {day(found.until)}."
    )
    legend = (
        "Then bad: of the warned, with its interval. Found: of those that went bad, warned of before. Days ahead: from "
        "the first warning to the first bad day, the middle and the quartiles."
    )
    yield line((legend, "muted"))


def remarks(found: Foreseen) -> Iterator[str]:
    """Say what the figures must not be taken for."""
    short = [each for each in found.current.looked if (each.until - each.day).days < found.horizon_days]
    if short:
        days = several(found.horizon_days, "day", "days")
        yield f"From {day(short[0].day)} on less than {days} of what came is known; more may still go bad."
    if found.silent:
        lacking = sorted({table for _, tables in found.silent for table in tables})
        yield f"{several(len(found.silent), 'rule', 'rules')} could not fire and are left out: {_lacking(lacking)}."


def _lacking(tables: list[str]) -> str:
    """Return what rules lack."""
    ledger = "a book knows no ledger" if "ledger" in tables else ""
    rest = [name for name in tables if name != "ledger"]
    return "; ".join(text for text in (needed(rest) if rest else "", ledger) if text)


def cases(found: Foreseen) -> str:
    """Say that nobody decided on a case, empty where somebody did."""
    if any(each.false_alarms.whole or each.hours for each in found.handled):
        return ""
    return (
        "False alarms and the time to acknowledge are not known: no decision on a warning is recorded for these days."
    )


def name(of: Track | Handled, found: Foreseen, glyphs: Glyphs) -> str:
    """Return what a track is called."""
    if of.kind == "rule":
        return found.labels[of.name]
    return glyphs.level(of.name, word=True) if of.kind == "level" else "All"


def quiet(of: Track) -> bool:
    """Say whether a track has no row of its own: a rule that warned of nobody."""
    return of.kind == "rule" and not of.followed.whole


def never(group: Group, found: Foreseen) -> Iterator[str]:
    """Name the rules that could fire and warned of nobody."""
    silent = {rule for rule, _ in found.silent}
    names = [found.labels[each.name] for each in group.tracks if quiet(each) and each.name not in silent]
    if names:
        yield f"Fired on none of them: {', '.join(names)}."


def rate(of: Figure | None) -> tuple[str, str]:
    """Return a share and its interval: `22.2 %` and `21.6–22.8`; `–` of nothing."""
    if of is None:
        return NONE, ""
    return percent(of.value, 1), f"{of.low * 100:.1f}–{of.high * 100:.1f}"


def points(of: Figure) -> tuple[str, str]:
    """Return a difference of shares in percentage points and its interval: `+6.4` and `+3.1 to +9.8`."""
    value, low, high = (f"{each * 100:+.1f}".replace("-", MINUS) for each in (of.value, of.low, of.high))
    return value, f"{low} to {high}"


def spread(of: Spread | None) -> tuple[str, str]:
    """Return a median and its quartiles in days: `61` and `31–62`."""
    if of is None:
        return NONE, ""
    return f"{of.middle:.0f}", f"{of.low:.0f}–{of.high:.0f}"


def took(of: Spread | None) -> str:
    """Return how long something took in the middle: `5.5 h`, `3.0 d`."""
    if of is None:
        return NONE
    return f"{of.middle:.1f} h" if of.middle < _DAY_HOURS else f"{of.middle / 24:.1f} d"


def part(of: int, whole: int) -> str:
    """Return a share without its interval, `–` of nothing."""
    return percent(of / whole, 1) if whole else NONE


def part_of(share: float) -> str:
    """Return a share of accounts: `22.2 %`."""
    return percent(share, 1)


def per_thousand(of: float | None) -> str:
    """Return warnings for each thousand accounts."""
    return NONE if of is None else f"{of:,.1f}"


def accounts(of: int) -> str:
    """Return a number of accounts."""
    return count(of)
