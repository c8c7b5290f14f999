"""What is asked of a ledger after every fault notices each way of breaking the promise."""

from __future__ import annotations

import pytest

from tests.ledger.oracle import keeps_its_word

A, B, C = ["a"], ["b1", "b2"], ["c"]


@pytest.mark.parametrize(
    ("recovered", "acknowledged"),
    [([], []), (["a"], [A]), (["a", "b1", "b2"], [A]), (["b1", "b2", "c"], [B]), (["a", "b1", "b2", "c"], [A, B, C])],
)
def test_what_was_tried_may_be_there_and_what_was_acknowledged_is(
    recovered: list[str], acknowledged: list[list[str]]
) -> None:
    assert keeps_its_word(recovered, acknowledged, [A, B, C])


@pytest.mark.parametrize(
    ("recovered", "acknowledged"),
    [
        pytest.param([], [A], id="lost"),
        pytest.param(["a", "c"], [A, B], id="lost in the middle"),
        pytest.param(["a", "b1"], [A], id="part of a batch"),
        pytest.param(["a", "b2"], [A], id="the other part of it"),
        pytest.param(["a", "a"], [A], id="twice"),
        pytest.param(["b1", "b2", "a"], [A], id="out of order"),
        pytest.param(["a", "x"], [A], id="never tried"),
    ],
)
def test_a_broken_promise_is_noticed(recovered: list[str], acknowledged: list[list[str]]) -> None:
    assert not keeps_its_word(recovered, acknowledged, [A, B, C])
