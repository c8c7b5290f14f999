"""Parts of a condition go together by kind: text, numbers, dates, days, true or false."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.policy.condition import BadCondition, compile_condition

ONE_OF = {
    "text": ("currency", "stage", "'EUR'", "COALESCE(product, '')"),
    "number": ("dpd", "past_due", "3", "dpd + 1", "ABS(past_due)", "past_due / balance", "GREATEST(dpd, 1)", "-dpd"),
    "date": ("as_of", "last_on", "DATE '2026-09-30'", "as_of - INTERVAL '30 days'", "INTERVAL '1 day' + as_of"),
    "days": ("INTERVAL '30 days'", "as_of - last_on"),
    "truth": ("autopay_dropped", "(dpd > 1)"),
}
PAIRS = [(one, other) for one in ONE_OF for other in ONE_OF if one != other]


def refused(text: str) -> str:
    """Return why a condition is refused."""
    with pytest.raises(BadCondition) as caught:
        compile_condition(text, frames.TIERED_FACTS)
    return str(caught.value)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_different_kinds_are_never_compared(one: str, other: str) -> None:
    for left in ONE_OF[one]:
        for right in ONE_OF[other]:
            refused(f"{left} = {right}")


@given(st.sampled_from([(left, right) for kind in ("number", "date", "days") for left in ONE_OF[kind] for right in ONE_OF[kind]]))  # fmt: skip
def test_what_is_of_one_kind_is_compared(pair: tuple[str, str]) -> None:
    left, right = pair
    assert compile_condition(f"{left} >= {right}", frames.TIERED_FACTS).columns is not None


def test_days_are_not_compared_with_a_bare_number_and_the_way_is_told() -> None:
    said = refused("as_of - last_on > 30")
    assert said == (
        "types do not fit: “as_of - last_on” is a span of days and “30” is a number: they cannot be compared; "
        "so many days are written INTERVAL '30 days'"
    )
    assert compile_condition("as_of - last_on > INTERVAL '30 days'", frames.TIERED_FACTS).columns == {
        "as_of",
        "last_on",
    }


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("last_on >= as_of - 30", "“as_of” is a date and “30” is a number: they cannot be subtracted"),
        ("as_of + last_on > as_of", "“as_of” is a date and “last_on” is a date: they cannot be added"),
        ("last_on * 2 > as_of", "they cannot be multiplied"),
        ("dpd / last_on > 1", "they cannot be divided"),
        ("NOT dpd", "“dpd” is a number, where true or false is needed"),
        ("autopay_dropped AND past_due", "“past_due” is a number, where true or false is needed"),
        ("dpd LIKE '3'", "where text is needed"),
        ("ABS(last_on) > 1", "where a number is needed"),
        ("dpd BETWEEN last_on AND as_of", "they cannot be compared"),
        ("CASE WHEN dpd > 1 THEN last_on ELSE 3 END > 4", "they cannot be compared"),
        ("CASE WHEN dpd THEN TRUE ELSE FALSE END", "where true or false is needed"),
        ("CASE dpd WHEN last_on THEN TRUE ELSE FALSE END", "they cannot be compared"),
        ("COALESCE(last_on, 0) > as_of", "they cannot be compared"),
        ("dpd IS TRUE", "they cannot be compared"),
    ],
)
def test_the_parts_that_do_not_go_together_are_named(text: str, named: str) -> None:
    assert named in refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "dpd = NULL OR dpd IS NULL",
        "callback_at > as_of",
        "autopay_dropped IS TRUE",
        "CASE WHEN dpd > 1 THEN TRUE ELSE FALSE END",
        "CASE stage WHEN 'late' THEN 2 ELSE 1 END > 1",
        "COALESCE(NULL, dpd) > 1",
        "dpd + NULL > 1",
    ],
)
def test_what_is_not_known_goes_with_everything_and_dates_with_times(text: str) -> None:
    compile_condition(text, frames.TIERED_FACTS)


def test_a_long_chain_is_not_too_deep() -> None:
    compile_condition(" OR ".join(["dpd = 1"] * 180), frames.TIERED_FACTS)
