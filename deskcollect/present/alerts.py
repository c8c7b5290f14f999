"""The list of early warnings and the evidence behind one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.present.clean import clean
from deskcollect.present.lines import Line, line, rule
from deskcollect.present.rows import ListColumn
from deskcollect.present.width import fit

if TYPE_CHECKING:
    from deskcollect.present.rows import Cell, Row, RowWords

_LEVEL, _NAME, _NAME_NARROW, _LEAST = 8, 20, 16, 26
_WIDE = 100


def columns(words: RowWords, width: int) -> tuple[ListColumn, ...]:
    """Return the columns that fit a width; the evidence takes what is left."""
    wide = width >= _WIDE
    fixed = [
        ListColumn("level", "Level", _LEVEL, "left", words.alert, "alert_level"),
        ListColumn("tier", "T", 2, "left", words.tier, "prob_default"),
        ListColumn("customer", "Customer", _NAME if wide else _NAME_NARROW, "left", words.customer, "customer_name"),
        ListColumn("past_due", "Past due", words.money_width, "right", words.past_due, "past_due"),
    ]
    if wide:
        fixed.append(
            ListColumn("signals", "Signals", 7, "right", lambda row: (str(row["signal_count"]), ""), "signal_count")
        )
    taken = 2 + sum(c.width + c.gap for c in fixed) - fixed[0].gap

    def confirms(row: Row) -> Cell:
        return words.voice.evidence(row["alert_rule"], row), ""

    last = ListColumn(
        "evidence", "What confirms what", max(_LEAST, width - taken - 2), "left", confirms, "alert_rule", gap=2
    )
    return (*fixed, last)


def evidence(words: RowWords, row: Row, silent: tuple[tuple[str, tuple[str, ...]], ...], width: int) -> list[Line]:
    """Return level and signals of one account, each with its evidence, and the rules that could not speak."""
    name = clean(row["customer_name"] or row["account_id"]).replace("\n", " ")
    title = f"{name} · {clean(row['account_id'])} · {row['alert_level']}: {words.voice.level(row)}"
    told = [rule(title, width, words.glyphs.rule)]
    told += [
        line(" ", (fit(words.voice.signal(signal), 28), "muted"), words.voice.evidence(signal, row))
        for signal in row["signals"] or ()
    ]
    told.append(line((" Next: ", "muted"), words.voice.ask(row)))
    if silent:
        lacking = sorted({table for _, tables in silent for table in tables})
        told.append(
            line(
                (f" {len(silent)} rules stayed silent: the book has no {' and no '.join(lacking)}. x Explain", "muted")
            )
        )
    return told
