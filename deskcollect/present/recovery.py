"""What a contact may bring, factor by factor, and whose tries say how likely the customer is reached.

The figures shown multiply and add up to the one shown: chances are told with one decimal, as they are counted, and the
result is worked out from the rounded amounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from deskcollect.present.lines import Line, length, line, wrapped
from deskcollect.present.numbers import count, money, percent, several
from deskcollect.present.width import fit
from deskcollect.vocabulary import ReachFrom

if TYPE_CHECKING:
    from deskcollect.desk.account import Account
    from deskcollect.present.rows import Row
    from deskcollect.present.voice import Voice

_NAMES = {
    "phone": ("call", "calls"),
    "text": ("text", "texts"),
    "email": ("e-mail", "e-mails"),
    "letter": ("letter", "letters"),
    "visit": ("visit", "visits"),
}
_LABEL, _FIGURE, _SIDE = 18, 12, 13
_HEAD = " Recovery: "


@dataclass(frozen=True, slots=True)
class Sum:
    """The arithmetic of one account in text; amounts in the account's currency with its decimals."""

    reach: str
    pays: str
    anyway: str
    due: str
    gross: str
    comes_anyway: str
    cost: str
    total: str


def worked_out(voice: Voice, row: Row) -> Sum | None:
    """Return the figures of a row, None where nothing is expected of it."""
    if row["expected_recovery"] is None:
        return None
    digits = voice.digits(row["currency"])
    gross = _rounded(row["reach"] * row["cure_reached"] * float(row["past_due"]), digits)
    anyway, cost = _rounded(row["recovery_anyway"], digits), _rounded(row["recovery_cost"], digits)
    return Sum(
        reach=_assumed(row) + percent(row["reach"], 1),
        pays=percent(row["cure_reached"], 1),
        anyway=percent(row["cure_anyway"], 1),
        due=money(row["past_due"], digits, assumed=bool(row["past_due_assumed"])),
        gross=money(gross, digits),
        comes_anyway=money(anyway, digits),
        cost="" if row["recovery_cost"] is None else money(cost, digits),
        total=money(gross - anyway - cost, digits),
    )


def _rounded(value: float | None, digits: int) -> Decimal:
    """Return an amount in the decimals shown; none is nothing."""
    return Decimal(value or 0.0).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)


def why_not(row: Row) -> str:
    """Say why nothing is expected of a row."""
    if row["hold_rule"]:
        return "not counted: no contact is made"
    if row["state"] == "verify":
        return "not counted before the figures agree"
    return "nothing is past due"


def in_two(voice: Voice, row: Row, width: int) -> list[Line]:
    """Return the arithmetic in two lines, the fullest wording that fits."""
    found = worked_out(voice, row)
    if found is None:
        return [line((_HEAD, "muted"), why_not(row))]
    product = f"reach {found.reach} × pays {found.pays} × {found.due}"
    less = f"− comes in anyway {found.comes_anyway}" + (f" − cost {found.cost}" if found.cost else "")
    short = less.replace("comes in anyway", "anyway")
    pad = " " * len(_HEAD)
    wordings = (
        (f"{product} = {found.gross}", f"{pad}{less} = {found.total}"),
        (product, f"{pad}{less} = {found.total}"),
        (product, f"{pad}{short} = {found.total}"),
        (found.total, f"   {factors(found)[-1]}"),
    )
    for first, second in wordings:
        told = [line((_HEAD, "muted"), first), line(second)]
        if all(length(entry) <= width for entry in told):
            return told
    return [line((_HEAD, "muted"), found.total)]


def in_one(voice: Voice, row: Row, width: int) -> Line:
    """Return the arithmetic in one line, the fullest wording that fits; the factors alone where it is too narrow."""
    found = worked_out(voice, row)
    if found is None:
        return line((_HEAD, "muted"), why_not(row))
    wordings = [
        *(line((_HEAD, "muted"), f"{text} = {found.total}") for text in factors(found)[:2]),
        *(line((_HEAD.replace(":", ""), "muted"), f"{found.total}: {text}") for text in factors(found)[2:]),
    ]
    return next((entry for entry in wordings if length(entry) <= width), wordings[-1])


