"""The name that was probably meant."""

from __future__ import annotations

import polars as pl
import pytest

from deskcollect.present.near import near_names

NAMES = pl.Series(["garcia lucia tw-1", "gracia ana tw-2", "muller jurgen tw-3", "林志明 tw-4", "o'brien siobhan tw-5"])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("garsia", ["garcia"]),
        ("mueller", ["muller"]),
        ("siobahn", ["siobhan"]),
        ("obrien", ["o'brien"]),
        ("ga", []),
        ("zzzzzz", []),
        ("(((", []),
        ("林志銘", []),
    ],
)
def test_the_nearest_names_come_first(typed: str, found: list[str]) -> None:
    assert list(near_names(NAMES, typed)) == found
