"""How sure the measures are: intervals that cover what they say they cover."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from deskcollect.records import Figure
from deskcollect.scoring import intervals, validate

Numbers = NDArray[np.float64]
GROUPS = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from([0.02, 0.1, 0.2, 0.5, 0.9])), min_size=2, max_size=60
).filter(lambda rows: 0 < sum(row[0] for row in rows) < len(rows))
BOUNDS = {"auc": (0, 1), "gini": (-1, 1), "ks": (0, 1), "lift": (0, 10), "brier": (0, np.inf), "log_loss": (0, np.inf)}


def drawn(random: np.random.Generator, count: int) -> tuple[Numbers, Numbers]:
    """Return outcomes and their true chances."""
    chances = 1.0 / (1.0 + np.exp(-random.normal(-1.6, 1.2, count)))
    return (random.random(count) < chances).astype(np.float64), chances


@pytest.fixture(scope="module")
def truth() -> dict[str, float]:
    """Return the measures of all accounts there are, but for chance in the fourth digit."""
    found = intervals.measured(*drawn(np.random.default_rng(1), 1_000_000))
    return {name: figure.value for name, figure in found.items() if figure}


@pytest.mark.parametrize("count", [60, 300])
def test_nineteen_of_twenty_intervals_hold_the_truth(truth: dict[str, float], count: int) -> None:
    random, held, times = np.random.default_rng(count), dict.fromkeys(truth, 0), 600
    for _ in range(times):
        for name, figure in intervals.measured(*drawn(random, count)).items():
            held[name] += figure is not None and figure.low <= truth[name] <= figure.high
    assert {name: share for name, hits in held.items() if not 0.925 <= (share := hits / times) <= 0.99} == {}


def test_the_interval_of_a_difference_holds_the_truth() -> None:
    def two(random: np.random.Generator, count: int) -> tuple[Numbers, Numbers, Numbers]:
        bad, chances = drawn(random, count)
        odds = np.log(chances / (1.0 - chances))
        return bad, chances, 1.0 / (1.0 + np.exp(-0.7 * odds - random.normal(0.5, 0.6, count)))

    random = np.random.default_rng(5)
    true = {name: figure.value for name, figure in intervals.differences(*two(random, 1_000_000)).items()}
    held = dict.fromkeys(true, 0)
    for _ in range(600):
        for name, figure in intervals.differences(*two(random, 300)).items():
            held[name] += figure.low <= true[name] <= figure.high
    assert {name: share for name, hits in held.items() if not 0.925 <= (share := hits / 600) <= 0.975} == {}


def test_the_interval_of_the_lift_knows_that_its_edge_moves_with_the_accounts() -> None:
    random = np.random.default_rng(11)
    found = [intervals.lift(*drawn(random, 1000)) for _ in range(400)]
    really = np.std([figure.value for figure in found])
    said = np.mean([(figure.high - figure.low) / (2 * intervals.Z) for figure in found])
    assert said == pytest.approx(really, rel=0.1)


def test_two_cards_alike_differ_by_nothing() -> None:
    bad, chances = drawn(np.random.default_rng(2), 500)
    assert set(intervals.differences(bad, chances, chances).values()) == {Figure(0.0, 0.0, 0.0)}


def test_judging_the_same_accounts_tells_more_than_two_groups_would() -> None:
    bad, chances = drawn(np.random.default_rng(3), 2000)
    other = np.clip(chances + np.random.default_rng(4).normal(0.0, 0.02, 2000), 0.001, 0.999)
    paired = intervals.differences(bad, chances, other)["auc"]
    alone = intervals.auc(bad, chances)
    assert paired.high - paired.low < 0.3 * (alone.high - alone.low)
    assert paired.value == pytest.approx(validate.auc(bad, chances) - validate.auc(bad, other))


def test_delong_agrees_with_all_pairs_counted_one_by_one() -> None:
    bad, chances = drawn(np.random.default_rng(6), 80)
    chances = chances.round(1)
    ones, zeros = chances[bad == 1], chances[bad == 0]
    wins = (ones[:, None] > zeros) + 0.5 * (ones[:, None] == zeros)
    spread = wins.mean(axis=1).var(ddof=1) / len(ones) + wins.mean(axis=0).var(ddof=1) / len(zeros)
    figure = intervals.auc(bad, chances)
    odds = [np.log(edge / (1 - edge)) for edge in (figure.low, figure.value, figure.high)]
    half = intervals.Z * np.sqrt(spread) / (figure.value * (1 - figure.value))
    assert np.diff(odds) == pytest.approx([half, half])


@given(GROUPS)
def test_an_interval_encloses_its_figure_within_what_is_possible(rows: list[tuple[int, float]]) -> None:
    bad, chances = [row[0] for row in rows], [row[1] for row in rows]
    for name, figure in intervals.measured(bad, chances).items():
        if figure is not None:
            assert figure.low <= figure.value + 1e-9
            assert figure.value <= figure.high + 1e-9
            low, high = BOUNDS.get(name, (-np.inf, np.inf))
            assert low - 1e-9 <= figure.low
            assert figure.high <= high + 1e-9


@given(GROUPS, st.randoms())
def test_figures_do_not_depend_on_the_order_of_the_file(rows: list[tuple[int, float]], random: st.DataObject) -> None:
    def told(entries: list[tuple[int, float]]) -> list[float]:
        bad, chances = [row[0] for row in entries], [row[1] for row in entries]
        figures = [figure for figure in intervals.measured(bad, chances).values() if figure]
        groups = intervals.bands(bad, chances)
        return [edge for f in figures for edge in (f.low, f.value, f.high)] + [each.bad_rate.high for each in groups]

    mixed = sorted(rows, key=lambda _: random.random())  # type: ignore[attr-defined]  # Hypothesis hands over a Random
    assert told(mixed) == pytest.approx(told(rows), rel=1e-6, abs=1e-6)


def test_a_perfect_order_of_few_accounts_is_not_certain() -> None:
    few = intervals.auc([0, 0, 0, 0, 1, 1], [0.1, 0.1, 0.2, 0.3, 0.8, 0.9])
    many = intervals.auc([0] * 400 + [1] * 200, [0.1] * 400 + [0.9] * 200)
    assert (few.value, few.high, many.value, many.high) == (1.0, 1.0, 1.0, 1.0)
    assert 0.3 < few.low < 0.8 < many.low < 1.0
    turned = intervals.auc([1, 1, 0, 0, 0, 0], [0.1, 0.1, 0.2, 0.3, 0.8, 0.9])
    assert [turned.low, turned.high] == pytest.approx([0.0, 1.0 - few.low])


def test_no_line_where_no_line_can_be_told() -> None:
    assert intervals.calibration([0, 1, 0, 1], [0.3] * 4) == (None, None)
    assert intervals.calibration([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]) == (None, None)


def test_chances_that_never_fail_have_no_error_to_spread() -> None:
    found = intervals.measured([0, 1, 0], [0.0, 1.0, 0.0])
    assert found["brier"] == Figure(0.0, 0.0, 0.0)
    assert found["ks"] is not None
    assert found["ks"].value == 1.0


def test_wilson_against_its_published_example() -> None:
    # Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29
    found = [intervals.wilson(part, whole) for part, whole in ((81, 263), (15, 148), (0, 20), (1, 29))]
    assert [(round(each.low, 4), round(each.high, 4)) for each in found] == [
        (0.2553, 0.3662),
        (0.0624, 0.1605),
        (0.0, 0.1611),
        (0.0061, 0.1718),
    ]


def test_bands_are_tenths_and_keep_equal_chances_together() -> None:
    chances = np.repeat([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95], 10)
    bad = np.tile([0, 0, 0, 0, 0, 0, 0, 1, 1, 1], 10)
    found = intervals.bands(bad, chances)
    assert {each.count for each in found} == {10}
    assert [each.chance for each in found] == pytest.approx(list(np.unique(chances)))
    assert {each.bad_rate.value for each in found} == {0.3}
    assert [each.count for each in intervals.bands([0, 1, 1], [0.5] * 3)] == [3]


def test_swapping_two_cards_swaps_the_sign() -> None:
    bad, chances = drawn(np.random.default_rng(8), 200)
    cards = (chances, np.sqrt(chances))
    one, other = (intervals.differences(bad, *pair) for pair in permutations(cards))
    for name, figure in one.items():
        assert (figure.low, figure.high) == pytest.approx((-other[name].high, -other[name].low))