def factors(found: Sum) -> tuple[str, ...]:
    """Return what the figure is made of, the fullest wording first: two with the arithmetic, then the chances alone."""
    product = f"reach {found.reach} × pays {found.pays} × {found.due}"
    cost = f" − cost {found.cost}" if found.cost else ""
    return (
        f"{product} − comes in anyway {found.comes_anyway}{cost}",
        f"{product} − anyway {found.comes_anyway}{cost}",
        f"reach {found.reach}, pays {found.pays}, anyway {found.anyway}",
        f"reach {found.reach}, pays {found.pays}",
    )


# --- whose tries -----------------------------------------------------------------------------------------------------------


def source(voice: Voice, row: Row, desk_tries: int | None = None) -> str:
    """Say whose tries the chance of reaching comes from, or that it is assumed."""
    channel = row["reach_channel"]
    one, many = _NAMES[channel]
    if row["reach_from"] == ReachFrom.NOWHERE:
        return "no number is left to call"
    if row["reach_from"] == ReachFrom.OWN:
        tried, reached = several(row["tried_count"], one, many), count(row["reached_count"])
        return f"{reached} of {tried} to this customer reached, and the desk's at this hour"
    if row["reach_from"] == ReachFrom.DESK:
        how_many = f"{count(desk_tries)} {many}" if desk_tries else many
        return f"no history of this customer: from the desk's {how_many}"
    if not voice.contact(channel).learns:
        return f"assumed: {'an' if one[0] == 'e' else 'a'} {one} does not tell whether it was read"
    return f"assumed: this desk has recorded no {many} before today"


def by_hours(voice: Voice, account: Account) -> str:
    """Return how often the customer was reached in each band of hours that was tried; nothing without a try."""
    row = account.row
    mine = [tally for tally in account.tries if tally["channel"] == row["reach_channel"]]
    told = [f"{voice.hours(tally['band'])} {tally['reached']} of {tally['tried']}" for tally in mine]
    best = f", best {voice.hours(row['best_band'])} ({percent(row['best_reach'])})" if row["best_band"] else ""
    return " · ".join(told) + best if told else ""


def contact_lines(voice: Voice, account: Account, width: int) -> list[Line]:
    """Return how likely a contact is now, whose tries say so, and in which hours the customer was reached."""
    row = account.row
    one = _NAMES[row["reach_channel"]][0]
    chance = f"{_assumed(row)}{percent(row['reach'], 1)} reach · "
    told = [
        line(" ", (fit(f"{one} now", _SIDE), "muted"), chance, (source(voice, row, account.desk_tries), "muted")),
        line(" ", (fit("reached", _SIDE), "muted"), by_hours(voice, account) or "no history"),
    ]
    return [part for entry in told for part in wrapped(entry, width, _SIDE + 1)]


def table(voice: Voice, account: Account, width: int) -> list[Line]:
    """Return the arithmetic one factor a line, each with where it comes from."""
    row = account.row
    found = worked_out(voice, row)
    if found is None:
        return [line((f" {why_not(row)[:1].upper()}{why_not(row)[1:]}", "muted"))]
    one = _NAMES[row["reach_channel"]][0]
    because = voice.contact(row["reach_channel"]).source
    cost = f"one {one}, recovery.toml" if found.cost else f"recovery.toml has none in {row['currency'] or '?'}"
    facts = (
        ("Reach", found.reach, source(voice, row, account.desk_tries)),
        ("× pays if reached", found.pays, f"{found.anyway} anyway; what being reached adds is assumed ({because})"),
        ("× past due", found.due, ""),
        ("= paid in all", found.gross, ""),
        (
            "− comes in anyway",
            found.comes_anyway,
            f"reach × {found.anyway} × past due: the reached who pay in any case",
        ),
        ("− cost", found.cost or "0", cost),
        ("= recovery", found.total, ""),
    )
    told = [
        line(" ", fit(name, _LABEL), (f"{figure:>{_FIGURE}}", "money"), (f"  {said}" if said else "", "muted"))
        for name, figure, said in facts
    ]
    return [part for entry in told for part in wrapped(entry, width, _LABEL + _FIGURE + 3)]


def _assumed(row: Row) -> str:
    """Return the sign of what is assumed."""
    return "~" if row["reach_from"] == ReachFrom.PRIOR else ""
