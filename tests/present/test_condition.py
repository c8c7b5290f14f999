"""A rule's condition as a person says it."""

from __future__ import annotations

import pytest

from deskcollect.policy import load
from deskcollect.present.condition import in_words


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("stage = 'early' AND tier IN ('D', 'E')", "stage is early, tier is D or E"),
        ("tier IN ('A')", "tier is A"),
        ("refused_on >= today - INTERVAL '30 days'", "declined in the last 30 days"),
        ("promise_due <= today + INTERVAL '2 days'", "promised date within 2 days"),
        ("callback_at IS NOT NULL", "callback known"),
        ("NOT (callback_at IS NULL)", "callback known"),
        ("hold_code IS NULL", "record that stops work not known"),
        ("NOT worked_today", "not worked today"),
        ("NOT (dpd > 3 AND vulnerable)", "not (days past due over 3, vulnerable)"),
        ("dpd BETWEEN 31 AND 60", "days past due from 31 to 60"),
        ("paid_now < 0.7 * paid_one_ago", "paid now under 0.7 × paid one ago"),
        ("deceased OR hold_code = 'DECD'", "deceased or record that stops work is DECD"),
        ("COALESCE(product, '') <> 'loan'", "product is not loan"),
        ("conversation_on < DATE '2026-09-30'", "spoken to under 2026-09-30"),
        ("TRUE", "always"),
        ("FALSE", "never"),
        ("GREATEST(dpd, 1) > 2", "GREATEST(dpd, 1) over 2"),
        ("this is no condition ((", "this is no condition (("),
    ],
)
def test_a_condition_is_said(condition: str, words: str) -> None:
    assert in_words(condition) == words


def test_no_shipped_rule_is_left_in_sql() -> None:
    policies = load.load()
    rulesets = (policies.holds, policies.treatments, policies.floors, policies.levels, policies.queues, policies.whys)
    told = [in_words(rule.when.text) for rules in rulesets for rule in rules]
    assert told
    assert not [words for words in told if any(sign in words for sign in (" AND ", " IN ", "INTERVAL", "'", "<", ">"))]
