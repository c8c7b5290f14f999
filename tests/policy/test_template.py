"""Sentences with columns in braces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.policy.template import FORMS, BadTemplate, Slot, parse

COLUMNS = ("past_due", "dpd", "promise_broken_on")


def refused(text: str) -> str:
    """Return why a sentence is refused."""
    with pytest.raises(BadTemplate) as caught:
        parse(text, COLUMNS)
    return str(caught.value)


def test_a_sentence_is_its_words_and_its_slots_in_order() -> None:
    found = parse("Ask for {past_due:money} now: {dpd} days", COLUMNS)
    assert found.parts == ("Ask for ", Slot("past_due", "money"), " now: ", Slot("dpd", "text"), " days")
    assert found.columns == ("past_due", "dpd")
    assert found.text == "Ask for {past_due:money} now: {dpd} days"


def test_a_sentence_may_be_all_slots_or_none_or_nothing() -> None:
    assert parse("{dpd}{dpd:count}", COLUMNS).parts == (Slot("dpd", "text"), Slot("dpd", "count"))
    assert parse("Call again", COLUMNS).parts == ("Call again",)
    assert parse("", COLUMNS).parts == ()


def test_room_within_braces_is_no_part_of_a_name() -> None:
    assert parse("{ dpd : days }", COLUMNS).parts == (Slot("dpd", "days"),)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read(form: str) -> None:
    assert parse(f"{{dpd:{form}}}", COLUMNS).parts == (Slot("dpd", form),)  # type: ignore[arg-type]  # a form by its name


def test_an_unknown_column_is_answered_with_the_nearest() -> None:
    assert refused("{promise_brokn_on:date}") == "unknown column “promise_brokn_on”. Did you mean “promise_broken_on”?"
    assert refused("{xyzzy}") == "unknown column “xyzzy”."
    assert refused("{}") == "unknown column “”."


def test_an_unknown_form_is_answered_with_those_there_are() -> None:
    assert refused("{past_due:euros}") == (
        "unknown form “euros” in {past_due:euros}; known: text, money, percent, count, date, day, time, code, days"
    )


@pytest.mark.parametrize("text", ["{dpd", "dpd}", "} {dpd} days", "{ {dpd} days", "{dpd} days }", "{{dpd}}", "}{"])
def test_a_brace_without_its_partner_is_found_wherever_it_stands(text: str) -> None:
    assert refused(text) == f"a brace without its partner in “{text}”"


@given(st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs"])))
def test_text_without_braces_stays_as_it_is(text: str) -> None:
    assert "".join(str(part) for part in parse(text, COLUMNS).parts) == text


@given(st.text("{}:dp ", max_size=12))
def test_no_sentence_is_half_read(text: str) -> None:
    try:
        found = parse(text, ("d", "dp", "p"))
    except BadTemplate:
        return
    literal = "".join(part for part in found.parts if isinstance(part, str))
    assert not set("{}") & set(literal)
    assert len(found.columns) == text.count("{") == text.count("}")
