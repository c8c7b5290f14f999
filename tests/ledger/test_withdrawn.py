"""Which events are withdrawn does not depend on the order in which their corrections came."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from deskcollect.ledger.event_frame import withdrawn

NAMES = st.sampled_from("abcdef")


@given(corrections=st.lists(st.tuples(NAMES, NAMES), max_size=8, unique=True), seed=st.integers())
def test_any_order_says_the_same_even_of_corrections_in_a_circle(corrections: list[tuple[str, str]], seed: int) -> None:
    shuffled = corrections.copy()
    random.Random(seed).shuffle(shuffled)  # a test draws lots
    assert withdrawn(shuffled) == withdrawn(corrections)


def test_a_long_chain_of_corrections_is_followed_to_its_end() -> None:
    chain = [(f"{number + 1:06}", f"{number:06}") for number in range(50_001)]
    assert len(withdrawn(chain)) == 25_001


def test_one_entry_that_many_corrected_is_withdrawn_once() -> None:
    assert withdrawn([(f"{number:06}", "one") for number in range(50_000)]) == {"one"}
