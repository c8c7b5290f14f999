"""What is too good to be true is refused by name; what chance does with few accounts is not."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from deskcollect.desk.cards.leakage import LEAST_OF_EACH, refuse_card, refuse_characteristics
from deskcollect.desk.cards.lessons import Lessons
from deskcollect.errors import BadUse

NAMES = ("use_now", "unpaid_months", "late_months", "cycles_now")


def taught(bad: list[int], **columns: list[float | None]) -> Lessons:
    """Return lessons in which the characteristics that are not given are all the same."""
    values = {name: columns.get(name, [0.5] * len(bad)) for name in NAMES}
    features = pl.DataFrame(values, schema=dict.fromkeys(NAMES, pl.Float64))
    return Lessons(features, pl.Series("bad", bad, pl.Int8), pl.Series("seen_on", [None] * len(bad), pl.Date))


BAD = [1, 0] * 50
AS_IT_CAME: list[float | None] = [float(each) for each in BAD]
TURNED: list[float | None] = [1.0 - each for each in BAD]
UNKNOWN_IF_BAD: list[float | None] = [None if each else 0.2 for each in BAD]


@pytest.mark.parametrize("leak", [AS_IT_CAME, TURNED, UNKNOWN_IF_BAD])
def test_a_characteristic_that_is_the_outcome_is_refused_by_name(leak: list[float | None]) -> None:
    with pytest.raises(BadUse) as error:
        refuse_characteristics(taught(BAD, use_now=leak), NAMES)
    assert error.value.message.startswith("use_now (1.000) tells good from bad by itself")
    assert error.value.remedy.endswith("--without use_now")


def test_one_that_is_left_out_is_no_matter() -> None:
    refuse_characteristics(taught(BAD, use_now=AS_IT_CAME), NAMES[1:])


def test_of_many_the_first_are_named() -> None:
    with pytest.raises(BadUse) as error:
        refuse_characteristics(taught(BAD, **dict.fromkeys(NAMES, AS_IT_CAME)), NAMES)
    assert "Each of use_now (1.000), unpaid_months (1.000), late_months (1.000) and 1 more tells" in error.value.message
    assert "--without" not in error.value.remedy


def test_an_honest_characteristic_is_let_through() -> None:
    random = np.random.default_rng(2)
    noisy: list[float | None] = [each + random.normal(0, 1.0) for each in BAD]
    refuse_characteristics(taught(BAD, use_now=noisy), NAMES)


def test_with_few_of_a_kind_chance_is_not_taken_for_leakage() -> None:
    few = [1] * (LEAST_OF_EACH - 1) + [0] * 40
    refuse_characteristics(taught(few, use_now=[float(each) for each in few]), NAMES)
    refuse_card(np.array(few, float), np.array(few) * 0.8 + 0.1)


def test_a_card_that_judges_too_well_is_refused() -> None:
    bad = np.array(BAD, float)
    with pytest.raises(BadUse, match=r"AUC of 1\.000, which no honest card reaches"):
        refuse_card(bad, bad * 0.8 + 0.1)
