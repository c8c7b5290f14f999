"""The worklist as a table for somebody else."""

from __future__ import annotations

from deskcollect.present.handover import COLUMNS, MORE, listed
from tests.present.conftest import Told


def test_the_list_is_handed_over_with_its_sentences(told: Told) -> None:
    rows = told.day.table.head(20)
    table = listed(rows, told.voice)
    assert table.columns == [*COLUMNS, "next_step", "why_today", *MORE]
    first = rows.row(0, named=True)
    assert table["next_step"][0] == told.voice.step(first)
    assert table["why_today"][0] == told.voice.why(first)
    assert table.height == 20
