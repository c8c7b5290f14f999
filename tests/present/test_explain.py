"""Every decision is explained in words and names its rule."""

from __future__ import annotations

import pytest

from deskcollect.present.explain import Explanation
from deskcollect.present.lines import length, plain
from tests.present.conftest import Told


def explained(told: Told, row: dict[str, object], width: int = 92) -> str:
    """Return the explanation of a row as text."""
    policies = told.desk.policies
    explanation = Explanation(told.voice, policies, row, told.day.silent, "default-1", "3 of 122 in To call, by risk")
    lines = explanation.lines(width)
    assert all(length(entry) <= width for entry in lines)
    return "\n".join(plain(entry) for entry in lines).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("width", [56, 76, 92])
def test_every_decision_of_every_account_names_its_rule(told: Told, width: int) -> None:
    for row in told.day.table.head(120).iter_rows(named=True):
        text = explained(told, row, width)
        flat = " ".join(text.split())
        for rule in (row["tier_rule"], row["treatment"], row["why"], row["hold_rule"], row["alert_level_rule"]):
            assert rule is None or rule in flat
        assert all(signal in flat for signal in row["signals"] or ())
        assert told.desk.policies.hash in flat


def test_conditions_are_said_and_not_shown_as_sql(told: Told) -> None:
    text = explained(told, told.having(treatment="promise-broken-again"))
    assert "because promise is broken" in " ".join(text.split())
    assert "INTERVAL" not in text
    assert "3 of 122 in To call, by risk" in text


def test_rules_without_data_are_named_with_what_they_lack(told: Told) -> None:
    explanation = Explanation(
        told.voice, told.desk.policies, told.having(), (("a", ("contacts",)), ("b", ("transactions",))), "card"
    )
    text = " ".join(plain(entry).strip() for entry in explanation.lines(92))
    assert "at a, b: the book has no contacts and no transactions" in text


def test_the_catch_all_says_that_nothing_else_matches(told: Told) -> None:
    last = list(told.desk.policies.treatments)[-1]
    text = explained(told, {**told.having(), "treatment": last.id})
    assert "because no other rule matches" in " ".join(text.split())
