"""Charts are lines of one width, begin at zero, and say something without colour."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from deskcollect.present import chart
from deskcollect.present.shapes import ASCII, UNICODE, Glyphs
from deskcollect.present.width import cells

BALANCES = [Decimal(value) for value in (41200, 43000, 47500, 46100, 51800, 53600)]
SHARES = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=40)
GLYPHS = st.sampled_from([UNICODE, ASCII])


def test_a_spark_is_scaled_from_zero() -> None:
    assert chart.spark(BALANCES) == "▆▇▇▇██"
    assert chart.spark([5000, 12000, None, 0]) == "▄█ ▁"
    assert chart.spark([0, 0]) == "▁▁"
    assert chart.spark([1, 2], top=4) == "▃▅"
    assert chart.spark([5000, 12000, None, 0], glyphs=ASCII) == ":# _"


def test_bars_are_drawn_by_eighths_beside_their_numbers() -> None:
    assert chart.bar(0.5, 4) == "██  "
    assert chart.bar(0.53125, 4) == "██▏ "
    assert chart.bar(0.00001, 4) == "▏   "
    assert chart.bar(0, 4) == "    "
    assert chart.bar(7, 4, glyphs=ASCII) == "####"


def test_upright_bars() -> None:
    assert chart.columns([4, 2, None, 1], 2) == ["█      ", "█ █   ▄"]
    assert chart.columns([4, 2], 2, width=2, glyphs=ASCII) == ["##   ", "## ##"]


def test_ticks_are_round_and_even() -> None:
    assert chart.nice_ticks(0, 53600, 4) == [0, 20000, 40000, 60000]
    assert chart.nice_ticks(0, 7.5, 4) == [0, 2.5, 5, 7.5]


@given(SHARES, SHARES, st.integers(12, 120), st.integers(3, 20), GLYPHS)
def test_a_curve_keeps_its_size_whatever_the_data(
    values: list[float], beside: list[float], width: int, height: int, glyphs: Glyphs
) -> None:
    drawn = chart.curve(values, beside, width, height, ("100 %", "0 %"), glyphs=glyphs)
    assert {cells(line) for line in drawn} == {width}
    assert len(drawn) == height
    assert len(chart.spark(values, glyphs=glyphs)) == len(values)


@given(st.lists(st.floats(-0.5, 1.5), min_size=4, max_size=4), st.integers(1, 80), GLYPHS)
def test_a_span_keeps_its_size_and_never_loses_its_dot(ends: list[float], width: int, glyphs: Glyphs) -> None:
    low, value, high = sorted(ends[:3])
    drawn = chart.span(low, value, high, ends[3], width, glyphs=glyphs)
    assert cells(drawn) == width
    assert drawn.count("o" if glyphs.ascii else "●") == 1


@given(st.floats(-(10**9), 10**9), st.floats(-(10**9), 10**9), st.integers(2, 10))
def test_ticks_enclose_the_data(one: float, other: float, number: int) -> None:
    low, high = sorted((one, other))
    ticks = chart.nice_ticks(low, high, number)
    assert ticks[0] <= low
    assert ticks[-1] >= high - 1e-8 * (ticks[-1] - ticks[0])
    assert len(ticks) >= 2


def test_a_curve_stands_above_its_dotted_chance() -> None:
    drawn = chart.curve([0.0, 0.8, 1.0], [0.0, 0.5, 1.0], 16, 5, ("100 %", "50 %", "0 %"), glyphs=ASCII)
    assert [row[:6] for row in drawn] == ["100 %|", "     |", " 50 %|", "     |", "  0 %|"]
    above = [row.find("*") < row.find(".") for row in drawn if "*" in row and "." in row]
    assert above
    assert all(above)
    assert {cells(row) for row in chart.curve([0, 1], [0, 1], 16, 5, ("1", "0"))} == {16}


def test_a_span_is_a_dot_on_its_interval_beside_what_was_foretold() -> None:
    assert chart.span(0.2, 0.4, 0.6, 0.8, 11) == "  ──●── │  "
    assert chart.span(0.2, 0.4, 0.6, 0.4, 11, glyphs=ASCII) == "  --o--    "
    assert chart.span(-1.0, 0.0, 9.0, 2.0, 5) == "●───│"
