"""What must hold in incentives.toml, named with file and line: nothing harsh in haste, alone, or by the score alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskcollect import frames
from deskcollect.policy.check_incentives import looks_at_conduct
from deskcollect.policy.condition import compile_condition, conjuncts
from deskcollect.policy.model import Policies
from tests.policy.files import change, found_in, mistake, put, shipped

FILE = "incentives.toml"
BY_SCORE = "when: it may be met by score or tier alone, and nobody is pressed for a score"


@pytest.mark.parametrize(
    ("header", "words", "old", "new", "message"),
    [
        ("measure", 'id = "late-fee"', "dpd >= 30", "ddp >= 30", "when: unknown column “ddp”. Did you mean “dpd”?"),
        ("measure", 'id = "late-fee"', "dpd >= 30", "SUM(dpd) >= 30", "when: the function SUM, which looks at many accounts at once, is not allowed in a condition"),
        ("measure", 'id = "late-fee"', 'id = "late-fee"', 'id = "fee-waived"', "“fee-waived” is there already, in line 11"),
        ("measure", 'id = "late-fee"', 'id = "late-fee"', 'id = "Late fee"', "“Late fee” is no name that can be typed"),
        ("measure", 'id = "late-fee"', "wait_days = 14\n", "", "a consequence needs a waiting time after its notice"),
        ("measure", 'id = "late-fee"', "wait_days = 14", "wait_days = 0", "a consequence needs a waiting time after its notice"),
        ("measure", 'id = "late-fee"', "second_person = true", "second_person = false", "a consequence needs a second person"),
        ("measure", 'id = "late-fee"', "hold_rule IS NULL AND ", "", "when: it does not look at holds"),
        ("measure", 'id = "late-fee"', 'order = "CHARGE-FEE"', 'ends = "watch"', "a consequence ends no restriction"),
        ("measure", 'id = "late-fee"', "once_in_days = 30", "once_in_days = 0", "once_in_days = 0 cannot be meant"),
        ("measure", 'id = "late-fee"', "fees = 1", "fees = 101", "fees = 101 cannot be meant"),
        ("measure", 'id = "late-fee"', "fees = 1\n", "", "measure_amount comes from nothing"),
        ("measure", 'id = "late-fee"', "fees = 1", "fees = 1\nlimit_share = 0.2", "fees, rate_points and limit_share are three ways to count"),
        ("measure", 'id = "late-fee"', "{measure_amount:money}", "as it is", "cost_or_gain does not say what it comes to"),
        ("measure", 'id = "late-fee"', "dpd >= 30", "measure_amount >= 30", "measure_amount is known to cost_or_gain only"),
        ("measure", 'id = "late-fee"', 'approve_by = "lead"', 'approve_by = "boss"', "approve_by: “boss” is none of collector, lead, analyst"),
        ("measure", 'id = "rate-reduced"', "months = 6\n", "", "rate_points and months belong together"),
        ("measure", 'id = "rate-reduced"', 'assumption = "the balance stays as it is for the 6 months"\n', "", "what its amount takes for granted is not said"),
        ("measure", 'id = "fee-waived"', "once_in_days", "wait_days = 3\nonce_in_days", "an incentive waits for nothing"),
        ("price", 'currency = "TWD"', 'currency = "TWD"', 'currency = "TDW"', "“TDW” is no currency"),
        ("price", 'currency = "TWD"', 'late_fee = "300"', 'late_fee = "-3"', "late_fee = “-3” is no amount from 0 to 1,000,000,000"),
        ("price", 'currency = "EUR"', 'currency = "EUR"', 'currency = "TWD"', "“TWD” is there already, in line 115"),
        ("price", 'currency = "EUR"', 'source = "assumed; write your own tariff here"', 'source = ""', "source is empty"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(
    tmp_path: Path, header: str, words: str, old: str, new: str, message: str
) -> None:
    unread = message.startswith(("when: unknown", "when: the function", "approve_by: "))
    at = mistake(tmp_path, FILE, words, old, new, header="" if unread else header)
    assert (FILE, at, message) in found_in(tmp_path)


def test_a_sentence_that_is_kept_names_no_person(tmp_path: Path) -> None:
    change(tmp_path, FILE, 'why = "{dpd:days} past due, and', 'why = "{customer_name}, {dpd:days} past due, and')
    assert [said for *_, said in found_in(tmp_path)] == [
        "why: customer_name may not stand in it: it is kept in the ledger"
    ]


def test_a_reason_names_a_fact(tmp_path: Path) -> None:
    whole = 'why = "{dpd:days} past due, and not late in the five statements before, {full_payments_count:count} of them paid in full"'
    change(tmp_path, FILE, whole, 'why = "{customer_name} deserves it"')
    assert [said for *_, said in found_in(tmp_path)] == ["why: no column in it says what was found"]


def test_days_after_which_something_lapses_are_a_number_that_can_be_meant(tmp_path: Path) -> None:
    change(tmp_path, FILE, "lapse_days = 60", "lapse_days = 0")
    assert [said for *_, said in found_in(tmp_path)] == ["lapse_days = 0 cannot be meant"]


def test_a_consequence_by_score_alone_is_refused(tmp_path: Path) -> None:
    text = shipped(FILE)
    start = text.index('id = "bureau-report"')
    end = text.index("why = ", start)
    put(tmp_path, FILE, text[:start] + _bureau("tier = 'E' AND hold_rule IS NULL") + text[end:])
    assert [said for *_, said in found_in(tmp_path)] == [BY_SCORE]


def _bureau(when: str) -> str:
    """Return the head of a report to the bureau with another condition."""
    return f'id = "bureau-report"\nlabel = "Report to the credit bureau"\nkind = "consequence"\nwhen = "{when}"\n'


@pytest.mark.parametrize(
    ("when", "looks"),
    [
        ("score < 500", False),
        ("tier = 'E' AND prob_default > 0.4", False),
        ("tier = 'E' AND hold_rule IS NULL AND product = 'credit_card'", False),
        ("TRUE", False),
        ("score < 500 OR dpd > 30", False),
        ("tier = 'E' AND (dpd > 30 OR score < 400)", False),
        ("NOT (score > 400 AND dpd < 30)", False),
        ("tier = 'E' AND claims_paid_on IS NULL", False),
        ("tier = 'E' AND COALESCE(promise_status, 'broken') <> 'open'", False),
        ("tier = 'E' AND NOT (dpd IS NOT NULL)", False),
        ("tier = 'E' AND NOT vulnerable", False),
        ("score < 500 AND dpd > 30", True),
        ("dpd > 30 OR unpaid_streak_count > 2", True),
        ("tier = 'E' AND (dpd > 30 OR exposure = 'high')", True),
        ("NOT (score > 400 OR dpd < 30)", True),
        ("exposure = 'high' AND tier = 'E'", True),
        ("claims_paid_on IS NULL AND promise_status = 'broken'", True),
    ],
)
def test_every_way_to_a_consequence_looks_at_conduct_or_exposure(when: str, *, looks: bool) -> None:
    assert looks_at_conduct(compile_condition(when, frames.MEASURED)) is looks


def test_the_parts_of_a_condition_are_those_that_must_all_hold() -> None:
    def parts(when: str) -> tuple[str, ...]:
        return conjuncts(compile_condition(when, frames.MEASURED))

    assert parts("dpd > 1 AND (score < 5 OR dpd > 9) AND past_due > 0") == (
        "dpd > 1",
        "(score < 5 OR dpd > 9)",
        "past_due > 0",
    )
    assert parts("dpd > 1 OR score < 5") == ("dpd > 1 OR score < 5",)


def test_both_halves_of_the_policy_are_shipped(policies: Policies) -> None:
    kinds = {measure.id: measure.kind for measure in policies.incentives.measures}
    assert {"fee-waived", "rate-reduced", "limit-restored", "limit-raised"} == {
        name for name, kind in kinds.items() if kind == "incentive"
    }
    assert {"late-fee", "bureau-report"} == {name for name, kind in kinds.items() if kind == "consequence"}


def test_a_report_to_the_bureau_waits_a_month_and_is_signed_by_a_second_lead(policies: Policies) -> None:
    bureau = policies.incentives.measure("BUREAU-REPORT")
    assert bureau is not None
    assert (bureau.wait_days, bureau.second_person, bureau.approve_by) == (30, True, "lead")


def test_a_currency_without_a_price_has_none(policies: Policies) -> None:
    assert policies.incentives.price("JPY") is None
    assert policies.incentives.measure("nothing") is None
