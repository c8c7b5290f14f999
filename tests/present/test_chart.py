"""Charts are lines of one width, begin at zero, and say something without colour."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from deskcollect.present import chart
from deskcollect.present.shapes import ASCII, UNICODE, Glyphs
from deskcollect.present.width import cells

BALANCES = [Decimal(value) for value in (41200, 43000, 47500, 46100, 51800, 53600)]
VALUES = st.lists(st.none() | st.floats(-(10**15), 10**15), max_size=40)
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
    assert chart.bars([("Paid", Decimal(50), "50"), ("Balance", Decimal(100), "100")], 20) == [
        "Paid    50 ████▌    ",
        "Balan… 100 █████████",
    ]


def test_labels_give_way_and_figures_never_do() -> None:
    lines = chart.bars([("a very long label indeed", 5, "1,234,567")], 24)
    assert "1,234,567" in lines[0]
    assert cells(lines[0]) == 24
    assert "####" in chart.bars([("label", 5, "1,234,567")], 8)[0]


def test_upright_bars() -> None:
    assert chart.columns([4, 2, None, 1], 2) == ["█      ", "█ █   ▄"]
    assert chart.columns([4, 2], 2, width=2, glyphs=ASCII) == ["##   ", "## ##"]


def test_the_tier_bar_needs_no_colour() -> None:
    counts = {"A": 41, "B": 88, "C": 102, "D": 96, "E": 73}
    assert chart.stacked(counts, 20) == "A▁B▂▂▂C▄▄▄▄D▆▆▆▆E███"
    assert chart.stacked({"A": 1, "B": 0, "C": 10_000}, 10, glyphs=ASCII) == "AC--------"
    assert chart.stacked({"A": 0}, 10) == ""


@given(st.dictionaries(st.sampled_from("ABCDE"), st.integers(0, 10**6), min_size=1), st.integers(5, 120))
def test_the_tier_bar_is_filled_and_leaves_nobody_out(counts: dict[str, int], width: int) -> None:
    sizes = chart.shares(counts, width)
    if any(counts.values()):
        assert sum(sizes.values()) == width
        assert all((sizes[tier] > 0) == (size > 0) for tier, size in counts.items())


def test_a_line_has_an_axis_of_round_numbers() -> None:
    lines = chart.line(BALANCES, 40, 7)
    assert [line.split("┤")[0].strip() for line in lines] == ["60,000", "", "40,000", "", "20,000", "", "0"]
    assert any("⠀" < sign <= "⣿" for sign in "".join(lines))
    assert "".join(chart.line([1, None, 2], 30, 5, glyphs=ASCII)).isascii()


def test_ticks_are_round_and_even() -> None:
    assert chart.nice_ticks(0, 53600, 4) == [0, 20000, 40000, 60000]
    assert chart.nice_ticks(0, 7.5, 4) == [0, 2.5, 5, 7.5]
    assert chart.line([7.5], 20, 7)[0].startswith("7.5┤")
    assert chart.line([7.5], 20, 7)[2].startswith("5.0┤")


@given(VALUES, st.integers(30, 120), st.integers(3, 20), GLYPHS)
def test_a_chart_keeps_its_size_whatever_the_data(
    values: list[float | None], width: int, height: int, glyphs: Glyphs
) -> None:
    assert {cells(line) for line in chart.line(values, width, height, glyphs=glyphs)} == {width}
    assert len(chart.line(values, width, height, glyphs=glyphs)) == height
    assert len(chart.spark(values, glyphs=glyphs)) == len(values)
    rows = [("label", value, "1,234") for value in values]
    assert {cells(line) for line in chart.bars(rows, width, glyphs=glyphs)} <= {width}


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
