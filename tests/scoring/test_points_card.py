"""A lender's own points as a card: what they are worth here, what stands for the average, and what is refused."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect.errors import BadCard
from deskcollect.scoring import points_card
from deskcollect.scoring.card import PAST_DUE, Bin, dump, load, parse
from deskcollect.scoring.card_check import MOST_BINS
from deskcollect.scoring.score import POINTS_PER_MILLI, milli_of, probability_of, score_of
from tests.scoring.builders import NAMES, row_of
from tests.scoring.points import ROWS, SCALE, Form, changed


def test_points_become_the_score_that_they_add_up_to(tmp_path: Path) -> None:
    card = Form().read(tmp_path)
    assert parse(json.loads(dump(card))) == card
    assert card.stamp == f"ours-1.0+{card.hash[:8]}"
    assert card.segment == PAST_DUE
    assert score_of(milli_of(card, row_of(late_months=0.0, use_now=0.1))) == 500 + 20 + 10
    assert score_of(milli_of(card, row_of(late_months=0.5, use_now=0.1))) == 500 + 5 + 10
    assert score_of(milli_of(card, row_of(late_months=2.5, use_now=-5.0))) == 500 - 30 + 10
    assert score_of(milli_of(card, row_of(use_now=math.inf))) == math.floor(500 + 0 - 12.5 + 0.5)
    assert score_of(milli_of(card, row_of(late_months=9.0, use_now=math.nan))) == 500 - 30 - 4


def test_another_scale_is_brought_to_ours(tmp_path: Path) -> None:
    scale = {"base_score": "700", "base_odds": "50", "pdo": "40", "higher_is": "safer", "base_points": "660"}
    card = Form(scale=scale).read(tmp_path)
    milli = milli_of(card, row_of(late_months=0.0, use_now=0.1))  # 660 + 20 + 10: 10 points below 50 to 1
    assert probability_of(milli) == pytest.approx(1 / (1 + 50 * 2 ** (-10 / 40)), abs=1e-4)
    better = milli_of(card, row_of(late_months=0.0, use_now=0.1)) - milli_of(card, row_of(late_months=0.0, use_now=0.5))
    assert better == pytest.approx(-22.5 / 40 * math.log(2) * 1000, abs=1)


def test_a_score_that_is_higher_for_the_riskier_is_turned_round(tmp_path: Path) -> None:
    safer = Form().read(tmp_path)
    riskier = Form(scale=SCALE | {"higher_is": "Riskier"}).read(tmp_path)
    rows = [row_of(late_months=value, use_now=0.1) for value in (0.0, 3.0)]
    assert milli_of(safer, rows[0]) < milli_of(safer, rows[1])
    assert milli_of(riskier, rows[0]) > milli_of(riskier, rows[1])
    at_base = Form(scale=SCALE | {"higher_is": "riskier", "base_points": "570"}).read(tmp_path)
    assert score_of(milli_of(at_base, rows[0])) == 600


def test_each_segment_has_its_own_points_and_an_empty_one_is_both(tmp_path: Path) -> None:
    own = Form(
        scale=SCALE
        | {
            "segment_by": "late_streak",
            "segment_from": "2",
            "segment_below": "new",
            "segment_above": '"old, and late"',
        },
        rows=(
            "use_now,new,,0.3,,10,,",
            "use_now,new,0.3,,,0,,",
            'use_now,"old, and late",,0.5,,7,,',
            'use_now,"old, and late",0.5,,,-7,,',
            "use_now,,,,yes,1,,",
        ),
    )
    card = own.read(tmp_path)
    assert card.segment.names == ("new", "old, and late")
    assert [(each.start, each.end) for each in card.characteristics[0].bins] == [(None, 0.3), (0.3, 0.5), (0.5, None)]
    found = [score_of(milli_of(card, row_of(late_streak=s, use_now=u))) for s in (0.0, 2.0) for u in (0.1, 0.4, 0.6)]
    assert found == [510, 500, 500, 507, 507, 493]
    assert score_of(milli_of(card, row_of(late_streak=2.0))) == 501


def test_the_average_account_is_counted_where_its_accounts_are(tmp_path: Path) -> None:
    rows = (
        "use_now,not past due,,0.3,,10,30,3",
        "use_now,not past due,0.3,,,-10,10,2",
        "use_now,not past due,,,yes,4,,",
        "use_now,past due,,0.3,,10,0,0",
        "use_now,past due,0.3,,,-20,0,0",
        "use_now,past due,,,yes,4,9,",
    )
    card = Form(rows=rows).read(tmp_path)
    [own] = card.characteristics
    assert points_card.is_counted(card)
    assert card.trained_on["average"] == "counted"
    assert [each.counts for each in own.bins] == [(30, 0), (10, 0)]
    assert [each.bads for each in own.bins] == [(3, 0), (2, 0)]
    assert -POINTS_PER_MILLI * own.neutral[0] == pytest.approx((30 * 10 - 10 * 10) / 40, abs=0.03)
    assert -POINTS_PER_MILLI * own.neutral[1] == pytest.approx((10 - 20) / 2, abs=0.03)  # nobody is in it


def test_counts_of_both_segments_make_one_average_and_stand_in_no_bin(tmp_path: Path) -> None:
    rows = ("use_now,,,0.3,,10,30,3", "use_now,,0.3,,,-10,10,2", "use_now,,,,yes,4,,")
    [own] = Form(rows=rows).read(tmp_path).characteristics
    assert own.bins[0].counts is own.bins[0].bads is None
    assert own.neutral[0] == own.neutral[1]
    assert -POINTS_PER_MILLI * own.neutral[0] == pytest.approx(5, abs=0.03)


def test_segments_that_are_cut_differently_have_no_counts_a_bin_and_an_average_all_the_same(tmp_path: Path) -> None:
    rows = (
        "use_now,not past due,,0.3,,10,30,3",
        "use_now,not past due,0.3,,,-10,10,2",
        "use_now,past due,,0.5,,10,5,3",
        "use_now,past due,0.5,,,-10,15,9",
        "use_now,,,,yes,4,,",
    )
    card = Form(rows=rows).read(tmp_path)
    [own] = card.characteristics
    assert len(own.bins) == 3
    assert all(each.counts is None and each.bads is None for each in own.bins)
    assert [-POINTS_PER_MILLI * neutral for neutral in own.neutral] == [
        pytest.approx(5, abs=0.03),
        pytest.approx(-5, abs=0.03),
    ]
    assert points_card.is_counted(card)


def test_without_counts_the_middle_of_the_bins_stands_for_the_average_and_the_card_says_so(tmp_path: Path) -> None:
    card = Form().read(tmp_path)
    assert not points_card.is_counted(card)
    assert card.trained_on["average"] == "assumed"
    assert -POINTS_PER_MILLI * card.characteristics[0].neutral[0] == pytest.approx((20 - 30) / 2, abs=0.03)
    assert points_card.is_counted(load())


@st.composite
def forms(draw: st.DrawFn) -> tuple[dict[str, float | str], dict[str, list[float]], dict[str, float]]:
    """Return a scale, the points of the bins of some characteristics, and those of unknown values."""
    scale: dict[str, float | str] = {
        "base_score": draw(st.integers(0, 1000)),
        "base_odds": draw(st.floats(0.1, 100)),
        "pdo": draw(st.floats(5, 200)),
        "higher_is": draw(st.sampled_from(["safer", "riskier"])),
        "base_points": draw(st.floats(-500, 1500)),
    }
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=27, unique=True))
    points = st.floats(-200, 200)
    return scale, {n: draw(st.lists(points, min_size=1, max_size=4)) for n in names}, {n: draw(points) for n in names}


@given(forms(), st.data())
@settings(max_examples=60, deadline=None)
def test_the_log_odds_are_within_half_a_thousandth_a_rounding(
    tmp_path_factory: pytest.TempPathFactory,
    form: tuple[dict[str, float | str], dict[str, list[float]], dict[str, float]],
    data: st.DataObject,
) -> None:
    scale, bins, missing = form
    rows = []
    for name, points in bins.items():
        edges = ["", *map(str, range(1, len(points))), ""]
        rows += [f"{name},,{edges[k]},{edges[k + 1]},,{value!r},," for k, value in enumerate(points)]
        rows.append(f"{name},,,,yes,{missing[name]!r},,")
    card = Form(scale={name: str(value) for name, value in scale.items()}, rows=tuple(rows)).read(
        tmp_path_factory.mktemp("form")
    )
    values = {name: data.draw(st.none() | st.integers(0, 5)) for name in bins}
    total = Fraction(scale["base_points"])
    for name, value in values.items():
        total += Fraction(missing[name] if value is None else bins[name][min(value, len(bins[name]) - 1)])
    sign = 1 if scale["higher_is"] == "safer" else -1
    doublings = float((total - Fraction(scale["base_score"])) / Fraction(scale["pdo"]))
    exact = -1000 * (math.log(float(scale["base_odds"])) + sign * doublings * math.log(2))
    row = row_of(**{name: float(value) for name, value in values.items() if value is not None})
    bound = (len(bins) + 1) / 2
    assert abs(milli_of(card, row) - exact) <= bound + 1e-6
    assert POINTS_PER_MILLI * bound <= 0.5
    assert 0.25 * bound / 1000 <= 0.0035


# --- what is refused ---------------------------------------------------------------------------------------------------

NO_SCALE = [(Form(scale={k: v for k, v in SCALE.items() if k != name}), None, f"{name} is not said") for name in SCALE]
SPLIT = SCALE | {"segment_by": "late_streak", "segment_from": "2", "segment_below": "new", "segment_above": "old"}
REFUSED: list[tuple[Form, int | None, str]] = [
    *NO_SCALE,
    # the scale
    (Form(scale=SCALE | {"pdo": "0"}), 4, "pdo is not above zero."),
    (Form(scale=SCALE | {"base_odds": "-20"}), 3, "base_odds is not above zero."),
    (Form(scale=SCALE | {"base_odds": "20:1"}), 3, "base_odds is “20:1”, which is no number."),
    (Form(scale=SCALE | {"base_odds": "nan"}), 3, "base_odds is “nan”, which is no finite number."),
    (Form(scale=SCALE | {"base_odds": "1e999"}), 3, "base_odds is “1e999”, which is no finite number."),
    (Form(scale=SCALE | {"base_score": ""}), 2, "base_score is empty."),
    (Form(scale=SCALE | {"higher_is": "better"}), 5, "higher_is says “better”."),
    (Form(scale=SCALE | {"pdq": "1"}), 7, "“pdq” is neither a characteristic nor a setting."),
    (Form(rows=("pdo,,,,,20,,", *ROWS)), 7, "pdo is said a second time; the first is in line 4."),
    (Form(rows=("target,,,,yes,x,,", *ROWS)), 7, "target is a setting and has no “missing”."),
    (Form(rows=("target,,,,,a\x07b,,", *ROWS)), 7, "target cannot be shown."),
    # the segments
    (Form(scale={k: v for k, v in SPLIT.items() if k != "segment_from"}), 7, "segment_from is not said."),
    (Form(scale=SPLIT | {"segment_by": "late_streek"}), 7, "“late_streek” is no characteristic."),
    (Form(scale=SPLIT | {"segment_from": "two"}), 8, "segment_from is “two”, which is no number."),
    (Form(scale=SPLIT | {"segment_above": "new"}), 10, "Both segments have one name."),
    (Form(scale=SPLIT | {"segment_above": "x" * 201}), 10, "segment_above is no name that can be shown."),
    (changed((11, "use_now,past duee,,0.3,,10,,")), 11, "“past duee” is no segment."),
    (changed((13, "use_now,past due,,,yes,-4,,")), 11, "“use_now” in segment “not past due” has no row for unknown"),
    (changed((11, "use_now,past due,,0.3,,1,,"), (12, "use_now,past due,0.3,,,2,,")), 11, "segment “not past due” has no bins"),
    # the characteristics
    (changed((11, "use_nov,,,0.3,,10,,")), 11, "“use_nov” is neither a characteristic nor a setting."),
    (changed((11, ",,,0.3,,10,,")), 11, "The row names no characteristic."),
    (Form(rows=(*ROWS, "late_months,,,,,4,,")), 14, "“late_months” comes a second time; its rows began in line 7."),
    (Form(rows=()), None, "It holds settings and no characteristic."),
    # the bins
    (changed((8, "late_months,,0.6,2.5,,5,,")), 8, "“late_months” has no points from 0.5 to 0.6."),
    (changed((8, "late_months,,0.4,2.5,,5,,")), 8, "“late_months” has points twice from 0.4: line 7 reaches beyond."),
    (changed((8, "late_months,,,2.5,,5,,")), 8, "“late_months” has points twice from the bottom: line 7"),
    (changed((8, "late_months,,0.5,,,5,,")), 9, "“late_months” has points twice from 2.5: line 8 reaches beyond."),
    (changed((8, ROWS[2]), (9, ROWS[1])), 9, "“late_months”: the row from 0.5 stands after that from 2.5."),
    (changed((7, "late_months,,0,0.5,,20,,")), 7, "“late_months” begins at 0: what is below has no points."),
    (changed((9, "late_months,,2.5,6,,-30,,")), 9, "“late_months” ends at 6: what is above has no points."),
    (changed((8, "late_months,,2.5,0.5,,5,,")), 8, "From 2.5 to 0.5 there is no value."),
    (changed((8, "late_months,,0.5,0.5,,5,,")), 8, "From 0.5 to 0.5 there is no value."),
    (changed((8, "late_months,,0.5,inf,,5,,")), 8, "to is “inf”, which is no finite number."),
    (changed((8, "late_months,,NaN,2.5,,5,,")), 8, "from is “NaN”, which is no finite number."),
    (changed((8, "late_months,,one,2.5,,5,,")), 8, "from is “one”, which is no number."),
    (changed((11, ""), (12, "")), 11, "“use_now” has no bins."),
    # unknown values
    (changed((13, "")), 11, "“use_now” has no row for unknown values."),
    (Form(rows=(*ROWS, "use_now,,,,yes,3,,")), 14, "“use_now” has a row for unknown values already, in line 13."),
    (changed((13, "use_now,,0.1,,yes,3,,")), 13, "A row for unknown values has no from and no to."),
    (changed((13, "use_now,,,,maybe,3,,")), 13, "missing says “maybe”."),
    # the points
    (changed((8, "late_months,,0.5,2.5,,,,")), 8, "points is empty."),
    (changed((8, "late_months,,0.5,2.5,,NaN,,")), 8, "points is “NaN”, which is no finite number."),
    (changed((8, "late_months,,0.5,2.5,,-Infinity,,")), 8, "points is “-Infinity”, which is no finite number."),
    (changed((8, 'late_months,,0.5,2.5,,"1,5",,')), 8, "points is “1,5”, which is no number."),
    (changed((8, "late_months,,0.5,2.5,,1_000,,")), 8, "points is “1_000”, which is no number."),
    (changed((8, "late_months,,0.5,2.5,,١٢,,")), 8, "points is “١٢”, which is no number."),
    (changed((8, "late_months,,0.5,2.5,,2886,,")), 8, "Points of 2886 are beyond reason where 20 points double"),
    (changed((13, "use_now,,,,yes,-1e300,,")), 13, "Points of -1e+300 are beyond reason"),
    # the counts
    (changed((8, "late_months,,0.5,2.5,,5,4,")), 7, "4 of 5 rows have no count."),
    (changed((8, "late_months,,0.5,2.5,,5,-4,")), 8, "count is “-4”, which is no such number."),
    (changed((8, "late_months,,0.5,2.5,,5,many,")), 8, "count is “many”, which is no number."),
    (changed((8, "late_months,,0.5,2.5,,5,1.5,")), 8, "count is “1.5”, which is no such number."),
    (changed((8, "late_months,,0.5,2.5,,5,4,5")), 8, "Not so many as 5 accounts are counted, let alone bad."),
    (changed((8, "late_months,,0.5,2.5,,5,,5")), 8, "Not so many as 5 accounts are counted, let alone bad."),
    # the file
    (changed((8, "late_months,,0.5,2.5,,5,,,7")), 8, "The line has 9 cells, and there are 8 columns."),
    (Form(header="characteristic,segment,from,missing,points,count,bad,bad"), 1, "The column “to” is missing."),
    (Form(header="characteristic,segment,from,to,missing,points,count,bad,bad"), 1, "The column “bad” is there twice."),
    (Form(header="characteristic,sgement,from,to,missing,points,count,bad"), 1, "“sgement” is no column of the form."),
]  # fmt: skip


@pytest.mark.parametrize(("form", "line", "message"), REFUSED, ids=[message for _, _, message in REFUSED])
def test_a_form_that_cannot_be_followed_is_refused_with_line_and_remedy(
    form: Form, line: int | None, message: str, tmp_path: Path
) -> None:
    found = form.refused(tmp_path)
    told = [(issue.place.line, issue.message) for issue in found]
    assert any(at == line and message in text for at, text in told), told
    assert {issue.place.file for issue in found} == {"ours.csv"}
    assert [at or 0 for at, _ in told] == sorted(at or 0 for at, _ in told)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    form = replace(
        changed((8, "late_months,,0.6,2.5,,5,,"), (13, ""), (12, "use_now,,0.3,1,,x,,")), scale=SCALE | {"pdo": "0"}
    )
    lines = [(issue.place.line, issue.place.column) for issue in form.refused(tmp_path)]
    assert lines == [(4, "pdo"), (8, "from"), (12, "points")]


def test_a_row_that_cannot_be_read_makes_no_gap(tmp_path: Path) -> None:
    assert [issue.place.line for issue in changed((8, "late_months,,0.5,2.5,,x,,")).refused(tmp_path)] == [8]


def test_too_many_bins_and_too_many_points_are_refused(tmp_path: Path) -> None:
    edges = ["", *map(str, range(MOST_BINS)), ""]
    rows = [f"use_now,,{edges[k]},{edges[k + 1]},,1,," for k in range(MOST_BINS + 1)]
    found = Form(rows=(*rows, "use_now,,,,yes,1,,")).refused(tmp_path)
    assert [issue.message for issue in found] == [f"“use_now” has more than {MOST_BINS} bins."]
    high = [row for name in NAMES for row in (f"{name},,,,,2500,,", f"{name},,,,yes,0,,")]
    with pytest.raises(BadCard, match="together they leave what can be calculated"):
        Form(rows=tuple(high)).read(tmp_path)
    with pytest.raises(BadCard, match="together they leave what can be calculated"):
        Form(
            scale=SCALE | {"base_points": "1e308", "pdo": "1e-300"}, rows=("use_now,,,,,0,,", "use_now,,,,yes,0,,")
        ).read(tmp_path)


def test_thousandths_beside_the_points_must_say_the_same(tmp_path: Path) -> None:
    header = "characteristic,segment,from,to,missing,points,milli,bad"
    rows = ("use_now,,,,,10,-346,", "use_now,,,,yes,10,-340,")
    found = Form(rows=rows, header=header).refused(tmp_path)
    assert [(issue.place.line, issue.message) for issue in found] == [
        (8, "milli says -340, and the points are worth -346.6.")
    ]
    assert Form(rows=(*rows[:1], "use_now,,,,yes,10,-347,"), header=header).read(tmp_path).row_count == 1


def test_a_card_of_one_bin_is_a_card(tmp_path: Path) -> None:
    card = Form(rows=("use_now,,,,,5,,", "use_now,,,,yes,0,,")).read(tmp_path)
    assert card.characteristics[0].bins == (Bin(None, None, (-173, -173)),)


def test_the_remedy_names_what_was_meant(tmp_path: Path) -> None:
    [found] = [issue for issue in changed((11, "use_nov,,,0.3,,10,,")).refused(tmp_path) if issue.place.line == 11]
    assert found.remedy == "Did you mean “use_now”?"
