"""A step of a score names every part, and the parts add up."""

from hypothesis import given
from hypothesis import strategies as st

from deskcollect.present.score import parts, points, step
from deskcollect.records import Part, ScoreStep


def test_a_broken_promise_is_named() -> None:
    assert step(ScoreStep(612, 588, (Part("promise broken", -24),))) == "612 → 588  promise broken −24"


def test_several_parts_are_all_named() -> None:
    change = ScoreStep(564, 531, (Part("broken", -24), Part("not open", -9)))
    assert step(change) == "564 → 531  broken −24, not open −9"


def test_nothing_moved() -> None:
    assert step(ScoreStep(531, 531)) == "531 ="
    assert step(ScoreStep(531, 531, (Part("no answer", 0),))) == "531 ="
    assert step(ScoreStep(531, 531, (Part("open", 9), Part("broken", -9)))) == "531 =  open +9, broken −9"


@given(st.lists(st.integers(-200, 200)))
def test_the_parts_as_written_add_up(given_points: list[int]) -> None:
    words = parts(Part("p", value) for value in given_points)
    assert sum(int(word.rsplit(" ")[-1].replace("−", "-")) for word in words.split(", ") if word) == sum(given_points)


def test_points_are_signed() -> None:
    assert [points(value) for value in (9, -24, 0)] == ["+9", "−24", "0"]
