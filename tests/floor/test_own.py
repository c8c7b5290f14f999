"""What a lender's own columns are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.own import PREFIX, by_name, is_own, name


@pytest.mark.parametrize(
    ("header", "called"),
    [
        ("tenure_months", "own_tenure_months"),
        ("Tenure (Months)", "own_tenure_months"),
        ("tenureMonths", "own_tenure_months"),
        (" TENURE-MONTHS ", "own_tenure_months"),
        ("ＡＢＣ１", "own_abc1"),
        ("年龄", "own_年龄"),
        ("habit", "own_habit"),
        ("", ""),
        ("—/()", ""),
    ],
)
def test_case_width_and_signs_between_words_make_no_difference(header: str, called: str) -> None:
    assert name(header) == called


def test_words_that_run_together_are_another_column() -> None:
    assert name("tenuremonths") != name("tenure_months")


@given(st.text(max_size=30))
def test_a_name_is_the_name_of_its_own_words(header: str) -> None:
    called = name(header)
    assert not called or is_own(called)
    assert name(called.removeprefix(PREFIX)) == called


def test_of_two_headers_with_one_name_the_first_counts() -> None:
    assert by_name(["Tenure months", "tenure_months", "—", "sex"]) == {
        "own_tenure_months": "Tenure months",
        "own_sex": "sex",
    }
