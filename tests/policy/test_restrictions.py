"""What must hold in restrictions.toml, named with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskcollect.policy.load import load
from deskcollect.policy.model import Policies
from tests.policy.files import change, found_in, mistake, put, shipped

FILE = "restrictions.toml"


@pytest.mark.parametrize(
    ("header", "words", "old", "new", "message"),
    [
        ("kind", 'id = "suspension"', "needs_signature = true", "needs_signature = false", "a suspension needs a signature"),
        ("kind", 'id = "limit_cut"', "gravity = 4", "gravity = 3", "gravity 3 is that of “no_new_spending” already"),
        ("kind", 'id = "limit_cut"', 'release = "RESTORE-LIMIT"\n', "", "order and release belong together"),
        ("kind", 'id = "limit_cut"', 'id = "limit_cut"', 'id = "watch"', "“watch” is there already, in line 9"),
        ("reason", 'code = "REDRAW"', 'code = "REDRAW"', 'code = "redraw"', "“redraw” must be a code in capitals"),
        ("reason", 'code = "REDRAW"', 'signals = ["redraw"]', 'signals = ["redrew"]', "signals: “redrew” is no rule of alerts.toml"),
        ("reason", 'code = "REDRAW"', "review_days = 60", "review_days = 0", "review_days = 0 cannot be meant"),
        ("check", 'id = "score-520"', "score >= 520", "scroe >= 520", "when: unknown column “scroe”. Did you mean “score”?"),
        ("check", 'id = "score-520"', "score >= 520", "SUM(score) >= 520", "when: the function SUM, which looks at many accounts at once, is not allowed in a condition"),
        ("check", 'id = "score-520"', "{score:count}", "{scores:count}", "value: unknown column “scores”. Did you mean “score”?"),
        ("release", 'id = "FRAUD"', '"no-dispute", "quiet-14"]\n\n[[release]]\nid = "IDENT"', '"no-dispute", "quiet-15"]\n\n[[release]]\nid = "IDENT"', "checks: “quiet-15” is no check"),
        ("release", 'id = "FRAUD"', 'checks = ["identity", "no-dispute", "quiet-14"]', "checks = []", "checks: there is none"),
        ("release", 'id = "FRAUD"', 'checks = ["identity", "no-dispute", "quiet-14"]', 'checks = ["identity", "identity"]', "checks: one stands there twice"),
        ("release", 'id = "CLEAN-LARGE"', "review_days = 14", "review_days = 9999", "review_days = 9999 cannot be meant"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(
    tmp_path: Path, header: str, words: str, old: str, new: str, message: str
) -> None:
    unread = message.startswith(("when: ", "value: "))
    at = mistake(tmp_path, FILE, words, old, new, header="" if unread else header)
    assert (FILE, at, message) in found_in(tmp_path)


def test_every_kind_is_told(tmp_path: Path) -> None:
    text = shipped(FILE)
    start = text.index('[[kind]]\nid = "limit_cut"')
    put(tmp_path, FILE, text[:start] + text[text.index('[[kind]]\nid = "suspension"') :])
    assert [said for *_, said in found_in(tmp_path)] == ["nothing is said of “limit_cut”"]


def test_the_last_release_catches_all(tmp_path: Path) -> None:
    change(tmp_path, FILE, 'label = "every other case"\nwhen = "TRUE"', 'label = "every other case"\nwhen = "dpd > 1"')
    assert [said for *_, said in found_in(tmp_path)] == ["the last rule must catch all"]


def test_days_of_a_rebreach_are_a_number_that_can_be_meant(tmp_path: Path) -> None:
    change(tmp_path, FILE, "rebreach_days = 90", "rebreach_days = 0")
    assert [said for *_, said in found_in(tmp_path)] == ["rebreach_days = 0 cannot be meant"]


def test_a_desk_without_the_rule_of_a_shipped_reason_opens(tmp_path: Path) -> None:
    text = shipped("alerts.toml")
    start = text.index('[[signal]]\nid = "redraw"')
    put(tmp_path, "alerts.toml", text[:start] + text[text.index("[[signal]]", start + 1) :])
    assert load(tmp_path).restrictions.reason("REDRAW") is not None


def test_every_shipped_reason_names_signals_that_are_shipped(policies: Policies) -> None:
    known = {rule.id for rule in policies.signals}
    assert {name for ground in policies.restrictions.reasons for name in ground.signals} <= known


def test_signals_suggest_reasons_in_the_order_of_the_file(policies: Policies) -> None:
    suggested = policies.restrictions.suggested(["promise-broken", "cash-advances", "woke-up"])
    assert [ground.code for ground in suggested] == ["CASH3", "WOKE", "PROM"]


def test_a_reason_is_found_in_small_letters(policies: Policies) -> None:
    found = policies.restrictions.reason("cash3")
    assert found is not None
    assert found.code == "CASH3"
    assert policies.restrictions.reason("CASH4") is None


def test_every_shipped_check_is_asked_for_by_a_release(policies: Policies) -> None:
    told = policies.restrictions
    assert {check.id for check in told.checks} == {name for each in told.releases for name in each.checks}
