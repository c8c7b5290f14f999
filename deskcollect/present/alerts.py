"""The list of early warnings and the evidence behind one of them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from deskcollect.present.clean import clean, name_of
from deskcollect.present.lines import Line, Part, line, rule, spread, wrapped
from deskcollect.present.numbers import count, percent, several
from deskcollect.present.rows import ListColumn
from deskcollect.present.width import cells, fit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deskcollect.present.rows import Cell, Row, RowWords

_LEVEL, _NAME, _NAME_NARROW, _LEAST = 8, 20, 16, 26
_WIDE = 100
_TITLE = 60
_NEEDED = MappingProxyType(
    {
        "snapshots": "a second book is needed; import the next one",
        "three_snapshots": "three books are needed; import the next ones",
        "ledger": "there is no ledger yet; record outcomes",
    }
)


def columns(words: RowWords, width: int) -> tuple[ListColumn, ...]:
    """Return the columns that fit a width; the last one takes what is left.

    Where its evidence does not fit, the strongest signal is named; the evidence stands below for the cursor's row.
    """
    wide = width >= _WIDE
    shape = words.glyphs.level_width
    fixed = [
        ListColumn("level", "Level", _LEVEL + shape - 1, "left", words.alert, "alert_level"),
        ListColumn("tier", "T", 2, "left", words.tier, "prob_default"),
        ListColumn("customer", "Customer", _NAME if wide else _NAME_NARROW, "left", words.customer, "customer_name"),
        ListColumn("past_due", "Past due", words.money_width, "right", words.past_due, "past_due"),
    ]
    if wide:
        fixed.append(
            ListColumn("signals", "Signals", 7, "right", lambda row: (count(row["signal_count"]), ""), "signal_count")
        )
    taken = 2 + sum(c.width + c.gap for c in fixed) - fixed[0].gap

    room = max(_LEAST, width - taken - 2)

    def confirms(row: Row) -> Cell:
        proof = words.voice.proof(row)
        return (proof if wide and cells(proof) <= room else words.voice.signal(row["alert_rule"] or "")), ""

    title = "Evidence" if wide else "Strongest signal"
    last = ListColumn("evidence", title, room, "left", confirms, "alert_rule", gap=2)
    return (*fixed, last)


def tabs(levels: Mapping[str, int], active: str, words: RowWords, cap: float, accounts: int, width: int) -> Line:
    """Return the levels as tabs with the active one in brackets, and the share of flagged accounts.

    Args:
        levels: Accounts by level.
        active: The level that is shown; empty: all.
        words: Signs and sentences.
        cap: Largest share that the policy wants.
        accounts: In the book.
        width: In cells.
    """
    flagged = sum(levels.values())
    told = [Part(" ")]
    for level, number in (("", flagged), *reversed(tuple(levels.items()))):
        name = f"{words.glyphs.level(level, word=True) if level else 'All'} {count(number)}"
        shown = f"[{name}]" if level == active else name
        told += [Part(shown, "bold" if level == active else level, f"screen.only_level('{level}')"), Part("  ")]
    share = flagged / accounts if accounts else 0.0
    part = f"{percent(share)} of {count(accounts)} · cap {percent(cap)} "
    return spread(tuple(told), line((part, "warning" if share > cap else "muted")), width)


def evidence(
    words: RowWords, row: Row, silent: tuple[tuple[str, tuple[str, ...]], ...], width: int, most: int
) -> list[Line]:
    """Return level and signals of one account, each with its evidence, the next step, and the rules without data.

    What does not fit whole into `most` lines is left out; where signals are, the last line says so.
    """
    name = name_of(row, limit=_TITLE)
    title = f"{name} · {clean(row['account_id'])} · {row['alert_level']}: {words.voice.level(row)}"
    told = [rule(title, width, words.glyphs.rule)]
    for signal, proof in words.voice.proofs(row):
        strength, family = words.voice.weight(signal)
        head = (f"{fit(strength, 9)}{fit(family, 9)}", "muted")
        told += wrapped(line(" ", head, proof), width, indent=19)
    if len(told) > most:
        return [*told[: most - 1], line((" more: x Explain", "muted"))]
    step = wrapped(line((" Next     ", "muted"), words.voice.ask(row)), width, indent=10)
    told += step if len(told) + len(step) <= most else []
    if silent:
        lacking = sorted({table for _, tables in silent for table in tables})
        number = several(len(silent), "rule", "rules")
        note = wrapped(line((f" {number} not looked at: {needed(lacking)}", "muted")), width, indent=1)
        told += note if len(told) + len(note) <= most else []
    return told


def needed(lacking: Sequence[str]) -> str:
    """Return what rules lack and where it comes from.

    Args:
        lacking: Of policy.needs.FEEDS: tables that the book has not and columns that hold nothing; `snapshots`: it is the
            only book; `ledger`: nothing can be recorded.
    """
    of_book = [name for name in lacking if name not in _NEEDED]
    told = [f"the book has no {' and no '.join(map(_feed, of_book))}; ask the lender for them"] if of_book else []
    return "; ".join([*(_NEEDED[name] for name in lacking if name in _NEEDED), *told])


def _feed(name: str) -> str:
    """Return what a book lacks in words: `payments`, `minimum_due in statements`, `transactions of 210 days`."""
    table, dot, column = name.partition(".")
    if column.startswith("days="):
        return f"{table} of {column.removeprefix('days=')} days"
    return f"{column.removeprefix('kind=')} in {table}" if dot else table
